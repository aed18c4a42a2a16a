"""The journal's epoch: another history (a restored backup, a failover that lost commits) has another one."""

import hashlib

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models.journal import Deployment

_PRIMARY = """
SELECT system_identifier::text || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) FROM pg_control_system()
"""


async def epoch(session: AsyncSession) -> bytes:
    """Hash this database's own name with, on PostgreSQL, its system identifier and WAL timeline: 16 bytes."""
    deployment = await session.get(Deployment, 1)
    parts = [deployment.name if deployment else ""]
    if session.get_bind().dialect.name != "sqlite":
        parts.append((await session.execute(text(_PRIMARY))).scalar_one())
    return hashlib.sha256("/".join(parts).encode()).digest()[:16]
