"""The ordered record of changes: one order for grants, memberships and content alike, pointers only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column


class JournalEntry(SQLModel, table=True):
    """One fact in the past tense: what happened, to which row, and which topics might care.

    `touches` says what it changes: content (subject: a resource), access (subject: the resource whose grants
    changed) or officer (subject: the officer whose keys changed).
    """

    __tablename__ = "journal"

    position: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = at_column()
    kind: str = Field(max_length=40)
    subject_id: UUID = Field(index=True)
    touches: str = Field(default="content", max_length=10)
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    actor_id: UUID | None = None


class Deployment(SQLModel, table=True):
    """This database's own random name and sealing key; a restored backup draws both anew."""

    id: int = Field(default=1, primary_key=True)
    name: str = Field(max_length=40)
    sealing_key: str = Field(max_length=64)
    partnership: str = Field(default="", max_length=120)


class Worker(SQLModel, table=True):
    """One process that serves screens; its beat says that it lives, `applied` up to where access holds in it."""

    id: UUID = id_column()
    started_at: datetime = at_column()
    beat_at: datetime = at_column()
    applied: int = Field(default=0, sa_type=BigInteger)


class Clearance(SQLModel, table=True):
    """How an act that changed access became true in every process before it was answered.

    `first` to `last` are the act's positions. Either every process confirmed, or the leases of those that did not ran
    out. An act without a row was cut off before its answer.
    """

    last: int = Field(primary_key=True, sa_type=BigInteger)
    first: int = Field(sa_type=BigInteger)
    milliseconds: int
    confirmed: bool


class Presence(SQLModel, table=True):
    """An officer has a page of this topic open on a worker; written on change only."""

    id: UUID = id_column()
    worker_id: UUID = Field(index=True)
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    topic: str = Field(max_length=80, index=True)
    since: datetime = at_column()
    left_at: datetime | None = instant_column()


class Answer(SQLModel, table=True):
    """What a command answered, kept with its client's key so that a retry changes nothing."""

    __table_args__ = (UniqueConstraint("officer_id", "key"),)

    id: UUID = id_column()
    officer_id: UUID
    key: str = Field(max_length=80)
    body_hash: str = Field(max_length=64)
    reference: str = Field(max_length=26)
    at: datetime = at_column()
