"""The addresses of what is written down; part of the one URL map."""

from starlette.routing import BaseRoute

from models.agencies import Duty
from ops.web import records
from ops.web.policy import duty, get

INFORMATION_MANAGER = duty(Duty.INFORMATION_MANAGER)


def record_routes() -> list[BaseRoute]:
    """Give the routes of the audit's readers."""
    return [
        get("/records", records.ours, INFORMATION_MANAGER),
        get("/records/officers", records.officers, INFORMATION_MANAGER),
    ]
