"""The URL map, on one page: every address, its handler, and who may use it."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from live.audience import Level
from ops.paths import STATIC
from ops.web import (
    attachments,
    cases,
    explanations,
    feed,
    grants,
    health,
    lists,
    operations,
    reports,
    searching,
)
from ops.web.administration_routes import administration
from ops.web.asking_routes import asking_routes
from ops.web.bounds_routes import bounds
from ops.web.emergency_routes import emergency_routes
from ops.web.export_routes import export_routes
from ops.web.import_routes import import_routes
from ops.web.operation_routes import operation_routes
from ops.web.planning_routes import planning_routes
from ops.web.policy import ANYONE, ENROLLING, SIGNED_IN, door, get, post, refuse_undeclared, socket
from ops.web.record_routes import record_routes
from ops.web.sign_in_routes import signing_in
from ops.web.stand_down_routes import stand_down_routes


def routes() -> list[BaseRoute]:
    """Give every route. Raises TypeError for one without a policy, so that the application does not start."""
    declared: list[BaseRoute] = [
        get("/healthz", health.alive, ANYONE),
        get("/readyz", health.ready, ANYONE),
        *signing_in(),
        get("/", operations.front, SIGNED_IN),
        get("/mine", operations.mine, SIGNED_IN),
        get("/mine.css", lists.mine_css, ENROLLING),
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
        get("/search", searching.begin, SIGNED_IN),
        post("/search", searching.find, SIGNED_IN),
        get("/watch", lists.watch, SIGNED_IN),
        get("/waiting", lists.waiting, SIGNED_IN),
        socket("/watch/live", feed.watch_feed, SIGNED_IN),
        socket("/pages/live", feed.page_feed, SIGNED_IN),
        get("/profiles", lists.profiles, SIGNED_IN),
        get("/profiles/{ref}", lists.profile, door("profile", Level.READ)),
        *_case_file(),
        *bounds(),
        *administration(),
        *record_routes(),
        *export_routes(),
        *import_routes(),
        *asking_routes(),
        *emergency_routes(),
        *operation_routes(),
        *planning_routes(),
        *stand_down_routes(),
    ]
    refuse_undeclared(declared)
    return [*declared, Mount("/static", _Static(directory=STATIC), name="static")]


def _case_file() -> list[BaseRoute]:
    return [
        get("/cases", cases.cases, SIGNED_IN),
        post("/cases", cases.open_one, SIGNED_IN),
        get("/cases/{ref}", cases.case, door("case", Level.DISCOVER)),
        socket("/cases/{ref}/live", feed.case_feed, door("case", Level.DISCOVER)),
        get("/cases/{ref}/edit", cases.edit, door("case", Level.MANAGE)),
        post("/cases/{ref}/edit", cases.revise, door("case", Level.MANAGE)),
        post("/cases/{ref}/links", cases.link, door("case", Level.MANAGE)),
        post("/links/{ref}/remove", cases.unlink, SIGNED_IN),
        get("/cases/{ref}/reports/new", reports.compose, door("case", Level.CONTRIBUTE)),
        post("/cases/{ref}/reports/audience", reports.audience, door("case", Level.CONTRIBUTE)),
        post("/cases/{ref}/reports", reports.write, door("case", Level.CONTRIBUTE)),
        get("/reports/{ref}", reports.report, door("report", Level.READ)),
        get("/reports/{ref}/edit", reports.edit, door("report", Level.CONTRIBUTE)),
        post("/reports/{ref}/versions", reports.revise, door("report", Level.CONTRIBUTE)),
        post("/reports/{ref}/attachments", reports.attach, door("report", Level.CONTRIBUTE)),
        *_explained(),
        *_sharing("/cases/{ref}", grants.of_case),
        *_sharing("/reports/{ref}", grants.of_report),
        *_sharing("/profiles/{ref}", grants.of_profile),
        *_sharing("/operations/{ref}", grants.of_operation),
        *_sharing("/encounters/{ref}", grants.of_encounter),
        get("/grants/{ref}/remove", grants.removal, SIGNED_IN),
        post("/grants/{ref}/remove", grants.remove, SIGNED_IN),
    ]


def _explained() -> list[BaseRoute]:
    """Whatever can be seen says why, and who else sees it; what has no access of its own shows whose it follows."""
    return [
        *(
            get(f"/{kind}s/{{ref}}/why", explanations.WhyPage(kind).show, door(kind, Level.DISCOVER))
            for kind in (
                "case",
                "report",
                "operation",
                "site",
                "task",
                "post",
                "profile",
                "attachment",
                "decision",
                "encounter",
            )
        ),
        *(
            get(f"/{kind}s/{{ref}}/sharing", grants.SharingPages(kind).show, door(kind, Level.READ))
            for kind in ("site", "task", "post", "attachment", "decision")
        ),
        get("/cases/{ref}/as", explanations.case_as, door("case", Level.READ)),
        get("/operations/{ref}/as", explanations.board_as, door("operation", Level.READ)),
    ]


def _sharing(path: str, pages: grants.SharingPages) -> list[BaseRoute]:
    return [
        get(f"{path}/sharing", pages.show, door(pages.kind, Level.READ)),
        post(f"{path}/sharing/preview", pages.preview, door(pages.kind, Level.MANAGE)),
        post(f"{path}/sharing", pages.give, door(pages.kind, Level.MANAGE)),
    ]


class _Static(StaticFiles):
    """A file asked for with its content's hash may be kept for ever; any other is asked about each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve a file, and say how long it may be kept."""
        answer = await super().get_response(path, scope)
        named_by_content = scope["query_string"].startswith(b"v=")
        answer.headers["cache-control"] = "public, max-age=31536000, immutable" if named_by_content else "no-cache"
        return answer
