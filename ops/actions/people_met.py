"""People met: recorded with no more than is needed, offered to who looks after them next, accepted by the receiver."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.audit import Act
from models.base import NewRow, new_id, new_row
from models.grants import Grant, Resource
from models.operations import Operation
from models.people_met import Encounter, EncounterStep, Step
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.access.doors import find_row
from ops.actions.about_people import keys_of, may_know, own_keys, site_of
from ops.actions.care import Care, care_of
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.decisions import taking_part
from ops.actions.grants import revoke
from ops.actions.once import answered_before, keep_answer
from ops.actions.reach import record_access
from ops.actions.tasks import bounded, must_be_running
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # as they are said by radio; none that is taken for a digit
TELLING = Lending("people met", "met them", "looks after people met", Level.MANAGE, "told", sort="encounter")
OFFERING = Lending("people met", "looks after them", "takes them over", Level.MANAGE, "to", sort="encounter")
NOT_TAKEN = "the offer was not accepted"


@dataclass(frozen=True, slots=True)
class NewEncounter:
    """What the form sends. `told`: the agencies that see it beside one's own, references; `confirm`: asked twice."""

    operation: str
    key: str
    site: str = ""
    at: datetime | None = None
    told: Sequence[str] = ()
    confirm: bool = False


async def meet_person(desk: Desk, asker: Asker, new: NewEncounter) -> str:
    """Record that a person was met and is with one's own agency; gives the reference. The same key changes nothing.

    Nothing is kept of them but where and since when: the label is drawn at random, so that no name stands in it and
    nobody can count by it. One's own officers on the operation see it and manage it, and who is told. Nobody who is
    behind a ring-fence of the operation's case can be.
    """
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:  # grants must not pass a ring-fence just raised
        operation, found = await work.find_row(new.operation, Operation, Level.CONTRIBUTE)
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        await must_be_running(work, operation.id)
        site = await site_of(work, operation.id, new.site)
        resource = new_resource("encounter", work.asker.agency, gate=operation.id)
        told = [one for one in await taking_part(work, operation.id, new.told) if one.id != work.asker.agency]
        owner = found.resource.owner_agency_id
        await may_know(work, operation, told, owner, field="told", confirmed=new.confirm)
        ours = [(key, work.asker.agency) for key in await own_keys(work, operation.id, owner)]
        theirs = await keys_of(work, operation.id, owner, told)
        grants = await lend_for_the_day(work, resource, operation, [*ours, *theirs], TELLING)
        label = await _label(work, operation.id)
        row = new_row(Encounter, id=resource.id, operation_id=operation.id, site_id=site, label=label)
        met = _step(work, resource.id, 1, Step.MET, work.asker.agency, bounded(new.at, work.asker.at))
        work.file_last(resource, row, met, *grants)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.PERSON_MET, resource.reference)
        work.record(Fact.PERSON_MET, resource.id, (operation_topic(new.operation),), row, met, *grants)
        return resource.reference


async def offer_person(desk: Desk, asker: Asker, reference: str, to: str, *, confirm: bool = False) -> None:
    """Offer somebody whom one's own agency looks after to an agency that takes part; it sees them from then on.

    They stay with one's own agency until an officer of the receiver accepts. To one's own agency: a colleague accepts.
    Raises Invalid for an agency that takes no part, or may not know; Conflict while another offer waits.
    """
    async with desk.work(asker, changes_access=True) as work:
        row, operation, owner = await _found(work, reference)
        care = care_of(await _steps(work, row.id))
        _must_be_ours(work, care)
        if care.offered is not None:
            raise Conflict("They are offered to somebody already. Keep them first, or wait.")
        chosen = (await _chosen(work, operation.id, to))[0]
        if chosen.id != work.asker.agency:
            await may_know(work, operation, [chosen], owner, field="to", confirmed=confirm)
            await _let_see(work, row, operation, owner, chosen)
        await _take(work, row, care, Step.OFFERED, chosen.id, Act.PERSON_OFFERED)


async def accept_person(desk: Desk, asker: Asker, reference: str) -> None:
    """Take over somebody who is offered to one's own agency; from now on they are with it. Once."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that nobody keeps them meanwhile
        row, _, _ = await _found(work, reference)
        care = care_of(await _steps(work, row.id))
        offer = _offered_to_us(work, care)
        if offer.officer_id == work.asker.officer:
            raise NotAllowed("You offered them. Somebody else of your agency accepts.")
        await _take(work, row, care, Step.ACCEPTED, work.asker.agency, Act.PERSON_ACCEPTED)


async def decline_person(desk: Desk, asker: Asker, reference: str) -> None:
    """Do not take over somebody who is offered to one's own agency; what the offer let it see ends with it."""
    async with desk.work(asker, changes_access=True) as work:
        # not through the work's own door, which is judged again at the end: by then they see it no longer
        row, _ = await find_row(work.session, work.asker, reference, Encounter)
        care = care_of(await _steps(work, row.id))
        offer = _offered_to_us(work, care)
        await _take(work, row, care, Step.DECLINED, care.with_agency, Act.PERSON_DECLINED)
        await _let_see_no_longer(work, row, offer)


