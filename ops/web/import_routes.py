"""The addresses of what is brought in; part of the one URL map."""

from starlette.routing import BaseRoute

from models.agencies import Duty
from ops.web import imports
from ops.web.policy import duty, get, post

BRINGS_IN = duty(Duty.LEAD, Duty.ADMINISTRATOR, Duty.PLATFORM_OPERATOR)


def import_routes() -> list[BaseRoute]:
    """Give the routes of imports."""
    return [
        get("/imports", imports.imports, BRINGS_IN),
        post("/imports", imports.begin, BRINGS_IN),
        get("/imports/{ref}", imports.one, BRINGS_IN),
        get("/imports/{ref}/wrong", imports.bad, BRINGS_IN),
        post("/imports/{ref}/check", imports.judge, BRINGS_IN),
        post("/imports/{ref}/publication", imports.publish, BRINGS_IN),
        post("/imports/{ref}/removal", imports.throw_away, BRINGS_IN),
    ]
