"""Access that ends with an operation, kept on by who manages the things: the chosen ones in one step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.agreements import Agreement
from models.audit import Act
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.rules import live, visible_to
from ops.actions.grantees import Grantee
from ops.actions.grants import GIVEN_ON, REPLACED, revoke
from ops.actions.grounds import ground_of
from ops.actions.operation_ends import AFTERWARDS, given_for, stood_down_at
from ops.actions.reach import record_access
from ops.actions.terms import LEVELS, LONGEST_WORDS, Terms, judged_past_operations
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Fact, Work


@dataclass(frozen=True, slots=True)
class Keep:
    """What the form sends: which grants, why, and until when all of them go on."""

    chosen: Collection[str]
    why: str
    until: datetime | None


async def ending_grants(session: AsyncSession, asker: Asker, operation: UUID) -> list[tuple[Grant, Resource]]:
    """Give what ends with an operation that was stood down, on things that the asker manages; else nothing."""
    stood_down = await stood_down_at(session, operation)
    if stood_down is None:
        return []
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            await given_for(session, operation),
            col(Grant.emergency).is_(False),  # an hour that nobody may lengthen
            col(Grant.ends) <= stood_down + AFTERWARDS,
            col(Resource.kind).in_(GIVEN_ON),
            live(asker.at),
            visible_to(asker, Level.MANAGE),
        )
        .order_by(col(Resource.kind), col(Resource.id), col(Grant.id))
    )
    return [(grant, thing) for grant, thing in rows]


async def keep_access(desk: Desk, asker: Asker, operation: str, kept: Keep) -> int:
    """Give the chosen grants again, to the same principals on the same terms but for why and the end; gives how many.

    All or none, and everything that a new grant may not cross is judged again, but for the operation's end. NotFound
    for an operation that the asker cannot discover; Conflict when one of the chosen is not, or no longer, among what
    ends and the asker manages. Invalid names the refused ones as 'grant-REFERENCE'.
    """
    async with desk.work(asker, changes_access=True) as work:
        found = await work.find(operation, "operation", Level.DISCOVER)
        ending = {
            grant.reference: (grant, thing)
            for grant, thing in await ending_grants(work.session, work.asker, found.resource.id)
        }
        _fits(kept)
        if not ending.keys() >= set(kept.chosen):
            raise Conflict("What ends has changed meanwhile. Look again, and choose from what is left.")
        refused: dict[str, str] = {}
        for reference in dict.fromkeys(kept.chosen):
            try:
                await _keep(work, *ending[reference], kept)
            except Invalid as refusal:
                refused.update(_beside(reference, refusal.messages))
        if refused:
            raise Invalid(refused)
        return len(set(kept.chosen))


async def _keep(work: Work, grant: Grant, thing: Resource, kept: Keep) -> None:
    found = await work.find(thing.reference, thing.kind, Level.MANAGE)
    agency = await work.session.get_one(Agency, grant.grantee_agency_id)
    if agency.standing != Standing.ACTIVE:
        raise Invalid({"who": "That agency takes part no longer."})
    if kept.until is not None and grant.ends is not None and kept.until <= grant.ends:
        raise Invalid({"until": "Choose an end later than the one that it has."})
    if not (grant.purpose and grant.lawful_basis):
        raise Invalid({"purpose": "It names no purpose or no legal basis. Share it anew, where it is shared."})
    agreement = await work.session.get(Agreement, grant.agreement_id) if grant.agreement_id else None
    terms = Terms(
        level=next(name for name, level in LEVELS.items() if level == grant.level),
        necessity=kept.why,
        purpose=grant.purpose,
        basis=grant.lawful_basis,
        agreement=agreement.reference if agreement else "",
        until=kept.until,
        confirmed=True,
    )
    ground = await ground_of(work.session, work.asker, found)
    grantee = Grantee(grant.principal, agency.id, agency.enforcement)
    new = await judged_past_operations(work.session, work.asker, ground, grantee, terms)
    revoke(work, grant, REPLACED)
    work.add(new)
    work.audit(Act.ACCESS_RENEWED, thing.reference, grant.reference, new.reference)
    await record_access(work, Fact.ACCESS_REVOKED, thing, grant)
    await record_access(work, Fact.ACCESS_GIVEN, thing, new)


def _fits(kept: Keep) -> None:
    messages = {}
    if not kept.chosen:
        messages["chosen"] = "Choose what to keep."
    if not kept.why.strip() or len(kept.why) > LONGEST_WORDS:
        messages["why"] = f"Write at most {LONGEST_WORDS} characters." if kept.why.strip() else "Say why they need it."
    if kept.until is None:
        messages["until"] = "Choose when this ends. Access for another agency always ends."
    if messages:
        raise Invalid(messages)


def _beside(reference: str, messages: Mapping[str, str]) -> dict[str, str]:
    """Put what is wrong with one grant beside it; an end is one for all."""
    return {name if name == "until" else f"grant-{reference}": message for name, message in messages.items()}
