"""What a world file may say about the day: the operation, its places, its work and what was reported."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from models.operations import Stage
from models.tasks import CheckInKind
from ops.world.moments import Moment, parse_moment
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
    officer: str


_STEP = re.compile(r"(?P<at>[-+:\dd ]*\d\d) (?P<act>claim|release|idle|move|here|wait|done) (?P<officer>.+)")


def _step(written: object) -> object:
    found = _STEP.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"a step is written '08:12 here Tom Reyes', not {written!r}")
    return (parse_moment(found["at"]), found["act"], found["officer"])


StepLine = Annotated[Step, BeforeValidator(_step)]


class StagePart(Written):
    stage: Stage
    at: Moment
    by: str


class DetachmentPart(Written):
    """An agency's part in the operation; its grant on the operation is written here too."""

    agency: str
    call_sign: str
    joined: Moment
    members: list[str]
    level: Literal["discover", "read", "contribute", "manage"]
    basis: str = ""


class SitePart(Written):
    code: str
    name: str
    address: str
    x: int
    y: int
    check_in_minutes: int = 30
    added: Moment
    access: list[Access]


class WindowPart(Written):
    site: str
    agency: str
    starts: Moment
    ends: Moment
    at: Moment
    by: str
    settled: Moment | None = None


class TaskPart(Written):
    """A task asked of one agency; with `access` it is restricted. Whoever takes the first step holds it."""

    title: str
    site: str = ""
    code: str = ""
    asked: str
    by: str
    made: Moment
    due: Moment | None = None
    access: tuple[Access, ...] = ()
    steps: tuple[StepLine, ...] = ()


class Correction(Written):
    at: Moment
    text: str


class PostPart(Written):
    """A post; with `access` it is restricted. `task` is a task's code."""

    at: Moment
    arrived: Moment | None = None
    by: str
    site: str = ""
    task: str = ""
    text: str
    corrected: tuple[Correction, ...] = ()
    names: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()
    photos: tuple[Photo, ...] = ()
    withdrawn: WithdrawnPart | None = None


class CheckInPart(Written):
    at: Moment
    arrived: Moment | None = None
    by: str
    kind: CheckInKind = CheckInKind.SAFE
    site: str = ""
    note: str = ""
    code: str = ""
    answers: str = ""


class OutcomePart(Written):
    kind: Literal["safeguarded", "referral", "arrest"]
    at: Moment
    by: str
    site: str = ""
    access: list[Access]


class DecisionPart(Written):
    at: Moment
    by: str
    decided: str
    reason: str
    options: str
    access: tuple[Access, ...] = ()


class OperationPart(Written):
    code: str
    title: str
    purpose: str
    case: str
    commander: str
    deputy: str
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


class World(Written):
    """The whole file."""

    partnership: str
    reached: Moment
    since: Moment = Field(description="when the agencies, their officers and teams were entered")
    agencies: list[AgencyPart]
    agreements: dict[str, AgreementPart]
    bases: dict[str, Basis]
    profiles: list[ProfilePart]
    cases: list[CasePart]
    links: list[LinkPart]
    requests: tuple[RequestPart, ...] = ()
    operation: OperationPart
