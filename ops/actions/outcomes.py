"""What came of the day for a person: safeguarded, referred, arrested; counted for each reader from what they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from live.audience import Level
from models.audit import Act
from models.base import new_row
from models.operations import Operation, Outcome
from ops.access.asker import Asker
from ops.actions.about_people import keys_of, may_know, own_keys, site_of
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.decisions import taking_part
from ops.actions.once import answered_before, keep_answer
from ops.actions.tasks import bounded, must_be_running
from ops.errors import Invalid
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

KINDS = ("safeguarded", "referral", "arrest")
LENDING = Lending("outcomes", "recorded it", "counts what came of the day", Level.MANAGE, "told")


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """What the form sends. `told`: the agencies in whose numbers it counts beside one's own, references."""

    operation: str
    kind: str
    key: str
    site: str = ""
    at: datetime | None = None
    told: Sequence[str] = ()
    confirm: bool = False


async def record_outcome(desk: Desk, asker: Asker, new: NewOutcome) -> str:
    """Record that a person was safeguarded, a referral made, somebody arrested; nobody is named. Gives the reference.

    It counts for one's own officers on the operation and for who is told, and for nobody behind a ring-fence. The same
    key changes nothing again.
    """
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:
        operation, found = await work.find_row(new.operation, Operation, Level.CONTRIBUTE)
        if new.kind not in KINDS:
            raise Invalid({"kind": "Choose: safeguarded, referral or arrest."})
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        await must_be_running(work, operation.id)
        return await _record(work, operation, found.resource.owner_agency_id, new, body)


async def _record(work: Work, operation: Operation, owner: UUID, new: NewOutcome, body: str) -> str:
    resource = new_resource("outcome", work.asker.agency, gate=operation.id)
    told = [one for one in await taking_part(work, operation.id, new.told) if one.id != work.asker.agency]
    await may_know(work, operation, told, owner, field="told", confirmed=new.confirm)
    ours = [(key, work.asker.agency) for key in await own_keys(work, operation.id, owner)]
    theirs = await keys_of(work, operation.id, owner, told)
    grants = await lend_for_the_day(work, resource, operation, [*ours, *theirs], LENDING)
    outcome = new_row(
        Outcome,
        id=resource.id,
        operation_id=operation.id,
        site_id=await site_of(work, operation.id, new.site),
        kind=new.kind,
        officer_id=work.asker.officer,
        at=bounded(new.at, work.asker.at),
    )
    work.file_last(resource, outcome, *grants)
    keep_answer(work, new.key, body, resource.reference)
    work.audit(Act.OUTCOME_RECORDED, resource.reference)
    work.record(Fact.OUTCOME_RECORDED, resource.id, (operation_topic(new.operation),), outcome, *grants)
    return resource.reference
