"""Pages and programs are drawn by a painter each; the kind of screen says by which."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.delivery import Projection
from live.frames import Leaf, Record
from live.ports import Aggregate
from live.screen import FOR_PROGRAMS, ScreenKind
from ops.access.asker import Asker
from ops.feed.snapshot import Painter


class Painters:
    """Two painters as one."""

    def __init__(self, pages: Painter, programs: Painter) -> None:
        """Take the two."""
        self._pages, self._programs = pages, programs

    async def leaves(
        self, session: AsyncSession, kind: ScreenKind, projection: Projection, subjects: Collection[UUID], at: datetime
    ) -> Mapping[UUID, Leaf | Record]:
        """Draw each subject once for this kind of screen."""
        return await self._of(kind).leaves(session, kind, projection, subjects, at)

    async def aggregate(self, session: AsyncSession, kind: ScreenKind, reference: str, asker: Asker) -> Aggregate:
        """Draw the sums for this kind of screen."""
        return await self._of(kind).aggregate(session, kind, reference, asker)

    def _of(self, kind: ScreenKind) -> Painter:
        return self._programs if kind in FOR_PROGRAMS else self._pages
