"""How an act is written down: who, when, what, about which references; never a word of content."""

import re
from collections.abc import Collection
from datetime import datetime

from models.audit import Act, AuditRow
from models.base import new_id
from models.database import Database
from ops.access.asker import Asker

_REFERENCE = re.compile(r"[a-z2-7]{26}")
UNREADABLE = "-"  # what stands for a reference that is none: people paste names into addresses


def entry(
    asker: Asker,
    act: Act,
    references: Collection[str] = (),
    *,
    at: datetime | None = None,
    listed: Collection[str] = (),
    asked: str = "",
) -> AuditRow:
    """Make the row of one act. `listed`: those of which no more than a line was shown; they count as references too."""
    opened = dict.fromkeys(references)
    lines = [reference for reference in dict.fromkeys(listed) if reference not in opened]
    return AuditRow(
        id=new_id(),  # given: its default is looked at anew each time, for as long as all the rest takes
        at=at or asker.at,
        act=act,
        officer_id=asker.officer,
        agency_id=asker.agency,
        sign_in_id=asker.sign_in,
        asked=asked,
        references=[*opened, *lines],  # a thing that stands there twice was shown once
        listed=lines,
        officers=[],
    )


async def write_down(database: Database, row: AuditRow) -> None:
    """Write a row outside any act: it stays when what it tells of is rolled back."""
    await database.file(row)


def address_asked(method: str, path: str, reference: str) -> str:
    """Give what a refused request asked for: the route, and the reference as it was sent if it could be one."""
    return f"{method} {path.format(ref=reference if _REFERENCE.fullmatch(reference) else UNREADABLE)}"
