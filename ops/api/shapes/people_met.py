"""The people met on an operation, and the acts of recording them and handing them over."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Reference, Sent, Shape, read_from
from ops.api.shapes.operations import Earlier
from ops.api.shapes.person_met import PersonMet


class Receiver(Shape):
    """An agency that may be told of people met, or take them over."""

    agency: AgencyRef
    people: int
    control: bool


class MeetingPlace(Shape):
    """A site to choose from. `mine`: the caller holds a task there."""

    reference: Reference
    code: str
    name: str
    mine: bool


class PeopleMet(Shape):
    """The people met that the caller may see. `places`, `receivers`: for who may record somebody."""

    items: Annotated[tuple[PersonMet, ...], read_from("people")]
    stood_down: bool
    may_meet: bool
    places: tuple[MeetingPlace, ...]
    receivers: tuple[Receiver, ...]


class NewEncounter(Sent):
    """Somebody whom the caller met. `told`: the agencies that see it beside the caller's own."""

    site: Reference | None = None
    at: Earlier = None
    told: tuple[Reference, ...] = ()
    confirm: Annotated[bool, Field(description="an agency that enforces may know of them")] = False


class NewOutcome(Sent):
    """What came of the day for a person, whom nothing names. `told`: in whose numbers it counts beside one's own."""

    kind: Literal["safeguarded", "referral", "arrest"]
    site: Reference | None = None
    at: Earlier = None
    told: tuple[Reference, ...] = ()
    confirm: Annotated[bool, Field(description="an agency that enforces may know of it")] = False


class NewOffer(Sent):
    """To which agency somebody is offered."""

    to: Reference
    confirm: Annotated[bool, Field(description="an agency that enforces may know of them")] = False
