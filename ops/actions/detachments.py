"""Agencies asked to take part: invited by who manages the operation, answered by their own lead."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Agency, Duty, Standing
from models.audit import Act
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember, Operation
from models.planning import DetachmentInvitation, InvitationState
from ops.access.asker import Asker
from ops.access.principals import detachment_key
from ops.actions.assigning import assign, own_officers_named
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.grants import revoke
from ops.actions.reach import record_access
from ops.actions.tasks import must_be_running
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.topics import agency_topic, operation_topic
from ops.transaction import Desk, Fact, Work

LONGEST_WORDS, LONGEST_CALL_SIGN = 400, 40
LEVELS = {"contribute": Level.CONTRIBUTE, "discover": Level.DISCOVER}
TAKEN_OUT = "taken out of the operation"


@dataclass(frozen=True, slots=True)
class Invite:
    """What the form sends. `part`: contribute for the whole header, discover for single tasks and nothing else.

    `agreement`: the one that it rests on; empty for the widest.
    """

    agency: str
    part: str
    words: str
    call_sign: str = ""
    agreement: str = ""


async def invite_detachment(desk: Desk, asker: Asker, operation: str, invite: Invite) -> str:
    """Invite an agency, under an agreement in force; gives the invitation's reference.

    Access to the operation itself is given to its detachment now: nobody holds that key until the agency's lead sends
    somebody. No site and no task comes with it.
    """
    if invite.part not in LEVELS:
        raise Invalid({"part": "Choose how far they take part."})
    if not 0 < len(invite.words.strip()) <= LONGEST_WORDS:
        raise Invalid({"words": f"Say what they are needed for, in at most {LONGEST_WORDS} characters."})
    if len(invite.call_sign) > LONGEST_CALL_SIGN:
        raise Invalid({"call_sign": f"Write at most {LONGEST_CALL_SIGN} characters."})
    async with desk.work(asker, changes_access=True) as work:
        row, found = await work.find_row(operation, Operation, Level.MANAGE)
        await must_be_running(work, row.id)
        agency = await _other(work, invite.agency)
        if await standing_invitation(work, row.id, agency.id) is not None or await joined(work, row.id, agency.id):
            raise Conflict(f"{agency.name} was invited already.")
        level = LEVELS[invite.part]
        lending = Lending("operations", "takes part", "takes part in it", Level.MANAGE, "agency", level, "operation")
        lending = replace(lending, agreement=invite.agreement)
        key = detachment_key(row.id, agency.id)
        grants = await lend_for_the_day(work, found.resource, row, [(key, agency.id)], lending)
        invitation = DetachmentInvitation(
            operation_id=row.id,
            agency_id=agency.id,
            level=int(level),
            title=row.title,
            words=invite.words.strip(),
            call_sign=invite.call_sign.strip(),
            starts=row.starts,
            ends=row.ends,
            invited_by=work.asker.officer,
            at=work.asker.at,
        )
        work.file_last(*grants)
        work.add(invitation)
        work.audit(Act.DETACHMENT_INVITED, operation, invitation.reference)
        topics = (operation_topic(operation),)
        work.record(Fact.ACCESS_GIVEN, row.id, topics, *grants, touches=Touch.ACCESS)
        work.record(Fact.DETACHMENT_INVITED, invitation.id, (agency_topic(agency.reference),), invitation)
        return invitation.reference


async def take_out(desk: Desk, asker: Asker, reference: str) -> None:
    """Withdraw an invitation, or take the detachment out that came of it: all that it was given for this ends now."""
    async with desk.work(asker, changes_access=True) as work:
        invitation = await _invitation(work, reference)
        try:
            operation = await work.find_by_id(invitation.operation_id, Level.MANAGE)
        except NotAllowed:
            raise NotFound from None  # of an invitation nobody else is told
        if invitation.state == InvitationState.WITHDRAWN:
            raise Conflict("This invitation was withdrawn already.")
        agency = await work.session.get_one(Agency, invitation.agency_id)
        topics = (operation_topic(operation.resource.reference), agency_topic(agency.reference))
        await _leave(work, invitation, topics)
        _answer(work, invitation, InvitationState.WITHDRAWN, topics)
        work.audit(Act.DETACHMENT_WITHDRAWN, operation.resource.reference, reference)


async def accept_invitation(desk: Desk, asker: Asker, reference: str, officers: list[str]) -> None:
    """Send officers: the asker's agency takes part. Once it does, send more. Only its lead may."""
    async with desk.work(asker, changes_access=True) as work:
        invitation = await _ours(work, reference)
        box = await work.session.get_one(Resource, invitation.operation_id)
        await must_be_running(work, invitation.operation_id)
        chosen = await own_officers_named(work, officers)
        detachment = await joined(work, invitation.operation_id, invitation.agency_id)
        topics = (operation_topic(box.reference),)
        if detachment is None:
            if invitation.state != InvitationState.WAITING:
                raise Conflict("This invitation was answered already.")
            detachment = await _joining(work, invitation)
            work.record(Fact.DETACHMENT_JOINED, invitation.operation_id, topics, detachment)
            _answer(work, invitation, InvitationState.ACCEPTED, topics)
            work.audit(Act.DETACHMENT_ACCEPTED, reference)
        if not await assign(work, detachment, box.reference, chosen):
            raise Conflict("All of them are in it already.")
        work.audit(Act.OFFICERS_ASSIGNED, reference)


