"""An officer proves anew who they are, in the sign-in that they already have."""

from sqlalchemy import update
from sqlmodel import col

from models.audit import Act
from models.sign_ins import ChallengeUse, Credential, Factor, SignIn
from ops.access.asker import Asker
from ops.actions.challenges import RelyingParty
from ops.actions.code_apps import WRONG_CODE
from ops.actions.factors import factors_of
from ops.actions.passkeys import passkey_behind
from ops.actions.passwords import matches
from ops.actions.second_steps import judge_code
from ops.audit.entries import entry, write_down
from ops.errors import Invalid
from ops.transaction import Desk

WRONG_PASSWORD = "The password is not right. Try again."  # noqa: S105 - words, not a secret
NOT_YOURS = "This is the passkey of another officer. Use your own."


async def confirm_by_password(desk: Desk, asker: Asker, password: str, code: str) -> int | None:
    """Note that the officer gave their password again, and a code once they have a second factor.

    Gives how many recovery codes are left when one of them was used. Raises Invalid beside the field that is wrong.
    """
    async with desk.database.reading() as session:
        credential = await session.get(Credential, asker.officer)
        second = (await factors_of(session, asker.officer)).second
    if not await matches(password, credential.password_hash if credential else None):
        await refused(desk, asker)
        raise Invalid({"password": WRONG_PASSWORD})
    if not second:
        await confirmed(desk, asker, Factor.PASSWORD)
        return None
    passed = await judge_code(desk, asker.officer, code)
    if passed is None:
        raise Invalid({"code": WRONG_CODE})
    await confirmed(desk, asker, passed.factor)
    return passed.left


async def confirm_by_passkey(desk: Desk, asker: Asker, browser: str, us: RelyingParty, answer: str) -> None:
    """Note that the officer's own passkey answered. Raises Invalid for anyone else's."""
    passkey = await passkey_behind(desk, ChallengeUse.CONFIRM, browser, us, answer)
    if passkey.officer_id != asker.officer:
        await refused(desk, asker)
        raise Invalid({"passkey": NOT_YOURS})
    await confirmed(desk, asker, Factor.PASSKEY)


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
