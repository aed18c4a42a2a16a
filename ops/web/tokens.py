"""Tokens for programs: an officer's own, and those of their agency's accounts."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.tokens import (
    ACCOUNT_DAYS,
    FOR_DUTIES,
    Made,
    NewToken,
    make_account_token,
    make_own_token,
    revoke_account_token,
    revoke_own_token,
)
from ops.errors import Conflict, Invalid
from ops.screens.tokens import SCOPE_WORDS, read_account
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.own_sign_ins import own_page
from ops.web.pages import done, page
from ops.web.signed_in import asker

FOR_PROGRAMS = [(scope, words) for scope, words in SCOPE_WORDS.items() if scope not in FOR_DUTIES]


async def make_own(request: Request) -> Response:
    """Make a token for my own scripts, and show it this once."""
    typed, scopes = kept(await fields(request), "token_name", "days"), await many(request, "scopes")
    new = NewToken(typed["token_name"], tuple(scopes), typed["days"])
    try:
        made = await make_own_token(house_of(request).desk, asker(request), new)
    except Invalid as refusal:
        errors = {"token_name" if field == "name" else field: words for field, words in refusal.messages.items()}
        return await own_page(request, typed, errors, 422, scopes)
    except Conflict as refusal:
        return await own_page(request, typed, {"token_name": str(refusal)}, 409, scopes)
    return await _made(request, made, "/sign-ins")


async def revoke_own(request: Request) -> Response:
    """Revoke one of my tokens."""
    await revoke_own_token(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/sign-ins")


async def account(request: Request) -> Response:
    """Show an account with its tokens."""
    return await _account(request, {}, {}, 200, ())


async def make_for_account(request: Request) -> Response:
    """Make a token for a program of my agency, and show it this once."""
    typed, scopes = kept(await fields(request), "name", "days"), await many(request, "scopes")
    new, reference = NewToken(typed["name"], tuple(scopes), typed["days"]), request.path_params["ref"]
    try:
        made = await make_account_token(house_of(request).desk, asker(request), reference, new)
    except Invalid as refusal:
        return await _account(request, typed, refusal.messages, 422, scopes)
    except Conflict as refusal:
        return await _account(request, typed, {"name": str(refusal)}, 409, scopes)
    return await _made(request, made, f"/agency/accounts/{reference}")


async def revoke_of_account(request: Request) -> Response:
    """Revoke a token of a program of my agency."""
    await revoke_account_token(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/agency")


async def _account(
    request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int, chosen: Sequence[str]
) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_account(session, asker(request), request.path_params["ref"])
    context = {
        "account": found,
        "scopes": FOR_PROGRAMS,
        "chosen": chosen,
        "most": ACCOUNT_DAYS,
        "form": typed,
        "errors": errors,
    }
    return await page(request, "agency/account.html", context, nav="agency", status=status)


async def _made(request: Request, made: Made, back: str) -> Response:
    return await page(request, "token_made.html", {"made": made, "back": back})
