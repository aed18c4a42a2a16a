"""The URL map, on one page: every address, its handler, and who may use it."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from live.audience import Level
from ops.paths import STATIC
from ops.web import attachments, feed, health, lists, operations, sign_in_pages
from ops.web.policy import ANYONE, SIGNED_IN, door, get, post, refuse_undeclared, socket


def routes() -> list[BaseRoute]:
    """Give every route. Raises TypeError for one without a policy, so that the application does not start."""
    declared: list[BaseRoute] = [
        get("/healthz", health.alive, ANYONE),
        get("/readyz", health.ready, ANYONE),
        get("/sign-in", sign_in_pages.form, ANYONE),
        post("/sign-in", sign_in_pages.enter, ANYONE),
        post("/sign-out", sign_in_pages.leave, SIGNED_IN),
        get("/sign-ins", sign_in_pages.mine, SIGNED_IN),
        post("/sign-ins/{ref}/end", sign_in_pages.end, SIGNED_IN),
        get("/", operations.front, SIGNED_IN),
        get("/mine", operations.mine, SIGNED_IN),
        get("/mine.css", lists.mine_css, SIGNED_IN),
        get("/operations", operations.operations, SIGNED_IN),
        get("/operations/{ref}", operations.board, door("operation", Level.DISCOVER)),
        get("/operations/{ref}/mine", operations.my_tasks, door("operation", Level.DISCOVER)),
        get("/operations/{ref}/posts/new", operations.compose, door("operation", Level.DISCOVER)),
        post("/operations/{ref}/posts", operations.post, door("operation", Level.DISCOVER)),
        post("/operations/{ref}/check-ins", operations.say, door("operation", Level.DISCOVER)),
        socket("/operations/{ref}/live", feed.operation_feed, door("operation", Level.DISCOVER)),
        post("/check-ins/{ref}/seen", operations.see, SIGNED_IN),
        post("/tasks/{ref}/status", operations.move, door("task", Level.CONTRIBUTE)),
        post("/tasks/{ref}/claim", operations.claim, door("task", Level.CONTRIBUTE)),
        post("/tasks/{ref}/claim/release", operations.release, door("task", Level.CONTRIBUTE)),
        get("/attachments/{ref}", attachments.download, door("attachment", Level.READ)),
        get("/attachments/{ref}/view", attachments.view, door("attachment", Level.READ)),
        get("/attachments/{ref}/thumbnail", attachments.thumbnail, door("attachment", Level.READ)),
        get("/watch", lists.watch, SIGNED_IN),
        get("/profiles", lists.profiles, SIGNED_IN),
        get("/profiles/{ref}", lists.profile, door("profile", Level.READ)),
        socket("/cases/{ref}/live", feed.case_feed, door("case", Level.DISCOVER)),
    ]
    refuse_undeclared(declared)
    return [*declared, Mount("/static", _Static(directory=STATIC), name="static")]


class _Static(StaticFiles):
    """Static files carry their content's hash in their address, so browsers may keep them for ever."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer
