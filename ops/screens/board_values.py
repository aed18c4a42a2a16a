"""What the live board is made of, as plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ops.screens.person_lines import PersonLine
from ops.screens.values import AgencyTag, PostLine, TaskLine, Who


@dataclass(frozen=True, slots=True)
class Peg:
    """One agency's place on a rail; `state` is empty while nobody of it is or was there.

    `silent`: nothing is heard of any of its officers who are there.
    """

    agency: AgencyTag
    state: str
    count: int
    silent: bool = False


@dataclass(frozen=True, slots=True)
class LoudTask:
    """What one reader's board says of a task louder than its own status: help, late, overlap or silent, since when."""

    reference: str
    state: str
    at: datetime

    @property
    def told(self) -> str:
        """Give it to the page's script, which puts it on the task's line."""
        return f"{self.reference}={self.state}={self.at.astimezone(UTC).isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True)
class Hung:
    """A site's rail, and what is said louder of its tasks."""

    reference: str
    code: str
    rail: tuple[Peg, ...]
    loud: tuple[LoudTask, ...]


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site: sums differ by reader (state, rail, latest, counts), tasks are leaves."""

    reference: str
    code: str
    name: str
    address: str
    x: int
    y: int
    latitude: float | None
    longitude: float | None
    state: str
    state_word: str
    since: datetime | None
    rail: tuple[Peg, ...]
    tasks: tuple[TaskLine, ...]
    latest: PostLine | None
    safeguarded: int
    clear: int
    total: int
    check_in_due: datetime | None
    loud: tuple[LoudTask, ...] = ()

    @property
    def hung(self) -> Hung:
        """Give what the rail is drawn from."""
        return Hung(self.reference, self.code, self.rail, self.loud)

    def loud_of(self, task: str) -> LoudTask | None:
        """Give what is said louder of a task by its reference, if anything is."""
        return next((one for one in self.loud if one.reference == task), None)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs a person: what, where, who, since when, and its one main act.

    `act_reason` goes with the act; `look_url` shows more of it, to whoever's act it is; `seen_url` says that one has
    seen it; `own_link` leads, whoever reads it, to where it is or to what it is about.
    """

    state: str  # help, late, wait, overlap
    within: str  # the reference of what it tells of: whoever loses that loses this
    title: str
    site_code: str
    site_name: str
    agency: AgencyTag | None
    text: str
    at: datetime
    act_label: str  # empty: nothing to press
    act_url: str
    act_reason: str = ""
    look_url: str = ""
    look_label: str = "Look at it"
    seen_url: str = ""
    told: str = ""  # whom a call is for now, in words
    to: str = ""  # commander, deputy, everyone: whose pages sound
    acts_for: str = ""  # references of the officers whose act it is; empty: everyone's
    calls_for: str = ""  # of those who may call whoever it is about, at `call_url`
    call_url: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # what goes with the act
    own_link: str = ""
    own_label: str = "Show it"
    other: AgencyTag | None = None  # where two are concerned


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers computed for this reader alone."""

    safeguarded: int
    referrals: int
    arrests: int
    on_site: int
    assigned: int
    sites_active: int
    sites: int
    clear: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board at one moment."""

    reference: str
    title: str
    purpose: str
    stage: str
    starts: datetime | None  # None where the operation is only discoverable: a stub has no dates
    now: datetime
    readable: bool  # False: the operation is only discoverable, the officer sees single tasks of it
    manages: bool
    duty: str  # commander, deputy, or neither: what the reader does here
    agencies: tuple[AgencyTag, ...]
    figures: Figures
    alerts: tuple[Alert, ...]
    sites: tuple[SiteCard, ...]
    loose_tasks: tuple[TaskLine, ...]  # tasks without a site that the officer may see
    people: tuple[PersonLine, ...]  # met, as far as the reader may see them
    feed: tuple[PostLine, ...]  # newest first
    present: tuple[Who, ...]
    in_command: str  # references of the commander and the deputy, whose word begins and ends the operation
