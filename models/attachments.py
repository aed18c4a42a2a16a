"""Files on a report, profile, task or post: the original sealed, a cleaned copy shared."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, position_column


class Attachment(SQLModel, table=True):
    """A file on a parent; seen by exactly those who see the parent. Keys name files in storage."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    parent_id: UUID = Field(foreign_key="resource.id", index=True)
    name: str = Field(max_length=160)
    media_type: str = Field(max_length=80)
    size: int
    sha256: str = Field(max_length=64)
    sealed_key: str = Field(max_length=80)
    shared_key: str = Field(max_length=80)
    shared_size: int
    thumbnail_key: str = Field(default="", max_length=80)
    width: int = 0
    height: int = 0
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()
