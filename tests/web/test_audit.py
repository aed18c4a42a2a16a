"""Whoever saw something is written down before they saw it, with exactly what they saw."""

import re
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from sqlmodel import col
from starlette.routing import Route

from models.agencies import Officer
from models.audit import Act, AuditReference, AuditRow
from ops.web.policy import policy_of
from tests.web.building import ORIGIN, Building, absent, steady
from tests.web.facts import facts_of
from tests.web.walks import asked_of, asks_for, commands, form_for, pages, verdict, widen

LOOKS = {Act.OPENED, Act.LISTED}  # a page that shows something whole, and one that shows lines only
ACTS = {"/attachments/{ref}": "file downloaded", "/attachments/{ref}/view": "file viewed"}
ALWAYS = {Act.AUDIT_READ, Act.REGISTER_READ, Act.EXPORTED}
BOOKKEEPING = ("sign_in", "worker", "presence")  # when somebody was last here
CHANGING = {"/tasks/{ref}/claim", "/cases/{ref}/sharing", "/grants/{ref}/remove", "/check-ins/{ref}/seen"}
REFUSED = {"hidden": Act.REFUSED_NOT_FOUND, "refused": Act.REFUSED_NOT_ALLOWED}
A_PAGE = [pytest.param(route, id=route.path) for route in pages() if not route.path.startswith("/attachments")]
TO_ONE_THING = [route for route in pages() if "{" in route.path]


def named(route: Route) -> str:
    return route.path


async def every_page(building: Building, route: Route, officer: Officer) -> list[tuple[str, str]]:
    """Give each address that a route has in the county, with what the oracle expects there."""
    if "{" not in route.path:
        return [(route.path, "open")]
    asks = await asks_for(route, building, officer, await facts_of(building.database))
    return [(route.path.format(ref=ask.reference), verdict(asked_of(route), ask.level)) for ask in asks]


async def prepare(building: Building) -> None:
    """Let something happen, so that pages have more to show than the county starts with."""
    county = await widen(building)
    bob, operation = await building.enter(county.bob), county.operation.reference
    assert (await bob.post(f"/tasks/{county.knock.reference}/claim")).status_code == 303
    assert (await bob.post(f"/operations/{operation}/check-ins", kind="help", note="locked in")).status_code == 303


@pytest.mark.parametrize("route", A_PAGE)
async def test_a_page_writes_one_row_with_exactly_what_it_shows(small: Building, route: Route) -> None:
    await prepare(small)
    for name, officer in small.county.everyone().items():
        visitor = await small.enter(officer)
        for path, _ in await every_page(small, route, officer):
            before = len(await small.audited())
            answer = await visitor.get(path)
            rows = [row for row in (await small.audited())[before:] if not row.act.startswith("refused")]
            shown = await small.shown_in(answer.text, officer) if answer.status_code == 200 else set()
            if rows and rows[0].act in ALWAYS:  # the look itself matters, also where nothing was to be read
                assert shown <= set(rows[0].references), (name, path)
                assert len(rows) == 1
            else:
                assert [sorted(row.references) for row in rows] == ([sorted(shown)] if shown else []), (name, path)
            assert {row.act for row in rows} <= LOOKS | ALWAYS
            assert {(row.officer_id, row.agency_id) for row in rows} <= {(officer.id, officer.agency_id)}


@pytest.mark.parametrize("route", TO_ONE_THING, ids=named)
async def test_a_refused_page_writes_one_refusal_and_discloses_nothing(small: Building, route: Route) -> None:
    await prepare(small)
    for officer in small.county.everyone().values():
        visitor, nothing = await small.enter(officer), route.path.format(ref=absent())
        for path, expected in [*await every_page(small, route, officer), (nothing, "hidden")]:
            if expected == "open":
                continue
            before = len(await small.audited())
            await visitor.get(path)
            (row,) = (await small.audited())[before:]
            assert (row.act, row.officer_id) == (REFUSED[expected], officer.id)
            assert row.asked == f"GET {path}"
            assert row.references == ([] if expected == "hidden" else [path.split("/")[2]])


@pytest.mark.parametrize("path", ACTS)
async def test_a_file_writes_one_row_for_whoever_had_it(small: Building, path: str) -> None:
    photo, alice = small.county.visit_photo.reference, await small.enter(small.county.alice)
    before = len(await small.audited())
    assert (await alice.get(path.format(ref=photo))).status_code == 200
    (row,) = (await small.audited())[before:]
    assert (row.act, row.references, row.officer_id) == (ACTS[path], [photo], small.county.alice.id)


