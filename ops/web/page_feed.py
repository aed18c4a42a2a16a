"""What a page without a live screen tells its script: which things it shows, and the place from which to listen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.requests import Request

from ops.web.house import house_of
from ops.web.signed_in import asker_behind

MOST_SHOWN = 256  # things one page listens for; what a longer list shows beyond them is found out at the next request


@dataclass(frozen=True, slots=True)
class PageFeed:
    """The references that a page shows, its sealed place, and the address at which it is fetched again, if there is."""

    shows: str
    cursor: str
    again: str


def page_feed_of(request: Request, context: Mapping[str, object], references: Collection[str]) -> PageFeed | None:
    """Give it to a page that shows something to a signed-in officer and does not live on a screen's feed already."""
    place, asker = getattr(request.state, "place", None), getattr(request.state, "asker", None)
    entered = getattr(request.state, "behind", None) is asker_behind
    if place is None or asker is None or not entered or not references or context.get("live_url"):
        return None
    again = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return PageFeed(
        shows=" ".join(sorted(references)[:MOST_SHOWN]),
        cursor=house_of(request).sealer.seal(place, asker.officer),
        again=again if request.method == "GET" else "",
    )
