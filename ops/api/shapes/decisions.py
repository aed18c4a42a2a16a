"""The decision log of an operation."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Moment, Reference, SeenBy, Sent, Shape, Words
from ops.api.shapes.operations import Earlier


class Decision(Shape):
    """An entry: written once, confirmed, never edited."""

    reference: Reference
    version: int
    decided: Annotated[str, Field(examples=["Both sites at once, at 08:00."])]
    reason: str
    options: Annotated[str, Field(description="what else was considered, and why not")]
    taken_by: str
    agency: AgencyRef
    entered_by: Annotated[str, Field(description="empty: who took it wrote it")]
    at: Moment
    written_at: Moment
    late: bool
    confirmed_by: Annotated[str, Field(description="empty: nobody yet")]
    confirmed_at: Moment | None
    seen_by: SeenBy


class Decisions(Shape):
    """The entries of an operation's log that the caller may read, in the order of the log."""

    items: tuple[Decision, ...]


class NewDecision(Sent):
    """A decision to enter. `taken_by`: an officer's reference, where it was not the caller; `told`: agencies'."""

    decided: Annotated[Words, Field(examples=["Both sites at once, at 08:00."])]
    reason: Words
    options: Words
    taken_by: Reference | None = None
    at: Earlier = None
    told: tuple[Reference, ...] = ()
    about_nobody: Annotated[bool, Field(description="it is about no individual, so ring-fences do not hold it")] = False
