"""What was said was withdrawn: its words are sealed for one information manager, and their hash is shown."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, position_column


class Withdrawal(SQLModel, table=True):
    """A report or post was withdrawn. `sha256`: of every version's words and every file, in their order."""

    id: UUID = id_column()
    resource_id: UUID = Field(foreign_key="resource.id", unique=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    reason: str = Field(max_length=400)
    sha256: str = Field(max_length=64)
    position: int | None = position_column()
