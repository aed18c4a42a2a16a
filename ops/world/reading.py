"""Reads a world file; whatever is wrong with it is said with the file, the line and the field."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from ops.world.written_day import World


class WorldError(Exception):
    """A world file does not make a world; the message says where and why."""


class UnknownName(Exception):  # noqa: N818 - caught and told with its line by `told_in`
    """The file names something that it nowhere describes."""

    def __init__(self, what: str, name: str) -> None:
        """Keep the name, so that its line can be found."""
        super().__init__(f"there is no {what} '{name}'")
        self.name = name


def read_world(path: Path) -> World:
    """Read and check a world file; WorldError names the line and the field of each mistake."""
    written = path.read_text(encoding="utf-8")
    try:
        return World.model_validate(yaml.safe_load(written))
    except yaml.YAMLError as error:
        raise WorldError(f"{path}: {error}") from None
    except ValidationError as error:
        raise WorldError("\n".join(_mistakes(path, written, error))) from None


def told_in(path: Path, unknown: UnknownName) -> WorldError:
    """Say where the file names what it does not describe."""
    root = yaml.compose(path.read_text(encoding="utf-8"))
    line = next((node.start_mark.line + 1 for node in _scalars(root) if unknown.name in node.value), 1)
    return WorldError(f"{path}:{line}: {unknown}")


def _mistakes(path: Path, written: str, error: ValidationError) -> Iterator[str]:
    root = yaml.compose(written)
    for mistake in error.errors():
        place = mistake["loc"]
        yield f"{path}:{_line(root, place)}: {'.'.join(map(str, place)) or 'the file'}: {mistake['msg']}"


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
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
