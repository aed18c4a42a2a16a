"""The sealer: chains what was written since it last came, one sealer at a time, and signs the end."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.audit import AuditHead, AuditRow
from models.database import Database
from ops.audit.chain import BEGINNING, seal_after, sealed, signed

SEALERS_LOCK = 0x7A11B0A5E  # never the journal's: nobody who works waits for the sealer
AT_ONCE = 500  # rows in one transaction: SQLite has one writer, and officers wait behind it


async def seal(database: Database, key: Ed25519PrivateKey, now: datetime) -> int:
    """Seal what is not sealed yet, up to a limit; gives how many rows. None when another process is at it.

    By "not sealed yet" and not by a place in time: a row that was committed late, by whichever worker, is chained
    then. The order of the chain is the order of sealing.
    """
    async with database.writing() as session:
        if not await _alone(session):
            return 0
        unsealed = select(AuditRow).where(col(AuditRow.sequence).is_(None)).order_by(col(AuditRow.id)).limit(AT_ONCE)
        rows = list((await session.execute(unsealed)).scalars())
        if not rows:
            return 0
        sequence, before = await _end(session)
        stamps = []
        for row in rows:
            sequence += 1
            before = seal_after(before, sealed(row, sequence).content)
            stamps.append({"id": row.id, "sequence": sequence, "seal": before})
        await session.execute(update(AuditRow), stamps)
        head = signed(key, sequence, before, now)
        session.add(
            AuditHead(sequence=head.sequence, seal=head.seal, at=head.at, key=head.key, signature=head.signature)
        )
        return len(rows)


async def _alone(session: AsyncSession) -> bool:
    """Take the sealer's lock, or find it taken; on SQLite BEGIN IMMEDIATE already has."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    taken = await session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SEALERS_LOCK})
    return bool(taken.scalar_one())


async def _end(session: AsyncSession) -> tuple[int, str]:
    last = await session.execute(
        select(col(AuditRow.sequence), col(AuditRow.seal))
        .where(col(AuditRow.sequence).is_not(None))
        .order_by(col(AuditRow.sequence).desc())
        .limit(1)
    )
    row = last.one_or_none()
    return (row[0] or 0, row[1]) if row else (0, BEGINNING)
