"""Engines and sessions from one address: SQLite in WAL mode by default, PostgreSQL when it grows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

BUSY_MILLISECONDS = 5000  # how long SQLite waits for a lock held by another process
READERS = 8  # connections for reading; one worker's pages and its tailer
WRITERS = 8  # PostgreSQL only: SQLite has one writer whatever we do


class Database:
    """A cabinet: `reading` gives one consistent snapshot, `writing` one transaction."""

    def __init__(self, url: str) -> None:
        """Open engines for `url` (`sqlite:///file` or `postgresql://...`); nothing is connected yet."""
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        driver = "sqlite+aiosqlite" if self.is_sqlite else "postgresql+asyncpg"
        self.url = address.set(drivername=driver)
        self._turn = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", size=1)
            self._reader = _sqlite_engine(self.url, begin="BEGIN", size=READERS)
        else:
            self._writer = create_async_engine(self.url, pool_size=WRITERS, max_overflow=0, pool_pre_ping=True)
            self._reader = create_async_engine(
                self.url,
                pool_size=READERS,
                max_overflow=0,
                pool_pre_ping=True,
                isolation_level="REPEATABLE READ",
            )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Give a session whose every read shows the same moment; writes are lost."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
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

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Give a bare writing connection, for migrations."""
        async with self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


def _sqlite_engine(url: Any, *, begin: str, size: int) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's URL or text
    engine = create_async_engine(url, pool_size=size, max_overflow=0)

    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - aiosqlite's adapter, which has no type
        connection.isolation_level = None  # the driver would begin DEFERRED, and lose writes to "database is locked"
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MILLISECONDS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


async def database_now(session: AsyncSession) -> datetime:
    """Read the database's own clock."""
    if session.get_bind().dialect.name == "sqlite":
        told = (await session.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f','now')"))).scalar_one()
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    moment: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return moment.astimezone(UTC)
