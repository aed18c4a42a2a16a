"""Signed heads as lines of text, for a data-protection officer to file where nobody of this house can reach them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from ops.audit.chain import Head


def written(head: Head) -> str:
    """Write a head on one line."""
    said = {
        "tallyboard audit head": head.sequence,
        "seal": head.seal,
        "at": head.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "key": head.key,
        "signature": head.signature,
    }
    return json.dumps(said)


def heads_in(path: Path) -> list[Head]:
    """Read the heads in a file, one a line. Raises ValueError for a line that is none."""
    return [_read(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read(line: str) -> Head:
    try:
        said = json.loads(line)
        at = datetime.fromisoformat(said["at"])
        return Head(int(said["tallyboard audit head"]), said["seal"], at, said["key"], said["signature"])
    except (KeyError, TypeError, ValueError):
        raise ValueError("a line of the file is no signed head") from None
