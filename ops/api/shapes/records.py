"""The audit as an information manager reads it, and disclosure registers."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from models.audit import Act
from ops.api.shapes.common import AgencyRef, Asked, Moment, Page, Reference, Shape
from ops.api.shapes.sharing import LevelName

Named = Annotated[str, StringConstraints(max_length=26, pattern="^[a-z2-7]*$")]


class Reader(Shape):
    """Who did it: named to their own agency, elsewhere counted."""

    agency: AgencyRef
    name: str


class RecordThing(Shape):
    """What it was about. `kind` and `theme` are empty for what is neither ours nor visible."""

    reference: str
    kind: str
    theme: str
    title: str
    readable: bool


class Record(Shape):
    """One act."""

    at: Moment
    act: str
    readers: tuple[Reader, ...]
    things: tuple[RecordThing, ...]
    asked: Annotated[str, Field(description="the address that was refused")]


class Records(Page[Record]):
    """Acts, the newest first."""


class AskedRecords(Asked):
    """What to look for; empty for everything."""

    cursor: Annotated[str, Field(max_length=200)] = ""
    reference: Named = ""
    officer: Named = ""
    act: Act | None = None
    since: date | None = None
    until: date | None = None


class RegisterGrant(Shape):
    """One grant that ever was. What somebody wrote about it is empty for who does not manage it."""

    part: str
    level: LevelName
    why: str
    purpose: str
    basis: str
    agreement: str
    necessity: str
    starts: Moment
    until: Moment | None
    revoked_at: Moment | None
    revoked_why: str


class RegisterAgency(Shape):
    """What one agency was given, and what its officers did with it."""

    agency: AgencyRef
    own: bool
    grants: tuple[RegisterGrant, ...]
    people: Annotated[int, Field(description="who opened it")]
    only_listed: int
    first_opened_at: Moment | None
    last_opened_at: Moment | None
    downloads: int
    last_download_at: Moment | None
    last_live_at: Moment | None


class Register(Shape):
    """To whom a thing was disclosed, on what ground, and what came of it."""

    kind: str
    reference: Reference
    title: str
    theme: str
    marking: str
    owner: AgencyRef
    agencies: tuple[RegisterAgency, ...]
    readable: bool
    managed: bool
    at: Moment
