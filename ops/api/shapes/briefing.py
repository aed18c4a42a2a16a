"""The briefing of an operation, and who is ready for it."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from ops.api.shapes.common import AgencyRef, Moment, Reference, SeenBy, Sent, Shape, Words, read_from
from ops.api.shapes.planning import DetachmentLine

WORDS = Annotated[Words, Field(max_length=4000)]


class BriefingVersion(Shape):
    """A published version; headings under which it says nothing are not in it."""

    number: int
    words: Annotated[dict[str, str], BeforeValidator(dict), Field(examples=[{"risk": "One way out."}])]
    by: str
    at: Moment


class Briefing(Shape):
    """The newest version, and those before it. `asked`: the caller is on the operation and has yet to read it.

    `draft`: for who writes the next one.
    """

    reference: Reference
    newest: BriefingVersion | None
    earlier: tuple[BriefingVersion, ...]
    asked: bool
    acknowledged_at: Moment | None
    seen_by: Annotated[SeenBy, read_from("seen")]
    draft: dict[str, str] | None
    next_number: int


class NewBriefing(Sent):
    """What the next version says under each heading, all of it."""

    information: Annotated[WORDS, Field(examples=["Seven people wash cars there."])] = ""
    intention: WORDS = ""
    method: WORDS = ""
    administration: WORDS = ""
    risk: WORDS = ""
    communications: WORDS = ""
    humanity: WORDS = ""


class BriefingRead(Sent):
    """Which version the caller has read: the newest."""

    number: Annotated[int, Field(ge=1, examples=[1])]


class ReadyOfficer(Shape):
    """An officer on the operation. `second_factor`: null outside their own agency."""

    name: str
    acknowledged_at: Moment | None
    second_factor: bool | None
    present: bool


class ReadyAgency(Shape):
    """A detachment: its officers, and how many of them have each thing."""

    agency: AgencyRef
    officers: tuple[ReadyOfficer, ...]
    acknowledged: int
    second_factors: int
    present: int


class Readiness(Shape):
    """Who is ready: every officer to the operation's managers, to others their own agency's.

    `briefing`: the newest version's number, 0 before the first.
    """

    reference: Reference
    briefing: int
    items: Annotated[tuple[ReadyAgency, ...], read_from("agencies")]
    waiting: Annotated[tuple[DetachmentLine, ...], Field(description="invited, and no answer yet")]
