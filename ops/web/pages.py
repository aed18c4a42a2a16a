"""Answers: a rendered page with its audit row written first, or the way back after a command."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.agencies import Agency, Officer
from models.audit import AuditRow
from ops.access.asker import Asker
from ops.screens.board import initials
from ops.screens.lines import agency_tag
from ops.screens.values import AgencyTag
from ops.web.house import House, house_of


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
) -> Response:
    """Render a page. `shown`: the references whose content it discloses, written to the audit before the first byte."""
    house = house_of(request)
    asker: Asker | None = getattr(request.state, "asker", None)
    async with house.desk.database.reading() as session:
        me = await _me(session, asker) if asker else None
    frame = {"me": me, "nav": nav, "now": house.desk.clock.now()}
    html = house.templates.render(template, {**frame, **context})
    if asker and shown:
        await disclose(house, asker, "page shown", shown)
    return HTMLResponse(html, status)


async def disclose(house: House, asker: Asker, act: str, references: Collection[str]) -> None:
    """Write one audit row that lists what is about to be shown."""
    async with house.desk.database.writing() as session:
        session.add(
            AuditRow(
                at=house.desk.clock.now(),
                act=act,
                officer_id=asker.officer,
                sign_in_id=asker.sign_in,
                references=list(dict.fromkeys(references)),  # a thing that stands there twice was shown once
            )
        )


def done(request: Request, where: str = "") -> Response:
    """Answer a command: nothing for our own script, the way back (or on) for a plain form."""
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        return Response(status_code=204)
    return RedirectResponse(where or back(request), 303)


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
