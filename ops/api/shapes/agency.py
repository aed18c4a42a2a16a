"""The caller's own agency as its administrator sees it, and its agreements."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Later, Line, Moment, Page, Reference, Sent, Shape, Words
from ops.api.shapes.sharing import LevelName


class MemberLine(Shape):
    """An officer in a team, or a team of an officer."""

    reference: Reference
    name: str
    starts: Moment
    ends: Moment | None


class TeamOfOurs(Shape):
    """A team; `members` now or later."""

    reference: Reference
    name: str
    listed: bool
    members: int
    closed_at: Moment | None


class Team(Shape):
    """One team with its members."""

    team: TeamOfOurs
    members: tuple[MemberLine, ...]


class OfficerOfOurs(Shape):
    """An officer."""

    reference: Reference
    name: str
    mobile: str
    standing: Annotated[str, Field(description="active, suspended or left", examples=["active"])]
    left_at: Moment | None
    duties: tuple[str, ...]
    teams: tuple[MemberLine, ...]


class AccountOfOurs(Shape):
    """A program or a wall display."""

    reference: Reference
    name: str
    active: bool


class OwnAgency(Shape):
    """The agency. `unmanaged`: how many of its things nobody can manage."""

    name: str
    code: str
    teams: tuple[TeamOfOurs, ...]
    officers: tuple[OfficerOfOurs, ...]
    accounts: tuple[AccountOfOurs, ...]
    unmanaged: int


class TeamWords(Sent):
    """A team's name, and whether it is named to other agencies."""

    name: Line
    listed: bool


class OfficerWords(Sent):
    """An officer's name and work mobile."""

    name: Annotated[Line, Field(examples=["Alice Ng"])]
    mobile: Annotated[Line, Field(examples=["07700 900 555"])]


class NewAccount(Sent):
    """A program or a wall display; it can do nothing until it is given access."""

    name: Annotated[Line, Field(examples=["Command and control"])]


class PartyLine(Shape):
    """An agency in an agreement."""

    agency: AgencyRef
    signed_at: Moment | None
    left_at: Moment | None


class AgreementLine(Shape):
    """An agreement in a list. `state`: waiting, coming, in force, lapsed or ended."""

    reference: Reference
    name: str
    state: str
    until: Moment | None
    parties: int
    to_sign: bool


class Agreements(Page[AgreementLine]):
    """Agreements."""


class Agreement(Shape):
    """One agreement whole. `given` and `received`: grants under it of the agency's own things, and of others' to it."""

    line: AgreementLine
    purposes: str
    lawful_bases: str
    highest: LevelName
    longest_days: int
    outside: LevelName
    outside_sorts: tuple[str, ...]
    starts: Moment | None
    review_on: Moment | None
    parties: tuple[PartyLine, ...]
    left: bool
    given: int
    received: int


class NewAgreement(Sent):
    """An agreement, for its parties to sign. In force at no time until every one of them has."""

    name: Line
    parties: Annotated[tuple[Line, ...], Field(max_length=60, description="references of the other agencies")]
    purposes: Words
    lawful_bases: Words
    highest: Literal["discover", "read", "contribute"]
    longest_days: Annotated[int, Field(ge=1, le=366)]
    outside: Literal["discover", "read", "contribute"]
    outside_sorts: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    starts: Later | None = None
    ends: Later | None = None
    review_on: Later | None = None


class UnmanagedThing(Shape):
    """A thing that nobody manages: no title, nothing of its content."""

    reference: Reference
    kind: str
    theme: str


class UnmanagedThings(Shape):
    """What nobody manages; a manager is appointed by a confirmed administrator, on its page."""

    items: tuple[UnmanagedThing, ...]


class Entry(Shape):
    """An officer, and how they come to sign in. `invitation`: the reference of a link that waits for them, if any."""

    reference: Reference
    name: str
    email: str
    signs_in: bool
    me: bool
    invitation: str
    open_until: Moment | None


class Entries(Shape):
    """Officers by name; inviting is for a confirmed administrator, on its page."""

    items: tuple[Entry, ...]


class Phone(Shape):
    """An officer whose sign-ins could be ended."""

    reference: Reference
    name: str
    agency: AgencyRef


class Phones(Shape):
    """Colleagues, and those on an operation that the caller commands; ending is for a confirmed person, on its page."""

    items: tuple[Phone, ...]


class Size(Shape):
    """How many rows a table has."""

    table: str
    rows: int


class WorkerLine(Shape):
    """One process that serves screens."""

    started_at: Moment
    beat_at: Moment
    alive: bool


class AgencyLine(Shape):
    """An agency, its standing, and how many officers it has."""

    reference: Reference
    code: str
    name: str
    kind: str
    standing: str
    officers: int
    own: bool
    entered: Annotated[bool, Field(description="somebody of it can sign in")]


class Platform(Shape):
    """How the platform runs. `behind`: how many facts this process has not applied yet."""

    database: str
    head: int
    behind: int
    workers: tuple[WorkerLine, ...]
    sizes: tuple[Size, ...]
    agencies: tuple[AgencyLine, ...]
