"""What an officer has to prove who they are with, besides the password."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.sign_ins import CodeApp, Credential, Passkey, RecoveryCode


@dataclass(frozen=True, slots=True)
class Factors:
    """How many passkeys, code apps and unused recovery codes an officer has, and whether they have a password."""

    passkeys: int
    code_apps: int
    recovery_codes: int
    password: int

    @property
    def second(self) -> bool:
        """Say whether a password alone is no longer enough."""
        return bool(self.passkeys or self.code_apps)


async def factors_of(session: AsyncSession, officer: UUID) -> Factors:
    """Count an officer's second factors."""
    counted = [
        select(func.count()).where(col(table.officer_id) == officer, col(table.ended_at).is_(None), *more)
        for table, more in (
            (Passkey, ()),
            (CodeApp, (col(CodeApp.confirmed_at).is_not(None),)),
            (RecoveryCode, (col(RecoveryCode.used_at).is_(None),)),
        )
    ]
    hashed = col(Credential.password_hash).is_not(None)
    counted.append(select(func.count()).where(col(Credential.officer_id) == officer, hashed))
    row = (await session.execute(select(*(one.scalar_subquery() for one in counted)))).one()
    return Factors(*(int(number) for number in row))
