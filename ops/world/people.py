"""The demo world: loaded like any other, but that everybody has one password, and who a newcomer may sign in as."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from models.database import Database
from ops.actions.passwords import hashed
from ops.paths import DEMO
from ops.storage import Storage
from ops.world.loader import Loaded, load_world

DEMO_PASSWORD = "lapwing-demo-2026"  # noqa: S105 - printed on the sign-in page of a demo, which holds nobody real


class DemoPerson(NamedTuple):
    """What the officer does that day, in a few words, and the work e-mail to sign in with."""

    label: str
    email: str


DEMO_PEOPLE = (
    DemoPerson("Operation commander: Asha Malik, Trentshire Police", "a.malik@police.trentshire.example"),
    DemoPerson("Deputy commander: Ben Cole, Trentshire Police", "b.cole@police.trentshire.example"),
    DemoPerson("Loggist: Kim Shaw, Trentshire Police", "k.shaw@police.trentshire.example"),
    DemoPerson("Field officer: Tom Reyes, Fair Work Agency", "t.reyes@fairwork.example"),
    DemoPerson("Tax and wages: Priya Nair, HM Revenue & Customs", "p.nair@hmrc.example"),
    DemoPerson("Immigration: Dan Whitlock, Immigration Enforcement", "d.whitlock@immigration.example"),
    DemoPerson("Agency lead: Ruth Okafor, Adult Safeguarding", "r.okafor@safeguarding.trentcity.example"),
    DemoPerson("Information manager: Alison Crewe, Adult Safeguarding", "a.crewe@safeguarding.trentcity.example"),
    DemoPerson("Emergency access: Daniel Ferreira, Adult Safeguarding", "d.ferreira@safeguarding.trentcity.example"),
    DemoPerson("Survivor support: Marta Ilieva, Lantern Trust", "m.ilieva@lanterntrust.example"),
    DemoPerson("Nurse: Joy Mensah, NHS Trentshire", "j.mensah@nhs.trentshire.example"),
    DemoPerson("Power company: Steve Hall, Trent Power Networks", "s.hall@trentpower.example"),
    DemoPerson("Not taking part: Colin Marsh, Trentshire Probation", "c.marsh@probation.trentshire.example"),
)


async def load_demo(database: Database, now: datetime, files: Storage, *, until: timedelta | None = None) -> Loaded:
    """Load the demo county, in the middle of its day, or as that day reaches another moment."""
    password_hash = await asyncio.to_thread(hashed, DEMO_PASSWORD)
    return await load_world(
        database, DEMO / "lapwing.yaml", now=now, files=files, password_hash=password_hash, until=until
    )
