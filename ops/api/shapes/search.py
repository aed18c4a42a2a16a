"""What is looked for, and what was found of what the caller may see."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ops.api.shapes.common import AgencyRef, Full, Moment, Page, Reference, Sent, Shape, Stub, Words, read_from
from ops.screens.search import KINDS, LONGEST


def _projection(stub: object) -> object:
    return stub if isinstance(stub, str) else "stub" if stub else "full"


class Piece(Shape):
    """Some words around what was found; `sought`: these are what was looked for."""

    text: str
    sought: bool


class Hit(Shape):
    """Something found. A stub has no title, no date and no words."""

    projection: Annotated[Full | Stub, BeforeValidator(_projection), read_from("stub")]
    kind: str
    reference: Reference
    title: str
    agency: AgencyRef
    at: Annotated[Moment | None, read_from("shown_at")]
    pieces: tuple[Piece, ...]
    box: Annotated[str, Field(description="the title of what it lies in")]


class Found(Page[Hit]):
    """What was found, the newest first."""


class Sought(Sent):
    """Words, the beginnings of words, phrases in quotation marks, names however spelled; or one reference."""

    words: Annotated[Words, Field(max_length=LONGEST, examples=['van "mill road"'])]
    kind: Annotated[Literal[tuple(KINDS)] | None, Field(description="null: of every kind")] = None  # type: ignore[valid-type]  # made of a table
    cursor: Annotated[str, Field(max_length=200)] = ""
