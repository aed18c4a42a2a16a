"""Proving anew who one is before a dangerous act; what was typed comes along and is sent again."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.confirmations import confirm_by_password
from ops.actions.factors import factors_of
from ops.errors import Invalid, NeedsConfirmation, Strength
from ops.web.forms import every, fields
from ops.web.house import house_of
from ops.web.pages import inside, page
from ops.web.signed_in import asker

CARRIED = "with."  # before the names of carried fields, so that none is taken for one of this form's own
SECRETS = ("password", "code", "answer")  # what proves somebody's identity is never written back into a page
TOO_OFTEN = "Too many tries. Wait five minutes, then try again."


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The act that waits: its address, how it was sent, and the fields of its form. Files cannot wait in a page."""

    then: str
    method: str
    strength: str
    carried: tuple[tuple[str, str], ...] = ()


async def ask_to_confirm(request: Request, refusal: Exception) -> Response:
    """Answer an act that needs a confirmation first: the page that asks for it, with all that was typed."""
    strength = refusal.strength if isinstance(refusal, NeedsConfirmation) else Strength.FRESH
    typed = await every(request) if request.method == "POST" else []
    carried = tuple((name, value) for name, value in typed if not any(secret in name for secret in SECRETS))
    query = f"?{request.url.query}" if request.url.query else ""
    waiting = _Waiting(f"{request.url.path}{query}", request.method.lower(), strength, carried)
    return await _form(request, waiting, {}, 403)


async def form(request: Request) -> Response:
    """Show the page that asks, for who comes before there is an act."""
    next_ = inside(request.query_params.get("next", "")) or "/"
    return await _form(request, _Waiting(next_, "get", Strength.FRESH), {})


async def confirm(request: Request) -> Response:
    """Take the proof; lead back to the page, or offer to send what waits."""
    house, sent = house_of(request), await fields(request)
    waiting, address = _waiting(sent, await every(request)), request.client.host if request.client else ""
    if not await house.limits.allows(f"confirm {asker(request).officer}", address):
        return await _form(request, waiting, {"password": TOO_OFTEN}, 429)
    try:
        await confirm_by_password(house.desk, asker(request), sent.get("password", ""))
    except Invalid as refusal:
        return await _form(request, waiting, refusal.messages, 422)
    if waiting.method == "get":
        return RedirectResponse(waiting.then, 303)
    return await page(request, "confirmed.html", {"waiting": waiting})


def _waiting(sent: Mapping[str, str], pairs: list[tuple[str, str]]) -> _Waiting:
    carried = [(name.removeprefix(CARRIED), value) for name, value in pairs if name.startswith(CARRIED)]
    method = "post" if sent.get("method") == "post" else "get"
    strength = Strength.STRONG if sent.get("strength") == Strength.STRONG else Strength.FRESH
    return _Waiting(inside(sent.get("then", "")) or "/", method, strength, tuple(carried))


async def _form(request: Request, waiting: _Waiting, errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        factors = await factors_of(session, asker(request).officer)
    context = {"waiting": waiting, "errors": errors, "factors": factors, "prefix": CARRIED}
    return await page(request, "confirm.html", context, status=status)
