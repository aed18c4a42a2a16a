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

    name: Line
    mobile: Line


class NewAccount(Sent):
    """A program or a wall display; it can do nothing until it is given access."""

    name: Line


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
