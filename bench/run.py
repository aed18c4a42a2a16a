"""Measures the product and its peers in one run: `./run bench [--quick | --short] [--profile] [--rounds 3]`.

Every server runs alone, on loopback; the load generator and the poster are processes of their own. The contenders take
turns, round after round. Exits with 1 when any delivery of the product was lost, doubled, or went to a screen that may
not see it.
"""

import argparse
import asyncio
import hashlib
import json
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass

from besides import besides
from measure import Figures, Plan, measure_peer, measure_product
from profiler import Profiler
from report import write
from rivals import naive, peers, running
from rounds import median
from servers import HERE, ROOT, databases, product, valkey
from world import make_world

PRODUCT = "Tallyboard"
KEPT = HERE / ".results"
QUICK = Plan(per_second=10, fixed=30, burst=24, backlog=48, calm=3, rest=0.3, opening=20, fast=50)
FULL = Plan(per_second=10, fixed=100, burst=200, backlog=200)
SHORT = Plan(per_second=10, fixed=50, burst=100, backlog=200, calm=4, rest=0.7, fast=100)
MANY = 2000  # screens from which the product's slower ways are not measured: they only take longer to open
MOST_ASKING = 200  # screens with a grant query each: beyond, that peer falls behind for minutes
DROWNING = Plan(per_second=10, fixed=30, burst=20, backlog=20, fast=20)  # for a peer that needs seconds for one event

Profiles = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Shape:
    """One way in which the product is run."""

    sink: str
    postgres: bool = False
    workers: int = 1

    @property
    def name(self) -> str:
        """Give what the table calls it."""
        stores = "PostgreSQL + Valkey" if self.postgres else "SQLite"
        return f"{PRODUCT}, {self.sink} sink, {stores}" + (f", {self.workers} workers" if self.workers > 1 else "")


SHAPES = [Shape("frames"), Shape("plain"), Shape("frames", postgres=True), Shape("frames", postgres=True, workers=2)]


def main() -> None:
    arguments = _arguments()
    plan = QUICK if arguments.quick else SHORT if arguments.short else FULL
    sizes = arguments.screens or ([60] if arguments.quick else [200, 1000, 5000])
    source = _source()
    began, taken, profiles = time.monotonic(), list[Figures](), Profiles()
    for number in range(arguments.rounds):
        for screens in sizes:
            print(f"\n--- round {number + 1}, {screens} screens", flush=True)
            taken.extend(_one_size(screens, plan, arguments, profiles))
    found = median(taken)
    if _source() != source:
        found[0].trouble.append("the source changed while it was measured: these rows are of several versions")
    KEPT.mkdir(exist_ok=True)
    (KEPT / "last.json").write_text(
        json.dumps({"figures": [vars(one) for one in taken], "profiles": profiles}, indent=1)
    )
    beside = [] if arguments.only else _beside(plan, arguments)
    path = None if arguments.quick or arguments.only else HERE / "RESULTS.md"
    table = write(found, plan, arguments.rounds, profiles, source, path, beside)
    print("\n".join(["", table, "", *beside, f"{time.monotonic() - began:.0f} s"]))
    sys.exit(0 if all(one.exact for one in found if one.name.startswith(PRODUCT)) else 1)


def _beside(plan: Plan, arguments: argparse.Namespace) -> list[str]:
    """Measure what is no delivery: removals, pages, and what the access rule costs as a county grows."""
    lines = besides(plan, removals=10 if arguments.quick else 60, screens=60 if arguments.quick else 200)
    small = arguments.quick or arguments.short
    command = [sys.executable, str(HERE / "access.py"), *(["--quick"] if small else ["--postgres"])]
    told = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT).stdout
    rows = [line for line in told.splitlines() if line.startswith("|")]
    return [*lines, "- **What the access rule costs**, as `./run bench access` prints it:", "", *rows]


def _one_size(screens: int, plan: Plan, arguments: argparse.Namespace, profiles: Profiles) -> list[Figures]:
    shapes = [shape for shape in (SHAPES[:1] if arguments.quick else SHAPES) if arguments.only in shape.name]
    if screens > MANY:
        shapes = [shape for shape in shapes if shape.sink == "frames"]
    found = [_ours(shape, screens, plan, arguments, profiles) for shape in shapes]
    with databases(postgres=False) as (database, _, folder), valkey() as redis:
        world = asyncio.run(make_world(database, screens))
        world.save(folder / "world.json")
        phases = found[0].phases if found else {}
        size = round(max((phase["bytes_per_delivery"] for phase in phases.values()), default=600))
        rivals = [(naive("memory"), plan)]
        if screens <= MOST_ASKING and not arguments.quick:
            rivals.append((naive("sql"), DROWNING))
        found_peers = peers(world, redis)
        rivals.extend((peer, plan) for peer in (found_peers[:1] if arguments.quick else found_peers))
        for peer, mild in rivals:
            if arguments.only not in peer.name:
                continue
            print(f"\n{peer.name}, {screens} screens, {size} bytes", flush=True)
            with running(peer, folder) as server:
                found.append(measure_peer(peer.name, mild, server, world, folder, peer.path, size))
    return found


def _ours(shape: Shape, screens: int, plan: Plan, arguments: argparse.Namespace, profiles: Profiles) -> Figures:
    with databases(postgres=shape.postgres) as (database, redis, folder):
        world = asyncio.run(make_world(database, screens))
        world.save(folder / "world.json")
        print(f"\n{shape.name}, {screens} screens, {world.share:.0%} may see a post", flush=True)
        with product(folder, database, redis, shape.sink, shape.workers) as server:
            profiler = Profiler(server.process.pid, folder) if arguments.profile else None
            watch = profiler or (lambda _: nullcontext())
            ours = measure_product(shape.name, plan, server, world, database, redis, folder, watch)
            if profiler:
                profiles[f"{shape.name}, {screens} screens"] = profiler.found
            if complaints := server.log.read_text().strip():
                print(f"  the server said: {complaints[-1500:]}")
        return ours


def _source() -> str:
    """Hash what is measured: a table must be of one version."""
    digest = hashlib.sha256()
    for folder in ("live", "models", "ops", "templates", "migrations"):
        for file in sorted((ROOT / folder).rglob("*.py")) + sorted((ROOT / folder).rglob("*.html")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Tallyboard and its peers.")
    parser.add_argument("--quick", action="store_true", help="one small size, few peers; writes no results")
    parser.add_argument("--short", action="store_true", help="shorter phases, all contenders: about 20 minutes")
    parser.add_argument("--only", default="", help="only contenders whose name contains this; writes no results")
    parser.add_argument("--profile", action="store_true", help="watch the product with py-spy; slows it a little")
    parser.add_argument("--screens", type=int, nargs="+", help="how many screens are open")
    parser.add_argument("--rounds", type=int, default=1, help="how often each contender has its turn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
