"""Cases, their links, and what stands in their files."""

from typing import Annotated, Literal

from pydantic import Field

from models.cases import Theme
from models.reports import ReportKind
from ops.api.shapes.common import (
    EXAMPLE_REFERENCE,
    AgencyRef,
    FileLine,
    Full,
    Line,
    Moment,
    Page,
    Place,
    Reference,
    SeenBy,
    Sent,
    Shape,
    Stub,
    Words,
    read_from,
)

THEME = Annotated[Theme, Field(examples=[Theme.MODERN_SLAVERY], description="what it is about")]
Status = Literal["open", "closed"]


class CaseStub(Shape):
    """What discover shows: that there is one, whose, and whom to ask."""

    projection: Stub = "stub"
    reference: Reference
    agency: AgencyRef
    theme: THEME


class CaseLine(Shape):
    """A case in a list."""

    projection: Full = "full"
    reference: Reference
    agency: AgencyRef
    theme: THEME
    title: Annotated[str, Field(examples=["Vans at the pier"])]
    status: Status
    opened_at: Moment


class ReportStub(Shape):
    """A report that is known to exist; it has no date either."""

    projection: Stub = "stub"
    reference: Reference
    case: Annotated[Reference, read_from("case_reference")]
    agency: AgencyRef
    desk: str


class ReportLine(Shape):
    """A report in its case file: the beginning of its text."""

    projection: Full = "full"
    reference: Reference
    case: Annotated[Reference, read_from("case_reference")]
    version: Annotated[int, read_from("revision")]
    agency: AgencyRef
    team: str
    author: str
    kind: ReportKind
    title: str
    excerpt: Annotated[str, read_from("text")]
    written_at: Moment
    revised_at: Moment | None
    files: tuple[FileLine, ...]
    inside_fences: Annotated[bool, read_from("fenced")]
    withdrawn: bool
    held: bool
    seen_by: Annotated[SeenBy, read_from("seen")]


class LinkLine(Shape):
    """A linked case; one that may only be discovered has no title, no reason and no date."""

    reference: Reference
    case: Annotated[Reference, read_from("case_reference")]
    agency: AgencyRef
    theme: THEME
    title: str
    reason: str
    linked_by: str
    linked_at: Moment | None
    may_remove: bool


class PersonLine(Shape):
    """An individual whom it names, and whose profile may be read."""

    reference: Reference
    label: str
    agency: AgencyRef


class Widened(Shape):
    """A report that the caller reads now includes another agency."""

    reference: Annotated[Reference, Field(description="POST /widenings/REF/seen says that it was seen")]
    report: Reference
    title: str
    agency: AgencyRef
    added: AgencyRef
    at: Moment
    may_hold: bool


class Glass(Shape):
    """Somebody broke the glass to it; told to who manages it."""

    reference: Reference
    agency: AgencyRef
    officer: str
    reason: str
    at: Moment
    until: Moment
    review_due: Moment


class TimelineLine(Shape):
    """Something that happened in the case; `about`: the reference that it tells of."""

    at: Moment
    agency: AgencyRef
    words: str
    subject: str
    about: Annotated[Place, read_from("within")]


class KeptReport(Shape):
    """A report of the caller's agency whose case has shut it out."""

    reference: Reference
    title: str
    written_at: Moment


class KeptReports(Shape):
    """Reports without their case, the newest first."""

    items: tuple[KeptReport, ...]


AnyReportLine = Annotated[ReportLine | ReportStub, Field(discriminator="projection")]


class CaseFileStub(Shape):
    """A case that may only be discovered, and the reports in it that were shared nevertheless."""

    projection: Stub = "stub"
    reference: Reference
    agency: AgencyRef
    desk: Annotated[str, Field(description="whom to ask", examples=["desk@police.example"])]
    theme: THEME
    reports: tuple[AnyReportLine, ...]


class CaseFile(Shape):
    """A case as the caller may see it."""

    projection: Full = "full"
    reference: Reference
    agency: AgencyRef
    desk: str
    theme: THEME
    title: str
    summary: str
    status: Status
    marking: Annotated[str, Field(examples=["OFFICIAL-SENSITIVE"])]
    handling: str
    opened_at: Moment
    closed_at: Moment | None
    team: str
    lead: str
    reports: tuple[AnyReportLine, ...]
    links: tuple[LinkLine, ...]
    people: tuple[PersonLine, ...]
    timeline: tuple[TimelineLine, ...]
    widened: tuple[Widened, ...]
    glasses: tuple[Glass, ...]
    seen_by: Annotated[SeenBy, read_from("seen")]
    may_write: bool
    may_manage: bool


AnyCaseLine = Annotated[CaseLine | CaseStub, Field(discriminator="projection")]


class CaseLines(Page[AnyCaseLine]):
    """Cases."""


AnyCaseFile = Annotated[CaseFile | CaseFileStub, Field(discriminator="projection")]


class NewCase(Sent):
    """A case to open. `team`: one of the caller's own; a program names one of its agency's, which will manage it."""

    title: Annotated[Line, Field(examples=["Vans at the pier"])]
    theme: THEME
    summary: Words = ""
    team: Annotated[Line, Field(examples=[""])] = ""


class CaseWords(Sent):
    """A case's own words, all of them."""

    title: Annotated[Line, Field(examples=["Vans at the pier"])]
    summary: Words
    status: Status
    handling: Line


class NewLink(Sent):
    """Another case that belongs to this one; a link opens neither."""

    other: Annotated[Line, Field(examples=[EXAMPLE_REFERENCE])]
    reason: Annotated[Line, Field(examples=["the same van"])]
