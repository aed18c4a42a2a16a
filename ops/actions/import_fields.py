"""What a table may hold for each kind of thing, how its headings are guessed, and what is wrong with a line of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from models.agencies import Duty
from models.agencies import Kind as AgencyKind
from models.cases import Theme
from models.coordinates import read_coordinates
from models.reports import ReportKind
from models.words import plain
from ops.actions.agencies import CODE, LONGEST_DESK
from ops.actions.cases import LONGEST_HANDLING, LONGEST_SUMMARY, LONGEST_TITLE, STATUSES
from ops.actions.invitations import EMAIL, LONGEST_EMAIL, LONGEST_NAME
from ops.actions.reports import LONGEST_REPORT
from ops.actions.sites import CHECK_IN_BETWEEN

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S",
         "%Y-%m-%d %H:%M:%SZ", "%d/%m/%Y %H:%M")  # fmt: skip
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
LONGEST_CODE = 6
WHOLE = 100  # the schematic map, from side to side
HEAD_LINES = 20  # of a file, in which its headings are looked for

Check = Callable[[str], str]


class Field(NamedTuple):
    """A field: its name, what people call it, whether every line needs it, and what is wrong with a value of it."""

    name: str
    label: str
    called: tuple[str, ...]
    wrong: Check
    needed: bool = False


def _long(most: int) -> Check:
    return lambda value: f"longer than {most:,} letters" if len(value) > most else ""


def _one_of(choices: Sequence[str]) -> Check:
    known = {" ".join(plain(choice)) for choice in choices}
    return lambda value: "" if " ".join(plain(value)) in known else f"not one of: {', '.join(choices)}"


def _day(value: str) -> str:
    return "" if read_day(value) else "not a date, such as 31/12/1990 or 1990-12-31"


def _email(value: str) -> str:
    return "" if EMAIL.fullmatch(value) and len(value) <= LONGEST_EMAIL else "not an e-mail"


def _letters(value: str) -> str:
    return "" if CODE.fullmatch(value.upper()) else "not two to four letters"


def _percent(value: str) -> str:
    return "" if value.isdecimal() and value.isascii() and int(value) <= WHOLE else "not a number from 0 to 100"


def _minutes(value: str) -> str:
    least, most = CHECK_IN_BETWEEN
    fits = value.isdecimal() and value.isascii() and least <= int(value) <= most
    return "" if fits else f"not a number of minutes from {least} to {most}"


def _coordinates(value: str) -> str:
    try:
        read_coordinates(value)
    except ValueError:
        return "not latitude and longitude, such as 53.012, -1.134"
    return ""


def _past(value: str) -> str:
    day = read_day(value)
    return _day(value) or ("in the future" if day and day > datetime.now(UTC).date() else "")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is brought in: who may, its fields, and by which of them two lines are the same."""

    name: str
    label: str
    duty: Duty
    fields: tuple[Field, ...]
    same: tuple[str, ...]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "case", "Cases", Duty.LEAD,
            (
                Field("title", "Title", ("case", "case title", "name", "subject"), _long(LONGEST_TITLE), needed=True),
                Field("theme", "Theme", ("type", "case type", "category"), _one_of(tuple(Theme)), needed=True),
                Field("summary", "Summary", ("description", "details", "notes"), _long(LONGEST_SUMMARY)),
                Field("handling", "Handling", ("handling instruction",), _long(LONGEST_HANDLING)),
                Field("status", "Status", ("state",), _one_of(STATUSES)),
                Field("opened", "Opened", ("date opened", "opened on", "start date", "created"), _past),
            ),
            ("title",),
        ),
        Kind(
            "profile", "People", Duty.LEAD,
            (
                Field("label", "Label", ("name", "full name", "person", "subject"), _long(120), needed=True),
                Field("aliases", "Aliases", ("alias", "also known as", "aka", "nickname"), _long(300)),
                Field("born_on", "Born on", ("date of birth", "dob", "birth date", "born"), _past),
                Field("apparent_age", "Apparent age", ("age", "approx age"), _long(40)),
                Field("language", "Language", ("languages", "spoken language"), _long(60)),
            ),
            ("label", "born_on"),
        ),
        Kind(
            "report", "Reports", Duty.LEAD,
            (
                Field("case", "Case", ("case reference", "case ref", "case title"), _long(160), needed=True),
                Field("title", "Title", ("subject", "heading"), _long(LONGEST_TITLE), needed=True),
                Field("text", "Text", ("report", "body", "notes", "narrative"), _long(LONGEST_REPORT), needed=True),
                Field("kind", "Kind", ("type", "report type"), _one_of(tuple(ReportKind)), needed=True),
            ),
            ("case", "title"),
        ),
        Kind(
            "officer", "Officers", Duty.ADMINISTRATOR,
            (
                Field("name", "Name", ("full name", "officer", "staff name"), _long(LONGEST_NAME), needed=True),
                Field("email", "E-mail", ("email", "email address", "mail", "work email"), _email, needed=True),
                Field("mobile", "Mobile", ("phone", "telephone", "work mobile", "mobile number"), _long(40)),
            ),
            ("email",),
        ),
        Kind(
            "site", "Sites", Duty.LEAD,
            (
                Field("operation", "Operation", ("operation reference", "operation title"), _long(160), needed=True),
                Field("code", "Code", ("site code", "number", "no"), _long(LONGEST_CODE), needed=True),
                Field("name", "Name", ("site", "site name", "premises", "business"), _long(120), needed=True),
                Field("address", "Address", ("location", "place", "street"), _long(160)),
                Field("x", "Map x", ("x",), _percent),
                Field("y", "Map y", ("y",), _percent),
                Field("coordinates", "Coordinates", ("latitude and longitude", "lat long", "gps"), _coordinates),
                Field("check_in_minutes", "Check-in minutes", ("check in minutes", "check-in"), _minutes),
            ),
            ("operation", "code"),
        ),
        Kind(
            "agency", "Agencies", Duty.PLATFORM_OPERATOR,
            (
                Field("letters", "Letters", ("code", "abbreviation", "short name"), _letters, needed=True),
                Field("name", "Name", ("agency", "organisation", "body"), _long(LONGEST_NAME), needed=True),
                Field("kind", "Capacity", ("type", "sector"), _one_of(tuple(AgencyKind)), needed=True),
                Field("desk", "Contact desk", ("desk", "contact", "duty desk"), _long(LONGEST_DESK)),
                Field("enforcement", "Enforces", ("enforcement",), _one_of((*YES, *NO))),
                Field("administrator", "First administrator", ("admin",), _long(LONGEST_NAME), needed=True),
                Field("email", "Their e-mail", ("email", "administrator email", "work email"), _email, needed=True),
            ),
            ("letters",),
        ),
    )
}  # fmt: skip


