"""Passkeys: enrolled, listed, named, removed, and judged."""

from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models.agencies import Officer
from models.audit import Act, AuditRow
from models.sign_ins import ChallengeUse, Credential, Passkey
from ops.access.asker import Asker
from ops.access.principals import keys_of
from ops.actions.challenges import UNREADABLE, Answered, RelyingParty, new_challenge, use_challenge
from ops.actions.factors import factors_of
from ops.actions.freshness import must_be_fresh
from ops.actions.recovery_codes import end_recovery_codes, new_recovery_codes
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Work

LONGEST_NAME = 60
MOST_PASSKEYS = 20
LONGEST_CREDENTIAL, LONGEST_KEY = 1400, 1500
REFUSED = "This passkey is not known here. Try another, or another way."
WENT_BACK = (
    "This passkey was refused: it counts fewer uses than we saw, so it may have been copied. "
    "Sign in another way, remove it, and tell your agency’s administrator."
)


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its officer sees it listed."""

    reference: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a device just made, proved and not yet filed."""

    name: str
    credential_id: str
    public_key: str
    sign_count: int


async def list_passkeys(desk: Desk, asker: Asker) -> list[OwnPasskey]:
    """List the asker's own passkeys, oldest first."""
    async with desk.database.reading() as session:
        return [
            OwnPasskey(row.reference, row.name, row.added_at, row.used_at)
            for row in await _held(session, asker.officer)
        ]


async def ask_to_enrol(desk: Desk, asker: Asker, browser: str, us: RelyingParty) -> str:
    """Give the options for a new passkey, as JSON for the browser; for who confirmed a moment ago."""
    async with desk.work(asker) as work:
        await must_be_fresh(work)
        officer = await work.session.get_one(Officer, asker.officer)
        credential = await work.session.get(Credential, asker.officer)
        held = await _held(work.session, asker.officer)
    challenge = await new_challenge(desk, ChallengeUse.ENROL, browser)
    return question_to_enrol(officer, credential.email if credential else officer.name, held, us, challenge)


def question_to_enrol(
    officer: Officer, known_as: str, held: Collection[Passkey], us: RelyingParty, challenge: bytes
) -> str:
    """Give the options for an officer's new passkey, as JSON; a device that holds one of theirs makes no other."""
    return options_to_json(
        generate_registration_options(
            rp_id=us.host,
            rp_name="Tallyboard",
            user_id=officer.reference.encode(),
            user_name=known_as,
            user_display_name=officer.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in held
            ],
        )
    )


async def enrol_passkey(desk: Desk, asker: Asker, browser: str, us: RelyingParty, name: str, answer: str) -> list[str]:
    """Take a new passkey. Gives recovery codes with the first second factor.

    Raises Invalid for an answer to another question, of another site, or by a device that did not check its officer.
    """
    new = await made_by_device(desk, browser, us, name, answer)
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        if len(await _held(work.session, asker.officer)) >= MOST_PASSKEYS:
            raise Conflict("You have as many passkeys as anyone needs. Remove one first.")
        factors = await factors_of(work.session, asker.officer)
        passkey = await file_passkey(work.session, asker.officer, new, work.asker.at)
        work.audit(Act.PASSKEY_ADDED, passkey.reference)
        return new_recovery_codes(work) if factors.password and not factors.recovery_codes else []


