"""One way to answer a form: the act is done and the browser led on, or the page comes back with what was typed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.clock import LONDON
from ops.errors import Conflict, Invalid

Show = Callable[[Request, Mapping[str, str], Mapping[str, str], int], Awaitable[Response]]
A_DAY = timedelta(days=1)
CONFLICT = 409


async def answered(
    request: Request, act: Awaitable[object], show: Show, typed: Mapping[str, str], where: str
) -> Response:
    """Do the act and lead to `where`; a refused form is shown again with everything typed and what to mend."""
    try:
        await act
    except Invalid as refusal:
        return await show(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await show(request, typed, {"form": str(refusal)}, CONFLICT)
    return RedirectResponse(where, 303)


def based_on(typed: Mapping[str, str], version: str, status: int) -> str:
    """Give what an edit shown again is made from: as before, or after a conflict what stands beside it now."""
    return version if status == CONFLICT else typed.get("based_on") or version


def morning_of(day: str, field: str) -> datetime | None:
    """Read a date as its first moment; None for an empty one. Raises Invalid for anything that is no date."""
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day.strip()), time(), LONDON)
    except (ValueError, OverflowError):
        raise Invalid({field: "Write a date, such as 2026-10-14."}) from None


def night_of(day: str, field: str) -> datetime | None:
    """Read a date as the midnight after it: what lasts until a day lasts through it."""
    morning = morning_of(day, field)
    try:
        return morning + A_DAY if morning else None
    except OverflowError:
        raise Invalid({field: "Write a date, such as 2026-10-14."}) from None


def local_moment(typed: str, field: str) -> datetime | None:
    """Read a date and time of day as the form's own control sends it, in UK time; None for an empty one."""
    if not typed.strip():
        return None
    try:
        moment = datetime.fromisoformat(typed.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=LONDON).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid({field: "Write a date and a time, such as 2026-10-14 08:00."}) from None


def clock_time(typed: str, now: datetime, field: str) -> datetime | None:
    """Read a time of day as crews say it, 08:34: the last one that has been. None for an empty one, which means now.

    Raises Invalid for anything else.
    """
    if not typed.strip():
        return None
    try:
        spoken = datetime.strptime(typed.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        raise Invalid({field: "Write a time of day, such as 08:34."}) from None
    moment = datetime.combine(now.astimezone(LONDON).date(), spoken, LONDON)
    return moment if moment <= now else moment - A_DAY
