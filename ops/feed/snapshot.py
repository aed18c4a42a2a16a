"""One moment of journal, access and content together, as the engine reads it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.answers import Answer
from live.delivery import Projection
from live.event import Event, Touch
from live.frames import Leaf, Record
from live.ports import Aggregate, Arrival, Known
from live.screen import Keys, Screen, ScreenKind
from models.agencies import Officer
from models.base import table_of
from models.grants import Resource
from models.journal import JournalEntry
from models.operations import Operation
from models.sign_ins import SignIn
from models.widenings import Widening
from ops.access.asker import Asker
from ops.access.audiences import AUDIENCES, known
from ops.access.duties import duties_now
from ops.access.principals import agency_among, keys_ever, keys_of
from ops.access.rules import visible_to
from ops.feed.kept_holders import KeptHolders
from ops.feed.own_access import own_access_gained, own_access_lost
from ops.feed.workers import present_on
from ops.topics import kind_of, reference_of, references_on

SHOWN_ON_SCREENS = ("case", "report", "operation", "site", "task", "post", "outcome", "encounter")
SHOWN_ON = {
    "decisions": ("operation", "decision"),
    "debrief": ("operation",),
}  # by the topic's kind, where that is not all of it

_ENTRY = table_of(JournalEntry).c
_EVENTS = (
    select(_ENTRY.position, _ENTRY.touches, _ENTRY.subject_id, _ENTRY.topics, _ENTRY.at, _ENTRY.actor_id)
    .where(_ENTRY.position > bindparam("after", type_=BigInteger))
    .order_by(_ENTRY.position)
)


class Painter(Protocol):
    """Draws what the engine sends."""

    async def leaves(
        self, session: AsyncSession, kind: ScreenKind, projection: Projection, subjects: Collection[UUID], at: datetime
    ) -> Mapping[UUID, Leaf | Record]:
        """Draw each subject once, the same for everyone who may see it."""
        ...

    async def aggregate(self, session: AsyncSession, kind: ScreenKind, reference: str, asker: Asker) -> Aggregate:
        """Draw the sums of a box as one asker sees them."""
        ...


@dataclass
class SqlSnapshot:
    """Everything is read through one session, whose every read shows the same moment."""

    session: AsyncSession
    painter: Painter
    head: int
    now: datetime
    epoch: bytes
    registered: bool
    holders: KeptHolders
    _duties: dict[UUID, frozenset[str]] | None = None  # everyone's, once they are asked for

    async def events_after(self, position: int) -> Sequence[Event]:
        events = await self._events_after(position)
        await self.holders.bring(self.session, events, position, self.head, self.now)
        return events

    async def _events_after(self, position: int) -> Sequence[Event]:
        return [
            Event(place, Touch(touches), subject, tuple(topics), at, actor)
            for place, touches, subject, topics, at, actor in await self.session.execute(_EVENTS, {"after": position})
        ]

    async def subjects_of(self, topic: str) -> Collection[UUID]:
        if (named := references_on(topic)) is not None:
            rows = await self.session.execute(select(col(Resource.id)).where(col(Resource.reference).in_(named)))
            return list(rows.scalars())
        box = select(col(Resource.id)).where(col(Resource.reference) == reference_of(topic)).scalar_subquery()
        rows = await self.session.execute(
            select(col(Resource.id)).where(
                (col(Resource.id) == box) | (col(Resource.gate_id) == box),
                col(Resource.kind).in_(SHOWN_ON.get(kind_of(topic), SHOWN_ON_SCREENS)),
            )
        )
        return [*rows.scalars(), *await self._widened_beside(topic)]

    async def _widened_beside(self, topic: str) -> list[UUID]:
        """Name the widened reports of an operation's case, and the case: its board tells who may hold them."""
        box = select(col(Resource.id)).where(col(Resource.reference) == reference_of(topic)).scalar_subquery()
        case = select(col(Operation.case_id)).where(col(Operation.id) == box).scalar_subquery()
        rows = await self.session.execute(
            select(col(Resource.id), col(Resource.gate_id))
            .join(Widening, col(Widening.resource_id) == col(Resource.id))
            .where(col(Resource.gate_id) == case)
        )
        return [subject for pair in rows for subject in pair]

    async def known(self, subjects: Collection[UUID]) -> Mapping[UUID, Known]:
        facts = await known(self.session, subjects)
        self.session.info.setdefault(AUDIENCES, {}).update(facts)
        return facts

    async def keys(self, officers: Collection[UUID]) -> Mapping[UUID, Keys]:
        return await keys_of(self.session, officers, self.now) if officers else {}

    async def signed_out(self, sign_ins: Collection[UUID]) -> Collection[UUID]:
        rows = await self.session.execute(
            select(col(SignIn.id)).where(
                col(SignIn.id).in_(sign_ins), or_(col(SignIn.ended_at).is_not(None), col(SignIn.expires_at) <= self.now)
            )
        )
        return set(rows.scalars())

    async def keys_ever(self, officers: Collection[UUID]) -> frozenset[str]:
        return await keys_ever(self.session, officers)

    async def access_lost(self, arrivals: Collection[Arrival]) -> Collection[Arrival]:
        return await own_access_lost(self.session, arrivals, self.now)

    async def access_gained(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        return await own_access_gained(self.session, arrivals, self.now)

    async def changed_since(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        if not arrivals:
            return {}
        events = await self._events_after(min(arrival.since.position for arrival in arrivals))
        places = {(arrival.topic, arrival.since.position) for arrival in arrivals}
        changed = {place: _changed(events, *place) for place in places}
        return {arrival: changed[arrival.topic, arrival.since.position] for arrival in arrivals}

    async def leaves(
        self, kind: ScreenKind, projection: Projection, subjects: Collection[UUID]
    ) -> Mapping[UUID, Leaf | Record]:
        return await self.painter.leaves(self.session, kind, projection, subjects, self.now)

    async def aggregate(self, screen: Screen) -> Aggregate:
        if not screen.keys.held:
            return Aggregate(())
        agency = agency_among(screen.keys.held)
        if agency is None:  # a program has no key of its agency's
            agency = (await self.session.get_one(Officer, screen.officer)).agency_id
        if self._duties is None:
            self._duties = await duties_now(self.session, self.now)
        duties = self._duties.get(screen.officer, frozenset())
        asker = Asker(screen.officer, agency, screen.keys.held, self.now, duties)
        return await self.painter.aggregate(self.session, screen.kind, reference_of(screen.topic), asker)

    async def may_still_read(self, answer: Answer, touched: Collection[UUID]) -> bool:
        if answer.officer is None or not answer.references:
            return True
        officer = await self.session.get_one(Officer, answer.officer)
        keys = (await self.keys([officer.id])).get(officer.id)
        if keys is None or (answer.sign_in and await self.signed_out([answer.sign_in])):
            return False
        asker = Asker(officer.id, officer.agency_id, keys.held, self.now)
        readable = await self.session.execute(
            select(col(Resource.reference)).where(
                col(Resource.reference).in_(answer.references),
                col(Resource.acl_id).not_in(touched),
                col(Resource.id).not_in(touched),
                visible_to(asker),
            )
        )
        return answer.references <= set(readable.scalars())

    async def present(self, topics: Collection[str]) -> Mapping[str, frozenset[UUID]]:
        return await present_on(self.session, topics, self.now)


def _changed(events: Sequence[Event], topic: str, position: int) -> Sequence[UUID]:
    later = (event for event in events if event.position > position)
    return list(dict.fromkeys(e.subject for e in later if e.touches is Touch.CONTENT and topic in e.topics))
