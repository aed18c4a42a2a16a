"""What things are found by: one row for each, written with it in the same transaction, and read only by who may see it.

There is no index of words over everybody's things: it would answer sooner or later depending on what is hidden.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, event, insert, inspect
from sqlalchemy.orm import Session, UOWTransaction
from sqlmodel import Field, SQLModel, col

from models.base import at_column, made_at
from models.cases import Case
from models.operations import Decision, Operation, Site
from models.profiles import Profile
from models.reports import ReportVersion
from models.tasks import PostVersion, Task
from models.words import alike, findable

TEXTS = ("title", "summary", "theme", "label", "aliases", "purpose", "code", "name", "address", "text")
INDEXED = (Case, ReportVersion, PostVersion, Profile, Operation, Site, Decision, Task)


class FoundBy(SQLModel, table=True):
    """The words of a thing in its newest version; `alike`: its names as they may be spelled otherwise."""

    __tablename__ = "found_by"

    resource_id: UUID = Field(primary_key=True, foreign_key="resource.id")
    at: datetime = at_column()
    words: str
    alike: str = ""


class _Found(NamedTuple):
    resource_id: UUID
    at: datetime
    words: str
    alike: str = ""
    number: int = 0  # of the version; 0 for what has none


def index(connection: Connection, new: Iterable[SQLModel], changed: Iterable[SQLModel] = ()) -> None:
    """Write what rows are found by. Rows of other tables are passed over."""
    added, again = _newest(new), _newest(changed)
    replaced = [*again, *(name for name, found in added.items() if found.number > 1)]
    if replaced:
        connection.execute(delete(FoundBy).where(col(FoundBy.resource_id).in_(replaced)))
    rows = [found._asdict() for found in {**added, **again}.values()]
    for row in rows:
        del row["number"]
    if rows:
        connection.execute(insert(FoundBy), rows)


def _newest(rows: Iterable[SQLModel]) -> dict[UUID, _Found]:
    newest: dict[UUID, _Found] = {}
    for row in rows:
        found = _found(row)
        if found and (found.resource_id not in newest or found.number > newest[found.resource_id].number):
            newest[found.resource_id] = found
    return newest


def _found(row: SQLModel) -> _Found | None:
    found: _Found | None = None
    match row:
        case Case():
            found = _Found(row.id, row.opened_at, findable(row.title, row.theme, row.summary))
        case ReportVersion():
            found = _Found(row.report_id, row.at, findable(row.title, row.text), number=row.number)
        case PostVersion():
            found = _Found(row.post_id, row.at, findable(row.text), number=row.number)
        case Profile():
            names = (row.label, row.aliases)
            found = _Found(row.id, row.made_at, findable(*names), alike(*names))
        case Operation():
            found = _Found(row.id, row.starts, findable(row.title, row.purpose))
        case Site():
            found = _Found(row.id, made_at(row.id), findable(row.code, row.name, row.address))
        case Decision():
            found = _Found(row.id, row.at, findable(row.decided, row.reason, row.options))
        case Task():
            found = _Found(row.id, row.made_at, findable(row.title))
    return found


@event.listens_for(Session, "after_flush")
def _index_written(session: Session, _: UOWTransaction) -> None:
    """Index whatever is written, here and nowhere else, so that no writer can forget it."""
    new, changed = list(session.new), [row for row in session.dirty if _says_otherwise(row)]
    if new or changed:
        index(session.connection(), new, changed)


def _says_otherwise(row: object) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in TEXTS if name in attributes)
