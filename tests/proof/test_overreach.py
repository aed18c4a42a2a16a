"""What an act may give and take: what its officer manages, and what ends with an operation that they stand down."""

from typing import Any
from uuid import UUID

import pytest

from models.base import new_id
from ops.proof.acts import appoints, given_for, narrows
from ops.proof.oracle import Facts
from ops.proof.ruling import Ruling
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


ADMIN, COLLEAGUE, LEAVER = new_id(), new_id(), new_id()


def managed_by(given: Facts, **others: Any) -> Ruling:
    """Rule on a report of an agency with an administrator, a colleague and one who left."""
    return Ruling(
        {
            "agencies": {"Hold": {"active": True}},
            "officers": {
                officer: {"agency": "Hold", "active": officer != LEAVER, "account": None}
                for officer in (ADMIN, COLLEAGUE, LEAVER)
            },
            "teams": {},
            "memberships": [],
            "detachments": {},
            "assignments": [],
            "agreements": {},
            "resources": {REPORT: {"kind": "report", "owner": "Hold", "acl": REPORT, "gate": None, "held": False}},
            "grants": given,
            "duties": [{"officer": ADMIN, "duty": "administrator", "starts": NOW - HOUR, "ends": None}],
            **others,
        }
    )


def manages(officer: UUID, ends: Any = None) -> Facts:
    return {
        "on": REPORT,
        "to": ("officer", officer),
        "agency": "Hold",
        "level": 4,
        "starts": NOW - HOUR,
        "ends": ends,
        "revoked": False,
        "agreement": None,
        "emergency": False,
    }


def test_an_administrator_appoints_a_colleague_for_what_nobody_is_left_to_manage() -> None:
    gone, new = {"1": manages(LEAVER)}, {"2": manages(COLLEAGUE)}
    assert appoints(managed_by(gone), managed_by(gone | new), ADMIN, new["2"], NOW)
    ending = {"1": manages(LEAVER), "3": manages(COLLEAGUE, NOW + HOUR)}
    assert appoints(managed_by(ending), managed_by(ending | new), ADMIN, new["2"], NOW)


@pytest.mark.parametrize(
    ("before", "actor", "whom", "change"),
    [
        pytest.param({"1": manages(COLLEAGUE)}, ADMIN, COLLEAGUE, {}, id="somebody manages it"),
        pytest.param({"1": manages(LEAVER)}, ADMIN, ADMIN, {}, id="themselves"),
        pytest.param({"1": manages(LEAVER)}, COLLEAGUE, ADMIN, {}, id="no administrator"),
        pytest.param({"1": manages(LEAVER)}, ADMIN, COLLEAGUE, {"agency": "Dan"}, id="another agency"),
        pytest.param({"1": manages(LEAVER)}, ADMIN, COLLEAGUE, {"to": ("account", COLLEAGUE)}, id="a program"),
    ],
)
def test_an_appointment_of_another_kind_is_one_too_far(before: Facts, actor: UUID, whom: UUID, change: Facts) -> None:
    given = {**manages(whom), **change}
    assert not appoints(managed_by(before), managed_by({**before, "2": given}), actor, given, NOW)
