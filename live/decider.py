"""Decides what one batch of facts means for every screen: by class where all of it hear alike, else one by one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from live.aggregates import Aggregates
from live.audience import NOBODY
from live.delivery import Change, Retract, Show, delivery_for, lowered
from live.event import Event, Touch
from live.hub import Hub, Room, ViewingClass
from live.screen import WATCHES, CloseCode, Keys, Screen, ScreenKind
from live.turn import Together, Turn


class Decider:
    """Decides by the access that the hub keeps, after all of a batch's access was applied to it. It says nothing."""

    def __init__(self, hub: Hub, aggregates: Aggregates) -> None:
        """Decide for the screens of one hub."""
        self._hub = hub
        self._aggregates = aggregates

    async def apply(self, turn: Turn, events: list[Event]) -> None:
        """Apply all access of the batch, then decide what every screen that is here hears of it."""
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
                            self.decide(turn, screen, change)
                    elif (delivery := delivery_for(change, viewing.keys, viewing.keys)) is not None:
                        decided.setdefault(viewing, []).append(delivery)
                for screen in rekeyed:
                    self.decide(turn, screen, change)
            self._decide_rekeyed(turn, room, before.keys())
        for viewing, deliveries in decided.items():
            self._tell_class(turn, viewing, deliveries)

    async def serve_waiting(self, turn: Turn) -> None:
        """Judge again what waited for a slow screen: access may have ended while it waited."""
        for screen in self._hub.screens():
            if screen.mailbox and screen.wire.idle:
                self._serve(turn, screen)

    def decide(self, turn: Turn, screen: Screen, change: Change) -> None:
        """Decide for one screen alone."""
        keys = screen.keys.held
        before = turn.old_keys.get(screen, keys)
        if screen.kind is ScreenKind.PAGE:
            if lowered(change, before, keys):
                turn.resyncs[screen] = 0  # it was drawn for more: the page is fetched again, or is there no more
        elif (delivery := delivery_for(change, before, keys)) is not None:
            self._note(turn, screen, delivery)

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

    def _note(self, turn: Turn, screen: Screen, delivery: Show | Retract) -> None:
        match delivery:
            case Retract(subject):
                turn.retracts[screen].append(subject)
            case Show():
                turn.shows[screen][delivery.subject] = delivery
                if delivery.afresh and self._hub.reference(delivery.subject) == screen.root:
                    turn.resyncs[screen] = 0  # the whole page looks other, its frame included

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
                self.decide(turn, screen, Change(subject, admission, admission, changed=False))

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
