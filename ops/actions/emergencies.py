"""Break-glass: an officer opens one thing for an hour, everyone concerned knows at once, and its owner reviews it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from live.audience import Admission, Audience, Level
from models.agencies import Duty
from models.audit import Act, AuditRow
from models.emergencies import BreakGlass
from models.grants import Grant, Resource
from models.reports import Report
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.duties import must_hold
from ops.access.principals import officer_key
from ops.actions.emergency_marks import may_be_opened
from ops.actions.emergency_role import REVIEW_WITHIN, unreviewed
from ops.actions.fences import kept_out
from ops.actions.freshness import must_be_strong
from ops.actions.grounds import ALWAYS_FENCED, cases_naming
from ops.actions.reach import record_access
from ops.actions.requests import ASKED_FOR, agency_topics
from ops.audit.entries import address_asked, entry
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.transaction import Desk, Fact, Work

LASTS = timedelta(minutes=60)
LONGEST_REASON = 400
PURPOSE = "Emergency access"
BASIS = "Vital interests, UK GDPR article 6(1)(d)"
ROLE_STOPPED = "Your emergency access is stopped: the last one was not reviewed within 72 hours. Call its owner's desk."


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference names, and what a break-glass must not cross there. Nothing is looked up in another order."""

    resource: Resource | None
    admission: Admission
    allowed: bool
    fenced_out: bool

    def can_be_opened(self, asker: Asker) -> bool:
        """Say whether a break-glass would cross no ring-fence, no hold, no missing admission and no mark."""
        if self.resource is None or self.resource.held or self.fenced_out or not self.allowed:
            return False
        own = self.resource.owner_agency_id == asker.agency
        return own or self.admission.gate is None or not self.admission.gate.isdisjoint(asker.keys)


async def break_glass(desk: Desk, asker: Asker, reference: str, reason: str) -> str:
    """Open what a reference names, to read, for an hour; gives the reference of the record that is kept of it.

    NotFound for a wrong reference and for whatever may not be opened: the same answer after the same questions, and
    the attempt is audited. NeedsConfirmation without a fresh strong sign-in; NotAllowed while the role is stopped.
    """
    async with desk.work(asker, changes_access=True) as work:
        await _must_be_in_role(work)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise Invalid({"reason": f"Say what the emergency is, in at most {LONGEST_REASON} characters."})
        named = await _named(work, reference.strip().lower())
        if named.resource is not None and named.admission.level(work.asker.keys) >= Level.READ:
            raise Conflict("You can read this already.")
        broken = await _broken(work, named.resource, reason) if named.can_be_opened(work.asker) else None
        if broken is None:
            work.add(_attempt(work.asker, reference.strip().lower()))
    if broken is None:  # only now, so that the attempt stays on record
        raise NotFound
    return broken.reference


def _attempt(asker: Asker, reference: str) -> AuditRow:
    """Write down what was typed: filed as an act about the thing, a right reference would take longer."""
    return entry(asker, Act.EMERGENCY_REFUSED, asked=address_asked("POST", "/emergency-access/{ref}", reference))


async def _must_be_in_role(work: Work) -> None:
    must_hold(work.asker, Duty.EMERGENCY)
    if await unreviewed(work.session, work.asker.officer, work.asker.at):
        raise NotAllowed(ROLE_STOPPED)
    await must_be_strong(work)


async def _named(work: Work, reference: str) -> Named:
    """Ask everything about a reference that there is to ask, whatever it names: the questions are always the same."""
    rows = await work.session.execute(
        select(Resource, Report)
        .outerjoin(Report, col(Report.id) == col(Resource.id))
        .where(col(Resource.reference) == reference, col(Resource.kind).in_(ASKED_FOR))
    )
    resource, report = next(((resource, report) for resource, report in rows), (None, None))
    subject = resource.id if resource is not None else work.asker.officer
    facts = await known(work.session, [subject])
    audience = facts[subject].audience if subject in facts else Audience(())
    marked = await may_be_opened(work.session, subject, report.kind if report is not None else "")
    cases = await cases_naming(work.session, subject)
    if report is not None:
        cases = {report.case_id} if report.fenced or report.kind in ALWAYS_FENCED else set()
    fenced = await kept_out(work.session, cases, work.asker.agency)
    return Named(resource, audience.at(work.asker.at), marked, fenced)


async def _broken(work: Work, resource: Resource | None, reason: str) -> BreakGlass:
    assert resource is not None  # noqa: S101 - it can be opened
    grant, at = _grant(work.asker, resource, reason.strip()), work.asker.at
    broken = BreakGlass(
        grant_id=grant.id,
        resource_id=resource.id,
        officer_id=work.asker.officer,
        reason=reason.strip(),
        at=at,
        review_due=at + REVIEW_WITHIN,
    )
    work.add(grant)
    await work.session.flush()
    work.add(broken)
    work.audit(Act.EMERGENCY_TAKEN, resource.reference, broken.reference, grant.reference)
    await record_access(work, Fact.ACCESS_GIVEN, resource, grant)
    topics = await agency_topics(work, resource.owner_agency_id, work.asker.agency)
    work.record(Fact.GLASS_BROKEN, broken.id, topics, broken)
    return broken


def _grant(asker: Asker, resource: Resource, reason: str) -> Grant:
    return Grant(
        resource_id=resource.id,
        principal=officer_key(asker.officer),
        grantee_agency_id=asker.agency,
        level=int(Level.READ),
        starts=asker.at,
        ends=asker.at + LASTS,
        reason=reason,
        purpose=PURPOSE,
        lawful_basis=BASIS,
        necessity=reason,
        emergency=True,
        granted_by=asker.officer,
        granted_at=asker.at,
    )
