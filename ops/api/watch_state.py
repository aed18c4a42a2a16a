"""What waits for the caller's decision, and what they watch: the same in an answer and in a frame."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.api.given import agency_ref, case_line
from ops.api.operation_state import operation_line
from ops.api.shapes import watch as shapes
from ops.screens.lists import CaseRow, OperationRow, my_cases, my_operations
from ops.screens.to_decide import to_decide
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class Watch:
    """What a watch is made of."""

    decide: list[ToDecide]
    cases: list[CaseRow]
    operations: list[OperationRow]


async def read_watch(session: AsyncSession, asker: Asker) -> Watch:
    """Read it as the page does."""
    return Watch(await to_decide(session, asker), await my_cases(session, asker), await my_operations(session, asker))


def watch(found: Watch) -> shapes.WatchState:
    """Show it."""
    return shapes.WatchState(
        decide=tuple(_to_decide(one) for one in found.decide),
        cases=tuple(case_line(row) for row in found.cases),
        operations=tuple(operation_line(row) for row in found.operations),
    )


def _to_decide(one: ToDecide) -> shapes.ToDecide:
    return shapes.ToDecide(
        agency=agency_ref(one.agency), said=one.said, quoted=one.quoted, since=one.since, due=one.due, page=one.where
    )
