"""A world as it was before one moment of its day: what came later is left out, what later ended still stands."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from ops.world.moments import Moment
from ops.world.written_day import World

T = TypeVar("T", bound=BaseModel)

BORN = ("at", "made", "joined", "added", "opened", "planned", "arrived")
LATER = ("settled", "confirmed", "ended", "decided")  # what may not have happened yet to a thing that was there
REPORTED = ("posts", "check_ins", "outcomes", "decisions", "people_met")


def before(world: World, moment: timedelta) -> World:
    """Give the world as its day reaches a moment: no report of the day, no step of a task, nothing of afterwards."""
    cut = _cut(world, moment)
    operation = cut.operation
    if operation is not None:
        tasks = tuple(task.model_copy(update={"steps": ()}) for task in operation.tasks)
        quiet = dict.fromkeys(REPORTED, ())
        cut = cut.model_copy(update={"operation": operation.model_copy(update={"tasks": tasks, **quiet})})
    return cut.model_copy(update={"reached": moment})


def _cut(part: T, moment: timedelta) -> T:
    return part.model_copy(update={name: _kept(name, getattr(part, name), moment) for name in type(part).model_fields})


def _kept(name: str, value: Any, moment: timedelta) -> Any:  # noqa: ANN401 - any field of any part
    match value:
        case BaseModel():
            return _cut(value, moment)
        case tuple() | list() if not hasattr(value, "_fields"):
            return type(value)(
                _cut(one, moment) if isinstance(one, BaseModel) else one for one in _there(value, moment)
            )
        case dict():
            return {key: one for key, one in value.items() if not (isinstance(one, timedelta) and one >= moment)}
        case timedelta() if name in LATER and value >= moment:
            return None
        case _:
            return value


def _there(parts: Iterable[Any], moment: timedelta) -> Iterable[Any]:
    return [part for part in parts if not isinstance(part, BaseModel) or not _came_later(part, moment)]


def _came_later(part: BaseModel, moment: timedelta) -> bool:
    if versions := getattr(part, "versions", None):
        return _came_later(versions[0], moment)
    born: Moment | None = next((found for name in BORN if (found := getattr(part, name, None)) is not None), None)
    return isinstance(born, timedelta) and born >= moment
