"""States a random world to the OpenFGA engine, a judge who has never seen our code, and asks it the same questions."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.proof.oracle import Facts

FGA = Path(sys.executable).parent / "fga"
MODEL = Path(__file__).with_name("outside.fga")
ALWAYS, NEVER_ENDS = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
LEVELS = {1: "discover", 2: "read", 3: "contribute", 4: "manage"}
OTHERS_HIGHEST = 3  # only the owner's officers ever manage

Levels = Mapping[tuple[str, str], int]


async def disagreements(facts: Facts, at: datetime, levels: Levels, folder: Path) -> str:
    """Ask whether every (officer, resource) has the level that is claimed; gives the judge's words, empty if so."""
    asked = {
        "name": "world",
        "model": MODEL.read_text(),
        "tuples": list(_tuples(facts)),
        "tests": [{"name": "levels", "check": [_check(pair, level, at) for pair, level in levels.items()]}],
    }
    path = folder / "world.fga.yaml"
    path.write_text(json.dumps(asked))  # every JSON text is a YAML text
    judge = await asyncio.create_subprocess_exec(
        FGA, "model", "test", "--tests", path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await judge.communicate()
    return said.decode() if judge.returncode else ""


def _check(pair: tuple[str, str], level: int, at: datetime) -> dict[str, Any]:
    officer, resource = pair
    return {
        "user": f"officer:{_name(officer)}",
        "object": f"resource:{_name(resource)}",
        "context": {"now": at.isoformat()},
        "assertions": {word: level >= number for number, word in LEVELS.items()},
    }


def _tuples(facts: Facts) -> Iterator[dict[str, Any]]:
    for name, thing in facts["resources"].items():
        yield _tuple("resource", thing["acl"], "decider", "resource", name)
        if thing["gate"] in {None, thing["acl"]}:  # no box, or one that it follows in everything
            yield {"user": "officer:*", "relation": "boxless", "object": f"resource:{_name(name)}"}
        else:
            yield _tuple("resource", thing["gate"], "box", "resource", name)
    for number, (officer, key, starts, ends, active) in enumerate(_stays(facts)):
        context = {"starts": starts.isoformat(), "ends": ends.isoformat(), "active": active}
        held = _tuple("officer", officer, "officer", "stay", number)
        yield {**held, "condition": {"name": "held_from_to", "context": context}}
        yield _tuple("stay", number, "holder", "key", key, through="officer")
    for name, grant in facts["grants"].items():
        own = grant["agency"] == facts["resources"][grant["on"]]["owner"]
        reaches = _tuple("key", grant["to"], "reaches", "grant", name, through="holder")
        yield {**reaches, "condition": {"name": "granted", "context": _terms(facts, grant, own=own)}}
        word = LEVELS[grant["level"] if own else min(grant["level"], OTHERS_HIGHEST)]
        relation = f"{'own' if own else 'other'}_{word}"
        yield _tuple("grant", name, relation, "resource", grant["on"], through="reaches")
        if not grant["emergency"]:
            yield _tuple("grant", name, "lets_in", "resource", grant["on"], through="reaches")


Stay = tuple[str, tuple[str, Any], datetime, datetime, bool]  # officer, key, from, until, whether it counts at all


def _stays(facts: Facts) -> Iterator[Stay]:
    for officer, who in facts["officers"].items():
        active = bool(who["active"] and facts["agencies"][who["agency"]]["active"])
        yield officer, ("agency", who["agency"]), ALWAYS, NEVER_ENDS, active
        yield officer, ("officer", officer), ALWAYS, NEVER_ENDS, active
    entries = [(entry, ("team", entry["team"])) for entry in facts["memberships"]]
    entries += [(entry, ("detachment", entry["detachment"])) for entry in facts["assignments"]]
    for entry, key in entries:
        who = facts["officers"][entry["officer"]]
        home = facts["teams"][key[1]]["agency"] if key[0] == "team" else key[1][1]
        left = facts["detachments"][key[1]]["left"] if key[0] == "detachment" else None
        ends = min(moment for moment in (entry["ends"], left, NEVER_ENDS) if moment is not None)
        active = bool(who["active"] and facts["agencies"][who["agency"]]["active"] and home == who["agency"])
        yield entry["officer"], key, entry["starts"], ends, active


def _terms(facts: Facts, grant: Facts, *, own: bool) -> dict[str, Any]:
    cited = facts["agreements"].get(grant["agreement"], {"starts": ALWAYS, "ends": None})
    return {
        "starts": grant["starts"].isoformat(),
        "ends": (grant["ends"] or NEVER_ENDS).isoformat(),
        "revoked": bool(grant["revoked"]),
        "held": bool(facts["resources"][grant["on"]]["held"]) and not own,
        "emergency": bool(grant["emergency"]),
        "agreed_from": cited["starts"].isoformat(),
        "agreed_until": (cited["ends"] or NEVER_ENDS).isoformat(),
    }


def _tuple(kind: str, name: Any, relation: str, on_kind: str, on: Any, *, through: str = "") -> dict[str, Any]:
    user = f"{kind}:{_name(name)}#{through}" if through else f"{kind}:{_name(name)}"
    return {"user": user, "relation": relation, "object": f"{on_kind}:{_name(on)}"}


def _name(name: Any) -> str:
    """Give a name that the engine takes: no blanks, no brackets."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(name)).strip("-")
