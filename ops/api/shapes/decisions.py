"""The decision log of an operation."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Moment, Reference, SeenBy, Sent, Shape, Words, read_from
from ops.api.shapes.operations import Earlier


class Decision(Shape):
    """An entry: written once, confirmed, never edited."""

    reference: Reference
    version: Annotated[int, read_from("revision")]
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
    seen_by: Annotated[SeenBy, read_from("seen")]


class Taker(Shape):
    """Whose decision it can be."""

    reference: Reference
    name: str


class DecisionLog(Shape):
    """The entries of a log that the caller may read, in its order. `takers`, `agencies`: for who may enter one."""

    items: Annotated[tuple[Decision, ...], read_from("decisions")]
    loggist: str
    stood_down: bool
    may_decide: bool
    takers: tuple[Taker, ...]
    agencies: tuple[AgencyRef, ...]


class NewDecision(Sent):
    """A decision to enter. `taken_by`: an officer's reference, where it was not the caller; `told`: agencies'."""

    decided: Annotated[Words, Field(examples=["Both sites at once, at 08:00."])]
    reason: Words
    options: Words
    taken_by: Reference | None = None
    at: Earlier = None
    told: tuple[Reference, ...] = ()
    about_nobody: Annotated[bool, Field(description="it is about no individual, so ring-fences do not hold it")] = False
