"""The plan of an operation: what it says of itself, who takes part, its places, its tasks."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from models.operations import Stage
from ops.actions.operation_templates import TEMPLATES
from ops.actions.sites import CHECK_IN_BETWEEN, EDGE
from ops.api.shapes.common import AgencyRef, Later, Line, Moment, Reference, Sent, Shape
from ops.api.shapes.operations import Task

TITLE = Annotated[Line, Field(examples=["HERON"], description="whoever is invited reads it: no place, no person")]
COLLEAGUE = Annotated[Line, Field(description="an officer of the caller's own agency, by reference; empty: nobody")]
OFFICERS = Annotated[tuple[Reference, ...], Field(max_length=400, description="of the caller's own agency")]
MANAGERS = "for who manages the operation; empty for everyone else"
Percent = Annotated[int, Field(ge=0, le=EDGE)]
Minutes = Annotated[int, Field(ge=CHECK_IN_BETWEEN[0], le=CHECK_IN_BETWEEN[1], examples=[30])]


class Colleague(Shape):
    """An officer of the caller's own agency. `there`: they are in its detachment."""

    reference: Reference
    name: str
    there: bool


class Plan(Shape):
    """What an operation says of itself. `manages`: the caller may change it."""

    reference: Reference
    title: Annotated[str, Field(examples=["HERON"])]
    purpose: str
    marking: Annotated[str, Field(examples=["OFFICIAL-SENSITIVE"])]
    stage: Stage
    starts: Moment
    ends: Moment
    manages: bool
    commander: str
    deputy: str
    deputy_reference: Annotated[str, Field(description=MANAGERS)]
    loggist: str
    loggist_reference: Annotated[str, Field(description=MANAGERS)]
    officers: Annotated[tuple[Colleague, ...], Field(description=MANAGERS)]


class NewHeader(Sent):
    """What a new operation says of itself."""

    title: TITLE
    purpose: Line = ""
    starts: Later
    ends: Later


class NewOperation(Sent):
    """An operation to plan. Whoever plans it commands it; nobody else learns of it."""

    template: Annotated[Line, Field(examples=["Empty plan"], description=f"one of: {', '.join(TEMPLATES)}")]
    header: NewHeader
    case: Annotated[Line, Field(description="a case that the caller manages, by reference; empty: none")] = ""
    team: Annotated[Line, Field(description="one of the caller's teams, which manages it too; empty: the first")] = ""


class Header(NewHeader):
    """What an operation says of itself, all of it."""

    marking: Annotated[Line, Field(examples=["OFFICIAL-SENSITIVE"])]
    deputy: COLLEAGUE = ""
    loggist: COLLEAGUE = ""


class Officers(Sent):
    """Who joins their agency's detachment."""

    officers: OFFICERS


class DetachmentLine(Shape):
    """An agency that takes part or was asked to."""

    agency: AgencyRef
    state: Annotated[str, Field(examples=["takes part"], description="takes part, waiting, declined, withdrawn")]
    people: int
    call_sign: str
    part: Annotated[str, Field(description=MANAGERS)]
    words: Annotated[str, Field(description=MANAGERS)]
    answer: Annotated[str, Field(description=MANAGERS)]
    invitation: Annotated[str, Field(description=f"a reference, to withdraw it; {MANAGERS}")]


class Detachments(Shape):
    """Who takes part and who was asked. `others`: whom the caller can invite."""

    reference: Reference
    manages: bool
    items: tuple[DetachmentLine, ...]
    others: tuple[AgencyRef, ...]


class Invite(Sent):
    """Whom to invite, to what, with which words: they are all that its leads read."""

    agency: Reference
    part: Annotated[
        Literal["contribute", "discover"],
        Field(description="contribute: the operation, and the sites revealed; discover: single tasks alone"),
    ]
    words: Annotated[Line, Field(examples=["Pay and hours at two sites"])]
    call_sign: Line = ""
    agreement: Annotated[Line, Field(description="a reference; empty: the one that was chosen for the operation")] = ""


class Invited(Shape):
    """An invitation, as the lead of the invited agency reads it. `officers`: whom they can send."""

    reference: Reference
    inviter: AgencyRef
    desk: str
    title: str
    words: str
    call_sign: str
    starts: Moment
    ends: Moment
    state: Annotated[str, Field(examples=["waiting"])]
    answer: str
    single_tasks: Annotated[bool, Field(description="they will see the tasks asked of them, and not the operation")]
    officers: tuple[Colleague, ...]


class Declined(Sent):
    """Why an agency does not come."""

    answer: Annotated[Line, Field(examples=["Nobody is free that day."])]


class PlannedVisit(Shape):
    """When an agency means to be at a site. `reference`: for who may withdraw it."""

    reference: Annotated[Reference | None, BeforeValidator(lambda name: name or None)]
    agency: AgencyRef
    starts: Moment
    ends: Moment
    overlaps: bool


class Revealed(Shape):
    """From when, and until when, a detachment sees a site."""

    agency: AgencyRef
    starts: Moment
    ends: Moment | None


class SitePlan(Shape):
    """A site with the visits planned there. `revealed`: for who manages the operation."""

    reference: Reference
    code: Annotated[str, Field(examples=["S1"])]
    name: Annotated[str, Field(examples=["Quayside Valeting"])]
    address: str
    check_in_minutes: int
    visits: tuple[PlannedVisit, ...]
    revealed: tuple[Revealed, ...]


class SitePlans(Shape):
    """The sites that the caller sees."""

    reference: Reference
    manages: bool
    items: tuple[SitePlan, ...]


class NewSite(Sent):
    """A site to add; nobody but the operation's managers sees it before it is revealed."""

    code: Annotated[Line, Field(examples=["S1"])]
    name: Annotated[Line, Field(examples=["Quayside Valeting"])]
    address: Line = ""
    check_in_minutes: Minutes = 30
    x: Percent = 50
    y: Percent = 50
    coordinates: Annotated[Line, Field(examples=["53.012, -1.134"], description="latitude and longitude, or empty")] = (
        ""
    )


class Reveal(Sent):
    """Which site to show to which detachment, from when until when; null: from now, until a day after the operation."""

    site: Reference
    agency: Reference
    starts: Later | None = None
    ends: Later | None = None
    agreement: Annotated[Line, Field(description="a reference; empty: the one that was chosen for the operation")] = ""


class VisitWindow(Sent):
    """When an agency means to be at a site; without an agency, the caller's own."""

    site: Annotated[Reference | Literal[""], Field(description="where the caller works; empty is refused")]
    agency: Line = ""
    starts: Later
    ends: Later


class WithdrawnVisit(Sent):
    """The visit that is not to be."""

    visit: Reference


class PlannedTasks(Shape):
    """The tasks that the caller sees, by site."""

    reference: Reference
    manages: bool
    items: tuple[Task, ...]


class NewTask(Sent):
    """A task to make. `restricted`: for the agency asked and those `told`, and nobody else."""

    title: Annotated[Line, Field(examples=["Look at the drains, S1"], description="names no person")]
    agency: Annotated[Reference, Field(description="of which it is asked; it takes part")]
    site: Annotated[Line, Field(description="a reference; empty: the whole operation")] = ""
    due: Later | None = None
    agreement: Annotated[Line, Field(description="a reference; empty: the one that was chosen for the operation")] = ""
    restricted: bool = False
    told: Annotated[tuple[Reference, ...], Field(max_length=100)] = ()
    about_nobody: Annotated[bool, Field(description="it is about no individual, so ring-fences do not hold it")] = False
