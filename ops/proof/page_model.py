"""What a page shows, as a map of its live elements; and what frames make of it, as a browser would."""

import re
from html.parser import HTMLParser
from typing import Any, Protocol

VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path", "circle", "rect", "source"}
LIVE = re.compile(
    r"^(task|post|site-head|rail|latest|site-foot|figures|alerts|map|field|report|case|wall)(-|$)"
)  # `whos` is presence: it settles seconds later, and is compared by a test of its own


LOUD = re.compile(  # on a task's line: the page's script puts there what the site's rail says, which is compared itself
    r' data-loud="\w+"|(?<=<svg class="i loud" aria-hidden="true"><use href=")[^"]*'
    r'|(?<=<span class="vh loud">)[^<]*|(?<=<span class="t loud">)<time.*?</time>'
)
SEEN_BY = re.compile(r'<(a|span) class="seen[^>]*>.*?</\1>|<span class="vh">Seen by [^<]*</span>')


class Open(Protocol):
    """An open page: its HTML, and the frames that it heard since."""

    page: str
    frames: list[dict[str, Any]]


class _Elements(HTMLParser):
    """Finds where each element with an id begins and ends."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self._page = page
        self._lines = [0]
        for line in page.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._open: list[tuple[str, str, int]] = []
        self.found: dict[str, str] = {}
        self.feed(page)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("id") or "", self._offset()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A self-closed element holds nothing that changes."""

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, name, start = self._open.pop()
            if LIVE.match(name) and not any(LIVE.match(outer) for _, outer, _ in self._open):
                end = self._page.index(">", self._offset()) + 1
                self.found[name] = self._page[start:end]
            if opened == tag:
                return


def elements(page: str) -> dict[str, str]:
    """Give a page's live elements by id, white space folded."""
    return {name: _folded(text) for name, text in _Elements(page).found.items()}


def but_for_numbers(shown: dict[str, str]) -> dict[str, str]:
    """Take out who sees a thing, in words and numbers."""
    return {name: SEEN_BY.sub("", text) for name, text in shown.items()}


def after_frames(screen: Open) -> dict[str, str]:
    """Give what an open page shows after everything that it heard."""
    shown = elements(screen.page)
    sites = {name.removeprefix("rail-") for name in shown if name.startswith("rail-")}
    for frame in screen.frames:
        _apply(shown, sites, frame)
    return _newest_posts(shown)


def _apply(shown: dict[str, str], sites: set[str], frame: dict[str, Any]) -> None:
    if frame["do"] == "retract":
        for name in [
            name for name, text in shown.items() if name.endswith(frame["ref"]) or _within(text, frame["ref"])
        ]:
            del shown[name]
        sites.discard(frame["ref"])
    for part in frame.get("parts", ()):
        if part.get("once"):
            sites.add(frame["ref"])
            continue
        if LIVE.match(part["id"]):
            shown[part["id"]] = _folded(part["html"])


def _within(text: str, reference: str) -> bool:
    opening = text[: text.index(">") + 1]
    return f'data-ref="{reference}"' in opening


def _newest_posts(shown: dict[str, str]) -> dict[str, str]:
    posts = sorted(
        (name for name in shown if name.startswith("post-")),
        key=lambda name: attribute(shown[name], "data-sort"),
        reverse=True,
    )
    for name in posts[60:]:
        del shown[name]
    return shown


def attribute(page: str, name: str) -> str:
    """Read one attribute of a page; empty when it is not there."""
    found = re.search(rf'{name}="([^"]*)"', page)
    return found[1] if found else ""


def _folded(text: str) -> str:
    return LOUD.sub("", re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text)).strip())
