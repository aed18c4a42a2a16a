"""What a request is answered while nothing may be shown: a plain page that keeps what was typed."""

from collections import deque

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope

from ops.web.confirm_pages import SECRETS
from ops.web.house import House
from ops.web.middleware import SAFE_METHODS

RETRY_SECONDS = 2
LARGEST_KEPT = 256 * 1024  # bytes of a form that come back in the page; a photo does not
FORM = "application/x-www-form-urlencoded"


class KeptBody:
    """A form as it came in, to be read once more when its answer could not be given."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Keep what is received, when it is a form of words."""
        headers = dict(scope["headers"])
        self.of_words = headers.get(b"content-type", b"").split(b";")[0].strip().decode("latin-1") == FORM
        self._receive = receive
        self._kept: deque[Message] = deque()
        self._size = 0

    async def receive(self) -> Message:
        """Receive the next message, and keep it."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self.of_words = self.of_words and self._size <= LARGEST_KEPT
        if self.of_words and message["type"] == "http.request":
            self._kept.append(message)
        return message

    async def again(self) -> Message:
        """Give what was kept, and then what still comes."""
        return self._kept.popleft() if self._kept else await self._receive()


async def not_now(request: Request, house: House, kept: KeptBody) -> Response:
    """Say that this cannot be answered just now. It shows nothing of the cabinet, only the officer's own words."""
    carried: list[tuple[str, str]] = []
    if request.method not in SAFE_METHODS and kept.of_words:
        form = await Request(request.scope, kept.again).form()
        carried = [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and not any(secret in name for secret in SECRETS)
        ]
    query = f"?{request.url.query}" if request.url.query else ""
    context = {
        "then": f"{request.url.path}{query}",
        "method": "get" if request.method in SAFE_METHODS else "post",
        "carried": carried,
        "whole": request.method in SAFE_METHODS or kept.of_words,
    }
    html = house.templates.render("not_now.html", context)
    return HTMLResponse(html, 503, {"retry-after": str(RETRY_SECONDS)})
