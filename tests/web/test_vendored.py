"""What others wrote is here as they published it: every vendored file is listed, with the hash of just these bytes."""

import hashlib
import re

from ops.paths import STATIC

ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_every_vendored_file_is_listed_and_unchanged() -> None:
    vendor = STATIC / "vendor"
    listed = dict(ROW.findall((vendor / "VENDOR.md").read_text()))
    there = {str(path.relative_to(vendor)): path for path in vendor.rglob("*") if path.suffix in {".js", ".css"}}
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
