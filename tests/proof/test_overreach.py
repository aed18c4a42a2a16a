"""What an act may give and take: what its officer manages, and what ends with an operation that they stand down."""

from uuid import UUID

from models.base import new_id
from ops.proof.acts import given_for, narrows
from ops.proof.oracle import Facts
from tests.cast import HOUR, NOW

OPERATION, POST, CASE, REPORT = new_id(), new_id(), new_id(), new_id()
FACTS: Facts = {
    "resources": {
        OPERATION: {"kind": "operation", "owner": "Hold", "gate": None},
        POST: {"kind": "post", "owner": "Hold", "gate": OPERATION},
        CASE: {"kind": "case", "owner": "Hold", "gate": None},
        REPORT: {"kind": "report", "owner": "Hold", "gate": CASE},
    }
}


def test_whoever_stands_an_operation_down_takes_from_its_guests_and_gives_them_nothing() -> None:
    key, other = new_id(), new_id()
    held = {"on": "report", "to": ("detachment", "x"), "level": 2, "starts": NOW, "ends": None, "revoked": False}
    old = {"grants": {key: held}}
    assert narrows(old, key, {**held, "revoked": True})
    assert narrows(old, other, {**held, "starts": NOW + HOUR, "ends": NOW + 2 * HOUR})
    assert not narrows(old, other, {**held, "level": 3, "ends": NOW + HOUR})
    assert not narrows(old, other, {**held, "to": ("detachment", "y"), "ends": NOW + HOUR})
    assert not narrows(old, other, held)


def ends_with(on: UUID, agency: str, kind: str) -> set[UUID]:
    name = (OPERATION, agency) if kind == "detachment" else agency
    return given_for(FACTS, {"on": on, "to": (kind, name), "agency": agency})


def test_what_guests_were_given_of_an_operation_or_as_its_detachment_ends_with_it_and_nothing_else_does() -> None:
    assert ends_with(POST, "Dan", "agency") == {OPERATION}
    assert ends_with(REPORT, "Dan", "detachment") == {OPERATION}
    assert ends_with(REPORT, "Dan", "agency") == set()
    assert ends_with(POST, "Hold", "team") == ends_with(POST, "Hold", "detachment") == set()
