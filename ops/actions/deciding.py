"""What becomes of a request: approved, refused, asked back, passed on. Each act is one more step, never a change."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import AccessRequest, Grant, RequestStep, Resource, Step
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.access.principals import officer_key
from ops.access.rules import live
from ops.actions.deciders import Deciding, find_deciding
from ops.actions.grantees import grantee_of
from ops.actions.grants import Given, granted
from ops.actions.request_course import Course, Stage, courses
from ops.actions.requests import LONGEST_WORDS, agency_topics
from ops.actions.terms import LEVELS, Terms
from ops.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from ops.transaction import Desk, Fact, Work

WARNING = "Tick the box: whatever you answer tells them that it exists."
ENDED = {
    Stage.APPROVED: "This request was approved already.",
    Stage.REFUSED: "This request was refused already.",
    Stage.UNANSWERED: "This request was refused already.",
    Stage.LAPSED: "This request lapsed: nobody decided it within 14 days. They can ask again.",
}
GONE = "Whoever asked is no longer active, so this request has ended."


@dataclass(frozen=True, slots=True)
class Told:
    """Words for the requester. `warned`: the decider knows that an answer tells that the thing exists."""

    words: str
    warned: bool = False


async def approve(desk: Desk, asker: Asker, reference: str, given: Given, note: str = "") -> str:
    """Approve a request as asked or narrower, and give the access in the same commit; gives the grant's reference.

    NotAllowed for a decider who does not manage the thing, Invalid for more than was asked, Conflict once it ended.
    """
    async with desk.work(asker, changes_access=True) as work:
        deciding = await _open(work, reference)
        if len(note) > LONGEST_WORDS:
            raise Invalid({"note": f"Write at most {LONGEST_WORDS} characters."})
        try:
            found = await find_by_id(work.session, work.asker, deciding.resource.id, Level.MANAGE)
        except Refusal:
            raise NotAllowed("Only who manages it can give access to it. Pass the request on to them.") from None
        await _must_be_no_more(work, deciding, given)
        grant = await granted(work, found, given, answering=deciding.course.request.id)
        await _step(work, deciding, Step.APPROVED, note)
        return grant.reference


async def refuse(desk: Desk, asker: Asker, reference: str, told: Told) -> None:
    """Refuse with a reason. On a typed reference the decider must know what a reason tells."""
    async with desk.work(asker, changes_access=True) as work:
        deciding = await _open(work, reference)
        _check(told.words, "reason", "Say why. Or refuse without an answer.")
        _must_be_warned(deciding.course, told)
        await _step(work, deciding, Step.REFUSED, told.words)


async def refuse_in_silence(desk: Desk, asker: Asker, reference: str) -> None:
    """Refuse without an answer: who typed the reference learns nothing, now or later."""
    async with desk.work(asker, changes_access=True) as work:
        await _step(work, await _open(work, reference), Step.UNANSWERED, "")


async def ask_back(desk: Desk, asker: Asker, reference: str, told: Told) -> None:
    """Ask the requester something; the request waits for them until they reply, and lapses when it would have."""
    async with desk.work(asker, changes_access=True) as work:
        deciding = await _open(work, reference)
        _check(told.words, "question", "Write your question.")
        if deciding.course.stage(work.asker.at) is Stage.QUESTION:
            raise Conflict("They were asked already, and have not replied.")
        _must_be_warned(deciding.course, told)
        await _step(work, deciding, Step.ASKED_BACK, told.words)


async def pass_on(desk: Desk, asker: Asker, reference: str) -> None:
    """Let the officers who manage the thing decide as well."""
    async with desk.work(asker, changes_access=True) as work:
        deciding = await _open(work, reference)
        if deciding.course.passed_on:
            raise Conflict("It was passed on to its managers already.")
        await _step(work, deciding, Step.PASSED_ON, "")


async def reply(desk: Desk, asker: Asker, reference: str, words: str) -> None:
    """Reply to the owner's question about one's own request."""
    async with desk.work(asker, changes_access=True) as work:
        mine = select(AccessRequest).where(
            col(AccessRequest.reference) == reference, col(AccessRequest.officer_id) == work.asker.officer
        )
        found = await courses(work.session, mine)
        if not found:
            raise NotFound
        if found[0].stage(work.asker.at) is not Stage.QUESTION:
            raise Conflict("There is no question to reply to.")
        _check(words, "reply", "Write your reply.")
        asked_of = await work.session.get_one(Resource, found[0].request.resource_id)
        await _add(work, found[0], Step.REPLIED, words, asked_of.owner_agency_id, work.asker.agency)


async def _open(work: Work, reference: str) -> Deciding:
    deciding = await find_deciding(work.session, work.asker, reference)
    if deciding.lost_standing:
        raise Conflict(GONE)
    if not deciding.is_open(work.asker):
        raise Conflict(ENDED[deciding.course.stage(work.asker.at)])
    return deciding


async def _must_be_no_more(work: Work, deciding: Deciding, given: Given) -> None:
    """Hold an approval to what was asked, or less, for whoever asked or a team of their agency."""
    request = deciding.course.request
    grantee = await grantee_of(work.session, work.asker, given.who)
    person, team = officer_key(deciding.requester.id), grantee.key.startswith("team:")
    if grantee.agency != deciding.requester.agency_id or not (team or grantee.key == person):
        raise Invalid({"who": "Choose who asked, or a team of their agency."})
    if given.terms.level not in LEVELS:
        raise Invalid({"level": "Choose what they may do."})
    if LEVELS[given.terms.level] > request.level:
        raise Invalid({"level": "They asked for less than that."})
    if given.terms.until is None or given.terms.until > request.until:
        raise Invalid({"until": "They asked for a shorter time. Choose an earlier end."})
    await _must_hold_less(work, deciding, grantee.key, given.terms)


async def _must_hold_less(work: Work, deciding: Deciding, key: str, terms: Terms) -> None:
    """Refuse to replace what they hold already by less: a new grant takes the place of the old one."""
    level = int(LEVELS[terms.level])
    as_long = or_(col(Grant.ends).is_(None), col(Grant.ends) >= terms.until)
    held = await work.session.execute(
        select(col(Grant.id)).where(
            col(Grant.resource_id) == deciding.resource.id,
            col(Grant.principal) == key,
            or_(col(Grant.level) > level, and_(col(Grant.level) == level, as_long)),
            live(work.asker.at),
        )
    )
    if held.first() is not None:
        raise Invalid({"who": "They have this access already, or more."})


def _must_be_warned(course: Course, told: Told) -> None:
    if course.request.typed and not course.told and not told.warned:
        raise Invalid({"warned": WARNING})


def _check(words: str, field: str, missing: str) -> None:
    if not words.strip():
        raise Invalid({field: missing})
    if len(words) > LONGEST_WORDS:
        raise Invalid({field: f"Write at most {LONGEST_WORDS} characters."})


async def _step(work: Work, deciding: Deciding, step: Step, words: str) -> None:
    await _add(work, deciding.course, step, words, deciding.resource.owner_agency_id, deciding.requester.agency_id)


async def _add(work: Work, course: Course, step: Step, words: str, *agencies: UUID) -> None:
    row = RequestStep(
        request_id=course.request.id,
        number=len(course.steps) + 1,
        step=step,
        officer_id=work.asker.officer,
        words=words.strip(),
        at=work.asker.at,
    )
    work.add(row)
    work.audit(Act(f"request {step}"), course.request.reference, course.request.asked_for)
    work.record(Fact.REQUEST_MOVED, course.request.id, await agency_topics(work, *agencies), row)
