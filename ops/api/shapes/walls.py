"""Walls: the big screens of an operation's control rooms."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import Moment, Reference, Sent, Shape


class WallSite(Shape):
    """A site of the operation; `seen_by`: how many of its agencies see it."""

    reference: Reference
    code: str
    name: str
    seen_by: int


class Wall(Shape):
    """A wall that was not ended. Its codes are made on its page: they ask who is there."""

    reference: Reference
    name: str
    sites: Annotated[frozenset[Reference], Field(description="those that it shows")]
    screens: Annotated[int, Field(description="how many are paired")]
    seen_at: Annotated[Moment | None, Field(description="when one of them was opened last")]


class Walls(Shape):
    """The walls of an operation, and the sites that they could show."""

    operation: Reference
    over: Annotated[bool, Field(description="it was stood down, and its walls ended with it")]
    agencies: int
    sites: tuple[WallSite, ...]
    walls: tuple[Wall, ...]


class ShownSites(Sent):
    """All sites that a wall is to show; others go from it."""

    sites: Annotated[list[Reference], Field(min_length=1)]
