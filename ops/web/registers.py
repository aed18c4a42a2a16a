"""The disclosure register of a case or a profile: to look at, to print, to take away."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.screens.register import Register, read_register
from ops.screens.register_sheet import sheet
from ops.web.house import house_of
from ops.web.pages import disclose, page
from ops.web.signed_in import asker


class RegisterPages(NamedTuple):
    """The register pages of one kind of thing."""

    kind: str

    async def show(self, request: Request) -> Response:
        """Show the register, ready to be printed."""
        found = await self._read(request)
        listed = [found.reference]
        return await page(request, "records/register.html", {"register": found}, act=Act.REGISTER_READ, listed=listed)

    async def export(self, request: Request) -> Response:
        """Give the register as a sheet."""
        found = await self._read(request)
        await disclose(house_of(request), asker(request), Act.EXPORTED, (), [found.reference])
        headers = {"content-disposition": f'attachment; filename="register-{found.reference}.csv"'}
        return Response(sheet(found), media_type="text/csv", headers=headers)

    async def _read(self, request: Request) -> Register:
        async with house_of(request).desk.database.reading() as session:
            return await read_register(session, asker(request), self.kind, request.path_params["ref"])


of_case = RegisterPages("case")
of_profile = RegisterPages("profile")
