"""Handing a case over to another agency."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Later, Line, Moment, Reference, Sent, Shape, Words
from ops.api.shapes.sharing import UsualTerms


class HandOverLine(Shape):
    """An offer, and what became of it."""

    reference: Reference
    giver: AgencyRef
    taker: AgencyRef
    state: str
    offered_at: Moment
    lapses_at: Moment
    decided_at: Moment | None
    reason: str
    statement: str


class Offering(Shape):
    """To whom a case can be offered, and the offer that stands."""

    reference: Reference
    title: str
    agencies: tuple[AgencyRef, ...]
    usual: UsualTerms
    standing: HandOverLine | None
    history: tuple[HandOverLine, ...]


class NewOffer(Sent):
    """A case offered to another agency. `keeps_reading`: its managers of now go on reading, on these terms."""

    to: Reference
    reason: Words
    keeps_reading: bool = False
    purpose: Line = ""
    basis: Line = ""
    necessity: Line = ""
    until: Later | None = None


class Offered(Shape):
    """An offer, for the lead who answers it; accepting it is for a confirmed person, on its page."""

    line: HandOverLine
    theme: str
    keeps_reading: bool
    reads_until: Moment | None
    purpose: str
    basis: str
    necessity: str
    agreement: str
    who: Annotated[tuple[tuple[str, str], ...], Field(description="who could manage it: a value, and a name")]
