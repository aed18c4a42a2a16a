"""Two cases belong together: said by who manages one of them, and it opens neither."""

from contextlib import suppress

from sqlalchemy import and_, or_, select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.base import new_id
from models.cases import CaseLink
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.doors import Found, find_by_id
from ops.errors import Invalid, NotAllowed, NotFound
from ops.topics import case_topic
from ops.transaction import Desk, Fact, Work

LONGEST_REASON = 200
BOTH = 2  # ends of a link


async def link_cases(desk: Desk, asker: Asker, reference: str, other: str, reason: str) -> str:
    """Link a case that the asker manages with one that they at least discover. Gives the link's reference."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that no pair is linked twice
        here = await work.find(reference, "case", Level.MANAGE)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise Invalid({"reason": f"Say why they belong together, in at most {LONGEST_REASON} characters."})
        there = await _other(work, other.strip())
        if here.resource.id == there.resource.id:
            raise Invalid({"other": "This is the same case."})
        if await _linked(work, here.resource, there.resource):
            raise Invalid({"other": "These two are linked already."})
        link = CaseLink(
            from_id=here.resource.id,
            to_id=there.resource.id,
            agency_id=asker.agency,
            officer_id=asker.officer,
            reason=reason.strip(),
            at=asker.at,
        )
        work.add(link)
        work.audit(Act.CASES_LINKED, reference, there.resource.reference)
        _record(work, Fact.CASES_LINKED, link, here.resource, there.resource)
        return link.reference


async def remove_link(desk: Desk, asker: Asker, reference: str) -> None:
    """Take a link away. Who manages either case may; to who does not see both ends there is no link."""
    async with desk.work(asker, changes_access=True) as work:
        rows = await work.session.execute(
            select(CaseLink).where(col(CaseLink.reference) == reference, col(CaseLink.removed_at).is_(None))
        )
        link = rows.scalar_one_or_none()
        ends = await _ends(work, link)
        if link is None or len(ends) < BOTH:
            raise NotFound
        await _pass(work, ends)
        link.removed_at = work.asker.at
        work.audit(Act.LINK_REMOVED, *(end.resource.reference for end in ends))
        _record(work, Fact.LINK_REMOVED, link, *(end.resource for end in ends))


async def _other(work: Work, reference: str) -> Found:
    try:
        return await work.find(reference, "case", Level.DISCOVER)
    except NotFound:
        raise Invalid({"other": "There is no case with this reference that you can see."}) from None


async def _ends(work: Work, link: CaseLink | None) -> list[Found]:
    """Give those ends of a link that the asker discovers. Both are judged, and of no link two that nobody sees.

    So a link that is hidden answers no sooner and no later than one that is absent.
    """
    found: list[Found] = []
    for end in (link.from_id, link.to_id) if link else (new_id(), new_id()):
        with suppress(NotFound):
            found.append(await find_by_id(work.session, work.asker, end, Level.DISCOVER))
    return found


async def _pass(work: Work, ends: list[Found]) -> None:
    """Go through the door of the end that the asker manages."""
    if max(end.level for end in ends) < Level.READ:
        raise NotFound
    managed = next((end for end in ends if end.level >= Level.MANAGE), None)
    if managed is None:
        raise NotAllowed("Only who manages one of the two cases can take their link away.")
    await work.find(managed.resource.reference, "case", Level.MANAGE)


async def _linked(work: Work, here: Resource, there: Resource) -> bool:
    rows = await work.session.execute(
        select(col(CaseLink.id)).where(
            col(CaseLink.removed_at).is_(None),
            or_(
                and_(col(CaseLink.from_id) == here.id, col(CaseLink.to_id) == there.id),
                and_(col(CaseLink.from_id) == there.id, col(CaseLink.to_id) == here.id),
            ),
        )
    )
    return rows.first() is not None


def _record(work: Work, fact: Fact, link: CaseLink, *ends: Resource) -> None:
    stamp = "removed_position" if fact is Fact.LINK_REMOVED else "position"
    for end in ends:  # each case by itself: a screen of one must not learn about the other
        work.record(fact, end.id, (case_topic(end.reference),), link, stamp=stamp)