async def test_a_file_that_is_gone_was_not_disclosed(small: Building) -> None:
    alice, before = await small.enter(small.county.alice), len(await small.audited())
    (small.folder / "files" / "shared").unlink()
    answer = steady(await alice.get(f"/attachments/{small.county.visit_photo.reference}"))
    assert answer == steady(await alice.get(f"/attachments/{absent()}"))
    assert {row.act for row in (await small.audited())[before:]} == {Act.REFUSED_NOT_FOUND}


async def rows_at_first_byte(building: Building, path: str, cookie: str) -> tuple[int, int]:
    """Count audit rows as another connection sees them when the answer starts; with the answer's status."""
    seen = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                async with building.database.reading() as session:
                    count = await session.execute(select(func.count()).select_from(AuditRow))
                    seen.append(int(count.scalar_one()))
            await send(message)

        await building.app(scope, receive, sending)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=watched), base_url=ORIGIN) as client:
        answer = await client.get(path, headers={"cookie": cookie})
    (count,) = seen
    return count, answer.status_code


async def test_the_row_is_committed_before_the_first_byte(building: Building) -> None:
    county, alice = building.county, await building.enter(building.county.alice)
    for path in (
        f"/operations/{county.operation.reference}",
        f"/profiles/{county.profile.reference}",
        "/watch",
        f"/attachments/{county.visit_photo.reference}",
    ):
        before = await building.count(AuditRow)
        assert await rows_at_first_byte(building, path, alice.cookie) == (before + 1, 200), path


async def test_a_live_screen_writes_that_it_opened_what_it_was_shown_and_that_it_closed(building: Building) -> None:
    county, alice = building.county, await building.enter(building.county.alice)
    bob, before = await building.enter(county.bob), len(await building.audited())
    operation = county.operation.reference
    form = {"text": "Arrived, heron.", "audience": "site", "key": "one", "site": county.farm.reference}
    async with alice.socket(f"/operations/{operation}/live") as screen:
        await screen.live()
        await bob.post(f"/operations/{operation}/posts", **form)
        await screen.until_heard("heron")
    rows = [row for row in (await building.audited())[before:] if row.act != Act.OPENED]
    opened, made, *shown, closed = rows
    assert (opened.act, opened.references, opened.sign_in_id) == ("screen opened", [operation], opened.sign_in_id)
    assert (closed.act, closed.references, closed.officer_id) == ("screen closed", [operation], county.alice.id)
    assert [(row.act, row.references, row.officers) for row in shown] == [
        ("shown live", made.references, [county.alice.id.hex])
    ]


async def test_a_feed_that_was_refused_writes_one_refusal(small: Building) -> None:
    olga, before = await small.enter(small.county.olga), len(await small.audited())
    path = f"/operations/{small.county.operation.reference}/live"
    async with olga.socket(path) as screen:
        await screen.closed()
    (row,) = (await small.audited())[before:]
    assert (row.act, row.asked, row.references) == (Act.REFUSED_NOT_FOUND, f"LIVE {path}", [])


async def test_a_live_frame_shows_nothing_that_no_row_names(small: Building) -> None:
    county, alice = small.county, await small.enter(small.county.alice)
    bob, before = await small.enter(county.bob), len(await small.audited())
    operation = county.operation.reference
    page = await small.shown_in((await alice.get(f"/operations/{operation}")).text, county.alice)
    async with alice.socket(f"/operations/{operation}/live") as screen:
        await screen.live()
        await bob.post(f"/tasks/{county.knock.reference}/status", status="here")
        await bob.post(f"/tasks/{county.knock.reference}/claim")
        await screen.until_heard("Bob")
    rows = (await small.audited())[before:]
    named = {reference for row in rows for reference in row.references}
    assert await small.shown_in("".join(screen.heard), county.alice) <= named
    assert page <= named


async def test_acts_are_written_with_references_only(small: Building) -> None:
    county, bob = small.county, await small.enter(small.county.bob)
    await prepare(small)
    await bob.post(f"/tasks/{county.knock.reference}/claim/release")
    for row in await small.audited():
        assert all(re.fullmatch(r"[a-z2-7]{26}", reference) for reference in row.references), row.act
        assert not re.search(r"locked|Bob|Knock", row.act)


def is_refusal(row: AuditRow) -> bool:
    return row.act.startswith("refused")


