"""The terms of a grant as forms send them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from ops.actions.terms import Terms
from ops.clock import LONDON
from ops.errors import Invalid

TERMS = ("level", "necessity", "purpose", "basis", "agreement", "until", "confirm")


def terms_of(form: Mapping[str, str]) -> Terms:
    """Read the terms. Raises Invalid for an end that is no date; an empty one means no end."""
    return Terms(
        level=form.get("level", ""),
        necessity=form.get("necessity", ""),
        purpose=form.get("purpose", ""),
        basis=form.get("basis", ""),
        agreement=form.get("agreement", ""),
        until=end_of(form.get("until", "").strip()),
        confirmed=bool(form.get("confirm")),
    )


def end_of(day: str) -> datetime | None:
    """Give the midnight after a day: access lasts through the day that was chosen."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), LONDON)
    except (ValueError, OverflowError):
        raise Invalid({"until": "Write the end as a date, such as 2026-10-14."}) from None
