"""Work at a site: tasks and who holds them, progress posts, check-ins. All of it append-only."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column


class TaskStatus(StrEnum):
    """How far a task has come; help and late are worked out from check-ins, not stored here."""

    IDLE = "idle"
    MOVE = "move"
    HERE = "here"
    WAIT = "wait"
    DONE = "done"


class CheckInKind(StrEnum):
    """What an officer says by checking in."""

    SAFE = "safe"
    HELP = "help"
    OK_NOW = "ok now"
    SEEN = "seen"


class Told(SQLModel):
    """Words that somebody else may have written down for an officer: who, over which channel, when it was confirmed."""

    entered_by: UUID | None = Field(default=None, foreign_key="officer.id")
    channel: str = Field(default="", max_length=20)
    confirmed_at: datetime | None = instant_column()
    confirmed_position: int | None = position_column()


class Task(SQLModel, table=True):
    """A piece of work, at a site or for the whole operation, asked of one agency."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    title: str = Field(max_length=160)
    place: int = 0
    due_at: datetime | None = instant_column()
    restricted: bool = False
    made_by: UUID | None = Field(default=None, foreign_key="officer.id")
    made_at: datetime = at_column()
    position: int | None = position_column()


class TaskEdit(SQLModel, table=True):
    """What a task said before somebody changed it: a replay and the record have the words of then."""

    __tablename__ = "task_edit"

    id: UUID = id_column()
    task_id: UUID = Field(foreign_key="task.id", index=True)
    title: str = Field(max_length=160)
    due_at: datetime | None = instant_column()
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()


class TaskState(Told, table=True):
    """A task came to a status; the newest row is the current one."""

    __tablename__ = "task_state"
    __table_args__ = (UniqueConstraint("task_id", "revision"),)

    id: UUID = id_column()
    task_id: UUID = Field(foreign_key="task.id", index=True)
    revision: int
    status: str = Field(max_length=10)
    officer_id: UUID | None = Field(default=None, foreign_key="officer.id", index=True)
    at: datetime = at_column()
    arrived_at: datetime = at_column()
    position: int | None = position_column()


class Claim(SQLModel, table=True):
    """An officer holds a task; one holder at a time, enforced by the database."""

    __table_args__ = (
        Index(
            "ix_claim_one_holder",
            "task_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: UUID = id_column()
    task_id: UUID = Field(foreign_key="task.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    at: datetime = at_column()
    lease_until: datetime = at_column()
    ended_at: datetime | None = instant_column()
    ended_why: str = Field(default="", max_length=40)
    position: int | None = position_column()
    ended_position: int | None = position_column()


class Post(Told, table=True):
    """A dated progress note from the field; corrected by a new version, never overwritten."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id", index=True)
    task_id: UUID | None = Field(default=None, foreign_key="task.id", index=True)
    author_id: UUID = Field(foreign_key="officer.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    restricted: bool = False
    happened_at: datetime = at_column()
    arrived_at: datetime = at_column()
    position: int | None = position_column()


class PostVersion(SQLModel, table=True):
    """What a post says, at one time."""

    __tablename__ = "post_version"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: UUID = id_column()
    post_id: UUID = Field(foreign_key="post.id", index=True)
    number: int
    text: str
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()


class CheckIn(Told, table=True):
    """An officer is here, safe, or needs help; also who saw a call for help."""

    __tablename__ = "check_in"

    id: UUID = id_column()
    reference: str = Field(unique=True, max_length=26)
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    kind: str = Field(max_length=10)
    note: str = Field(default="", max_length=300)
    answers_id: UUID | None = Field(default=None, foreign_key="check_in.id")
    at: datetime = at_column()
    arrived_at: datetime = at_column()
    position: int | None = position_column()
