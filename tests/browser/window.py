"""Officers' windows: real pages in a real browser, every byte that reached them, and whatever they complained of."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    StorageState,
    WebSocket,
    expect,
)
from sqlalchemy import select
from sqlmodel import SQLModel, col

from models.database import Database
from models.grants import Resource
from ops.world.people import DEMO_PASSWORD
from tests.journeys.conftest import Stage
from tests.serving import PATIENCE, PEOPLE, Server

CHROMIUM = os.environ.get("TALLYBOARD_CHROMIUM", "/usr/bin/chromium")
LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = PATIENCE * 1000
NO_CONTENT = 204
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Window:
    """One officer's page, with all that its sockets and answers brought."""

    name: str
    server: Server
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    joined: asyncio.Event = field(default_factory=asyncio.Event)
    _heard: list[bytes] = field(default_factory=list)
    _reading: list[asyncio.Task[None]] = field(default_factory=list)

    def listen(self) -> None:
        """Keep every frame, every answer, and every complaint from now on."""
        self.context.on("response", lambda answer: self._reading.append(asyncio.create_task(self._keep(answer))))
        self.page.on("websocket", self._keep_frames)
        self.page.on("framenavigated", lambda _: self.joined.clear())
        self.page.on("console", self._keep_complaint)
        self.page.on("pageerror", lambda fault: self.complaints.append(f"page error: {fault}"))

    async def everything(self) -> bytes:
        """Give every byte that reached this window so far."""
        await asyncio.gather(*self._reading)
        return b"\n".join(self._heard)

    async def goto(self, path: str) -> None:
        """Open an address of this window's server, once all that came before has been read."""
        await self.everything()
        await self.page.goto(f"{self.server.origin}{path}")

    async def until_live(self) -> None:
        """Wait until the page says that it is live."""
        await expect(self.page.locator("#conn-words")).to_contain_text("Live")

    async def until_joined(self) -> None:
        """Wait until this page's socket has been heard."""
        async with asyncio.timeout(PATIENCE):
            await self.joined.wait()

    def line(self, words: str) -> Locator:
        """Find the feed's lines with these words."""
        return self.page.locator("#feed > li").filter(has_text=words)

    def post(self, words: str) -> Locator:
        """Find a post with these words on a board or a field page."""
        return self.page.locator("#feed > li, #field-posts li:has(.line)").filter(has_text=words)

    def task(self, reference: str) -> Locator:
        """Find a task on a board."""
        return self.page.locator(f"#task-{reference}")

    def _keep_frames(self, socket: WebSocket) -> None:
        def keep(frame: str | bytes) -> None:
            self._heard.append(frame if isinstance(frame, bytes) else frame.encode())
            self.joined.set()

        socket.on("framereceived", keep)

    def _keep_complaint(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type} on {self.page.url}: {message.text}")

    async def _keep(self, answer: Response) -> None:
        if 300 <= answer.status < 400 or answer.status == NO_CONTENT or "/static/" in answer.url:
            return  # nothing came, or what everybody is sent
        try:
            self._heard.append(await answer.body())
        except Error:  # the page went on before its last answer was read
            self.unread.append(answer.url)


class Windows:
    """Opens officers' windows on one stage; each officer signs in once, with the real form."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        """Take the browser and the servers."""
        self.browser = browser
        self.stage = stage
        self._signed_in: dict[str, StorageState] = {}
        self._open: list[BrowserContext] = []

    async def open(
        self,
        name: str,
        path: str | None = "/",
        *,
        server: Server | None = None,
        device: dict[str, Any] = DESK,
        prepare: Callable[[Page], Awaitable[None]] | None = None,
        **options: Any,
    ) -> Window:
        """Open a window of a signed-in officer, on a path if one is given."""
        state = await self.signed_in(name)
        window = await self.anonymous(name, server=server, device=device, storage_state=state, **options)
        if prepare is not None:
            await prepare(window.page)
        if path is not None:
            await window.goto(path)
        return window

    async def anonymous(
        self, name: str = "", *, server: Server | None = None, device: dict[str, Any] = DESK, **options: Any
    ) -> Window:
        """Open an empty window of somebody who is not signed in."""
        context = await self.browser.new_context(
            **device, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        self._open.append(context)
        window = Window(name, server or self.stage.here, context, await context.new_page())
        window.listen()
        return window

    async def signed_in(self, name: str) -> StorageState:
        """Give the cookies of an officer, who signs in on first use."""
        if name not in self._signed_in:
            window = await self.anonymous(name)
            await sign_in(window)
            self._signed_in[name] = await window.context.storage_state()
            await window.context.close()  # its page would show them as present all day
        return self._signed_in[name]

    async def hand_over(self, window: Window, name: str) -> None:
        """Let another officer be the one who is signed in, in this same browser; open pages are not told."""
        state = await self.signed_in(name)
        await window.context.add_cookies(state["cookies"])  # type: ignore[arg-type]  # a kept cookie can be set again
        window.name = name

    async def reference(self, table: type[SQLModel], column: Any, value: str) -> str:
        """Give the reference of a row by what one of its columns says."""
        database = Database(self.stage.database_url)
        async with database.reading() as session:
            rows = await session.execute(
                select(col(Resource.reference)).join(table, table.id == col(Resource.id)).where(col(column) == value)  # type: ignore[attr-defined]  # whatever is filed has an id
            )
            found: str = rows.scalar_one()
        await database.close()
        return found

    async def close(self) -> None:
        """Close every window."""
        for context in self._open:
            await context.close()
        self._open.clear()


async def sign_in(window: Window) -> None:
    """Sign in with the form and wait for the front page."""
    await window.goto("/sign-in")
    await window.page.fill("#email", PEOPLE[window.name])
    await window.page.fill("#password", DEMO_PASSWORD)
    await window.page.get_by_role("button", name="Sign in", exact=True).click()
    await window.page.wait_for_url(lambda url: "/sign-in" not in url)


async def until_confirmed(page: Page, wanted: Locator) -> None:
    """Wait for what was asked for; confirm who sits there on the way: the sign-in that tests share may be too old."""
    password, again = page.get_by_label("Password"), page.get_by_role("button", name="Do it now")
    await expect(wanted.or_(password).first).to_be_visible()
    if await password.count():
        await password.fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="Confirm").click()
        await expect(wanted.or_(again).first).to_be_visible()
        if await again.count():
            await again.click()
    await expect(wanted.first).to_be_visible()
