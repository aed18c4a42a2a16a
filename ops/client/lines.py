"""A change as one line of a terminal: no letter in it that a terminal would obey."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ops.client.held import Change, Value

WIDE = 11
NOT_TOLD = frozenset({"reference", "version", "seen_by"})  # who sees a thing changes by itself; that is no news of it


def as_json(change: Change) -> Iterator[str]:
    """Give a change as one line of JSON, for another program to read."""
    yield json.dumps({"what": change.what, "now": change.now, "before": change.before})


def as_line(change: Change) -> Iterator[str]:
    """Give a change in words; nothing for one that says nothing to a reader."""
    for what, at, words in _told(change):
        clean = "".join(letter if letter.isprintable() else " " for letter in words)
        yield f"{_clock(at)}  {what:<{WIDE}}{clean}"


def _told(change: Change) -> Iterator[tuple[str, str | None, str]]:
    now, before = change.now, change.before
    match change.what:
        case "site" | "task" | "post" | "encounter" if now is None:
            yield f"{change.what} gone", None, _named(before)
        case "site" | "task" | "post" | "encounter" if before is not None and _words(now) == _words(before):
            return
        case "post":
            yield "post" if before is None else "post again", now["happened_at"], _post(now)
        case "task":
            yield "task", now["since"], _task(now)
        case "site" | "encounter":
            yield ("site", None, _named(now)) if "code" in now else ("person met", now["since"], _person(now))
        case "alerts":
            yield from (("alert", one["at"], _alert(one)) for one in now if one not in (before or ()))
        case "figures" if now:
            old: Value = before or {}
            changed = [f"{name.replace('_', ' ')} {value}" for name, value in now.items() if value != old.get(name)]
            yield "figures", None, ", ".join(changed)
        case "present":
            yield "here now", None, ", ".join(one["name"] for one in now) or "nobody"
        case "operation":
            yield "operation", None, f"{now.get('title', '')} {now.get('stage', '')}".strip()
        case _:
            return


def _words(thing: Value) -> Value:
    return {name: value for name, value in thing.items() if name not in NOT_TOLD}


def _named(thing: Value) -> str:
    code = thing.get("code") or thing.get("site_code") or ""
    return f"{code} {thing.get('name') or thing.get('title') or thing.get('label') or thing['reference']}".strip()


def _post(post: Value) -> str:
    more = f" [{len(post['files'])} files]" if post["files"] else ""
    more += " (late)" if post["late"] else ""
    return f"{_place(post)}{post['agency']['code']} {post['author']}: {post['text']}{more}"


def _task(task: Value) -> str:
    holder = f", {task['holder']} ({task['holder_agency']['code']})" if task["holder"] else ""
    return f"{_place(task)}{task['title']}: {task['status_word']}{holder}"


def _person(person: Value) -> str:
    offered = f", offered to {person['offered_to']['code']}" if person["offered_to"] else ""
    where = (
        "went their own way" if person["left_at"] else f"with {person['agency']['code']} {person['officer']}{offered}"
    )
    return f"{_place(person)}{person['label']}: {where}"


def _alert(alert: Value) -> str:
    agency: Any = alert["agency"]
    return f"{alert['title']}: {agency['code'] if agency else ''} {alert['text']}"


def _place(thing: Value) -> str:
    return f"{thing['site_code']} " if thing["site_code"] else ""


def _clock(at: str | None) -> str:
    moment = datetime.fromisoformat(at) if at else datetime.now().astimezone()
    return f"{moment.astimezone():%H:%M:%S}"
