"""Brings a database's tables to the newest shape, in process; the same migrations on SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from models.database import Database


async def migrate(database: Database, folder: Path) -> None:
    """Run every migration that this database has not had."""
    config = alembic_config(folder)
    async with database.connection() as connection:
        await connection.run_sync(_upgrade, config)


def alembic_config(folder: Path) -> Config:
    """Point Alembic at our folder; it needs no file of its own."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
