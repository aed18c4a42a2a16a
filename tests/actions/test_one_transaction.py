"""Every act is one transaction: a process that is killed in the middle of it leaves all of it, or nothing."""

import ast
from pathlib import Path

import ops.actions

ACTIONS = sorted(Path(ops.actions.__file__).parent.glob("*.py"))
OPENS = frozenset({"work", "work_together", "writing"})
AGAIN = (ast.For, ast.AsyncFor, ast.While)  # a transaction in here would be several

# Steps of signing in, which give nobody access: a try is counted, and a challenge spent, also when what follows fails.
IN_STEPS = frozenset(
    {
        "accept_with_passkey",
        "ask_to_enrol",
        "confirm_by_passkey",
        "confirm_by_password",
        "enrol_passkey",
        "passkey_behind",
        "second_step",
        "sign_in_by_passkey",
    }
)

# What is brought in by table is many acts, and says how far it came: nothing is given before a line is published, and
# each batch is one transaction that marks its lines (tests/actions/test_imports.py kills an import in the middle).
IN_BATCHES = frozenset({"check", "publish_batch", "stage"})

Acts = dict[str, ast.AsyncFunctionDef]


def acts() -> Acts:
    """Give every function that is handed a desk to work at."""
    trees = [ast.parse(path.read_text()) for path in ACTIONS]
    every = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    return {node.name: node for node in every if "desk" in {one.arg for one in node.args.args}}


def calls_in(node: ast.AST) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def opened(node: ast.AST, found: Acts) -> int:
    """Count the transactions that a piece of an act opens, by itself or through what it hands the desk to."""
    own = sum(isinstance(call.func, ast.Attribute) and call.func.attr in OPENS for call in calls_in(node))
    handed = [ast.unparse(call.func) for call in calls_in(node) if any(_is_desk(given) for given in call.args)]
    return own + sum(opened(found[name], found) for name in handed if name in found)


def _is_desk(given: ast.expr) -> bool:
    return isinstance(given, ast.Name) and given.id == "desk"


def test_every_act_is_one_transaction() -> None:
    found = acts()
    several = {name for name, node in found.items() if opened(node, found) > 1}
    assert several == IN_STEPS | IN_BATCHES
    in_one = {name for name, node in found.items() if opened(node, found) == 1}
    assert in_one >= {
        "give_access",
        "revoke_access",
        "revoke_all",
        "approve",
        "hold",
        "end_hold",
        "raise_fence",
        "accept_hand_over",
        "stand_down",
        "break_glass",
        "withdraw_report",
        "suspend_officer",
    }


def test_no_act_opens_a_transaction_for_each_of_several_things() -> None:
    found = acts()
    for name, node in found.items():
        if name in IN_BATCHES:
            continue
        for loop in (one for one in ast.walk(node) if isinstance(one, AGAIN)):
            assert opened(loop, found) == 0, f"{name} would stop half-way if it were killed"
