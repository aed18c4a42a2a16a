"""Access that is asked for, and what becomes of it."""

from typing import Annotated, Literal

from pydantic import Field

from ops.actions.request_course import Stage
from ops.api.shapes.common import EXAMPLE_REFERENCE, AgencyRef, Later, Line, Moment, Page, Reference, Sent, Shape
from ops.api.shapes.sharing import LevelName, UsualTerms
from ops.api.shapes.terms import Terms


class Thing(Shape):
    """A thing asked for: its title for who reads it, its owner for who knows of it."""

    reference: Reference
    kind: str
    owner: AgencyRef
    title: str
    theme: str


class StepLine(Shape):
    """A step, as far as its reader may know it."""

    step: str
    agency: AgencyRef
    officer: str
    words: str
    at: Moment


class SentRequest(Shape):
    """One of the caller's own requests. `thing` is null while they may not know whether there is one."""

    part: Literal["sent"] = "sent"
    reference: Reference
    asked_for: str
    typed: bool
    thing: Thing | None
    whom: str
    level: LevelName
    until: Moment
    purpose: str
    reason: str
    asked_at: Moment
    lapses_at: Moment
    stage: Stage
    steps: tuple[StepLine, ...]


class ApprovalChoice(Shape):
    """Whom an approval may be for."""

    value: str
    label: str
    chosen: bool


class RequestToDecide(Shape):
    """A request that the caller decides. `telling`: any answer would tell that the thing exists."""

    part: Literal["to decide"] = "to decide"
    reference: Reference
    asked_for: str
    thing: Thing
    agency: AgencyRef
    requester: str
    whom: str
    level: LevelName
    until: Moment
    purpose: str
    reason: str
    asked_at: Moment
    lapses_at: Moment
    stage: Stage
    open: bool
    telling: bool
    passed_on: bool
    may_give: bool
    outside: bool
    about_somebody: bool
    choices: tuple[ApprovalChoice, ...]
    usual: UsualTerms
    steps: tuple[StepLine, ...]


AnyRequest = Annotated[SentRequest | RequestToDecide, Field(discriminator="part")]


class Requests(Page[AnyRequest]):
    """Requests: the caller's own, newest first, then those that wait for their decision."""


class NewRequest(Sent):
    """What is asked for. `whom`: 'me', or 'team:REF' for one of the caller's own teams."""

    reason: Annotated[Line, Field(examples=["We interview the same workers."])]
    purpose: Annotated[Line, Field(examples=["Safeguarding"])]
    level: Literal["read", "contribute"] = "read"
    until: Later
    whom: Line = "me"


class NewRequestByReference(NewRequest):
    """The same for whatever a reference names, if it names anything: the answer does not tell."""

    reference: Annotated[Line, Field(examples=[EXAMPLE_REFERENCE])]


class Approval(Sent):
    """The access that is given: what was asked for, or less."""

    who: Line
    terms: Terms
    note: Line = ""


class Telling(Sent):
    """Words for the requester. `warned`: yes, I know that any answer tells that the thing exists."""

    words: Line
    warned: bool = False


class Reply(Sent):
    """A reply to the owner's question."""

    words: Annotated[Line, Field(examples=["For the workers at the pier, until March."])]
