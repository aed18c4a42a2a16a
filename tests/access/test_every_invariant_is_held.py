"""The table of invariants is whole: each number stands in it once, and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "invariants.md"
TOLD = re.compile(r"^\| I(\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_invariant_names_the_tests_that_hold_it() -> None:
    told = {int(number): named.split() for number, named in TOLD.findall(TABLE.read_text())}
    assert sorted(told) == list(range(1, 28))
    assert len(TOLD.findall(TABLE.read_text())) == 27
    for number, named in told.items():
        assert named, f"I{number} is held by nothing"
        for one in named:
            path, _, test = one.strip("`").partition("::")
            assert f"def {test}(" in (ROOT / path).read_text(), f"I{number}: there is no {one}"
