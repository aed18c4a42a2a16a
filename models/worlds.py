"""What came from a world file: so that loading the file again finds it, and makes nothing twice."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column


class LoadedThing(SQLModel, table=True):
    """A case, profile, operation, report, site or task of a world file, by the code that it has there."""

    __tablename__ = "loaded_thing"

    world: str = Field(primary_key=True, max_length=120)
    code: str = Field(primary_key=True, max_length=60)
    resource_id: UUID = Field(foreign_key="resource.id")
    at: datetime = at_column()