@pytest.mark.parametrize("route", [route for route in commands() if "{" in route.path], ids=named)
async def test_a_command_writes_what_was_done_and_a_refused_one_that_it_was_refused(
    small: Building, route: Route
) -> None:
    county, done, refused = await widen(small), 0, 0
    for name, officer in county.everyone().items():
        for ask in await asks_for(route, small, officer, await facts_of(small.database)):
            visitor, before = await small.enter(officer), len(await small.audited())
            path = route.path.format(ref=ask.reference)
            answer = await visitor.post(path, **form_for(route, small))
            rows = [row for row in (await small.audited())[before:] if row.act not in LOOKS]
            assert {row.officer_id for row in rows} <= {officer.id}, name
            if answer.status_code >= 400:
                refused += 1
                assert [row.asked for row in rows if is_refusal(row)] == [f"POST {path}"], (name, answer.status_code)
                assert len(rows) == 1
            elif answer.status_code in {204, 303}:  # whoever asks for what holds already changes nothing
                done += bool(rows)
                assert not any(is_refusal(row) for row in rows), name
    assert refused
    assert done or route.path not in CHANGING


async def test_a_refusal_is_filed_with_a_thing_only_for_who_was_told_that_it_is_there(building: Building) -> None:
    county, case = building.county, building.county.case.reference
    bob, olga = await building.enter(county.bob), await building.enter(county.olga)
    form = {"title": "", "summary": "", "status": "open", "handling": "", "based_on": ""}
    before = len(await building.audited())
    assert (await bob.get(f"/cases/{case}/edit")).status_code == 403
    assert (await olga.get(f"/cases/{case}")).status_code == 404
    assert (await olga.post(f"/cases/{case}/edit", **form)).status_code == 404
    alice = await building.enter(county.alice)
    assert (await alice.post(f"/cases/{case}/edit", **form)).status_code == 422
    rows = [row for row in (await building.audited())[before:] if is_refusal(row)]
    assert [(row.act, row.references) for row in rows] == [
        (Act.REFUSED_NOT_ALLOWED, [case]),
        (Act.REFUSED_NOT_FOUND, []),
        (Act.REFUSED_NOT_FOUND, []),
        (Act.REFUSED_INVALID, []),
    ]
    async with building.database.reading() as session:
        found = await session.execute(select(AuditReference).where(col(AuditReference.reference) == case))
        filed = {row.audit_id: row.owner_agency_id for row in found.scalars()}
    assert filed[rows[0].id] == county.police.id
    assert not filed.keys() & {row.id for row in rows[1:]}


async def test_what_somebody_typed_into_an_address_is_kept_only_if_it_could_be_a_reference(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    await bob.get("/profiles/Jane%20Smith")
    assert (await small.audited())[-1].asked == "GET /profiles/-"


async def test_a_failed_sign_in_names_whose_password_was_tried_and_nobody_for_an_unknown_e_mail(
    building: Building,
) -> None:
    county, before = building.county, len(await building.audited())
    for email in ("bob@county.example", "nobody@county.example"):
        answer = await building.stranger.post("/sign-in", email=email, password="wrong")
        assert answer.status_code == 422
    rows = (await building.audited())[before:]
    assert [(row.act, row.officer_id, row.agency_id) for row in rows] == [
        (Act.SIGN_IN_FAILED, county.bob.id, county.fair_work.id),
        (Act.SIGN_IN_FAILED, None, None),
    ]


async def test_a_line_in_a_list_is_not_an_opened_page(building: Building) -> None:
    county, bob = building.county, await building.enter(building.county.bob)
    await bob.get("/cases")
    assert await how(building, county.case.reference) == [(Act.LISTED, True)]
    await bob.get(f"/cases/{county.case.reference}")
    assert await how(building, county.case.reference) == [(Act.LISTED, True), (Act.OPENED, False)]
    assert await how(building, county.visit.reference) == [(Act.OPENED, False)]


async def how(building: Building, reference: str) -> list[tuple[str, bool]]:
    async with building.database.reading() as session:
        rows = await session.execute(
            select(col(AuditRow.act), col(AuditReference.listed))
            .join(AuditRow, col(AuditRow.id) == col(AuditReference.audit_id))
            .where(col(AuditReference.reference) == reference)
            .order_by(col(AuditRow.id))
        )
        return [(act, listed) for act, listed in rows]


async def test_looking_and_being_refused_write_nothing_but_the_audit(building: Building) -> None:
    county = await widen(building)
    facts = await facts_of(building.database)
    visitors = {officer.id: await building.enter(officer) for officer in county.everyone().values()}
    before = await building.everything_but("audit", "audit_reference", "audit_head", *BOOKKEEPING)
    for route in pages():
        for officer in (county.alice, county.bob, county.oscar):
            asks = await asks_for(route, building, officer, facts) if policy_of(route).kind else []
            for path in [route.path.format(ref=ask.reference) for ask in asks] or [route.path.format(ref=absent())]:
                await visitors[officer.id].get(path)
    assert await building.everything_but("audit", "audit_reference", "audit_head", *BOOKKEEPING) == before
