"""Access asked for: from a stub, or by a reference that was typed and may name nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.audit import Act
from models.grants import AccessRequest, Resource
from ops.access.asker import Asker
from ops.access.principals import officer_key, own_key, team_key
from ops.actions.grantees import own_teams
from ops.actions.request_course import courses
from ops.errors import Conflict, Invalid, NotFound
from ops.topics import agency_topic
from ops.transaction import Desk, Fact, Work

ASKED_FOR = ("case", "report", "operation", "profile")
LEVELS = {"read": Level.READ, "contribute": Level.CONTRIBUTE}
LASTS = timedelta(days=14)  # then a request has lapsed; the same for a reference that names nothing
LONGEST_UNTIL = timedelta(days=366)
LONGEST_WORDS = 400
REFERENCE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz234567")
REFERENCE_LENGTH = 26
MOST_TYPED = 20  # a day: nobody copies more references by hand, and a program that tries them is stopped
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for. `whom`: 'me', or 'team:REF' for one of the asker's own teams."""

    reason: str
    purpose: str
    level: str
    until: datetime | None
    whom: str = "me"


async def ask(desk: Desk, asker: Asker, kind: str, reference: str, wanted: Wanted) -> str:
    """Ask for a thing that the asker knows of; gives the request's reference.

    NotFound for what cannot be discovered, Conflict while the same request is open.
    """
    if kind not in ASKED_FOR:
        raise NotFound
    _must_be_person(asker)
    async with desk.work(asker, changes_access=True) as work:
        found = await work.find(reference, kind, Level.DISCOVER)
        _check(wanted, work.asker.at)
        if found.level >= LEVELS[wanted.level]:
            raise Invalid({"level": "You can do this already."})
        await _must_be_new(work, reference, typed=False)
        request = await _request(work, wanted, reference, found.resource, typed=False)
        await _file(work, request, found.resource.owner_agency_id)
        return request.reference


async def ask_by_reference(desk: Desk, asker: Asker, reference: str, wanted: Wanted) -> str:
    """Ask for whatever a reference names, if it names anything; gives the request's reference.

    The same rows, facts and questions to the database whether the reference is right, wrong, one's own, or names what
    nobody can ask for: neither the answer nor its time says which.
    """
    reference = reference.strip().lower()
    if len(reference) != REFERENCE_LENGTH or not REFERENCE_LETTERS.issuperset(reference):
        raise Invalid({"reference": "A reference has 26 letters and digits. Copy it whole."})
    _must_be_person(asker)
    async with desk.work(asker, changes_access=True) as work:
        _check(wanted, work.asker.at)
        await _must_not_be_too_many(work)
        await _must_be_new(work, reference, typed=True)
        named = await work.session.execute(
            select(Resource).where(col(Resource.reference) == reference, col(Resource.kind).in_(ASKED_FOR))
        )
        resource = named.scalar_one_or_none()
        request = await _request(work, wanted, reference, resource, typed=True)
        await _file(work, request, resource.owner_agency_id if resource else work.asker.agency)
        return request.reference


def _must_be_person(asker: Asker) -> None:
    if own_key(asker).startswith("account:"):
        raise Invalid({"whom": "An officer asks for access, and a program is given it by who manages the thing."})


def _check(wanted: Wanted, at: datetime) -> None:
    messages = {
        name: message
        for name, words, message in (
            ("reason", wanted.reason, "Say why you need it."),
            ("purpose", wanted.purpose, "Say what it is for."),
        )
        if not words.strip()
    }
    for name, words in (("reason", wanted.reason), ("purpose", wanted.purpose)):
        if len(words) > LONGEST_WORDS:
            messages[name] = f"Write at most {LONGEST_WORDS} characters."
    if wanted.level not in LEVELS:
        messages["level"] = "Choose what you need to do."
    if wanted.until is None or not at < wanted.until <= at + LONGEST_UNTIL:
        messages["until"] = "Choose an end that is still to come, within a year."
    if messages:
        raise Invalid(messages)


async def _must_not_be_too_many(work: Work) -> None:
    counted = await work.session.execute(
        select(func.count())
        .select_from(AccessRequest)
        .where(
            col(AccessRequest.officer_id) == work.asker.officer,
            col(AccessRequest.typed),
            col(AccessRequest.asked_at) > work.asker.at - A_DAY,
        )
    )
    if counted.scalar_one() >= MOST_TYPED:
        raise Conflict(f"You sent {MOST_TYPED} requests by reference within a day. Go on tomorrow, or call their desk.")


async def _must_be_new(work: Work, reference: str, *, typed: bool) -> None:
    """Refuse a second request while the first is open, as far as its requester may know."""
    asked = await courses(
        work.session,
        select(AccessRequest).where(
            col(AccessRequest.officer_id) == work.asker.officer,
            col(AccessRequest.asked_for) == reference,
            col(AccessRequest.typed) == typed,
            col(AccessRequest.lapses_at) > work.asker.at,
        ),
    )
    if any(course.open_for_requester(work.asker.at) for course in asked):
        raise Conflict("You asked for this already. It stands under what you sent.")


async def _request(
    work: Work, wanted: Wanted, reference: str, resource: Resource | None, *, typed: bool
) -> AccessRequest:
    assert wanted.until is not None  # noqa: S101 - checked before
    return AccessRequest(
        resource_id=resource.id if resource else None,
        officer_id=work.asker.officer,
        asked_for=reference,
        typed=typed,
        principal=await _principal(work, wanted.whom),
        level=int(LEVELS[wanted.level]),
        until=wanted.until,
        purpose=wanted.purpose.strip(),
        reason=wanted.reason.strip(),
        asked_at=work.asker.at,
        lapses_at=work.asker.at + LASTS,
    )


async def _principal(work: Work, whom: str) -> str:
    teams = {f"team:{team.reference}": team_key(team.id) for team in await own_teams(work.session, work.asker)}
    principals = {"me": officer_key(work.asker.officer), **teams}
    if whom not in principals:
        raise Invalid({"whom": "Choose yourself or one of your own teams."})
    return principals[whom]


async def _file(work: Work, request: AccessRequest, owner: UUID) -> None:
    work.add(request)
    # a typed reference is not filed as an act about the thing: the audit would take longer over a right one
    work.audit(Act.ACCESS_ASKED_FOR, request.reference, *([] if request.typed else [request.asked_for]))
    topics = await agency_topics(work, owner)
    work.record(Fact.ACCESS_ASKED, request.id, topics, request)


async def agency_topics(work: Work, *agencies: UUID) -> tuple[str, ...]:
    """Name what the watches of some agencies listen to."""
    rows = await work.session.execute(select(col(Agency.reference)).where(col(Agency.id).in_(agencies)))
    return tuple(sorted(agency_topic(reference) for reference in rows.scalars()))
