"""Tables that are brought in: staged first, checked, then published in batches, each row at most once."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column


class ImportState(StrEnum):
    """How far an import has come."""

    STAGED = "staged"  # its lines are here; nobody has said which column is what
    CHECKED = "checked"
    PUBLISHING = "publishing"
    DONE = "done"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


class Import(SQLModel, table=True):
    """One table that an officer brings in for their agency. Seen by that officer alone."""

    __tablename__ = "import"

    id: UUID = id_column()
    reference: str = reference_column()
    agency_id: UUID = Field(foreign_key="agency.id")
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    kind: str = Field(max_length=20)
    label: str = Field(max_length=160)  # what the file was called
    note: str = ""  # what was guessed about it: its letters, where its headings stand
    headings: list[str] = Field(default_factory=list, sa_type=JSON)
    mapping: dict[str, int] = Field(default_factory=dict, sa_type=JSON)  # field: column
    with_doubles: bool = False
    state: str = Field(default=ImportState.STAGED, max_length=12)
    rows: int = 0
    bad: int = 0
    doubles: int = 0
    published: int = 0
    why: str = ""
    at: datetime = at_column()
    lease_until: datetime | None = instant_column()
    ended_at: datetime | None = instant_column()


class ImportRow(SQLModel, table=True):
    """One line: its cells, what is wrong with it, and what it became. Its cells are forgotten once it is published."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_waiting", "import_id", "published", "number"),)

    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    number: int = Field(primary_key=True)
    cells: list[str] = Field(default_factory=list, sa_type=JSON)
    problem: str = ""
    double: bool = False
    published: bool = False


class ImportMapping(SQLModel, table=True):
    """Which heading an agency last took for which field."""

    __tablename__ = "import_mapping"

    agency_id: UUID = Field(foreign_key="agency.id", primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # heading as it is compared: field
