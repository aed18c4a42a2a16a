"""An officer proves anew who they are, in the sign-in that they already have."""

from sqlalchemy import update
from sqlmodel import col

from models.audit import Act
from models.sign_ins import Credential, Factor, SignIn
from ops.access.asker import Asker
from ops.actions.passwords import matches
from ops.audit.entries import entry, write_down
from ops.errors import Invalid
from ops.transaction import Desk

WRONG_PASSWORD = "The password is not right. Try again."  # noqa: S105 - words, not a secret


async def confirm_by_password(desk: Desk, asker: Asker, password: str) -> None:
    """Note that the officer gave their password again. Raises Invalid beside the field for a wrong one."""
    async with desk.database.reading() as session:
        credential = await session.get(Credential, asker.officer)
    if not await matches(password, credential.password_hash if credential else None):
        await refused(desk, asker)
        raise Invalid({"password": WRONG_PASSWORD})
    await confirmed(desk, asker, Factor.PASSWORD)


async def confirmed(desk: Desk, asker: Asker, by: Factor) -> None:
    """Note by what this sign-in was confirmed, now."""
    now = desk.clock.now()
    async with desk.database.writing() as session:
        await session.execute(
            update(SignIn)
            .where(col(SignIn.id) == asker.sign_in, col(SignIn.ended_at).is_(None))
            .values(confirmed_at=now, confirmed_by=by)
        )
        session.add(entry(asker, Act.CONFIRMED, at=now))


async def refused(desk: Desk, asker: Asker) -> None:
    """Note that somebody at this sign-in could not prove who they are."""
    await write_down(desk.database, entry(asker, Act.CONFIRMATION_REFUSED, at=desk.clock.now()))
