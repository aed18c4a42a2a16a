"""The decision: what one screen hears of one change. All security of the feed is this function."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from live.audience import Admission, Level


class Projection(StrEnum):
    """The two ways in which a thing is ever shown."""

    FULL = "full"
    STUB = "stub"


@dataclass(frozen=True, slots=True)
class Show:
    """The screen may see the thing, in this projection."""

    subject: UUID
    projection: Projection
    afresh: bool  # the screen held the other projection: that one goes first
    news: bool = True  # the screen did not hold it in this projection


@dataclass(frozen=True, slots=True)
class Retract:
    """The screen could see the thing and may not any longer."""

    subject: UUID


@dataclass(frozen=True, slots=True)
class Change:
    """A thing before and after one batch of facts. `changed`: its content, or the line that says who sees it."""

    subject: UUID
    before: Admission
    after: Admission
    changed: bool


def lowered(change: Change, keys_before: Collection[str], keys_after: Collection[str]) -> bool:
    """Say whether a screen may see less of the thing, or do less with it, than before."""
    return change.after.level(keys_after) < change.before.level(keys_before)


def delivery_for(change: Change, keys_before: Collection[str], keys_after: Collection[str]) -> Show | Retract | None:
    """Decide by the access that held before and the access that holds now.

    A change of content is told to readers only: a stub says that a thing exists, never that something happened in it.
    """
    if change.after.admits(keys_after):
        held = change.before.admits(keys_before)
        if held and not change.changed:
            return None
        was_stub = change.before.level(keys_before) == Level.DISCOVER
        return Show(change.subject, Projection.FULL, afresh=was_stub, news=not held)
    before, after = change.before.level(keys_before), change.after.level(keys_after)
    if after == before:
        return None
    if after == Level.DISCOVER:
        return Show(change.subject, Projection.STUB, afresh=before > after)
    return Retract(change.subject)
