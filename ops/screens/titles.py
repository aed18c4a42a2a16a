"""What a thing is called and at which address it is found, for those who may read it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.attachments import Attachment
from models.cases import Case
from models.grants import Resource
from models.operations import Decision, Operation, Site
from models.people_met import Encounter
from models.profiles import Profile
from models.reports import ReportVersion
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.errors import Refusal
from ops.screens.newest import newest_of_reports
from ops.screens.withdrawn import withdrawn_ids

ON_ITS_OWN = frozenset(
    {"case", "report", "operation", "profile", "encounter"}
)  # the others are found on a page of one of these
CALLED: dict[str, tuple[type[Case | Profile | Operation | Site | Task | Attachment | Decision | Encounter], str]] = {
    "case": (Case, "title"),
    "profile": (Profile, "label"),
    "operation": (Operation, "title"),
    "site": (Site, "name"),
    "task": (Task, "title"),
    "attachment": (Attachment, "name"),
    "decision": (Decision, "decided"),
    "encounter": (Encounter, "label"),
}


async def title_of(session: AsyncSession, resource: Resource) -> str:
    """Give what a readable thing is called on its own page; empty for what has no title."""
    return (await titles_of(session, [resource]))[resource.id]


async def titles_of(session: AsyncSession, resources: Collection[Resource]) -> dict[UUID, str]:
    """Give what readable things are called, a statement for each kind among them; empty for what has no title."""
    by_kind = defaultdict[str, set[UUID]](set)
    for resource in resources:
        by_kind[resource.kind].add(resource.id)
    titles = {resource.id: "" for resource in resources}
    for kind, ids in by_kind.items():
        if kind == "report":
            titles |= await report_titles(session, ids)
        elif kind in CALLED:
            titles |= await _called(session, kind, ids)
    return titles


async def report_titles(session: AsyncSession, reports: Collection[UUID]) -> dict[UUID, str]:
    """Give what reports are called in their newest version."""
    newest = newest_of_reports(reports)
    rows = await session.execute(
        select(col(ReportVersion.report_id), col(ReportVersion.title)).join(
            newest,
            (newest.c.report_id == col(ReportVersion.report_id)) & (newest.c.number == col(ReportVersion.number)),
        )
    )
    return {row[0]: row[1] for row in rows}


async def _called(session: AsyncSession, kind: str, ids: Collection[UUID]) -> dict[UUID, str]:
    table, name = CALLED[kind]
    row_id, words = col(table.id), getattr(table, name)
    statement = select(row_id, words).where(row_id.in_(ids))
    if table is Attachment:  # a file of what was withdrawn: its name was part of it
        statement = statement.where(col(Attachment.parent_id).not_in(withdrawn_ids()))
    return {row[0]: row[1] for row in await session.execute(statement)}


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
