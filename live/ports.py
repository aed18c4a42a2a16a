"""What the engine is given: a journal to read in snapshots, and a place to write what was disclosed."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from live.answers import Answer
from live.audience import Audience
from live.cursor import Place
from live.delivery import Projection
from live.event import Event
from live.frames import Leaf, Part, Record
from live.screen import Keys, Screen, ScreenKind


@dataclass(frozen=True, slots=True)
class Known:
    """A reference as the engine keeps it: its public name, its audience, and whose grants decide (acl and gate)."""

    reference: str
    audience: Audience
    roots: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What sums over several things look like to one viewing class, and when they change without any event."""

    fragments: tuple[Part, ...]
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was shown live to the same officers."""

    references: tuple[str, ...]
    officers: frozenset[UUID]


ANYWHERE = ""  # the topic of an arrival that asks after all of its officer's access


class Arrival(NamedTuple):
    """An officer's page of a topic, and up to where it has heard."""

    officer: UUID
    topic: str
    since: Place


class Snapshot(Protocol):
    """One moment of journal, access and content together; every answer is of that moment."""

    head: int
    now: datetime
    epoch: bytes
    registered: bool  # this worker stood in the registry at that moment

    async def events_after(self, position: int) -> Sequence[Event]:
        """Give every event after a position up to the head, in order."""
        ...

    async def subjects_of(self, topic: str) -> Collection[UUID]:
        """Name everything that can be shown on a topic, whoever may see it."""
        ...

    async def known(self, subjects: Collection[UUID]) -> Mapping[UUID, Known]:
        """Look up references with their audiences."""
        ...

    async def keys(self, officers: Collection[UUID]) -> Mapping[UUID, Keys]:
        """Give each officer's keys; an inactive officer has none."""
        ...

    async def signed_out(self, sign_ins: Collection[UUID]) -> Collection[UUID]:
        """Name which of these sign-ins have ended."""
        ...

    async def keys_ever(self, officers: Collection[UUID]) -> frozenset[str]:
        """Give every key that one of these officers holds or has held."""
        ...

    async def access_lost(self, arrivals: Collection[Arrival]) -> Collection[Arrival]:
        """Name those whose officer lost access on the topic since then, or changed keys, by an act or by time."""
        ...

    async def access_gained(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        """Name what each officer may have come to see on the topic since then."""
        ...

    async def changed_since(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        """Name what changed on each topic since then, oldest first."""
        ...

    async def leaves(
        self, kind: ScreenKind, projection: Projection, subjects: Collection[UUID]
    ) -> Mapping[UUID, Leaf | Record]:
        """Render leaves for a kind of screen; what that kind does not draw is absent."""
        ...

    async def aggregate(self, screen: Screen) -> Aggregate:
        """Render the sums that this screen's viewing class sees."""
        ...

    async def may_still_read(self, answer: Answer, touched: Collection[UUID]) -> bool:
        """Say whether the officer of an answer may read all of it now, and none of it is what access changed on."""
        ...

    async def present(self, topics: Collection[str]) -> Mapping[str, frozenset[UUID]]:
        """Say who has a page of each topic open, over all workers."""
        ...


class Journal(Protocol):
    """The way to a snapshot, and to the record of what was disclosed."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Open one consistent moment."""
        ...

    async def still_holds(self, head: int, epoch: bytes) -> bool:
        """Say whether no access was changed since a head of this history, and whoever revokes knows of this worker."""
        ...

    async def disclosed(self, disclosures: Sequence[Disclosure], position: int) -> None:
        """Write what is about to be shown live, before the first byte of it leaves."""
        ...

    async def report(self, applied: int) -> bool:
        """Tell all who revoke how far access holds here. False when this worker was not in the registry, and is now."""
        ...
