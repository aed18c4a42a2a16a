"""What waits for the caller, and what they watch."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.cases import AnyCaseLine
from ops.api.shapes.common import AgencyRef, Moment, Shape, read_from
from ops.api.shapes.operations import AnyOperationLine


class ToDecide(Shape):
    """Something that waits for the caller's decision, the oldest first."""

    agency: Annotated[AgencyRef, Field(description="who brings it")]
    said: str
    quoted: str
    since: Moment
    due: Moment | None
    page: Annotated[str, read_from("where", says="where an officer decides it")]


class WatchState(Shape):
    """What waits for the caller's decision, and the newest 200 cases and operations that they may see or know of."""

    decide: tuple[ToDecide, ...]
    cases: tuple[AnyCaseLine, ...]
    operations: tuple[AnyOperationLine, ...]