def guessed(kind: Kind, headings: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """Guess which column is which field: as the agency last said, else by what people call it."""
    mapping: dict[str, int] = {}
    for column, heading in enumerate(headings):
        words = compared(heading)
        field = remembered.get(words) or next((one.name for one in kind.fields if words in _names(one)), "")
        if field and field not in mapping and any(field == one.name for one in kind.fields):
            mapping[field] = column
    return mapping


def headings_in(kind: Kind, lines: Sequence[Sequence[str]], remembered: Mapping[str, str]) -> int:
    """Give the line of the headings: the one of the first that names most fields; merged titles above name none."""
    scores = [len(guessed(kind, line, remembered)) for line in lines[:HEAD_LINES]]
    return scores.index(max(scores)) if any(scores) else 0


def compared(heading: str) -> str:
    """Give a heading as headings are compared."""
    return " ".join(plain(heading))[:120]


def values_of(kind: Kind, mapping: Mapping[str, int], cells: Sequence[str]) -> dict[str, str]:
    """Give the fields of a line; what it does not have is empty."""
    found = {}
    for field in kind.fields:
        column = mapping.get(field.name, -1)
        found[field.name] = cells[column] if 0 <= column < len(cells) else ""
    return found


def problem_of(kind: Kind, values: Mapping[str, str]) -> str:
    """Say everything that is wrong with a line; empty for nothing."""
    wrong = []
    for field in kind.fields:
        value = values[field.name]
        if value.startswith(ERRORS):
            wrong.append(f"{field.label}: a formula failed here ({value})")
        elif not value and field.needed:
            wrong.append(f"{field.label}: missing")
        elif value and (message := field.wrong(value)):
            wrong.append(f"{field.label}: {message}")
    return "; ".join(wrong)


def key_of(kind: Kind, values: Mapping[str, str]) -> str:
    """Give that by which two lines are the same."""
    return "|".join(" ".join(plain(_dated(values[name]))) for name in kind.same)


def read_day(value: str) -> date | None:
    """Read a day as people write it here, the day before the month; None for what is none."""
    for form in DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _dated(value: str) -> str:
    day = read_day(value)
    return day.isoformat() if day else value


def _names(field: Field) -> set[str]:
    return {compared(name) for name in (field.name.replace("_", " "), field.label, *field.called)}
