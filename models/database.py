"""Engines and sessions from one address: SQLite in WAL mode by default, PostgreSQL when it grows."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlmodel import SQLModel

from models.filing import Filing
from models.sqlite_dialect import DRIVER, READS, WRITES, fold

READERS = 8  # connections for reading; one worker's pages and its tailer
WRITERS = 8  # PostgreSQL only: SQLite has one writer whatever we do
IN_LINE = 2  # acts of a kind that comes by the hundred, at once in one process: one that writes, one that is next
CONNECT_WITHIN = 5.0  # seconds; then another try, because what was sent into an outage is not sent again for long
KEPT_ALIVE = (  # PostgreSQL's own clients ask for the same: eight seconds of silence are an end
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 4),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 2),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 2),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 8000),
)
WENT_AWAY = ("08", "57P")  # the classes of SQLSTATE: a connection failed, the server stops or starts
FOLD_EVERY = 250  # commits on SQLite; a few megabytes of log at most


class Database:
    """A cabinet: `reading` gives one consistent snapshot, `writing` one transaction."""

    def __init__(self, url: str) -> None:
        """Open engines for `url` (`sqlite:///file` or `postgresql://...`); nothing is connected yet."""
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        driver = DRIVER if self.is_sqlite else "postgresql+asyncpg"
        self.url = address.set(drivername=driver)
        self._turn = asyncio.Lock() if self.is_sqlite else None
        self.line = asyncio.Semaphore(IN_LINE)
        self._commits = 0
        self._folding: asyncio.Task[None] | None = None
        self._filing = Filing(self.writing)
        if self.is_sqlite:
            self._writer = create_async_engine(self.url, pool_size=1, max_overflow=0, beginning=WRITES)
            self._reader = create_async_engine(self.url, pool_size=READERS, max_overflow=0, beginning=READS)
            self._asker = self._reader
        else:
            self._writer = _postgresql(self.url, pool_size=WRITERS)
            self._reader = _postgresql(self.url, pool_size=READERS, isolation_level="REPEATABLE READ")
            self._asker = self._reader.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Give a session whose every read shows the same moment; writes are lost."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncSession]:
        """Give a session for one question: what a single statement reads is of one moment without a transaction."""
        async with AsyncSession(self._asker) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Give a session that commits when the block ends and rolls back when it raises."""
        if self._turn is None:
            async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with (  # a fair queue: SQLite's own waiting is not
            self._turn,
            AsyncSession(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
        self._commits += 1
        if self._commits % FOLD_EVERY == 0 and (self._folding is None or self._folding.done()):
            self._folding = asyncio.create_task(self._fold(self._turn))

    async def file(self, *rows: SQLModel) -> None:
        """File rows that stand for themselves, together with those of others; see `models.filing`."""
        await self._filing.file(rows)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Give a bare writing connection, for migrations."""
        async with self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._filing.close()
        if self._folding is not None:
            await asyncio.gather(self._folding, return_exceptions=True)
        await self._writer.dispose()
        await self._reader.dispose()

    async def _fold(self, turn: asyncio.Lock) -> None:
        """Fold SQLite's log into its file: most of it while others write, the rest while nobody does.

        Only a log that is folded to its end begins anew, and under load there is always somebody who writes.
        """
        await asyncio.to_thread(fold, str(self.url.database))
        async with turn:
            await asyncio.to_thread(fold, str(self.url.database))


def _postgresql(url: URL, **named: Any) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's own
    engine = create_async_engine(url, max_overflow=0, connect_args={"timeout": CONNECT_WITHIN}, **named)
    event.listen(engine.sync_engine, "connect", _notice_loss)
    event.listen(engine.sync_engine, "checkout", _refuse_the_lost)
    return engine


def _notice_loss(connection: DBAPIConnection, _: object) -> None:
    """Let the kernel end a line whose other end is silently gone: what waits for an answer would wait for ever."""
    line = connection.driver_connection._transport.get_extra_info("socket")  # noqa: SLF001 - asyncpg gives no other way
    if line.family in {socket.AF_INET, socket.AF_INET6}:
        for level, name, value in KEPT_ALIVE:
            if (option := getattr(socket, name, None)) is not None:
                line.setsockopt(level, option, value)


def _refuse_the_lost(connection: DBAPIConnection, *_: object) -> None:
    """Have all lines made anew when one is known to be lost. The server is not asked: that takes three round trips.

    It would tell nothing more: one that ends says so, and of one that is silent the kernel tells as soon as it can.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def went_away(fault: Exception) -> bool:
    """Say whether a fault tells of a database that went away, and not of a statement of ours that failed."""
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return True
    original = fault.orig if isinstance(fault, DBAPIError) else fault
    state = str(getattr(original, "sqlstate", None) or "")
    return state.startswith(WENT_AWAY) or isinstance(fault, (ConnectionError, TimeoutError, NoConnectionError))


async def database_now(session: AsyncSession) -> datetime:
    """Read the database's own clock."""
    if session.get_bind().dialect.name == "sqlite":
        told = (await session.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f','now')"))).scalar_one()
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    moment: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return moment.astimezone(UTC)
