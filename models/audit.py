"""Who saw and did what: one row of references per act, written before the first byte leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column


class AuditRow(SQLModel, table=True):
    """One act: references only, never content. `officers` lists the readers of a batched live disclosure."""

    __tablename__ = "audit"

    id: UUID = id_column()
    at: datetime = at_column(index=True)
    act: str = Field(max_length=40)
    officer_id: UUID | None = Field(default=None, index=True)
    sign_in_id: UUID | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    references: list[str] = Field(default_factory=list, sa_type=JSON)
    officers: list[str] = Field(default_factory=list, sa_type=JSON)
