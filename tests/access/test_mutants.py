"""Every small wrong version of the rule is found by the rule's own tests, or is shown here to be no different."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.access.mutant_trial import transplant
from tests.access.mutants import mutants_of

Told = dict[str, Any]
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
SHARDS = os.cpu_count() or 1
SEED = 7  # a mutant that one run finds, every run finds

# What survives, and why it is no different. Anything else that survives is a hole in the tests.
NO_DIFFERENT: dict[tuple[str, str], str] = {
    (
        "return Show(change.subject, Projection.STUB, afresh=before > after)",
        "Gt -> GtE",
    ): "two lines before, an equal level has been answered already",
    (
        "for (resource, standing), one in zip(chosen, wanted, strict=True):",
        "strict=False",
    ): "the one was made of the other, a line for each",
    (
        "select(",
        "without _GRANT.resource_id.in_(_ASKED)",
    ): "others' grants are read, too, and left lying: slower, as `./run bench access` shows, and no other answer",
}


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


async def tried(shard: int) -> list[Told]:
    """Try some of the mutants in a process of their own; gives its lines, the true modules first."""
    trial = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.access.mutant_trial", str(SEED), str(shard), str(SHARDS), *POLICY),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    told, _ = await trial.communicate()
    return [json.loads(line) for line in told.splitlines() if line.startswith(b"{")]


@pytest.mark.nightly
@pytest.mark.timeout(7200)
async def test_every_mutant_of_the_rule_is_found() -> None:
    shards = await asyncio.gather(*map(tried, range(SHARDS)))
    assert [shard[0]["found_by"] for shard in shards] == [None] * SHARDS, "the tests find fault with what is true"
    wrong = [one for shard in shards for one in shard[1:]]
    made = Counter(module for module in POLICY for _ in mutants_of((ROOT / module).read_text()))
    assert Counter(one["module"] for one in wrong) == made
    print(made, f"{sum(made.values())} in all")
    survived = [(one["line"], one["change"]) for one in wrong if one["found_by"] is None]
    assert sorted(one for one in survived if one not in NO_DIFFERENT) == []
    assert sorted(one for one in NO_DIFFERENT if one not in survived) == [], "explained, and found all the same"
