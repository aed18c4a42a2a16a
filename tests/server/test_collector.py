"""The collector of a served process walks only what came after its start."""

import gc
from pathlib import Path

import pytest

from ops.app import from_environment


def test_what_a_server_has_loaded_is_walked_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    try:
        app = from_environment()
        assert all(one is not app for one in gc.get_objects())
        assert len(gc.get_objects()) < gc.get_freeze_count() / 100
    finally:
        gc.unfreeze()
