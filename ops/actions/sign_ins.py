"""Signing in and out: a random secret in the browser, its hash here, ended by either side at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import col

from live.event import Touch
from models.agencies import Agency, Officer, Standing
from models.audit import Act, AuditRow
from models.sign_ins import Credential, SignIn
from ops.access.asker import Asker
from ops.access.duties import duties_of
from ops.access.principals import keys_of
from ops.actions.freshness import must_be_fresh
from ops.actions.passwords import matches
from ops.audit.entries import write_down
from ops.errors import Invalid, NotFound
from ops.transaction import Desk, Fact

LASTS = timedelta(hours=12)  # one long shift; a forgotten browser is signed out by the next morning
SEEN_EVERY = timedelta(minutes=1)  # how exact "last seen" is: not every page should cost a write
WRONG = "The e-mail or the password is not right. Check both and try again."


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in as its officer sees it listed."""

    reference: str
    device: str
    started_at: datetime
    seen_at: datetime
    current: bool


async def sign_in(desk: Desk, email: str, password: str, device: str) -> str:
    """Judge e-mail and password; give the new secret for the cookie.

    Raises Invalid with one message whatever was wrong, after the same time, so that nobody learns who has an account.
    """
    async with desk.database.reading() as session:
        row = await session.execute(
            select(Credential, col(Officer.agency_id))
            .join(Officer, col(Officer.id) == col(Credential.officer_id))
            .join(Agency, col(Agency.id) == col(Officer.agency_id))
            .where(
                col(Credential.email) == email.strip().lower(),
                col(Officer.active),
                col(Agency.standing) == Standing.ACTIVE,
            )
        )
        found = row.one_or_none()
    credential, agency = found or (None, None)
    right = await matches(password, credential.password_hash if credential else None)
    if credential is None or not right:
        # the same row for an e-mail that nobody has, without anybody's name: neither answers sooner
        tried = credential.officer_id if credential else None
        failed = AuditRow(at=desk.clock.now(), act=Act.SIGN_IN_FAILED, officer_id=tried, agency_id=agency)
        await write_down(desk.database, failed)
        raise Invalid({"email": WRONG})
    secret, now = secrets.token_urlsafe(32), desk.clock.now()
    async with desk.database.writing() as session:
        signed_in = SignIn(
            officer_id=credential.officer_id,
            secret_hash=secret_hash(secret),
            started_at=now,
            seen_at=now,
            expires_at=now + LASTS,
            device=device[:120],
            confirmed_at=now,
        )
        session.add(signed_in)
        session.add(
            AuditRow(
                at=now,
                act=Act.SIGNED_IN,
                officer_id=signed_in.officer_id,
                agency_id=agency,
                sign_in_id=signed_in.id,
            )
        )
    return secret


async def asker_of(desk: Desk, secret: str) -> Asker | None:
    """Give who holds this secret now, with their keys; None when signed out, expired or no longer active."""
    now = desk.clock.now()
    async with desk.database.reading() as session:
        statement = select(SignIn).where(
            col(SignIn.secret_hash) == secret_hash(secret), col(SignIn.ended_at).is_(None), col(SignIn.expires_at) > now
        )
        signed_in = (await session.execute(statement)).scalar_one_or_none()
        if signed_in is None:
            return None
        officer = await session.get(Officer, signed_in.officer_id)
        keys = (await keys_of(session, [signed_in.officer_id], now)).get(signed_in.officer_id)
        held = await duties_of(session, signed_in.officer_id, now)
    if keys is None or officer is None:
        return None
    if now - signed_in.seen_at > SEEN_EVERY:
        async with desk.database.writing() as session:
            await session.execute(update(SignIn).where(col(SignIn.id) == signed_in.id).values(seen_at=now))
    return Asker(officer.id, officer.agency_id, keys.held, now, held, signed_in.id)


async def list_sign_ins(desk: Desk, asker: Asker) -> list[OpenSignIn]:
    """List the asker's own open sign-ins, newest first."""
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(SignIn)
            .where(
                col(SignIn.officer_id) == asker.officer,
                col(SignIn.ended_at).is_(None),
                col(SignIn.expires_at) > asker.at,
            )
            .order_by(col(SignIn.started_at).desc())
        )
        return [
            OpenSignIn(row.reference, row.device, row.started_at, row.seen_at, row.id == asker.sign_in)
            for row in rows.scalars()
        ]


async def end_sign_in(desk: Desk, asker: Asker, reference: str) -> None:
    """End one of the asker's own sign-ins; its pages and sockets close at once. NotFound for anyone else's."""
    async with desk.work(asker, changes_access=True) as work:
        statement = select(SignIn).where(
            col(SignIn.reference) == reference, col(SignIn.officer_id) == asker.officer, col(SignIn.ended_at).is_(None)
        )
        signed_in = (await work.session.execute(statement)).scalar_one_or_none()
        if signed_in is None:
            raise NotFound
        if signed_in.id != asker.sign_in:
            await must_be_fresh(work)  # who found an open phone could lock its officer out everywhere
        signed_in.ended_at, signed_in.ended_by = asker.at, asker.officer
        work.audit(Act.SIGN_IN_ENDED, reference)
        work.record(Fact.OFFICER_CHANGED, asker.officer, (), touches=Touch.SIGN_IN)


async def sign_out(desk: Desk, asker: Asker) -> None:
    """End the sign-in that asks."""
    async with desk.database.reading() as session:
        current = await session.get(SignIn, asker.sign_in)
    if current is not None:
        await end_sign_in(desk, asker, current.reference)


def secret_hash(secret: str) -> str:
    """Hash a cookie's secret: it is random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