async def made_by_device(desk: Desk, browser: str, us: RelyingParty, name: str, answer: str) -> NewPasskey:
    """Judge what a device answered to the question for a new passkey. Raises Invalid like `enrol_passkey`."""
    name = _named(name)
    answered = await use_challenge(desk, ChallengeUse.ENROL, browser, answer)
    try:
        verified = verify_registration_response(
            credential=answered.credential,
            expected_challenge=answered.challenge,
            expected_rp_id=us.host,
            expected_origin=list(us.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Invalid({"passkey": UNREADABLE}) from None
    credential_id = bytes_to_base64url(verified.credential_id)
    if len(credential_id) > LONGEST_CREDENTIAL or len(verified.credential_public_key) > LONGEST_KEY:
        raise Invalid({"passkey": UNREADABLE})
    public_key = b64encode(verified.credential_public_key).decode()
    return NewPasskey(name, credential_id, public_key, verified.sign_count)


async def file_passkey(session: AsyncSession, officer: UUID, new: NewPasskey, at: datetime) -> Passkey:
    """File an officer's new passkey. Raises Invalid for one that is known, whosever it is."""
    known = await session.execute(select(Passkey).where(col(Passkey.credential_id) == new.credential_id))
    if known.first() is not None:
        raise Invalid({"passkey": UNREADABLE})
    passkey = Passkey(
        officer_id=officer,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=new.name,
        added_at=at,
    )
    session.add(passkey)
    return passkey


async def rename_passkey(desk: Desk, asker: Asker, reference: str, name: str) -> None:
    """Call one's own passkey by another name. NotFound for anyone else's, Invalid for a name that is too long."""
    async with desk.work(asker, changes_access=True) as work:
        (await _own(work, reference)).name = _named(name)
        work.audit(Act.PASSKEY_RENAMED, reference)


async def remove_passkey(desk: Desk, asker: Asker, reference: str) -> None:
    """Take no answer of this passkey any more. NotFound for anyone else's, Conflict for one's only way in."""
    async with desk.work(asker, changes_access=True) as work:
        passkey = await _own(work, reference)
        await must_be_fresh(work)
        passkey.ended_at = work.asker.at
        await work.session.flush()
        left = await factors_of(work.session, asker.officer)
        if not left.password and not left.passkeys:
            raise Conflict("It is your only way in. Add another passkey first.")
        if not left.second:
            await end_recovery_codes(work)
        work.audit(Act.PASSKEY_REMOVED, reference)


async def ask_passkey(desk: Desk, use: ChallengeUse, browser: str, us: RelyingParty) -> str:
    """Give the question to any passkey of ours that the device holds, as JSON for the browser; it names nobody."""
    return options_to_json(
        generate_authentication_options(
            rp_id=us.host,
            challenge=await new_challenge(desk, use, browser),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


async def passkey_behind(desk: Desk, use: ChallengeUse, browser: str, us: RelyingParty, answer: str) -> Passkey:
    """Give an active officer's passkey that answered. Raises Invalid for every other answer, with the reason told."""
    answered = await use_challenge(desk, use, browser, answer)
    async with desk.database.reading() as session:
        passkey = (
            await session.execute(
                select(Passkey).where(
                    col(Passkey.credential_id) == answered.credential["id"], col(Passkey.ended_at).is_(None)
                )
            )
        ).scalar_one_or_none()
        active = passkey is not None and await keys_of(session, [passkey.officer_id], desk.clock.now())
    if passkey is None or not active:
        raise Invalid({"passkey": REFUSED})
    count = _count(passkey, answered, us)
    if not await _counted(desk, passkey, count):
        async with desk.database.writing() as session:
            session.add(
                AuditRow(
                    at=desk.clock.now(),
                    act=Act.PASSKEY_WENT_BACK,
                    officer_id=passkey.officer_id,
                    agency_id=(await session.get_one(Officer, passkey.officer_id)).agency_id,
                    references=[passkey.reference],
                )
            )
        raise Invalid({"passkey": WENT_BACK})
    return passkey


def _count(passkey: Passkey, answered: Answered, us: RelyingParty) -> int:
    """Give the uses that the device counts, once its signature, our origin and its officer's check are proved."""
    try:
        verified = verify_authentication_response(
            credential=answered.credential,
            expected_challenge=answered.challenge,
            expected_rp_id=us.host,
            expected_origin=list(us.origins),
            credential_public_key=b64decode(passkey.public_key),
            credential_current_sign_count=0,  # judged in `_counted`, which tells a copy from a stranger
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Invalid({"passkey": REFUSED}) from None
    return verified.new_sign_count


async def _counted(desk: Desk, passkey: Passkey, count: int) -> bool:
    """Keep the new count if it grew; passkeys that are shared between devices count nothing, and stay at zero."""
    async with desk.database.writing() as session:
        grew = await session.execute(
            update(Passkey)
            .where(
                col(Passkey.id) == passkey.id,
                col(Passkey.ended_at).is_(None),
                col(Passkey.sign_count) < count if count else col(Passkey.sign_count) == 0,
            )
            .values(sign_count=count, used_at=desk.clock.now())
            .returning(col(Passkey.id))
        )
        return grew.first() is not None


def _named(name: str) -> str:
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid({"name": f"Write at most {LONGEST_NAME} characters."})
    return name.strip() or "Passkey"


async def _own(work: Work, reference: str) -> Passkey:
    found = await work.session.execute(
        select(Passkey).where(
            col(Passkey.reference) == reference,
            col(Passkey.officer_id) == work.asker.officer,
            col(Passkey.ended_at).is_(None),
        )
    )
    passkey = found.scalar_one_or_none()
    if passkey is None:
        raise NotFound
    return passkey


async def _held(session: AsyncSession, officer: UUID) -> list[Passkey]:
    rows = await session.execute(
        select(Passkey)
        .where(col(Passkey.officer_id) == officer, col(Passkey.ended_at).is_(None))
        .order_by(col(Passkey.id))
    )
    return list(rows.scalars())
