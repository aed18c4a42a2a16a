"""Reads the whole audit in the order of its chain, a batch at a time, and names the first thing that is wrong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.audit import AuditHead, AuditReference, AuditRow
from models.database import Database
from models.grants import Resource
from ops.audit.chain import Fault, Head, Walk, sealed

BATCH = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit is worth: how many entries hold, the first fault, the last good head, what is not sealed yet."""

    entries: int
    fault: Fault | None
    good: Head | None
    unsealed: int
    oldest_unsealed: datetime | None

    def told(self, now: datetime) -> str:
        """Say what was found, in words for whoever has to answer for it."""
        good, fault = self.good, self.fault
        found = f"Whole: {self.entries} sealed entries follow from one another."
        if fault is not None:
            name = f" ({fault.name})" if fault.name else ""
            found = f"WRONG: entry {fault.sequence}{name} {fault.what}.\nThe entries before it hold."
        when = f"entry {good.sequence}, signed {good.at:%Y-%m-%d %H:%M:%S} UTC by key {good.key}" if good else "none"
        waiting = "nothing"
        if self.oldest_unsealed is not None:
            age = max(0, int((now - self.oldest_unsealed).total_seconds()))
            waiting = f"{self.unsealed}, the oldest for {age} s"
        return f"{found}\nLast good signed head: {when}.\nNot sealed yet: {waiting}."


async def verify(database: Database, keys: Mapping[str, Ed25519PublicKey], outside: Sequence[Head] = ()) -> Verdict:
    """Follow the chain to its end. `outside`: heads that were kept elsewhere, which show if the end was cut off."""
    walk = Walk(keys)
    async with database.reading() as session:
        while walk.fault is None and (rows := await _next(session, walk.sequence)):
            heads = await _heads(session, walk.sequence, rows[-1].sequence or 0, outside)
            untrue = await _wrongly_indexed(session, rows)
            for row in rows:
                if untrue is not None and untrue.sequence == row.sequence:
                    walk.stop(untrue)
                walk.row(sealed(row, row.sequence or 0, row.seal), heads.pop(row.sequence or 0, ()))
            session.expunge_all()
        for head in await _beyond(session, walk.sequence, outside):
            walk.head(head)
        unsealed, oldest = await _unsealed(session)
    return Verdict(walk.sequence, walk.fault, walk.good, unsealed, oldest)


async def last_head(database: Database) -> Head | None:
    """Give the newest signed head; None before the first."""
    async with database.reading() as session:
        rows = await session.execute(select(AuditHead).order_by(col(AuditHead.sequence).desc()).limit(1))
        row = rows.scalar_one_or_none()
        return _head(row) if row else None


async def _next(session: AsyncSession, after: int) -> list[AuditRow]:
    rows = await session.execute(
        select(AuditRow).where(col(AuditRow.sequence) > after).order_by(col(AuditRow.sequence)).limit(BATCH)
    )
    return list(rows.scalars())


async def _heads(session: AsyncSession, after: int, last: int, outside: Sequence[Head]) -> dict[int, list[Head]]:
    """Give the heads signed at this batch's rows; one whose row is gone stands for itself, and is found by the gap."""
    rows = await session.execute(
        select(AuditHead).where(col(AuditHead.sequence) > after, col(AuditHead.sequence) <= last)
    )
    found = defaultdict[int, list[Head]](list)
    for head in (*map(_head, rows.scalars()), *(head for head in outside if after < head.sequence <= last)):
        found[head.sequence].append(head)
    return found


async def _beyond(session: AsyncSession, last: int, outside: Sequence[Head]) -> list[Head]:
    """Give a head that tells of more entries than there are, if there is one."""
    rows = await session.execute(
        select(AuditHead).where(col(AuditHead.sequence) > last).order_by(col(AuditHead.sequence)).limit(1)
    )
    heads = [*map(_head, rows.scalars()), *(head for head in outside if head.sequence > last or head.sequence < 1)]
    return sorted(heads, key=lambda head: head.sequence)


async def _wrongly_indexed(session: AsyncSession, rows: list[AuditRow]) -> Fault | None:
    """Find the first row that the index tells otherwise than the row itself: searches would lie about it."""
    indexed = defaultdict[UUID, dict[str, bool]](dict)
    found = await session.execute(
        select(AuditReference).where(col(AuditReference.audit_id).in_([row.id for row in rows]))
    )
    for entry in found.scalars():
        indexed[entry.audit_id][entry.reference] = entry.listed
    named = {reference for row in rows for reference in row.references}
    real = await session.execute(select(col(Resource.reference)).where(col(Resource.reference).in_(named)))
    things = set(real.scalars())
    for row in rows:
        said = {reference: reference in row.listed for reference in row.references}
        told = indexed[row.id]
        if not told.items() <= said.items() or not (things & said.keys()) <= told.keys():
            return Fault(row.sequence or 0, str(row.id), "is told otherwise by the index of references")
    return None


async def _unsealed(session: AsyncSession) -> tuple[int, datetime | None]:
    found = await session.execute(
        select(func.count(), func.min(col(AuditRow.at))).where(col(AuditRow.sequence).is_(None))
    )
    count, oldest = found.one()
    return int(count), oldest


def _head(row: AuditHead) -> Head:
    return Head(row.sequence, row.seal, row.at, row.key, row.signature)
