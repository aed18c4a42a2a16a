"""What a thing is called and at which address it is found, for those who may read it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Level
from models.attachments import Attachment
from models.cases import Case
from models.grants import Resource
from models.operations import Operation, Site
from models.profiles import Profile
from models.reports import ReportVersion
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.errors import Refusal
from ops.screens.withdrawn import is_withdrawn

ON_ITS_OWN = frozenset({"case", "report", "operation", "profile"})  # the others are found on a page of one of these
CALLED: dict[str, tuple[type[SQLModel], str]] = {
    "case": (Case, "title"),
    "profile": (Profile, "label"),
    "operation": (Operation, "title"),
    "site": (Site, "name"),
    "task": (Task, "title"),
    "attachment": (Attachment, "name"),
}


async def title_of(session: AsyncSession, resource: Resource) -> str:
    """Give what a readable thing is called on its own page; empty for what has no title."""
    if resource.kind == "report":
        return await _report_title(session, resource.id)
    if resource.kind not in CALLED or await _of_the_withdrawn(session, resource):
        return ""
    table, name = CALLED[resource.kind]
    return str(getattr(await session.get_one(table, resource.id), name))


@dataclass(frozen=True, slots=True)
class Address:
    """The path of the page on which a thing is found; `shown`: that page's own thing, where the asker reads it."""

    path: str
    shown: tuple[str, ...]


async def address_of(session: AsyncSession, asker: Asker, resource: Resource) -> Address:
    """Give where a thing is found: on its own page, or on that of the thing it belongs to."""
    if resource.kind == "attachment":
        file = await session.get_one(Attachment, resource.id)
        return await address_of(session, asker, await session.get_one(Resource, file.parent_id))
    page = resource
    if resource.kind not in ON_ITS_OWN and resource.gate_id is not None:
        page = await session.get_one(Resource, resource.gate_id)
    try:
        await find_by_id(session, asker, page.id, Level.READ)
    except Refusal:
        return Address(f"/{page.kind}s/{page.reference}", ())
    return Address(f"/{page.kind}s/{page.reference}", (page.reference,))


async def _of_the_withdrawn(session: AsyncSession, resource: Resource) -> bool:
    """Say whether it is a file of what was withdrawn: its name was part of it."""
    if resource.kind != "attachment":
        return False
    return await is_withdrawn(session, (await session.get_one(Attachment, resource.id)).parent_id)


async def _report_title(session: AsyncSession, report: UUID) -> str:
    titles = await session.execute(
        select(col(ReportVersion.title))
        .where(col(ReportVersion.report_id) == report)
        .order_by(col(ReportVersion.number).desc())
        .limit(1)
    )
    return titles.scalar_one()
