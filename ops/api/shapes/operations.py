"""An operation and what is on it: the same shapes in answers and in the frames of the live feed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from models.operations import Stage
from models.tasks import CheckInKind, TaskStatus
from ops.api.shapes.common import (
    BASE,
    AgencyRef,
    Asked,
    FileLine,
    Full,
    Later,
    Line,
    Moment,
    Page,
    Place,
    Reference,
    SeenBy,
    Sent,
    Shape,
    Stub,
    Through,
    Words,
    read_from,
)
from ops.api.shapes.person_met import PersonMet

OWNER = Annotated[AgencyRef, read_from("agency", "owner")]
SAID = ("/seen", "/acknowledgement", "/settlement")  # what one says of an alert, on its page as here
State = Annotated[str, Field(examples=["here"], description="idle, move, here, wait, done; or help, late")]
Earlier = Annotated[datetime | None, Field(strict=False, description="when it happened, if that was earlier")]


def _to_post(path: str) -> str:
    return f"{BASE}{path}" if path.endswith(SAID) else ""


class OperationStub(Shape):
    """What discover shows: that there is one, and whose."""

    projection: Stub = "stub"
    reference: Reference
    agency: OWNER


class OperationLine(Shape):
    """An operation in a list."""

    projection: Full = "full"
    reference: Reference
    agency: AgencyRef
    title: Annotated[str, Field(examples=["HERON"])]
    purpose: str
    starts: Moment | None


class OperationHead(Shape):
    """An operation's own words, the same for everyone who reads it."""

    projection: Full = "full"
    reference: Reference
    agency: OWNER
    title: Annotated[str, Field(examples=["HERON"])]
    purpose: str
    marking: Annotated[str, Field(examples=["OFFICIAL-SENSITIVE"])]
    stage: Stage
    starts: Moment
    ends: Moment
    detachments: Annotated[tuple[AgencyRef, ...], Field(description="the agencies on it, in the order of the board")]


AnyOperationLine = Annotated[OperationLine | OperationStub, Field(discriminator="projection")]
AnyOperationHead = Annotated[OperationHead | OperationStub, Field(discriminator="projection")]


class OperationLines(Page[AnyOperationLine]):
    """Operations."""


class Site(Shape):
    """A place visited; `x` and `y` place it on the schematic map, from 0 to 100, `coordinates` on a real one."""

    reference: Reference
    operation: Reference
    code: Annotated[str, Field(examples=["S1"])]
    name: Annotated[str, Field(examples=["Quayside Valeting"])]
    address: str
    x: int
    y: int
    coordinates: Annotated[str, Field(examples=["53.012, -1.134"], description="latitude, longitude; empty: unknown")]


class Task(Shape):
    """A task, the same for everyone who may see it."""

    reference: Reference
    version: Annotated[int, read_from("revision", says="of its status")]
    site: Annotated[Place, read_from("site_reference")]
    site_code: str
    title: Annotated[str, Field(examples=["Look at the drains, S1"])]
    status: TaskStatus
    status_word: Annotated[str, Field(examples=["On site"])]
    agency: Annotated[AgencyRef, Field(description="of which it is asked")]
    holder: Annotated[str, Field(description="who holds it; empty: nobody")]
    holder_agency: AgencyRef | None
    since: Moment | None
    due_at: Moment | None
    restricted: bool
    seen_by: Annotated[SeenBy, read_from("seen")]
    through: Annotated[Through | None, Field(description="null: its author wrote it")]


class Post(Shape):
    """A progress post in its newest version, the same for everyone who may see it."""

    reference: Reference
    version: Annotated[int, read_from("revision")]
    agency: AgencyRef
    author: Annotated[str, Field(examples=["Tom Reyes"])]
    site: Annotated[Place, read_from("site_reference")]
    site_code: str
    task_title: Annotated[str, Field(description="of the task it is about, where whoever sees the post sees it")]
    text: Annotated[str, Field(examples=["Gates open, two workers in the bay."])]
    happened_at: Moment
    arrived_at: Moment
    late: Annotated[bool, Field(description="it arrived more than two minutes after it happened")]
    files: tuple[FileLine, ...]
    seen_by: Annotated[SeenBy, read_from("seen")]
    through: Annotated[Through | None, Field(description="null: its author wrote it")]


class Posts(Page[Post]):
    """Posts."""


class Peg(Shape):
    """One agency's place on a site's rail; `state` is empty while nobody of it is or was there."""

    agency: AgencyRef
    state: str
    count: int


