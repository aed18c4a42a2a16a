"""Every refused request is written down, in a transaction of its own: what was refused has rolled back."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from models.audit import Act
from ops.access.asker import Asker
from ops.audit.entries import address_asked, entry, write_down
from ops.errors import Conflict, NeedsConfirmation, NotAllowed, NotFound, Refusal
from ops.web.house import house_of

FIRST_REFUSAL, FIRST_FAULT = 400, 500
_BY_STATUS = {403: Act.REFUSED_NOT_ALLOWED, 404: Act.REFUSED_NOT_FOUND, 409: Act.REFUSED_CONFLICT}


def act_of(refusal: Refusal | HTTPException) -> Act:
    """Name a refusal that was raised."""
    match refusal:
        case NotFound():
            return Act.REFUSED_NOT_FOUND
        case NotAllowed():
            return Act.REFUSED_NOT_ALLOWED
        case Conflict():
            return Act.REFUSED_CONFLICT
        case NeedsConfirmation():
            return Act.REFUSED_UNCONFIRMED
        case HTTPException():
            return _BY_STATUS.get(refusal.status_code, Act.REFUSED_INVALID)
        case _:
            return Act.REFUSED_INVALID


def act_for(status: int) -> Act | None:
    """Name a refusal that was answered by the handler itself, such as a form that came back; None for an answer."""
    if not FIRST_REFUSAL <= status < FIRST_FAULT:
        return None
    return _BY_STATUS.get(status, Act.REFUSED_INVALID)


async def refused(connection: HTTPConnection, asker: Asker | None, method: str, act: Act) -> None:
    """Write down what was refused to whom: the same row, by the same way, for absent and forbidden.

    Only who was told "not allowed" has seen the thing, so only that is filed as an act about it. Whatever else was
    asked for stays between the asker and their own agency: its owner is not told who knows or guesses of it.
    Of nobody nothing is written: a stranger could fill the database with it.
    """
    if asker is None:
        return
    house, reference = house_of(connection), str(connection.path_params.get("ref", ""))
    asked = address_asked(method, connection.scope.get("root_path", "") + connection.scope["route"].path, reference)
    about = [reference] if act is Act.REFUSED_NOT_ALLOWED and reference else []
    row = entry(asker, act, about, at=house.desk.clock.now(), asked=asked)
    await write_down(house.desk.database, row)
