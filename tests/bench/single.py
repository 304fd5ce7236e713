"""What is measured once and not under load: start, memory, uploads, downloads, statements a page, evaluation."""
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse

import proc
from client import pdf
from world import wait_until

BODY = 100 * 1000 * 1000


def settings_change(world, **workers):
    path = world.home / "etc/guizhang.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings.setdefault("workers", {}).update(workers)
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")


def ready(world):
    host = urllib.parse.urlsplit(world.url).netloc

    def asked():
        c = http.client.HTTPConnection(host, timeout=5)
        try:
            c.request("GET", "/healthz")
            return c.getresponse().status == 200
        finally:
            c.close()
    return asked


def restart(world, **workers):
    settings_change(world, **workers)
    world.part("stop", "guizhangd")
    world.part("start", "guizhangd")
    wait_until("guizhangd", ready(world))


def start_ms(world, times=5):
    """From exec to the first 200 through nginx; asked every 2 ms."""
    took = []
    for _ in range(times):
        world.part("stop", "guizhangd")
        with open(world.home / "log/guizhangd.log", "a") as log:
            began = time.monotonic()
            p = subprocess.Popen([str(world.home / "app/bin/guizhangd"), str(world.home / "etc/guizhang.json")], stdin=subprocess.DEVNULL,
                                 stdout=log, stderr=log, start_new_session=True, preexec_fn=world._become_user)
        wait_until("first answer", ready(world), every=0.002)
        took.append((time.monotonic() - began) * 1e3)
        (world.home / "run/guizhangd.pid").write_text(f"{p.pid}\n")
        threading.Thread(target=p.wait, daemon=True).start()  # it is our child: someone must take its end
    return statistics.median(took)


def memory(world):
    """Of the workers as they stand, and of the master."""
    workers = world.workers()
    rss = [proc.status_kib(p, "VmRSS") / 1024 for p in workers]
    pss = [proc.pss_kib(p) for p in [world.pid("guizhangd"), *workers]]
    return {"workers": len(workers), "rss_max": max(rss), "rss_median": statistics.median(rss),
            "rss_peak": max(proc.status_kib(p, "VmHWM") for p in workers) / 1024,
            "pss_all": sum(pss) / 1024 if None not in pss else None}


# ---- files ----

