"""The access rule once more, from the page that states it: plain dicts and tuples, no code of the product.

A world is a dict of facts:
  agencies     {agency: {"active": bool}}
  officers     {officer: {"agency": agency, "active": bool}}
  teams        {team: {"agency": agency}}
  memberships  [{"officer", "team", "starts", "ends"}]
  detachments  {(operation, agency): {"left": the instant from which it takes part no longer, or None}}
  assignments  [{"officer", "detachment": (operation, agency), "starts", "ends"}]
  agreements   {agreement: {"starts", "ends"}}
  resources    {resource: {"kind", "owner", "acl", "gate", "held"}}
  grants       {grant: {"on", "to": (kind, id), "agency", "level", "starts", "ends", "revoked", "agreement",
                "emergency"}}
"""

from datetime import datetime
from typing import Any

Facts = dict[str, Any]

DISCOVER, CONTRIBUTE = 1, 3


def level(facts: Facts, officer: str, resource: str, t: datetime) -> int:
    """Give the level from 0 (nothing) to 4 (manage)."""
    thing = facts["resources"][resource]
    own, others = _reach(facts, officer, thing["acl"], t)
    if thing["gate"] not in {None, thing["acl"]} and not _admitted(facts, officer, thing["gate"], t):
        others = 0
    return max(own, others)


def _admitted(facts: Facts, officer: str, box: str, t: datetime) -> bool:
    place = facts["resources"][box]
    return any(
        grant["on"] == box
        and not grant["emergency"]  # a broken glass opens one thing, and is no way into what lies in it
        and (grant["agency"] == place["owner"] or not place["held"])
        and grant["level"] >= DISCOVER
        and _holds(facts, officer, grant["to"], t)
        and _live(facts, grant, t)
        for grant in facts["grants"].values()
    )


def _reach(facts: Facts, officer: str, box: str, t: datetime) -> tuple[int, int]:
    own, others = 0, 0
    for grant in facts["grants"].values():
        if grant["on"] != box or not _holds(facts, officer, grant["to"], t) or not _live(facts, grant, t):
            continue
        if grant["agency"] == facts["resources"][box]["owner"]:
            own = max(own, grant["level"])
        elif not facts["resources"][box]["held"]:
            others = max(others, min(grant["level"], CONTRIBUTE))  # only the owner's officers ever manage
    return own, others


def _live(facts: Facts, grant: Facts, t: datetime) -> bool:
    if grant["revoked"] or not _within(grant, t):
        return False
    cited = grant["agreement"]
    return cited is None or grant["emergency"] or _within(facts["agreements"][cited], t)


def _holds(facts: Facts, officer: str, principal: tuple[str, Any], t: datetime) -> bool:
    who = facts["officers"][officer]
    if not who["active"] or not facts["agencies"][who["agency"]]["active"]:
        return False
    kind, name = principal
    if kind == "account" or who.get("account") is not None:
        return kind == "account" and bool(name == who.get("account"))  # a program holds its account's key and no other
    if kind == "agency":
        return bool(name == who["agency"])
    if kind == "officer":
        return bool(name == officer)
    if kind == "team":
        return facts["teams"][name]["agency"] == who["agency"] and any(
            entry["officer"] == officer and entry["team"] == name and _within(entry, t)
            for entry in facts["memberships"]
        )
    return (
        name[1] == who["agency"]
        and name in facts["detachments"]  # control may have no officers of its own on the operation
        and (facts["detachments"][name]["left"] is None or t < facts["detachments"][name]["left"])
        and any(
            entry["officer"] == officer and entry["detachment"] == name and _within(entry, t)
            for entry in facts["assignments"]
        )
    )


def _within(span: Facts, t: datetime) -> bool:
    return bool(span["starts"] <= t and (span["ends"] is None or t < span["ends"]))
