"""Answers: a rendered page with its audit row written first, or the way back after a command."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from live.answers import discloses
from models.agencies import Agency, Officer
from models.audit import Act
from ops.access.asker import Asker
from ops.audit.entries import entry, write_down
from ops.screens.board import initials
from ops.screens.lines import agency_tag
from ops.screens.values import AgencyTag
from ops.web.house import House, house_of
from ops.web.page_feed import page_feed_of


@dataclass(frozen=True, slots=True)
class Me:
    """The officer signed in, as the page's frame shows them."""

    reference: str
    name: str
    initials: str
    agency: AgencyTag
    can_lead: bool
    duties: frozenset[str]


async def page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    *,
    nav: str = "",
    status: int = 200,
    shown: Collection[str] = (),
    listed: Collection[str] = (),
    act: Act | None = None,
) -> Response:
    """Render a page, and write to the audit what it discloses before the first byte leaves.

    `shown`: the references of which it shows content. `listed`: those of which it shows a line, such as a title in a
    list. `act`: what the look itself is called where that matters, written even if nothing else was disclosed.
    """
    house = house_of(request)
    asker: Asker | None = getattr(request.state, "asker", None)
    async with house.desk.database.reading() as session:
        me = await _me(session, asker) if asker else None
    feed = page_feed_of(request, context, {*shown, *listed})
    frame = {"me": me, "nav": nav, "now": house.desk.clock.now(), "feed": feed}
    html = house.templates.render(template, {**frame, **context})
    if asker and (shown or listed or act):
        await disclose(house, asker, act or (Act.OPENED if shown else Act.LISTED), shown, listed)
    return HTMLResponse(html, status)


async def disclose(
    house: House, asker: Asker, act: Act, references: Collection[str], listed: Collection[str] = ()
) -> None:
    """Write one audit row that lists what is about to be shown."""
    discloses(asker.officer, asker.sign_in, {*references, *listed})
    row = entry(asker, act, references, at=house.desk.clock.now(), listed=listed)
    await write_down(house.desk.database, row)


def done(request: Request, where: str = "") -> Response:
    """Answer a command: nothing for our own script, the way back (or on) for a plain form."""
    if alone(request):
        return Response(status_code=204)
    return RedirectResponse(where or back(request), 303)


def alone(request: Request) -> bool:
    """Say whether our own script asks: it wants a part of a page, or nothing, and no page around it."""
    return request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def back(request: Request) -> str:
    """Give the path of our own page that the form stood on; the front page for anything else."""
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    origin = f"{came_from.scheme}://{came_from.netloc}"
    ours = origin in house_of(request).settings.allowed_origins()
    return (inside(came_from.path) if ours else "") or "/"


def inside(path: str) -> str:
    """Keep a path of our own; whatever a browser could take for another site's address is dropped.

    Browsers read a backslash as a slash and skip tabs and line breaks.
    """
    return path if path.startswith("/") and path.isprintable() and not path.startswith(("//", "/\\")) else ""


async def _me(session: AsyncSession, asker: Asker) -> Me:
    officer = await session.get_one(Officer, asker.officer)
    agency = await session.get_one(Agency, asker.agency)
    return Me(
        reference=officer.reference,
        name=officer.name,
        initials=initials(officer.name),
        agency=agency_tag(agency),
        can_lead="lead" in asker.duties,
        duties=asker.duties,
    )
