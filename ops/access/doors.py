"""The only way from an id to a row: absent and forbidden raise the same NotFound."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Audience, Level
from live.ports import Known
from models.agencies import Agency, Standing
from models.attachments import Attachment
from models.cases import Case
from models.grants import Resource
from models.operations import Decision, Operation, Site
from models.people_met import Encounter
from models.profiles import Profile
from models.reports import Report
from models.tasks import Post, Task
from ops.access.asker import Asker
from ops.access.audiences import Place, known_at
from ops.errors import NotAllowed, NotFound

T = TypeVar("T", bound=SQLModel)

KINDS: dict[str, type[SQLModel]] = {
    "case": Case,
    "report": Report,
    "operation": Operation,
    "site": Site,
    "task": Task,
    "post": Post,
    "profile": Profile,
    "attachment": Attachment,
    "decision": Decision,
    "encounter": Encounter,
}

TAKES_NO_PART = "You can see this, but you cannot change it: its agency takes part no longer."


class Found(NamedTuple):
    """A resource that the asker may see, and how far their access goes."""

    resource: Resource
    level: Level
    audience: Audience


class Wanted(NamedTuple):
    """What an asker wants to go through a door to, and the least level that they need there."""

    reference: str
    kind: str
    least: Level = Level.READ


_WITH_STANDING = (
    select(Resource, col(Agency.standing))
    .join(Agency, col(Agency.id) == col(Resource.owner_agency_id))
    .where(col(Resource.reference).in_(bindparam("references", expanding=True)))
)
_BY_REFERENCE = select(Resource).where(
    col(Resource.reference) == bindparam("reference"), col(Resource.kind) == bindparam("kind")
)


async def find(session: AsyncSession, asker: Asker, reference: str, kind: str, least: Level = Level.READ) -> Found:
    """Find a resource by its public reference.

    NotFound when it is absent, of another kind, or less than discoverable (less than readable, when reading is
    asked). NotAllowed only for what the asker can read already but not do this to.
    """
    rows = await session.execute(_BY_REFERENCE, {"reference": reference, "kind": kind})
    resource = rows.scalar_one_or_none()
    return await _judge(session, asker, resource, least)


async def find_by_id(session: AsyncSession, asker: Asker, resource_id: UUID, least: Level = Level.READ) -> Found:
    """Find a resource that another found row names; the same answers as `find`."""
    return await _judge(session, asker, await session.get(Resource, resource_id), least)


async def find_all(session: AsyncSession, asker: Asker, wanted: Sequence[Wanted]) -> list[Found]:
    """Find several things in two statements; the first that `find` would refuse is what answers."""
    rows = await session.execute(_WITH_STANDING, {"references": [one.reference for one in wanted]})
    standings = {(row[0].reference, row[0].kind): (row[0], row[1]) for row in rows}
    chosen = [standings.get((one.reference, one.kind), (None, "")) for one in wanted]
    facts = await _facts(session, asker, [resource for resource, _ in chosen if resource is not None])
    found: list[Found] = []
    for (resource, standing), one in zip(chosen, wanted, strict=True):
        admitted = _admitted(asker, resource, facts, one.least)
        if one.least > Level.READ and standing != Standing.ACTIVE:
            raise NotAllowed(TAKES_NO_PART)
        found.append(admitted)
    return found


async def judge_again(session: AsyncSession, acts: Sequence[tuple[Asker, Collection[tuple[Resource, Level]]]]) -> None:
    """Judge grants anew for what askers went through doors to; the first that is lost answers as `find` would."""
    facts = await _facts(session, acts[0][0], [resource for _, passed in acts for resource, _ in passed])
    for asker, passed in acts:
        for resource, least in passed:
            _admitted(asker, resource, facts, least)


async def standings_again(session: AsyncSession, passed: Collection[tuple[Resource, Level]]) -> None:
    """Judge anew whether the agencies of what is to be changed still take part."""
    owners = {resource.owner_agency_id for resource, least in passed if least > Level.READ}
    active = select(col(Agency.id)).where(col(Agency.id).in_(owners), col(Agency.standing) == Standing.ACTIVE)
    if owners and owners != set((await session.execute(active)).scalars()):
        raise NotAllowed(TAKES_NO_PART)


async def find_row(
    session: AsyncSession, asker: Asker, reference: str, table: type[T], least: Level = Level.READ
) -> tuple[T, Found]:
    """Find the row that a reference names, in its own table."""
    kind = next(name for name, kept in KINDS.items() if kept is table)
    found = await find(session, asker, reference, kind, least)
    row = await session.get(table, found.resource.id)
    if row is None:
        raise NotFound
    return row, found


async def _judge(session: AsyncSession, asker: Asker, resource: Resource | None, least: Level) -> Found:
    found = _admitted(asker, resource, await _facts(session, asker, [resource] if resource else []), least)
    if least > Level.READ and not await _takes_part(session, found.resource.owner_agency_id):
        raise NotAllowed(TAKES_NO_PART)
    return found


async def _facts(session: AsyncSession, asker: Asker, resources: Collection[Resource]) -> dict[UUID, Known]:
    """Read audiences; a missing resource takes the same way as a forbidden one, so that neither answers sooner."""
    places = [Place(one.id, one.reference, one.acl_id, one.gate_id) for one in resources]
    return await known_at(session, places, [asker.officer])


def _admitted(asker: Asker, resource: Resource | None, facts: Mapping[UUID, Known], least: Level) -> Found:
    audience = facts[resource.id].audience if resource else Audience(())
    admission = audience.at(asker.at)
    level = min(admission.level(keys) for keys in (asker.keys, asker.beside) if keys is not None)
    if resource is None or level < min(least, Level.READ):
        raise NotFound
    if level < least:
        raise NotAllowed("You can see this, but you cannot change it. Ask its owner.")
    return Found(resource, level, audience)


async def _takes_part(session: AsyncSession, agency: UUID) -> bool:
    """Say whether an agency is active: what a suspended or closed one owns stays as it left it."""
    standing = await session.execute(select(col(Agency.standing)).where(col(Agency.id) == agency))
    return standing.scalar_one() == Standing.ACTIVE
