"""Information-sharing agreements as records: in force once all parties have signed, left by one at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Duty, Standing
from models.agreements import SORTS, Agreement, AgreementParty
from models.audit import Act
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.administration import checked_name
from ops.actions.freshness import must_be_fresh
from ops.actions.revoked import revoke_each
from ops.actions.terms import LEVELS
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Work

LONGEST_WORDS = 1000
LONGEST_DAYS = 366  # nobody decides today about what somebody needs in two years
MOST_PARTIES = 60
MAKERS = (Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
SIGNERS = (Duty.INFORMATION_MANAGER, Duty.LEAD)
SHARED_LEVELS = ("discover", "read", "contribute")  # only the owner's officers ever manage
LEFT = "left the agreement that it rested on"


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What the form of a new agreement sends; `parties` are references of the other agencies."""

    name: str
    parties: tuple[str, ...]
    purposes: str
    lawful_bases: str
    highest: str
    longest_days: str
    outside: str
    outside_sorts: tuple[str, ...]
    starts: datetime | None = None
    ends: datetime | None = None
    review_on: datetime | None = None


async def make_agreement(desk: Desk, asker: Asker, new: NewAgreement) -> str:
    """File an agreement for its parties to sign. It is in force at no time until every one of them has."""
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, *MAKERS)
        days = _checked(new, work.asker.at)
        parties = await _parties(work, new.parties)
        agreement = Agreement(
            name=new.name.strip(),
            purposes=new.purposes.strip(),
            lawful_bases=new.lawful_bases.strip(),
            highest_level=int(LEVELS[new.highest]),
            longest_days=days,
            starts=work.asker.at,
            ends=work.asker.at,
            review_on=new.review_on,
            outside_level=int(LEVELS[new.outside]),
            outside_sorts=[sort for sort in SORTS if sort in new.outside_sorts],
            made_by=work.asker.officer,
            made_at=work.asker.at,
            offered_from=new.starts,
            offered_until=new.ends,
        )
        work.add(agreement)
        await work.session.flush()
        work.add(*(AgreementParty(agreement_id=agreement.id, agency_id=agency.id) for agency in parties))
        work.audit(Act.AGREEMENT_MADE, agreement.reference)
        return agreement.reference


async def sign_agreement(desk: Desk, asker: Asker, reference: str) -> None:
    """Sign for the asker's agency. With the last signature it is in force, from then or from its later beginning."""
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, *SIGNERS)
        agreement, party = await _ours(work, reference)
        if party.left_at is not None or agreement.ended_at is not None:
            raise Conflict("This agreement has ended.")
        if party.signed_at is not None or agreement.made_at is None:
            raise Conflict("Your agency has signed this already.")
        if agreement.offered_until is not None and agreement.offered_until <= work.asker.at:
            raise Conflict("This agreement was to end before all had signed it. Make a new one.")
        party.signed_at, party.signed_by = work.asker.at, work.asker.officer
        await work.session.flush()
        if not await _still_to_sign(work, agreement):
            agreement.starts = max(agreement.offered_from or work.asker.at, work.asker.at)
            agreement.ends = agreement.offered_until
        work.audit(Act.AGREEMENT_SIGNED, reference)


async def leave_agreement(desk: Desk, asker: Asker, reference: str) -> None:
    """Take the asker's agency out of an agreement now: what was given under it by or to the agency is revoked.

    The others go on without it; when only one is left, the agreement ends.
    """
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, *SIGNERS)
        agreement, party = await _ours(work, reference)
        await must_be_fresh(work)
        at = work.asker.at
        if party.left_at is not None or agreement.ended_at is not None or _lapsed(agreement, at):
            raise Conflict("This agreement has ended for your agency already.")
        party.left_at, party.left_by = at, work.asker.officer
        await work.session.flush()
        if len(await parties_of(work.session, agreement)) < 2:  # noqa: PLR2004 - it takes two to agree
            agreement.ended_at, agreement.ended_by = at, work.asker.officer
            agreement.ends = max(at, agreement.starts)
        work.audit(Act.AGREEMENT_LEFT, reference)
        await revoke_each(work, await resting_on(work.session, agreement, work.asker), LEFT)


