"""Who may be shown what people write, table by table, as the product's pages promise it; in words of rows, no rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ops.proof.ruling import Ruling

MANAGE = 4
LEAD, KEEPER = "lead", "information manager"
UNDER = "under"  # in the values of a row: the row that it hangs on

Values = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Seers:
    """Whoever reads all of `reads`, manages `manages`, is `officer`, is of `agency` and reads `in_agency`; deciders."""

    reads: tuple[UUID, ...] = ()
    manages: UUID | None = None
    officer: UUID | None = None
    agency: UUID | None = None
    in_agency: UUID | None = None
    owned: UUID | None = None  # of its owner, whoever holds one of `by`: they decide without reading
    colleague: UUID | None = None  # whoever leads this officer's agency
    by: tuple[str, ...] = (LEAD,)
    keeper: UUID | None = None  # the information manager of this officer's agency: what was withdrawn is theirs alone
    everyone: bool = False

    def may(self, ruling: Ruling, officer: UUID, at: datetime) -> bool:
        """Say whether an officer may be shown it."""
        if self.everyone or officer == self.officer:
            return True
        if self.reads and all(ruling.reads(officer, thing, at) for thing in self.reads):
            return True
        if self.manages is not None and ruling.level(officer, self.manages, at) >= MANAGE:
            return True
        if self._by_duty(ruling, officer, at):
            return True
        ours = self.agency is not None and ruling.agency(officer) == self.agency
        return ours and (self.in_agency is None or ruling.reads(officer, self.in_agency, at))

    def _by_duty(self, ruling: Ruling, officer: UUID, at: datetime) -> bool:
        agency, owned = ruling.agency(officer), ruling.facts["resources"].get(self.owned)
        return (
            (owned is not None and agency == owned["owner"] and ruling.holds(officer, self.by, at))
            or (
                self.colleague is not None
                and agency == ruling.agency(self.colleague)
                and ruling.holds(officer, (LEAD,), at)
            )
            or (
                self.keeper is not None
                and agency == ruling.agency(self.keeper)
                and ruling.holds(officer, (KEEPER,), at)
            )
        )


@dataclass(frozen=True, slots=True)
class Texts:
    """The columns of a table that hold what people write in confidence, and who may be shown them."""

    words: tuple[str, ...]
    of: Callable[[Values], Seers]
    under: tuple[str, str] | None = None  # a column, and the table of the row that it names


def _reads(*columns: str) -> Callable[[Values], Seers]:
    return lambda row: Seers(reads=tuple(row[column] for column in columns if row[column] is not None))


def _own(row: Values) -> Seers:
    """Everyone of the officer's own agency."""
    return Seers(agency=row["agency_id"])


def _grant(row: Values) -> Seers:
    return Seers(manages=row["resource_id"], agency=row["grantee_agency_id"], in_agency=row["resource_id"])


def _check_in(row: Values) -> Seers:
    places = [place for place in (row["operation_id"], row["site_id"]) if place is not None]
    return Seers(reads=tuple(places), officer=row["officer_id"])


def _request(row: Values) -> Seers:
    return Seers(officer=row["officer_id"], manages=row["resource_id"], owned=row["resource_id"])


def _request_step(row: Values) -> Seers:
    """Deciders see every step. Whoever asked sees none between deciders; by a typed reference, what they were told."""
    asked, decided = row[UNDER], _request(row[UNDER])
    hidden = {"passed on", "refused without an answer"} if asked["typed"] else {"passed on"}
    return replace(decided, officer=None) if row["step"] in hidden else decided


def _glass(row: Values) -> Seers:
    """Who broke it and their own lead; of the owner those who review, and those who manage the thing."""
    return replace(_request(row), colleague=row["officer_id"], by=(LEAD, KEEPER))


def _hand_over(row: Values) -> Seers:
    """The agency that is offered a case is told why, before it may read it."""
    return Seers(reads=(row["case_id"],), agency=row["to_agency_id"])


def _invitation(row: Values) -> Seers:
    """Those who planned the operation, and the agency that is invited: it is told before it may see anything."""
    return Seers(manages=row["operation_id"], agency=row["agency_id"])


