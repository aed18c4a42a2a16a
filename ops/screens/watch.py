"""What waits for an officer's decision, and what they watch."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.screens.lists import CaseRow, OperationRow, my_cases, my_operations
from ops.screens.to_decide import to_decide
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class Watch:
    """What a watch is made of."""

    decide: list[ToDecide]
    cases: list[CaseRow]
    operations: list[OperationRow]

    @property
    def shown(self) -> list[str]:
        """Name what is shown of things that wait."""
        return [reference for one in self.decide for reference in one.shown]

    @property
    def listed(self) -> list[str]:
        """Name what has a line; of a stub nothing was seen."""
        rows: list[CaseRow | OperationRow] = [*self.cases, *self.operations]
        return [row.reference for row in rows if not row.stub]


async def read_watch(session: AsyncSession, asker: Asker) -> Watch:
    """Read it."""
    return Watch(await to_decide(session, asker), await my_cases(session, asker), await my_operations(session, asker))
