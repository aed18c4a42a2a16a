"""Small wrong versions of a module: each differs from the true one in one judgement."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SWAPPED_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED_NAMES = {
    "and_": "or_",
    "or_": "and_",
    "is_": "is_not",
    "is_not": "is_",
    "in_": "not_in",
    "min": "max",
    "max": "min",
    "outerjoin": "join",
}
NO_JUDGEMENT = {"frozen", "slots", "expanding"}  # `in_` expands a parameter whatever it was called
CONDITIONS = {"and_", "or_", "where"}  # calls whose every argument judges something
Edit = Callable[[], object]
SWAPPED_LEVELS = {"DISCOVER": "READ", "READ": "DISCOVER", "CONTRIBUTE": "READ", "MANAGE": "CONTRIBUTE"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong version: where it differs, how, and its whole text."""

    line: str
    change: str
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """Give every mutant of a module, in the order of its lines."""
    lines = source.splitlines()
    for number, node in enumerate(ast.walk(ast.parse(source))):
        for way, change in enumerate(_changes(node)):
            tree = ast.parse(source)
            wrong = next(found for at, found in enumerate(ast.walk(tree)) if at == number)
            _apply(wrong, way)
            yield Mutant(lines[getattr(node, "lineno", 1) - 1].strip(), change, ast.unparse(tree))


def _changes(node: ast.AST) -> list[str]:
    return [change for change, _ in _edits(copy.deepcopy(node))]


def _apply(node: ast.AST, way: int) -> None:
    _edits(node)[way][1]()


def _edits(node: ast.AST) -> list[tuple[str, Edit]]:
    match node:
        case ast.Call():
            return _calls(node)
        case ast.Compare(ops=[only]) if type(only) in SWAPPED_COMPARISONS:
            other = SWAPPED_COMPARISONS[type(only)]
            return [(f"{type(only).__name__} -> {other.__name__}", lambda: node.ops.__setitem__(0, other()))]
        case ast.Attribute(value=ast.Name(id="Level"), attr=attr) if attr in SWAPPED_LEVELS:
            level = SWAPPED_LEVELS[attr]
            return [(f"{attr} -> {level}", lambda: setattr(node, "attr", level))]
        case ast.keyword(arg=arg, value=ast.Constant(value=bool(value))) if arg not in NO_JUDGEMENT:
            return [(f"{node.arg}={not value}", lambda: setattr(node, "value", ast.Constant(not value)))]
        case _:
            return _logic(node)


def _logic(node: ast.AST) -> list[tuple[str, Edit]]:
    match node:
        case ast.BoolOp(op=op):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            return [(f"{type(op).__name__} swapped", lambda: setattr(node, "op", other))]
        case ast.UnaryOp(op=ast.Not()):
            return [("not dropped", lambda: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand)))]
        case ast.IfExp():
            return [("branches swapped", lambda: _swap(node))]
        case _:
            return []


def _calls(node: ast.Call) -> list[tuple[str, Edit]]:
    edits: list[tuple[str, Edit]] = []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SWAPPED_NAMES:
        attribute = "attr" if isinstance(node.func, ast.Attribute) else "id"
        other = SWAPPED_NAMES[name]
        edits.append((f"{name} -> {other}", lambda: setattr(node.func, attribute, other)))
    if name in CONDITIONS and len(node.args) > 1:
        for place in range(len(node.args)):
            words = ast.unparse(node.args[place])
            edits.append((f"without {words}", lambda place=place: node.args.pop(place)))  # type: ignore[misc]  # bound on purpose
    return edits


def _swap(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body
