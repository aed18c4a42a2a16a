"""The addresses of what keeps sharing within bounds: holds, widenings, offers, ring-fences; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import holds, namings, proposals, ring_fences, widenings, withdrawals
from ops.web.policy import SIGNED_IN, door, duty, get, post


def bounds() -> list[BaseRoute]:
    """Give the routes."""
    return [
        get("/cases/{ref}/fences", ring_fences.show, door("case", Level.READ)),
        post("/cases/{ref}/fences/preview", ring_fences.preview, door("case", Level.MANAGE)),
        post("/cases/{ref}/fences", ring_fences.raise_one, door("case", Level.MANAGE)),
        post("/fences/{ref}/lift", ring_fences.lift, SIGNED_IN),
        post("/reports/{ref}/unfenced", ring_fences.out, door("report", Level.MANAGE)),
        post("/reports/{ref}/fenced", ring_fences.inside, door("report", Level.MANAGE)),
        get("/reports/{ref}/hold", holds.show, door("report", Level.MANAGE)),
        post("/reports/{ref}/hold", holds.place, door("report", Level.DISCOVER)),
        post("/widenings/{ref}/seen", widenings.see, SIGNED_IN),
        post("/reports/{ref}/hold/end", holds.end, door("report", Level.MANAGE)),
        get("/proposals/{ref}", proposals.show, SIGNED_IN),
        post("/proposals/{ref}/accept", proposals.accept, SIGNED_IN),
        post("/proposals/{ref}/decline", proposals.decline, SIGNED_IN),
        get("/namings/{ref}", namings.show, SIGNED_IN),
        post("/namings/{ref}/share", namings.share, SIGNED_IN),
        post("/namings/{ref}/keep", namings.keep, SIGNED_IN),
        post("/reports/{ref}/withdrawal", withdrawals.report, door("report", Level.READ)),
        get("/posts/{ref}/withdrawal", withdrawals.post_form, door("post", Level.READ)),
        post("/posts/{ref}/withdrawal", withdrawals.post, door("post", Level.READ)),
        get("/withdrawn", withdrawals.ours, duty(Duty.INFORMATION_MANAGER)),
        post("/withdrawn/{ref}/open", withdrawals.open_one, duty(Duty.INFORMATION_MANAGER)),
        post("/withdrawn/files/{ref}/open", withdrawals.open_file, duty(Duty.INFORMATION_MANAGER)),
    ]
