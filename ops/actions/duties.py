"""What officers may do for their agency, given and ended by its administrator. No duty shows content."""

from sqlalchemy import or_, select
from sqlmodel import col

from models.agencies import Duty, Officer, OfficerDuty
from models.audit import Act
from ops.access.asker import Asker
from ops.actions.administration import administering_afresh, must_keep_administrator, own, record_keys
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Work

GIVEN_BY_AGENCIES = tuple(duty for duty in Duty if duty is not Duty.PLATFORM_OPERATOR)
UNKNOWN = "Choose a duty."


async def give_duty(desk: Desk, asker: Asker, reference: str, duty: str) -> None:
    """Give an officer a duty. Nobody gives themselves one; the platform operator's is no agency's to give."""
    if duty not in GIVEN_BY_AGENCIES:
        raise Invalid({"duty": UNKNOWN})
    async with administering_afresh(desk, asker) as work:
        officer = await own(work, Officer, reference)
        if officer.id == work.asker.officer:
            raise Conflict("Nobody gives themselves a duty. Ask another administrator.")
        if not officer.active:
            raise Conflict("This officer is suspended or has left.")
        if await _held(work, officer, duty):
            raise Conflict("This officer has that duty already.")
        work.add(OfficerDuty(officer_id=officer.id, duty=duty, starts=work.asker.at))
        work.audit(Act.DUTY_GIVEN, reference)
        record_keys(work, [officer.id])  # no key changes, but what an open watch may show does


async def end_duty(desk: Desk, asker: Asker, reference: str, duty: str) -> None:
    """End an officer's duty now. Conflict for the last administrator's."""
    if duty not in GIVEN_BY_AGENCIES:
        raise Invalid({"duty": UNKNOWN})
    async with administering_afresh(desk, asker) as work:
        officer = await own(work, Officer, reference)
        held = await _held(work, officer, duty)
        if not held:
            raise Conflict("This officer does not have that duty.")
        for row in held:
            row.ends = max(work.asker.at, row.starts)
        if duty == Duty.ADMINISTRATOR:
            await must_keep_administrator(work, work.asker.agency)
        work.audit(Act.DUTY_ENDED, reference)
        record_keys(work, [officer.id])


async def _held(work: Work, officer: Officer, duty: str) -> list[OfficerDuty]:
    rows = await work.session.execute(
        select(OfficerDuty).where(
            col(OfficerDuty.officer_id) == officer.id,
            col(OfficerDuty.duty) == duty,
            or_(col(OfficerDuty.ends).is_(None), col(OfficerDuty.ends) > work.asker.at),
        )
    )
    return list(rows.scalars())
