"""What needs a person now, worst first: calls for help, officers overdue, reports widened, visits that overlap."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

from models.operations import Site, VisitWindow
from models.tasks import CheckIn, CheckInKind
from ops.clock import LONDON
from ops.screens.board_values import Alert
from ops.screens.on_operation import OnOperation
from ops.screens.site_cards import Silent, calls_for_help, silent

MOST_ALERTS = 3  # three rows at most, worst then oldest first; the rest are a count
_WORST_FIRST = ("help", "late", "wait", "overlap")


def alerts(seen: OnOperation, *others: Alert) -> tuple[Alert, ...]:
    """Give every alert that the reader may see, worst first; `others` come from beyond the operation."""
    found = [*others, *(_help(seen, None, call) for call in calls_for_help(seen, None))]
    for site in seen.sites:
        found.extend(_help(seen, site, call) for call in calls_for_help(seen, site.id))
        found.extend(_late(seen, site, officer) for officer in silent(seen, site))
        found.extend(_overlaps(seen, site))
    return _in_order(found)


def _in_order(found: Iterable[Alert]) -> tuple[Alert, ...]:
    """Put every call for help first, then the oldest of each kind: none of them hides behind many of another."""
    placed: list[tuple[int, Alert]] = []
    before = Counter[str]()
    for alert in sorted(found, key=lambda alert: (_WORST_FIRST.index(alert.state), alert.at)):
        placed.append((0 if alert.state == "help" else before[alert.state], alert))
        before[alert.state] += 1
    return tuple(alert for _, alert in sorted(placed, key=lambda one: one[0]))


def _help(seen: OnOperation, site: Site | None, call: CheckIn) -> Alert:
    answers = [c for c in seen.check_ins if c.kind == CheckInKind.SEEN and c.answers_id == call.id]
    name = seen.names.get(call.officer_id, "")
    told = f"{name}: {call.note}" if call.note else name
    if answers:
        told = f"{told} Seen by {seen.names.get(answers[0].officer_id, '')}."
    return Alert(
        state="help",
        within=seen.references[site.id] if site else "",
        title="Need help",
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        agency=seen.agencies[call.agency_id],
        text=told,
        at=call.at,
        act_label="" if answers else "Acknowledge",
        act_url="" if answers else f"/check-ins/{call.reference}/seen",
    )


def _late(seen: OnOperation, site: Site, officer: Silent) -> Alert:
    return Alert(
        state="late",
        within=seen.references[site.id],
        title="Check-in overdue",
        site_code=site.code,
        site_name=site.name,
        agency=seen.agencies[officer.agency],
        text=f"{seen.names[officer.officer]} was last heard at {officer.heard_at.astimezone(LONDON):%H:%M}.",
        at=officer.due_at,
        act_label="",
        act_url="",
    )


def _overlaps(seen: OnOperation, site: Site) -> list[Alert]:
    windows = [window for window in seen.windows if window.site_id == site.id and window.ends > seen.at]
    return [
        Alert(
            state="overlap",
            within=seen.references[site.id],
            title="Same place, overlapping hours",
            site_code=site.code,
            site_name=site.name,
            agency=seen.agencies[first.agency_id],
            text=f"and {seen.agencies[second.agency_id].code} both plan a visit.",
            at=max(first.starts, second.starts),
            act_label="",
            act_url="",
        )
        for first, second in combinations(windows, 2)
        if first.agency_id != second.agency_id and _overlap(first, second)
    ]


def _overlap(first: VisitWindow, second: VisitWindow) -> bool:
    return first.starts < second.ends and second.starts < first.ends
