"""The OpenAPI document, at its address."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def document(request: Request) -> Response:
    """Give the document; it is made once, from the route table."""
    return JSONResponse(request.app.state.document)
