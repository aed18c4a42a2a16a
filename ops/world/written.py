"""What a world file may say: the county and its cases. Unknown fields are refused, so a slip of the pen is noticed."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.agencies import Duty, Kind
from models.cases import Theme
from models.grants import Step
from models.reports import ReportKind
from ops.world.moments import Moment

LevelWord = Literal["discover", "read", "contribute", "manage"]


class Written(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Written):
    """An officer. The e-mail is the initial and last name at the agency's domain unless written."""

    name: str
    teams: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    mobile: str
    email: str = ""


class AgencyPart(Written):
    """An agency; its place in the list gives its tally."""

    code: str = Field(pattern="^[A-Z]{3}$")
    name: str
    kind: Kind
    enforcement: bool = False
    domain: str = Field(pattern=r"\.example$")
    desk: str
    teams: dict[str, str]
    unlisted: tuple[str, ...] = ()
    officers: list[Person]


class AgreementPart(Written):
    """An information-sharing agreement and who signed it."""

    name: str
    parties: list[str]
    purposes: str
    lawful_bases: str
    highest: LevelWord
    longest_days: int
    starts: Moment
    review: Moment


class Basis(Written):
    """What grants to other agencies rest on: the fields of a data-sharing decision that repeat."""

    purpose: str
    lawful_basis: str
    agreement: str
    necessity: str
    lasts: int | Literal["operation"]


class Access(Written):
    """Grants alike, to several principals: 'POL', 'POL/MSU' (a team), 'POL@' (its detachment) or an officer's name."""

    to: list[str]
    level: LevelWord
    basis: str = ""
    because: str = ""
    at: Moment | None = None
    by: str = ""
    ended: Moment | None = None
    ended_why: str = ""


class Photo(Written):
    """A picture beside the world file, and what the phone called it."""

    file: str
    name: str
    at: Moment | None = None


class VersionPart(Written):
    at: Moment
    title: str
    text: str
    by: str = ""


class WithdrawnPart(Written):
    """A report or post was taken back, by its author unless somebody else is named."""

    at: Moment
    why: str
    by: str = ""


class ReportPart(Written):
    """A report; its team manages it. `proposes`: an agency it is shared with that is not in the case, which waits."""

    code: str
    kind: ReportKind
    author: str
    team: str
    fenced: bool = True
    unfenced_why: str = ""
    emergency: str = ""  # why it may be opened in an emergency although its kind may not
    names: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()
    photos: tuple[Photo, ...] = ()
    proposes: str = ""
    versions: list[VersionPart] = Field(min_length=1)
    withdrawn: WithdrawnPart | None = None


class Fence(Written):
    against: str
    name: str
    at: Moment
    by: str


class CasePart(Written):
    code: str
    title: str
    theme: Theme
    status: str = "open"
    handling: str = ""
    summary: str
    team: str
    lead: str
    opened: Moment
    names: dict[str, Moment] = {}
    fences: tuple[Fence, ...] = ()
    access: tuple[Access, ...] = ()
    reports: tuple[ReportPart, ...] = ()


class LinkPart(Written):
    between: tuple[str, str]
    at: Moment
    by: str
    reason: str


class RequestPart(Written):
    """An officer asked for access, from a stub or by a typed reference; without `decided` it still waits."""

    to: str
    by: str
    at: Moment
    reason: str
    purpose: str
    level: Literal["read", "contribute"] = "read"
    lasts: int = 30
    typed: bool = False
    decided: Moment | None = None
    decided_by: str = ""
    decision: Step | None = None
    answer: str = ""


class ProfilePart(Written):
    code: str
    label: str
    aliases: str = ""
    born_on: date | None = None
    apparent_age: str = ""
    language: str = ""
    team: str
    by: str
    at: Moment
    access: tuple[Access, ...] = ()
