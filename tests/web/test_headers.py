"""Every answer forbids what no page of ours needs, and no template asks for it."""

import re
from pathlib import Path

import pytest

from ops.paths import TEMPLATES
from tests.web.building import Building, absent
from tests.web.walks import commands, form_for, pages

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EXPECTED = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a script in an htmx attribute": re.compile(r"hx-on|[\"']js:|javascript:|hx-vars", re.IGNORECASE),
    "a word that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE),
    "something from another site": re.compile(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE),
}


def given(headers: dict[str, str], but: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: headers.get(name, "") for name in EXPECTED if name not in but}


def expected(but: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: value for name, value in EXPECTED.items() if name not in but}


async def test_every_page_carries_every_header(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    for route in pages():
        for thing in (small.county.operation.reference, small.county.profile.reference, absent()):
            answer = await alice.get(route.path.format(ref=thing))
            but = ("content-security-policy",) if "attachment" in route.path and answer.status_code == 200 else ()
            assert given(dict(answer.headers), but) == expected(but), route.path


async def test_every_command_carries_every_header(small: Building) -> None:
    for route in commands():
        alice, form = await small.enter(small.county.alice), form_for(route, small)
        for thing in (small.county.operation.reference, small.county.knock.reference, absent()):
            answer = await alice.post(route.path.format(ref=thing), **form)
            assert given(dict(answer.headers)) == expected(), route.path


async def test_refusals_of_every_kind_carry_every_header(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    asked = [
        await alice.get("/nowhere"),
        await alice.get("/sign-out"),
        await alice.get("/static/nowhere.css"),
        await alice.get("/watch", host="evil.example"),
        await alice.ask("POST", "/sign-out", headers={"origin": "https://evil.example"}, ours=False),
        await small.stranger.get("/watch"),
    ]
    assert [answer.status_code for answer in asked] == [404, 405, 404, 403, 403, 303]
    for answer in asked:
        assert given(dict(answer.headers)) == expected()


async def test_a_fault_of_ours_carries_every_header(small: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = await small.enter(small.county.alice)
    monkeypatch.setattr("ops.web.lists.read_watch", None)
    answer = await alice.get("/watch")
    assert answer.status_code == 500
    assert given(dict(answer.headers)) == expected()


async def test_nothing_says_which_server_this_is(small: Building) -> None:
    answer = await (await small.enter(small.county.alice)).get("/watch")
    assert {"server", "x-powered-by", "via"}.isdisjoint(answer.headers)


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_needs_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text()
    found = [f"{what}: {match.group()}" for what, pattern in INLINE.items() for match in pattern.finditer(text)]
    assert not found
