"""A phone is lost: everything that it had open ends at once, by its officer, their lead, or their commander."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlmodel import col

from models.agencies import Duty, Officer
from models.audit import Act
from models.operations import Operation
from ops.access.asker import Asker
from ops.access.principals import detachment_key, keys_of
from ops.actions.freshness import must_be_fresh
from ops.actions.opening import end_open
from ops.errors import NotFound
from ops.transaction import Desk, Work

STILL_COMMANDED = timedelta(hours=24)  # after its end: phones are missed when the vans are unpacked


async def end_all_sign_ins(desk: Desk, asker: Asker, reference: str) -> int:
    """End every open sign-in of an officer, at once; gives how many. One's own that asks stays open.

    For the officer, a lead or administrator of their agency, and who commands an operation that they are on now.
    NotFound for everybody else.
    """
    async with desk.work(asker, changes_access=True) as work:
        found = await work.session.execute(select(Officer).where(col(Officer.reference) == reference))
        officer = found.scalar_one_or_none()
        if officer is None or not await _may_end(work, officer):
            raise NotFound
        await must_be_fresh(work)
        ended = await end_open(work, officer.id, keep=work.asker.sign_in)
        work.audit(Act.ALL_SIGN_INS_ENDED, officer.reference)
        return ended


async def _may_end(work: Work, officer: Officer) -> bool:
    if officer.id == work.asker.officer:
        return True
    if officer.agency_id == work.asker.agency and work.asker.duties & {Duty.LEAD, Duty.ADMINISTRATOR}:
        return True
    return await _commands(work, officer)


async def _commands(work: Work, officer: Officer) -> bool:
    """Say whether the officer is now on an operation that the asker commands, or commanded until yesterday."""
    commanded = await work.session.execute(
        select(col(Operation.id)).where(
            or_(col(Operation.commander_id) == work.asker.officer, col(Operation.deputy_id) == work.asker.officer),
            col(Operation.ends) > work.asker.at - STILL_COMMANDED,
        )
    )
    keys = (await keys_of(work.session, [officer.id], work.asker.at)).get(officer.id)
    ours = {detachment_key(operation, officer.agency_id) for operation in commanded.scalars()}
    return keys is not None and not ours.isdisjoint(keys.held)
