"""Measures the product and its peers in one run: `./run bench [--quick] [--postgres] [--profile] [--screens 200 1000]`.

Every server runs alone, on loopback; the load generator and the poster are processes of their own. Exits with 1 when
any delivery of the product was lost, doubled, or went to a screen that may not see it.
"""

import argparse
import asyncio
import hashlib
import json
import shutil
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from measure import Figures, Plan, measure_peer, measure_product
from profiler import Profiler
from report import write
from servers import HERE, PEERS, ROOT, databases, naive, product, rooms
from world import World, make_world

PRODUCT = "Tallyboard"
KEPT = HERE / ".results"
QUICK = Plan(per_second=10, fixed=30, burst=24, backlog=48, calm=3, rest=0.3, opening=20)
FULL = Plan(per_second=10, fixed=150, burst=200, backlog=200)
MOST_ASKING = 200  # screens with a grant query each: beyond, that peer falls behind for minutes
DROWNING = Plan(per_second=10, fixed=30, burst=20, backlog=20)  # for a peer that needs seconds for one event


def main() -> None:
    arguments = _arguments()
    plan = QUICK if arguments.quick else FULL
    sizes = arguments.screens or ([60] if arguments.quick else [200, 1000])
    source = _source()
    began, found, profiles = time.monotonic(), list[Figures](), dict[str, dict[str, list[str]]]()
    for screens in sizes:
        for postgres in [False, True] if arguments.postgres else [False]:
            found.extend(_one_size(screens, plan, arguments, profiles, postgres=postgres))
    if _source() != source:
        found[0].trouble.append("the source changed while it was measured: these rows are of several versions")
    KEPT.mkdir(exist_ok=True)
    kept = [{"name": one.name, "screens": one.screens, **vars(one)} for one in found]
    (KEPT / "last.json").write_text(json.dumps({"figures": kept, "profiles": profiles}, indent=1))
    path = None if arguments.quick else HERE / "RESULTS.md"
    table = write(found, plan, profiles, source, path)
    print(f"\n{table}\n{time.monotonic() - began:.0f} s")
    sys.exit(0 if all(one.exact for one in found if one.name.startswith(PRODUCT)) else 1)


def _one_size(
    screens: int,
    plan: Plan,
    arguments: argparse.Namespace,
    profiles: dict[str, dict[str, list[str]]],
    *,
    postgres: bool,
) -> list[Figures]:
    found: list[Figures] = []
    with databases(postgres=postgres) as (database, redis, folder):
        world = asyncio.run(make_world(database, screens))
        world.save(folder / "world.json")
        name = f"{PRODUCT}, {'PostgreSQL + Valkey' if postgres else 'SQLite'}"
        print(f"\n{name}, {screens} screens, {world.share:.0%} may see a post", flush=True)
        with product(folder, database, redis) as server:
            profiler = Profiler(server.process.pid, folder) if arguments.profile else None
            watch = profiler or (lambda _: nullcontext())
            ours = measure_product(name, plan, server, world, database, redis, folder, watch)
            if profiler:
                profiles[f"{name}, {screens} screens"] = profiler.found
            if complaints := server.log.read_text().strip():
                print(f"  the server said: {complaints[-1500:]}")
        found.append(ours)
        if not postgres:
            size = round(max((phase["bytes_per_delivery"] for phase in ours.phases.values()), default=600))
            found.extend(_peers(screens, plan, world, folder, size, quick=arguments.quick))
    return found


def _peers(screens: int, plan: Plan, world: World, folder: Path, size: int, *, quick: bool) -> list[Figures]:
    found: list[Figures] = []
    for grants in ["memory", "sql"] if screens <= MOST_ASKING and not quick else ["memory"]:
        name = {"memory": "naive, checks in memory", "sql": "naive, one grant query per screen"}[grants]
        print(f"\n{name}, {screens} screens, {size} bytes", flush=True)
        with naive(folder, grants) as server:
            mild = plan if grants == "memory" else DROWNING
            found.append(measure_peer(name, mild, server, world, folder, "/live?", size))
    if quick:
        return found
    if shutil.which("node") and (PEERS / "node_modules").exists():
        print(f"\nNode socket.io with rooms, {screens} screens, {size} bytes", flush=True)
        with rooms(folder) as server:
            path = "/socket.io/?EIO=4&transport=websocket&"
            found.append(measure_peer("Node socket.io with rooms", plan, server, world, folder, path, size))
    else:
        print("\nno socket.io peer: `npm install` in bench/peers brings it", flush=True)
    return found


def _source() -> str:
    """Hash what is measured: a table must be of one version."""
    digest = hashlib.sha256()
    for folder in ("live", "models", "ops", "templates", "migrations"):
        for file in sorted((ROOT / folder).rglob("*.py")) + sorted((ROOT / folder).rglob("*.html")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Tallyboard and its peers.")
    parser.add_argument("--quick", action="store_true", help="less than a minute; writes no results")
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL and Valkey")
    parser.add_argument("--profile", action="store_true", help="watch the product with py-spy; slows it a little")
    parser.add_argument("--screens", type=int, nargs="+", help="how many screens are open")
    return parser.parse_args()


if __name__ == "__main__":
    main()
