"""What several representations are made of."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")
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
Full = Literal["full"]
Stub = Literal["stub"]


class Shape(BaseModel):
    """A representation, given as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Sent(BaseModel):
    """A request's body: what is not named here is refused, so that nobody sets what no form has."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


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
    content: Annotated[str, Field(examples=[f"/api/v1/attachments/{EXAMPLE_REFERENCE}/content"])]


class Made(Shape):
    """What a command made, and where it is."""

    reference: Reference
    self: Annotated[str, Field(examples=[f"/api/v1/cases/{EXAMPLE_REFERENCE}"])]
