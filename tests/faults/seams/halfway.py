"""Imported before the server: it dies in the middle of a command, after so many writes, or just after its commit.

DIES_AFTER in its environment names the number, or COMMIT. Imported where that is not set, it counts the writes.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

from live.doorbell import Doorbell
from ops.access.asker import Asker
from ops.transaction import Desk, Work

COMMIT = "commit"
DIES_AFTER = os.environ.get("DIES_AFTER", "")
WRITES = ("INSERT", "UPDATE", "DELETE")
AFTERWARDS = "INTO clearance"  # what is written when the act is committed, while it waits for the other processes

_under_way: ContextVar[list[str] | None] = ContextVar("under_way", default=None)
_work, _ring = Desk.work, Doorbell.ring


class Counted:
    """How many writes the last command made."""

    writes = 0


@asynccontextmanager
async def counted(
    self: Desk, asker: Asker, *, changes_access: bool = False, in_line: bool = False
) -> AsyncIterator[Work]:
    """Work as ever, and count."""
    said = list[str]()
    token = _under_way.set(said)
    try:
        async with _work(self, asker, changes_access=changes_access, in_line=in_line) as work:
            yield work
    finally:
        _under_way.reset(token)
        Counted.writes = len(said)


def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    """Count a write of the command under way."""
    said = _under_way.get()
    if said is not None and statement.startswith(WRITES) and AFTERWARDS not in statement:
        said.append(statement)
        if str(len(said)) == DIES_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)


async def _rung(self: Doorbell, position: int) -> None:
    if DIES_AFTER == COMMIT and _under_way.get() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    await _ring(self, position)


if DIES_AFTER:
    Desk.work = counted  # type: ignore[method-assign]
    Doorbell.ring = _rung  # type: ignore[method-assign]
    event.listen(Engine, "after_cursor_execute", executed)
