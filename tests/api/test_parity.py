"""Everything that a page shows or does, a program can read or do, under one policy; what it cannot is named here."""

from datetime import timedelta

from starlette.routing import Route, WebSocketRoute

from ops.api.declared import call_of
from ops.api.routes import routes as api_routes
from ops.web.policy import Policy, Who, policy_of
from ops.web.routes import routes as page_routes
from tests.web import walks as page_walks
from tests.web.building import Building
from tests.web.facts import facts_of

READING, ACTING = "GET", "POST"

# Where a program finds what a page has, when it stands under another address or another method.
ELSEWHERE = {
    "GET /": "GET /me",
    "GET /mine": "GET /operations",
    "GET /operations/{ref}/posts/new": "GET /operations/{ref}/audiences",
    "WS /operations/{ref}/live": "WS /live",
    "WS /cases/{ref}/live": "WS /live",
    "WS /watch/live": "WS /live",
    "WS /pages/live": "WS /live",
    "GET /waiting": "GET /watch",
    "POST /tasks/{ref}/claim/release": "DELETE /tasks/{ref}/claim",
    "GET /attachments/{ref}": "GET /attachments/{ref}/content",
    "GET /attachments/{ref}/view": "GET /attachments/{ref}/content",
    "GET /search": "POST /search",
    "GET /tasks/{ref}/edit": "GET /tasks/{ref}",
    "GET /cases/{ref}/edit": "GET /cases/{ref}",
    "POST /cases/{ref}/edit": "PUT /cases/{ref}",
    "POST /links/{ref}/remove": "DELETE /links/{ref}",
    "GET /cases/{ref}/reports/new": "GET /cases/{ref}/audiences",
    "GET /reports/{ref}/edit": "GET /reports/{ref}",
    **{
        f"POST /{kind}s/{{ref}}/sharing{page}": f"POST /{kind}s/{{ref}}/grants{page}"
        for kind in ("case", "report", "profile", "operation", "encounter")
        for page in ("", "/preview")
    },
    **{
        f"{method} /{kind}s/{{ref}}/request": api.format(kind=kind)
        for kind in ("case", "report", "profile", "operation")
        for method, api in ((READING, "GET /{kind}s/{{ref}}/why"), (ACTING, "POST /{kind}s/{{ref}}/requests"))
    },
    "GET /requests/new": "GET /requests",
    "POST /requests/new": "POST /requests",
    "GET /grants/{ref}/remove": "GET /grants/{ref}",
    "POST /grants/{ref}/remove": "POST /grants/{ref}/removal",
    "GET /posts/{ref}/withdrawal": "GET /posts/{ref}",
    "POST /agency/teams": "POST /teams",
    "GET /agency/teams/{ref}": "GET /teams/{ref}",
    "POST /agency/teams/{ref}": "PUT /teams/{ref}",
    "GET /agency/officers/{ref}": "GET /officers/{ref}",
    "POST /agency/officers/{ref}": "PUT /officers/{ref}",
    "POST /agency/accounts": "POST /accounts",
    "GET /agency/accounts/{ref}": "GET /accounts/{ref}",
    "POST /invitations/{ref}/withdraw": "POST /invitations/{ref}/withdrawal",
    "GET /cases/{ref}/register/csv": "GET /cases/{ref}/register",
    "GET /profiles/{ref}/register/csv": "GET /profiles/{ref}/register",
    "GET /exports": "GET /exports/cases/csv",
    "POST /operations/{ref}/plan": "PUT /operations/{ref}/plan",
    "POST /operations/{ref}/briefing": "PUT /operations/{ref}/briefing",
}

# A page that is open to more than its counterpart, or to fewer, and why that is the same rule all the same.
OTHER_POLICY = {
    "GET /tasks/{ref}/edit": "a task is read by its readers; who manages it reads it to change it",
    "GET /cases/{ref}/edit": "what a case says is read by whoever may know of it; its manager reads it to change it",
    "GET /reports/{ref}/edit": "a report is read by its readers; who contributes reads it to change it",
}

SIGNING_IN = "a way in, for people: a program comes with its token, and a token confirms nothing"
CONFIRMED = "asks anew who is there, and a token has nobody to ask"
DRAWN = "draws a page, or says that the process lives"

