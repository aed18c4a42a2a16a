"""The addresses of what is taken away; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import exports
from ops.web.policy import SIGNED_IN, Policy, door, duty, get, post


def export_routes() -> list[BaseRoute]:
    """Give the routes of exports."""
    return [
        get("/exports", exports.choose, SIGNED_IN),
        *_files("/exports/cases", exports.of_cases, SIGNED_IN),
        *_files("/exports/reports", exports.of_reports, SIGNED_IN),
        *_files("/exports/profiles", exports.of_profiles, SIGNED_IN),
        post("/exports/agency", exports.whole_agency, duty(Duty.INFORMATION_MANAGER)),
        get("/cases/{ref}/print", exports.paper, door("case", Level.DISCOVER)),
        get("/reports/{ref}/print", exports.report_paper, door("report", Level.READ)),
        *_files("/cases/{ref}/export", exports.of_case, door("case", Level.DISCOVER)),
        *_files("/operations/{ref}/export", exports.of_operation, door("operation", Level.DISCOVER)),
    ]


def _files(path: str, of: exports.ExportPages, policy: Policy) -> list[BaseRoute]:
    return [
        get(f"{path}/csv", of.csv, policy),
        get(f"{path}/xlsx", of.xlsx, policy),
        get(f"{path}/json", of.json, policy),
    ]
