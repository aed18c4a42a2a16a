"""Where a worker can be made to die: the worst points of its work (tests.faults.seams.mortal)."""

from pathlib import Path

BEFORE_COMMIT = "before the commit"
BEFORE_THE_BELL = "after the commit, before the bell"
IN_FAN_OUT = "in the middle of telling the screens"
IN_CATCH_UP = "in the middle of catching up"
IN_REPORT = "before it reports what it has let go of"
POINTS = (BEFORE_COMMIT, BEFORE_THE_BELL, IN_FAN_OUT, IN_CATCH_UP, IN_REPORT)


def will(folder: Path, process: int) -> Path:
    """Give the file that says where a process is to die."""
    return folder / f"dies-{process}"
