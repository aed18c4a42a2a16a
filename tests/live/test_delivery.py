import pytest

from live.audience import NOBODY, Admission, Audience, Level
from live.delivery import Change, Projection, Retract, Show, delivery_for, lowered
from tests.cast import NOW
from tests.live.stage import clause, named

THING = named("thing")
FULL, FULL_AFRESH = Show(THING, Projection.FULL, afresh=False), Show(THING, Projection.FULL, afresh=True)
AGAIN = Show(THING, Projection.FULL, afresh=False, news=False)
STUB, STUB_AFRESH = Show(THING, Projection.STUB, afresh=False), Show(THING, Projection.STUB, afresh=True)
GONE = Retract(THING)
LEVELS = tuple(Level)

CHANGED = {  # level before: what is heard at level none, discover, read, contribute, manage after
    Level.NONE: (None, STUB, FULL, FULL, FULL),
    Level.DISCOVER: (GONE, None, FULL_AFRESH, FULL_AFRESH, FULL_AFRESH),
    Level.READ: (GONE, STUB_AFRESH, AGAIN, AGAIN, AGAIN),
    Level.CONTRIBUTE: (GONE, STUB_AFRESH, AGAIN, AGAIN, AGAIN),
    Level.MANAGE: (GONE, STUB_AFRESH, AGAIN, AGAIN, AGAIN),
}
UNCHANGED = {
    Level.NONE: (None, STUB, FULL, FULL, FULL),
    Level.DISCOVER: (GONE, None, FULL_AFRESH, FULL_AFRESH, FULL_AFRESH),
    Level.READ: (GONE, STUB_AFRESH, None, None, None),
    Level.CONTRIBUTE: (GONE, STUB_AFRESH, None, None, None),
    Level.MANAGE: (GONE, STUB_AFRESH, None, None, None),
}
CELLS = [
    pytest.param(changed, before, after, table[before][after], id=f"{before.name} to {after.name}, changed={changed}")
    for changed, table in ((True, CHANGED), (False, UNCHANGED))
    for before in LEVELS
    for after in LEVELS
]


def admission(level: Level) -> Admission:
    return Audience((clause("key", level, inside=True),)).at(NOW) if level else NOBODY


@pytest.mark.parametrize(("changed", "before", "after", "heard"), CELLS)
def test_what_a_screen_hears_when_the_access_to_a_thing_changes(
    changed: bool, before: Level, after: Level, heard: Show | Retract | None
) -> None:
    change = Change(THING, admission(before), admission(after), changed=changed)
    assert delivery_for(change, {"key"}, {"key"}) == heard


@pytest.mark.parametrize(("changed", "before", "after", "heard"), CELLS)
def test_what_a_screen_hears_when_its_keys_change(
    changed: bool, before: Level, after: Level, heard: Show | Retract | None
) -> None:
    clauses = tuple(clause(level.name, level, inside=True) for level in LEVELS if level)
    still = Audience(clauses).at(NOW)
    change = Change(THING, still, still, changed=changed)
    assert delivery_for(change, {before.name}, {after.name}) == heard


def test_a_stub_never_says_that_something_happened_inside() -> None:
    stub = admission(Level.DISCOVER)
    assert delivery_for(Change(THING, stub, stub, changed=True), {"key"}, {"key"}) is None


def test_nothing_is_said_about_what_was_and_stays_hidden() -> None:
    other = Audience((clause("someone else"),)).at(NOW)
    assert delivery_for(Change(THING, NOBODY, other, changed=True), {"key"}, {"key"}) is None


@pytest.mark.parametrize("before", LEVELS)
@pytest.mark.parametrize("after", LEVELS)
def test_a_page_that_is_not_live_hears_of_less_and_of_nothing_else(before: Level, after: Level) -> None:
    change = Change(THING, admission(before), admission(after), changed=True)
    assert lowered(change, {"key"}, {"key"}) == (after < before)
