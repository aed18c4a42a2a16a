"""Who can see a thing, why, giving access after a preview, taking it back with a receipt."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.grants import Given, give_access, revoke_access
from ops.api.answers import done, made, shown
from ops.api.declared import sent
from ops.api.once import once
from ops.api.reading import read
from ops.api.shapes import sharing as shapes
from ops.api.shapes.terms import terms_of
from ops.screens.explanation import read_explanation
from ops.screens.giving import read_giving
from ops.screens.receipts import read_receipt
from ops.screens.share_preview import preview
from ops.screens.sharing import read_sharing
from ops.web.signed_in import asker


class SharingOf(NamedTuple):
    """What concerns the access to one kind of thing."""

    kind: str

    async def who(self, request: Request) -> Response:
        """Show who can see it."""
        found = await read(request, lambda session, who: read_sharing(session, who, self.kind, _ref(request)))
        return await shown(request, shapes.Sharing.model_validate(found), listed=found.shown)

    async def why(self, request: Request) -> Response:
        """Explain the caller's own access."""
        found = await read(request, lambda session, who: read_explanation(session, who, self.kind, _ref(request)))
        fields = {name: getattr(found, name) for name in shapes.Explanation.model_fields if name != "projection"}
        explained = shapes.Explanation(projection="full" if found.readable else "stub", **fields)
        return await shown(request, explained, listed=found.shown)

    async def grantees(self, request: Request) -> Response:
        """Show to whom it can be given."""
        found = await read(request, lambda session, who: read_giving(session, who, self.kind, _ref(request)))
        return await shown(request, shapes.Giving.model_validate(found), listed=found.operations)

    async def preview(self, request: Request) -> Response:
        """Show what giving would change; nothing is given yet."""
        given = _given(request)
        found = await read(request, lambda session, who: preview(session, who, self.kind, _ref(request), given))
        return await shown(request, shapes.Preview.model_validate(found))

    async def give(self, request: Request) -> Response:
        """Give access."""
        given, reference = _given(request), _ref(request)
        grant = await once(request, lambda desk: give_access(desk, asker(request), self.kind, reference, given))
        return made("/grants", grant)


async def grant(request: Request) -> Response:
    """Show what a grant gave, and what was done with it; once it was taken back, the receipt."""
    found = await read(request, lambda session, who: read_receipt(session, who, _ref(request)))
    return await shown(request, shapes.Receipt.model_validate(found), listed=[found.thing])


async def remove(request: Request) -> Response:
    """Take a grant back; answered when no server can send another byte of what it opened."""
    why, reference = sent(request, shapes.Removal).why, _ref(request)
    await once(request, lambda desk: revoke_access(desk, asker(request), reference, why))
    return done()


def _given(request: Request) -> Given:
    new = sent(request, shapes.NewGrant)
    return Given(new.who, terms_of(new.terms))


def _ref(request: Request) -> str:
    reference: str = request.path_params["ref"]
    return reference
