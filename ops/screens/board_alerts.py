"""What needs a person now, worst first: calls for help, officers overdue, reports widened, visits that overlap."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from models.operations import Site, Stage
from models.tasks import CheckIn
from ops.actions.radio import keepers
from ops.clock import LONDON
from ops.screens.board_values import Alert
from ops.screens.calls import COMMANDER, DEPUTY, EVERYONE, came_late, for_whom, seen_by_somebody
from ops.screens.clashes import clashes
from ops.screens.on_operation import OnOperation
from ops.screens.person_lines import PersonLine
from ops.screens.watched import Silent, Watched, overdue, to_look_after

TOO_LONG = timedelta(minutes=10)  # that an offer of somebody waits for its answer
MOST_ALERTS = 3  # three rows at most, worst then oldest first; the rest are a count
_WORST_FIRST = ("help", "late", "wait", "overlap")


def alerts(seen: OnOperation, *others: Alert) -> tuple[Alert, ...]:
    """Give every alert that the reader may see, worst first; `others` come from beyond the operation."""
    found = [*others, *_changed(seen), *(_help(seen, None, call) for call in seen.open_calls[None])]
    found.extend(_unanswered(seen, one) for one in seen.people.values() if _waits_too_long(seen, one))
    if seen.stage == Stage.STOOD_DOWN:
        found.extend(_unaccounted(seen, one) for one in seen.people.values() if not one.accounted_for)
    for site in seen.sites:
        found.extend(_help(seen, site, call) for call in seen.open_calls[site.id])
        unheard = to_look_after(seen, site)
        found.extend(_unheard(seen, site, officer) for officer in unheard)
        silent = {one.officer for one in unheard}  # one alert an officer: the same act ends both
        found.extend(_late(seen, site, officer) for officer in overdue(seen, site) if officer.officer not in silent)
        found.extend(_overlaps(seen, site))
        found.extend(_unclaimed(seen, site) if seen.stage == Stage.RUNNING else ())
    return _in_order(found, others)


def _in_order(found: Iterable[Alert], wide_open: Collection[Alert] = ()) -> tuple[Alert, ...]:
    """Put every call for help first, then what lies open by mistake, then the oldest of each kind.

    So none of them hides behind many of another.
    """
    placed: list[tuple[int, Alert]] = []
    before = Counter[str]()
    for alert in sorted(found, key=lambda alert: (_WORST_FIRST.index(alert.state), alert.at)):
        if alert.state == "help" or alert in wide_open:
            placed.append((-2 if alert.state == "help" else -1, alert))
            continue
        placed.append((before[alert.state], alert))
        before[alert.state] += 1
    return tuple(alert for _, alert in sorted(placed, key=lambda one: one[0]))


def _help(seen: OnOperation, site: Site | None, call: CheckIn) -> Alert:
    answer = seen_by_somebody(seen.check_ins, call)
    name = seen.names.get(call.officer_id, "")
    told = f"{name}: {call.note}" if call.note else name
    if answer:
        told = f"{told} Seen by {seen.names.get(answer.officer_id, '')}."
    to = "" if answer else for_whom(call, seen.at)
    return Alert(
        state="help",
        within=seen.references[site.id] if site else "",
        title=f"Help called {_hour(call.at)}, received {_hour(call.arrived_at)}, check now"
        if came_late(call)
        else "Need help",
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        agency=seen.agencies[call.agency_id],
        text=told,
        at=call.at,
        act_label="" if answer else "Acknowledge",
        act_url="" if answer else f"/check-ins/{call.reference}/seen",
        told=_UNSEEN.get(to, ""),
        to=to,
        calls_for=_keepers(seen, call.officer_id) if seen.readable else "",
        call_url=f"/operations/{seen.reference}/radio?for={seen.officers.get(call.officer_id, '')}",
        own_link=f"#site-{seen.references[site.id]}" if site else "",
        own_label="Open",
    )


_UNSEEN = {DEPUTY: "Unseen for 30 seconds: deputy, acknowledge.", EVERYONE: "Nobody has seen it: everyone at the site."}


def _hour(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"


def _late(seen: OnOperation, site: Site, officer: Watched) -> Alert:
    told = f"{seen.names[officer.officer]} was last heard at {_hour(officer.heard_at)}."
    return _welfare(seen, site, officer, "Check-in overdue", told, officer.due_at)


def _unheard(seen: OnOperation, site: Site, officer: Silent) -> Alert:
    told = f"{seen.names[officer.officer]}: no sign since {_hour(officer.heard_at)}, check that they are well."
    return _welfare(seen, site, officer, "Nothing heard", told, officer.welfare_at)


def _welfare(seen: OnOperation, site: Site, who: Watched | Silent, title: str, told: str, at: datetime) -> Alert:
    """Ask for an officer to be checked on; whoever reached them says so, and that is a sign of them."""
    reference = seen.officers[who.officer]
    return Alert(
        state="late",
        within=seen.references[site.id],
        title=title,
        site_code=site.code,
        site_name=site.name,
        agency=seen.agencies[who.agency],
        text=told,
        at=at,
        act_label="Checked OK" if seen.readable else "",
        act_url=f"/operations/{seen.reference}/radio",
        look_url=f"/operations/{seen.reference}/radio?for={reference}",
        look_label="Call",
        to=COMMANDER,
        acts_for=_keepers(seen, who.officer),
        fields=(
            ("officer", reference),
            ("channel", "telephone"),
            ("check_in", "safe"),
            ("key", f"checked {reference} {at:%H%M%S}"),  # the same alert, the same act
        ),
    )


def _keepers(seen: OnOperation, *but: UUID) -> str:
    """Name who may write down for others that they were heard."""
    return " ".join(seen.officers[one] for one in keepers(seen.operation) if one in seen.officers and one not in but)


def _unclaimed(seen: OnOperation, site: Site) -> list[Alert]:
    """Tell in one line of the tasks at a site that are due and nobody's."""
    here = seen.references[site.id]
    due = [(at, task) for at, task in seen.unheld if task.site_reference == here and at <= seen.at]
    if not due:
        return []
    at, first = due[0]
    return [
        Alert(
            state="wait",
            within=" ".join((here, *(task.reference for _, task in due))),
            title="Nobody holds it" if len(due) == 1 else f"Nobody holds {len(due)} tasks",
            site_code=site.code,
            site_name=site.name,
            agency=first.agency,
            text=f"{first.title}, due {_hour(at)}." if len(due) == 1 else f"{first.title} was due first.",
            at=at,
            act_label="",
            act_url="",
            own_link=f"#task-{first.reference}",
        )
    ]