async def decline_invitation(desk: Desk, asker: Asker, reference: str, answer: str) -> None:
    """Decline; who invited is told why. Nobody of the agency held anything, so nothing ends."""
    if not 0 < len(answer.strip()) <= LONGEST_WORDS:
        raise Invalid({"answer": f"Say why, in at most {LONGEST_WORDS} characters."})
    async with desk.work(asker, changes_access=True) as work:
        invitation = await _ours(work, reference)
        if invitation.state != InvitationState.WAITING:
            raise Conflict("This invitation was answered already.")
        invitation.answer = answer.strip()
        box = await work.session.get_one(Resource, invitation.operation_id)
        _answer(work, invitation, InvitationState.DECLINED, (operation_topic(box.reference),))
        work.audit(Act.DETACHMENT_DECLINED, reference)


async def standing_invitation(work: Work, operation: UUID, agency: UUID) -> DetachmentInvitation | None:
    """Give the invitation of an agency that still counts: waiting, or accepted."""
    rows = await work.session.execute(
        select(DetachmentInvitation).where(
            col(DetachmentInvitation.operation_id) == operation,
            col(DetachmentInvitation.agency_id) == agency,
            col(DetachmentInvitation.state).in_([InvitationState.WAITING, InvitationState.ACCEPTED]),
        )
    )
    return rows.scalars().first()


async def joined(work: Work, operation: UUID, agency: UUID) -> Detachment | None:
    """Give an agency's detachment, if it takes part now."""
    rows = await work.session.execute(
        select(Detachment).where(
            col(Detachment.operation_id) == operation,
            col(Detachment.agency_id) == agency,
            or_(col(Detachment.left_at).is_(None), col(Detachment.left_at) > work.asker.at),
        )
    )
    return rows.scalars().first()


def _answer(work: Work, invitation: DetachmentInvitation, state: InvitationState, topics: tuple[str, ...]) -> None:
    invitation.state, invitation.answered_by, invitation.answered_at = state, work.asker.officer, work.asker.at
    fact = Fact.DETACHMENT_ANSWERED
    work.record(fact, invitation.operation_id, topics, invitation, stamp="answered_position")


async def _leave(work: Work, invitation: DetachmentInvitation, topics: tuple[str, ...]) -> None:
    """End the detachment's keys, and what they open in this operation."""
    key = detachment_key(invitation.operation_id, invitation.agency_id)
    rows = await work.session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Grant.principal) == key,
            col(Grant.revoked_at).is_(None),
            or_(col(Resource.id) == invitation.operation_id, col(Resource.gate_id) == invitation.operation_id),
            col(Resource.owner_agency_id) == work.asker.agency,
        )
        .order_by(col(Grant.id))
    )
    for grant, thing in list(rows):
        revoke(work, grant, TAKEN_OUT)
        await record_access(work, Fact.ACCESS_REVOKED, thing, grant)
    detachment = await joined(work, invitation.operation_id, invitation.agency_id)
    if detachment is None:
        return
    detachment.left_at = work.asker.at
    members = await work.session.execute(
        select(DetachmentMember).where(
            col(DetachmentMember.detachment_id) == detachment.id, col(DetachmentMember.ends).is_(None)
        )
    )
    for member in list(members.scalars()):
        member.ends = work.asker.at
        work.record(Fact.OFFICER_CHANGED, member.officer_id, topics, touches=Touch.OFFICER)


async def _invitation(work: Work, reference: str) -> DetachmentInvitation:
    rows = await work.session.execute(
        select(DetachmentInvitation).where(col(DetachmentInvitation.reference) == reference)
    )
    found = rows.scalar_one_or_none()
    if found is None:
        await work.find_by_id(work.asker.officer)  # the same way as for a forbidden one; an officer is no resource
        raise NotFound
    return found


async def _ours(work: Work, reference: str) -> DetachmentInvitation:
    """Find an invitation to the asker's agency, for its lead."""
    invitation = await _invitation(work, reference)
    if invitation.agency_id != work.asker.agency or Duty.LEAD not in work.asker.duties:
        raise NotFound
    return invitation


async def _other(work: Work, reference: str) -> Agency:
    rows = await work.session.execute(
        select(Agency).where(col(Agency.reference) == reference, col(Agency.standing) == Standing.ACTIVE)
    )
    agency = rows.scalar_one_or_none()
    if agency is None or agency.id == work.asker.agency:
        raise Invalid({"agency": "Choose another agency."})
    return agency


async def _joining(work: Work, invitation: DetachmentInvitation) -> Detachment:
    """Give the agency its place on every rail; one that comes back has its old one."""
    rows = await work.session.execute(
        select(Detachment)
        .where(col(Detachment.operation_id) == invitation.operation_id)
        .order_by(col(Detachment.place))
    )
    known = list(rows.scalars())
    detachment = next((one for one in known if one.agency_id == invitation.agency_id), None)
    if detachment is None:
        place = max((one.place for one in known), default=0) + 1
        detachment = Detachment(
            operation_id=invitation.operation_id,
            agency_id=invitation.agency_id,
            place=place,
            joined_at=work.asker.at,
        )
    detachment.call_sign, detachment.left_at = invitation.call_sign, None
    work.add(detachment)
    await work.session.flush()
    return detachment
