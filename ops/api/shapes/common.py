"""What several representations are made of."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    computed_field,
)

T = TypeVar("T")
BASE = "/api/v1"
EXAMPLE_REFERENCE = "ggqr4ngnzfvvhhgiqoqcbl7w4e"
LARGEST_PAGE = 200
LAST_YEAR = 2200  # beyond it, time zones reach past the end of the calendar
UNSPEAKABLE = "\0"  # the one letter that PostgreSQL keeps nowhere


def _speakable(words: str) -> str:
    if UNSPEAKABLE in words:
        raise ValueError("the zero letter cannot be kept")
    return words


def _thinkable(moment: datetime) -> datetime:
    if moment.year > LAST_YEAR:
        raise ValueError("this is too far away")
    return moment


Words = Annotated[str, AfterValidator(_speakable)]
Line = Annotated[str, StringConstraints(max_length=400), AfterValidator(_speakable)]
Reference = Annotated[
    str, Field(pattern="^[a-z2-7]{26}$", examples=[EXAMPLE_REFERENCE], description="a random name; says nothing")
]
Moment = Annotated[datetime, Field(examples=["2026-10-13T08:07:00Z"])]
Later = Annotated[AwareDatetime, AfterValidator(_thinkable), Field(examples=["2026-10-14T23:00:00Z"])]
Place = Annotated[  # screens say "" for nowhere
    Reference | None, BeforeValidator(lambda place: place or None), Field(description="null: it is about the whole")
]
Full = Literal["full"]
Stub = Literal["stub"]


def read_from(*names: str, says: str | None = None) -> Any:  # noqa: ANN401 - a field, as pydantic's own are
    """Say under which name screens give a member, where that is not its own."""
    return Field(validation_alias=AliasChoices(*names), description=says)


class Shape(BaseModel):
    """A representation, given as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True, validate_by_name=True)


class Sent(BaseModel):
    """A request's body: what is not named here is refused, so that nobody sets what no form has."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Through(Shape):
    """Somebody else wrote it down: over which channel they heard it, who, and whether its author has confirmed it."""

    channel: Annotated[str, Field(examples=["radio"])]
    entered_by: str
    confirmed: bool


class Asked(BaseModel):
    """A request's query: what is not named here is refused, so that a mistyped filter does not mean everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AskedPage(Asked):
    """Which part of a list."""

    cursor: Annotated[str, Field(max_length=200, description="`next` of the page before; empty for the first")] = ""
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 50


class Page(Shape, Generic[T]):
    """Part of a list, in an order that says nothing. There is no total: it could tell of what is hidden."""

    items: tuple[T, ...]
    next: Annotated[str | None, Field(description="sealed; give it back as `cursor`. Null: that was all")] = None


class AgencyRef(Shape):
    """An agency, named."""

    reference: Reference
    code: Annotated[str, Field(examples=["HBR"])]
    name: Annotated[str, Field(examples=["Harbour Police"])]


class SeenBy(Shape):
    """Who sees it now: agencies or listed teams, and how many."""

    everyone: Annotated[bool, Field(description="everyone who reads what it lies in")]
    names: tuple[str, ...]
    people: int


class FileLine(Shape):
    """A file: where it lies, what it is called, how large the copy is that is served."""

    reference: Reference
    name: str
    is_picture: bool
    size: int

    @computed_field(examples=[f"{BASE}/attachments/{EXAMPLE_REFERENCE}/content"])  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def content(self) -> str:
        """Where its shared copy is."""
        return f"{BASE}/attachments/{self.reference}/content"


class Made(Shape):
    """What a command made, and where it is."""

    reference: Reference
    self: Annotated[str, Field(examples=[f"/api/v1/cases/{EXAMPLE_REFERENCE}"])]
