"""Who saw and did what: one row of references per act, written before the first byte leaves."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, BindParameter, Connection, Index, Uuid, bindparam, event, insert, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlmodel import Field, SQLModel, col

from models.base import at_column, id_column
from models.grants import Resource


class Act(StrEnum):
    """What was done, in the past tense: the whole vocabulary of the audit. A new kind of act is added here first."""

    # seen
    OPENED = "opened"  # a page that shows something whole; lines of others may stand on it too
    LISTED = "listed"  # a page that shows single lines only: titles, labels
    SEARCHED = "searched"  # what was looked for is not kept: it names people
    SHOWN_LIVE = "shown live"
    SCREEN_OPENED = "screen opened"
    SCREEN_CLOSED = "screen closed"
    FILE_VIEWED = "file viewed"
    FILE_DOWNLOADED = "file downloaded"
    EXPORTED = "exported"
    EXIT_EXPORT = "everything of the agency exported"
    AUDIT_READ = "audit read"
    REGISTER_READ = "disclosure register read"
    # signed in and out
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGN_IN_ENDED = "sign-in ended"
    ALL_SIGN_INS_ENDED = "all sign-ins ended"
    CODE_REFUSED = "code refused"
    RECOVERY_CODE_USED = "recovery code used"
    RECOVERY_CODES_MADE = "recovery codes made"
    CODE_APP_ADDED = "code app added"
    CODE_APP_REMOVED = "code app removed"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_RENAMED = "passkey renamed"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_WENT_BACK = "passkey refused: count went back"
    INVITATION_MADE = "invitation made"
    INVITATION_WITHDRAWN = "invitation withdrawn"
    INVITATION_ACCEPTED = "invitation accepted"
    SIGN_IN_RESET = "sign-in reset"
    CONFIRMED = "confirmed"
    CONFIRMATION_REFUSED = "confirmation refused"
    # shared
    ACCESS_GIVEN = "access given"
    ACCESS_REMOVED = "access removed"
    ACCESS_SHORTENED = "access shortened"
    HELD = "held"
    HOLD_ENDED = "hold ended"
    PROPOSAL_ACCEPTED = "proposal accepted"
    PROPOSAL_DECLINED = "proposal declined"
    WIDENING_SEEN = "widening seen"
    PROFILE_KEPT = "profile kept from a report's readers"
    WITHDRAWN = "withdrawn"
    SEALED_OPENED = "sealed words opened"
    FENCE_RAISED = "ring-fence raised"
    FENCE_LIFTED = "ring-fence lifted"
    REPORT_OUTSIDE = "report taken out of the ring-fences"
    REPORT_INSIDE = "report put inside the ring-fences"
    ACCESS_ASKED_FOR = "access asked for"
    REQUEST_PASSED_ON = "request passed on"
    REQUEST_ASKED_BACK = "request asked back"
    REQUEST_REPLIED = "request replied"
    REQUEST_APPROVED = "request approved"
    REQUEST_REFUSED = "request refused"
    REQUEST_UNANSWERED = "request refused without an answer"
    EMERGENCY_TAKEN = "emergency access taken"
    EMERGENCY_REFUSED = "emergency access refused"
    EMERGENCY_JUSTIFIED = "emergency access justified"
    EMERGENCY_NOT_JUSTIFIED = "emergency access not justified"
    EMERGENCY_ROLE_STOPPED = "emergency role stopped"
    EMERGENCY_ALLOWED = "emergency access allowed"
    EMERGENCY_FORBIDDEN = "emergency access forbidden"
    # written and changed
    CASE_OPENED = "case opened"
    CASE_REVISED = "case revised"
    CASES_LINKED = "cases linked"
    LINK_REMOVED = "link removed"
    REPORT_WRITTEN = "report written"
    REPORT_REVISED = "report revised"
    FILE_ATTACHED = "file attached"
    POST_MADE = "post made"
    TASK_MOVED = "task moved"
    TASK_CLAIMED = "task claimed"
    TASK_RELEASED = "task released"
    CHECKED_IN_SAFE = "checked in: safe"
    CHECKED_IN_HELP = "checked in: help"
    CHECKED_IN_OK_NOW = "checked in: ok now"
    CALL_SEEN = "call for help seen"
    OVERLAP_SETTLED = "overlapping visits settled"
    COMMAND_TAKEN = "command taken"
    COMMAND_ACKNOWLEDGED = "change of command acknowledged"
    DECISION_TAKEN = "decision taken"
    DECISION_CONFIRMED = "decision confirmed"
    HEARD = "entered for somebody else"
    HEARD_CONFIRMED = "entry by somebody else confirmed"
    # administered
    TEAM_MADE = "team made"
    TEAM_REVISED = "team revised"
    TEAM_CLOSED = "team closed"
    TEAM_JOINED = "team joined"
    TEAM_LEFT = "team left"
    OFFICER_ADDED = "officer added"
    OFFICER_REVISED = "officer revised"
    OFFICER_SUSPENDED = "officer suspended"
    OFFICER_REINSTATED = "officer reinstated"
    OFFICER_LEFT = "officer left"
    DUTY_GIVEN = "duty given"
    DUTY_ENDED = "duty ended"
    ACCOUNT_MADE = "account made"
    ACCOUNT_ENDED = "account ended"
    TOKEN_MADE = "token made"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token revoked"  # noqa: S105 - the same
    WALL_MADE = "wall made"
    WALL_CODE_MADE = "wall code made"
    WALL_REVISED = "wall shows other sites"
    WALL_ENDED = "wall ended"
    MANAGER_APPOINTED = "manager appointed"
    LOADED = "loaded from a file on the server"
    IMPORTED = "brought in from a table"
    AGENCY_MADE = "agency made"
    ADMINISTRATOR_MADE = "administrator made on the server"
    AGENCY_SUSPENDED = "agency suspended"
    AGENCY_REOPENED = "agency reopened"
    AGENCY_CLOSED = "agency closed"
    AGREEMENT_MADE = "agreement made"
    AGREEMENT_SIGNED = "agreement signed"
    AGREEMENT_LEFT = "agreement left"
    AGREEMENT_ENDED = "agreement ended"
    HAND_OVER_OFFERED = "hand-over offered"
    HAND_OVER_ACCEPTED = "hand-over accepted"
    HAND_OVER_DECLINED = "hand-over declined"
    HAND_OVER_WITHDRAWN = "hand-over withdrawn"
    ACCESS_RENEWED = "access renewed"
    STRUCK = "operation struck"
    STOOD_DOWN = "operation stood down"
    # planned, briefed, debriefed
    OPERATION_PLANNED = "operation planned"
    OPERATION_REVISED = "operation revised"
    OPERATION_BEGUN = "operation begun"
    DETACHMENT_INVITED = "detachment invited"
    DETACHMENT_WITHDRAWN = "detachment taken out"
    DETACHMENT_ACCEPTED = "detachment sent"
    DETACHMENT_DECLINED = "detachment declined"
    OFFICERS_ASSIGNED = "officers assigned"
    SITE_ADDED = "site added"
    WINDOW_SET = "visit window set"
    WINDOW_WITHDRAWN = "visit window withdrawn"
    TASK_MADE = "task made"
    TASK_REVISED = "task revised"
    OUTCOME_RECORDED = "outcome recorded"
    PERSON_MET = "person met"
    PERSON_OFFERED = "person met offered to an agency"
    PERSON_ACCEPTED = "person met accepted"
    PERSON_DECLINED = "person met declined"
    PERSON_TAKEN_BACK = "person met kept after all"
    PERSON_LEFT = "person met left"
    BRIEFING_SAVED = "briefing saved"
    BRIEFING_PUBLISHED = "briefing published"
    BRIEFING_ACKNOWLEDGED = "briefing acknowledged"
    DEBRIEF_NOTED = "debrief noted"
    # refused; nothing was changed
    REFUSED_NOT_FOUND = "refused: not found"
    REFUSED_NOT_ALLOWED = "refused: not allowed"
    REFUSED_CONFLICT = "refused: somebody else was first"
    REFUSED_UNCONFIRMED = "refused: identity not confirmed"
    REFUSED_SCOPE = "refused: token not made for this"
    REFUSED_INVALID = "refused: does not fit"


class AuditRow(SQLModel, table=True):
    """One act: references only, never content. `officers` lists the readers of a batched live disclosure.

    `listed` are those of `references` of which no more than a line was shown. `asked` is the address that was refused.
    `sequence` and `seal` are stamped once, by the sealer; nothing else of a row is ever changed.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_agency_id_id", "agency_id", "id"),)

    id: UUID = id_column()
    at: datetime = at_column(index=True)
    act: str = Field(max_length=40)
    officer_id: UUID | None = Field(default=None, index=True)
    agency_id: UUID | None = None
    sign_in_id: UUID | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    asked: str = Field(default="", max_length=120)
    references: list[str] = Field(default_factory=list, sa_type=JSON)
    listed: list[str] = Field(default_factory=list, sa_type=JSON)
    officers: list[str] = Field(default_factory=list, sa_type=JSON)
    sequence: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    seal: str = Field(default="", max_length=64)


