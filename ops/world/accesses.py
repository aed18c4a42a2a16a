"""Checks what a world file gives to whom: on a basis, under an agreement that goes so far, never past a ring-fence."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from live.audience import Level
from ops.world.described import Described
from ops.world.reading import Mistake, Place
from ops.world.written import Access, CasePart, ReportPart
from ops.world.written_day import OperationPart, World

Given = tuple[Place, str, Sequence[Access]]  # where it stands, the officer whose thing it is, what is given


def access_mistakes(world: World, there: Described) -> Iterator[Mistake]:
    """Give what is wrong with every access in the file."""
    for place, maker, given in _every(world):
        owner = there.agency_of(maker)
        for n, access in enumerate(given):
            for m, principal in enumerate(access.to):
                to = there.agency_of(principal)
                if to and owner and to != owner:
                    yield from _to_another(world, there, (*place, n), (*place, n, "to", m), access, to)
    yield from _past_fences(world, there)


def _every(world: World) -> Iterator[Given]:
    for n, profile in enumerate(world.profiles):
        yield ("profiles", n, "access"), profile.by, profile.access
    for n, case in enumerate(world.cases):
        yield ("cases", n, "access"), case.lead, case.access
        for m, report in enumerate(case.reports):
            yield ("cases", n, "reports", m, "access"), report.author, report.access
    if world.operation:
        yield from _on_operation(("operation",), world.operation)
    for n, operation in enumerate(world.operations):
        yield from _on_operation(("operations", n), operation)


def _on_operation(place: Place, operation: OperationPart) -> Iterator[Given]:
    for n, part in enumerate(operation.detachments):
        given = Access.model_construct(to=[f"{part.agency}@{operation.code}"], level=part.level, basis=part.basis)
        yield (*place, "detachments", n), operation.commander, [given]
    for n, site in enumerate(operation.sites):
        yield (*place, "sites", n, "access"), operation.commander, site.access
    for n, task in enumerate(operation.tasks):
        yield (*place, "tasks", n, "access"), task.by, task.access
    for n, post in enumerate(operation.posts):
        yield (*place, "posts", n, "access"), post.by, post.access
    for n, outcome in enumerate(operation.outcomes):
        yield (*place, "outcomes", n, "access"), outcome.by, outcome.access
    for n, person in enumerate(operation.people_met):
        yield (*place, "people_met", n, "access"), person.by, person.access
    for n, decision in enumerate(operation.decisions):
        yield (*place, "decisions", n, "access"), decision.by, decision.access


def _to_another(
    world: World, there: Described, place: Place, to_place: Place, access: Access, agency: str
) -> Iterator[Mistake]:
    if access.level == "manage":
        yield Mistake((*place, "level"), "only officers of the agency that owns a thing manage it")
    if not access.basis:
        yield Mistake(to_place, f"'{access.to[0]}' is another agency: write the basis on which this is shared")
        return
    basis = world.bases.get(access.basis)
    terms = there.agreements.get(basis.agreement) if basis else None
    if basis is None or terms is None:
        return
    if agency not in terms.parties:
        yield Mistake(to_place, f"there is no signature under '{terms.name}' of '{agency}'")
    if Level[access.level.upper()] > terms.highest:
        yield Mistake((*place, "level"), f"'{terms.name}' goes no further than {terms.highest.name.lower()}")
    if isinstance(basis.lasts, int) and timedelta(days=basis.lasts) > terms.longest:
        days = terms.longest.days
        yield Mistake(("bases", str(access.basis), "lasts"), f"'{terms.name}' lets nobody share for over {days} days")


def _past_fences(world: World, there: Described) -> Iterator[Mistake]:
    for n, case in enumerate(world.cases):
        for m, report in enumerate(case.reports):
            yield from _past_fence(there, case, report, ("cases", n, "reports", m, "access"))


def _past_fence(there: Described, case: CasePart, report: ReportPart, place: Place) -> Iterator[Mistake]:
    """A fence ends what stands against it when it is raised; what is given after that, and not ended, is refused."""
    if not report.fenced:
        return
    fences = {str(fence.against): fence.name for fence in case.fences}
    author = there.agency_of(report.author)
    for n, access in enumerate(report.access):
        for m, principal in enumerate(access.to):
            agency = there.agency_of(principal)
            if agency in fences and agency != author and access.ended is None:
                yield Mistake((*place, n, "to", m), f"the ring-fence '{fences[agency]}' keeps this from '{principal}'")
