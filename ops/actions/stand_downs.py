"""The end of an operation: it is stood down, and a day later what other agencies were given for it ends."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import Grant, Resource
from models.operations import OperationStage, Stage
from ops.access.asker import Asker
from ops.actions.grants import LONGEST_REASON, revoke
from ops.actions.loose_ends import unaccounted_for, unfinished
from ops.actions.operation_ends import AFTERWARDS, given_for, stood_down_at
from ops.actions.reach import record_access, topics_about
from ops.actions.walls import end_walls
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Fact, Work

SHORTENED = "the operation was stood down"


async def stand_down(desk: Desk, asker: Asker, operation: str, why: str, left_open: Collection[str] = ()) -> datetime:
    """Stand an operation down; gives when other agencies' access for it ends, 24 hours from now.

    Only its managers may. `left_open`: the references of everyone who is unaccounted for and of every task that is not
    clear, as far as the asker sees them: they say of each that they leave it so. Raises Invalid where one is missing;
    what the asker does not see stops nobody and is told by nothing.

    What other agencies were given for longer ends then, their detachments' on whatever it is and whoever owns it; each
    owner may keep chosen access on. Its walls end at once. Conflict when it was stood down already.
    """
    if not why.strip() or len(why) > LONGEST_REASON:
        raise Invalid({"why": f"Write at most {LONGEST_REASON} characters." if why.strip() else "Say why."})
    async with desk.work(asker, changes_access=True) as work:
        found = await work.find(operation, "operation", Level.MANAGE)
        if await stood_down_at(work.session, found.resource.id) is not None:
            raise Conflict("This operation was stood down already.")
        await _must_be_known(work, found.resource.id, left_open)
        at = work.asker.at
        stage = OperationStage(
            operation_id=found.resource.id,
            stage=Stage.STOOD_DOWN,
            officer_id=work.asker.officer,
            at=at,
            why=why.strip(),
        )
        work.add(stage)
        work.audit(Act.STOOD_DOWN, found.resource.reference)
        topics = await topics_about(work.session, found.resource)
        work.record(Fact.STAGE_REACHED, found.resource.id, topics, stage)
        await end_walls(work, found.resource.id)
        for grant, thing in await _outlasting(work.session, found.resource.id, at + AFTERWARDS):
            await _shorten(work, grant, thing, at + AFTERWARDS)
        return at + AFTERWARDS


async def _must_be_known(work: Work, operation: UUID, left_open: Collection[str]) -> None:
    people = {one.reference for one in await unaccounted_for(work.session, work.asker, operation)}
    tasks = {one.reference for one in await unfinished(work.session, work.asker, operation)}
    wrong: dict[str, str] = {}
    if people - set(left_open):
        wrong["people"] = "Nobody has taken these people over. Hand them over first, or tick each of them."
    if tasks - set(left_open):
        wrong["tasks"] = "These tasks are not clear. Clear them first, or say that their agencies carry on."
    if wrong:
        raise Invalid(wrong)


async def _outlasting(session: AsyncSession, operation: UUID, end: datetime) -> list[tuple[Grant, Resource]]:
    """Give what was given for the operation and lasts longer."""
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            await given_for(session, operation),
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > end),
        )
        .order_by(col(Grant.id))
    )
    return [(grant, thing) for grant, thing in rows]


async def _shorten(work: Work, grant: Grant, thing: Resource, end: datetime) -> None:
    revoke(work, grant, SHORTENED)
    await record_access(work, Fact.ACCESS_REVOKED, thing, grant)
    if grant.starts >= end:
        work.audit(Act.ACCESS_REMOVED, thing.reference, grant.reference)
        return
    given = grant.model_dump(exclude={"id", "reference", "position", *_REVOKED})
    new = Grant(**given | {"starts": max(grant.starts, work.asker.at), "ends": end, "granted_at": work.asker.at})
    work.add(new)
    work.audit(Act.ACCESS_SHORTENED, thing.reference, grant.reference, new.reference)
    await record_access(work, Fact.ACCESS_GIVEN, thing, new)


_REVOKED = {"revoked_by", "revoked_at", "revoked_why", "revoked_position"}
