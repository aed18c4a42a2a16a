"""Reports and their versions."""

from typing import Annotated

from pydantic import Field

from models.reports import ReportKind
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
)
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
    case: Annotated[Reference, Field(description="readable, or a stub")]
    agency: AgencyRef
    team: str
    author: str
    kind: ReportKind
    title: str
    text: str
    version: int
    versions: tuple[VersionLine, ...]
    written_at: Moment
    revised_at: Moment | None
    files: tuple[FileLine, ...]
    inside_fences: bool
    outside_because: str
    withdrawn: bool
    withdrawn_hash: Annotated[str, Field(description="of what it said, for its own agency")]
    held: bool
    seen_by: SeenBy
    may_edit: bool
    may_attach: bool
    may_share: bool


class NewReport(Sent):
    """A report to file, with its whole audience.

    `shared_with` names principals: `agency:REF`, `team:REF`, `officer:REF`, `account:REF` or
    `detachment:OPERATION@AGENCY`; empty means the author's own team alone.
    """

    title: Annotated[Line, Field(examples=["First visit"])]
    text: Annotated[Words, Field(examples=["Seven people were washing cars."])]
    kind: ReportKind
    team: Line = ""
    inside_fences: bool = True
    outside_because: Line = ""
    names: Annotated[tuple[Line, ...], Field(max_length=50, description="references of profiles")] = ()
    shared_with: Annotated[
        tuple[Line, ...],
        Field(max_length=50, examples=[[f"agency:{EXAMPLE_REFERENCE}"]]),
    ] = ()
    terms: Terms | None = None


class NewVersion(Sent):
    """The whole text anew; older versions are kept."""

    title: Annotated[Line, Field(examples=["First visit"])]
    text: Annotated[Words, Field(examples=["Eight people were washing cars."])]
