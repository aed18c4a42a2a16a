"""Draws what waits for one officer's decision, and what they watch, for the engine, from the page's own templates."""

from sqlalchemy.ext.asyncio import AsyncSession

from live.frames import Fragment
from live.ports import Aggregate
from ops.access.asker import Asker
from ops.access.own_grants import next_turn
from ops.screens.lists import my_cases, my_operations
from ops.screens.to_decide import to_decide
from ops.web.templates import Templates


async def watch_aggregate(templates: Templates, session: AsyncSession, asker: Asker) -> Aggregate:
    """Draw what one officer may decide and knows of: who has no duty sees an empty list to decide, and hears nothing.

    It names things by their titles, so it is drawn again when a grant to this officer begins or ends by itself.
    """
    decide = await to_decide(session, asker)
    due = [one.due for one in decide if one.due is not None and one.due > asker.at]
    if (turn := await next_turn(session, asker)) is not None:
        due.append(turn)
    lists = {"cases": await my_cases(session, asker), "operations": await my_operations(session, asker)}
    parts = (
        Fragment("decide", templates.render("_to_decide.html", {"decide": decide, "now": asker.at})),
        Fragment("waiting", templates.render("_waiting.html", {"waiting": len(decide)})),
        Fragment("watched", templates.render("_watched.html", {**lists, "now": asker.at})),
    )
    return Aggregate(parts, min(due, default=None))
