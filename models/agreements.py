"""Information-sharing agreements: who may share what with whom, for how long."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column
from models.reports import ReportKind

# What access is given to, as an agreement names it: reports by what they are for.
SORTS = (
    "case",
    "operation",
    "site",
    "task",
    "profile",
    "encounter",
    *(f"{kind} report" for kind in ReportKind),
)


class Agreement(SQLModel, table=True):
    """An information-sharing agreement. When it lapses its grants stop being live by definition.

    It is in force from `starts` until `ends`. Until every party has signed these are the same instant, so that it is
    in force at no time; what was offered stands beside them. `outside` limits what a party that is not statutory may
    be given: how much, and of which sorts.
    """

    id: UUID = id_column()
    reference: str = reference_column()
    name: str = Field(max_length=200)
    purposes: str = ""
    lawful_bases: str = ""
    highest_level: int = 3
    longest_days: int = 90
    starts: datetime = at_column()
    ends: datetime | None = instant_column()
    review_on: datetime | None = instant_column()
    outside_level: int = 3
    outside_sorts: list[str] = Field(default_factory=lambda: list(SORTS), sa_type=JSON)
    made_by: UUID | None = Field(default=None, foreign_key="officer.id")
    made_at: datetime | None = instant_column()
    offered_from: datetime | None = instant_column()
    offered_until: datetime | None = instant_column()
    ended_by: UUID | None = Field(default=None, foreign_key="officer.id")
    ended_at: datetime | None = instant_column()


class AgreementParty(SQLModel, table=True):
    """An agency in an agreement: when it signed, and from when on it takes part no longer."""

    __tablename__ = "agreement_party"

    agreement_id: UUID = Field(foreign_key="agreement.id", primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", primary_key=True)
    signed_at: datetime | None = instant_column()
    signed_by: UUID | None = Field(default=None, foreign_key="officer.id")
    left_at: datetime | None = instant_column()
    left_by: UUID | None = Field(default=None, foreign_key="officer.id")
