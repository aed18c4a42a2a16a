"""What others wrote down for officers and waits for their word: each entry is for its author alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.agencies import Officer
from models.base import table_of
from models.grants import Resource
from models.tasks import CheckIn, Post, PostVersion, Task, TaskState
from ops.screens.words import STATE_WORDS

SAID = {"safe": "Safe", "help": "Need help"}

_OFFICER, _RESOURCE, _TASK = table_of(Officer).c, table_of(Resource).c, table_of(Task).c
_POST, _STATE, _CHECK_IN, _VERSION = (table_of(one).c for one in (Post, TaskState, CheckIn, PostVersion))
Row = tuple[str, UUID, str, str, str, datetime, str, str]


@dataclass(frozen=True, slots=True)
class HeardEntry:
    """One entry: `entry` names it to the form that confirms it."""

    officer: UUID
    entry: str
    words: str
    at: datetime
    entered_by: str
    channel: str


async def heard_for(session: AsyncSession, operation: UUID, officer: UUID) -> tuple[HeardEntry, ...]:
    """Give every entry that was made for an officer and not confirmed, oldest first.

    All of an operation's are read in one statement, once for a session that shows one moment: many phones ask.
    """
    kept: dict[UUID, tuple[HeardEntry, ...]] = session.info.setdefault(heard_for, {})
    if operation not in kept:
        every = union_all(*(one.where(owner == operation) for one, owner in _WAITING))
        rows = sorted(await session.execute(every), key=lambda row: row[5])
        kept[operation] = tuple(
            HeardEntry(author, f"{kind}:{reference}", _words(kind, words, code), at, name, channel)
            for kind, author, reference, words, code, at, name, channel in rows
        )
    return tuple(entry for entry in kept[operation] if entry.officer == officer)


def _words(kind: str, words: str, code: str) -> str:
    if kind == "status":
        return f"{words}: {STATE_WORDS[code]}"
    return SAID.get(code, code) + (f": {words}" if words else "") if kind == "check-in" else words


def _select(kind: str, columns: Any, author: Any, *said: Any) -> Select[Any]:  # noqa: ANN401 - columns of three tables
    return (
        select(literal_column(f"'{kind}'"), author, *said, columns.at if kind != "post" else columns.happened_at)
        .add_columns(_OFFICER.name, columns.channel)
        .join(table_of(Officer), _OFFICER.id == columns.entered_by)
        .where(columns.entered_by.is_not(None), columns.confirmed_at.is_(None))
    )


_WAITING: tuple[tuple[Select[Any], Any], ...] = (
    (
        _select("post", _POST, _POST.author_id, _RESOURCE.reference, _VERSION.text, literal_column("''"))
        .join(table_of(Resource), _RESOURCE.id == _POST.id)
        .join(table_of(PostVersion), _VERSION.post_id == _POST.id),
        _POST.operation_id,
    ),
    (
        _select("status", _STATE, _STATE.officer_id, _RESOURCE.reference, _TASK.title, _STATE.status)
        .join(table_of(Task), _TASK.id == _STATE.task_id)
        .join(table_of(Resource), _RESOURCE.id == _STATE.task_id),
        _TASK.operation_id,
    ),
    (
        _select("check-in", _CHECK_IN, _CHECK_IN.officer_id, _CHECK_IN.reference, _CHECK_IN.note, _CHECK_IN.kind),
        _CHECK_IN.operation_id,
    ),
)
