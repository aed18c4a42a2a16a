"""The decision log: read it, enter a decision, confirm an entry."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.decisions import NewDecision, confirm_decision, take_decision
from ops.api.answers import done, shown
from ops.api.declared import key_of, sent
from ops.api.given import agency_ref, seen_by
from ops.api.once import once
from ops.api.shapes import decisions as shapes
from ops.screens.decision_log import read_decision_log
from ops.screens.decision_values import DecisionLine
from ops.web.house import house_of
from ops.web.signed_in import asker


async def log(request: Request) -> Response:
    """Show the decision log."""
    async with house_of(request).desk.database.reading() as session:
        found = await read_decision_log(session, asker(request), request.path_params["ref"])
    items = tuple(_decision(line) for line in found.decisions)
    return await shown(request, shapes.Decisions(items=items), shown=[line.reference for line in found.decisions])


async def take(request: Request) -> Response:
    """Enter a decision."""
    new = sent(request, shapes.NewDecision)
    decision = NewDecision(
        operation=request.path_params["ref"],
        decided=new.decided,
        reason=new.reason,
        options=new.options,
        key=key_of(request),
        taken_by=new.taken_by or "",
        at=new.at,
        told=new.told,
        about_nobody=new.about_nobody,
    )
    await take_decision(house_of(request).desk, asker(request), decision)
    return done()


async def confirm(request: Request) -> Response:
    """Confirm an entry."""
    await once(request, lambda desk: confirm_decision(desk, asker(request), request.path_params["ref"]))
    return done()


def _decision(line: DecisionLine) -> shapes.Decision:
    return shapes.Decision(
        reference=line.reference,
        version=line.revision,
        decided=line.decided,
        reason=line.reason,
        options=line.options,
        taken_by=line.taken_by,
        agency=agency_ref(line.agency),
        entered_by=line.entered_by,
        at=line.at,
        written_at=line.written_at,
        late=line.late,
        confirmed_by=line.confirmed_by,
        confirmed_at=line.confirmed_at,
        seen_by=seen_by(line.seen),
    )
