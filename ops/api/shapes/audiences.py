"""Who would see a report that is not filed yet, and the readers of one to whom a profile that it names is offered."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import EXAMPLE_REFERENCE, AgencyRef, Line, Reference, Sent, Shape, read_from
from ops.api.shapes.sharing import UsualTerms
from ops.api.shapes.terms import Terms

SEVERAL = Field(max_length=50, examples=[[f"agency:{EXAMPLE_REFERENCE}"]])


class ReportDraft(Sent):
    """As much of a report as decides who would see it; the fields are those of filing it."""

    team: Line = ""
    shared_with: Annotated[tuple[Line, ...], SEVERAL] = ()
    names: Annotated[tuple[Line, ...], Field(max_length=50, description="references of profiles")] = ()
    kind: Annotated[Line, Field(examples=["visit"])] = ""
    level: Literal["discover", "read", "contribute", "manage"] = "read"
    fenced: Annotated[bool, Field(alias="inside_fences")] = True


class WouldSee(Shape):
    """A group that would see it. `waits`: it is not in the case yet. `future`: its later members will see it too."""

    agency: AgencyRef
    part: str
    people: int
    waits: bool
    future: bool


class WouldName(Shape):
    """A person whom it would name, and the agencies that would read the report and not the profile."""

    reference: Reference
    label: str
    agency: AgencyRef
    without: tuple[AgencyRef, ...]


class WillNot(Shape):
    """Who is near and would not: teams of one's own agency, other agencies, and those that a ring-fence keeps out."""

    teams: tuple[str, ...]
    agencies: tuple[AgencyRef, ...]
    fenced: tuple[AgencyRef, ...]


class JointPreview(Shape):
    """Who would see the report with its files and the people it names. Nothing is filed.

    `knows`: all but the own team would only know that it exists. `refused`: why somebody chosen cannot be given it.
    `asks_twice`: it is about a person and somebody chosen enforces, so filing it wants `confirmed`.
    """

    people: int
    agencies: int
    groups: tuple[WouldSee, ...]
    knows: bool
    named: tuple[WouldName, ...]
    will_not: Annotated[WillNot, read_from("out")]
    refused: tuple[str, ...]
    asks_twice: bool


class Without(Shape):
    """A group that reads the report and cannot open the profile: `value` goes into `chosen`."""

    value: Reference
    agency: AgencyRef
    part: str
    people: int
    kept_out: Annotated[str, Field(description="the ring-fence that keeps it out; empty: it may be given the profile")]


class Naming(Shape):
    """The offer to share a profile with the readers of a report that names it."""

    reference: Reference
    profile: Reference
    label: str
    report: Reference
    title: str
    agency: AgencyRef
    without: tuple[Without, ...]
    usual: UsualTerms


class ProfileShared(Terms):
    """Which of the groups may read the profile, and on what terms; each no longer than it reads the report."""

    level: Literal["read"] = "read"
    chosen: Annotated[tuple[Reference, ...], Field(max_length=100)]
