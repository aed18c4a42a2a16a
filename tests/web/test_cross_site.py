"""What another site's page sends is refused before anything reads it."""

from itertools import product
from typing import Any

import pytest

from models.journal import JournalEntry
from models.tasks import Claim
from tests.web.building import ORIGIN, Building, Visitor

FOREIGN: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    {"sec-fetch-site": "same-site", "origin": ORIGIN},
    {"sec-fetch-site": "none", "origin": ORIGIN},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"{ORIGIN}.evil.example"},
    {"origin": "http://localhost:8001"},
    {"origin": "https://localhost:8000"},
    {"referer": f"{ORIGIN}/watch"},
    {},
]
HOSTS = ["evil.example", "localhost", "localhost:8001", "localhost:8000.evil.example", ""]


async def send(visitor: Visitor, path: str, headers: dict[str, str], **body: Any) -> int:
    return (await visitor.ask("POST", path, headers=headers, ours=False, **body)).status_code


async def test_a_command_of_another_site_changes_nothing(small: Building) -> None:
    alice, before = await small.enter(small.county.alice), await small.count(JournalEntry)
    paths = (f"/tasks/{small.county.knock.reference}/claim", "/sign-out", "/sign-in", "/nowhere")
    for headers, path in product(FOREIGN, paths):
        assert await send(alice, path, headers) == 403, headers
    assert (await small.count(Claim), await small.count(JournalEntry)) == (0, before)
    assert (await alice.get("/watch")).status_code == 200


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": ORIGIN}], ids=str)
async def test_our_own_page_is_believed_by_either_sign(small: Building, headers: dict[str, str]) -> None:
    alice = await small.enter(small.county.alice)
    assert await send(alice, f"/tasks/{small.county.knock.reference}/claim", headers) == 303


async def test_a_host_that_is_not_ours_gets_nothing(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    for host, path in product(HOSTS, ("/watch", "/sign-in", "/static/css/app.css", "/nowhere")):
        answer = await alice.get(path, host=host)
        assert answer.status_code == 403
        assert "Orchard" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", ""])
async def test_a_socket_of_another_site_is_refused(small: Building, origin: str) -> None:
    alice = await small.enter(small.county.alice)
    path = f"/operations/{small.county.operation.reference}/live"
    async with alice.socket(path, origin=origin) as socket:
        assert await socket.closed() == 4403
        assert (socket.accepted, socket.heard) == (False, [])


async def test_only_the_probes_of_machines_answer_to_any_name(small: Building) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await small.stranger.get(path, host="10.0.0.7")).text == "ok"
        assert (await small.stranger.ask("POST", path, headers={"host": "10.0.0.7"})).status_code == 403


async def test_a_socket_to_a_host_that_is_not_ours_is_refused(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket(f"/operations/{small.county.operation.reference}/live", host="evil.example") as socket:
        assert (await socket.closed(), socket.accepted) == (4403, False)


@pytest.mark.parametrize("referer", ["https://evil.example/x", f"{ORIGIN}//evil.example/x", "http://[", "", ORIGIN])
async def test_the_way_back_stays_on_our_own_site(small: Building, referer: str) -> None:
    alice = await small.enter(small.county.alice)
    headers = {"sec-fetch-site": "same-origin", "referer": referer}
    path = f"/tasks/{small.county.knock.reference}/claim"
    answer = await alice.ask("POST", path, headers=headers, ours=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_looking_changes_nothing(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    for path in (f"/tasks/{small.county.knock.reference}/claim", "/sign-out", f"/sign-ins/{alice.sign_in}/end"):
        assert (await alice.get(path)).status_code == 405
    assert await small.count(Claim) == 0
    assert (await alice.get("/watch")).status_code == 200
