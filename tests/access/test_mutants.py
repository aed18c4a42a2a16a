"""Every small wrong version of the rule is found by the rule's own tests, or is shown here to be no different."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
POLICY = (
    "ops/access/rules.py",
    "ops/access/audiences.py",
    "ops/access/doors.py",
    "ops/access/principals.py",
    "ops/access/explain.py",
    "live/audience.py",
)
JUDGES = ("access/test_doors.py", "access/test_invariants.py", "screens/test_who_can_see.py", "access/test_explain.py")
LAST_JUDGE = "tests/access/test_rule_agrees.py::test_oracle_door_list_audience_and_who_can_see_agree[sqlite-0]"
SEED = 7  # a mutant that one run finds, every run finds
AT_ONCE = os.cpu_count() or 1
COPIED = ("ops", "live", "models", "tests", "migrations", "templates", "static", "demo", "pyproject.toml")

# What survives, and why it is no different. Anything else that survives is a hole in the tests.
NO_DIFFERENT: dict[tuple[str, str], str] = {}


def test_the_maker_of_mutants_makes_them() -> None:
    made = {mutant.change for mutant in mutants_of("def live(a, b):\n    return a < b and and_(a, b)\n")}
    assert made == {"Lt -> LtE", "And swapped", "and_ -> or_", "without a", "without b"}


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("module", POLICY)
async def test_every_mutant_of_the_rule_is_found(module: str, tmp_path: Path) -> None:
    waiting = mutants_of((ROOT / module).read_text())
    survivors: list[Mutant] = []
    await asyncio.gather(*(_try(module, waiting, tmp_path / str(n), survivors) for n in range(AT_ONCE)))
    unexplained = [(one.line, one.change) for one in survivors if (one.line, one.change) not in NO_DIFFERENT]
    assert not unexplained


async def _try(module: str, waiting: Iterator[Mutant], copy: Path, survivors: list[Mutant]) -> None:
    for part in COPIED:
        whole = ROOT / part
        if whole.is_dir():
            shutil.copytree(whole, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, copy / part)
    for mutant in waiting:
        (copy / module).write_text(mutant.source)
        if await _passes(copy):
            survivors.append(mutant)


async def _passes(copy: Path) -> bool:
    tests = [*(f"tests/{judge}" for judge in JUDGES), LAST_JUDGE]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-x", "-k", "sqlite", f"--seed={SEED}", "-p", "no:cacheprovider"),
        *tests,
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait() == 0
