"""Tables that are brought in: what was read, what is wrong, how far it has come."""

from typing import Annotated, Literal

from pydantic import Field

from models.imports import ImportState
from ops.actions.import_fields import KINDS
from ops.api.shapes.common import Asked, Moment, Reference, Sent, Shape, read_from


class ImportLine(Shape):
    """One table. `wrong`, `doubles`: lines that are, or look as if they were there already."""

    reference: Reference
    kind: Annotated[str, Field(examples=["case"])]
    label: Annotated[str, Field(description="what the file was called")]
    note: Annotated[str, Field(description="what was guessed about it")]
    state: ImportState
    rows: int
    wrong: Annotated[int, read_from("bad")]
    doubles: int
    with_doubles: bool
    published: int
    why: str
    at: Moment
    ended_at: Moment | None


class Imports(Shape):
    """The caller's own imports, the newest 50."""

    items: tuple[ImportLine, ...]


class FieldLine(Shape):
    """A field that lines of this kind have."""

    name: str
    label: str
    needed: bool


class TableKind(Shape):
    """What the lines are."""

    name: str
    label: str
    fields: tuple[FieldLine, ...]


class WrongLine(Shape):
    """A line that will not be brought in."""

    number: int
    problem: str
    cells: tuple[str, ...]


class ImportPage(Shape):
    """One table: its columns, which of them is which field, and the first lines that are wrong."""

    line: Annotated[ImportLine, read_from("row")]
    kind: TableKind
    headings: tuple[str, ...]
    mapping: Annotated[dict[str, int], Field(description="field: column, from 0")]
    examples: tuple[tuple[str, ...], ...]
    wrong: Annotated[tuple[WrongLine, ...], read_from("bad")]
    expected: Annotated[int, Field(description="lines that would be brought in")]


class AskedKind(Asked):
    """What the lines of a table are."""

    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]  # made of a table


class Mapping(Sent):
    """Which column, from 0, is which field; and whether lines come in that look as if they were there already."""

    mapping: Annotated[dict[str, Annotated[int, Field(ge=-1, le=200)]], Field(max_length=50, examples=[{"title": 0}])]
    with_doubles: bool = False


class Publication(Sent):
    """All lines, or none while one is wrong; with `only_good` those that are not."""

    only_good: bool = False