async def parties_of(session: AsyncSession, agreement: Agreement) -> list[AgreementParty]:
    """Give the parties that have not left."""
    rows = await session.execute(
        select(AgreementParty).where(
            col(AgreementParty.agreement_id) == agreement.id, col(AgreementParty.left_at).is_(None)
        )
    )
    return list(rows.scalars())


async def resting_on(session: AsyncSession, agreement: Agreement, asker: Asker) -> list[tuple[Grant, Resource]]:
    """Give what stands under an agreement, now or later, by or to the asker's agency."""
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Grant.agreement_id) == agreement.id,
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > asker.at),
            or_(col(Grant.grantee_agency_id) == asker.agency, col(Resource.owner_agency_id) == asker.agency),
        )
        .order_by(col(Grant.id))
    )
    return [(grant, thing) for grant, thing in rows]


async def _ours(work: Work, reference: str) -> tuple[Agreement, AgreementParty]:
    """Find an agreement that the asker's agency is a party to; any other is not there."""
    rows = await work.session.execute(
        select(Agreement, AgreementParty)
        .join(AgreementParty, col(AgreementParty.agreement_id) == col(Agreement.id))
        .where(col(Agreement.reference) == reference, col(AgreementParty.agency_id) == work.asker.agency)
    )
    found = rows.one_or_none()
    if found is None or not work.asker.keys:
        raise NotFound
    return found[0], found[1]


async def _still_to_sign(work: Work, agreement: Agreement) -> bool:
    return any(party.signed_at is None for party in await parties_of(work.session, agreement))


def _lapsed(agreement: Agreement, at: datetime) -> bool:
    signed = agreement.ends is None or agreement.ends > agreement.starts
    return signed and agreement.ends is not None and agreement.ends <= at


async def _parties(work: Work, references: tuple[str, ...]) -> list[Agency]:
    rows = await work.session.execute(
        select(Agency).where(col(Agency.reference).in_(references), col(Agency.standing) == Standing.ACTIVE)
    )
    found = {agency.id: agency for agency in rows.scalars()}
    if len(found) != len(set(references)):
        raise Invalid({"parties": "Choose agencies that take part."})
    found[work.asker.agency] = await work.session.get_one(Agency, work.asker.agency)
    if not 2 <= len(found) <= MOST_PARTIES:  # noqa: PLR2004 - it takes two to agree
        raise Invalid({"parties": "Choose at least one other agency."})
    return list(found.values())


def _checked(new: NewAgreement, at: datetime) -> int:
    """Give the longest duration in days. Raises Invalid with a message for each field that does not fit."""
    checked_name(new.name, "name")
    messages = {
        field: f"Write at most {LONGEST_WORDS} characters." if words.strip() else "Write what the agreement says."
        for field, words in (("purposes", new.purposes), ("lawful_bases", new.lawful_bases))
        if not 0 < len(words.strip()) <= LONGEST_WORDS
    }
    messages.update(
        {
            field: "Choose how much."
            for field, level in (("highest", new.highest), ("outside", new.outside))
            if level not in SHARED_LEVELS
        }
    )
    if not set(new.outside_sorts) <= set(SORTS):
        messages["outside_sorts"] = "Choose from the list."
    days = int(new.longest_days) if new.longest_days.isascii() and new.longest_days.isdigit() else 0
    if not 1 <= days <= LONGEST_DAYS:
        messages["longest_days"] = f"Write a number of days from 1 to {LONGEST_DAYS}."
    if new.ends is not None and new.ends <= max(new.starts or at, at):
        messages["ends"] = "Choose an end that is still to come, after the beginning."
    if new.review_on is None or new.review_on <= at:
        messages["review"] = "Choose a day on which it is looked at again."
    if messages:
        raise Invalid(messages)
    return days
