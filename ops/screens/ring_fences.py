"""The ring-fences of a case, and what raising another would revoke as far as its raiser may see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.cases import Case
from models.grants import Resource
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.actions.fences import fences_of
from ops.actions.ring_fences import covered_by, fenced_agency, standing_against
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import in_words
from ops.screens.titles import title_of
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class FenceLine:
    """A standing ring-fence."""

    reference: str
    agency: AgencyTag
    name: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Fences:
    """The page of a case's ring-fences; `agencies` may be kept out by another one."""

    case: str
    title: str
    fences: tuple[FenceLine, ...]
    agencies: tuple[AgencyTag, ...]
    may_manage: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """Access that a new ring-fence would revoke, on a thing that the asker reads."""

    thing: str
    kind: str
    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FencePreview:
    """What raising would do. What the asker cannot see is not in it, and not counted either."""

    agency: AgencyTag
    name: str
    stands: tuple[Stands, ...]


async def read_fences(session: AsyncSession, asker: Asker, reference: str) -> Fences:
    """Read the page for a reader of the case."""
    case, found = await find_row(session, asker, reference, Case)
    agencies = await agency_tags(session)
    standing = await fences_of(session, case.id)
    rows = await session.execute(
        select(col(Agency.id))
        .where(
            col(Agency.standing) != Standing.CLOSED,
            col(Agency.id).not_in([*standing, found.resource.owner_agency_id]),
        )
        .order_by(col(Agency.code))
    )
    lines = [FenceLine(one.reference, agencies[one.agency_id], one.name, one.raised_at) for one in standing.values()]
    return Fences(
        case=reference,
        title=case.title,
        fences=tuple(sorted(lines, key=lambda line: (line.agency.code, line.raised_at))),
        agencies=tuple(agencies[agency] for agency in rows.scalars()),
        may_manage=found.level >= Level.MANAGE,
    )


async def preview_fence(session: AsyncSession, asker: Asker, reference: str, agency: str, name: str) -> FencePreview:
    """Work out what raising it would revoke. Refuses exactly what raising refuses, and writes nothing."""
    case, found = await find_row(session, asker, reference, Case, Level.MANAGE)
    against = await fenced_agency(session, found, agency, name)
    agencies = await agency_tags(session)
    readable = select(col(Resource.id)).where(col(Resource.id).in_(covered_by(case.id)), visible_to(asker, Level.READ))
    stands: list[Stands] = []
    for resource, grants in await standing_against(session, readable, {against.id}, asker.at):
        words = await in_words(
            session, asker, agencies, {(grant.principal, grant.grantee_agency_id) for grant in grants}
        )
        parts = dict.fromkeys(words[grant.principal].part or "whole agency" for grant in grants)
        stands.append(Stands(resource.reference, resource.kind, await _called(session, resource), tuple(parts)))
    return FencePreview(agencies[against.id], name.strip(), tuple(stands))


async def _called(session: AsyncSession, resource: Resource) -> str:
    if resource.kind == "task":
        return (await session.get_one(Task, resource.id)).title
    return await title_of(session, resource)
