"""Jinja2 as the pages use it: strict, escaped, with the words for times and sizes."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ops.clock import LONDON
from ops.paths import STATIC, TEMPLATES
from ops.screens.devices import device_in_words

HASH_LETTERS = 12
DRAWN = 4096  # parts of pages kept as they were drawn, of some two kilobytes each
A_SECOND = timedelta(seconds=1)


class Tiles(NamedTuple):
    """Where the tiles of a real map come from, and what must be said of that."""

    url: str
    credit: str


class Templates:
    """Renders pages and fragments from the same files, so that both are the same bytes."""

    def __init__(self, *, partnership: str, demo: bool, tiles: Tiles | None = None) -> None:
        """Set what every page may say. `tiles`: of a real map, where one is configured."""
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            drawn=lru_cache(maxsize=DRAWN)(self._drawn),
            partnership=partnership,
            demo=demo,
            tiles=tiles,
            static=static_url,
            me=None,
            nav="",
            now=None,
            feed=None,
        )
        self._environment.filters.update(
            hhmm=hhmm,
            local=local,
            zip=_zip,
            day=day,
            last_day=last_day,
            last_date=last_date,
            short_day=short_day,
            ago=ago,
            iso=iso,
            filesize=filesize,
            moment=moment,
            device=device_in_words,
        )

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """Render a page or a fragment."""
        return self._environment.get_template(name).render(context).strip()

    def _drawn(self, name: str, **values: object) -> Markup:
        """Draw a part that depends on its values alone, which are the same for whoever may see it: once for all."""
        return Markup(self.render(name, values))  # noqa: S704 - a template's own, escaped as it was rendered


@cache
def static_url(path: str) -> str:
    """Give the address of a static file; its content is part of it, so it may be kept for ever."""
    digest = hashlib.sha256(Path(STATIC / path).read_bytes()).hexdigest()[:HASH_LETTERS]
    return f"/static/{path}?v={digest}"


def local(instant: datetime) -> str:
    """Give a moment to a form's own control for date and time, in UK time."""
    return f"{instant.astimezone(LONDON):%Y-%m-%dT%H:%M}"


def _zip(values: Iterable[object], words: Iterable[object]) -> list[tuple[object, object]]:
    """Give the choices of a form: each value with what is said for it."""
    return list(zip(values, words, strict=True))


def hhmm(instant: datetime) -> str:
    """Say a time of day as crews speak it: 09:42."""
    return f"{instant.astimezone(LONDON):%H:%M}"


def day(instant: datetime) -> str:
    """Say a date: Wed 14 October 2026."""
    local = instant.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%B %Y}"


def last_day(end: datetime) -> str:
    """Say the last day of what ends at an instant: an end at midnight belongs to the day before."""
    return day(end - A_SECOND)


def last_date(end: datetime) -> str:
    """Give that last day to a form's date field."""
    return (end - A_SECOND).astimezone(LONDON).date().isoformat()


def short_day(instant: datetime) -> str:
    """Say a date where there is little room: 14 Oct."""
    local = instant.astimezone(LONDON)
    return f"{local.day} {local:%b}"


def moment(instant: datetime, now: datetime) -> str:
    """Say when: 'today 09:42', 'yesterday 17:20', '9 October 2026'."""
    local, today = instant.astimezone(LONDON), now.astimezone(LONDON).date()
    if local.date() == today:
        return f"today {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday {local:%H:%M}"
    return f"{local.day} {local:%B %Y}"


def ago(instant: datetime, now: datetime) -> str:
    """Say how long: 'now' under a minute, '24 min', '1 h 12 min', '3 days'."""
    minutes = int((now - instant).total_seconds() // 60)
    hours, days = minutes // 60, minutes // (60 * 24)
    if minutes < 1:
        return "now"
    if days >= 2:  # noqa: PLR2004 - one day is told in hours
        return f"{days} days"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def iso(instant: datetime) -> str:
    """Give a moment to machines."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def filesize(size: int) -> str:
    """Say a size: 210 KB, 2.1 MB."""
    kilobytes = size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{max(1, round(kilobytes))} KB"  # noqa: PLR2004 - a thousand
