"""Where templates, static files and migrations lie: in a checkout and in an installed wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    inside, beside = _HERE / name, _HERE.parent / name
    return inside if inside.is_dir() else beside


TEMPLATES = _find("templates")
STATIC = _find("static")
MIGRATIONS = _find("migrations")
DEMO = _find("demo")
