"""What another agency sees, as far as the caller sees it too."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.cases import AnyCaseFile
from ops.api.shapes.common import AgencyRef, Asked, Reference, Shape
from ops.api.shapes.operations import Figures, Post, SiteState, Task


class AskedAgency(Asked):
    """Through whose eyes; empty: through nobody's yet, to see who there is to choose."""

    agency: Reference | Literal[""] = ""


class View(Shape):
    """Whose eyes they are, and whose they could be."""

    reference: Reference
    title: str
    agency: AgencyRef | None
    agencies: tuple[AgencyRef, ...]


class Hidden(Shape):
    """What the caller sees, and they do not."""

    reference: Reference
    title: str


class CaseAs(Shape):
    """A case through their eyes; `theirs` null: to them it is not there."""

    view: View
    theirs: AnyCaseFile | None
    hidden: Annotated[tuple[Hidden, ...], Field(description="reports")]


class Board(Shape):
    """A board: what things come to at each site, the tasks, and the newest posts."""

    figures: Figures
    sites: tuple[SiteState, ...]
    tasks: tuple[Task, ...]
    posts: tuple[Post, ...]


class BoardAs(Shape):
    """A board through their eyes; `theirs` null: to them it is not there."""

    view: View
    theirs: Board | None
    hidden: Annotated[tuple[Hidden, ...], Field(description="tasks")]
