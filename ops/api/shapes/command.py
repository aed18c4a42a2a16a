"""Command of an operation, what is entered by radio, and its end."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Asked, Later, Line, Moment, Place, Reference, Sent, Shape, Words
from ops.api.shapes.operations import Earlier, Task
from ops.api.shapes.person_met import PersonMet
from ops.api.shapes.removals import GivenLine
from ops.api.shapes.sharing import LevelName


class Change(Shape):
    """Command went from one officer to another. `mine`: the caller was asked to acknowledge it."""

    reference: Reference
    before: str
    after: str
    at: Moment
    reason: str
    acknowledged_at: Moment | None
    mine: bool


class Candidate(Shape):
    """Who can be deputy."""

    reference: Reference
    name: str


class Command(Shape):
    """Who has command, and who had."""

    reference: Reference
    title: str
    commander: str
    deputy: str
    loggist: str
    may_take: bool
    candidates: tuple[Candidate, ...]
    changes: tuple[Change, ...]


class Taking(Sent):
    """Why command is taken; `deputy`: an officer's reference, empty for nobody."""

    reason: Annotated[Words, Field(examples=["She was called to another scene."])]
    deputy: Line = ""


class Spoken(Shape):
    """An officer for whom something can be entered."""

    reference: Reference
    name: str
    agency: AgencyRef


class SpokenPlace(Shape):
    """A site that both see."""

    reference: Reference
    name: str


class Radio(Shape):
    """For whom the caller can enter what they say, and about which tasks and sites of the chosen one."""

    reference: Reference
    title: str
    stood_down: bool
    officers: tuple[Spoken, ...]
    chosen: Spoken | None
    tasks: tuple[Task, ...]
    sites: tuple[SpokenPlace, ...]


class AskedOfficer(Asked):
    """For whom; empty for nobody yet."""

    officer: Reference | Literal[""] = ""


class Heard(Sent):
    """What an officer said: a post, a status, a check-in, at least one of them. `at`: now, unless it was earlier."""

    officer: Reference
    channel: Literal["radio", "telephone"]
    at: Earlier = None
    task: Place = None
    site: Place = None
    text: Words = ""
    status: Annotated[Line, Field(examples=["here"])] = ""
    check_in: Literal["safe", "help", ""] = ""


class HeardConfirmed(Sent):
    """The `entry` of what somebody entered for the caller, as it stands in /operations/{ref}/mine."""

    entry: Annotated[Line, Field(examples=["post:ggqr4ngnzfvvhhgiqoqcbl7w4e"])]


class Visit(Shape):
    """One agency's visit, and what of its work there the caller sees."""

    agency: AgencyRef
    desk: str
    starts: Moment
    ends: Moment
    tasks: tuple[Task, ...]


class Visits(Shape):
    """The visits at a site that overlap, two by two.

    `operation`: where the caller knows of it. `may_settle`: the caller says whether they clash.
    """

    reference: Reference
    site: str
    operation: Reference | None
    may_settle: bool
    pairs: tuple[tuple[Visit, Visit], ...]


class Guests(Shape):
    """How many people of an agency lose access when the operation ends."""

    agency: AgencyRef
    people: int


class StandDown(Shape):
    """What standing down does; `mine`: how many grants on the caller's own things end with it."""

    reference: Reference
    title: str
    owner: AgencyRef
    stood_down: Moment | None
    ends: Moment
    guests: tuple[Guests, ...]
    mine: int
    unaccounted: tuple[PersonMet, ...]
    unfinished: tuple[Task, ...]


class NewStandDown(Sent):
    """Why it is stood down; `left_open`: everyone unaccounted for and every task not clear that the caller sees."""

    why: Annotated[Words, Field(examples=["Everything is done."])]
    left_open: tuple[Reference, ...] = ()


class EndingLine(Shape):
    """A grant that ends with the operation, on something that the caller manages."""

    given: GivenLine
    level: LevelName
    until: Moment


class Ending(Shape):
    """What ends with an operation, and until when it can go on."""

    reference: Reference
    title: str
    stood_down: Moment | None
    lines: tuple[EndingLine, ...]
    until: Annotated[str, Field(examples=["2027-01-12"])]


class Keep(Sent):
    """Which grants go on, why, and until when; null: as long as their agreements allow."""

    chosen: Annotated[tuple[Reference, ...], Field(max_length=400)]
    why: Words
    until: Later | None = None
