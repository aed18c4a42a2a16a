"""How an officer proves who they are: passwords, passkeys, codes, invitations, and the sign-ins that come of them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column


class Factor(StrEnum):
    """What an officer proved with who they are."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a secret
    CODE = "password and code"
    RECOVERY = "password and recovery code"
    PASSKEY = "passkey"
    TOKEN = "token"  # noqa: S105 - the same: a program's, which proves nobody's presence
    WALL = "wall"  # a wall display's, with nobody before it


STRONG = frozenset({Factor.CODE, Factor.RECOVERY, Factor.PASSKEY})  # two things at once: known or touched, and held


class ChallengeUse(StrEnum):
    """What a passkey's challenge was made for; it answers nothing else."""

    ENROL = "enrol"
    SIGN_IN = "sign in"
    CONFIRM = "confirm"


class InvitationKind(StrEnum):
    """Why a link was handed over."""

    JOIN = "join"
    RESET = "reset"


class Credential(SQLModel, table=True):
    """An officer's work e-mail and password hash; without a hash no password opens it.

    The e-mail may stand in two agencies: someone with two employers is two officers, and a refusal would tell one
    agency whom another employs.
    """

    officer_id: UUID = Field(foreign_key="officer.id", primary_key=True)
    email: str = Field(index=True, max_length=200)
    password_hash: str | None = Field(default=None, max_length=200)
    changed_at: datetime = at_column()


class Passkey(SQLModel, table=True):
    """A public key whose other half never leaves the officer's device."""

    id: UUID = id_column()
    reference: str = reference_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    credential_id: str = Field(unique=True, max_length=1400)
    public_key: str = Field(max_length=2000)
    sign_count: int = Field(default=0, sa_type=BigInteger)
    name: str = Field(max_length=60)
    added_at: datetime = at_column()
    used_at: datetime | None = instant_column()
    ended_at: datetime | None = instant_column()


class CodeApp(SQLModel, table=True):
    """An app that shows six numbers every thirty seconds; counts only once its first code was given back."""

    __tablename__ = "code_app"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    secret: str = Field(max_length=64)
    made_at: datetime = at_column()
    confirmed_at: datetime | None = instant_column()
    last_step: int = Field(default=0, sa_type=BigInteger)
    ended_at: datetime | None = instant_column()


class RecoveryCode(SQLModel, table=True):
    """One of ten codes on paper for the day the phone is gone; each works once."""

    __tablename__ = "recovery_code"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    code_hash: str = Field(max_length=64)
    made_at: datetime = at_column()
    used_at: datetime | None = instant_column()
    ended_at: datetime | None = instant_column()


class PasskeyChallenge(SQLModel, table=True):
    """A random question to a passkey: answered once, by the browser that it was asked in."""

    __tablename__ = "passkey_challenge"

    id: UUID = id_column()
    challenge_hash: str = Field(unique=True, max_length=64)
    asked_for: str = Field(max_length=10)
    bound_to: str = Field(max_length=64)
    expires_at: datetime = at_column()
    used_at: datetime | None = instant_column()


class HalfSignIn(SQLModel, table=True):
    """A right password that still waits for its second step. It is no sign-in: nothing else reads this table."""

    __tablename__ = "half_sign_in"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    secret_hash: str = Field(unique=True, max_length=64)
    started_at: datetime = at_column()
    expires_at: datetime = at_column()
    tries: int = 0
    ended_at: datetime | None = instant_column()


class SignIn(SQLModel, table=True):
    """One signed-in browser: listed for its officer, ended by either side. Only the hash of its secret is kept."""

    __tablename__ = "sign_in"

    id: UUID = id_column()
    reference: str = reference_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    secret_hash: str = Field(unique=True, max_length=64)
    started_at: datetime = at_column()
    seen_at: datetime = at_column()
    expires_at: datetime = at_column()
    ended_at: datetime | None = instant_column()
    ended_by: UUID | None = Field(default=None, foreign_key="officer.id")
    device: str = Field(default="", max_length=120)
    factor: str = Field(default=Factor.PASSWORD, max_length=30)
    confirmed_at: datetime | None = instant_column()
    confirmed_by: str = Field(default=Factor.PASSWORD, max_length=30)


class Invitation(SQLModel, table=True):
    """A link that lets one officer choose how they sign in: once, for a short time. Only its token's hash is kept."""

    id: UUID = id_column()
    reference: str = reference_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    kind: str = Field(max_length=10)
    token_hash: str = Field(unique=True, max_length=64)
    made_by: UUID = Field(foreign_key="officer.id")
    made_at: datetime = at_column()
    expires_at: datetime = at_column()
    used_at: datetime | None = instant_column()
    ended_at: datetime | None = instant_column()
    ended_by: UUID | None = Field(default=None, foreign_key="officer.id")
