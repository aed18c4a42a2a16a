"""Follows the journal: one turn reads a batch in one snapshot, decides for every screen, then lets them hear it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from live.aggregates import Aggregates
from live.audience import NOBODY
from live.catch_up import TooFarBehind, catch_up
from live.cursor import CursorSealer, Place
from live.delivery import Change, Retract, Show, delivery_for, lowered
from live.event import Event, Touch
from live.frames import beat
from live.hub import Hub, Room, ViewingClass
from live.meter import Meter, Unmetered
from live.ports import Journal, Snapshot
from live.screen import SAY_WHO_IS_HERE, WATCHES, CloseCode, Keys, Life, Screen, ScreenKind
from live.speaker import Speaker
from live.standing import Standing
from live.turn import Together, Turn

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
        self._speaker = Speaker(hub, self._aggregates)
        self._joining: dict[Screen, None] = {}  # in order of arrival
        self._gone: list[Screen] = []
        self._place: Place | None = None
        self._presence_at: datetime | None = None
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
        while self._gone:
            self._hub.remove(self._gone.pop())
        t0 = self._standing.now()  # before the head is read
        self.untouched = True
        async with self._journal.snapshot() as snapshot:
            self.untouched = False
            turn = Turn(snapshot)
            events = await self._new_events(snapshot)
            await self._apply(turn, events)
            self._speaker.take_back(turn, events)
            await self._standing.settle(snapshot, events, t0)
            await self._serve_waiting(turn)
            await self._let_in(turn)
            await self._notice_presence(snapshot)
            if disclosures := await self._speaker.prepare(turn):
                await self._journal.disclosed(disclosures, snapshot.head)
            self._place = Place(snapshot.epoch, snapshot.head, snapshot.now)
            self._speaker.speak(turn)
            self._count(turn, events, self._standing.now() - t0)
            await self._speaker.sum_up(turn)

    def _count(self, turn: Turn, events: list[Event], took: float) -> None:
        self._meter.resynced(len(turn.resyncs))
        if self._hub.rooms:
            self._meter.shown([(turn.snapshot.now - event.at).total_seconds() + took for event in events])

    def beat(self) -> None:
        """Send the heartbeat to every screen that has heard all that was applied; none while nothing may leave."""
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

    async def _apply(self, turn: Turn, events: list[Event]) -> None:
        hub, now = self._hub, turn.snapshot.now
        await self._close_ended(turn, {event.subject for event in events if event.touches is Touch.SIGN_IN})
        seen_by = await self._rekey(turn, {event.subject for event in events if event.touches is Touch.OFFICER})
        self._stir_watches(turn, events)
        content = self._take_in(events)
        access = hub.depending_on({event.subject for event in events if event.touches is Touch.ACCESS})
        moved = access | hub.overdue(now) | seen_by
        before = {subject: hub.admission(subject) for subject in (*content, *sorted(moved.difference(content)))}
        hub.keep(await turn.snapshot.known(before.keys()), now)
        decided = dict[ViewingClass, list[Show | Retract]]()
        for room in hub.rooms.values():
            rekeyed = room.screens & turn.old_keys.keys()
            for subject in filter(room.subjects.__contains__, before):
                change = Change(subject, before[subject], hub.admission(subject), changed=True)
                for viewing in hub.concerned(room, change):
                    if viewing.kind is ScreenKind.PAGE:
                        for screen in viewing.screens - rekeyed:
                            self._decide(turn, screen, change)
                    elif (delivery := delivery_for(change, viewing.keys, viewing.keys)) is not None:
                        decided.setdefault(viewing, []).append(delivery)
                for screen in rekeyed:
                    self._decide(turn, screen, change)
            self._decide_rekeyed(turn, room, before.keys())
        for viewing, deliveries in decided.items():
            self._tell_class(turn, viewing, deliveries)

    def _tell_class(self, turn: Turn, viewing: ViewingClass, deliveries: Sequence[Show | Retract]) -> None:
        """Let a class hear alike what is only new to it; whatever takes something back, or must wait, is told apart."""
        shows = {one.subject: one for one in deliveries if isinstance(one, Show) and not one.afresh}
        alike = len(shows) == len(deliveries)
        together = list[Screen]()
        for screen in viewing.screens - turn.old_keys.keys():
            if alike and screen.wire.idle and not screen.mailbox:
                together.append(screen)
            else:
                for delivery in deliveries:
                    self._note(turn, screen, delivery)
        if together:
            turn.together[viewing] = Together(together, shows)

    def _stir_watches(self, turn: Turn, events: Iterable[Event]) -> None:
        """Let every watch look again when access changed: it names things of all topics, which no room of it keeps."""
        changed = any(event.touches is Touch.ACCESS for event in events)
        for screen in self._hub.screens():
            if screen.kind in WATCHES:
                if screen in turn.old_keys:
                    self._aggregates.hurry(screen)
                elif changed:
                    self._aggregates.stir(screen)

    def _take_in(self, events: Iterable[Event]) -> list[UUID]:
        """Name what these events change on topics that are open here, in their order: lines come in it."""
        content: dict[UUID, None] = {}
        actors: dict[str, set[UUID | None]] = {}
        for event in events:
            if event.touches is not Touch.CONTENT:
                continue
            for topic in event.topics:
                if (room := self._hub.rooms.get(topic)) is not None:
                    room.subjects.add(event.subject)
                    content[event.subject] = None
                    actors.setdefault(topic, set()).add(event.actor)
        for topic, officers in actors.items():
            for screen in self._hub.rooms[topic].screens:
                # what waits on a watch is no leaf: it looks again, and hears something only if it looks other
                if screen.officer in officers or screen.kind in WATCHES:
                    self._aggregates.stir(screen)
        return list(content)

    async def _close_ended(self, turn: Turn, officers: set[UUID]) -> None:
        """Close the screens of ended sign-ins; the officer's other screens stay as they are."""
        screens = [screen for screen in self._hub.screens() if screen.officer in officers]
        ended = await turn.snapshot.signed_out({screen.sign_in for screen in screens}) if screens else ()
        for screen in screens:
            if screen.sign_in in ended:
                screen.wire.close(CloseCode.SIGNED_OUT)

    async def _rekey(self, turn: Turn, moved: set[UUID]) -> set[UUID]:
        """Give moved officers' screens their new keys; name what shows how many of them can see it."""
        now = turn.snapshot.now
        screens = [
            screen
            for screen in self._hub.screens()
            if screen.officer in moved or (screen.keys.until is not None and screen.keys.until <= now)
        ]
        keys = await turn.snapshot.keys({screen.officer for screen in screens})
        for screen in screens:
            turn.old_keys[screen] = screen.keys.held
            self._hub.rekey(screen, keys.get(screen.officer, Keys(frozenset())))
            if not screen.keys.held:
                screen.wire.close(CloseCode.SIGNED_OUT)
        return self._hub.naming(await turn.snapshot.keys_ever(moved)) if moved else set()

    def _decide_rekeyed(self, turn: Turn, room: Room, decided: Collection[UUID]) -> None:
        for screen in room.screens & turn.old_keys.keys():
            for subject in sorted(room.subjects.difference(decided)):
                admission = self._hub.admission(subject)
                self._decide(turn, screen, Change(subject, admission, admission, changed=False))

    def _decide(self, turn: Turn, screen: Screen, change: Change) -> None:
        keys = screen.keys.held
        before = turn.old_keys.get(screen, keys)
        if screen.kind is ScreenKind.PAGE:
            if lowered(change, before, keys):
                turn.resyncs[screen] = 0  # it was drawn for more: the page is fetched again, or is there no more
        elif (delivery := delivery_for(change, before, keys)) is not None:
            self._note(turn, screen, delivery)

    def _note(self, turn: Turn, screen: Screen, delivery: Show | Retract) -> None:
        match delivery:
            case Retract(subject):
                turn.retracts[screen].append(subject)
            case Show():
                turn.shows[screen][delivery.subject] = delivery
                if delivery.afresh and self._hub.reference(delivery.subject) == screen.root:
                    turn.resyncs[screen] = 0  # the whole page looks other, its frame included

    async def _serve_waiting(self, turn: Turn) -> None:
        """Judge again what waited for a slow screen: access may have ended while it waited."""
        for screen in self._hub.screens():
            if screen.mailbox and screen.wire.idle:
                self._serve(turn, screen)

    def _serve(self, turn: Turn, screen: Screen) -> None:
        if screen.mailbox.overflowed:
            turn.resyncs[screen] = 0
        newer, waiting = turn.shows.pop(screen, {}), dict[UUID, Show]()
        for subject, lost in screen.mailbox.take().items():
            change = Change(subject, NOBODY, self._hub.admission(subject), changed=True)
            delivery = delivery_for(change, (), screen.keys.held)
            of_now = newer.pop(subject, None)
            if isinstance(delivery, Show):
                waiting[subject] = replace(delivery, afresh=lost or (of_now is not None and of_now.afresh))
            elif subject not in turn.retracts[screen]:
                turn.retracts[screen].append(subject)
        turn.shows[screen] = waiting | newer  # what waited is older

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
                    self._decide(turn, screen, Change(subject, NOBODY, self._hub.admission(subject), changed=True))
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