def answer_due(person: PersonLine) -> datetime | None:
    """Give when an offer of somebody will have waited too long; None where none waits."""
    return person.offered_at + TOO_LONG if person.offered_at else None


def _waits_too_long(seen: OnOperation, person: PersonLine) -> bool:
    due = answer_due(person)
    return due is not None and due <= seen.at


def _unanswered(seen: OnOperation, person: PersonLine) -> Alert:
    to = person.offered_to or person.agency
    told = f"{person.label} is offered to {to.name}, and nobody has taken them over."
    return _about(seen, person, "wait", "Hand-over not accepted", told, answer_due(person) or seen.at)


def _unaccounted(seen: OnOperation, person: PersonLine) -> Alert:
    told = f"{person.label}: nobody has taken them over."
    return _about(seen, person, "late", "Not accounted for", told, person.since)


def _about(seen: OnOperation, person: PersonLine, state: str, title: str, told: str, at: datetime) -> Alert:
    return Alert(
        state=state,
        within=person.reference,
        title=title,
        site_code=person.site_code,
        site_name="",
        agency=person.agency,
        text=told,
        at=at,
        act_label="",
        act_url="",
        own_link=f"/operations/{seen.reference}/people-met#encounter-{person.reference}",
        own_label="People met",
    )


def _changed(seen: OnOperation) -> list[Alert]:
    if seen.change is None:
        return []
    before, after = seen.names[seen.change.before], seen.names[seen.change.after]
    return [
        Alert(
            state="wait",
            within="",
            title="Command changed",
            site_code="",
            site_name="",
            agency=None,
            text=f"{after} took command from {before}: {seen.change.reason}",
            at=seen.change.at,
            act_label="Acknowledge",
            act_url=f"/commands/{seen.change.reference}/acknowledgement",
            acts_for=seen.officers[seen.change.before],
        )
    ]


def _overlaps(seen: OnOperation, site: Site) -> list[Alert]:
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
            act_label="Not a clash" if seen.readable else "",
            act_url=f"/sites/{seen.references[site.id]}/settlement",
            acts_for=_keepers(seen),
            own_link=f"/sites/{seen.references[site.id]}/visits",
            own_label="Compare",
            other=seen.agencies[second.agency_id],
        )
        for first, second in clashes(seen, site.id)
    ]
