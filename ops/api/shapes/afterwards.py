"""The record of an operation: its timeline, the board as it stood, its debrief, its after-action report."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from models.operations import Stage
from ops.actions.debriefs import HEADINGS
from ops.api.shapes.common import (
    AgencyRef,
    Asked,
    FileLine,
    Line,
    Moment,
    Page,
    Reference,
    SeenBy,
    Sent,
    Shape,
    Words,
    read_from,
)
from ops.api.shapes.decisions import Decision
from ops.api.shapes.operations import Alert, Figures, Post, Site, SiteState, Task
from ops.api.shapes.person_met import PersonMet

AGENCY = "an agency's reference; empty: the caller alone"


class Entry(Shape):
    """One thing that happened. `arrived_at`: where it was told late. `significant`: the day turned on it."""

    at: Moment
    kind: Annotated[
        str, Field(examples=["post"], description="post, task, help, answer, outcome, stage, command and so on")
    ]
    words: str
    agency: AgencyRef | None
    site: Annotated[str, Field(examples=["S1"])]
    by: str
    reference: Annotated[str, Field(description="what it is about; empty: nothing that has a reference")]
    arrived_at: Moment | None
    significant: bool


class Timeline(Page[Entry]):
    """What happened, in order, as far as the caller may see it."""


class AskedFrame(Asked):
    """Which minute, from the first entry on; none: the last. `agency`: what it could see, too."""

    minute: Annotated[int | None, Field(ge=0, lt=1_000_000)] = None
    agency: Annotated[Reference | Literal[""], Field(description=AGENCY)] = ""


class PostThen(Post):
    """A post as it stood; a replay shows none of its files."""

    files: Annotated[tuple[FileLine, ...], BeforeValidator(lambda _: ()), Field(description="none")]
    file_count: Annotated[int, read_from("files", says="how many had come with it by then"), BeforeValidator(len)]


class Frame(Shape):
    """The board as it stood. `readable`: the operation's own words were read then, too."""

    readable: bool
    title: str
    purpose: str
    stage: Stage
    figures: Figures
    alerts: tuple[Alert, ...]
    sites: tuple[Site, ...]
    site_states: tuple[SiteState, ...]
    tasks: tuple[Task, ...]
    people_met: Annotated[tuple[PersonMet, ...], read_from("people")]
    posts: tuple[PostThen, ...]


class Replay(Shape):
    """The board at a moment of the past: what the caller may see now and could see then.

    `minute` of `minutes`: where between `first` and `last` it is. `live_help`: calls for help of this moment.
    """

    reference: Reference
    title: str
    first: Moment
    last: Moment
    at: Moment
    minute: int
    minutes: int
    board: Annotated[Frame | None, Field(description="null: the operation was not there for them then")]
    live_help: tuple[Alert, ...]
    moments: Annotated[tuple[Entry, ...], Field(description="the significant events up to then")]
    agency: AgencyRef | None
    agencies: tuple[AgencyRef, ...]


class Note(Shape):
    """What an officer said at the debrief."""

    reference: Reference
    agency: AgencyRef
    by: str
    at: Moment
    went_well: bool
    text: str


class Heading(Shape):
    """What was said under one heading."""

    heading: Annotated[str, Field(examples=[HEADINGS[0]])]
    notes: tuple[Note, ...]


def _headed(found: object) -> object:
    return [{"heading": one[0], "notes": one[1]} if isinstance(one, tuple) else one for one in found]  # type: ignore[attr-defined]  # pairs


class Debrief(Shape):
    """What was said, under every heading."""

    reference: Reference
    title: str
    may_say: bool
    seen_by: Annotated[SeenBy, read_from("seen")]
    items: Annotated[tuple[Heading, ...], BeforeValidator(_headed), read_from("headings")]


class NewNote(Sent):
    """Something to say at the debrief; everyone who reads the operation reads it."""

    heading: Annotated[Line, Field(examples=[HEADINGS[0]], description=f"one of: {', '.join(HEADINGS)}")]
    text: Annotated[Words, Field(examples=["Two agencies stood at one gate."])]
    went_well: bool


class AskedAudience(Asked):
    """For whom: what the caller and that agency may both see."""

    agency: Annotated[Reference | Literal[""], Field(description=AGENCY)] = ""


class SiteWork(Shape):
    """Who was at a site, from when, and when every task there was done."""

    code: str
    name: str
    agencies: tuple[AgencyRef, ...]
    first: Moment | None
    clear: Moment | None
    safeguarded: int


class Avoided(Shape):
    """A visit that two agencies would both have made."""

    site: str
    agencies: tuple[AgencyRef, AgencyRef]
    settled_at: Moment


class HelpCall(Shape):
    """A call for help; `answered_after` null: nobody saw it."""

    at: Moment
    site: str
    agency: AgencyRef
    answered_after: timedelta | None


class AfterAction(Shape):
    """The after-action report, all of it from the record. Others may hold more; it says so without a number."""

    reference: Reference
    title: str
    purpose: str
    marking: str
    stage: Stage
    starts: Moment
    ends: Moment
    reader: str
    reader_agency: AgencyRef
    audience: Annotated[AgencyRef | None, Field(description="null: the caller alone")]
    audiences: tuple[AgencyRef, ...]
    made_at: Moment
    agencies: tuple[AgencyRef, ...]
    people: int
    safeguarded: int
    referrals: int
    arrests: int
    sites: tuple[SiteWork, ...]
    tasks: int
    clear: int
    moments: tuple[Entry, ...]
    decisions: tuple[Decision, ...]
    people_met: tuple[PersonMet, ...]
    calls: tuple[HelpCall, ...]
    never_claimed: tuple[Task, ...]
    to_carry_on: tuple[Task, ...]
    avoided: tuple[Avoided, ...]
    debrief: Debrief
