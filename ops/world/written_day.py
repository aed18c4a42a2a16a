"""What a world file may say about the day: the operation, its places, its work and what was reported."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field

from models.coordinates import read_coordinates
from models.operations import Stage
from models.tasks import CheckInKind
from ops.world.moments import Moment, parse_moment
from ops.world.names import AgencyCode, AgreementName, BasisName, OfficerName, ThingCode
from ops.world.written import (
    Access,
    AgencyPart,
    AgreementPart,
    Basis,
    CasePart,
    LinkPart,
    Photo,
    ProfilePart,
    RequestPart,
    WithdrawnPart,
    Written,
)


class Step(NamedTuple):
    """What an officer did about a task: took or gave up hold of it, or brought it to a status."""

    at: Moment
    act: Literal["claim", "release", "idle", "move", "here", "wait", "done"]
    officer: OfficerName


_STEP = re.compile(r"(?P<at>[-+:\dd ]*\d\d) (?P<act>claim|release|idle|move|here|wait|done) (?P<officer>.+)")


def _step(written: object) -> object:
    found = _STEP.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"a step is written '08:12 here Tom Reyes', not {written!r}")
    return (parse_moment(found["at"]), found["act"], OfficerName(found["officer"]))


StepLine = Annotated[Step, BeforeValidator(_step)]


def _coordinates(written: str) -> str:
    read_coordinates(written)
    return written


Coordinates = Annotated[str, AfterValidator(_coordinates)]


class StagePart(Written):
    stage: Stage
    at: Moment
    by: OfficerName


class DetachmentPart(Written):
    """An agency's part in the operation; its grant on the operation is written here too."""

    agency: AgencyCode
    call_sign: str = Field(max_length=40)
    joined: Moment
    members: list[OfficerName]
    level: Literal["discover", "read", "contribute", "manage"]
    basis: BasisName = BasisName()


class SitePart(Written):
    code: str = Field(max_length=6)
    name: str = Field(max_length=120)
    address: str = Field(max_length=160)
    x: int
    y: int
    coordinates: Coordinates = ""
    check_in_minutes: int = 30
    added: Moment
    access: list[Access]


class WindowPart(Written):
    site: ThingCode
    agency: AgencyCode
    starts: Moment
    ends: Moment
    at: Moment
    by: OfficerName
    settled: Moment | None = None


class TaskPart(Written):
    """A task asked of one agency; with `access` it is restricted. Whoever takes the first step holds it."""

    title: str = Field(max_length=160)
    site: ThingCode = ThingCode()
    code: str = ""
    asked: AgencyCode
    by: OfficerName
    made: Moment
    due: Moment | None = None
    access: tuple[Access, ...] = ()
    steps: tuple[StepLine, ...] = ()


class Correction(Written):
    at: Moment
    text: str


class HeardPart(Written):
    """Who wrote an officer's words down, having heard them by radio, and when the officer confirmed it."""

    by: OfficerName
    confirmed: Moment | None = None


class PostPart(Written):
    """A post; with `access` it is restricted. `task` is a task's code."""

    at: Moment
    arrived: Moment | None = None
    by: OfficerName
    site: ThingCode = ThingCode()
    task: ThingCode = ThingCode()
    text: str
    corrected: tuple[Correction, ...] = ()
    heard: HeardPart | None = None
    names: tuple[ThingCode, ...] = ()
    access: tuple[Access, ...] = ()
    photos: tuple[Photo, ...] = ()
    withdrawn: WithdrawnPart | None = None


class CheckInPart(Written):
    at: Moment
    arrived: Moment | None = None
    by: OfficerName
    kind: CheckInKind = CheckInKind.SAFE
    site: ThingCode = ThingCode()
    note: str = ""
    code: str = ""
    answers: str = ""


class OutcomePart(Written):
    kind: Literal["safeguarded", "referral", "arrest"]
    at: Moment
    by: OfficerName
    site: ThingCode = ThingCode()
    access: list[Access]


class DecisionPart(Written):
    at: Moment
    by: OfficerName
    decided: str
    reason: str
    options: str
    entered: OfficerName = OfficerName()
    confirmed: Moment | None = None
    access: tuple[Access, ...] = ()


class CareStep(NamedTuple):
    """What became of a person met: offered to an agency, accepted by it or not, or gone. `agency`: with or to whom."""

    at: Moment
    act: Literal["offered", "accepted", "declined", "taken back", "left"]
    agency: AgencyCode
    officer: OfficerName


_CARE = re.compile(
    r"(?P<at>[-+:\dd ]*\d\d) (?P<act>offered|accepted|declined|taken back|left) (?P<agency>[A-Z]{2,4}) (?P<officer>.+)"
)


def _care(written: object) -> object:
    found = _CARE.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"a step is written '09:45 offered NGO Tom Reyes', not {written!r}")
    return (parse_moment(found["at"]), found["act"], AgencyCode(found["agency"]), OfficerName(found["officer"]))


CareLine = Annotated[CareStep, BeforeValidator(_care)]


class PersonMetPart(Written):
    """Somebody met: a label that names nobody. Without further access only their own detachment sees it."""

    label: str = Field(max_length=40)
    at: Moment
    by: OfficerName
    site: ThingCode = ThingCode()
    access: tuple[Access, ...] = ()
    steps: tuple[CareLine, ...] = ()


class OperationPart(Written):
    code: str
    title: str
    purpose: str
    case: ThingCode = ThingCode()
    commander: OfficerName
    deputy: OfficerName = OfficerName()
    loggist: OfficerName = OfficerName()
    planned: Moment
    starts: Moment
    ends: Moment
    briefing: str
    stages: list[StagePart]
    detachments: list[DetachmentPart]
    sites: list[SitePart]
    windows: tuple[WindowPart, ...] = ()
    tasks: tuple[TaskPart, ...] = ()
    posts: tuple[PostPart, ...] = ()
    check_ins: tuple[CheckInPart, ...] = ()
    outcomes: tuple[OutcomePart, ...] = ()
    decisions: tuple[DecisionPart, ...] = ()
    people_met: tuple[PersonMetPart, ...] = ()


class World(Written):
    """The whole file. Whatever it does not speak of is left as it is; agencies and officers alone make a file too."""

    partnership: str = Field(default="", max_length=120)
    reached: Moment | None = None
    since: Moment | None = Field(default=None, description="when the agencies, their officers and teams were entered")
    agencies: tuple[AgencyPart, ...] = ()
    agreements: dict[AgreementName, AgreementPart] = Field(default_factory=dict)
    bases: dict[str, Basis] = Field(default_factory=dict)
    profiles: tuple[ProfilePart, ...] = ()
    cases: tuple[CasePart, ...] = ()
    links: tuple[LinkPart, ...] = ()
    requests: tuple[RequestPart, ...] = ()
    operation: OperationPart | None = None
    operations: tuple[OperationPart, ...] = ()

    @property
    def every_operation(self) -> tuple[OperationPart, ...]:
        """Give the one operation of a day, and those of a list."""
        return (*([self.operation] if self.operation else []), *self.operations)
