"""The decision log: what was decided, why, and what else was considered; written once, confirmed, never edited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.audit import Act
from models.base import NewRow
from models.grants import Grant, Resource
from models.operations import Decision, DecisionConfirmation, Detachment, Operation
from ops.access.asker import Asker
from ops.access.principals import detachment_key
from ops.access.rules import live
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.fences import fences_of
from ops.actions.once import answered_before, keep_answer
from ops.actions.tasks import bounded, must_be_running
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import decisions_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_WORDS = 2000
LENDING = Lending("decisions", "told by who took the decision", "carries the decision out", Level.MANAGE, "told")


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What the form sends. `taken_by`: an officer's reference, empty for oneself; `told`: agencies' references."""

    operation: str
    decided: str
    reason: str
    options: str
    key: str
    taken_by: str = ""
    at: datetime | None = None
    told: Sequence[str] = ()
    about_nobody: bool = False


async def take_decision(desk: Desk, asker: Asker, new: NewDecision) -> str:
    """Enter a decision into the log; gives its reference. The same key and words again change nothing.

    Only managers of the operation may; of what others took, the commander's and the deputy's. It is read by their own
    officers on the operation, and by those of the agencies that are told.
    """
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:  # grants must not pass a ring-fence just raised
        operation, found = await work.find_row(new.operation, Operation, Level.MANAGE)
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        _check(new)
        await must_be_running(work, operation.id)
        resource = new_resource("decision", found.resource.owner_agency_id, gate=operation.id)
        decision = _decision(work, resource.id, operation, new, await _taker(work, operation, new.taken_by))
        grants = await _told(work, resource, operation, new)
        work.file_last(resource, decision, *grants)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.DECISION_TAKEN, resource.reference)
        work.record(Fact.DECISION_TAKEN, resource.id, (decisions_topic(new.operation),), decision, *grants)
        return resource.reference


async def confirm_decision(desk: Desk, asker: Asker, reference: str) -> None:
    """Say that an entry is right: the loggist does, or who took it where somebody else wrote it down. Once."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that two taps are one row
        decision, _ = await work.find_row(reference, Decision)
        operation = await work.session.get_one(Operation, decision.operation_id)
        if work.asker.officer != confirmed_by(decision, operation.loggist_id):
            raise NotAllowed("The loggist confirms an entry; one that was written down for somebody, they do.")
        if await _confirmed(work, decision.id):
            raise Conflict("This entry was confirmed already.")
        row = DecisionConfirmation(decision_id=decision.id, officer_id=work.asker.officer, at=work.asker.at)
        work.add(row)
        work.audit(Act.DECISION_CONFIRMED, reference)
        box = await work.session.get_one(Resource, operation.id)
        work.record(Fact.DECISION_CONFIRMED, decision.id, (decisions_topic(box.reference),), row)


def confirmed_by(decision: Decision, loggist: UUID | None) -> UUID | None:
    """Say who confirms an entry; nobody, where the operation has no loggist or the loggist took it alone."""
    if decision.entered_by is not None:
        return decision.officer_id
    return loggist if loggist != decision.officer_id else None


def _check(new: NewDecision) -> None:
    wanted = {
        "decided": "Write what was decided.",
        "reason": "Write why.",
        "options": "Write what else was considered, and why not.",
    }
    wrong = {name: words for name, words in wanted.items() if not getattr(new, name).strip()}
    for name in wanted.keys() - wrong.keys():
        if len(getattr(new, name)) > LONGEST_WORDS:
            wrong[name] = f"Write at most {LONGEST_WORDS} characters."
    if wrong:
        raise Invalid({name: wrong[name] for name in wanted if name in wrong})


async def _taker(work: Work, operation: Operation, reference: str) -> UUID:
    """Find who took it among those who may: the commander, the deputy, the asker."""
    if not reference:
        return work.asker.officer
    rows = await work.session.execute(
        select(col(Officer.id)).where(
            col(Officer.reference) == reference, col(Officer.id).in_(takers(operation, work.asker.officer))
        )
    )
    taker = rows.scalar_one_or_none()
    if taker is None:
        raise Invalid({"taken_by": "Choose who took the decision."})
    return taker


def takers(operation: Operation, asker: UUID) -> list[UUID]:
    """Give whose decisions the asker may write down, themselves first."""
    found = (asker, operation.commander_id, operation.deputy_id)
    return list(dict.fromkeys(one for one in found if one is not None))


def _decision(work: Work, resource: UUID, operation: Operation, new: NewDecision, taker: UUID) -> Decision:
    return Decision(
        id=resource,
        operation_id=operation.id,
        officer_id=taker,
        entered_by=work.asker.officer if taker != work.asker.officer else None,
        at=bounded(new.at, work.asker.at),
        written_at=work.asker.at,
        decided=new.decided.strip(),
        reason=new.reason.strip(),
        options=new.options.strip(),
    )


async def _told(work: Work, resource: Resource, operation: Operation, new: NewDecision) -> list[NewRow]:
    """Give it to the owner's officers on the operation, and to those of each agency that is told."""
    agencies = await taking_part(work, operation.id, new.told)
    fenced = await fences_of(work.session, operation.case_id)
    kept_out = [agency.name for agency in agencies if agency.id in fenced]
    if kept_out and not new.about_nobody:
        raise Invalid({"about_nobody": f"{', '.join(kept_out)}: only if this decision is about no individual."})
    owner = resource.owner_agency_id
    ours = [(key, owner) for key in await managers_of(work, operation.id, owner)]
    theirs = [(detachment_key(operation.id, one.id), one.id) for one in agencies if one.id != owner]
    return await lend_for_the_day(work, resource, operation, [*ours, *theirs], LENDING)


async def managers_of(work: Work, operation: UUID, owner: UUID) -> list[str]:
    """Give through which principals the owner's officers manage the operation: they manage its log too."""
    rows = await work.session.execute(
        select(col(Grant.principal)).where(
            col(Grant.resource_id) == operation,
            col(Grant.grantee_agency_id) == owner,
            col(Grant.level) >= int(Level.MANAGE),
            live(work.asker.at),
        )
    )
    return list(dict.fromkeys(rows.scalars()))


async def taking_part(work: Work, operation: UUID, told: Collection[str]) -> list[Agency]:
    """Find the agencies that are told among those that take part. Raises Invalid for any other."""
    rows = await work.session.execute(
        select(Agency)
        .join(Detachment, col(Detachment.agency_id) == col(Agency.id))
        .where(
            col(Detachment.operation_id) == operation,
            col(Detachment.left_at).is_(None),
            col(Agency.reference).in_(told),
        )
    )
    found = list(rows.scalars())
    if len(found) != len(set(told)):
        raise Invalid({"told": "Choose agencies that take part."})
    return found


async def _confirmed(work: Work, decision: UUID) -> bool:
    rows = await work.session.execute(
        select(col(DecisionConfirmation.id)).where(col(DecisionConfirmation.decision_id) == decision)
    )
    return rows.first() is not None
