"""Proving anew who one is before a dangerous act; what was typed comes along and is sent again."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.confirmations import confirm_by_passkey, confirm_by_password
from ops.actions.factors import factors_of
from ops.errors import Invalid, NeedsConfirmation, Strength
from ops.web.forms import every, fields
from ops.web.house import house_of
from ops.web.pages import inside, page
from ops.web.passkey_calls import address_of, browser_of, us
from ops.web.signed_in import asker

CARRIED = "with."  # before the names of carried fields, so that none is taken for one of this form's own
SECRETS = {
    "password",
    "code",
    "answer",
}  # what proves somebody's identity is never written back; no other field is so named
TOO_OFTEN = "Too many tries. Wait five minutes, then try again."
TOO_MANY_CODES = "Too many codes were tried. Use a passkey, or wait an hour."


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
    carried = tuple((name, value) for name, value in typed if name not in SECRETS)
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
    waiting, me = _waiting(sent, await every(request)), asker(request)
    if not await house.limits.allows(f"confirm {me.officer}", address_of(request)):
        return await _form(request, waiting, {"password": TOO_OFTEN}, 429)
    if "code" in sent and not await house.limits.allows_code(me.officer):
        return await _form(request, waiting, {"code": TOO_MANY_CODES}, 429)
    try:
        left = await _proved(request, sent)
    except Invalid as refusal:
        return await _form(request, waiting, refusal.messages, 422)
    if waiting.method == "get" and left is None:
        return RedirectResponse(waiting.then, 303)
    return await page(request, "confirmed.html", {"waiting": waiting, "left": left})


async def _proved(request: Request, sent: Mapping[str, str]) -> int | None:
    """Judge what was sent; gives how many recovery codes are left when one of them was used."""
    desk, me = house_of(request).desk, asker(request)
    if "answer" in sent:
        await confirm_by_passkey(desk, me, browser_of(request), us(request), sent["answer"])
        return None
    return await confirm_by_password(desk, me, sent.get("password", ""), sent.get("code", ""))


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
