"""A wall: the big screen in the control room of one operation, and the code with which a screen is paired to it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column


class Wall(SQLModel, table=True):
    """One account on the wall of one operation. The account's own grants say what stands there; it ends with it.

    `code_hash`: of the one code that pairs a screen, until `code_until`; empty once it was used.
    """

    id: UUID = id_column()
    reference: str = reference_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    account_id: UUID = Field(foreign_key="account.id", unique=True)
    code_hash: str = Field(default="", max_length=64, index=True)
    code_until: datetime | None = instant_column()
    made_by: UUID = Field(foreign_key="officer.id")
    made_at: datetime = at_column()
