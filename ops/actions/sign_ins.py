"""Signing in and out: a random secret in the browser, its hash here, ended by either side at once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import col

from live.event import Touch
from models.agencies import Agency, Officer, Standing
from models.audit import Act, AuditRow
from models.sign_ins import ChallengeUse, Credential, Factor, Passkey, SignIn
from ops.access.asker import Asker
from ops.access.asking import asker_by
from ops.actions.challenges import RelyingParty
from ops.actions.factors import factors_of
from ops.actions.freshness import must_be_fresh
from ops.actions.opening import end_open, letting_in, must_have_keys, open_sign_in, secret_hash
from ops.actions.passkeys import REFUSED, passkey_behind
from ops.actions.passwords import matches
from ops.actions.second_steps import half_sign_in
from ops.audit.entries import write_down
from ops.errors import Invalid, NotFound
from ops.transaction import Desk, Fact

EMPLOYERS = 2  # agencies that one e-mail may stand in before a sign-in takes longer than for nobody
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
    factor: str = Factor.PASSWORD


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secret for the cookie of a whole sign-in."""

    secret: str


@dataclass(frozen=True, slots=True)
class HalfWay:
    """The secret of a step that still waits for a code; it opens nothing."""

    secret: str


async def sign_in(desk: Desk, email: str, password: str, device: str) -> SignedIn | HalfWay:
    """Judge e-mail and password; sign in, or ask for the second step whoever has a second factor.

    Raises Invalid with one message whatever was wrong, after the same time, so that nobody learns who has an account.
    """
    credential = await _opened_by(desk, email.strip().lower(), password)
    officer, now = credential.officer_id, desk.clock.now()
    async with letting_in(desk) as session:
        unchanged = await session.get(Credential, officer)
        if unchanged is None or unchanged.password_hash != credential.password_hash:  # reset while it was judged
            raise Invalid({"email": WRONG})
        await must_have_keys(session, officer, now, Invalid({"email": WRONG}))
        if not (await factors_of(session, officer)).second:
            return SignedIn(await open_sign_in(session, officer, Factor.PASSWORD, device, now))
        return HalfWay(half_sign_in(session, officer, now))


async def sign_in_by_passkey(desk: Desk, browser: str, us: RelyingParty, answer: str, device: str) -> SignedIn:
    """Sign in whoever's passkey answered: held by the device, and opened there by its officer. Raises Invalid."""
    behind = await passkey_behind(desk, ChallengeUse.SIGN_IN, browser, us, answer)
    officer, now = behind.officer_id, desk.clock.now()
    async with letting_in(desk) as session:
        passkey = await session.get_one(Passkey, behind.id)
        if passkey.ended_at is not None:  # removed or reset while it was judged
            raise Invalid({"passkey": REFUSED})
        await must_have_keys(session, officer, now, Invalid({"passkey": REFUSED}))
        return SignedIn(await open_sign_in(session, officer, Factor.PASSKEY, device, now))


async def _opened_by(desk: Desk, email: str, password: str) -> Credential:
    """Give whose password it is. As many are judged for an unknown e-mail as for one that stands in two agencies."""
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(Credential, col(Officer.agency_id))
            .join(Officer, col(Officer.id) == col(Credential.officer_id))
            .join(Agency, col(Agency.id) == col(Officer.agency_id))
            .where(col(Credential.email) == email, col(Officer.active), col(Agency.standing) == Standing.ACTIVE)
            .order_by(col(Credential.officer_id))
        )
        found = [(credential, agency) for credential, agency in rows]
    hashes = [credential.password_hash for credential, _ in found]
    nobody = [None] * (EMPLOYERS - len(hashes))
    verdicts = await asyncio.gather(*(matches(password, one) for one in (*hashes, *nobody)))
    right = [credential for (credential, _), verdict in zip(found, verdicts, strict=False) if verdict]
    if not right:
        # the same row for an e-mail that nobody has, without anybody's name: neither answers sooner
        tried, agency = (found[0][0].officer_id, found[0][1]) if found else (None, None)
        failed = AuditRow(at=desk.clock.now(), act=Act.SIGN_IN_FAILED, officer_id=tried, agency_id=agency)
        await write_down(desk.database, failed)
        raise Invalid({"email": WRONG})
    return right[0]


async def asker_of(desk: Desk, secret: str) -> Asker | None:
    """Give who holds this secret now, with their keys; None when signed out, expired or no longer active."""
    now = desk.clock.now()
    async with desk.database.asking() as session:
        found = await asker_by(session, secret_hash(secret), now)
    if found is None:
        return None
    asker, seen_at = found
    await note_seen(desk, asker, seen_at)
    return asker


async def note_seen(desk: Desk, asker: Asker, seen_at: datetime) -> None:
    """Note that a sign-in is in use, when that was last noted a while ago."""
    if asker.at - seen_at > SEEN_EVERY:
        async with desk.database.writing() as session:
            await session.execute(update(SignIn).where(col(SignIn.id) == asker.sign_in).values(seen_at=asker.at))


async def list_sign_ins(desk: Desk, asker: Asker) -> list[OpenSignIn]:
    """List the asker's own open sign-ins, newest first; tokens are listed elsewhere."""
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(SignIn)
            .where(
                col(SignIn.officer_id) == asker.officer,
                col(SignIn.factor) != Factor.TOKEN,
                col(SignIn.ended_at).is_(None),
                col(SignIn.expires_at) > asker.at,
            )
            .order_by(col(SignIn.started_at).desc())
        )
        return [
            OpenSignIn(row.reference, row.device, row.started_at, row.seen_at, row.id == asker.sign_in, row.factor)
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


async def end_other_sign_ins(desk: Desk, asker: Asker) -> int:
    """End all of the asker's sign-ins but the one that asks; gives how many."""
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        ended = await end_open(work, asker.officer, keep=asker.sign_in)
        work.audit(Act.ALL_SIGN_INS_ENDED)
        return ended


async def sign_out(desk: Desk, asker: Asker) -> None:
    """End the sign-in that asks."""
    async with desk.database.reading() as session:
        current = await session.get(SignIn, asker.sign_in)
    if current is not None:
        await end_sign_in(desk, asker, current.reference)
