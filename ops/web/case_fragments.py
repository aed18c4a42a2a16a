"""Draws a case's reports and its panels for the engine."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.delivery import Projection
from live.frames import Leaf
from live.ports import Aggregate
from ops.access.asker import Asker
from ops.web.templates import Templates


async def case_leaves(
    templates: Templates, session: AsyncSession, projection: Projection, subjects: Collection[UUID], at: datetime
) -> dict[UUID, Leaf]:
    """Draw report cards, whole or as stubs."""
    return {}


async def case_aggregate(templates: Templates, session: AsyncSession, reference: str, asker: Asker) -> Aggregate:
    """Draw the panels of a case as one asker sees them."""
    return Aggregate(())
