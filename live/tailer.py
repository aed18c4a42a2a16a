"""Follows the journal: one turn reads a batch in one snapshot, decides for every screen, then lets them hear it."""

import asyncio
from datetime import datetime, timedelta

from live.aggregates import Aggregates
from live.audience import NOBODY
from live.catch_up import TooFarBehind, catch_up
from live.cursor import CursorSealer, Place
from live.decider import Decider
from live.delivery import Change
from live.event import Event
from live.frames import beat
from live.hub import Hub
from live.meter import Meter, Unmetered
from live.ports import Journal, Snapshot
from live.screen import SAY_WHO_IS_HERE, CloseCode, Keys, Life, Screen
from live.speaker import Speaker
from live.standing import Standing
from live.turn import Turn

PRESENCE_EVERY = timedelta(seconds=1)  # who comes and goes is no faster than people are


class GapInJournalError(Exception):
    """A position is missing between two events: something may be lost, so the worker must not go on."""


class Tailer:
    """One per process. `turn` is the only place where anything is decided or sent; never call it twice at once."""

    def __init__(
        self, journal: Journal, hub: Hub, sealer: CursorSealer, standing: Standing, meter: Meter | None = None
    ) -> None:
        """Start before the first event; the first turn finds the head."""
        self._journal = journal
        self._standing = standing
        self._hub = hub
        self._sealer = sealer
        self._meter = meter or Unmetered()
        self._aggregates = Aggregates(hub)
        self._decider = Decider(hub, self._aggregates)
        self._speaker = Speaker(hub, self._aggregates, standing.may_speak)
        self._joining: dict[Screen, None] = {}  # in order of arrival
        self._gone: list[Screen] = []
        self._place: Place | None = None
        self._presence_at: datetime | None = None
        self._turning = False
        self._beat_is_due = False  # at the end of the turn that is under way
        self.untouched = True  # the last turn ended before anything was decided: what is kept holds as far as it did

    @property
    def applied(self) -> int:
        """Give the last position whose facts hold on every screen here."""
        return self._place.position if self._place else 0

    @property
    def place(self) -> Place | None:
        """Give the moment whose facts hold on every screen here; None before the first turn."""
        return self._place

    def screens(self) -> list[Screen]:
        """Give every open screen, those included that wait to be let in."""
        return [*self._hub.screens(), *self._joining]

    def join(self, screen: Screen) -> None:
        """Let a screen in at the next turn."""
        self._joining[screen] = None

    def leave(self, screen: Screen) -> None:
        """Forget a screen whose socket is gone: at the next turn, because one under way may still name what it held."""
        if screen.life is not Life.CLOSED:
            screen.become(Life.CLOSED)
        self._joining.pop(screen, None)
        self._gone.append(screen)

    def seconds_until_due(self) -> float | None:
        """Give how long after the last turn time alone asks for the next."""
        if self._standing.entered:
            return 0.0
        dues = (self._hub.next_due(), self._aggregates.next_due())
        due = min((moment for moment in dues if moment is not None), default=None)
        return None if due is None or self._place is None else (due - self._place.at).total_seconds()

    def reset(self) -> None:
        """Trust nothing kept here after a failed turn: every screen must fetch its page again."""
        for screen in self._hub.screens():
            screen.cursor = ""
        self._start_over()
        self._place = None

    async def turn(self) -> None:
        """Apply what was committed since the last turn: all access first, then retract, then show."""
        self._turning = True
        try:
            await self._turn()
        finally:
            self._turning = False
        if self._beat_is_due:
            self.beat()

    async def _turn(self) -> None:
        while self._gone:
            self._hub.remove(self._gone.pop())
        t0 = self._standing.now()  # before the head is read
        self.untouched = True
        async with self._journal.snapshot() as snapshot:
            self.untouched = False
            turn = Turn(snapshot)
            events = await self._new_events(snapshot)
            await self._decider.apply(turn, events)
            self._speaker.take_back(turn, events)
            await self._standing.settle(snapshot, events, t0)
            await self._decider.serve_waiting(turn)
            await self._let_in(turn)
            await self._notice_presence(snapshot)
            if disclosures := await self._speaker.prepare(turn):
                await self._journal.disclosed(disclosures, snapshot.head)
            await self._look_again(snapshot, t0)
            self._place = Place(snapshot.epoch, snapshot.head, snapshot.now)
            self._speaker.speak(turn)
            self._count(turn, events, self._standing.now() - t0)
            await asyncio.sleep(0)  # what was said leaves before anything is summed, whether or not the database waits
            await self._speaker.sum_up(turn)

    async def _look_again(self, snapshot: Snapshot, t0: float) -> None:
        """Lengthen the lease of a long turn, unless somebody's access has ended by itself meanwhile."""
        due = self._hub.next_due()
        if due is None or due > snapshot.now + timedelta(seconds=self._standing.now() - t0):
            await self._standing.look_again(snapshot)

    def _count(self, turn: Turn, events: list[Event], took: float) -> None:
        self._meter.resynced(len(turn.resyncs))
        if self._hub.rooms:
            self._meter.shown([(turn.snapshot.now - event.at).total_seconds() + took for event in events])

    def beat(self) -> None:
        """Send the heartbeat to every screen that has heard all that was applied; none while nothing may leave.

        Its cursor says that all up to it was heard: while a turn has yet to say something, it waits for that.
        """
        self._beat_is_due = self._turning
        if not self._turning:
            self._say_beat()

    def _say_beat(self) -> None:
        if self._place is None or not self._standing.may_speak():
            return
        for screen in self._hub.screens():
            if screen.life is Life.LIVE and screen.wire.idle and not screen.mailbox:
                cursor = self._sealer.seal(self._place, screen.officer)
                screen.wire.put([beat(cursor, self._place.at.isoformat())])

    async def _new_events(self, snapshot: Snapshot) -> list[Event]:
        if self._place is None or self._place.epoch != snapshot.epoch:
            self._start_over()
            for screen in self._joining:
                if not screen.wire.idle:
                    screen.wire.abort()  # nobody knows what was lost meanwhile of what waits in its buffer
            return []
        events = list(await snapshot.events_after(self._place.position))
        expected = range(self._place.position + 1, snapshot.head + 1)
        if [event.position for event in events] != list(expected):
            raise GapInJournalError(f"expected positions {expected}")
        return events

    def _start_over(self) -> None:
        """Trust nothing kept here, what waits included: every screen joins again."""
        self._standing.doubt()
        for screen in self._hub.clear():
            screen.mailbox.take()
            if screen.life is not Life.CLOSED:
                self._joining[screen] = None

    async def _let_in(self, turn: Turn) -> None:
        joining = list(self._joining)
        if not joining:
            return
        keys = await turn.snapshot.keys({screen.officer for screen in joining})
        ended = await turn.snapshot.signed_out({screen.sign_in for screen in joining})
        for screen in joining:
            screen.keys = keys.get(screen.officer, Keys(frozenset()))
            if screen.sign_in in ended or not screen.keys.held:
                screen.wire.close(CloseCode.SIGNED_OUT)
            await self._open_room(screen.topic, turn.snapshot)
            self._hub.add(screen)
            if screen.life is Life.JOINING:
                screen.become(Life.LIVE)
        for screen, missed in (await catch_up(joining, turn.snapshot, self._hub, self._sealer)).items():
            if isinstance(missed, TooFarBehind):
                turn.resyncs[screen] = missed.within
            else:
                for subject in missed:
                    change = Change(subject, NOBODY, self._hub.admission(subject), changed=True)
                    self._decider.decide(turn, screen, change)
            screen.sums = None
            self._joining.pop(screen, None)

    async def _open_room(self, topic: str, snapshot: Snapshot) -> None:
        if topic in self._hub.rooms:
            return
        subjects = await snapshot.subjects_of(topic)
        self._hub.open(topic, subjects)
        new = {subject for subject in subjects if not self._hub.knows(subject)}
        self._hub.keep(await snapshot.known(new), snapshot.now)

    async def _notice_presence(self, snapshot: Snapshot) -> None:
        rooms = {topic: room for topic, room in self._hub.rooms.items() if room.says_who_is_here}
        unseen = any(room.present is None for room in rooms.values())
        if not unseen and self._presence_at is not None and snapshot.now - self._presence_at < PRESENCE_EVERY:
            return
        self._presence_at = snapshot.now
        present = await snapshot.present(rooms.keys())
        for topic, room in rooms.items():
            here = present.get(topic, frozenset())
            if here != (room.present or frozenset()):
                for screen in room.screens:
                    if screen.kind in SAY_WHO_IS_HERE:
                        self._aggregates.stir(screen)
            room.present = here
