"""Draws what waits for one officer's decision for the engine, from the page's own template."""

from sqlalchemy.ext.asyncio import AsyncSession

from live.frames import Fragment
from live.ports import Aggregate
from ops.access.asker import Asker
from ops.screens.to_decide import to_decide
from ops.web.templates import Templates


async def watch_aggregate(templates: Templates, session: AsyncSession, asker: Asker) -> Aggregate:
    """Draw what one officer may decide: who has no duty that lets them decide sees an empty list, and hears nothing."""
    decide = await to_decide(session, asker)
    due = min((one.due for one in decide if one.due is not None and one.due > asker.at), default=None)
    html = templates.render("_to_decide.html", {"decide": decide, "now": asker.at})
    count = templates.render("_waiting.html", {"waiting": len(decide)})
    return Aggregate((Fragment("decide", html), Fragment("waiting", count)), due)