# What only pages have, and why.
PAGE_ONLY = {
    **dict.fromkeys(("GET /healthz", "GET /readyz", "GET /mine.css"), DRAWN),
    **dict.fromkeys(("GET /wall", "WS /wall/live"), "a screen with nobody before it; a program follows WS /live"),
    "GET /cases/{ref}/print": "paper; GET /cases/{ref}/export/json has the same",
    "GET /reports/{ref}/print": "paper; GET /reports/{ref} has the same",
    **dict.fromkeys(
        (
            *("GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "POST /sign-in/challenge"),
            *("POST /sign-in/passkey", "POST /sign-out", "GET /confirm", "POST /confirm", "POST /confirm/challenge"),
            *("GET /sign-ins", "POST /sign-ins/others/end", "POST /sign-ins/{ref}/end", "POST /sign-ins/passkeys"),
            *("POST /sign-ins/passkeys/challenge", "POST /sign-ins/passkeys/{ref}/name"),
            *("POST /sign-ins/passkeys/{ref}/remove", "POST /sign-ins/code-app", "GET /sign-ins/code-app"),
            *("POST /sign-ins/code-app/confirm", "POST /sign-ins/code-app/remove", "POST /sign-ins/recovery-codes"),
            *("POST /sign-ins/tokens", "POST /sign-ins/tokens/{ref}/revoke", "POST /agency/tokens/{ref}/revoke"),
            *("GET /invitations/open", "POST /invitations/open", "GET /invitations/accept"),
            *("POST /invitations/accept", "POST /invitations/challenge", "POST /invitations/passkey"),
            *("GET /wall/code", "POST /wall/code"),
        ),
        SIGNING_IN,
    ),
    **dict.fromkeys(
        (
            *("POST /officers/{ref}/sign-ins/end", "POST /invitations", "POST /officers/{ref}/invitation"),
            *("POST /officers/{ref}/sign-in/reset", "POST /withdrawn/{ref}/open", "POST /withdrawn/files/{ref}/open"),
            *("POST /agency/teams/{ref}/closure", "POST /agency/officers", "POST /agency/officers/{ref}/teams"),
            *("POST /agency/officers/{ref}/teams/leave", "POST /agency/officers/{ref}/duties"),
            *("POST /agency/officers/{ref}/duties/end", "POST /agency/officers/{ref}/suspension"),
            *("POST /agency/officers/{ref}/reinstatement", "POST /agency/officers/{ref}/departure"),
            *("POST /agency/accounts/{ref}/end", "POST /agency/accounts/{ref}/tokens", "POST /agency/unmanaged/{ref}"),
            *("POST /agreements/{ref}/departure", "POST /platform/agencies"),
            *(f"POST /platform/agencies/{{ref}}/{act}" for act in ("invitation", "suspension", "reopening", "closure")),
            *("POST /hand-overs/{ref}/acceptance", "POST /exports/agency", "POST /emergency-access"),
            *("POST /operations/{ref}/walls", "POST /walls/{ref}/code"),
        ),
        CONFIRMED,
    ),
}

# They ask once their form holds up; tests/actions/test_emergencies.py and test_hand_overs.py see them ask.
MORE_THAN_A_FORM = {"/emergency-access", "/hand-overs/{ref}/acceptance"}


def pages() -> dict[str, Policy]:
    """Give every screen and command of the pages, by method and path, with its policy."""
    found = {}
    for route in page_routes():
        if isinstance(route, Route):
            found[f"{'POST' if 'POST' in (route.methods or ()) else 'GET'} {route.path}"] = policy_of(route)
        elif isinstance(route, WebSocketRoute):
            found[f"WS {route.path}"] = policy_of(route)
    return found


def calls() -> dict[str, Policy]:
    """Give everything that a program can ask for, in the same way."""
    found = {f"{call_of(one).method} {one.path}": policy_of(one) for one in api_routes() if isinstance(one, Route)}
    return found | {f"WS {one.path}": policy_of(one) for one in api_routes() if isinstance(one, WebSocketRoute)}


def test_whatever_a_page_has_a_program_has_or_this_file_says_why_not() -> None:
    there = calls()
    assert not {page for page in pages() if page not in PAGE_ONLY and ELSEWHERE.get(page, page) not in there}


def test_nothing_is_excused_that_needs_no_excuse() -> None:
    found, there = pages(), calls()
    assert set(PAGE_ONLY) | set(ELSEWHERE) | set(OTHER_POLICY) <= set(found), "no page has this address any longer"
    assert not set(PAGE_ONLY) & (set(ELSEWHERE) | set(there))
    assert not {page for page in ELSEWHERE if page in there}


def test_a_program_is_let_in_by_the_pages_own_policy() -> None:
    found, there = pages(), calls()
    for page, policy in found.items():
        if page in PAGE_ONLY or page.startswith("WS "):
            continue  # a socket of programs judges each thing that it is asked to follow: test_live.py
        same = there[ELSEWHERE.get(page, page)] == policy
        assert same != (page in OTHER_POLICY), (page, policy, there[ELSEWHERE.get(page, page)])


async def test_what_is_kept_to_pages_because_it_asks_anew_does_ask_anew(small: Building) -> None:
    county = await page_walks.widen(small)
    facts = await facts_of(small.database)
    confirmed = [route for route in page_walks.commands() if PAGE_ONLY.get(f"POST {route.path}") is CONFIRMED]
    assert len(confirmed) == sum(reason is CONFIRMED for reason in PAGE_ONLY.values())
    asking = set()
    for officer in county.everyone().values():
        visitor = await small.enter(officer, confirmed=timedelta(days=1))
        for route in confirmed:
            own = await page_walks.asks_for(route, small, officer, facts) if "{ref}" in route.path else [None]
            for ask in own:
                path = route.path.format(ref=ask.reference if ask else "")
                answer = await visitor.post(path, **page_walks.form_for(route, small))
                if 'formaction="/confirm' in answer.text or 'action="/confirm' in answer.text:
                    asking.add(route.path)
    assert {route.path for route in confirmed} - asking == MORE_THAN_A_FORM


def test_only_the_description_of_itself_is_open_to_anyone() -> None:
    assert {call for call, policy in calls().items() if policy.who is Who.ANYONE} == {"GET /openapi.json"}
