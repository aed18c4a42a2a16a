"""Checks what a world file names and gives before anything is made of it: every mistake at its place, all at once."""

from collections import Counter
from collections.abc import Callable, Iterator

from pydantic import BaseModel

from ops.world.accesses import access_mistakes
from ops.world.county import email_of
from ops.world.described import Described, described_in
from ops.world.known import Known
from ops.world.names import AgencyCode, AgreementName, BasisName, Name, OfficerName, PrincipalName, TeamName, ThingCode
from ops.world.reading import Mistake, Place
from ops.world.written_day import OperationPart, World


def mistakes_in(world: World, known: Known) -> list[Mistake]:
    """Give what the file names but nobody describes, what it describes twice, and what it gives past an agreement."""
    there = described_in(world, known)
    return [
        *_unknown(world, there),
        *_twice(world),
        *_people(world),
        *_dates(world),
        *access_mistakes(world, there),
    ]


def _unknown(world: World, there: Described) -> Iterator[Mistake]:
    names: dict[type[Name], Callable[[str], str]] = {
        AgencyCode: lambda name: "" if name in there.agencies else "there is no agency '{}'",
        TeamName: lambda name: "" if name in there.teams else "there is no team '{}'",
        OfficerName: there.no_officer,
        PrincipalName: there.no_principal,
        BasisName: lambda name: "" if name in world.bases else "there is no basis for sharing '{}'",
        AgreementName: lambda name: "" if name in there.agreements else "there is no agreement '{}'",
        ThingCode: lambda name: "" if name in there.things else "there is no case, profile, site or task '{}'",
    }
    for place, name in _names(world, ()):
        message = names[type(name)](name) if name else ""
        if message:
            yield Mistake(place, message.format(name))


def _names(value: object, place: Place) -> Iterator[tuple[Place, Name]]:
    """Walk the file for everything that names something else."""
    match value:
        case Name():
            yield place, value
        case BaseModel():
            for field in type(value).model_fields:
                yield from _names(getattr(value, field), (*place, field))
        case dict():
            for key, inner in value.items():
                yield from _names(key, (*place, str(key)))
                yield from _names(inner, (*place, str(key)))
        case list() | tuple():
            step = hasattr(value, "_fields")  # a line of its own kind: its parts have no place of their own
            for number, inner in enumerate(value):
                yield from _names(inner, place if step else (*place, number))


def _twice(world: World) -> Iterator[Mistake]:
    agencies: list[tuple[Place, str]] = [(("agencies", n, "code"), part.code) for n, part in enumerate(world.agencies)]
    yield from _repeated(agencies, "this agency is described twice")
    things = [(place, code) for place, code in codes_in(world) if code]
    yield from _repeated(things, "another case, profile, report, operation, site or task has this code")


def _repeated(found: list[tuple[Place, str]], message: str) -> Iterator[Mistake]:
    times = Counter(name for _, name in found)
    seen = set[str]()
    for place, name in found:
        if times[name] > 1 and name in seen:
            yield Mistake(place, message)
        seen.add(name)


def codes_in(world: World) -> Iterator[tuple[Place, str]]:
    """Give every code of the file and where it stands."""
    for n, profile in enumerate(world.profiles):
        yield ("profiles", n, "code"), profile.code
    for n, case in enumerate(world.cases):
        yield ("cases", n, "code"), case.code
        for m, report in enumerate(case.reports):
            yield ("cases", n, "reports", m, "code"), report.code
    for place, operation in placed_operations(world):
        yield (*place, "code"), operation.code
        for m, site in enumerate(operation.sites):
            yield (*place, "sites", m, "code"), site.code
        for m, task in enumerate(operation.tasks):
            yield (*place, "tasks", m, "code"), task.code


def _people(world: World) -> Iterator[Mistake]:
    for n, agency in enumerate(world.agencies):
        found: list[tuple[Place, str]] = []
        for m, person in enumerate(agency.officers):
            place: Place = ("agencies", n, "officers", m)
            if not agency.domain and "@" not in person.email:
                yield Mistake(place, "write a whole e-mail here, or a domain for the agency")
                continue
            if "@" in person.email and not _address(person.email):
                yield Mistake((*place, "email"), f"'{person.email}' is no e-mail address")
            found.append(((*place, "email" if person.email else "name"), email_of(person, agency.domain)))
            for k, team in enumerate(person.teams):
                if team not in agency.teams:
                    yield Mistake((*place, "teams", k), f"there is no team '{agency.code}/{team}'")
        yield from _repeated(found, "another officer of this agency has this e-mail; write one for each")
        for m, team in enumerate(agency.unlisted):
            if team not in agency.teams:
                yield Mistake(("agencies", n, "unlisted", m), f"there is no team '{agency.code}/{team}'")


def _address(email: str) -> bool:
    name, _, domain = email.partition("@")
    return bool(name) and "." in domain and not any(letter.isspace() for letter in email)


def _dates(world: World) -> Iterator[Mistake]:
    for name, agreement in world.agreements.items():
        if type(agreement.starts) is type(agreement.review) and agreement.review <= agreement.starts:  # type: ignore[operator]
            yield Mistake(("agreements", name, "review"), "an agreement is reviewed after it starts")
    for place, operation in placed_operations(world):
        if type(operation.starts) is type(operation.ends) and operation.ends <= operation.starts:  # type: ignore[operator]
            yield Mistake((*place, "ends"), "an operation ends after it starts")


def placed_operations(world: World) -> Iterator[tuple[Place, OperationPart]]:
    """Give every operation and where it stands."""
    if world.operation:
        yield ("operation",), world.operation
    for n, operation in enumerate(world.operations):
        yield ("operations", n), operation
