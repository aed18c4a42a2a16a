"""The API as an application of its own, mounted beside the pages: its refusals are problems, never pages."""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from ops.api.openapi import make_document
from ops.api.problems import HANDLERS, away, sorry
from ops.api.routes import routes
from ops.web.errors import OwnUp


def create_api() -> Starlette:
    """Make the API. Raises TypeError when a route declares no policy or does not say what it does."""
    declared = routes()
    api = Starlette(
        routes=declared, exception_handlers=HANDLERS, middleware=[Middleware(OwnUp, sorry=sorry, away=away)]
    )
    api.state.document = make_document(declared)
    return api
