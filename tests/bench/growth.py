"""What grows with districts: the check of one, the load of hundreds, a request and a worker among hundreds."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import many
import proc
import single

DISTRICTS = int(os.environ.get("BENCH_DISTRICTS", "500"))
TARGETS = ("project_json", "list_json", "home_html", "project_html")


def check_once(program, folder):
    """(processor, wall) milliseconds."""
    began = time.monotonic()
    p = subprocess.Popen([program, "regulation", "check", str(folder)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    assert p.returncode == 0, f"regulation check {folder}: {p.returncode}"
    return (used.ru_utime + used.ru_stime) * 1e3, (time.monotonic() - began) * 1e3


def check(top, build, times):
    """`guizhang regulation check`, program start included, of the rules alone and with all their scenario cases; the slowest district counts.

    Processor time: it is one thread and its files are in memory, so on a quiet machine that is what one waits for.
    """
    program, out = os.path.join(build, "guizhang"), {}
    with tempfile.TemporaryDirectory() as bare:
        rules_alone = pathlib.Path(shutil.copytree(os.path.join(top, "tenants"), os.path.join(bare, "tenants"), ignore=shutil.ignore_patterns("cases")))
        for what, tenants in (("rules", rules_alone), ("cases", pathlib.Path(top, "tenants"))):
            each = {}
            for folder in many.districts(tenants):
                took = [check_once(program, folder) for _ in range(times)]
                each[folder.name] = statistics.median(cpu for cpu, _ in took), statistics.median(wall for _, wall in took)
            out[what] = {"ms": max(cpu for cpu, _ in each.values()), "wall_ms": max(wall for _, wall in each.values()), "each": {n: cpu for n, (cpu, _) in each.items()}}
    return out


def private(worker):
    return worker["Private_Clean"] + worker["Private_Dirty"]


def load_once(build, settings, workers):
    run = subprocess.run([os.path.join(build, "tests/bench/bench_load"), str(settings), str(workers)], text=True, capture_output=True, check=True, timeout=300)
    return json.loads(run.stdout)


def load(top, build, workers, times):
    """guizhangd's own loading code on the real districts, and on hundreds of copies; workers fork, use every text, and count their pages."""
    subprocess.run(["make", "-C", build, "tests/bench/bench_load"], check=True, stdout=subprocess.DEVNULL, timeout=300)
    with tempfile.TemporaryDirectory(prefix="guizhang-many-", dir="/var/tmp") as folder:
        few = many.settings(f"{folder}/few.json", os.path.join(top, "tenants"), folder)
        lots = many.settings(f"{folder}/many.json", many.make(os.path.join(top, "tenants"), f"{folder}/tenants", DISTRICTS), folder)
        small = load_once(build, few, workers)
        runs = [load_once(build, lots, workers) for _ in range(times)]
    large = runs[0]
    own, shared = max(map(private, large["workers"])), min(w["Shared_Clean"] + w["Shared_Dirty"] for w in large["workers"])
    return {"districts": large["districts"], "s": statistics.median(r["cpu_ms"] for r in runs) / 1e3, "wall_s": statistics.median(r["ms"] for r in runs) / 1e3,
            "mib_each": (private(large["after"]) - private(large["before"])) / 1024 / large["districts"],
            "worker_private_mib": own / 1024, "worker_shared_mib": shared / 1024, "worker_private_few_mib": max(map(private, small["workers"])) / 1024,
            "shared_part": shared / (own + shared)}


# ---- the running server among few and among many ----

def settle(world, tenants, workers):
    path = world.home / "etc/guizhang.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["tenants_dir"] = str(tenants)
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")
    single.restart(world, count=workers)


def worker_pages(world):
    """Median MiB of a worker, [private, PSS]; None where the kernel does not let us look into a process that forbids dumps."""
    found = [(proc.smaps_kib(p, "Private_Clean", "Private_Dirty"), proc.pss_kib(p)) for p in world.workers()]
    return None if any(None in f for f in found) else [statistics.median(f[i] for f in found) / 1024 for i in (0, 1)]


def tenants(world, meter, wanted, workers, connections, seconds, rounds):
    """The same requests over the same rows, few and many districts by turns; CPU a request, and pages of a worker afterwards."""
    few = world.home / "app/share/guizhang/tenants"
    lots = world.home / "run/many"
    many.make(few, lots, DISTRICTS)
    for p in (lots, *lots.rglob("*")):
        os.chmod(p, 0o755 if p.is_dir() else 0o644)
    wanted = [t for t in wanted if t.name in TARGETS]
    cost, pages = {}, {}
    try:
        for _ in range(rounds):
            for way, folder in (("few", few), ("many", lots)):
                settle(world, folder, workers)
                for t in wanted:
                    meter.run(t, connections, min(1, seconds), keep=False)  # connections and statements
                    cost.setdefault(t.name, {}).setdefault(way, []).append(1 / meter.run(t, connections, seconds, keep=False)["norm"])
                pages.setdefault(way, []).append(worker_pages(world))
    finally:
        settle(world, few, workers)
        shutil.rmtree(lots)
    ratio = {name: statistics.median(b / a for a, b in zip(c["few"], c["many"])) for name, c in cost.items()}
    out = {"districts": DISTRICTS, "cost": max(ratio.values()), **{f"cost_{name}": r for name, r in ratio.items()}}
    if None not in pages["few"] + pages["many"]:
        for i, kind in enumerate(("private", "pss")):
            a, b = (statistics.median(p[i] for p in pages[way]) for way in ("few", "many"))
            out.update({f"{kind}_few_mib": a, f"{kind}_many_mib": b, f"{kind}_ratio": b / a})
    return out
