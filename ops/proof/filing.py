"""Files a random county's facts as rows, past every action: what the rule makes of them is the question."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlmodel import SQLModel

from models.agencies import Agency, Kind, Officer, Team, TeamMembership
from models.agreements import Agreement
from models.database import Database
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember, Operation
from ops.proof.chance import World
from ops.proof.oracle import Facts

HOUR = timedelta(hours=1)


async def file_world(database: Database, world: World) -> None:
    """File a world's facts as rows."""
    async with database.writing() as session:
        for rows in _layers(world):
            session.add_all(rows)
            await session.flush()


def grant_row(world: World, grant: Facts) -> Grant:
    """Make the row of one granted fact."""
    return Grant(
        resource_id=world.id(grant["on"]),
        principal=world.principal(grant["to"]),
        grantee_agency_id=world.id(grant["agency"]),
        level=grant["level"],
        starts=grant["starts"],
        ends=grant["ends"],
        revoked_at=world.now if grant["revoked"] else None,
        agreement_id=world.id(grant["agreement"]) if grant["agreement"] else None,
        emergency=grant["emergency"],
        granted_at=grant["starts"],
    )


def _layers(world: World) -> Iterator[Iterable[SQLModel]]:
    facts = world.facts
    yield _agencies(world)
    yield (
        Officer(id=world.id(name), agency_id=world.id(fact["agency"]), name=name, active=fact["active"])
        for name, fact in facts["officers"].items()
    )
    yield (Team(id=world.id(n), agency_id=world.id(fact["agency"]), name=n) for n, fact in facts["teams"].items())
    yield (
        Agreement(id=world.id(name), name=name, starts=fact["starts"], ends=fact["ends"])
        for name, fact in facts["agreements"].items()
    )
    yield from _resources(world)
    yield _operations(world)
    yield from _memberships(world)
    yield (grant_row(world, grant) for grant in facts["grants"].values())


def _agencies(world: World) -> Iterator[SQLModel]:
    for number, (name, fact) in enumerate(world.facts["agencies"].items()):
        yield Agency(
            id=world.id(name),
            code=f"A{number}",
            name=name,
            kind=Kind.STATUTORY,
            tally=1 + number % 8,
            standing=fact["standing"],
        )


def _resources(world: World) -> Iterator[list[SQLModel]]:
    for name, thing in world.facts["resources"].items():
        yield [
            Resource(
                id=world.id(name),
                kind=thing["kind"],
                owner_agency_id=world.id(thing["owner"]),
                acl_id=world.id(thing["acl"]),
                gate_id=world.id(thing["gate"]) if thing["gate"] else None,
                held=thing["held"],
            )
        ]


def _operations(world: World) -> Iterator[SQLModel]:
    commander = world.id(next(iter(world.facts["officers"])))
    for name, thing in world.facts["resources"].items():
        if thing["kind"] == "operation":
            yield Operation(
                id=world.id(name), title=name, commander_id=commander, starts=world.now - HOUR, ends=world.now + HOUR
            )


def _memberships(world: World) -> Iterator[Iterable[SQLModel]]:
    facts = world.facts
    yield (
        TeamMembership(
            team_id=world.id(entry["team"]),
            officer_id=world.id(entry["officer"]),
            starts=entry["starts"],
            ends=entry["ends"],
        )
        for entry in facts["memberships"]
    )
    yield (_detachment(world, name, place) for place, name in enumerate(facts["detachments"]))
    yield (
        DetachmentMember(
            detachment_id=world.id(("detachment", *entry["detachment"])),
            operation_id=world.id(entry["detachment"][0]),
            agency_id=world.id(entry["detachment"][1]),
            officer_id=world.id(entry["officer"]),
            starts=entry["starts"],
            ends=entry["ends"],
        )
        for entry in facts["assignments"]
    )


def _detachment(world: World, name: tuple[str, str], place: int) -> Detachment:
    return Detachment(
        id=world.id(("detachment", *name)),
        operation_id=world.id(name[0]),
        agency_id=world.id(name[1]),
        place=place,
        joined_at=world.now - HOUR,
        left_at=world.facts["detachments"][name]["left"],
    )
