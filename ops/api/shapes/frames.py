"""What travels on the live feed: what a program says first, and the frames that it hears."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel, create_model

from ops.api.shapes.cases import AnyReportLine, CaseFile, CaseFileStub
from ops.api.shapes.common import EXAMPLE_REFERENCE, Moment, Reference, Sent, Shape
from ops.api.shapes.operations import OperationSums, Post, Present, Site, Task
from ops.api.shapes.person_met import PersonMet
from ops.api.shapes.watch import WatchState

Cursor = Annotated[str, Field(description="the newest that was heard, or the one that came with the state")]


class JoinOperation(Sent):
    """Follow an operation."""

    do: Literal["join"]
    operation: Reference
    cursor: Cursor


class JoinCase(Sent):
    """Follow a case."""

    do: Literal["join"]
    case: Reference
    cursor: Cursor


class JoinWatch(Sent):
    """Follow what waits for the caller's decision, and what they watch."""

    do: Literal["join"]
    watch: Literal[True]
    cursor: Cursor


class Join(RootModel[JoinOperation | JoinCase | JoinWatch]):
    """The one message that a program sends, first."""

    model_config = {
        "json_schema_extra": {"examples": [{"do": "join", "operation": EXAMPLE_REFERENCE, "cursor": "5n1oW0y"}]}
    }


def _some_of(name: str, *shapes: type[BaseModel], but: str = "") -> type[Shape]:
    """Make the shape of some members of a state."""
    members: dict[str, Any] = {}
    for shape in shapes:
        for member, field in shape.model_fields.items():
            known = members.get(member, (field.annotation,))[0]
            members[member] = (known | field.annotation, None)
    members.pop(but, None)
    return create_model(name, __base__=Shape, __doc__="Those members of a state that changed.", **members)


SomeOfOperation = _some_of("SomeOfOperation", OperationSums, but="present")
SomeOfCase = _some_of("SomeOfCase", CaseFile, CaseFileStub, but="reports")
SomeOfWatch = _some_of("SomeOfWatch", WatchState)


class _Show(Shape):
    do: Literal["show"]
    ref: Reference
    rev: Annotated[int, Field(description="the version of its content")]


class ShowPost(_Show):
    """A post as it is now."""

    kind: Literal["post"]
    shown: Annotated[Post, Field(alias="is")]


class ShowTask(_Show):
    """A task as it is now."""

    kind: Literal["task"]
    shown: Annotated[Task, Field(alias="is")]


class ShowSite(_Show):
    """A site as it is now."""

    kind: Literal["site"]
    shown: Annotated[Site, Field(alias="is")]


class ShowPersonMet(_Show):
    """Somebody met, as it stands now."""

    kind: Literal["encounter"]
    shown: Annotated[PersonMet, Field(alias="is")]


class ShowReport(_Show):
    """A report as it is now, or that there is one."""

    kind: Literal["report"]
    shown: Annotated[AnyReportLine, Field(alias="is")]


class Retract(Shape):
    """Forget this thing, and whatever was made of it."""

    do: Literal["retract"]
    ref: Reference


class Sums(Shape):
    """Put each member in the place of the state's member of that name."""

    do: Literal["sums"]
    sums: SomeOfOperation | SomeOfCase | SomeOfWatch  # type: ignore[valid-type]  # made above


class Presence(Shape):
    """Which officers have the operation's page open."""

    do: Literal["presence"]
    present: tuple[Present, ...]


class Beat(Shape):
    """Every five seconds; with the newest `cursor` a program comes back."""

    do: Literal["beat"]
    cursor: str
    now: Moment


class Resync(Shape):
    """Read the state again, at a random moment within so many seconds."""

    do: Literal["resync"]
    within: int


class Stale(Shape):
    """Nothing can be shown just now."""

    do: Literal["stale"]


_Shown = Annotated[ShowPost | ShowTask | ShowSite | ShowPersonMet | ShowReport, Field(discriminator="kind")]


class Frame(RootModel[_Shown | Retract | Sums | Presence | Beat | Resync | Stale]):
    """One frame."""

    model_config = {"json_schema_extra": {"examples": [{"do": "retract", "ref": EXAMPLE_REFERENCE}]}}


class Message(RootModel[tuple[Frame, ...]]):
    """What comes on the feed: the frames of one moment."""
