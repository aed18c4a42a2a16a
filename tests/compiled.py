"""What SQLAlchemy compiled for one test serves the next: each has a cabinet and engines of its own, all alike."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from models.database import Database


@dataclass(frozen=True)
class Compiled:
    """The two engines that compiled first; statements are kept for a dialect, so both are handed on."""

    writer: Engine
    reader: Engine

    @classmethod
    async def by(cls, database: Database) -> "Compiled":
        """Keep what the engines of a cabinet compile; each is connected once, as its dialect wants it."""
        async with database.writing() as session:
            await session.execute(text("SELECT 1"))
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
        return cls(database._writer.sync_engine, database._reader.sync_engine)

    def serve(self, database: Database) -> Database:
        """Let a new cabinet's engines use it; gives the cabinet."""
        for kept, engine in ((self.writer, database._writer), (self.reader, database._reader)):
            engine.sync_engine.dialect = kept.dialect
            engine.sync_engine._compiled_cache = kept._compiled_cache
        return database
