#!/usr/bin/env python3
"""Measures the application beside its anchors on a private installation of its own: bench.py TOP BUILD [--json FILE] [--perf]

The manner is that of the design's PERFORMANCE.md: ratios side by side in one run, interleaved rounds, after a warm-up.
"norm" is cores ÷ CPU time a request of all our processes, load generator included: other load on the machine drops out.
req/s × mean latency ÷ connections must be about 1; if not, somebody starves and the medians mean nothing.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
sys.dont_write_bytecode = True
import goals  # noqa: E402
import growth  # noqa: E402
import perfs  # noqa: E402
import single  # noqa: E402
from anchors import TOKEN, Anchors  # noqa: E402
from load import CORES, Meter, Target, summary  # noqa: E402
from seeds import T, UP, Seeds  # noqa: E402
from client import Client  # noqa: E402
from world import World  # noqa: E402

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PROJECTS = int(os.environ.get("BENCH_PROJECTS", "2000"))
WORKERS = int(os.environ.get("BENCH_WORKERS", "8"))
CONNECTIONS = [int(c) for c in os.environ.get("BENCH_CONNECTIONS", "16 64").split()]
ONLY = os.environ.get("BENCH_ONLY", "").split()


def say(text):
    print(text, file=sys.stderr, flush=True)


# ---- what is asked for ----

def headers(client, accept):
    return {"Accept": accept, "Cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())}


def posting(client):
    client.get("/posts")  # the session's own token for forms
    return {**headers(client, "application/json"), "Content-Type": "application/json", "Origin": client.origin, "X-CSRF-Token": client.csrf}


def reading(client, accept, *paths):
    return lambda connections, seconds, rate: {"kind": "read", "paths": list(paths), "headers": headers(client, accept) if client else {"Accept": accept}}


BARE = {"read": "裸 C：读一行", "session": "裸 C：会话＋读一行", "list": "裸 C：列 20 行", "write": "裸 C：改＋审计＋上报一次提交"}


def bare(anchors, kind):
    return lambda connections, seconds, rate: {"kind": "read", "paths": anchors.paths(kind), "headers": {"Accept": "*/*", "Cookie": f"s={TOKEN}"}}


def is_anchor(name):
    return name in ("hello", "return") or name.startswith("bare_")


def saving(seeds, client):
    def plan(connections, seconds, rate):
        return {"kind": "save", "status": seeds.save_status, "headers": posting(client), "projects": seeds.versions(), "path": f"/{T}/projects/%s/edit",
                "body": '{"version":%s,"facts":{"project_summary":"建设业务管理、数据归集和统计分析功能，第 %d 次修改。"}}'}
    return plan


def approving(seeds):
    """Each approval takes a project of its own, so enough are laid out before; the first guess is generous."""
    def plan(connections, seconds, rate):
        act, client = seeds.approve["act"], seeds.approve["client"]
        ids = seeds.ready_ids(int((rate or 700) * seconds * 1.5) + 4 * connections)
        return {"kind": "consume", "status": seeds.act_status, "headers": posting(client), "paths": [f"/{UP}/projects/{i}/acts/{act}" for i in ids],
                "body": json.dumps(seeds.approve["body"], ensure_ascii=False)}
    return plan


def targets(world, anchors, seeds):
    office, unit, editor = world.sign_in(T, "tech"), world.sign_in(T, "unit", "jyj"), world.sign_in(T, "unit", "cgj")
    for c in (office, unit, editor, seeds.approve["client"]):
        c.origin = world.url
    projects = [f"/{T}/projects/{p}" for p in seeds.waiting]
    json_, html = "application/json", "text/html"
    all_ = [
        Target("hello", "libfcgi hello, 1 KB", anchors.url + "/hello", reading(None, "*/*", "/hello")),
        Target("return", "nginx return 200, 1 KB", anchors.url + "/return", reading(None, "*/*", "/return")),
        *(Target(f"bare_{kind}", label, anchors.url, bare(anchors, kind)) for kind, label in BARE.items()),
        Target("project_json", "一个项目 JSON", world.url, reading(office, json_, *[f"{p}/status" for p in projects])),
        Target("project_whole_json", "一项目一档 JSON，刚申报", world.url, reading(office, json_, *projects)),
        Target("list_json", "列表 20 行 JSON", world.url, reading(office, json_, f"/{T}/projects")),
        Target("write_draft", "写：暂存", world.url, saving(seeds, editor)),
        Target("write_outbox", "写：批复＋上报", world.url, approving(seeds)),
        Target("home_html", "待办首页 HTML", world.url, reading(office, html, f"/{T}/home")),
        Target("project_html", "一项目一档 HTML，50 条经过", world.url, reading(unit, html, f"/{T}/projects/{seeds.long}?tab=all")),
        Target("project_overview_html", "一项目一档 HTML 概览，50 条经过", world.url, reading(unit, html, f"/{T}/projects/{seeds.long}")),
        Target("project_short_html", "一项目一档 HTML，刚申报", world.url, reading(office, html, *[f"{p}?tab=all" for p in projects])),
        Target("regulation_html", "法规库 HTML（公开）", world.url, reading(None, html, f"/{T}/regulation")),
    ]
    return [t for t in all_ if not ONLY or t.name in ONLY or t.name == "hello"]


def try_writes(world, seeds):
    """One of each by hand: the status a success has, and a clear refusal if it has none."""
    c = world.sign_in(T, "unit", "cgj")
    row = seeds.versions()[0]
    answer = c.post(f"/{T}/projects/{row['id']}/edit", {"version": row["version"], "facts": {"project_summary": "试写一次。"}})
    assert answer.status in (200, 201, 303) and '"version"' in answer.text, answer
    seeds.save_status = answer.status
    a = seeds.approve
    row = seeds.ready_ids(1)[0]
    answer = a["client"].post(f"/{UP}/projects/{row}/acts/{a['act']}", a["body"])
    assert answer.status in (200, 201, 303), answer
    seeds.act_status = answer.status
    assert world.sql(f"gz_{UP}", f"SELECT COUNT(*) FROM outbox WHERE project = {row}") == [["1"]], "the approval queued no message"


# ---- once ----

def pages(world, anchors, seeds, wanted):
    """Statements and bytes a page, asked one by one."""
    out = {}
    for t in wanted:
        if is_anchor(t.name):
            continue
        plan = t.plan(1, 1, 100)
        client = Client(t.url)
        if plan["kind"] == "read":
            asked = iter(range(10 ** 9))

            def ask():
                answer = client.request("GET", plan["paths"][next(asked) % len(plan["paths"])], headers=plan["headers"])
                assert answer.status == 200, answer
                t.notes["bytes"] = len(answer.body)
        elif plan["kind"] == "save":
            versions = {p["id"]: p["version"] for p in plan["projects"][:1]}

            def ask():
                (i, v), = versions.items()
                answer = client.request("POST", plan["path"] % i, (plan["body"] % (v, int(time.time() * 1e6) % 10 ** 9)).encode(),
                                        {**plan["headers"], "Idempotency-Key": os.urandom(12).hex()})
                assert answer.status == seeds.save_status, answer
                versions[i] = answer.json["version"]
        else:
            paths = iter(plan["paths"])

            def ask():
                answer = client.request("POST", next(paths), plan["body"].encode(), {**plan["headers"], "Idempotency-Key": os.urandom(12).hex()})
                assert answer.status == seeds.act_status, answer
        out[t.name] = single.statements(world, ask)
    return out


def files(world, seeds):
    """A large file into a draft, and out again."""
    client = world.sign_in(T, "unit", "cgj")
    client.get("/posts")
    project = seeds.drafts[0]
    page = client.get(f"/{T}/projects/{project}/edit").json
    group = next(g for g in page["materials"] if g["items"])
    up = single.upload(world, project, client, T, group["procedure"], group["items"][0]["id"])
    down = single.download(world, client, up.pop("href"))
    return up, down


def attempt(what, problems, f, *args):
    """A part that cannot be measured is said so in the table; it does not hide the others."""
    try:
        return f(*args)
    except (AssertionError, RuntimeError, KeyError, StopIteration, ValueError, OSError, subprocess.SubprocessError) as e:
        problems.append(f"{what}: {type(e).__name__}: {str(e)[:600]}")
        say(problems[-1])
        return None


# ---- the run ----

def rounds(meter, wanted, problems):
    dead = set()
    for t in wanted:  # warm-up: connections, statements, buffer pool; and the first idea of a rate
        if attempt(t.name, problems, meter.run, t, CONNECTIONS[0], min(2, SECONDS), False) is None:
            dead.add(t.name)
    alive = [t for t in wanted if t.name not in dead]
    for i in range(ROUNDS):
        for c in CONNECTIONS:
            for t in alive:
                if t.name in dead:
                    continue
                r = attempt(t.name, problems, meter.run, t, c, SECONDS)
                if r is None:
                    dead.add(t.name)
                    continue
                say(f"round {i + 1}/{ROUNDS} {c:3d} {t.name:20s} norm {r['norm']:8.0f}/s  req {r['rps']:8.0f}/s  p50 {r['p50_ms']:.2f}  p99 {r['p99_ms']:.2f} ms  "
                    f"L/c {r['little']:.2f}")
    return [t for t in alive if all(len(t.runs.get(c, [])) == ROUNDS for c in CONNECTIONS)]


def measure(world, build, perf):
    problems = []
    out = {"machine": {"cores": CORES, "kernel": platform.release(), "load": os.getloadavg()}, "settings":
           {"seconds": SECONDS, "rounds": ROUNDS, "connections": CONNECTIONS, "workers": WORKERS, "bulk_rows": PROJECTS}, "build": flags(build)}
    say("starting a private installation")
    world.start()
    world.part("stop", "guizhang-push")  # the pusher sends and seals after the commit; what is measured here is the write
    anchors = Anchors(world, os.path.join(build, "tests/bench/hello"), WORKERS)
    try:
        out["start_ms"] = single.start_ms(world)
        single.restart(world, count=WORKERS)
        out["memory_idle"] = single.memory(world)
        say("doing real projects")
        seeds = Seeds(world, PROJECTS)
        seeds.make()
        try_writes(world, seeds)
        out["tenants"] = len([p for p in (world.home / "app/share/guizhang/tenants").iterdir() if (p / "tenant.json").exists()])
        wanted = targets(world, anchors, seeds)
        out["statements"] = attempt("statements", problems, pages, world, anchors, seeds, wanted)
        meter = Meter({"nginx": lambda: world.pid("nginx"), "hello": lambda: anchors.pid, "guizhangd": lambda: world.pid("guizhangd"),
                       "mariadbd": lambda: world.pid("mariadbd"), "slapd": lambda: world.pid("slapd")})
        measured = rounds(meter, wanted, problems)
        hello = next(t for t in measured if t.name == "hello")
        out["targets"] = {t.name: {"label": t.label, **t.notes, "at": {c: summary(t, hello, c) for c in CONNECTIONS}} for t in measured}
        out["memory_loaded"] = single.memory(world)
        for t in measured:
            for whose, pids in (("workers", world.workers()), ("database", [world.pid("mariadbd")])) if perf and not is_anchor(t.name) else ():
                found = attempt("perf", problems, perfs.record, meter, t, CONNECTIONS[0], pids)
                if found:
                    perfs.show(t, whose, found)
        if not ONLY:
            both = attempt("files", problems, files, world, seeds)
            out["upload"], out["download"] = both or (None, None)
            out["outbox"] = attempt("outbox", problems, single.outbox, world, build, UP, seeds.ready, min(SECONDS, 4), ROUNDS)
            out["evaluation"] = attempt("evaluation", problems, single.evaluation, HERE.parents[1], build)
        for name, part in (("check", lambda: growth.check(HERE.parents[1], build, 2 * ROUNDS + 1)),
                           ("load", lambda: growth.load(HERE.parents[1], build, WORKERS, ROUNDS)),
                           ("growth", lambda: growth.tenants(world, meter, measured, WORKERS, CONNECTIONS[0], min(SECONDS, 4), ROUNDS))):
            if not ONLY or name in ONLY:
                out[name] = attempt(name, problems, part)
    finally:
        anchors.stop()
    out["problems"] = problems
    return out


def flags(build):
    text = (pathlib.Path(build) / "Makefile").read_text()
    return {name: re.search(rf"^{name} = (.*)$", text, re.M)[1].strip() for name in ("CC", "CFLAGS", "SAN_CFLAGS", "HARDEN_CFLAGS")}


# ---- what it says ----

def figures(out):
    """The rows of goals.py; of several numbers of connections the worst counts."""
    v = {}
    for name, t in out["targets"].items():
        v[name] = min(s["ratio"] for s in t["at"].values())
    if "project_json" in out["targets"]:
        v["p99_project_json"] = out["targets"]["project_json"]["at"][CONNECTIONS[-1]]["p99_ratio"]
    v["worker_rss_mib"] = out["memory_loaded"]["rss_max"]
    v["start_ms"] = out["start_ms"]
    if out.get("upload"):
        v["upload_rss_mib"], v["upload_disk"] = out["upload"]["rss_mib"], out["upload"]["disk"]
        v["download_cpu_ms"] = out["download"]["cpu_ms"]
    if out.get("outbox"):
        v["outbox_ratio"] = out["outbox"]["ratio"]
    if out.get("evaluation"):
        v["evaluate_us"] = out["evaluation"]["us"]
    if out.get("check"):
        v["check_ms"], v["check_cases_ms"] = out["check"]["rules"]["ms"], out["check"]["cases"]["ms"]
    if out.get("load"):
        v["load_s"], v["tenant_mib"] = out["load"]["s"], out["load"]["mib_each"]
    if out.get("growth"):
        v["tenants_cost"], v["tenants_private"] = out["growth"]["cost"], out["growth"].get("private_ratio")
    return v


def width(text):
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def pad(text, n):
    return text + " " * max(0, n - width(text))


def show(out):
    s = out["settings"]
    print(f"\n{CORES} cores, {out['tenants']} districts, {s['workers']} workers, keep_conn off, {s['rounds']} rounds of {s['seconds']} s, "
          f"{s['bulk_rows']} copied project rows; {out['build']['CC']} {out['build']['CFLAGS']} {out['build']['SAN_CFLAGS']}; load {out['machine']['load'][0]:.1f} before")
    if out["build"]["SAN_CFLAGS"] or not re.search(r"-O[23s]", out["build"]["CFLAGS"]):
        print("注意：这不是正式的编译选项，数字不能与目标相比。")
    print("\n" + pad("", 30) + "   c   norm/s  ÷hello    req/s    mean     p50     p95     p99   L/c   CPU µs/请求: nginx  app   db  wrk    字节  SQL")
    for name, t in out["targets"].items():
        for c, r in t["at"].items():
            u = r["cpu_us"]
            app = u["hello"] if is_anchor(name) else u["guizhangd"]
            sql = (out["statements"] or {}).get(name)
            print(pad(t["label"], 30) + f" {c:3d} {r['norm']:8.0f} {r['ratio']:8.4f} {r['rps']:8.0f} {r['mean_ms']:7.2f} {r['p50_ms']:7.2f} {r['p95_ms']:7.2f} "
                  f"{r['p99_ms']:7.2f} {r['little']:5.2f}{'!' if abs(r['little'] - 1) > 0.1 else ' '} {u['nginx']:15.0f} {app:6.0f} {u['mariadbd']:4.0f} {u['wrk']:4.0f} "
                  f"{r['bytes']:7.0f} {sql if sql is not None else '':>4}")
    v = figures(out)
    out["figures"] = {}
    print("\n" + pad("", 52) + f"{'measured':>10} {'goal':>7} {'bound':>7}")
    for name, label, goal, bound, less in goals.GOALS:
        value = v.get(name)
        verdict = goals.judge(value, goal, bound, less)
        out["figures"][name] = {"value": value, "goal": goal, "bound": bound, "less_is_better": less, "verdict": verdict}
        print(pad(label, 52) + f"{'—' if value is None else f'{value:.3f}':>10} {goal:7} {bound:7}  {verdict}")
    for key in ("memory_idle", "memory_loaded", "upload", "download", "outbox", "evaluation", "check", "load", "growth"):
        if out.get(key):
            print(f"{key}: " + ", ".join(f"{k} {x:.2f}" if isinstance(x, float) else f"{k} {x}" for k, x in out[key].items()))
    for p in out["problems"]:
        print("没有测成：" + p)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("top")
    parser.add_argument("build")
    parser.add_argument("--json", metavar="FILE", default=os.environ.get("BENCH_JSON"))
    parser.add_argument("--perf", action="store_true", default=bool(os.environ.get("BENCH_PERF")), help="afterwards, show where the workers' time goes, target by target")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    home = pathlib.Path(tempfile.mkdtemp(prefix="guizhang-bench-", dir=os.environ.get("GUIZHANG_BENCH_DIR", "/var/tmp")))
    os.chmod(home, 0o755)
    world = World(home, args.build)
    try:
        out = measure(world, args.build, args.perf)
    finally:
        world.stop()
        if os.environ.get("GUIZHANG_KEEP"):
            say(f"kept: {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    show(out)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if out["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
