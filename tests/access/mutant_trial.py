"""Tries mutants in forked copies of a test run that has everything imported and collected.

`python -m tests.access.mutant_trial SEED SHARD SHARDS MODULE...` tries every SHARDS-th mutant of these modules and
writes one JSON line for each: its module, its line, its change, the test that found it (null for a survivor) and the
seconds that it took. The first line, without a change, is all modules as they are: it shows that the transplant itself
breaks nothing.
"""

import ast
import asyncio
import importlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import pytest

from models.database import Database
from tests.access.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
JUDGES = (  # what is quickest and finds most comes first
    "access/test_principals.py",
    "access/test_doors.py",
    "access/test_doors_together.py",
    "access/test_asking.py",
    "access/test_boxes_known.py",
    "access/test_duties.py",
    "access/test_own_grants.py",
    "live/test_audience.py",
    "live/test_delivery.py",
    "access/test_invariants.py",
    "screens/test_who_can_see.py",
    "access/test_explain.py",
)
LAST_JUDGE = "tests/access/test_rule_agrees.py::test_oracle_door_list_audience_and_who_can_see_agree[sqlite-0]"
OWN = {"ops/access/rules.py": "invariants", "ops/access/audiences.py": "doors"}  # where there is no test of that name
TRIES = 3
LAST_WORDS = 900  # of a failure, for whoever wonders about one
LONGEST = 900  # seconds for one test: a mutant that makes it hang is found, a busy machine is no mutant


Sources = dict[str, str]  # the text that each module shall have


class Trial:
    """A pytest plugin that runs the collected tests once for each mutant, each time in a fork."""

    def __init__(self, shard: int, shards: int, paths: list[str], folder: Path) -> None:
        self.shard, self.shards, self.paths, self.folder = shard, shards, paths, folder
        self.failed = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take over from the usual loop."""
        sources = {path: (ROOT / path).read_text() for path in self.paths}
        keep_a_cabinet(session.config, self.folder / "cabinet.db")
        self._tell(session, Mutant("", "", ""), "", sources)
        everything = [(path, mutant) for path, source in sources.items() for mutant in mutants_of(source)]
        before = ""
        for path, mutant in everything[self.shard :: self.shards]:
            if path != before:
                own = f"/test_{OWN.get(path, Path(path).stem)}.py::"
                session.items.sort(key=lambda item: own not in item.nodeid)
                before = path
            self._tell(session, mutant, path, {path: mutant.source})
        return True

    def _tell(self, session: pytest.Session, mutant: Mutant, path: str, wrong: Sources) -> None:
        began = time.monotonic()
        found_by = self._try(session, wrong)
        session.items.sort(key=lambda item: item.nodeid != found_by)  # what found this one may well find the next
        said = {"module": path, "line": mutant.line, "change": mutant.change, "found_by": found_by}
        print(json.dumps(said | {"seconds": round(time.monotonic() - began, 1)}), file=sys.__stdout__, flush=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of what failed."""
        self.failed = self.failed or (report.nodeid if report.failed else "")
        if report.failed:
            print(report.longreprtext[-LAST_WORDS:], file=sys.__stderr__, flush=True)

    def _try(self, session: pytest.Session, wrong: Sources) -> str | None:
        """Give the test that finds a mutant, and finds it again: what a busy machine broke is no finding."""
        for _ in range(TRIES):
            found_by = self._fork(wrong, session.items)
            again = [item for item in session.items if item.nodeid == found_by]
            if found_by is None or not again or self._fork(wrong, again):
                return found_by
        return None

    def _fork(self, wrong: Sources, items: list[pytest.Item]) -> str | None:
        answer, say = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(answer)
            self._judge(items, wrong, say)
        os.close(say)
        with os.fdopen(answer, "rb") as said:
            found_by = said.read().decode()
        _, status = os.waitpid(child, 0)
        return found_by or (None if status == 0 else f"ended with {status}")

    def _judge(self, items: list[pytest.Item], wrong: Sources, say: int) -> NoReturn:
        items[0].config.pluginmanager.unregister(name="terminalreporter")
        try:
            for path, source in wrong.items():
                transplant(importlib.import_module(_dotted(path)), source)
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.failed:
                    break
        except BaseException as error:  # noqa: BLE001  # whatever a wrong version breaks, it was found
            self.failed = self.failed or repr(error)
        os.write(say, self.failed.encode())
        os._exit(0)


def keep_a_cabinet(config: pytest.Config, kept: Path) -> None:
    """Make the empty cabinet once: every fork would else make its own, which takes longer than most tests."""
    conftest = config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    assert conftest is not None
    asyncio.run(_made(conftest, kept))

    async def copied(database: Database) -> None:
        shutil.copyfile(kept, str(database.url.database))

    conftest.make_schema = copied


async def _made(conftest: Any, kept: Path) -> None:
    database = Database(f"sqlite:///{kept}")
    await conftest.make_schema(database)
    await database.close()


def transplant(module: ModuleType, source: str) -> None:
    """Make a loaded module do as another version of its source says, for everybody who has imported from it."""
    wrong = ModuleType(module.__name__)
    wrong.__file__ = module.__file__
    exec(compile(source, str(module.__file__), "exec"), wrong.__dict__)  # noqa: S102  # our own source, changed in one place
    _transplant(ast.parse(source).body, module, wrong)


def _transplant(body: list[ast.stmt], old: object, new: object) -> None:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                _graft(getattr(old, name), getattr(new, name))
            case ast.ClassDef(name=name, body=methods):
                _transplant(methods, getattr(old, name), getattr(new, name))
                _transplant_defaults(getattr(old, name), getattr(new, name))
            case ast.Assign(targets=[ast.Name(id=name)]) if isinstance(old, ModuleType):
                setattr(old, name, getattr(new, name))


def _transplant_defaults(old: type, new: type) -> None:
    """What a field is when nobody names it stands on the class's own makers, which no line of the source defines."""
    for maker in ("__new__", "__init__"):
        one, other = getattr(old, maker), getattr(new, maker)
        if isinstance(one, FunctionType) and isinstance(other, FunctionType):
            one.__defaults__, one.__kwdefaults__ = other.__defaults__, other.__kwdefaults__


def _graft(old: FunctionType | property, new: FunctionType | property) -> None:
    if isinstance(old, property) and isinstance(new, property):
        old, new = old.fget, new.fget  # type: ignore[assignment]  # ours are made of a function each
    assert isinstance(old, FunctionType)  # a thing of another sort needs its own way of being changed
    assert isinstance(new, FunctionType)
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def main(seed: str, shard: str, shards: str, *paths: str) -> int:
    """Run the trial of some modules; gives pytest's exit code."""
    options = ["-q", "-k", "not postgresql", f"--seed={seed}", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    tests = [*(f"tests/{judge}" for judge in JUDGES), LAST_JUDGE]
    with TemporaryDirectory() as folder:  # pytest's own would be cleared away by the next run of anybody on the machine
        kept = ["-o", "tmp_path_retention_policy=none", "-o", f"timeout={LONGEST}", f"--basetemp={folder}/tests"]
        trial = Trial(int(shard), int(shards), list(paths), Path(folder))
        return int(pytest.main([*options, *kept, *tests], plugins=[trial]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
