"""The only way from an id to a row: absent and forbidden raise the same NotFound."""

from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Audience, Level
from models.agencies import Agency, Standing
from models.attachments import Attachment
from models.cases import Case
from models.grants import Resource
from models.operations import Operation, Site
from models.profiles import Profile
from models.reports import Report
from models.tasks import Post, Task
from ops.access.asker import Asker
from ops.access.audiences import known
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
}


class Found(NamedTuple):
    """A resource that the asker may see, and how far their access goes."""

    resource: Resource
    level: Level
    audience: Audience


async def find(session: AsyncSession, asker: Asker, reference: str, kind: str, least: Level = Level.READ) -> Found:
    """Find a resource by its public reference.

    NotFound when it is absent, of another kind, or less than discoverable (less than readable, when reading is
    asked). NotAllowed only for what the asker can read already but not do this to.
    """
    statement = select(Resource).where(col(Resource.reference) == reference, col(Resource.kind) == kind)
    resource = (await session.execute(statement)).scalar_one_or_none()
    return await _judge(session, asker, resource, least)


async def find_by_id(session: AsyncSession, asker: Asker, resource_id: UUID, least: Level = Level.READ) -> Found:
    """Find a resource that another found row names; the same answers as `find`."""
    return await _judge(session, asker, await session.get(Resource, resource_id), least)


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
    # a missing resource takes the same way as a forbidden one, so that neither answers sooner
    facts = await known(session, [resource.id if resource else asker.officer])
    audience = facts[resource.id].audience if resource else Audience(())
    admission = audience.at(asker.at)
    level = min(admission.level(keys) for keys in (asker.keys, asker.beside) if keys is not None)
    if resource is None or level < min(least, Level.READ):
        raise NotFound
    if level < least:
        raise NotAllowed("You can see this, but you cannot change it. Ask its owner.")
    if least > Level.READ and not await _takes_part(session, resource.owner_agency_id):
        raise NotAllowed("You can see this, but you cannot change it: its agency takes part no longer.")
    return Found(resource, level, audience)


async def _takes_part(session: AsyncSession, agency: UUID) -> bool:
    """Say whether an agency is active: what a suspended or closed one owns stays as it left it."""
    standing = await session.execute(select(col(Agency.standing)).where(col(Agency.id) == agency))
    return standing.scalar_one() == Standing.ACTIVE
