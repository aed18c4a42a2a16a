"""People met: recorded, offered, taken over; their page and its forms."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from models.base import new_reference
from ops.access.asker import Asker
from ops.actions.once import usable
from ops.actions.outcomes import NewOutcome, record_outcome
from ops.actions.people_met import (
    NewEncounter,
    accept_person,
    decline_person,
    keep_person,
    meet_person,
    offer_person,
    person_left,
)
from ops.screens.people_met import read_handing_over, read_people_met
from ops.transaction import Desk
from ops.web.acts import answered, clock_time
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker


async def people(request: Request) -> Response:
    """Show the people met."""
    return await _people(request, {}, {}, 200)


async def meet(request: Request) -> Response:
    """Record somebody."""
    typed: dict[str, Any] = kept(await fields(request), "site", "at", "key", "confirm")
    typed["told"] = await many(request, "told")
    reference, who = request.path_params["ref"], asker(request)

    async def act() -> None:
        new = NewEncounter(
            operation=reference,
            key=typed["key"],
            site=typed["site"],
            at=clock_time(typed["at"], who.at, "at"),
            told=tuple(typed["told"]),
            confirm=bool(typed["confirm"]),
        )
        await meet_person(house_of(request).desk, who, new)

    return await answered(request, act(), _people, typed, f"/operations/{reference}/people-met")


async def outcome(request: Request) -> Response:
    """Record what came of the day for a person."""
    typed: dict[str, Any] = kept(await fields(request), "kind", "site", "at", "key", "confirm")
    typed["told"] = await many(request, "told")
    reference, who = request.path_params["ref"], asker(request)

    async def act() -> None:
        new = NewOutcome(
            operation=reference,
            kind=typed["kind"],
            key=typed["key"],
            site=typed["site"],
            at=clock_time(typed["at"], who.at, "at"),
            told=tuple(typed["told"]),
            confirm=bool(typed["confirm"]),
        )
        await record_outcome(house_of(request).desk, who, new)

    return await answered(request, act(), _people, typed, f"/operations/{reference}/people-met")


async def one(request: Request) -> Response:
    """Show one of them, and to whom they can be handed over."""
    return await _one(request, {}, {}, 200)


async def offer(request: Request) -> Response:
    """Offer them to an agency."""
    typed, reference = kept(await fields(request), "to", "confirm"), request.path_params["ref"]
    desk, who = house_of(request).desk, asker(request)
    act = offer_person(desk, who, reference, typed["to"], confirm=bool(typed["confirm"]))
    return await answered(request, act, _one, typed, f"/encounters/{reference}")


async def accept(request: Request) -> Response:
    """Take them over."""
    return await _act(request, accept_person)


async def decline(request: Request) -> Response:
    """Do not take them over; they may be out of sight by then."""
    where = await _operation(request)
    await decline_person(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, where)


async def keep(request: Request) -> Response:
    """Take the offer back."""
    return await _act(request, keep_person)


async def leave(request: Request) -> Response:
    """Say that they went their own way."""
    return await _act(request, person_left)


async def _act(request: Request, act: Callable[[Desk, Asker, str], Awaitable[None]]) -> Response:
    await act(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def _operation(request: Request) -> str:
    async with house_of(request).desk.database.reading() as session:
        found = await read_handing_over(session, asker(request), request.path_params["ref"])
    return f"/operations/{found.operation}/people-met"


async def _people(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_people_met(session, asker(request), reference)
    keys, key = {"key": new_reference(), "outcome_key": new_reference()}, typed.get("key", "")
    if usable(key):  # what was refused comes again under its own
        keys["outcome_key" if "kind" in typed else "key"] = key
    context = {"met": found, "form": typed, "errors": errors, **keys}
    context |= {"cursor": cursor, "live_url": f"/operations/{reference}/live?kind=people"}
    shown, sites = [line.reference for line in found.people], [line.site_reference for line in found.people]
    listed = [*([reference] if found.title else []), *(place.reference for place in found.places), *filter(None, sites)]
    return await page(
        request, "operation/people_met.html", context, nav="board", status=status, shown=shown, listed=listed
    )


async def _one(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_handing_over(session, asker(request), request.path_params["ref"])
    context = {"one": found, "form": typed, "errors": errors}
    site = found.person.site_reference
    listed = [*([found.operation] if found.title else []), *([site] if site else [])]
    return await page(
        request,
        "operation/hand_over.html",
        context,
        nav="board",
        status=status,
        shown=[found.person.reference],
        listed=listed,
    )
