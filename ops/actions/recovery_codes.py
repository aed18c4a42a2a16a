"""Ten codes on paper for the day the phone is gone: shown once, each used once."""

import base64
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.audit import Act
from models.sign_ins import RecoveryCode
from ops.access.asker import Asker
from ops.actions.factors import factors_of
from ops.actions.freshness import must_be_fresh
from ops.actions.opening import secret_hash
from ops.errors import Conflict
from ops.transaction import Desk, Work

CODES = 10
CODE_BYTES = 10  # 80 random bits: a plain hash is enough, nobody tries them all


async def renew_recovery_codes(desk: Desk, asker: Asker) -> list[str]:
    """Make ten new codes; the old ones stop working. Conflict without a second factor that they could stand in for."""
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        if not (await factors_of(work.session, asker.officer)).second:
            raise Conflict("Add a passkey or a code app first.")
        await end_recovery_codes(work)
        return new_recovery_codes(work)


def new_recovery_codes(work: Work) -> list[str]:
    """File ten codes of the asker, hashed; gives them to be shown this once."""
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    work.add(
        *(
            RecoveryCode(officer_id=work.asker.officer, code_hash=secret_hash(code), made_at=work.asker.at)
            for code in codes
        )
    )
    work.audit(Act.RECOVERY_CODES_MADE)
    return ["-".join(code[n : n + 4] for n in range(0, len(code), 4)) for code in codes]


async def end_recovery_codes(work: Work) -> None:
    """Let none of the asker's old codes work any more."""
    await work.session.execute(
        update(RecoveryCode)
        .where(col(RecoveryCode.officer_id) == work.asker.officer, col(RecoveryCode.ended_at).is_(None))
        .values(ended_at=work.asker.at)
    )


async def takes_recovery_code(session: AsyncSession, officer: UUID, code: str, now: datetime) -> int | None:
    """Use a code up, and give how many are left; None for a wrong one. Of two uses at once, one counts."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    used = await session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.officer_id) == officer,
            col(RecoveryCode.code_hash) == secret_hash(typed),
            col(RecoveryCode.used_at).is_(None),
            col(RecoveryCode.ended_at).is_(None),
        )
        .values(used_at=now)
        .returning(col(RecoveryCode.id))
        .execution_options(synchronize_session=False)
    )
    if used.first() is None:
        return None
    left = select(func.count()).where(
        col(RecoveryCode.officer_id) == officer,
        col(RecoveryCode.used_at).is_(None),
        col(RecoveryCode.ended_at).is_(None),
    )
    return int((await session.execute(left)).scalar_one())
