"""Reports and their versions."""

from typing import Annotated

from pydantic import Field

from models.reports import ReportKind
from ops.api.shapes.cases import Glass, Widened
from ops.api.shapes.common import (
    EXAMPLE_REFERENCE,
    AgencyRef,
    FileLine,
    Full,
    Line,
    Moment,
    Reference,
    SeenBy,
    Sent,
    Shape,
    Words,
    read_from,
)
from ops.api.shapes.sharing import Grantees, UsualTerms
from ops.api.shapes.terms import Terms


class VersionLine(Shape):
    """A version, as it was written."""

    number: int
    title: str
    text: str
    officer: str
    at: Moment


class Report(Shape):
    """A report in its newest words, and the older ones that the caller could read when they stood."""

    projection: Full = "full"
    reference: Reference
    case: Annotated[Reference, read_from("case_reference", says="readable, or a stub")]
    agency: AgencyRef
    team: str
    author: str
    kind: ReportKind
    title: str
    text: str
    version: Annotated[int, read_from("revision")]
    versions: tuple[VersionLine, ...]
    written_at: Moment
    revised_at: Moment | None
    files: tuple[FileLine, ...]
    inside_fences: Annotated[bool, read_from("fenced")]
    outside_because: Annotated[str, read_from("unfenced_why")]
    withdrawn: bool
    withdrawn_hash: Annotated[str, read_from("kept_hash", says="of what it said, for its own agency")]
    held: bool
    seen_by: Annotated[SeenBy, read_from("seen")]
    widened: tuple[Widened, ...]
    glasses: tuple[Glass, ...]
    in_emergency: Annotated[bool, Field(description="whether it may be opened in an emergency")]
    may_edit: bool
    may_attach: bool
    may_share: bool
    may_hold: bool
    may_withdraw: bool


class OwnTeam(Shape):
    """A team of the author's, which will manage the report."""

    reference: Reference
    name: str


class ReportForm(Shape):
    """What a new report can be, which teams can manage it, with whom it can be shared, and on which usual terms."""

    kinds: tuple[ReportKind, ...]
    teams: tuple[OwnTeam, ...]
    agencies: tuple[Grantees, ...]
    usual: UsualTerms


class NewReport(Sent):
    """A report to file, with its whole audience. Files come with it in a form.

    `shared_with` names principals: `agency:REF`, `team:REF`, `officer:REF`, `account:REF` or
    `detachment:OPERATION@AGENCY`; empty means the author's own team alone.
    """

    title: Annotated[Line, Field(examples=["First visit"])]
    text: Annotated[Words, Field(examples=["Seven people were washing cars."])]
    kind: ReportKind
    team: Line = ""
    fenced: Annotated[bool, Field(alias="inside_fences")] = True
    unfenced_why: Annotated[Line, Field(alias="outside_because")] = ""
    names: Annotated[tuple[Line, ...], Field(max_length=50, description="references of profiles")] = ()
    shared_with: Annotated[
        tuple[Line, ...],
        Field(max_length=50, examples=[[f"agency:{EXAMPLE_REFERENCE}"]]),
    ] = ()
    terms: Terms = Field(default_factory=Terms)


class NewVersion(Sent):
    """The whole text anew; older versions are kept."""

    title: Annotated[Line, Field(examples=["First visit"])]
    text: Annotated[Words, Field(examples=["Eight people were washing cars."])]