def _briefing(row: Values) -> Seers:
    """Who reads the operation, once it is published; until then those who write it."""
    return Seers(reads=(row["operation_id"],)) if row["published_at"] else Seers(manages=row["operation_id"])


SEERS: Mapping[str, Texts] = {
    "officer": Texts(("mobile",), _own),
    "hold": Texts(("reason", "ended_reason"), _reads("resource_id")),
    "withdrawal": Texts(("reason",), _reads("resource_id")),
    "grant": Texts(("reason", "purpose", "lawful_basis", "necessity", "revoked_why"), _grant),
    "access_request": Texts(("reason", "purpose"), _request),
    "request_step": Texts(("words",), _request_step, ("request_id", "access_request")),
    "break_glass": Texts(("reason",), _glass),
    "break_glass_review": Texts(("words",), lambda row: _glass(row[UNDER]), ("break_glass_id", "break_glass")),
    "emergency_mark": Texts(("why",), _reads("report_id")),
    "ring_fence": Texts(("name", "lifted_why"), _reads("case_id")),
    "case_file": Texts(("title", "handling", "summary", "marking"), _reads("id")),
    "hand_over": Texts(("reason", "purpose", "lawful_basis", "necessity", "statement"), _hand_over),
    "case_link": Texts(("reason",), _reads("from_id", "to_id")),
    "report": Texts(("unfenced_why",), _reads("id")),
    "report_version": Texts(("title", "text"), _reads("report_id")),
    "profile": Texts(("label", "aliases", "apparent_age", "language"), _reads("id")),
    "attachment": Texts(("name",), _reads("id")),
    "operation": Texts(("title", "purpose", "marking", "briefing"), _reads("id")),
    "command_taken": Texts(("reason",), _reads("operation_id")),
    "operation_stage": Texts(("why",), _reads("operation_id")),
    "detachment": Texts(("call_sign",), _reads("operation_id")),
    "detachment_invitation": Texts(("title", "words", "call_sign", "answer"), _invitation),
    "briefing": Texts(
        ("information", "intention", "method", "administration", "risk", "communications", "humanity"), _briefing
    ),
    "debrief_note": Texts(("text",), _reads("operation_id")),
    "site": Texts(("name", "address"), _reads("id")),
    "decision": Texts(("decided", "reason", "options"), _reads("id")),
    "encounter": Texts(("label",), _reads("id")),
    "task": Texts(("title",), _reads("id")),
    "task_edit": Texts(("title",), _reads("task_id")),
    "post_version": Texts(("text",), _reads("post_id")),
    "check_in": Texts(("note",), _check_in),
    "import": Texts(("label",), lambda row: Seers(officer=row["officer_id"])),
    "import_row": Texts(("problem",), lambda row: Seers(officer=row[UNDER]["officer_id"]), ("import_id", "import")),
}

# What all who take part know of each other: no canary there.
PUBLIC = frozenset(
    {
        *("agency.name", "agency.desk", "agency.code", "team.name", "officer.name", "account.name", "site.code"),
        *("agreement.name", "agreement.purposes", "agreement.lawful_bases", "case_file.theme"),
        *("deployment.name", "deployment.partnership", "credential.email", "sign_in.device", "passkey.name"),
        "api_token.name",
    }
)
# What the program writes by itself into single columns; what things are found by is made of words that have canaries.
WRITTEN = frozenset(
    {
        *("found_by.words", "found_by.alike", "loaded_thing.world", "loaded_thing.code"),
        *("import.note", "import.state", "import.why", "detachment_invitation.state", "debrief_note.heading"),
    }
)
# What the program writes by itself, by the column's name.
PROGRAMS = frozenset(
    [
        *(
            "act",
            "asked",
            "asked_for",
            "body_hash",
            "bound_to",
            "challenge_hash",
            "channel",
            "code_hash",
            "confirmed_by",
            "key",
        ),
        *("credential_id", "decision", "duty", "ended_why", "factor", "kind", "media_type", "password_hash", "seal"),
        *("principal", "public_key", "reference", "sealed_key", "sealing_key", "secret", "secret_hash", "sha256"),
        *(
            "shared_key",
            "signature",
            "stage",
            "standing",
            "status",
            "step",
            "thumbnail_key",
            "token_hash",
            "topic",
            "touches",
        ),
    ]
)
