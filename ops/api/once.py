"""A command of a program is done once: a retry with its key is told what the first one made."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from ops.actions.once import AnsweredBeforeError, OnceDesk
from ops.api.declared import key_of
from ops.transaction import Desk
from ops.web.house import house_of
from ops.web.signed_in import asker


async def once(request: Request, act: Callable[[Desk], Awaitable[object]], body: str | None = None) -> str:
    """Do an act that keeps no key itself. Gives the reference of what it made, empty for nothing.

    `body`: what was sent, where the bytes differ for the same, as those of a form do.
    """
    desk = house_of(request).desk
    sent = body if body is not None else getattr(request.state, "raw", b"").hex()
    body = f"{request.method} {request.url.path} {sent}"
    one = OnceDesk(desk.database, desk.doorbell, desk.clock, key_of(request), body)
    try:
        made = await act(one)
    except AnsweredBeforeError as before:
        return before.reference
    reference = made if isinstance(made, str) else ""
    if reference:
        await one.made(asker(request), reference)
    return reference
