"""The addresses of asking for access: from a stub, by a typed reference, and each step that follows."""

from starlette.routing import BaseRoute

from live.audience import Level
from ops.web import asking, deciding
from ops.web.policy import SIGNED_IN, door, get, post


def asking_routes() -> list[BaseRoute]:
    """Give every route of requests."""
    return [
        get("/requests", asking.sent, SIGNED_IN),
        get("/requests/new", asking.by_reference, SIGNED_IN),
        post("/requests/new", asking.send_by_reference, SIGNED_IN),
        get("/requests/{ref}", deciding.show, SIGNED_IN),
        post("/requests/{ref}/approval", deciding.give, SIGNED_IN),
        post("/requests/{ref}/refusal", deciding.turn_down, SIGNED_IN),
        post("/requests/{ref}/silence", deciding.stay_silent, SIGNED_IN),
        post("/requests/{ref}/question", deciding.question, SIGNED_IN),
        post("/requests/{ref}/reply", deciding.answer, SIGNED_IN),
        post("/requests/{ref}/referral", deciding.refer, SIGNED_IN),
        *_asking_for("/cases/{ref}", asking.of_case),
        *_asking_for("/reports/{ref}", asking.of_report),
        *_asking_for("/profiles/{ref}", asking.of_profile),
        *_asking_for("/operations/{ref}", asking.of_operation),
    ]


def _asking_for(path: str, pages: asking.AskingPages) -> list[BaseRoute]:
    return [
        get(f"{path}/request", pages.form, door(pages.kind, Level.DISCOVER)),
        post(f"{path}/request", pages.send, door(pages.kind, Level.DISCOVER)),
    ]
