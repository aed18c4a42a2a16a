"""Reads a world file; whatever is wrong with it is said with the file, the line and the field, all of it at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from ops.world.written_day import World

LARGEST = 64 * 1024 * 1024  # bytes of a file; more is brought in by an import, which goes in batches

Place = tuple[int | str, ...]


class WorldError(Exception):
    """A world file does not make a world; the message says where and why."""


class UnknownName(Exception):  # noqa: N818 - caught and told with its line by `told_in`
    """The file names something that it nowhere describes."""

    def __init__(self, what: str, name: str) -> None:
        """Keep the name, so that its line can be found."""
        super().__init__(f"there is no {what} '{name}'")
        self.name = name


class Mistake(NamedTuple):
    """What is wrong at one place of the file."""

    place: Place
    message: str


def read_world(path: Path) -> World:
    """Read and check a world file; WorldError names the line and the field of every mistake."""
    written = _text(path)
    try:
        root = yaml.compose(written, Loader=yaml.SafeLoader)
        twice = [f"{path}:{line}: {field}: this is written twice" for line, field in _twice(root)]
        if twice:
            raise WorldError("\n".join(twice))
        return World.model_validate(_value(root))
    except yaml.YAMLError as error:
        raise WorldError(f"{path}: {error}") from None
    except ValidationError as error:
        raise told(path, (Mistake(mistake["loc"], mistake["msg"]) for mistake in error.errors())) from None


def told(path: Path, mistakes: Iterable[Mistake]) -> WorldError:
    """Say what is wrong, a line for each mistake: the file, the line in it, the field, why."""
    root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    lines = sorted({(_line(root, place), _field(place), message) for place, message in mistakes})
    return WorldError("\n".join(f"{path}:{line}: {field}: {message}" for line, field, message in lines))


def told_in(path: Path, unknown: UnknownName) -> WorldError:
    """Say where the file names what it does not describe."""
    root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    line = next((node.start_mark.line + 1 for node in _scalars(root) if unknown.name in node.value), 1)
    return WorldError(f"{path}:{line}: {unknown}")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise WorldError(f"{path}: a world file has at most {LARGEST // 1024 // 1024} MB. Import tables instead.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WorldError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise WorldError(f"{path}: this is no UTF-8 text (byte {error.start})") from None


def _value(root: yaml.Node | None) -> object:
    if root is None:
        return {}
    value: object = yaml.SafeLoader("").construct_document(root)
    return value


def _field(place: Place) -> str:
    return ".".join(map(str, place)) or "the file"


def _line(node: yaml.Node | None, place: Place) -> int:
    if node is None:
        return 1
    for step in place:
        inner = _inner(node, step)
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1


def _inner(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _twice(node: yaml.Node | None, above: Place = ()) -> Iterator[tuple[int, str]]:
    """Find keys that stand twice in one mapping: YAML would keep the last and say nothing."""
    if isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield from _twice(inner, (*above, number))
    elif isinstance(node, yaml.MappingNode):
        seen = set[str]()
        for key, value in node.value:
            if key.value in seen:
                yield int(key.start_mark.line) + 1, _field((*above, key.value))
            seen.add(key.value)
            yield from _twice(value, (*above, key.value))


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from _scalars(inner)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
