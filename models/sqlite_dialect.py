"""SQLite in the process' own thread: a statement takes less time than handing it to another thread and back."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import AsyncAdaptedQueuePool, Uuid
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.util.concurrency import await_

DRIVER = "sqlite+here"
READS = "BEGIN"  # one moment, from the first statement on
WRITES = "BEGIN IMMEDIATE"  # the one who writes, from the beginning
BUSY_SECONDS = 5.0  # how long a transaction waits for a lock that another process holds
TRY_EVERY = 0.002  # seconds between two tries for it
PRAGMAS = (
    f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "cache_size=-8000",  # kilobytes: with SQLite's own 2,000 a list of cases in a large county takes twice as long
)
WRITING = (
    "busy_timeout=0",  # it waits in `do_begin`, where the loop goes on
    "wal_autocheckpoint=0",  # a checkpoint waits for the disk: `fold` does that in a thread
)


class _Cursor(sqlite3.Cursor):
    """Reads all rows at once: a result that somebody leaves half read would keep its old moment open for the next."""

    _rows: deque[Any]

    def execute(self, *asked: Any) -> "_Cursor":  # noqa: ANN401 - the driver's own
        super().execute(*asked)
        self._rows = deque(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:  # noqa: ANN401 - a row
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, deque()
        return list(rows)

    async def _async_soft_close(self) -> None:
        """Do nothing: SQLAlchemy closes other drivers' cursors here, to wait for it where waiting is allowed."""


class _Connection(sqlite3.Connection):
    def cursor(self, *_: object) -> _Cursor:  # type: ignore[override]  # nobody asks for another kind
        return super().cursor(_Cursor)


@lru_cache(maxsize=1 << 16)
def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


class _Id(Uuid[UUID]):
    """An internal id. The same few thousand are read over and over, and to make one takes longer than to fetch it."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], UUID | None]:  # noqa: ARG002 - the base class names them
        """Read the 32 letters that SQLite keeps."""
        return _id


class SQLiteHere(SQLiteDialect_pysqlite):
    """Runs each statement at once. What could wait, waits without holding up the loop: the beginning of a transaction.

    A driver with a thread of its own hands over four times for each statement, and after each the thread queues for
    the interpreter behind whatever the loop is doing.
    """

    driver = "here"
    is_async = True
    supports_statement_cache = True
    colspecs = {**SQLiteDialect_pysqlite.colspecs, Uuid: _Id}  # noqa: RUF012 - as the base class has it

    def __init__(self, beginning: str = READS, **given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        """Take how a transaction begins."""
        super().__init__(**given)
        self._beginning = beginning
        self._pragmas = (*PRAGMAS, *WRITING) if beginning == WRITES else PRAGMAS

    @classmethod
    def get_pool_class(cls, url: URL) -> type[AsyncAdaptedQueuePool]:  # noqa: ARG003 - the base class names it
        """Let whoever finds every connection in use wait without holding up the loop."""
        return AsyncAdaptedQueuePool

    def connect(self, *where: Any, **how: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
        """Open the file, set as every connection of ours is."""
        connection = super().connect(*where, **{**how, "factory": _Connection})
        connection.isolation_level = None  # the driver would begin DEFERRED, and lose writes to "database is locked"
        for pragma in self._pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def get_driver_connection(self, connection: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
        """Give the driver's own connection: there is nothing around it."""
        return connection

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        """Begin; while another process writes, try again and again. SQLite's own waiting would stop the whole loop."""
        patience = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                dbapi_connection.execute(self._beginning)
            except sqlite3.OperationalError as refusal:
                if refusal.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
                await_(asyncio.sleep(TRY_EVERY))
            else:
                return


def fold(file: str) -> None:
    """Copy what was committed from the log into the database file, as far as nobody needs it where it is. Blocks."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=0)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        connection.close()


registry.register("sqlite.here", __name__, SQLiteHere.__name__)
