"""The second step: a right password waits, with no rights at all, for a code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.audit import Act, AuditRow
from models.sign_ins import Factor, HalfSignIn
from ops.actions.code_apps import WRONG_CODE, takes_code
from ops.actions.opening import letting_in, must_have_keys, new_secret, open_sign_in, secret_hash
from ops.actions.recovery_codes import takes_recovery_code
from ops.errors import Conflict, Invalid
from ops.transaction import Desk

STEP_WITHIN = timedelta(minutes=5)  # to find the phone, not to leave the desk
MOST_TRIES = 5  # of a million codes; then the password is asked for again
OVER = "This took too long, or too many codes were wrong. Sign in again."
CODE_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Passed:
    """A code that was right: what it was, and how many recovery codes are left if it was one of them."""

    factor: Factor
    left: int | None = None


@dataclass(frozen=True, slots=True)
class SteppedIn:
    """A second step that was passed: the cookie's secret, whose it is, and the recovery codes left if one was used."""

    secret: str
    officer: UUID
    left: int | None


def half_sign_in(session: AsyncSession, officer: UUID, now: datetime) -> str:
    """Keep that this browser gave the right password; gives the secret of the step, which opens nothing."""
    secret = new_secret()
    session.add(
        HalfSignIn(officer_id=officer, secret_hash=secret_hash(secret), started_at=now, expires_at=now + STEP_WITHIN)
    )
    return secret


async def whose_step(desk: Desk, secret: str) -> UUID:
    """Count one try at the step. Raises Conflict once it is over: then the password is asked for again."""
    now = desk.clock.now()
    async with desk.database.writing() as session:
        tried = await session.execute(
            update(HalfSignIn)
            .where(
                col(HalfSignIn.secret_hash) == secret_hash(secret),
                col(HalfSignIn.ended_at).is_(None),
                col(HalfSignIn.expires_at) > now,
                col(HalfSignIn.tries) < MOST_TRIES,
            )
            .values(tries=HalfSignIn.tries + 1)
            .returning(col(HalfSignIn.officer_id))
        )
        officer = tried.scalar_one_or_none()
    if officer is None:
        raise Conflict(OVER)
    return officer


async def second_step(desk: Desk, secret: str, officer: UUID, code: str, device: str) -> SteppedIn:
    """Judge the code for the step that `whose_step` gave, and sign in.

    Raises Invalid for a wrong or used code, Conflict when the step was taken meanwhile or its officer left.
    """
    passed = await judge_code(desk, officer, code)
    if passed is None:
        raise Invalid({"code": WRONG_CODE})
    now = desk.clock.now()
    async with letting_in(desk) as session:
        over = await session.execute(
            update(HalfSignIn)
            .where(col(HalfSignIn.secret_hash) == secret_hash(secret), col(HalfSignIn.ended_at).is_(None))
            .values(ended_at=now)
            .returning(col(HalfSignIn.id))
        )
        if over.first() is None:
            raise Conflict(OVER)
        await must_have_keys(session, officer, now, Conflict(OVER))
        return SteppedIn(await open_sign_in(session, officer, passed.factor, device, now), officer, passed.left)


async def judge_code(desk: Desk, officer: UUID, code: str) -> Passed | None:
    """Judge a code of the app or a recovery code, and use it up; None for a wrong one, which the audit keeps."""
    now = desk.clock.now()
    async with desk.database.writing() as session:
        passed = await _passed(session, officer, code, now)
        agency = (await session.get_one(Officer, officer)).agency_id
        if passed is None:
            session.add(AuditRow(at=now, act=Act.CODE_REFUSED, officer_id=officer, agency_id=agency))
        elif passed.factor is Factor.RECOVERY:
            session.add(AuditRow(at=now, act=Act.RECOVERY_CODE_USED, officer_id=officer, agency_id=agency))
        return passed


async def _passed(session: AsyncSession, officer: UUID, code: str, now: datetime) -> Passed | None:
    if len("".join(code.split())) <= CODE_LETTERS:
        return Passed(Factor.CODE) if await takes_code(session, officer, code, now) else None
    left = await takes_recovery_code(session, officer, code, now)
    return None if left is None else Passed(Factor.RECOVERY, left)
