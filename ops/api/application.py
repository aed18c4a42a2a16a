"""The API as an application of its own, mounted beside the pages: its refusals are problems, never pages."""

from functools import cache

from starlette.applications import Starlette
from starlette.middleware import Middleware

from ops.api.openapi import Schema, make_document
from ops.api.problems import HANDLERS, away, sorry
from ops.api.routes import routes
from ops.web.errors import OwnUp


def create_api() -> Starlette:
    """Make the API. Raises TypeError when a route declares no policy or does not say what it does."""
    api = Starlette(
        routes=routes(), exception_handlers=HANDLERS, middleware=[Middleware(OwnUp, sorry=sorry, away=away)]
    )
    api.state.document = the_document()
    return api


@cache
def the_document() -> Schema:
    """Give the document of the API, made once in a process: a quarter of a second that no live screen waits for."""
    return make_document(routes())
