"""What the journal tells the engine: a fact, its place in the one order, and what it touches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Touch(StrEnum):
    """What a fact changes, and so what its subject is."""

    CONTENT = "content"  # subject: the resource whose content changed
    ACCESS = "access"  # subject: the resource whose grants changed
    OFFICER = "officer"  # subject: the officer whose keys changed
    SIGN_IN = "sign-in"  # subject: the officer one of whose sign-ins ended


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the past tense. Topics say which screens might care, never who may know."""

    position: int
    touches: Touch
    subject: UUID
    topics: tuple[str, ...]
    at: datetime
    actor: UUID | None = None  # who did it: their own screens may always hear that it is done
