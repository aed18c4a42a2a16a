"""Who there is: agencies, their teams, officers and accounts, and which officer works where."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Kind(StrEnum):
    """In which capacity an agency takes part."""

    STATUTORY = "statutory"
    VOLUNTARY = "voluntary"
    NON_STATUTORY = "non-statutory"


class Standing(StrEnum):
    """Whether an agency still takes part; only an active one gives its officers keys."""

    ACTIVE = "active"
    LEAVING = "leaving"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Duty(StrEnum):
    """What an officer may be asked to do for the agency. A duty never shows content."""

    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    INFORMATION_MANAGER = "information manager"
    EMERGENCY = "emergency access"
    PLATFORM_OPERATOR = "platform operator"


class Agency(SQLModel, table=True):
    """A body that signed the sharing agreement."""

    id: UUID = id_column()
    reference: str = reference_column()
    code: str = Field(unique=True, max_length=4)
    name: str = Field(max_length=120)
    kind: str = Field(max_length=20)
    tally: int = Field(ge=1, le=8)
    enforcement: bool = False
    desk: str = Field(default="", max_length=200)
    standing: str = Field(default=Standing.ACTIVE, max_length=20)


class Team(SQLModel, table=True):
    """A department or team of exactly one agency. A closed one has no members, so nobody holds its key."""

    id: UUID = id_column()
    reference: str = reference_column()
    agency_id: UUID = Field(foreign_key="agency.id", index=True)
    name: str = Field(max_length=120)
    listed: bool = True
    closed_at: datetime | None = instant_column()


class Officer(SQLModel, table=True):
    """Someone who signs in; one agency, any of its teams. `active`: neither suspended nor gone (`left_at`).

    One with `account_id` is no person: it is the name under which an account acts. It is never active, so that no key,
    duty or way in of an officer can come to it.
    """

    id: UUID = id_column()
    reference: str = reference_column()
    agency_id: UUID = Field(foreign_key="agency.id", index=True)
    name: str = Field(max_length=120)
    mobile: str = Field(default="", max_length=40)
    active: bool = True
    left_at: datetime | None = instant_column()
    account_id: UUID | None = Field(default=None, foreign_key="account.id", unique=True)


class Account(SQLModel, table=True):
    """A program or a wall display of one agency: own key, own grants, no person behind it."""

    id: UUID = id_column()
    reference: str = reference_column()
    agency_id: UUID = Field(foreign_key="agency.id", index=True)
    name: str = Field(max_length=120)
    active: bool = True


class TeamMembership(SQLModel, table=True):
    """An officer in a team, from and until."""

    __tablename__ = "team_membership"

    id: UUID = id_column()
    team_id: UUID = Field(foreign_key="team.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    starts: datetime = at_column()
    ends: datetime | None = instant_column()
    position: int | None = position_column()


class OfficerDuty(SQLModel, table=True):
    """A duty that an officer holds for the agency, from and until."""

    __tablename__ = "officer_duty"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    duty: str = Field(max_length=24)
    starts: datetime = at_column()
    ends: datetime | None = instant_column()
