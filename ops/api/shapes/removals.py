"""Taking back in one place, and what a lead looks at again and again."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Asked, Line, Moment, Reference, Sent, Shape, Words
from ops.api.shapes.sharing import Cleared


class GivenLine(Shape):
    """A grant in a list: on what, to whom, and how many people that is."""

    grant: Reference
    kind: str
    thing: Reference
    title: str
    agency: AgencyRef
    part: str
    people: int


class RemovalLine(Shape):
    """A grant, what was done with it, and, once it was taken back, what that closed."""

    given: GivenLine
    listed: int
    opened: int
    last_opened_at: Moment | None
    downloaded: int
    revoked_at: Moment | None
    why: str
    cleared: Cleared | None


class RemovalChoice(Shape):
    """From whom it can be taken back: `value` goes into `who`."""

    value: str
    label: str


WITHIN = Annotated[Line, Field(examples=[""], description="`case:REF`, `operation:REF`; empty: all that I manage")]
WHO = Annotated[Line, Field(examples=["outside"], description="`agency:REF`, `team:REF`, `officer:REF` or `outside`")]


class Removals(Shape):
    """Who has access there, what would close, and what was taken back within a day."""

    within: str
    title: str
    who: str
    choices: tuple[RemovalChoice, ...]
    standing: tuple[RemovalLine, ...]
    lately: tuple[RemovalLine, ...]
    people: int
    opened: int
    downloaded: int


class AskedRemovals(Asked):
    """Where, and from whom."""

    within: WITHIN = ""
    who: WHO = ""


class NewRemoval(Sent):
    """Where, from whom and why all of it is taken back, at once."""

    within: WITHIN = ""
    who: WHO
    why: Words = ""


class ReviewLine(Shape):
    """A grant to look at."""

    given: GivenLine
    until: Moment | None
    renewable: bool


class AccessReview(Shape):
    """What a lead looks at: what ends soon, was not used, reaches nobody or is broad. `elsewhere`: others' task."""

    ending: tuple[ReviewLine, ...]
    unused: tuple[ReviewLine, ...]
    nobody: tuple[ReviewLine, ...]
    broad: tuple[ReviewLine, ...]
    elsewhere: int
    ours_ending: int
