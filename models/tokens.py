"""What a program comes with: a sign-in without a browser, with a name and with what it may be used for."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.base import at_column


class Scope(StrEnum):
    """What a token may be used for, of what its principal may do. None includes another."""

    READ = "read"
    CONTRIBUTE = "contribute"
    MANAGE = "manage"
    ADMINISTER = "administer"
    AUDIT = "audit"


class ApiToken(SQLModel, table=True):
    """A token. It is a sign-in, whose secret it is: so whatever ends sign-ins ends it, and its sockets with it."""

    __tablename__ = "api_token"

    sign_in_id: UUID = Field(foreign_key="sign_in.id", primary_key=True)
    name: str = Field(max_length=60)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    made_by: UUID | None = Field(default=None, foreign_key="officer.id")
    made_at: datetime = at_column()
