"""A case passes to another agency: offered by a manager, accepted by a lead there, with everything that hangs on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.agreements import Agreement
from models.audit import Act
from models.cases import Case
from models.grants import Resource
from models.hand_overs import HandOver
from ops.access.asker import Asker
from ops.actions.agreements import agreements_between
from ops.actions.fences import fences_of
from ops.actions.terms import LONGEST_WORDS, latest_end, outside_limit
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Work

LAPSES_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form sends. `keeps_reading`: the managers of now go on reading, on these terms."""

    to: str
    reason: str
    keeps_reading: bool = False
    purpose: str = ""
    basis: str = ""
    necessity: str = ""
    until: datetime | None = None


async def offer_hand_over(desk: Desk, asker: Asker, reference: str, offer: Offer) -> str:
    """Offer a case to another agency; it lapses after LAPSES_AFTER. Gives the offer's reference.

    Invalid without an agreement between the two, and for an agency that a ring-fence of the case keeps out.
    """
    async with desk.work(asker, changes_access=True) as work:
        case, found = await work.find_row(reference, Case, Level.MANAGE)
        if found.resource.held:
            raise Conflict("This case is held. End the hold first.")
        if await standing_offer(work, case) is not None:
            raise Conflict("This case is offered already. Withdraw that first.")
        if not 0 < len(offer.reason.strip()) <= LONGEST_WORDS:
            raise Invalid({"reason": f"Say why, in at most {LONGEST_WORDS} characters."})
        to = await _agency(work, offer.to)
        cited = await may_pass(work, found.resource, to)
        if offer.keeps_reading:
            await _must_fit(work, found.resource, offer, cited)
        row = HandOver(
            case_id=case.id,
            from_agency_id=found.resource.owner_agency_id,
            to_agency_id=to.id,
            offered_by=work.asker.officer,
            offered_at=work.asker.at,
            lapses_at=work.asker.at + LAPSES_AFTER,
            reason=offer.reason.strip(),
        )
        if offer.keeps_reading:
            row.keeps_reading, row.agreement_id, row.reads_until = True, cited.id, offer.until
            row.purpose, row.lawful_basis = offer.purpose.strip(), offer.basis.strip()
            row.necessity = offer.necessity.strip()
        work.add(row)
        work.audit(Act.HAND_OVER_OFFERED, reference, row.reference)
        return row.reference


async def withdraw_offer(desk: Desk, asker: Asker, reference: str) -> None:
    """Withdraw the standing offer of a case."""
    async with desk.work(asker, changes_access=True) as work:
        case, _ = await work.find_row(reference, Case, Level.MANAGE)
        row = await standing_offer(work, case)
        if row is None:
            raise Conflict("This case is not offered to anybody now.")
        decide(work, row, "withdrawn")
        work.audit(Act.HAND_OVER_WITHDRAWN, reference, row.reference)


async def may_pass(work: Work, case: Resource, to: Agency) -> Agreement:
    """Give the widest agreement between a case's owner and another agency.

    Raises Invalid where there is none, and where a ring-fence of the case keeps that agency out.
    """
    if to.id == case.owner_agency_id or to.standing != Standing.ACTIVE:
        raise Invalid({"to": "Choose another agency that takes part."})
    fences = await fences_of(work.session, case.id)
    if to.id in fences:
        raise Invalid({"to": f"Ring-fence: {fences[to.id].name}. Nothing was offered."})
    between = await agreements_between(work.session, case.owner_agency_id, to.id, work.asker.at)
    if not between:
        raise Invalid({"to": "No agreement in force that both agencies have signed covers this."})
    return between[0]


async def standing_offer(work: Work, case: Case) -> HandOver | None:
    """Give the offer of a case that is neither decided nor lapsed."""
    rows = await work.session.execute(
        select(HandOver).where(
            col(HandOver.case_id) == case.id, col(HandOver.decision) == "", col(HandOver.lapses_at) > work.asker.at
        )
    )
    return rows.scalars().first()


def decide(work: Work, row: HandOver, decision: str) -> None:
    """Stamp what became of an offer, once."""
    row.decision, row.decided_by, row.decided_at = decision, work.asker.officer, work.asker.at


async def _agency(work: Work, reference: str) -> Agency:
    rows = await work.session.execute(select(Agency).where(col(Agency.reference) == reference))
    agency = rows.scalar_one_or_none()
    if agency is None:
        raise Invalid({"to": "Choose another agency that takes part."})
    return agency


async def _must_fit(work: Work, case: Resource, offer: Offer, cited: Agreement) -> None:
    """Check the terms on which the old owner would go on reading: they are another agency then."""
    asked = {
        "necessity": (offer.necessity, "Say why you need to go on reading."),
        "purpose": (offer.purpose, "Say what it is for."),
        "basis": (offer.basis, "Name the legal basis."),
    }
    messages = {
        name: f"Write at most {LONGEST_WORDS} characters." if words.strip() else message
        for name, (words, message) in asked.items()
        if not 0 < len(words.strip()) <= LONGEST_WORDS
    }
    if offer.until is None or not work.asker.at < offer.until <= latest_end(cited, work.asker.at):
        messages["until"] = f"Choose an end; {cited.name} allows {cited.longest_days} days at most."
    if messages:
        raise Invalid(messages)
    owner = await work.session.get_one(Agency, case.owner_agency_id)
    outside_limit(cited, owner, "case", Level.READ)
    if cited.highest_level < Level.READ:
        raise Invalid({"keeps": f"{cited.name} does not go so far as reading."})
