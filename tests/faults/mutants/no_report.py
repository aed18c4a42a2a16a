"""Whoever revokes rings and answers, and hopes."""

from models.database import Database
from ops import transaction


async def _at_once(database: Database, first: int, last: int) -> None:
    """Wait for nobody."""


transaction.clear = _at_once  # type: ignore[attr-defined]
