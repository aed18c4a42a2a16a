"""Says what a turn decided: retractions first, then leaves drawn once for all, then sums; slow screens wait."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from live.aggregates import Aggregates
from live.delivery import Projection, Show
from live.event import Event, Touch
from live.frames import Frame, resync, retract, show, side_by_side
from live.hub import Hub, ViewingClass
from live.ports import Disclosure
from live.screen import FOR_PROGRAMS, WATCHES, CloseCode, Life, Screen, ScreenKind
from live.turn import Turn


class _Leaf(NamedTuple):
    """A leaf that was drawn in this turn, and whether it looks other than when it was last shown."""

    frame: Frame
    changed: bool


_Drawing = tuple[ScreenKind, Projection, UUID]


class Speaker:
    """Turns decisions into frames. It decides nothing: whoever may not know is not in the turn.

    A frame of content that is handed over without the lease costs its screen the line. So what a turn has to say once
    its lease is over waits, by reference, for the next one.
    """

    def __init__(self, hub: Hub, aggregates: Aggregates, may_speak: Callable[[], bool]) -> None:
        """Speak to the screens of one hub, while a byte of content may leave."""
        self._hub = hub
        self._aggregates = aggregates
        self._may_speak = may_speak

    def take_back(self, turn: Turn, events: Sequence[Event]) -> None:
        """Let go of what was lost, before anything else is said: whoever revokes waits for this.

        A screen with bytes of ours still in its buffer is cut: what it lost may be among them.
        """
        frames: dict[UUID, Frame] = {}
        for screen in {*turn.retracts, *turn.old_keys, *_downgraded(turn), *self._beside(events)}:
            lost = turn.retracts.pop(screen, [])
            if not screen.wire.idle:
                screen.mailbox.take()
                turn.shows.pop(screen, None)
                screen.wire.abort()
            elif lost:
                self._aggregates.hurry(screen)
                told = [frames.setdefault(one, retract(self._hub.reference(one))) for one in lost]
                if self._may_speak():
                    screen.wire.put(told)
                else:
                    screen.wire.tell(side_by_side(told))  # what was shown goes, which shows nothing
                self._close_without_root(screen, lost)

    def _beside(self, events: Sequence[Event]) -> Iterator[Screen]:
        """Name the screens whose sums may tell of what was lost, though it lies in no room of theirs."""
        access = [event for event in events if event.touches is not Touch.CONTENT]
        topics = {topic for event in access for topic in event.topics}
        for screen in self._hub.screens() if access else ():
            if screen.topic in topics or screen.kind in WATCHES:
                yield screen

    async def prepare(self, turn: Turn) -> list[Disclosure]:
        """Write every frame but the sums; name what they disclose: that must be on record before they leave."""
        for screen in turn.screens():
            self._aggregates.stir(screen)
        for screen in (*turn.retracts, *turn.old_keys, *_downgraded(turn)):
            self._aggregates.hurry(screen)
        self._defer(turn)
        shown = await self._leaves(turn)
        retracted: dict[UUID, Frame] = {}
        for screen, subjects in turn.retracts.items():
            for subject in subjects:
                frame = retracted.setdefault(subject, retract(self._hub.reference(subject)))
                turn.frames[screen].append(frame)
        self._write_leaves(turn, shown)
        for screen, within in turn.resyncs.items():
            turn.frames[screen].append(resync(within=within))
        return self._disclosures(turn)

    def _disclosures(self, turn: Turn) -> list[Disclosure]:
        """Name who is shown what: one entry for all that goes to the same screens."""
        to_whom = defaultdict[frozenset[Screen | ViewingClass], list[str]](list)
        for subject, readers in turn.readers.items():
            to_whom[frozenset(readers)].append(self._hub.reference(subject))
        officers: dict[Screen | ViewingClass, frozenset[UUID]] = {
            viewing: frozenset(screen.officer for screen in heard.screens) for viewing, heard in turn.together.items()
        }
        return [
            Disclosure(
                tuple(references),
                frozenset[UUID]().union(
                    *(officers[one] if isinstance(one, ViewingClass) else (one.officer,) for one in readers)
                ),
            )
            for readers, references in to_whom.items()
        ]

    async def sum_up(self, turn: Turn) -> None:
        """Let every viewing class hear its sums: after the lines, so that no line waits for them."""
        if not self._may_speak():
            return
        async for screen, frames in self._aggregates.turn(turn.snapshot):
            if not self._may_speak():
                screen.sums = None  # all of them, once the lease is back
            elif screen.life is Life.LIVE:
                screen.wire.put(frames)

    def speak(self, turn: Turn) -> None:
        """Let every screen hear its frames, and close those from which the box itself was taken.

        A program that must begin again is closed too: whatever it heard from here on, its next reading could undo.
        """
        if self._may_speak():
            self._say(turn)
        else:
            self._let_wait(turn)
        for screen in turn.resyncs:
            if screen.kind in FOR_PROGRAMS:
                screen.wire.finish(CloseCode.TOO_OLD)
        for screen, subjects in turn.retracts.items():
            self._close_without_root(screen, subjects)

    def _say(self, turn: Turn) -> None:
        for viewing, frame in turn.spoken.items():
            frames = [frame]
            for screen in turn.together[viewing].screens:
                if screen.life is Life.LIVE:
                    screen.wire.put(frames)
        for screen, alone in turn.frames.items():
            if screen.life is Life.LIVE:
                screen.wire.put(alone)

    def _let_wait(self, turn: Turn) -> None:
        """Keep what this turn has to say; a word to begin again holds no content, and is said."""
        for heard in turn.together.values():
            for screen in heard.screens:
                screen.mailbox.put(heard.shows)
        for screen in turn.retracts.keys() | turn.shows.keys():
            self._wait(turn, screen)
        for screen, within in turn.resyncs.items():
            screen.wire.tell(resync(within=within))

    def _wait(self, turn: Turn, screen: Screen) -> None:
        """Keep what one screen has to hear, by reference."""
        shows = turn.shows.pop(screen, {})
        screen.mailbox.put_lost(turn.retracts.pop(screen, ()))
        screen.mailbox.put_lost(subject for subject, delivery in shows.items() if delivery.afresh)
        screen.mailbox.put(shows)

    def _close_without_root(self, screen: Screen, lost: Collection[UUID]) -> None:
        # whoever has no keys any more was signed out, and is told that
        if screen.keys.held and screen.root in {self._hub.reference(subject) for subject in lost}:
            screen.wire.finish(CloseCode.WITHDRAWN)

    def _write_leaves(self, turn: Turn, shown: Mapping[_Drawing, _Leaf]) -> None:
        """Write what each screen has not seen: a leaf that looks as before would only tell of others' access."""
        for screen, shows in turn.shows.items():
            for subject, delivery in shows.items():
                if delivery.afresh:
                    turn.frames[screen].append(retract(self._hub.reference(subject)))
                turn.frames[screen].extend(self._seen(turn, screen, screen.root, shown, delivery))
        for viewing, heard in turn.together.items():
            for screen in heard.screens[:1]:  # all of them are about the same box
                told = (self._seen(turn, viewing, screen.root, shown, one) for one in heard.shows.values())
                if frames := [frame for some in told for frame in some]:
                    turn.spoken[viewing] = side_by_side(frames)

    def _seen(
        self, turn: Turn, hearer: Screen | ViewingClass, root: str, shown: Mapping[_Drawing, _Leaf], delivery: Show
    ) -> list[Frame]:
        """Give a leaf to whoever has not seen it, and note them down as its reader."""
        subject = delivery.subject
        leaf = shown.get((hearer.kind, delivery.projection, subject))
        seen = leaf is not None and (leaf.changed or delivery.news or delivery.afresh)
        in_sums = leaf is None and hearer.kind is ScreenKind.FIELD  # all of that page is sums
        in_sums = in_sums and self._hub.lies_in(subject, root)
        if delivery.projection is Projection.FULL and (seen or in_sums):
            turn.readers[subject].add(hearer)
        return [leaf.frame] if leaf is not None and seen else []

    def _defer(self, turn: Turn) -> None:
        """Let slow screens wait by reference; a screen that fetches its page again needs nothing else."""
        for heard in turn.together.values():
            reading = [screen for screen in heard.screens if screen.wire.idle and screen not in turn.resyncs]
            if len(reading) < len(heard.screens):
                for screen in set(heard.screens).difference(reading):
                    turn.shows[screen].update(heard.shows)
                heard.screens = reading
        for screen in turn.retracts.keys() | turn.shows.keys():
            if screen in turn.resyncs:
                turn.shows.pop(screen, None)
                if not screen.wire.idle:
                    turn.retracts.pop(screen, None)
            elif not screen.wire.idle:
                self._wait(turn, screen)

    async def _leaves(self, turn: Turn) -> dict[_Drawing, _Leaf]:
        wanted: dict[tuple[ScreenKind, Projection], set[UUID]] = defaultdict(set)
        alone = ((screen.kind, shows) for screen, shows in turn.shows.items())
        for kind, shows in (*alone, *((viewing.kind, heard.shows) for viewing, heard in turn.together.items())):
            for delivery in shows.values():
                wanted[kind, delivery.projection].add(delivery.subject)
        drawn: dict[_Drawing, _Leaf] = {}
        for (kind, projection), subjects in wanted.items():
            for subject, leaf in (await turn.snapshot.leaves(kind, projection, subjects)).items():
                frame = show(leaf)
                changed = self._hub.redrawn(subject, kind, projection, frame)
                drawn[kind, projection, subject] = _Leaf(frame, changed)
        return drawn


def _downgraded(turn: Turn) -> Iterator[Screen]:
    """Name the screens that keep less of something than they held."""
    for screen, shows in turn.shows.items():
        if any(show.afresh and show.projection is Projection.STUB for show in shows.values()):
            yield screen
