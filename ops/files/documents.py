"""PDFs: checked to be whole, and shared as they came."""

import os
from pathlib import Path

from ops.files.kinds import Kind
from ops.files.refused import refused
from ops.files.shareable import Shareable

TAIL_BYTES = 2048  # readers look for the end mark in about the last kilobyte; some writers pad after it


def as_it_came(path: Path, name: str) -> Shareable:
    """Share a PDF's own bytes; one without its end mark did not arrive whole and is Invalid.

    Nothing is taken out of it: author, dates and other document information, and any script in it, are shared too.
    Whoever serves it therefore sends it as a download that no page of ours frames.
    """
    size = path.stat().st_size
    if b"%%EOF" not in _tail(path):
        raise refused(name, "this PDF is damaged or did not arrive whole. Send it again.")
    return Shareable(Kind.PDF, path, size)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-min(TAIL_BYTES, path.stat().st_size), os.SEEK_END)
        return file.read()
