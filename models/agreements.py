"""Information-sharing agreements: who may share what with whom, for how long."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, reference_column


class Agreement(SQLModel, table=True):
    """An information-sharing agreement. When it lapses its grants stop being live by definition."""

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


class AgreementParty(SQLModel, table=True):
    """An agency that signed an agreement."""

    __tablename__ = "agreement_party"

    agreement_id: UUID = Field(foreign_key="agreement.id", primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", primary_key=True)
