"""What a world file may say: the county and its cases. Unknown fields are refused, so a slip of the pen is noticed."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.agencies import Duty, Kind
from models.cases import Theme
from models.grants import Step
from models.reports import ReportKind
from ops.world.moments import Moment
from ops.world.names import AgencyCode, AgreementName, BasisName, OfficerName, PrincipalName, TeamName, ThingCode

LevelWord = Literal["discover", "read", "contribute", "manage"]


class Written(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Written):
    """An officer. The e-mail is the initial and last name at the agency's domain unless written.

    `email` may be the part before the domain, or a whole address. There is no password: who is new is invited.
    """

    name: str = Field(min_length=1, max_length=120)
    teams: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    mobile: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=200)


class AgencyPart(Written):
    """An agency; its place in the list gives its tally."""

    code: str = Field(pattern="^[A-Z]{2,4}$")
    name: str = Field(min_length=1, max_length=120)
    kind: Kind
    enforcement: bool = False
    domain: str = Field(default="", pattern=r"^([a-z0-9-]+(\.[a-z0-9-]+)+)?$")
    desk: str = Field(default="", max_length=200)
    teams: dict[str, str] = {}
    unlisted: tuple[str, ...] = ()
    officers: tuple[Person, ...] = ()


class AgreementPart(Written):
    """An information-sharing agreement and who signed it."""

    name: str
    parties: list[AgencyCode] = Field(min_length=2)
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
    agreement: AgreementName
    necessity: str
    lasts: int | Literal["operation"]


class Access(Written):
    """Grants alike, to several principals: 'POL', 'POL/MSU' (a team), 'POL@' (its detachment) or an officer's name."""

    to: list[PrincipalName]
    level: LevelWord
    basis: BasisName = BasisName()
    because: str = ""
    at: Moment | None = None
    by: OfficerName = OfficerName()
    ended: Moment | None = None
    ended_why: str = ""


class Photo(Written):
    """A picture beside the world file, and what the phone called it."""

    file: str
    name: str
    at: Moment | None = None


class VersionPart(Written):
    at: Moment
    title: str = Field(max_length=160)
    text: str
    by: OfficerName = OfficerName()


class WithdrawnPart(Written):
    """A report or post was taken back, by its author unless somebody else is named."""

    at: Moment
    why: str
    by: OfficerName = OfficerName()


class ReportPart(Written):
    """A report; its team manages it. `proposes`: an agency it is shared with that is not in the case, which waits."""

    code: str
    kind: ReportKind
    author: OfficerName
    team: TeamName
    fenced: bool = True
    unfenced_why: str = ""
    emergency: str = ""  # why it may be opened in an emergency although its kind may not
    names: tuple[ThingCode, ...] = ()
    access: tuple[Access, ...] = ()
    photos: tuple[Photo, ...] = ()
    proposes: AgencyCode = AgencyCode()
    versions: list[VersionPart] = Field(min_length=1)
    withdrawn: WithdrawnPart | None = None


class Fence(Written):
    against: AgencyCode
    name: str
    at: Moment
    by: OfficerName


class CasePart(Written):
    code: str
    title: str = Field(max_length=160)
    theme: Theme
    status: Literal["open", "closed"] = "open"
    handling: str = Field(default="", max_length=200)
    summary: str
    team: TeamName
    lead: OfficerName
    opened: Moment
    names: dict[ThingCode, Moment] = {}
    fences: tuple[Fence, ...] = ()
    access: tuple[Access, ...] = ()
    reports: tuple[ReportPart, ...] = ()


class LinkPart(Written):
    between: tuple[ThingCode, ThingCode]
    at: Moment
    by: OfficerName
    reason: str


class RequestPart(Written):
    """An officer asked for access, from a stub or by a typed reference; without `decided` it still waits."""

    to: ThingCode
    by: OfficerName
    at: Moment
    reason: str
    purpose: str
    level: Literal["read", "contribute"] = "read"
    lasts: int = 30
    typed: bool = False
    decided: Moment | None = None
    decided_by: OfficerName = OfficerName()
    decision: Step | None = None
    answer: str = ""


class ProfilePart(Written):
    code: str
    label: str = Field(min_length=1, max_length=120)
    aliases: str = Field(default="", max_length=300)
    born_on: date | None = None
    apparent_age: str = Field(default="", max_length=40)
    language: str = Field(default="", max_length=60)
    team: TeamName
    by: OfficerName
    at: Moment
    access: tuple[Access, ...] = ()
