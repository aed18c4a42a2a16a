"""What a case file is made of, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ops.screens.glass_line import GlassLine
from ops.screens.values import AgencyTag, Photo, SeenBy
from ops.screens.widenings import Widened

LAST = 9_999_999_999  # seconds; taken from it, later moments sort first


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a case says of itself. A stub has its owner, their contact desk and the theme; the rest is empty."""

    reference: str
    agency: AgencyTag
    desk: str
    theme: str
    stub: bool
    title: str = ""
    status: str = ""
    marking: str = ""
    handling: str = ""
    summary: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    team: str = ""
    lead: str = ""

    @property
    def projection(self) -> str:
        """Say how much of it there is."""
        return "stub" if self.stub else "full"


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report as everyone who reads it sees it."""

    reference: str
    case_reference: str
    revision: int
    agency: AgencyTag
    team: str
    author: str
    kind: str
    title: str
    text: str
    more: bool  # the text goes on
    written_at: datetime
    revised_at: datetime | None
    files: tuple[Photo, ...]
    fenced: bool
    seen: SeenBy
    withdrawn: bool
    held: bool  # only its own agency sees it, and so this card
    projection: ClassVar[str] = "full"

    @property
    def sort(self) -> str:
        """Give where the card stands: by agency, the newest first."""
        return f"{self.agency.code}-{LAST - int(self.written_at.timestamp()):010d}-{self.reference}"


@dataclass(frozen=True, slots=True)
class LockedReport:
    """A report that is known to exist: whose it is and whom to ask, nothing else, no date either."""

    reference: str
    case_reference: str
    agency: AgencyTag
    desk: str
    projection: ClassVar[str] = "stub"

    @property
    def sort(self) -> str:
        """Give where the stub stands: after what its agency shows."""
        return f"{self.agency.code}-{LAST}-{self.reference}"


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A linked case; one that may only be discovered has no title and no reason."""

    reference: str
    case_reference: str
    title: str
    theme: str
    agency: AgencyTag
    reason: str
    linked_by: str
    linked_at: datetime | None
    may_remove: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """An individual named in what the asker sees, whose profile the asker may read."""

    reference: str
    label: str
    agency: AgencyTag


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """Something that happened in the case; `within` is the reference that it tells about."""

    at: datetime
    icon: str
    agency: AgencyTag
    words: str
    subject: str = ""
    href: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as one officer may see it."""

    reference: str
    head: CaseHead
    reports: tuple[ReportCard | LockedReport, ...]
    now: datetime
    may_write: bool = False
    may_manage: bool = False
    seen: SeenBy | None = None
    links: tuple[LinkLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    widened: tuple[Widened, ...] = ()
    glasses: tuple[GlassLine, ...] = ()
    next_change: datetime | None = None

    @property
    def cards(self) -> tuple[ReportCard, ...]:
        """Give the reports that may be read."""
        return tuple(report for report in self.reports if isinstance(report, ReportCard))
