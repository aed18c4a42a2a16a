"""What a state of the API holds; and what frames make of it, as docs/api-live.md tells a program to."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

State = dict[str, Any]
THINGS = frozenset({"sites", "tasks", "posts", "reports", "people_met"})  # the members that are made of single things


def after_frames(state: State, frames: Iterable[Mapping[str, Any]]) -> State:
    """Apply frames to a state that was read, in the order in which they came."""
    state = json.loads(json.dumps(state))
    for frame in frames:
        match frame["do"]:
            case "show":
                things = state["people_met" if frame["kind"] == "encounter" else f"{frame['kind']}s"]
                things[:] = [one for one in things if one["reference"] != frame["ref"]] + [frame["is"]]
            case "retract":
                for name in THINGS & state.keys():
                    state[name] = [one for one in state[name] if one["reference"] != frame["ref"]]
            case "sums":
                state |= frame["sums"]
            case "presence":
                state["present"] = frame["present"]
    return comparable(state)


def comparable(state: State) -> State:
    """Give a state whose things stand by reference: in which order a program keeps them is its own affair."""
    return {
        name: {one["reference"]: one for one in value} if name in THINGS else value for name, value in state.items()
    }


def settled(state: State) -> State:
    """Take out who is here, which settles seconds later and is compared by a test of its own."""
    return {name: value for name, value in state.items() if name != "present"}


def but_for_numbers(value: Any) -> Any:
    """Take out who sees a thing, in names and numbers."""
    if isinstance(value, dict):
        return {name: but_for_numbers(inner) for name, inner in value.items() if name != "seen_by"}
    return [but_for_numbers(inner) for inner in value] if isinstance(value, list) else value
