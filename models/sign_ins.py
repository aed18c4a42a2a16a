"""How an officer proves who they are: credentials, second factors, sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column


class Credential(SQLModel, table=True):
    """An officer's work e-mail and password hash."""

    officer_id: UUID = Field(foreign_key="officer.id", primary_key=True)
    email: str = Field(unique=True, max_length=200)
    password_hash: str = Field(max_length=200)
    changed_at: datetime = at_column()


class SecondFactor(SQLModel, table=True):
    """The place where a second factor goes: a kind, and what that kind must keep."""

    __tablename__ = "second_factor"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    kind: str = Field(max_length=20)
    secret: str = Field(max_length=2000)
    added_at: datetime = at_column()
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