class SiteState(Shape):
    """What a site comes to for the caller, over the tasks, posts and calls that they may see."""

    site: Annotated[Reference, read_from("reference")]
    state: State
    since: Moment | None
    rail: tuple[Peg, ...]
    latest: Annotated[
        Reference | None,
        BeforeValidator(lambda line: getattr(line, "reference", line)),
        Field(description="the newest post there"),
    ]
    safeguarded: int
    clear: int
    total: int
    check_in_due: Moment | None


class Figures(Shape):
    """Numbers counted for the caller alone, over what they may see."""

    safeguarded: int
    referrals: int
    arrests: int
    on_site: int
    assigned: int
    sites_active: int
    sites: int
    clear: int
    tasks: int


class Alert(Shape):
    """Something that needs a person; the worst first, then the oldest."""

    state: Annotated[str, Field(examples=["help"], description="help, late, overlap or wait")]
    about: Annotated[
        tuple[Reference, ...],
        BeforeValidator(lambda named: named.split() if isinstance(named, str) else named),
        read_from("within", says="sites, tasks or a report: who loses one of them loses this"),
    ]
    title: str
    text: str
    agency: AgencyRef | None
    at: Moment
    acknowledge: Annotated[
        str,
        BeforeValidator(_to_post),
        read_from("act_url", says="where to POST that it was seen or settled; empty: nothing to say"),
    ]


class Present(Shape):
    """An officer who has the operation's page open. A program never shows as here."""

    name: str
    agency: AgencyRef


class OperationSums(Shape):
    """What no single thing is, worked out for the caller: the live feed sends each member anew when it changes."""

    operation: AnyOperationHead
    site_states: tuple[SiteState, ...]
    figures: Annotated[Figures | None, Field(description="null: the caller may only discover the operation")]
    alerts: tuple[Alert, ...]
    present: tuple[Present, ...]


class OperationState(OperationSums):
    """Everything on an operation that the caller may see, at one moment."""

    sites: tuple[Site, ...]
    tasks: tuple[Task, ...]
    people_met: tuple[PersonMet, ...]
    posts: Annotated[tuple[Post, ...], Field(description="the newest 60, and the newest 12 at each site; newest first")]


class HeardEntry(Shape):
    """Something that another entered for the caller, who has not confirmed it yet."""

    entry: Annotated[str, Field(description="names it when it is confirmed")]
    words: str
    at: Moment
    entered_by: str
    channel: Annotated[str, Field(examples=["radio"])]


class MyTasks(Shape):
    """The caller's day on an operation: what they hold, and what their agency has yet to take up."""

    held: tuple[Task, ...]
    open: tuple[Task, ...]
    held_elsewhere: tuple[Task, ...]
    check_in_due: Moment | None
    help_called_at: Moment | None
    help_seen_by: str
    heard: tuple[HeardEntry, ...]


class AudienceChoice(Shape):
    """One way to choose who sees a post, and who that is now."""

    value: Annotated[str, Field(examples=["task"], description="what a post's `audience` says")]
    label: str
    hint: str
    people: int
    will_not: tuple[str, ...]
    fenced: tuple[str, ...]
    chosen: Annotated[bool, Field(description="what a page offers first")]


class Audiences(Shape):
    """Who could see a post about a task, a site, or the whole operation."""

    choices: tuple[AudienceChoice, ...]


class AskedPlace(Asked):
    """What a post would be about; neither: the whole operation."""

    task: Reference | Literal[""] = ""
    site: Reference | Literal[""] = ""


class NewPost(Sent):
    """A post: about a task, or a site, or without either to the whole operation. Photos come with it in a form."""

    text: Annotated[Words, Field(examples=["Gates open, two workers in the bay."])]
    audience: Annotated[Line, Field(examples=["task"], description="a `value` of /operations/{ref}/audiences")]
    task: Reference | None = None
    site: Reference | None = None
    happened_at: Earlier = None


class Revised(Sent):
    """What a task is to say, and when it is due; null: no hour."""

    title: Line
    due: Later | None = None


class NewStatus(Sent):
    """A status that a task has come to."""

    status: Annotated[TaskStatus, Field(strict=False)]
    happened_at: Earlier = None


class NewCheckIn(Sent):
    """What the caller says of themselves: safe, in need of help, or all well again."""

    kind: Annotated[Literal["safe", "help", "ok now"], Field(examples=[CheckInKind.SAFE.value])]
    note: Words = ""


class Withdrawn(Sent):
    """Why a post or a report is withdrawn: all who could read it see this instead."""

    reason: Annotated[Words, Field(examples=["Names a witness."])]
