"""The line from a page to us: noted down when it breaks, which is not the page being closed, and when it is back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from models.broken_lines import BrokenLine
from ops.access.asker import Asker
from ops.web.house import House


@dataclass(frozen=True, slots=True)
class PageLine:
    """Which page a socket serves, as of when it was drawn; and the page that its tab showed before, if any."""

    page_at: datetime
    left_at: datetime | None
    again: bool  # this page was heard of before
    began_at: datetime


def line_of(house: House, asker: Asker, said: Mapping[str, object]) -> PageLine | None:
    """Read it from a page's first message; None where that names no page which was drawn for this officer."""
    places = [said.get(name) for name in ("page", "left")]
    page, left = (house.sealer.open(one, asker.officer) if isinstance(one, str) else None for one in places)
    if page is None:
        return None
    return PageLine(page.at, left.at if left else None, said.get("again") is True, house.desk.clock.now())


async def back_again(house: House, sign_in: UUID, line: PageLine | None) -> None:
    """Note that a page is heard of again, and that its tab shows the one before no more."""
    if line is None or not (line.again or line.left_at):
        return
    pages = [at for at in (line.page_at if line.again else None, line.left_at) if at is not None]
    broken = (
        (col(BrokenLine.sign_in_id) == sign_in) & col(BrokenLine.page_at).in_(pages) & col(BrokenLine.back_at).is_(None)
    )
    async with house.desk.database.reading() as session:
        if (await session.execute(select(col(BrokenLine.id)).where(broken).limit(1))).first() is None:
            return  # nearly always: nobody who comes in waits for a writer
    async with house.desk.database.writing() as session:
        await session.execute(update(BrokenLine).where(broken).values(back_at=house.desk.clock.now()))


async def broke(
    house: House, asker: Asker, sign_in: UUID, line: PageLine | None, named: Collection[str], *, live: bool
) -> None:
    """Note that a page was cut off: what it shows may still be read there."""
    if line is None:
        return
    row = BrokenLine(
        officer_id=asker.officer,
        sign_in_id=sign_in,
        page_at=line.page_at,
        named=sorted(named),
        live=live,
        began_at=line.began_at,
        since=house.desk.clock.now(),
    )
    await house.desk.database.file(row)