async def keep_person(desk: Desk, asker: Asker, reference: str) -> None:
    """Take back an offer of one's own agency before it is accepted; what it let the receiver see ends with it."""
    async with desk.work(asker, changes_access=True) as work:
        row, _, _ = await _found(work, reference)
        care = care_of(await _steps(work, row.id))
        _must_be_ours(work, care)
        if care.offered is None:
            raise Conflict("They are offered to nobody.")
        await _take(work, row, care, Step.TAKEN_BACK, care.with_agency, Act.PERSON_TAKEN_BACK)
        await _let_see_no_longer(work, row, care.offered)


async def person_left(desk: Desk, asker: Asker, reference: str) -> None:
    """Say that somebody whom one's own agency looks after went their own way. That is the last of them here."""
    async with desk.work(asker, changes_access=True) as work:
        row, _, _ = await _found(work, reference)
        care = care_of(await _steps(work, row.id))
        _must_be_ours(work, care)
        if care.offered is not None:
            raise Conflict("They are offered to somebody. Keep them first.")
        await _take(work, row, care, Step.LEFT, work.asker.agency, Act.PERSON_LEFT)


async def _found(work: Work, reference: str) -> tuple[Encounter, Operation, UUID]:
    row, _ = await work.find_row(reference, Encounter)
    operation = await work.session.get_one(Operation, row.operation_id)
    box = await work.session.get_one(Resource, row.operation_id)
    return row, operation, box.owner_agency_id


async def _steps(work: Work, encounter: UUID) -> list[EncounterStep]:
    rows = await work.session.execute(
        select(EncounterStep).where(col(EncounterStep.encounter_id) == encounter).order_by(col(EncounterStep.revision))
    )
    return list(rows.scalars())


def _must_be_ours(work: Work, care: Care) -> None:
    if care.left is not None:
        raise Conflict("They went their own way.")
    if care.with_agency != work.asker.agency:
        raise NotAllowed("They are with another agency.")


def _offered_to_us(work: Work, care: Care) -> EncounterStep:
    if care.offered is None:
        raise Conflict("This offer was answered or taken back already.")
    if care.offered.agency_id != work.asker.agency:
        raise NotAllowed("They are offered to another agency.")
    return care.offered


async def _take(work: Work, row: Encounter, care: Care, step: Step, agency: UUID, act: Act) -> None:
    """File the next step, and say so to whoever sees them."""
    box, itself = [await work.session.get_one(Resource, one) for one in (row.operation_id, row.id)]
    taken = _step(work, row.id, care.revision + 1, step, agency, work.asker.at)
    work.file_last(taken)
    work.audit(act, itself.reference)
    work.record(Fact.PERSON_MOVED, row.id, (operation_topic(box.reference),), taken)


def _step(work: Work, encounter: UUID, revision: int, step: Step, agency: UUID, at: datetime) -> NewRow:
    return new_row(
        EncounterStep,
        id=new_id(),
        encounter_id=encounter,
        revision=revision,
        step=step,
        agency_id=agency,
        officer_id=work.asker.officer,
        at=at,
        arrived_at=work.asker.at,
    )


async def _chosen(work: Work, operation: UUID, to: str) -> list[Agency]:
    try:
        found = await taking_part(work, operation, [to])
    except Invalid:
        raise Invalid({"to": "Choose an agency that takes part."}) from None
    return found


async def _let_see(work: Work, row: Encounter, operation: Operation, owner: UUID, chosen: Agency) -> None:
    resource = await work.session.get_one(Resource, row.id)
    audience = (await audience_of(work.session, row.id)).at(work.asker.at)
    keys = await keys_of(work, operation.id, owner, [chosen])
    unseen = [(key, agency) for key, agency in keys if audience.level({key}) < Level.READ]
    grants = await lend_for_the_day(work, resource, operation, unseen, OFFERING)
    if grants:
        work.file_last(*grants)
        work.audit(Act.ACCESS_GIVEN, resource.reference)
        await record_access(work, Fact.ACCESS_GIVEN, resource, *grants)


async def _let_see_no_longer(work: Work, row: Encounter, offer: EncounterStep) -> None:
    """Revoke what an offer gave; what its agency saw of them before stays."""
    resource = await work.session.get_one(Resource, row.id)
    rows = await work.session.execute(
        select(Grant).where(
            col(Grant.resource_id) == row.id,
            col(Grant.grantee_agency_id) == offer.agency_id,
            col(Grant.granted_at) == offer.arrived_at,
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > work.asker.at),
            col(Grant.grantee_agency_id) != resource.owner_agency_id,
        )
    )
    grants = list(rows.scalars())
    for grant in grants:
        revoke(work, grant, NOT_TAKEN)
    if grants:
        work.audit(Act.ACCESS_REMOVED, resource.reference)
        await record_access(work, Fact.ACCESS_REVOKED, resource, *grants)


async def _label(work: Work, operation: UUID) -> str:
    """Draw a label that nobody on the operation has."""
    rows = await work.session.execute(select(col(Encounter.label)).where(col(Encounter.operation_id) == operation))
    taken = set(rows.scalars())
    while (label := f"Person {secrets.choice(LETTERS)}{10 + secrets.randbelow(90)}") in taken:
        pass
    return label