class AuditReference(SQLModel, table=True):
    """Finds the acts about a thing, and about an agency's things: whose it was when the act was done."""

    __tablename__ = "audit_reference"
    __table_args__ = (
        Index("ix_audit_reference_reference_audit_id", "reference", "audit_id"),
        Index("ix_audit_reference_owner_agency_id_audit_id", "owner_agency_id", "audit_id"),
    )

    audit_id: UUID = Field(foreign_key="audit.id", primary_key=True)
    reference: str = Field(max_length=26, primary_key=True)
    owner_agency_id: UUID = Field(foreign_key="agency.id")
    listed: bool = False


class AuditHead(SQLModel, table=True):
    """The end of the sealed chain at one moment, signed; whoever files a copy elsewhere can tell if it is cut."""

    __tablename__ = "audit_head"

    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    seal: str = Field(max_length=64)
    at: datetime = at_column()
    key: str = Field(max_length=16)
    signature: str = Field(max_length=128)


_ROW = bindparam("row", type_=Uuid)
_NAMED: BindParameter[Any] = bindparam("named", expanding=True)
_LISTED: BindParameter[Any] = bindparam("listed", expanding=True)
_INDEX_ONE = insert(AuditReference).from_select(
    ["audit_id", "reference", "owner_agency_id", "listed"],
    select(_ROW, col(Resource.reference), col(Resource.owner_agency_id), col(Resource.reference).in_(_LISTED)).where(
        col(Resource.reference).in_(_NAMED)
    ),
)


