"""A world cut at a moment of its day holds what had happened by then, and nothing that refers to what had not."""

from datetime import timedelta

from ops.paths import DEMO
from ops.world.cutting import before
from ops.world.reading import read_world

BEGINS = timedelta(hours=6, minutes=30)


def test_the_demo_day_before_it_begins_has_its_plan_and_no_report_of_the_day() -> None:
    world = read_world(DEMO / "lapwing.yaml")
    cut = before(world, BEGINS)
    assert world.operation is not None
    assert cut.operation is not None
    assert cut.reached == BEGINS
    assert [stage.stage for stage in cut.operation.stages] == ["planned"]
    assert (cut.operation.posts, cut.operation.check_ins, cut.operation.decisions) == ((), (), ())
    assert 0 < len(cut.operation.tasks) < len(world.operation.tasks)
    assert {task.steps for task in cut.operation.tasks} == {()}
    assert "PWR" not in {part.agency for part in cut.operation.detachments}
    assert all(window.settled is None for window in cut.operation.windows)
    assert 0 < sum(len(case.reports) for case in cut.cases) < sum(len(case.reports) for case in world.cases)


def test_what_has_a_later_date_stays_where_it_only_says_when_it_is_due() -> None:
    world = read_world(DEMO / "lapwing.yaml")
    cut = before(world, BEGINS)
    assert cut.operation is not None
    assert any(task.due is not None and task.due > BEGINS for task in cut.operation.tasks)  # type: ignore[operator]  # the demo's hours have no date
    assert cut.operation.ends > BEGINS  # type: ignore[operator]  # the same
