"""What tells of a database that went away, and what of a statement of ours that failed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.database import Database, went_away
from tests.serving import free_port


async def test_a_connection_that_the_server_ended_has_gone_away(postgresql_database: Database) -> None:
    async with postgresql_database.reading() as session:
        own = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with postgresql_database.writing() as other:
            await other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        with pytest.raises(Exception) as fault:  # noqa: PT011 - which kind it is, is asked below
            await session.execute(text("SELECT 1"))
        await session.invalidate()
    assert went_away(fault.value)


async def test_a_server_that_is_not_there_has_gone_away() -> None:
    nowhere = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    with pytest.raises(Exception) as fault:  # noqa: PT011 - which kind it is, is asked below
        async with nowhere.reading() as session:
            await session.execute(text("SELECT 1"))
    assert went_away(fault.value)


async def test_a_statement_that_fails_tells_of_nothing_but_itself(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as fault:
        async with database.reading() as session:
            await session.execute(text("SELECT nonsense"))
    assert not went_away(fault.value)
