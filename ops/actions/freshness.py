"""Dangerous acts want to know that the officer is at the device now, not only that somebody signed in this morning."""

from datetime import timedelta

from models.sign_ins import STRONG, SignIn
from ops.actions.factors import factors_of
from ops.errors import NeedsConfirmation, Strength
from ops.transaction import Work

FRESH_FOR = timedelta(minutes=10)  # long enough for a form, too short for a phone that was laid down and taken


async def must_be_fresh(work: Work) -> None:
    """Pass who signed in or confirmed within FRESH_FOR, with a second factor once they have one.

    Call it after the door. Raises NeedsConfirmation: the web asks, keeps what was typed, and sends it again.
    """
    confirmed_by = await _confirmed_by(work, Strength.FRESH)
    if confirmed_by not in STRONG and (await factors_of(work.session, work.asker.officer)).second:
        raise NeedsConfirmation(Strength.FRESH)


async def must_be_strong(work: Work) -> None:
    """Pass who confirmed within FRESH_FOR by passkey, or by password and code; a password alone never does.

    Raises NeedsConfirmation; who has no second factor yet is shown where to add one.
    """
    if await _confirmed_by(work, Strength.STRONG) not in STRONG:
        raise NeedsConfirmation(Strength.STRONG)


async def _confirmed_by(work: Work, strength: Strength) -> str:
    """Give what the last confirmation was made with. Jobs and programs have no sign-in, and confirm nothing."""
    signed_in = await work.session.get(SignIn, work.asker.sign_in) if work.asker.sign_in else None
    now = max(work.clock.now(), work.asker.at)
    if signed_in is None or signed_in.confirmed_at is None or now - signed_in.confirmed_at >= FRESH_FOR:
        raise NeedsConfirmation(strength)
    return signed_in.confirmed_by
