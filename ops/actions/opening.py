"""Opening a sign-in, once somebody has proved who they are; and ending those that are open."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.event import Touch
from models.agencies import Officer
from models.audit import Act, AuditRow
from models.sign_ins import Factor, HalfSignIn, SignIn
from ops.access.principals import keys_of
from ops.errors import Refusal
from ops.transaction import Desk, Fact, Work, take_journal_lock

LASTS = timedelta(hours=12)  # one long shift; a forgotten browser is signed out by the next morning
LONGEST_DEVICE = 120


@asynccontextmanager
async def letting_in(desk: Desk) -> AsyncIterator[AsyncSession]:
    """Open a transaction that may let somebody in; whatever let them in is judged again inside.

    It takes the journal's lock first, as every act does that ends sign-ins: otherwise a sign-in that was filed while a
    reset or a suspension was under way would be missed by it, and live on.
    """
    async with desk.database.writing() as session:
        await take_journal_lock(session)
        yield session


async def must_have_keys(session: AsyncSession, officer: UUID, now: datetime, refusal: Refusal) -> None:
    """Raise the refusal for who was suspended meanwhile, or whose agency was."""
    if not await keys_of(session, [officer], now):
        raise refusal


async def open_sign_in(
    session: AsyncSession, officer: UUID, by: Factor, device: str, now: datetime, until: datetime | None = None
) -> str:
    """File a sign-in, which is a confirmation too; gives the new secret for the cookie. `until`: not a shift's end."""
    secret = new_secret()
    signed_in = SignIn(
        officer_id=officer,
        secret_hash=secret_hash(secret),
        started_at=now,
        seen_at=now,
        expires_at=until or now + LASTS,
        device=device[:LONGEST_DEVICE],
        factor=by,
        confirmed_at=now,
        confirmed_by=by,
    )
    session.add(signed_in)
    agency = (await session.get_one(Officer, officer)).agency_id
    session.add(AuditRow(at=now, act=Act.SIGNED_IN, officer_id=officer, agency_id=agency, sign_in_id=signed_in.id))
    return secret


async def end_open(work: Work, officer: UUID, keep: UUID | None = None) -> int:
    """End an officer's open sign-ins but `keep`, and the half ones; their pages and sockets close. Gives how many."""
    ended = 0
    for table in (SignIn, HalfSignIn):
        statement = select(table).where(
            col(table.officer_id) == officer,
            col(table.ended_at).is_(None),
            col(table.expires_at) > work.asker.at,
            col(table.id) != keep,
        )
        for row in (await work.session.execute(statement)).scalars():
            row.ended_at = work.asker.at
            if isinstance(row, SignIn):
                row.ended_by = work.asker.officer
                ended += 1
    if ended:
        work.record(Fact.OFFICER_CHANGED, officer, (), touches=Touch.SIGN_IN)
    return ended


def new_secret() -> str:
    """Make what a cookie or a link carries: 256 random bits."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Hash a secret of ours: it is random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
