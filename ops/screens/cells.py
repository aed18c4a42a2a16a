"""What stands in a cell of a sheet that leaves the house: nothing that a spreadsheet runs, and moments in UTC."""

import re
from datetime import UTC, datetime

ACTIVE = ("\t", "\r", "\n")  # a cell never begins with these
FORMULA = re.compile(
    r"(?:^|[;\t\r\n])\s*(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])"
)  # what a spreadsheet runs, wide forms too


def harmless(cell: str) -> str:
    """Keep a spreadsheet from running what somebody typed, also where it takes `;` or a tab for a new cell."""
    safe = FORMULA.sub(lambda found: f"{found[0]}'", cell)
    return f"'{safe}" if safe.startswith(ACTIVE) else safe


def when(at: datetime | None) -> str:
    """Give a moment as people and programs read it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if at else ""