@event.listens_for(Session, "after_flush")
def _file_references(session: Session, _: UOWTransaction) -> None:
    """Index whatever the mapper writes, here and nowhere else, so that no writer can forget it."""
    refer(session.connection(), [row for row in session.new if isinstance(row, AuditRow)])


def refer(connection: Connection, rows: Collection[AuditRow]) -> None:
    """Index rows by what they refer to."""
    telling = [row for row in rows if row.references]
    if len(telling) == 1:
        row = telling[0]
        connection.execute(_INDEX_ONE, {"row": row.id, "named": row.references, "listed": row.listed})
    elif telling:
        _index_many(connection, telling)


def _index_many(connection: Connection, rows: list[AuditRow]) -> None:
    named = {reference for row in rows for reference in row.references}
    owner = select(col(Resource.reference), col(Resource.owner_agency_id)).where(col(Resource.reference).in_(named))
    owners: dict[str, UUID] = {found[0]: found[1] for found in connection.execute(owner)}
    entries = [
        {
            "audit_id": row.id,
            "reference": reference,
            "owner_agency_id": owners[reference],
            "listed": reference in row.listed,
        }
        for row in rows
        for reference in dict.fromkeys(row.references)
        if reference in owners
    ]
    if entries:
        connection.execute(insert(AuditReference), entries)
