"""What a removal could not reach: a page whose line had broken, and what of the thing it may still show."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.audit import Act, AuditReference, AuditRow
from models.broken_lines import BrokenLine
from models.grants import Grant, Resource
from models.sign_ins import SignIn
from ops.access.audiences import batches
from ops.access.earlier import BEFORE, Past, past_of
from ops.access.principals import keys_of
from ops.access.rules import visible
from ops.screens.audited import readers_in

NOTICED_WITHIN = timedelta(seconds=45)  # pings and unread bytes tell of a line that broke without a word
PHONES = ("iPhone", "Android")


@dataclass(frozen=True, slots=True)
class Offline:
    """One device whose pages have not been heard of since; `entries` counts what they were sent and still hold."""

    phone: bool
    since: datetime
    entries: int


async def offline_since(
    session: AsyncSession, grant: Grant, thing: Resource, officers: Collection[UUID], now: datetime
) -> tuple[Offline, ...]:
    """Give the devices of these officers that may still show what a revoked grant took from them, the earliest first.

    A page holds what its own audit row and the live rows up to its break say that it was sent, as far as its officer
    could still read that when it broke: what they had lost before, it had let go of. What they read by another way is
    not counted.
    """
    if grant.revoked_at is None:
        return ()
    lines = await session.execute(
        select(BrokenLine, col(SignIn.device))
        .join(SignIn, col(SignIn.id) == col(BrokenLine.sign_in_id))
        .where(
            col(BrokenLine.officer_id).in_(officers),
            col(BrokenLine.back_at).is_(None),
            col(BrokenLine.since) > grant.starts,
            col(BrokenLine.since) < grant.revoked_at + NOTICED_WITHIN,
            col(BrokenLine.began_at) < grant.revoked_at,  # a later one began under what was left
        )
        .order_by(col(BrokenLine.since))
    )
    taken = await _around(session, thing)
    past = await past_of(session, taken)
    held = defaultdict[UUID, set[UUID]](set)
    devices: dict[UUID, tuple[str, datetime]] = {}
    for line, device in lines:
        devices.setdefault(line.sign_in_id, (device, line.since))
        at = min(line.since, grant.revoked_at) - BEFORE
        held[line.sign_in_id] |= await _holds(session, line, taken, past, at, now)
    return tuple(
        Offline(any(phone in device for phone in PHONES), since, len(held[sign_in]))
        for sign_in, (device, since) in devices.items()
        if held[sign_in]
    )


async def _around(session: AsyncSession, thing: Resource) -> list[Resource]:
    """Give what the thing's grants decide about, and what lies in it; a file is no entry of its own."""
    rows = await session.execute(
        select(Resource).where(
            or_(col(Resource.acl_id) == thing.id, col(Resource.gate_id) == thing.id, col(Resource.id) == thing.id),
            col(Resource.kind) != "attachment",
        )
    )
    return list(rows.scalars())


async def _holds(
    session: AsyncSession, line: BrokenLine, taken: Collection[Resource], past: Past, at: datetime, now: datetime
) -> set[UUID]:
    """Name what of these things a page was sent, held when its line broke, and its officer has lost."""
    sent = await _drawn(session, line) | (await _sent_live(session, line, taken) if line.live else set())
    held = [thing for thing in taken if thing.reference in sent]
    keys = (await keys_of(session, [line.officer_id], at)).get(line.officer_id)
    if not held or keys is None:
        return set()
    keys_now = (await keys_of(session, [line.officer_id], now)).get(line.officer_id)
    still = await session.execute(
        select(col(Resource.id)).where(
            col(Resource.id).in_([thing.id for thing in held]),
            visible(keys_now.held if keys_now else (), now, Level.READ),
        )
    )
    return {thing.id for thing in held if past.read(thing, keys.held, at)} - set(still.scalars())


async def _drawn(session: AsyncSession, line: BrokenLine) -> set[str]:
    """Give the references that the page was drawn with, from the first row of it that names what it is about."""
    rows = await session.execute(
        select(AuditRow)
        .where(
            col(AuditRow.officer_id) == line.officer_id,
            col(AuditRow.sign_in_id) == line.sign_in_id,
            col(AuditRow.act).in_((Act.OPENED, Act.LISTED)),
            col(AuditRow.at) >= line.page_at,
            col(AuditRow.at) <= line.since,
        )
        .order_by(col(AuditRow.at), col(AuditRow.id))
    )
    return next((set(row.references) for row in rows.scalars() if set(line.named) <= set(row.references)), set())


async def _sent_live(session: AsyncSession, line: BrokenLine, taken: Collection[Resource]) -> set[str]:
    """Give which of these things were shown live to the officer meanwhile, and lie in what the page is about."""
    rows = await session.execute(select(col(Resource.id)).where(col(Resource.reference).in_(line.named)))
    boxes = set(rows.scalars())
    inside = {thing.reference for thing in taken if thing.id in boxes or thing.gate_id in boxes}
    found: set[str] = set()
    for some in batches(inside):
        shown = await session.execute(
            select(col(AuditReference.reference), AuditRow)
            .join(AuditRow, col(AuditRow.id) == col(AuditReference.audit_id))
            .where(
                col(AuditReference.reference).in_(some),
                col(AuditRow.act) == Act.SHOWN_LIVE,
                col(AuditRow.at) >= line.page_at,
                col(AuditRow.at) <= line.since,
            )
        )
        found |= {reference for reference, row in shown if line.officer_id in readers_in(row)}
    return found
