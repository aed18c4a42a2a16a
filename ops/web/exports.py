"""What an officer takes away as a file: written down before it leaves, page by page, and cut once access to it ends."""

from collections import deque
from collections.abc import AsyncIterator, Collection
from typing import IO, NamedTuple

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from live.answers import disclosed_long_ago
from models.audit import Act
from ops.access.asker import Asker
from ops.actions.exit_exports import begin_exit_export
from ops.audit.entries import entry, write_down
from ops.errors import Invalid, NotFound
from ops.screens.case_paper import case_paper
from ops.screens.exit_export import as_archive, owned
from ops.screens.exports import A_PAGE, Export, Page, everything, inside, pages
from ops.screens.formats import PIECE, XLSX_MOST, as_csv, as_json, as_xlsx, as_zip
from ops.screens.report_page import read_report
from ops.web.house import house_of
from ops.web.pages import disclose, page
from ops.web.signed_in import asker

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STILL_HERE = 3  # pages whose bytes may still wait in our hands
TOO_MANY = f"A workbook holds at most {XLSX_MOST:,} lines. Take the CSV or the JSON file instead, or a single case."


class ExportPages(NamedTuple):
    """The export of one kind of thing, or of what lies in one thing."""

    kind: str
    one: bool = False

    async def csv(self, request: Request) -> Response:
        """Give comma-separated values; several tables in a ZIP file."""
        export = await self._read(request)
        if len(export.parts) == 1:
            return self._answer(request, as_csv(export, _written_down(request, export)), "text/csv", "csv")
        return self._answer(request, as_zip(export, _written_down(request, export)), "application/zip", "zip")

    async def json(self, request: Request) -> Response:
        """Give one JSON object."""
        export = await self._read(request)
        return self._answer(request, as_json(export, _written_down(request, export)), "application/json", "json")

    async def xlsx(self, request: Request) -> Response:
        """Give a workbook, a sheet for each table."""
        export = await self._read(request)
        if export.lines > XLSX_MOST:
            raise Invalid({"": TOO_MANY})
        file = await as_xlsx(export, _written_down(request, export, keep=XLSX_MOST))
        answer = self._answer(request, _pieces(file), XLSX, "xlsx")
        answer.background = BackgroundTask(file.close)
        return answer

    async def _read(self, request: Request) -> Export:
        async with house_of(request).desk.database.reading() as session:
            if self.one:
                return await inside(session, asker(request), self.kind, request.path_params["ref"])
            return await everything(session, asker(request), self.kind)

    def _answer(self, request: Request, content: AsyncIterator[bytes], media_type: str, ending: str) -> Response:
        name = f"{self.kind}-{request.path_params['ref']}" if self.one else f"{self.kind}s"
        headers = {"content-disposition": f'attachment; filename="{name}.{ending}"'}
        return StreamingResponse(content, media_type=media_type, headers=headers)


async def paper(request: Request) -> Response:
    """Show a case ready to be printed."""
    async with house_of(request).desk.database.reading() as session:
        found = await case_paper(session, asker(request), request.path_params["ref"])
    context = {"paper": found}
    act, shown, listed = Act.EXPORTED, found.shown, found.listed
    return await page(request, "case/paper.html", context, nav="cases", act=act, shown=shown, listed=listed)


async def report_paper(request: Request) -> Response:
    """Show one report ready to be printed."""
    async with house_of(request).desk.database.reading() as session:
        found = await read_report(session, asker(request), request.path_params["ref"])
    context, shown = {"report": found}, [found.card.reference]
    listed = [] if found.case.stub else [found.case.reference]
    return await page(
        request, "case/report_paper.html", context, nav="cases", act=Act.EXPORTED, shown=shown, listed=listed
    )


async def choose(request: Request) -> Response:
    """Say what can be taken away, and how."""
    return await page(request, "exports.html", {}, nav="cases")


async def whole_agency(request: Request) -> Response:
    """Give all that the agency owns, to its information manager."""
    house, who = house_of(request), asker(request)
    await begin_exit_export(house.desk, who)
    async with house.desk.database.reading() as session:
        export = await owned(session, who)

    async def write(references: Collection[str]) -> None:
        if await request.state.behind(request) is None:
            raise NotFound
        if references:
            row = entry(who, Act.EXIT_EXPORT, references, at=house.desk.clock.now())
            await write_down(house.desk.database, row)

    content = as_archive(export, who, house.desk.database.reading, house.files, write)
    headers = {"content-disposition": 'attachment; filename="agency.zip"'}
    return StreamingResponse(content, media_type="application/zip", headers=headers)


async def _written_down(request: Request, export: Export, keep: int = STILL_HERE) -> AsyncIterator[Page]:
    """Give the pages, each once the audit has it; small ones are one entry, and nothing at all is one too."""
    before = deque[Page]()

    async def anew() -> Asker | None:
        found: Asker | None = await request.state.behind(request)
        return found

    gathered: list[Page] = []
    begun = False
    async for one in pages(export, house_of(request).desk.database.reading, anew):
        gathered.append(one)
        if sum(len(each.lines) for each in gathered) < A_PAGE:
            continue
        async for told in _told(request, export, gathered, before, keep):
            yield told
        gathered, begun = [], True
    if gathered or not begun:
        async for told in _told(request, export, gathered, before, keep):
            yield told


async def _told(
    request: Request, export: Export, gathered: list[Page], before: deque[Page], keep: int
) -> AsyncIterator[Page]:
    references = [reference for one in gathered for reference in one.references]
    beside = [*export.beside, *(reference for one in gathered for reference in one.beside)]
    await disclose(house_of(request), asker(request), Act.EXPORTED, references, beside)
    for one in gathered:
        before.append(one)
        if len(before) > keep:
            disclosed_long_ago(before.popleft().references)
        yield one


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


of_cases, of_reports, of_profiles = ExportPages("case"), ExportPages("report"), ExportPages("profile")
of_case, of_operation = ExportPages("case", one=True), ExportPages("operation", one=True)
