"""Calls for help that nobody has seen: for whom they are, second by second, and which came late."""

from collections.abc import Collection
from datetime import datetime, timedelta

from models.tasks import CheckIn, CheckInKind
from ops.screens.lines import LATE_AFTER

TO_THE_DEPUTY = timedelta(seconds=30)  # unseen for so long, a call goes on to the deputy
TO_EVERYONE = timedelta(seconds=60)  # then to everyone at the site

COMMANDER, DEPUTY, EVERYONE = "commander", "deputy", "everyone"


def seen_by_somebody(check_ins: Collection[CheckIn], call: CheckIn) -> CheckIn | None:
    """Give who saw a call first; None for one that nobody has seen."""
    return next((one for one in check_ins if one.kind == CheckInKind.SEEN and one.answers_id == call.id), None)


def for_whom(call: CheckIn, at: datetime) -> str:
    """Say whom a call that nobody has seen is for at one instant; it is counted from when it was received."""
    unseen = at - call.arrived_at
    if unseen < TO_THE_DEPUTY:
        return COMMANDER
    return DEPUTY if unseen < TO_EVERYONE else EVERYONE


def moves_on(call: CheckIn) -> tuple[datetime, datetime]:
    """Give the moments at which a call goes to the next."""
    return call.arrived_at + TO_THE_DEPUTY, call.arrived_at + TO_EVERYONE


def came_late(call: CheckIn) -> bool:
    """Say whether a call was received long after it was made."""
    return call.arrived_at - call.at > LATE_AFTER
