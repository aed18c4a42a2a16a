"""No form of any command takes what it does not ask for: owner, gate, level or who did it cannot be slipped in."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.routing import Route

from live.audience import Level
from models.grants import Grant, Resource
from ops.web.policy import Who, policy_of
from tests.cast import County
from tests.web.building import Building
from tests.web.facts import facts_of
from tests.web.walks import asks_for, commands, form_for, widen

MOVES_OWNERS = frozenset({"/hand-overs/{ref}/acceptance"})
ENDS_THE_SIGN_IN = (
    "/sign-out",
    "/sign-ins",
    "/officers/{ref}/sign-in",
    "/lost-phones",
    "/platform",
    "/agency/officers",
)


def slipped_in(county: County) -> dict[str, str]:
    """Name every column that decides about access, with what would do the most harm in it."""
    harm = {
        "owner": county.power.reference,
        "owner_agency": county.power.reference,
        "owner_agency_id": county.power.id.hex,
        "agency_id": county.power.id.hex,
        "acl": county.other_case.id.hex,
        "acl_id": county.other_case.id.hex,
        "gate": county.other_case.id.hex,
        "gate_id": county.other_case.id.hex,
        "resource_id": county.other_case.id.hex,
        "case_id": county.other_case.id.hex,
        "principal": f"agency:{county.power.id.hex}",
        "grantee_agency_id": county.power.id.hex,
        "granted_by": county.oscar.id.hex,
        "officer_id": county.oscar.id.hex,
        "author_id": county.oscar.id.hex,
        "emergency": "1",
        "held": "0",
        "id": county.other_case.id.hex,
        "reference": "a" * 26,
        "position": "1",
        "revoked_at": "2020-01-01",
        "starts": "2020-01-01",
    }
    return {**harm, **{name.upper(): value for name, value in harm.items()}}


async def rows(building: Building) -> tuple[dict[UUID, Any], dict[UUID, Grant]]:
    async with building.database.reading() as session:
        things = (await session.execute(select(Resource))).scalars()
        kept = {row.id: (row.kind, row.owner_agency_id, row.acl_id, row.gate_id, row.reference) for row in things}
        return kept, {row.id: row for row in (await session.execute(select(Grant))).scalars()}


def own(route: Route) -> bool:
    return policy_of(route).who is not Who.ANYONE and not route.path.startswith(ENDS_THE_SIGN_IN)


async def reference_for(route: Route, building: Building, facts: Any) -> str | None:
    """Give something that Alice manages to try a command on; empty for one about nothing, None if she has none."""
    if "{ref}" not in route.path:
        return ""
    asks = await asks_for(route, building, building.county.alice, facts)
    return next((ask.reference for ask in asks if ask.level >= Level.MANAGE), None)


async def test_no_command_takes_owner_gate_or_level_from_a_form_that_does_not_ask_for_them(small: Building) -> None:
    county, obeyed = await widen(small), 0
    alice = await small.enter(county.alice)
    for route in filter(own, commands()):
        reference = await reference_for(route, small, await facts_of(small.database))
        if reference is None:
            continue
        things, grants = await rows(small)
        form = form_for(route, small)
        extra = {name: value for name, value in slipped_in(county).items() if name not in form}
        answer = await alice.post(route.path.format(ref=reference), **extra, **form)
        assert answer.status_code < 500, route.path
        obeyed += answer.status_code == 303
        things_now, grants_now = await rows(small)
        if route.path not in MOVES_OWNERS:
            assert {one: things_now[one] for one in things} == things, route.path
        for one in things_now.keys() - things.keys():
            _, owner, acl, gate, name = things_now[one]
            assert owner != county.power.id, route.path
            assert county.other_case.id not in {acl, gate} - {one}, route.path
            assert name != "a" * 26, route.path
        for one in grants_now.keys() - grants.keys():
            new = grants_now[one]
            assert not new.emergency, route.path
            assert new.granted_by in {county.alice.id, grants_giver(new, grants)}, route.path
            assert new.grantee_agency_id != county.power.id or "power" in str(form), route.path
            assert new.starts.year > 2020, route.path
            assert new.revoked_at is None or new.revoked_at.year > 2020, route.path
    assert obeyed >= 15, "most of them were refused for another reason, which proves nothing"


def grants_giver(new: Grant, before: dict[UUID, Grant]) -> UUID | None:
    """Give in whose name a renewed grant stands: its first giver's."""
    givers = {old.granted_by for old in before.values() if old.resource_id == new.resource_id}
    return new.granted_by if new.granted_by in givers else None
