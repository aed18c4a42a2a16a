"""What keeps sharing within bounds: holds, ring-fences, proposals, withdrawals."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import EXAMPLE_REFERENCE, AgencyRef, Line, Moment, Reference, Sent, Shape, Words
from ops.api.shapes.sharing import Receipt, UsualTerms


class ToConfirm(Shape):
    """A grant to another agency, about which the end of a hold decides."""

    receipt: Receipt
    why: str
    until: Moment | None


class Hold(Shape):
    """A report's hold; `at` is null while there is none."""

    reference: Reference
    title: str
    owner: AgencyRef
    holder: AgencyRef | None
    at: Moment | None
    reason: str
    grants: tuple[ToConfirm, ...]
    may_end: bool


class NewHold(Sent):
    """Why a report is held: from now on, only its own agency sees it."""

    reason: Annotated[Words, Field(examples=["Shared with the wrong agency."])] = ""


class HoldEnd(Sent):
    """What becomes of each grant to another agency, by its reference, and why."""

    answers: Annotated[
        dict[Reference, Literal["keep", "remove"]], Field(max_length=400, examples=[{EXAMPLE_REFERENCE: "keep"}])
    ]
    why: Words


class Fence(Shape):
    """A ring-fence: an agency that no grant in the case may reach. `agency` null: every enforcement agency."""

    reference: Reference
    agency: AgencyRef
    name: str
    raised_at: Moment


class Fences(Shape):
    """The ring-fences of a case; `agencies`: whom another could keep out."""

    case: Reference
    title: str
    fences: tuple[Fence, ...]
    agencies: tuple[AgencyRef, ...]
    may_manage: bool


class NewFence(Sent):
    """Whom a ring-fence keeps out, and what it is called."""

    agency: Reference
    name: Annotated[Line, Field(examples=["Support reports, never to enforcement"])]


class Stands(Shape):
    """What a new ring-fence would revoke."""

    thing: Reference
    kind: str
    title: str
    parts: tuple[str, ...]


class FencePreview(Shape):
    """What raising a ring-fence would do. Nothing is revoked yet."""

    agency: AgencyRef
    name: str
    stands: tuple[Stands, ...]


class Because(Sent):
    """Why."""

    why: Annotated[Words, Field(examples=["It was a mistake."])]


class Proposal(Shape):
    """An agency that somebody proposes to let into a case; `decision` is empty while it waits."""

    reference: Reference
    case: Reference
    title: str
    agency: Annotated[AgencyRef, Field(description="who proposes it")]
    proposed: AgencyRef
    at: Moment
    decision: str
    usual: UsualTerms


class WithdrawnLine(Shape):
    """Something that the agency withdrew; what it said is opened on its page, by a confirmed information manager."""

    kind: str
    reference: Reference
    at: Moment


class WithdrawnThings(Shape):
    """What the agency withdrew, the newest first."""

    items: tuple[WithdrawnLine, ...]
