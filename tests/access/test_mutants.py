"""Every small wrong version of the rule is found by the rule's own tests, or is shown here to be no different."""

import asyncio
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.access.mutant_trial import transplant
from tests.access.mutants import mutants_of

ROOT = Path(__file__).parents[2]
POLICY = (
    "ops/access/rules.py",
    "ops/access/audiences.py",
    "ops/access/doors.py",
    "ops/access/principals.py",
    "ops/access/explain.py",
    "ops/access/asking.py",
    "ops/access/duties.py",
    "ops/access/own_grants.py",
    "live/audience.py",
    "live/delivery.py",
)
SEED = 7  # a mutant that one run finds, every run finds

# What survives, and why it is no different. Anything else that survives is a hole in the tests.
NO_DIFFERENT: dict[tuple[str, str], str] = {}


def test_the_maker_of_mutants_makes_them() -> None:
    made = {mutant.change for mutant in mutants_of("def live(a, b):\n    return a < b and and_(a, b)\n")}
    assert made == {"Lt -> LtE", "And swapped", "and_ -> or_", "without a", "without b"}


def test_a_transplant_reaches_whoever_imported_the_true_one() -> None:
    source = "class Span:\n    def holds(self, a):\n        return a < 2\ndef begun(a):\n    return a < 2\n"
    source += "from typing import NamedTuple\nclass Wanted(NamedTuple):\n    least: bool = 2 < 2\n"
    small = ModuleType("small")
    small.__file__ = "small.py"
    exec(source, small.__dict__)  # noqa: S102  # the two lines above
    span, begun, wanted = small.Span(), small.begun, small.Wanted
    assert (span.holds(2), begun(2), wanted().least) == (False, False, False)
    transplant(small, source.replace("<", "<="))
    assert (span.holds(2), begun(2), wanted().least) == (True, True, True)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("module", POLICY)
async def test_every_mutant_of_the_rule_is_found(module: str) -> None:
    trial = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.access.mutant_trial", module, str(SEED)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    told, _ = await trial.communicate()
    true, *wrong = [json.loads(line) for line in told.splitlines() if line.startswith(b"{")]
    assert true["found_by"] is None, f"the tests find fault with the module as it is: {true['found_by']}"
    assert len(wrong) == sum(1 for _ in mutants_of((ROOT / module).read_text()))
    survived = [(one["line"], one["change"]) for one in wrong if one["found_by"] is None]
    assert [one for one in survived if one not in NO_DIFFERENT] == []
