"""wrk, its plans and what it says; and the CPU time all our processes spent meanwhile."""
import json
import os
import pathlib
import re
import secrets
import statistics
import subprocess
import tempfile
import time

import proc

HERE = pathlib.Path(__file__).resolve().parent
CORES = os.cpu_count()
THREADS = 2


def lua(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"[{lua(k)}]={lua(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(lua(v) for v in value) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


class Target:
    """One thing measured: plan(connections, seconds, rate) gives what wrk sends; rate is what the last run reached."""

    def __init__(self, name, label, url, plan):
        self.name, self.label, self.url, self.plan = name, label, url, plan
        self.rate = None
        self.runs = {}  # connections -> [result]
        self.notes = {}


class Meter:
    """Runs wrk and reads the CPU of the named process trees before and after."""

    def __init__(self, roots):
        self.roots = roots  # name -> pid getter

    def cpu(self):
        return {name: proc.cpu_of_tree(pid()) for name, pid in self.roots.items()}

    def settle(self, most=15.0):
        """What laying out data left behind (purging, flushing) is not the next requests' work: wait until the database rests."""
        end, before = time.monotonic() + most, self.cpu()["mariadbd"]
        while time.monotonic() < end:
            time.sleep(0.3)
            after = self.cpu()["mariadbd"]
            if after - before < 0.01:
                return
            before = after

    def run(self, target, connections, seconds, keep=True):
        plan = {"threads": THREADS, "connections": connections, "run": secrets.token_hex(6), "status": 200, "idle": "/healthz", "headers": {}}
        plan.update(target.plan(connections, seconds, target.rate))
        self.settle()
        with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as f:
            f.write("return " + lua(plan))
            f.flush()
            before = self.cpu()
            began = time.monotonic()
            wrk = subprocess.Popen(["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(HERE / "load.lua"),
                                    target.url, "--", f.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            out = wrk.stdout.read()
            _, status, used = os.wait4(wrk.pid, 0)
            wrk.returncode = os.waitstatus_to_exitcode(status)
            took = time.monotonic() - began
            after = self.cpu()
        found = re.search(r"^RESULT (.*)$", out, re.M)
        if wrk.returncode or not found:
            raise RuntimeError(f"wrk on {target.name}: {wrk.returncode}\n{out}")
        r = {k: float(v) for k, v in (w.split("=") for w in found[1].split())}
        wrong = {k: int(r[k]) for k in ("socket", "timeout", "status", "bad", "ran_out") if r[k]}
        if wrong or not r["requests"]:
            first = re.search(r"^FIRST_BAD (.*)$", out, re.M)
            raise RuntimeError(f"{target.name}: wrong answers {wrong} of {int(r['requests'])}: {first[1] if first else out}")
        cpu = {name: after[name] - before[name] for name in before}
        cpu["wrk"] = used.ru_utime + used.ru_stime
        n = r["requests"]
        result = {
            "requests": int(n), "rps": n / (r["us"] / 1e6), "norm": CORES / (sum(cpu.values()) / n),
            "mean_ms": r["mean"] / 1e3, "p50_ms": r["p50"] / 1e3, "p95_ms": r["p95"] / 1e3, "p99_ms": r["p99"] / 1e3,
            "bytes": r["bytes"] / n, "busy": sum(cpu.values()) / took / CORES,
            "cpu_us": {name: s / n * 1e6 for name, s in cpu.items()},
        }
        result["little"] = result["rps"] * result["mean_ms"] / 1e3 / connections  # 1.0 when nobody starves
        target.rate = result["rps"]
        if keep:
            target.runs.setdefault(connections, []).append(result)
        return result


def median(runs, key):
    return statistics.median(r[key] for r in runs)


def summary(target, hello, connections):
    """Medians over the rounds; the ratio is the median of the ratios within each round."""
    runs, base = target.runs[connections], hello.runs[connections]
    out = {k: median(runs, k) for k in ("rps", "norm", "mean_ms", "p50_ms", "p95_ms", "p99_ms", "little", "busy", "bytes")}
    out["ratio"] = statistics.median(a["norm"] / b["norm"] for a, b in zip(runs, base))
    out["p99_ratio"] = statistics.median(a["p99_ms"] / b["p99_ms"] for a, b in zip(runs, base))
    out["cpu_us"] = {k: statistics.median(r["cpu_us"][k] for r in runs) for k in runs[0]["cpu_us"]}
    return out
