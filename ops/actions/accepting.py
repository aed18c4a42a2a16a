"""A lead answers the offer of a case. Accepted, it is the new agency's from one place in the journal on."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Standing, Team
from models.agreements import AgreementParty
from models.audit import Act
from models.cases import Case
from models.grants import Grant, Resource
from models.hand_overs import HandOver
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.access.holders import holders
from ops.access.principals import team_key
from ops.actions.agreements import agreements_between, takes_part
from ops.actions.freshness import must_be_fresh
from ops.actions.grantees import UNKNOWN, Grantee, grantee_of
from ops.actions.hand_overs import decide, may_pass
from ops.actions.reach import record_access
from ops.actions.revoked import revoke_each
from ops.actions.terms import LONGEST_WORDS
from ops.errors import Conflict, Invalid, NotFound
from ops.topics import case_topic
from ops.transaction import Desk, Fact, Work

HANDED_OVER = "handed over"


async def accept_hand_over(desk: Desk, asker: Asker, reference: str, who: str, statement: str) -> str:
    """Take a case over: `who` manages it, `statement` says how the consents were confirmed anew.

    The old owner's access ends, but for the reading that was offered. Access of third agencies stays where the
    agreement that it rests on has the new owner for a party, and ends elsewhere. Reports stay their authors'.
    """
    async with desk.work(asker, changes_access=True) as work:
        row = await _offered(work, reference)
        if not 0 < len(statement.strip()) <= LONGEST_WORDS:
            raise Invalid({"statement": f"Say how the consents were confirmed, in at most {LONGEST_WORDS} characters."})
        manager = await _manager(work, who)
        await must_be_fresh(work)
        case = await work.session.get_one(Case, row.case_id)
        thing = await work.session.get_one(Resource, row.case_id)
        await _still_possible(work, row, thing)
        given = await _standing(work, thing)
        ending = [grant for grant in given if not await _stays(work, row, grant)]
        await _change_owner(work, thing, row)
        await revoke_each(work, ((grant, thing) for grant in ending), HANDED_OVER)
        grants = [_managing(work, thing, manager), *_reading(work, row, thing, ending)]
        work.add(*grants)
        case.team_id = await _team(work, manager)
        case.lead_id = work.asker.officer
        decide(work, row, "accepted")
        row.statement = statement.strip()
        work.audit(Act.HAND_OVER_ACCEPTED, thing.reference, reference)
        await record_access(work, Fact.ACCESS_GIVEN, thing, *grants)
        work.record(Fact.CASE_HANDED_OVER, thing.id, (case_topic(thing.reference),), row)
        return thing.reference


async def decline_hand_over(desk: Desk, asker: Asker, reference: str) -> None:
    """Decline an offer; the case stays where it is."""
    async with desk.work(asker, changes_access=True) as work:
        row = await _offered(work, reference)
        decide(work, row, "declined")
        work.audit(Act.HAND_OVER_DECLINED, reference)


async def _offered(work: Work, reference: str) -> HandOver:
    """Find an offer to the asker's agency, for its lead. Conflict once it is decided or has lapsed."""
    must_hold(work.asker, Duty.LEAD)
    rows = await work.session.execute(
        select(HandOver).where(col(HandOver.reference) == reference, col(HandOver.to_agency_id) == work.asker.agency)
    )
    row = rows.scalar_one_or_none()
    if row is None or not work.asker.keys:
        raise NotFound
    if row.decision:
        raise Conflict(f"This offer was {row.decision} already.")
    if row.lapses_at <= work.asker.at:
        raise Conflict("This offer has lapsed. Ask for a new one.")
    return row


async def _manager(work: Work, who: str) -> Grantee:
    manager = await grantee_of(work.session, work.asker, who)
    if manager.agency != work.asker.agency or not manager.key.startswith(("team:", "officer:")):
        raise Invalid({"who": UNKNOWN})
    if not (await holders(work.session, [manager.key], work.asker.at)).get(manager.key):
        raise Invalid({"who": "Nobody is in that team now."})
    return manager


async def _still_possible(work: Work, row: HandOver, thing: Resource) -> None:
    """Judge everything again that held when the case was offered: days may have passed."""
    giver = await work.session.get_one(Agency, row.from_agency_id)
    if thing.owner_agency_id != row.from_agency_id or thing.held or giver.standing != Standing.ACTIVE:
        raise Conflict("This case cannot be handed over now. Ask who offered it.")
    try:
        await may_pass(work, thing, await work.session.get_one(Agency, row.to_agency_id))
    except Invalid as refusal:
        raise Conflict(" ".join(refusal.messages.values())) from None
    if row.keeps_reading:
        between = await agreements_between(work.session, row.to_agency_id, row.from_agency_id, work.asker.at)
        runs = row.reads_until is not None and row.reads_until > work.asker.at
        if not runs or row.agreement_id not in {agreement.id for agreement in between}:
            raise Conflict("The terms on which the old owner would go on reading hold no longer. Ask for a new offer.")


async def _standing(work: Work, thing: Resource) -> list[Grant]:
    rows = await work.session.execute(
        select(Grant).where(
            col(Grant.resource_id) == thing.id,
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > work.asker.at),
        )
    )
    return list(rows.scalars())


async def _stays(work: Work, row: HandOver, grant: Grant) -> bool:
    """Say whether a grant outlives the old owner: one to the new owner, or under an agreement that it signed too."""
    if grant.grantee_agency_id == row.to_agency_id:
        return True
    if grant.grantee_agency_id == row.from_agency_id or grant.agreement_id is None:
        return False
    signed = await work.session.execute(
        select(col(AgreementParty.agency_id)).where(
            col(AgreementParty.agreement_id) == grant.agreement_id,
            col(AgreementParty.agency_id) == row.to_agency_id,
            takes_part(work.asker.at),
        )
    )
    return signed.first() is not None


async def _change_owner(work: Work, thing: Resource, row: HandOver) -> None:
    """Pass the case and its own files; what agencies wrote in it stays theirs."""
    await work.session.execute(
        update(Resource).where(col(Resource.acl_id) == thing.id).values(owner_agency_id=row.to_agency_id)
    )
    await work.session.refresh(thing)


def _managing(work: Work, thing: Resource, manager: Grantee) -> Grant:
    return Grant(
        resource_id=thing.id,
        principal=manager.key,
        grantee_agency_id=manager.agency,
        level=int(Level.MANAGE),
        starts=work.asker.at,
        reason="Took the case over",
        granted_by=work.asker.officer,
        granted_at=work.asker.at,
    )


def _reading(work: Work, row: HandOver, thing: Resource, ended: Iterable[Grant]) -> list[Grant]:
    """Let those who managed it for the old owner go on reading, where that was offered."""
    if not row.keeps_reading:
        return []
    managed = {g.principal for g in ended if g.grantee_agency_id == row.from_agency_id and g.level >= Level.MANAGE}
    return [
        Grant(
            resource_id=thing.id,
            principal=principal,
            grantee_agency_id=row.from_agency_id,
            level=int(Level.READ),
            starts=work.asker.at,
            ends=row.reads_until,
            reason=row.necessity,
            purpose=row.purpose,
            lawful_basis=row.lawful_basis,
            necessity=row.necessity,
            agreement_id=row.agreement_id,
            granted_by=work.asker.officer,
            granted_at=work.asker.at,
        )
        for principal in sorted(managed)
    ]


async def _team(work: Work, manager: Grantee) -> UUID | None:
    teams = await work.session.execute(select(col(Team.id)).where(col(Team.agency_id) == work.asker.agency))
    return next((team for team in teams.scalars() if team_key(team) == manager.key), None)
