"""Access time is the database's; it never goes back, and it never stands still."""

import re
from datetime import timedelta
from pathlib import Path

from tests.cast import NOW, HandClock

ROOT = Path(__file__).parents[2]
READS_THE_MACHINE = {  # what starts, and what a person runs by hand
    "ops/clock.py": "until the database was asked",
    "ops/commands.py": "the demo's day begins when it is made",
    "ops/audit/command_line.py": "a verdict says when it was given",
    "ops/world/command_line.py": "a county is loaded by hand, before anybody is served",
    "ops/exercise/stage.py": "simulated officers fill in forms by their own clocks, as browsers do",
    "ops/client/lines.py": "a watch prints the wall clock of who reads it",
    "ops/actions/import_fields.py": "nobody is born after today: a day of the calendar, no instant of access",
}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_it_follows_the_database(clock: HandClock) -> None:
    clock.set(NOW + HOUR)
    assert clock.advance(MINUTE) == NOW + HOUR + MINUTE


def test_it_never_goes_back_and_goes_on_when_the_database_was_set_back(clock: HandClock) -> None:
    clock.advance(MINUTE)
    clock.set(NOW + MINUTE - HOUR)
    assert clock.now() == NOW + MINUTE
    for _ in range(6):
        before = clock.now()
        clock.set(clock._told + timedelta(seconds=10))
        assert before < clock.advance(timedelta(seconds=10)) < before + timedelta(seconds=10)


def test_it_meets_the_database_again(clock: HandClock) -> None:
    clock.set(NOW - HOUR)
    assert clock.advance(3 * HOUR) == NOW + 2 * HOUR


def test_nothing_else_reads_the_clock_of_its_machine() -> None:
    reading = re.compile(r"datetime\.now\(|utcnow\(|date\.today\(|\btime\.time\(")
    found = {
        str(file.relative_to(ROOT))
        for room in ("ops", "live", "models")
        for file in (ROOT / room).rglob("*.py")
        if reading.search(file.read_text())
    }
    proving = {name for name in found if name.startswith("ops/proof/")}
    assert found - proving == READS_THE_MACHINE.keys()
