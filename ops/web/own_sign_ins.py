"""Where and how an officer signs in: the open sign-ins, passkeys, the code app, recovery codes."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.agencies import Duty
from ops.actions.code_apps import confirm_code_app, remove_code_app, start_code_app, waiting_code_app
from ops.actions.factors import factors_of
from ops.actions.lost_phones import end_all_sign_ins
from ops.actions.passkeys import enrol_passkey, list_passkeys, remove_passkey, rename_passkey
from ops.actions.recovery_codes import renew_recovery_codes
from ops.actions.sign_ins import end_other_sign_ins, end_sign_in, list_sign_ins
from ops.actions.tokens import FOR_DUTIES, OWN_DAYS
from ops.errors import Invalid
from ops.screens.lost_phones import phones_to_end
from ops.screens.tokens import SCOPE_WORDS, own_tokens
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.passkey_calls import browser_of, us
from ops.web.signed_in import asker


async def mine(request: Request) -> Response:
    """List where and how I am signed in."""
    return await own_page(request, {}, {}, 200)


async def end(request: Request) -> Response:
    """End one of my sign-ins; its screens close at once."""
    await end_sign_in(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/sign-ins")


async def end_others(request: Request) -> Response:
    """End all my sign-ins but this one."""
    await end_other_sign_ins(house_of(request).desk, asker(request))
    return done(request, "/sign-ins")


async def add_passkey(request: Request) -> Response:
    """Take a new passkey, and show the recovery codes that come with the first."""
    house, sent = house_of(request), await fields(request)
    try:
        codes = await enrol_passkey(
            house.desk, asker(request), browser_of(request), us(request), sent.get("name", ""), sent.get("answer", "")
        )
    except Invalid as refusal:
        return await own_page(request, kept(sent, "name"), refusal.messages, 422)
    return await _codes(request, codes) if codes else RedirectResponse("/sign-ins", 303)


async def rename(request: Request) -> Response:
    """Call one of my passkeys by another name; a refused one comes back beside the passkey that it was for."""
    reference, sent = request.path_params["ref"], await fields(request)
    try:
        await rename_passkey(house_of(request).desk, asker(request), reference, sent.get("name", ""))
    except Invalid as refusal:
        field = f"name-{reference}"
        return await own_page(request, {field: sent.get("name", "")}, {field: refusal.messages["name"]}, 422)
    return done(request, "/sign-ins")


async def drop_passkey(request: Request) -> Response:
    """Remove one of my passkeys."""
    await remove_passkey(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/sign-ins")


async def start_app(request: Request) -> Response:
    """Make the picture that a code app scans."""
    await start_code_app(house_of(request).desk, asker(request))
    return RedirectResponse("/sign-ins/code-app", 303)


async def app(request: Request) -> Response:
    """Show the picture, and ask for the first code."""
    return await _app(request, {}, 200)


async def confirm_app(request: Request) -> Response:
    """Take the first code, and show the recovery codes that come with the first second factor."""
    house, sent = house_of(request), await fields(request)
    try:
        codes = await confirm_code_app(house.desk, asker(request), sent.get("code", ""))
    except Invalid as refusal:
        return await _app(request, refusal.messages, 422)
    return await _codes(request, codes) if codes else RedirectResponse("/sign-ins", 303)


async def drop_app(request: Request) -> Response:
    """Remove my code app."""
    await remove_code_app(house_of(request).desk, asker(request))
    return done(request, "/sign-ins")


async def new_codes(request: Request) -> Response:
    """Make new recovery codes and show them this once."""
    return await _codes(request, await renew_recovery_codes(house_of(request).desk, asker(request)))


async def lost(request: Request) -> Response:
    """List the colleagues whose sign-ins I may end when a phone is lost."""
    async with house_of(request).desk.database.reading() as session:
        officers = await phones_to_end(session, asker(request))
    return await page(request, "lost_phones.html", {"officers": officers})


async def end_all(request: Request) -> Response:
    """End every sign-in of one officer, now."""
    ended = await end_all_sign_ins(house_of(request).desk, asker(request), request.path_params["ref"])
    return await page(request, "lost_phone_ended.html", {"ended": ended})


async def own_page(
    request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int, chosen: Sequence[str] = ()
) -> Response:
    """Show how I sign in, with what was typed and what was wrong with it."""
    house, me = house_of(request), asker(request)
    async with house.desk.database.reading() as session:
        factors = await factors_of(session, me.officer)
        tokens = await own_tokens(session, me)
    context = {
        "sign_ins": await list_sign_ins(house.desk, me),
        "passkeys": await list_passkeys(house.desk, me),
        "factors": factors,
        "asked_for": house.settings.require_second_factor and not factors.second,
        "duties": sorted(me.duties & set(Duty)),
        "tokens": tokens,
        "scopes": [(scope, words) for scope, words in SCOPE_WORDS.items() if scope not in FOR_DUTIES or me.duties],
        "chosen": chosen,
        "most": OWN_DAYS,
        "form": typed,
        "errors": errors,
    }
    return await page(request, "sign_ins.html", context, status=status)


async def _app(request: Request, errors: Mapping[str, str], status: int) -> Response:
    app = await waiting_code_app(house_of(request).desk, asker(request))
    if app is None:
        return RedirectResponse("/sign-ins", 303)
    picture = Markup(app.picture)  # noqa: S704 - drawn by us from a secret of ours; nobody's words are in it
    return await page(request, "code_app.html", {"app": app, "picture": picture, "errors": errors}, status=status)


async def _codes(request: Request, codes: list[str]) -> Response:
    return await page(request, "recovery_codes.html", {"codes": codes})
