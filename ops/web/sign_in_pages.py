"""Signing in, out, and the list of open sign-ins."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.sign_ins import end_sign_in, list_sign_ins, sign_in, sign_out
from ops.errors import Invalid
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, inside, page
from ops.web.signed_in import asker, forget, keep_signed_in
from ops.world.people import DEMO_PASSWORD, DEMO_PEOPLE

TOO_OFTEN = "Too many tries. Wait five minutes, then try again."


async def form(request: Request) -> Response:
    """Show the sign-in form."""
    return await _form(request, {"email": "", "next": inside(request.query_params.get("next", ""))}, {})


async def enter(request: Request) -> Response:
    """Sign in, or show the form again with one message, whatever was wrong."""
    house, sent = house_of(request), await fields(request)
    address = request.client.host if request.client else ""
    typed = kept(sent, "email", "next")
    if not await house.limits.allows(sent.get("email", ""), address):
        return await _form(request, typed, {"email": TOO_OFTEN}, 429)
    try:
        device = request.headers.get("user-agent", "")
        secret = await sign_in(house.desk, sent.get("email", ""), sent.get("password", ""), device)
    except Invalid as refusal:
        return await _form(request, typed, refusal.messages, 422)
    answer = RedirectResponse(inside(sent.get("next", "")) or "/", 303)
    keep_signed_in(answer, secret)
    return answer


async def leave(request: Request) -> Response:
    """Sign out here."""
    await sign_out(house_of(request).desk, asker(request))
    answer = RedirectResponse("/sign-in", 303)
    forget(answer)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


async def mine(request: Request) -> Response:
    """List where I am signed in."""
    found = await list_sign_ins(house_of(request).desk, asker(request))
    return await page(request, "sign_ins.html", {"sign_ins": found})


async def end(request: Request) -> Response:
    """End one of my sign-ins; its screens close at once."""
    await end_sign_in(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/sign-ins")


async def _form(request: Request, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    demo = house_of(request).settings.demo
    context = {
        "form": typed,
        "errors": errors,
        "demo_people": DEMO_PEOPLE if demo else (),
        "demo_password": DEMO_PASSWORD if demo else "",
    }
    return await page(request, "sign_in.html", context, status=status)