def send(client, path, file, fields):
    """One file as the page's script sends it, streamed from the disk: the load generator holds no 100 MB."""
    c = http.client.HTTPConnection(client.netloc, timeout=120)
    c.putrequest("POST", path + "?" + urllib.parse.urlencode({**fields, "name": "大文件.pdf"}))
    for k, v in {"Accept": "application/json", "Content-Type": "application/octet-stream", "Origin": f"http://{client.netloc}",
                 "Content-Length": str(os.path.getsize(file)), "Idempotency-Key": os.urandom(12).hex(), "X-CSRF-Token": client.csrf,
                 "Cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())}.items():
        c.putheader(k, v)
    c.endheaders()
    with open(file, "rb") as f:
        while chunk := f.read(1 << 20):
            c.send(chunk)
    r = c.getresponse()
    body = r.read()
    c.close()
    assert r.status in (200, 201), (r.status, body[:500])
    return json.loads(body)


def upload(world, project, client, tenant, procedure, material):
    """One worker alone, so that it is the one that takes the file; small uploads first, so that only size is new.

    disk counts every byte written to a file; disk_net leaves out what was deleted before the kernel had written it.
    """
    restart(world, count=1)
    path, fields = f"/{tenant}/projects/{project}/documents", {"procedure": procedure, "material": material}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        small, large = f"{folder}/small.pdf", f"{folder}/large.pdf"
        for name, size in ((small, 20000), (large, BODY)):
            with open(name, "wb") as f:
                f.write(pdf(os.urandom(8).hex(), size))
        nginx = [world.pid("nginx"), *proc.children(world.pid("nginx"))]
        before = [proc.written(p, world._become_user) for p in nginx] + [hidden_writes(world)]
        worker, = world.workers()
        for _ in range(3):
            send(client, path, small, fields)
        idle, ns = proc.status_kib(worker, "VmHWM"), proc.run_ns(worker)
        began = time.monotonic()
        taken = send(client, path, large, fields)
        took = time.monotonic() - began
        peak, ns = proc.status_kib(worker, "VmHWM"), proc.run_ns(worker) - ns
        after = [proc.written(p, world._become_user) for p in nginx] + [hidden_writes(world)]
    href = (taken.get("documents") or [taken])[-1]["href"]
    disk = net = None
    if None not in before + after:
        disk, net = ((sum(w[i] for w in after) - sum(w[i] for w in before)) / BODY for i in (0, 1))
    return {"rss_mib": max(0, peak - idle) / 1024, "disk": disk, "disk_net": net, "seconds": took, "worker_cpu_ms": ns / 1e6, "href": href}


def hidden_writes(world):
    """A worker forbids looking at its own figures, but its master inherits them when it leaves: so it is asked to leave."""
    old, = world.workers()
    os.kill(old, 15)
    wait_until("a new worker", lambda: world.workers() and world.workers()[0] != old and ready(world)())
    return proc.written(world.pid("guizhangd"), world._become_user)


def download(world, client, href, times=5):
    worker, = world.workers()
    host = client.netloc

    def once():
        c = http.client.HTTPConnection(host, timeout=60)
        c.request("GET", href, headers={"Accept": "*/*", "Cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())})
        r = c.getresponse()
        assert r.status == 200, r.status
        n = 0
        while chunk := r.read(1 << 20):
            n += len(chunk)
        c.close()
        return n
    once()
    ns, began = proc.run_ns(worker), time.monotonic()
    size = [once() for _ in range(times)]
    took = time.monotonic() - began
    return {"cpu_ms": (proc.run_ns(worker) - ns) / 1e6 / times, "mb_s": sum(size) / took / 1e6, "bytes": size[0]}


# ---- statements ----

COUNTED = ("Com_stmt_execute", "Com_select", "Com_commit", "Com_stmt_prepare")


def counters(world):
    names = ",".join(f"'{n}'" for n in COUNTED)
    return {r[0]: int(r[1]) for r in world.sql("", f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})")}


def statements(world, ask, times=10):
    """Statements executed a request, connections being warm; the server counts them itself."""
    for _ in range(40):  # every worker has its connections and its statements
        ask()
    before = counters(world)
    for _ in range(times):
        ask()
    after = counters(world)
    return (after["Com_stmt_execute"] - before["Com_stmt_execute"]) / times


# ---- messages to other bureaus ----

def outbox(world, build, tenant, project, seconds, rounds, writers=16):
    """Durable outbox rows a second, one a commit: the store's road beside a bare client's INSERT of the same row.

    apart: every writer has a peer, that is a series of numbers, of its own. one: all write to one peer; its numbers
    are given when the rows are sealed, so nobody waits for another here.
    """
    program = os.path.join(build, "tests/bench/bench_outbox")
    subprocess.run(["make", "-C", build, "tests/bench/bench_outbox"], check=True, stdout=subprocess.DEVNULL, timeout=300)
    program = str(shutil.copy(program, world.home / "run"))  # where the unprivileged user may enter
    found = {}
    for _ in range(rounds):
        for way, peers, mode in (("bare", writers, "bare"), ("apart", writers, "store"), ("one", 1, "store")):
            run = subprocess.run([program, f"{world.home}/run/db.sock", world.user, f"gz_{tenant}", str(project), str(writers), str(seconds), str(peers), mode],
                                 text=True, capture_output=True, check=True, timeout=120, cwd="/", preexec_fn=world._become_user)
            found.setdefault(way, []).append(int(run.stdout.split()[0]) / seconds)
            world.sql(f"gz_{tenant}", "DELETE FROM outbox WHERE peer LIKE 'bench-%'; DELETE FROM outbox_series WHERE peer LIKE 'bench-%'")
    rate = {way: statistics.median(rows) for way, rows in found.items()}
    ratio = {way: statistics.median(a / b for a, b in zip(found[way], found["bare"])) for way in ("apart", "one")}
    return {"bare_rows_s": rate["bare"], "apart_rows_s": rate["apart"], "one_rows_s": rate["one"], "ratio": ratio["apart"], "ratio_one": ratio["one"]}


def evaluation(top, build):
    """The regulation layer's own program: 200 events of the longest history among a district's cases."""
    program, tenants = os.path.join(build, "tests/bench/bench_eval"), os.path.join(top, "tenants")
    subprocess.run(["make", "-C", build, "tests/bench/bench_eval"], check=True, stdout=subprocess.DEVNULL, timeout=300)
    out = {}
    for rules in sorted(pathlib.Path(tenants).glob("*/*/rules.json")):
        cases = sorted((rules.parent / "cases").glob("*.json"), key=lambda p: longest(p))
        if not cases or not longest(cases[-1]):
            continue
        name = f"{rules.parent.parent.name}/{rules.parent.name}"
        run = subprocess.run([program, tenants, name, str(cases[-1])], text=True, capture_output=True, timeout=120, check=True)
        out[name] = float(re.search(r"median ([0-9.]+) us", run.stdout)[1])
    return {"us": max(out.values()), **out} if out else None


def longest(path):
    cases = json.loads(path.read_text(encoding="utf-8"))
    return max((len(c.get("history") or []) for c in (cases if isinstance(cases, list) else [cases])), default=0)
