"""A report was widened: another agency came into its audience, which its readers are told until they have seen it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, position_column, reference_column


class Widening(SQLModel, table=True):
    """A grant brought an agency into a report's audience that was not in it before."""

    id: UUID = id_column()
    reference: str = reference_column()
    grant_id: UUID = Field(foreign_key="grant.id", index=True)
    resource_id: UUID = Field(foreign_key="resource.id", index=True)
    at: datetime = at_column()
    position: int | None = position_column()


class WideningSeen(SQLModel, table=True):
    """An officer said that they have seen it: they are not told again."""

    __tablename__ = "widening_seen"
    __table_args__ = (UniqueConstraint("widening_id", "officer_id"),)

    id: UUID = id_column()
    widening_id: UUID = Field(foreign_key="widening.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()
