"""What could wait for an officer, asked in one statement: a page's number must not cost a question for every source.

Each is true whenever its source finds something; where it is false the source is not asked. All look at the officer's
own agency, or at what they themselves may know of: another agency's business must not make an answer slower.
"""

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.emergencies import BreakGlass, BreakGlassReview
from models.grants import AccessRequest, Grant, Hold, RequestStep, Resource, Step
from models.hand_overs import HandOver
from models.operations import DetachmentMember, OperationStage, Stage
from models.planning import Briefing, BriefingAcknowledgement, DetachmentInvitation, InvitationState
from models.profiles import Naming
from models.proposals import Proposal
from models.widenings import Widening, WideningSeen
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.actions.namings import offered_to, to_speak_of
from ops.actions.operation_ends import AFTERWARDS


def a_hold(asker: Asker) -> ColumnElement[bool]:
    """Something of the agency is held."""
    held = select(col(Hold.id)).join(Resource, col(Resource.id) == col(Hold.resource_id))
    return held.where(col(Hold.ended_at).is_(None), col(Resource.owner_agency_id) == asker.agency).exists()


def a_proposal(asker: Asker) -> ColumnElement[bool]:
    """Somebody proposes to let an agency into one of the agency's cases."""
    proposed = select(col(Proposal.id)).join(Resource, col(Resource.id) == col(Proposal.case_id))
    return proposed.where(col(Proposal.decided_at).is_(None), col(Resource.owner_agency_id) == asker.agency).exists()


def a_naming(asker: Asker) -> ColumnElement[bool]:
    """A report that the officer reads names somebody whose profile they manage, and not all was said about it."""
    return select(col(Naming.id)).where(offered_to(asker), to_speak_of()).exists()


def a_widening(asker: Asker) -> ColumnElement[bool]:
    """A thing that the officer was given was widened, and they have not said that they saw it."""
    seen = select(col(WideningSeen.widening_id)).where(col(WideningSeen.officer_id) == asker.officer)
    mine = select(col(Grant.resource_id)).where(col(Grant.principal).in_(sorted(asker.keys)))
    return select(col(Widening.id)).where(col(Widening.resource_id).in_(mine), col(Widening.id).not_in(seen)).exists()


def a_request(asker: Asker) -> ColumnElement[bool]:
    """Somebody asks for something of the agency."""
    asked = select(col(AccessRequest.id)).join(Resource, col(Resource.id) == col(AccessRequest.resource_id))
    return asked.where(col(AccessRequest.lapses_at) > asker.at, col(Resource.owner_agency_id) == asker.agency).exists()


def a_question(asker: Asker) -> ColumnElement[bool]:
    """An owner asked back about a request of the officer's own."""
    asked_back = select(col(RequestStep.request_id)).where(col(RequestStep.step) == Step.ASKED_BACK)
    return (
        select(col(AccessRequest.id))
        .where(
            col(AccessRequest.officer_id) == asker.officer,
            col(AccessRequest.lapses_at) > asker.at,
            col(AccessRequest.id).in_(asked_back),
        )
        .exists()
    )


def a_hand_over(asker: Asker) -> ColumnElement[bool]:
    """A case is offered to the agency."""
    return (
        select(col(HandOver.id))
        .where(col(HandOver.to_agency_id) == asker.agency, col(HandOver.decision) == "")
        .exists()
    )


def an_invitation(asker: Asker) -> ColumnElement[bool]:
    """The agency is invited to an operation."""
    return (
        select(col(DetachmentInvitation.id))
        .where(
            col(DetachmentInvitation.agency_id) == asker.agency,
            col(DetachmentInvitation.state) == InvitationState.WAITING,
        )
        .exists()
    )


def a_briefing(asker: Asker) -> ColumnElement[bool]:
    """A briefing was published that the officer has not read, of an operation that they are on."""
    mine = select(col(DetachmentMember.operation_id)).where(col(DetachmentMember.officer_id) == asker.officer)
    said = select(col(BriefingAcknowledgement.briefing_id)).where(
        col(BriefingAcknowledgement.officer_id) == asker.officer
    )
    return (
        select(col(Briefing.id))
        .where(
            col(Briefing.published_at).is_not(None), col(Briefing.operation_id).in_(mine), col(Briefing.id).not_in(said)
        )
        .exists()
    )


def a_glass_on_ours(asker: Asker) -> ColumnElement[bool]:
    """A glass was broken on something of the agency's, and nobody reviewed it."""
    broken = select(col(BreakGlass.id)).join(Resource, col(Resource.id) == col(BreakGlass.resource_id))
    return broken.where(col(Resource.owner_agency_id) == asker.agency, col(BreakGlass.id).not_in(_REVIEWED)).exists()


def a_glass_by_ours(asker: Asker) -> ColumnElement[bool]:
    """A colleague broke a glass, and nobody reviewed it."""
    broken = select(col(BreakGlass.id)).join(Officer, col(Officer.id) == col(BreakGlass.officer_id))
    return broken.where(col(Officer.agency_id) == asker.agency, col(BreakGlass.id).not_in(_REVIEWED)).exists()


def a_stand_down(asker: Asker) -> ColumnElement[bool]:
    """An operation that the officer knows of was stood down within the day."""
    stood_down = select(col(OperationStage.id)).join(Resource, col(Resource.id) == col(OperationStage.operation_id))
    return stood_down.where(
        col(OperationStage.stage) == Stage.STOOD_DOWN,
        col(OperationStage.at) > asker.at - AFTERWARDS,
        visible_to(asker, Level.DISCOVER),
    ).exists()


_REVIEWED = select(col(BreakGlassReview.break_glass_id))
