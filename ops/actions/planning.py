"""Planning an operation: made from a template, revised, begun. Whoever makes it commands it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Officer
from models.audit import Act
from models.cases import Case
from models.operations import Detachment, Operation, OperationStage, Stage
from models.planning import Briefing
from ops.access.asker import Asker
from ops.access.principals import detachment_key, own_key, team_key
from ops.actions.assigning import assign
from ops.actions.cases import own_right, team_of
from ops.actions.fingerprints import fingerprint_of, must_be_as_read
from ops.actions.once import answered_before, keep_answer
from ops.actions.operation_ends import stage_of
from ops.actions.operation_templates import TEMPLATES
from ops.actions.tasks import must_be_running
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_TITLE, LONGEST_PURPOSE, LONGEST_MARKING = 120, 160, 40
LONGEST_OPERATION = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Header:
    """What an operation says of itself. `deputy` and `loggist`: references of one's own officers, or empty."""

    title: str
    purpose: str
    starts: datetime | None
    ends: datetime | None
    marking: str = ""
    deputy: str = ""
    loggist: str = ""


@dataclass(frozen=True, slots=True)
class NewOperation:
    """What the form of a new operation sends; `case` is a reference, empty for none."""

    template: str
    header: Header
    key: str
    case: str = ""
    team: str = ""


async def plan_operation(desk: Desk, asker: Asker, new: NewOperation) -> str:
    """Plan an operation; gives its reference. The asker commands it, and manages it with their team.

    Nobody else learns anything of it. The same key again changes nothing.
    """
    template = TEMPLATES.get(new.template)
    if template is None:
        raise Invalid({"template": "Choose what to begin with."})
    _check(new.header)
    if own_key(asker).startswith("account:"):
        raise NotAllowed("Officers plan operations; a program commands none.")
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        case = (await work.find_row(new.case, Case, Level.MANAGE))[0].id if new.case else None
        team = await team_of(work, new.team)
        resource = new_resource("operation", work.asker.agency)
        work.add(resource)
        await work.session.flush()
        said, at = new.header, work.asker.at
        operation = Operation(
            id=resource.id,
            title=said.title.strip(),
            purpose=said.purpose.strip() or template.purpose,
            marking=template.marking,
            commander_id=work.asker.officer,
            case_id=case,
            starts=said.starts or at,
            ends=said.ends or at,
        )
        stage = OperationStage(operation_id=resource.id, stage=Stage.PLANNED, officer_id=work.asker.officer, at=at)
        ours = Detachment(operation_id=resource.id, agency_id=work.asker.agency, place=1, joined_at=at)
        keys = [own_key(work.asker), *([team_key(team.id)] if team else []), detachment_key(resource.id, asker.agency)]
        grants = [own_right(work, resource, key) for key in keys]
        work.add(operation)
        await work.session.flush()
        work.add(stage, ours, *grants)
        if template.briefing:
            by = asker.officer
            draft = Briefing.saying(template.briefing, operation_id=resource.id, number=1, officer_id=by, at=at)
            work.add(draft)
        topics = (operation_topic(resource.reference),)
        work.record(Fact.OPERATION_PLANNED, resource.id, topics, operation, ours)
        work.record(Fact.STAGE_REACHED, resource.id, topics, stage)
        work.record(Fact.ACCESS_GIVEN, resource.id, topics, *grants, touches=Touch.ACCESS)
        await assign(work, ours, resource.reference, [work.asker.officer])
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.OPERATION_PLANNED, resource.reference)
        return resource.reference


async def revise_operation(desk: Desk, asker: Asker, reference: str, header: Header, based_on: str) -> None:
    """Change what an operation says of itself, and who is deputy and loggist; both join their agency's detachment.

    Changed when somebody else changed it since `based_on`, its `header_version` then.
    """
    _check(header)
    if not 0 < len(header.marking.strip()) <= LONGEST_MARKING:
        raise Invalid({"marking": f"Name the marking, in at most {LONGEST_MARKING} characters."})
    async with desk.work(asker, changes_access=True) as work:
        operation, found = await work.find_row(reference, Operation, Level.MANAGE)
        await must_be_running(work, operation.id)
        must_be_as_read(based_on, header_version(operation))
        deputy = await _colleague(work, header.deputy, "deputy", operation.commander_id)
        loggist = await _colleague(work, header.loggist, "loggist", operation.commander_id)
        operation.title, operation.purpose = header.title.strip(), header.purpose.strip()
        operation.marking = header.marking.strip()
        operation.starts, operation.ends = header.starts or operation.starts, header.ends or operation.ends
        operation.deputy_id, operation.loggist_id = deputy, loggist
        await assign(work, await _own_detachment(work, operation.id), reference, [deputy, loggist])
        work.audit(Act.OPERATION_REVISED, found.resource.reference)
        work.record(Fact.OPERATION_REVISED, operation.id, (operation_topic(reference),))


async def begin_operation(desk: Desk, asker: Asker, reference: str) -> None:
    """Begin a planned operation. Conflict for one that has begun, or was stood down."""
    async with desk.work(asker, changes_access=True) as work:
        operation, _ = await work.find_row(reference, Operation, Level.MANAGE)
        if await stage_of(work.session, operation.id) != Stage.PLANNED:
            raise Conflict("This operation has begun already.")
        stage = OperationStage(
            operation_id=operation.id, stage=Stage.RUNNING, officer_id=work.asker.officer, at=work.asker.at
        )
        work.add(stage)
        work.audit(Act.OPERATION_BEGUN, reference)
        work.record(Fact.STAGE_REACHED, operation.id, (operation_topic(reference),), stage)


def header_version(operation: Operation) -> str:
    """Name what an operation says of itself now."""
    said = (operation.title, operation.purpose, operation.marking, operation.starts, operation.ends)
    return fingerprint_of(*said, operation.deputy_id, operation.loggist_id)


def _check(header: Header) -> None:
    wrong: dict[str, str] = {}
    if not 0 < len(header.title.strip()) <= LONGEST_TITLE:
        wrong["title"] = f"Give it a title of at most {LONGEST_TITLE} characters."
    if len(header.purpose) > LONGEST_PURPOSE:
        wrong["purpose"] = f"Write at most {LONGEST_PURPOSE} characters."
    if header.starts is None:
        wrong["starts"] = "Say when it begins."
    elif header.ends is None or not header.starts < header.ends <= header.starts + LONGEST_OPERATION:
        wrong["ends"] = f"Choose an end after its beginning, within {LONGEST_OPERATION.days} days."
    if wrong:
        raise Invalid(wrong)


async def _colleague(work: Work, reference: str, field: str, commander: UUID) -> UUID | None:
    if not reference:
        return None
    rows = await work.session.execute(
        select(col(Officer.id)).where(
            col(Officer.reference) == reference,
            col(Officer.agency_id) == work.asker.agency,
            col(Officer.active),
            col(Officer.id) != commander,
        )
    )
    found = rows.scalar_one_or_none()
    if found is None:
        raise Invalid({field: "Choose another officer of your own agency."})
    return found


async def _own_detachment(work: Work, operation: UUID) -> Detachment:
    rows = await work.session.execute(
        select(Detachment).where(
            col(Detachment.operation_id) == operation,
            col(Detachment.agency_id) == work.asker.agency,
            col(Detachment.left_at).is_(None),
        )
    )
    return rows.scalar_one()
