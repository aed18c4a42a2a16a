"""Signing in by password, code or passkey, and out."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.second_steps import STEP_WITHIN, second_step, whose_step
from ops.actions.sign_ins import HalfWay, sign_in, sign_in_by_passkey, sign_out
from ops.errors import Conflict, Invalid
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import inside, page
from ops.web.passkey_calls import BROWSER, address_of, us
from ops.web.signed_in import asker, forget, keep_cookie, keep_signed_in
from ops.world.people import DEMO_PASSWORD, DEMO_PEOPLE

STEP = "__Host-tallyboard-step"  # a right password that waits for its code; it opens nothing
TOO_OFTEN = "Too many tries. Wait five minutes, then try again."
TOO_MANY_CODES = "Too many codes were tried. Use a passkey, or wait an hour."


async def form(request: Request) -> Response:
    """Show the sign-in form."""
    return await _form(request, {"email": "", "next": inside(request.query_params.get("next", ""))}, {})


async def enter(request: Request) -> Response:
    """Sign in or ask for the second step; or show the form again with one message, whatever was wrong."""
    house, sent = house_of(request), await fields(request)
    typed = kept(sent, "email", "next")
    if not await house.limits.allows(sent.get("email", ""), address_of(request)):
        return await _form(request, typed, {"email": TOO_OFTEN}, 429)
    try:
        entered = await sign_in(house.desk, sent.get("email", ""), sent.get("password", ""), _device(request))
    except Invalid as refusal:
        return await _form(request, typed, refusal.messages, 422)
    next_ = inside(sent.get("next", ""))
    if isinstance(entered, HalfWay):
        answer = RedirectResponse(f"/sign-in/code?next={quote(next_)}" if next_ else "/sign-in/code", 303)
        keep_cookie(answer, STEP, entered.secret, STEP_WITHIN)
        return answer
    return _entered(RedirectResponse(next_ or "/", 303), entered.secret)


async def code_form(request: Request) -> Response:
    """Ask for the second step; who has no step to take is led to the first."""
    if not request.cookies.get(STEP):
        return RedirectResponse("/sign-in", 303)
    return await _code_form(request, {"next": inside(request.query_params.get("next", ""))}, {})


async def enter_code(request: Request) -> Response:
    """Take the code of the second step."""
    house, sent, step = house_of(request), await fields(request), request.cookies.get(STEP, "")
    typed = kept(sent, "next")
    try:
        officer = await whose_step(house.desk, step)
        if not await house.limits.allows_code(officer):
            return await _code_form(request, typed, {"code": TOO_MANY_CODES}, 429)
        stepped = await second_step(house.desk, step, officer, sent.get("code", ""), _device(request))
    except Invalid as refusal:
        return await _code_form(request, typed, refusal.messages, 422)
    except Conflict as over:
        answer = await _form(request, {"email": "", **typed}, {"email": str(over)}, 409)
        forget(answer, STEP)
        return answer
    next_ = inside(sent.get("next", "")) or "/"
    if stepped.left is None:
        return _entered(RedirectResponse(next_, 303), stepped.secret)
    return _entered(await page(request, "code_used.html", {"left": stepped.left, "next": next_}), stepped.secret)


async def enter_by_passkey(request: Request) -> Response:
    """Sign in whoever's passkey answered."""
    house, sent = house_of(request), await fields(request)
    typed = kept(sent, "next")
    if not await house.limits.allows_address(address_of(request)):
        return await _form(request, {"email": "", **typed}, {"passkey": TOO_OFTEN}, 429)
    try:
        browser = request.cookies.get(BROWSER, "")
        entered = await sign_in_by_passkey(house.desk, browser, us(request), sent.get("answer", ""), _device(request))
    except Invalid as refusal:
        return await _form(request, {"email": "", **typed}, refusal.messages, 422)
    return _entered(RedirectResponse(inside(sent.get("next", "")) or "/", 303), entered.secret)


async def leave(request: Request) -> Response:
    """Sign out here."""
    await sign_out(house_of(request).desk, asker(request))
    answer = RedirectResponse("/sign-in", 303)
    forget(answer)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


def _entered(answer: Response, secret: str) -> Response:
    keep_signed_in(answer, secret)
    forget(answer, STEP)
    forget(answer, BROWSER)
    return answer


def _device(request: Request) -> str:
    return request.headers.get("user-agent", "")


async def _code_form(
    request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    return await page(request, "sign_in_code.html", {"form": typed, "errors": errors}, status=status)


async def _form(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    demo = house_of(request).settings.demo
    context = {
        "form": typed,
        "errors": errors,
        "demo_people": DEMO_PEOPLE if demo else (),
        "demo_password": DEMO_PASSWORD if demo else "",
    }
    return await page(request, "sign_in.html", context, status=status)
