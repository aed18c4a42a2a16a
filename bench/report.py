"""The table of one run, in Markdown."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil
from measure import FAST, Figures, Plan

HEAD = (
    "| screens | contender | backlog, deliveries/s | burst, deliveries/s | posts/s "
    "| sent to screen at 1/s, p50 / p99, ms | at 10/s | at 100/s "
    "| exact | KB per screen | screens opened in, s | CPU at 10/s | CPU of the load in the backlog "
    "| x naive | x socket.io | of C, joined |"
)


def write(
    found: list[Figures],
    plan: Plan,
    rounds: int,
    profiles: dict[str, dict[str, list[str]]],
    source: str,
    path: Path | None,
    beside: list[str],
) -> str:
    """Give the table; keep it with its circumstances when there is a path."""
    lines = [HEAD, "|--:|---|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|"]
    lines.extend(_row(one, found) for one in found)
    trouble = [f"- {one.name}, {one.screens} screens: {told}" for one in found for told in one.trouble]
    table = "\n".join([*lines, *(["", "Not exact:", "", *trouble] if trouble else [])])
    if path is not None:
        path.write_text(_page(table, plan, rounds, profiles, source, beside, _notes(path)))
    return table


def _row(one: Figures, found: list[Figures]) -> str:
    backlog, burst, fixed = (one.phases.get(name, {}) for name in ("backlog", "burst", "fixed"))
    cells = [
        str(one.screens),
        one.name,
        _number(backlog, "deliveries_per_second"),
        _number(burst, "deliveries_per_second"),
        _number(burst, "posts_per_second"),
        *(_delay(one.phases.get(name, {})) for name in ("calm", "fixed", "fast")),
        "yes" if one.exact else "**no**",
        f"{one.kilobytes:.0f}",
        f"{one.opened:.1f}",
        _number(fixed, "server_cpu", 2),
        _number(backlog, "cpu", 2),
        _ratio(one, found, "naive, checks"),
        _ratio(one, found, "Node socket.io"),
        _ratio(one, found, "C, joined"),
    ]
    return f"| {' | '.join(cells)} |"


def _number(phase: dict[str, float], key: str, digits: int = 0) -> str:
    value = phase.get(key)
    return "-" if value is None else f"{value:,.{digits}f}".replace(",", " ")


def _delay(phase: dict[str, float]) -> str:
    return f"{_number(phase, 'p50')} / {_number(phase, 'p99')}"


def _ratio(one: Figures, found: list[Figures], peer: str) -> str:
    ours, theirs = (
        other.phases.get("backlog", {}).get("deliveries_per_second") if other else None
        for other in (one, next((f for f in found if f.screens == one.screens and f.name.startswith(peer)), None))
    )
    return f"{ours / theirs:.3f}" if ours and theirs else "-"


def _page(
    table: str,
    plan: Plan,
    rounds: int,
    profiles: dict[str, dict[str, list[str]]],
    source: str,
    beside: list[str],
    notes: str,
) -> str:
    machine = f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB"
    load = ", ".join(f"{one:.1f}" for one in psutil.getloadavg())
    listing = "\n".join(
        f"### {name}: {phase}\n\n```\n" + "\n".join(lines) + "\n```\n"
        for name, phases in profiles.items()
        for phase, lines in phases.items()
    )
    others = "\n".join(beside)
    return f"""\
# Measured

{datetime.now(UTC):%Y-%m-%d}, {machine}, {platform.system()}, Python {platform.python_version()}, source {source}.
Load averages at the end of the run: {load}. Made by `./run bench`: {rounds} round(s) in which the contenders took
turns, medians. The ratios against peers in the same run are what counts, absolute figures belong to this machine and
hour.

{table}

## Beside deliveries

{others}

## How to read it

One operation, 27 agencies of unequal size, every screen another officer's; each post goes to the people of a restricted
task, 1 to 12 detachments, so that on average about 30 % of the screens may see it. Peers get the same screens,
audiences and bytes per delivery, and no database (except where a grant query is named): they are what the technique
costs alone. The naive peer with grant queries gets 20 to 30 events in the last four phases: it needs seconds for
one event. The server has one core (with two workers: both), the load generator and the poster the other. "C" is a
writer in C that checks nobody and only hands prebuilt frames to the kernel: the limit of this machine's sockets.

- **backlog**: {plan.backlog} posts are made while the server sleeps; from its waking to the last delivery. Peers are
  handed the same number of events in one request.
- **burst**: {plan.burst} posts made as fast as they go, {plan.at_once} at once; posts/s is how fast they were accepted.
  On SQLite the forms go to the server under test; on PostgreSQL the posts are made in another process.
- **sent to screen**: on a fixed schedule, {plan.calm} posts at 1 a second, {plan.fixed} at {plan.per_second:.0f} a
  second, {plan.fast} at {FAST:.0f} a second; p50 / p99 from the moment a post was due to be sent to the moment its
  bytes were read, so the commit is included. Whoever cannot keep up with a rate falls behind as long as it lasts.
- **exact**: each permitted screen got each post once, and no other screen got any, in every phase.
- **KB per screen**: growth of the server's resident memory while the screens opened, divided by their number; the
  first 27 are open before it is read.
- **screens opened in**: all of them come at once, each with its page's cursor and 128 under way at a time, as after a
  server that was lost.
- **CPU**: 1 is one core. The load generator must stay well below 1 where deliveries/s are compared: from the first
  request to the last delivery of the backlog.
- **x naive**, **x socket.io**, **of C, joined**: deliveries/s of the backlog against the naive peer that checks in
  memory, against Node socket.io with rooms, and against the writer in C.

{notes}
{listing}"""


def _notes(path: Path) -> str:
    """Keep what people wrote below the mark: plain words on what limits the figures."""
    mark = "## What limits it"
    before = path.read_text() if path.exists() else ""
    kept = before.partition(mark)[2].partition("\n### ")[0].strip()
    return f"{mark}\n\n{kept or 'Nobody has written this yet.'}\n"
