"""Emergency access, after it was taken: its record and its review."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Moment, Reference, Sent, Shape, Words
from ops.api.shapes.requests import Thing


class Emergency(Shape):
    """A broken glass, for everyone concerned. `justified` is null until it was reviewed."""

    reference: Reference
    thing: Thing | None
    kind: str
    owner: AgencyRef
    agency: AgencyRef
    officer: str
    mine: bool
    reason: str
    at: Moment
    until: Moment
    open: bool
    review_due: Moment
    overdue: bool
    may_review: bool
    justified: bool | None
    words: str
    reviewed_at: Moment | None


class OwnEmergencies(Shape):
    """Whether the caller holds the role, whether a missing review has stopped it, and what they broke before."""

    in_role: bool
    stopped: bool
    earlier: tuple[Emergency, ...]


class Review(Sent):
    """What a review found."""

    justified: Literal["yes", "no"]
    words: Annotated[Words, Field(examples=["He was in danger."])]


class Mark(Sent):
    """Whether a report may be opened in an emergency."""

    allowed: bool
    why: Words = ""
