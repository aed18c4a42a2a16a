"""How an act that took access away became true on every open screen, in the words of a receipt."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.journal import Clearance


@dataclass(frozen=True, slots=True)
class Cleared:
    """How long it took, in seconds, and whether every server confirmed it.

    Where one did not, it could send nothing more when the answer came: its screens say that they stand still, and what
    they show goes when they are back.
    """

    seconds: float
    confirmed: bool


async def cleared(session: AsyncSession, positions: Collection[int]) -> dict[int, Cleared]:
    """Read how the acts at these places of the journal were cleared; none for one whose answer was cut off."""
    if not positions:
        return {}
    rows = await session.execute(
        select(Clearance).where(col(Clearance.last) >= min(positions), col(Clearance.first) <= max(positions))
    )
    found = list(rows.scalars())
    return {
        position: Cleared(row.milliseconds / 1000, row.confirmed)
        for row in found
        for position in positions
        if row.first <= position <= row.last
    }
