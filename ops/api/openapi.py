"""OpenAPI 3.1, made from the route table and the types: what is not declared there is not said here."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from starlette.routing import BaseRoute, Route

from models.tokens import Scope
from ops.actions.once import LONGEST_KEY
from ops.api.answers import LIVE_CURSOR
from ops.api.declared import BODY, FORM, JSON, Call, call_of
from ops.api.problems import KINDS, MEDIA_TYPE, Problem
from ops.api.shapes.common import BASE, Reference
from ops.api.shapes.frames import Join, Message
from ops.web.policy import Policy, Who, policy_of

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
ABOUT = """Everything that a screen can do, a program can do, under the same rule: what your grants do not allow is \
not there. Absent and forbidden are one answer (404). A `stub` tells that a thing exists, whose it is and whom to \
ask; a `full` representation has everything in it. References are random and say nothing. Lists come in pages, in an \
order that says nothing, without a total."""
FEED = "x-websockets"  # OpenAPI knows no sockets: what travels on one stands among the schemas, and here is where
LIVE = "The live feed, docs/api-live.md: read a state, then join with its live-cursor and apply what comes."
SCOPES = {
    Scope.READ: "see what the principal may see",
    Scope.CONTRIBUTE: "write: reports, posts, tasks, files",
    Scope.MANAGE: "change and share what the principal manages, and decide requests",
    Scope.ADMINISTER: "what the officer's duty of administering their agency lets them",
    Scope.AUDIT: "read the records and disclosure registers that the officer may read",
}


def make_document(routes: Iterable[BaseRoute]) -> Schema:
    """Make the document."""
    found = [route for route in routes if isinstance(route, Route)]
    schemas, components = _schemas([call_of(route) for route in found])
    paths: dict[str, Schema] = {}
    for route in found:
        call = call_of(route)
        paths.setdefault(route.path, {})[call.method.lower()] = _operation(route, call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tallyboard", "version": version("tallyboard"), "description": ABOUT},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": paths,
        FEED: {"/live": {"description": LIVE, "says": _named("Join"), "hears": _named("Message")}},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of an account or an officer. Scopes: "
                    + "; ".join(f"{scope} ({says})" for scope, says in SCOPES.items()),
                }
            },
        },
    }


def _named(model: str) -> Schema:
    return {"$ref": REF.format(model=model)}


def _schemas(calls: Iterable[Call]) -> tuple[Mapping[tuple[str, JsonSchemaMode], Schema], Schema]:
    """Make the schema of every type that travels, each once; gives them by name, and what they share."""
    types: dict[str, Any] = {"problem": Problem}
    for call in calls:
        for kind in (call.gives, call.takes):
            if kind is not None:
                types[repr(kind)] = kind
    types |= {repr(kind): kind for kind in (Join, Message)}
    taken = {repr(Join), *(repr(call.takes) for call in calls)}
    modes: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (name, "validation" if name in taken else "serialization", TypeAdapter(kind)) for name, kind in types.items()
    ]
    found, shared = TypeAdapter.json_schemas(modes, ref_template=REF)
    return found, shared.get("$defs", {})


def _operation(route: Route, call: Call, schemas: Mapping[tuple[str, JsonSchemaMode], Schema]) -> Schema:
    policy = policy_of(route)
    found: Schema = {
        "operationId": f"{call.method.lower()}{route.path.replace('/', '_').replace('{ref}', 'one').replace('.', '_')}",
        "summary": call.says,
        "description": _who(policy, call),
        "tags": [route.path.split("/")[1]],
        "parameters": _parameters(route, call),
        "responses": _responses(policy, call, schemas),
    }
    if content := _content(call, schemas):
        found["requestBody"] = {"required": True, "content": content}
    if policy.who is Who.ANYONE:
        found["security"] = []
    return found


def _content(call: Call, schemas: Mapping[tuple[str, JsonSchemaMode], Schema]) -> Schema:
    """Say what a body may be: JSON, or a form with files, whose field BODY then holds what the JSON would say."""
    found: Schema = {}
    if call.takes is not None:
        found[JSON] = {"schema": schemas[repr(call.takes), "validation"]}
    if call.uploads:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        parts: Schema = {"files": {"type": "array", "items": file}}
        if call.takes is not None:
            parts[BODY] = {"type": "string", "contentMediaType": JSON, "contentSchema": found[JSON]["schema"]}
        found[FORM] = {"schema": {"type": "object", "required": [list(parts)[-1]], "properties": parts}}
    return found


def _who(policy: Policy, call: Call) -> str:
    if policy.who is Who.ANYONE:
        return "Open to anyone; it holds nothing of the cabinet."
    words = [f"Scope: {call.scope}." if call.scope else "Any token."]
    if policy.kind:
        words.append(f"At least {policy.least.name.lower()} on the {policy.kind}.")
    if policy.duties:
        words.append(f"For officers whose duty is: {', '.join(policy.duties)}.")
    return " ".join(words)


def _parameters(route: Route, call: Call) -> list[Schema]:
    found: list[Schema] = []
    if "{ref}" in route.path:
        schema = TypeAdapter(Reference).json_schema()
        found.append({"name": "ref", "in": "path", "required": True, "schema": schema})
    asks = call.asks.model_json_schema()
    for name, schema in asks.get("properties", {}).items():
        found.append({"name": name, "in": "query", "required": name in asks.get("required", ()), "schema": schema})
    if call.method == "POST":
        key = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    if call.if_match:
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    return found


def _responses(policy: Policy, call: Call, schemas: Mapping[tuple[str, JsonSchemaMode], Schema]) -> Schema:
    answered: Schema = {"description": "Done" if call.gives is None else call.says}
    if call.gives is not None:
        answered["content"] = {call.media_type: {"schema": schemas[repr(call.gives), "serialization"]}}
    elif call.media_type != JSON:
        answered["content"] = {call.media_type: {"schema": {}}}
    headers: Schema = {}
    if call.versioned:
        headers["ETag"] = {"schema": {"type": "string"}, "description": "the version, for If-Match"}
    if call.live:
        headers[LIVE_CURSOR] = {"schema": {"type": "string"}, "description": "where the live feed goes on from this"}
    if headers:
        answered["headers"] = headers
    found: Schema = {str(call.status): answered}
    if policy.who is not Who.ANYONE:
        found |= {str(status): _problem(status, schemas) for status in _refusals(call)}
    return found


def _refusals(call: Call) -> list[int]:
    """Give the refusals that a call can meet; a fault of ours is none."""
    statuses = {401, 403, 404, 422, 429, 503, *call.refusals}
    if call.method != "GET":
        statuses |= {400, 409}
    if call.takes is not None or call.uploads:
        statuses |= {400, 413, 415}
    if call.if_match:
        statuses |= {412, 428}
    return sorted(statuses)


def _problem(status: int, schemas: Mapping[tuple[str, JsonSchemaMode], Schema]) -> Schema:
    says = next(kind.title for kind in KINDS if kind.status == status)
    return {"description": says, "content": {MEDIA_TYPE: {"schema": schemas["problem", "serialization"]}}}
