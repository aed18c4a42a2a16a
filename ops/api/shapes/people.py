"""Who there is: the caller, agencies, teams and officers."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from models.agencies import Duty, Kind
from models.tokens import Scope
from ops.api.shapes.common import AgencyRef, Moment, Page, Reference, Shape, read_from


def _kind(account: object) -> object:
    return account if isinstance(account, str) else "account" if account else "officer"


class Token(Shape):
    """The token that was sent."""

    reference: Reference
    name: Annotated[str, Field(examples=["Command and control"])]
    scopes: tuple[Scope, ...]
    expires_at: Moment


class Me(Shape):
    """Who the caller is. An account is a principal of its own; an officer's token is the officer, within its scopes."""

    kind: Annotated[Literal["account", "officer"], BeforeValidator(_kind), read_from("account")]
    reference: Reference
    name: str
    agency: AgencyRef
    duties: tuple[Duty, ...]
    token: Token


class TeamLine(Shape):
    """A team that is named to other agencies, or one of the caller's own agency."""

    reference: Reference
    name: Annotated[str, Field(examples=["Night team"])]


class Agency(Shape):
    """An agency that takes part, and its teams."""

    reference: Reference
    code: Annotated[str, Field(examples=["HBR"])]
    name: Annotated[str, Field(examples=["Harbour Police"])]
    kind: Kind
    enforcement: bool
    teams: tuple[TeamLine, ...]


class OfficerLine(Shape):
    """An officer of the caller's own agency."""

    reference: Reference
    name: str


class Agencies(Page[Agency]):
    """Agencies."""


class Officers(Page[OfficerLine]):
    """Officers."""
