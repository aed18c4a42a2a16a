"""What of a request goes where: the parameters of an action or a screen name it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from inspect import Parameter, signature
from typing import Any, NamedTuple, get_type_hints

from starlette.requests import Request

from ops.api.shapes.common import Sent
from ops.web.policy import Policy

GIVEN = 2  # an action's desk and asker, a screen's session and asker: given by us

Values = Mapping[str, Any]
Function = Callable[..., Any]


class Place(NamedTuple):
    """A parameter, or a field of one that is a plain record: what fills it, and whether something must."""

    name: str
    hint: Any
    needed: bool


class Arguments:
    """How a function is called with values by name; a parameter that is a plain record is made of several of them."""

    def __init__(self, function: Function) -> None:
        """Look at a function, once."""
        found = list(signature(function, eval_str=True).parameters.values())[GIVEN:]
        self._plain = [_of_parameter(one) for one in found if not is_dataclass(one.annotation)]
        self._records: dict[str, Any] = {one.name: one.annotation for one in found if is_dataclass(one.annotation)}

    @property
    def names(self) -> set[str]:
        """Give every name that a value can go by."""
        return {place.name for place in self._places()}

    def must_fit(self, function: Function, values: Collection[str], sent: Collection[str]) -> None:
        """Raise TypeError for a parameter that nothing fills, and for something sent that goes nowhere."""
        empty = {place.name for place in self._places() if place.needed} - set(values)
        if empty or (lost := set(sent) - self.names):
            raise TypeError(f"{function}: nothing fills {empty}" if empty else f"{function} does not take {lost}")

    def of(self, values: Values) -> dict[str, Any]:
        """Give the arguments."""
        records = {name: _record(kind, values) for name, kind in self._records.items()}
        return _filled(self._plain, values) | records

    def _places(self) -> list[Place]:
        return [*self._plain, *(place for kind in self._records.values() for place in _of_record(kind))]


def names_of_address(path: str, policy: Policy) -> tuple[str, ...]:
    """Name what functions call the thing that an address names: `reference`, or by its kind."""
    return tuple(filter(None, ("reference", policy.kind))) if "{ref}" in path else ()


def sent_values(request: Request) -> dict[str, Any]:
    """Give what a request says: its query and its body, as they were checked."""
    body = getattr(request.state, "sent", None)
    return {**dict(request.state.asked), **(dict(body) if body else {})}


def _record(kind: Any, values: Values) -> Any:  # noqa: ANN401 - whatever plain record an action takes
    return kind(**_filled(_of_record(kind), values))


def _filled(places: list[Place], values: Values) -> dict[str, Any]:
    """Fill places; what is absent or null is left to the function's own default."""
    there = [place for place in places if place.needed or values.get(place.name) is not None]
    return {place.name: _fitted(place.hint, values[place.name]) for place in there}


def _fitted(hint: Any, value: Any) -> Any:  # noqa: ANN401 - as the function says
    if isinstance(value, Sent) and is_dataclass(hint):
        return _record(hint, dict(value))
    if hint is int and isinstance(value, str):  # a version, from a header
        return int(value) if value.isdecimal() and value.isascii() else 0
    return str(value) if hint is str and isinstance(value, int) else value


def _of_parameter(found: Parameter) -> Place:
    return Place(found.name, found.annotation, needed=found.default is Parameter.empty)


def _of_record(kind: Any) -> list[Place]:  # noqa: ANN401 - a dataclass
    hints = get_type_hints(kind)
    return [
        Place(one.name, hints[one.name], needed=one.default is MISSING and one.default_factory is MISSING)
        for one in fields(kind)
    ]
