"""The minimal record of an individual, and where an individual is named."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Profile(SQLModel, table=True):
    """An individual: label, aliases, apparent age or date of birth, language; nothing else, ever."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    label: str = Field(max_length=120)
    aliases: str = Field(default="", max_length=300)
    born_on: date | None = None
    apparent_age: str = Field(default="", max_length=40)
    language: str = Field(default="", max_length=60)
    made_by: UUID | None = Field(default=None, foreign_key="officer.id")
    made_at: datetime = at_column()
    position: int | None = position_column()


class Naming(SQLModel, table=True):
    """A profile is named in a case, report, task or post; grants nothing.

    `answered_at`: when who manages the profile last said whether the report's readers may see it as well.
    """

    id: UUID = id_column()
    reference: str = reference_column()
    profile_id: UUID = Field(foreign_key="profile.id", index=True)
    resource_id: UUID = Field(foreign_key="resource.id", index=True)
    officer_id: UUID | None = Field(default=None, foreign_key="officer.id")
    at: datetime = at_column()
    ended_at: datetime | None = instant_column()
    answered_at: datetime | None = instant_column()
    answered_by: UUID | None = Field(default=None, foreign_key="officer.id")
    position: int | None = position_column()
