"""What stands beside a case's reports: linked cases, people, the timeline. Each is one reader's own."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case, CaseLink
from models.grants import Resource
from models.profiles import Naming, Profile
from models.reports import ReportKind
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.rules import visible_to
from ops.screens.case_values import CaseHead, LinkLine, PersonLine, ReportCard, TimelineLine
from ops.screens.values import AgencyTag
from ops.screens.withdrawn import withdrawn_ids

MOST_MOMENTS = 12  # what the timeline shows; older moments are on the reports themselves
IN_NO_TIMELINE = frozenset({ReportKind.INTELLIGENCE, ReportKind.SUPPORT, ReportKind.HEALTH})


@dataclass(frozen=True, slots=True)
class Panels:
    """Links and people, with the resources whose access decides what they show."""

    links: tuple[LinkLine, ...]
    people: tuple[PersonLine, ...]
    next_change: datetime | None


async def panels_of(
    session: AsyncSession,
    asker: Asker,
    agencies: dict[UUID, AgencyTag],
    case: UUID,
    reports: Collection[UUID],
    *,
    may_manage: bool,
) -> Panels:
    """Read the panels for a reader of the case; `reports` are those that they may read."""
    links = await _links(session, case)
    named = await _named(session, [case, *reports])
    ends = {_other_end(link, case) for link in links}
    lines = await _link_lines(session, asker, agencies, case, links, may_manage=may_manage)
    people = await _people(session, asker, agencies, named)
    facts = await known(session, ends | named)
    changes = [fact.audience.next_change(asker.at) for fact in facts.values()]
    return Panels(lines, people, min((change for change in changes if change is not None), default=None))


def timeline_of(head: CaseHead, cards: Iterable[ReportCard], links: Iterable[LinkLine]) -> list[TimelineLine]:
    """Tell what happened, from what the reader sees; reports that appear in no timeline do not."""
    lines = [TimelineLine(head.opened_at, "plus", head.agency, "Case opened")] if head.opened_at else []
    if head.closed_at:
        lines.append(TimelineLine(head.closed_at, "flag", head.agency, "Case closed"))
    for card in cards:
        if card.kind in IN_NO_TIMELINE:
            continue
        href = f"/reports/{card.reference}"
        lines.append(TimelineLine(card.written_at, "file", card.agency, "Report", card.title, href, card.reference))
        if card.revised_at:
            lines.append(
                TimelineLine(card.revised_at, "sync", card.agency, "Revised", card.title, href, card.reference)
            )
    for link in links:
        subject, href = (link.title, f"/cases/{link.case_reference}") if link.title else (link.theme, "")
        if link.linked_at:
            lines.append(
                TimelineLine(link.linked_at, "link", link.agency, "Linked", subject, href, link.case_reference)
            )
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_MOMENTS]


async def _links(session: AsyncSession, case: UUID) -> list[CaseLink]:
    rows = await session.execute(
        select(CaseLink)
        .where(or_(col(CaseLink.from_id) == case, col(CaseLink.to_id) == case), col(CaseLink.removed_at).is_(None))
        .order_by(col(CaseLink.at), col(CaseLink.id))
    )
    return list(rows.scalars())


def _other_end(link: CaseLink, case: UUID) -> UUID:
    return link.to_id if link.from_id == case else link.from_id


async def _link_lines(
    session: AsyncSession,
    asker: Asker,
    agencies: dict[UUID, AgencyTag],
    case: UUID,
    links: list[CaseLink],
    *,
    may_manage: bool,
) -> tuple[LinkLine, ...]:
    """Show a link where its other end may be discovered at least; with title and reason where it may be read."""
    rows = await session.execute(
        select(Resource, Case, visible_to(asker, Level.READ), visible_to(asker, Level.MANAGE))
        .join(Case, col(Case.id) == col(Resource.id))
        .where(
            col(Resource.id).in_([_other_end(link, case) for link in links]),
            visible_to(asker, Level.DISCOVER),
        )
    )
    ends = {resource.id: (resource, row, reads, manages) for resource, row, reads, manages in rows}
    lines: list[LinkLine] = []
    for link in links:
        if (end := ends.get(_other_end(link, case))) is None:
            continue
        resource, row, reads, manages = end
        lines.append(
            LinkLine(
                reference=link.reference,
                case_reference=resource.reference,
                title=row.title if reads else "",
                theme=row.theme,
                agency=agencies[resource.owner_agency_id],
                reason=link.reason if reads else "",
                linked_by=agencies[link.agency_id].name if reads else "",
                linked_at=link.at if reads else None,
                may_remove=may_manage or bool(manages),
            )
        )
    return tuple(lines)


async def _named(session: AsyncSession, resources: Collection[UUID]) -> set[UUID]:
    rows = await session.execute(
        select(col(Naming.profile_id)).where(
            col(Naming.resource_id).in_(resources),
            col(Naming.resource_id).not_in(withdrawn_ids()),
            col(Naming.ended_at).is_(None),
        )
    )
    return set(rows.scalars())


async def _people(
    session: AsyncSession, asker: Asker, agencies: dict[UUID, AgencyTag], named: Collection[UUID]
) -> tuple[PersonLine, ...]:
    rows = await session.execute(
        select(Profile, Resource)
        .join(Resource, col(Resource.id) == col(Profile.id))
        .where(col(Profile.id).in_(named), visible_to(asker))
        .order_by(col(Profile.label), col(Profile.id))
    )
    return tuple(
        PersonLine(resource.reference, profile.label, agencies[resource.owner_agency_id]) for profile, resource in rows
    )
