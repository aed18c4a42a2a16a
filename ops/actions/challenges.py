"""Questions to passkeys: random, asked in one browser for one purpose, answered once within five minutes."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col
from webauthn.helpers import base64url_to_bytes

from models.sign_ins import ChallengeUse, PasskeyChallenge
from ops.actions.opening import secret_hash
from ops.errors import Invalid
from ops.transaction import Desk

OPEN_FOR = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_ANSWER = 20_000  # letters; a real one has about 2,000
STALE = "This took too long, or was sent twice. Try the passkey again."
UNREADABLE = "This device gave no passkey that can be read here. Try again, or use another way."


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who we are to a passkey: the host that it belongs to, and the origins whose pages may use it."""

    host: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a browser brought back: the whole answer, and the challenge of ours that it answers."""

    credential: dict[str, object]
    challenge: bytes


async def new_challenge(desk: Desk, use: ChallengeUse, browser: str) -> bytes:
    """Make a challenge for one purpose; only the browser that holds this secret can have it answered."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    async with desk.database.writing() as session:
        session.add(
            PasskeyChallenge(
                challenge_hash=secret_hash(challenge.hex()),
                asked_for=use,
                bound_to=secret_hash(browser),
                expires_at=desk.clock.now() + OPEN_FOR,
            )
        )
    return challenge


async def use_challenge(desk: Desk, use: ChallengeUse, browser: str, answer: str) -> Answered:
    """Use up the challenge that an answer names. Raises Invalid when it was used, is old, or was asked elsewhere."""
    answered = read_answer(answer)
    async with desk.database.writing() as session:
        used = await session.execute(
            update(PasskeyChallenge)
            .where(
                col(PasskeyChallenge.challenge_hash) == secret_hash(answered.challenge.hex()),
                col(PasskeyChallenge.asked_for) == use,
                col(PasskeyChallenge.bound_to) == secret_hash(browser),
                col(PasskeyChallenge.expires_at) > desk.clock.now(),
                col(PasskeyChallenge.used_at).is_(None),
            )
            .values(used_at=desk.clock.now())
            .returning(col(PasskeyChallenge.id))
        )
        found = used.first()
    if found is None:
        raise Invalid({"passkey": STALE})
    return answered


def read_answer(answer: str) -> Answered:
    """Read what a browser brought back. Raises Invalid for anything that is none."""
    try:
        if len(answer) > LONGEST_ANSWER:
            raise ValueError("too long")  # noqa: TRY301 - one way out for all that is unreadable
        credential = json.loads(answer)
        client = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
        if not (isinstance(credential["id"], str) and credential["id"].isascii()):
            raise TypeError("the id is no id")  # noqa: TRY301 - the same
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid({"passkey": UNREADABLE}) from None
    return Answered(credential, challenge)
