"""Resources and the access given to them; grants are never edited, only revoked and given anew."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Resource(SQLModel, table=True):
    """Whatever access can be given to: its owner, whose grants count (acl), and the box it lies in (gate).

    Written in the transaction that creates the thing; only `held`, and by hand-over the owner, ever change.
    """

    id: UUID = id_column()
    reference: str = reference_column()
    kind: str = Field(max_length=20)
    owner_agency_id: UUID = Field(foreign_key="agency.id", index=True)
    acl_id: UUID = Field(foreign_key="resource.id", index=True)
    gate_id: UUID | None = Field(default=None, foreign_key="resource.id", index=True)
    held: bool = False


class Hold(SQLModel, table=True):
    """A resource was held: at once only its own agency sees it, until that agency's lead ends the hold."""

    id: UUID = id_column()
    resource_id: UUID = Field(foreign_key="resource.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    reason: str = ""
    ended_at: datetime | None = instant_column()
    ended_by: UUID | None = Field(default=None, foreign_key="officer.id")
    ended_reason: str = ""
    position: int | None = position_column()
    ended_position: int | None = position_column()


class Grant(SQLModel, table=True):
    """Access given to one principal on one resource; the fields of the ICO's data-sharing decision form."""

    __table_args__ = (
        Index("ix_grant_principal_resource", "principal", "resource_id"),
        Index(  # all that the rule asks of a grant: a list of what one may see never visits the rows themselves
            "ix_grant_live",
            *("principal", "resource_id", "level", "starts", "ends", "agreement_id", "emergency", "grantee_agency_id"),
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_grant_resource_id", "resource_id"),
    )

    id: UUID = id_column()
    reference: str = reference_column()
    resource_id: UUID = Field(foreign_key="resource.id")
    principal: str = Field(max_length=90)
    grantee_agency_id: UUID = Field(foreign_key="agency.id")
    level: int
    starts: datetime = at_column()
    ends: datetime | None = instant_column()
    reason: str = ""
    purpose: str = ""
    lawful_basis: str = ""
    necessity: str = ""
    agreement_id: UUID | None = Field(default=None, foreign_key="agreement.id", index=True)
    emergency: bool = False
    request_id: UUID | None = Field(default=None, foreign_key="access_request.id")
    granted_by: UUID | None = Field(default=None, foreign_key="officer.id")
    granted_at: datetime = at_column()
    position: int | None = position_column()
    revoked_by: UUID | None = Field(default=None, foreign_key="officer.id")
    revoked_at: datetime | None = instant_column()
    revoked_why: str = ""
    revoked_position: int | None = position_column()


class AccessRequest(SQLModel, table=True):
    """An officer asks the owner for access, with a reason. Written once; what became of it stands in its steps.

    `typed`: it names its thing by a reference that was typed. Then a wrong one is kept as well, without a resource.
    """

    __tablename__ = "access_request"

    id: UUID = id_column()
    reference: str = reference_column()
    resource_id: UUID | None = Field(default=None, foreign_key="resource.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    asked_for: str = Field(max_length=26)
    typed: bool
    principal: str = Field(max_length=90)
    level: int
    until: datetime = at_column()
    purpose: str = ""
    reason: str
    asked_at: datetime = at_column()
    lapses_at: datetime = at_column()
    position: int | None = position_column()


class Step(StrEnum):
    """What happened to a request after it was asked. The last three end it."""

    PASSED_ON = "passed on"
    ASKED_BACK = "asked back"
    REPLIED = "replied"
    APPROVED = "approved"
    REFUSED = "refused"
    UNANSWERED = "refused without an answer"


class RequestStep(SQLModel, table=True):
    """One step in a request's life: added, never changed."""

    __tablename__ = "request_step"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    id: UUID = id_column()
    request_id: UUID = Field(foreign_key="access_request.id", index=True)
    number: int
    step: str = Field(max_length=30)
    officer_id: UUID = Field(foreign_key="officer.id")
    words: str = ""
    at: datetime = at_column()
    position: int | None = position_column()


class RingFence(SQLModel, table=True):
    """A rule of a case that no grant may cross: matter about the individuals concerned never to one agency."""

    __tablename__ = "ring_fence"

    id: UUID = id_column()
    reference: str = reference_column()
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    name: str = Field(max_length=200)
    raised_by: UUID | None = Field(default=None, foreign_key="officer.id")
    raised_at: datetime = at_column()
    lifted_at: datetime | None = instant_column()
    lifted_by: UUID | None = Field(default=None, foreign_key="officer.id")
    lifted_why: str = ""
    position: int | None = position_column()
    lifted_position: int | None = position_column()
