"""Where the time of the workers or of the database goes under load: perf with unwound stacks, counted per function. Needs perf and the right to use it."""
import collections
import os
import subprocess
import tempfile
import time

SECONDS = 3
SHOWN = 45


def record(meter, target, connections, pids):
    pids = ",".join(map(str, pids))
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        data = os.path.join(folder, "perf.data")
        perf = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", "799", "--call-graph", "dwarf,6144", "-p", pids, "-o", data,
                                 "--", "sleep", str(SECONDS)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(0.2)
        meter.run(target, connections, SECONDS, keep=False)
        said = perf.communicate()[1]
        if perf.returncode:
            raise RuntimeError(f"perf: {said.strip()[-300:]}")
        script = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym", "--no-inline"], text=True, capture_output=True, timeout=300).stdout
    return counted(script)


def counted(script):
    """(samples, [(function, share with what it calls, share by itself)], [(libc leaf < its callers, share)])"""
    total, within, alone, leaves = 0, collections.Counter(), collections.Counter(), collections.Counter()
    for block in script.split("\n\n"):
        stack = [(line.split(None, 1) + ["?"])[1].strip() for line in block.splitlines() if line.strip()]
        if not stack:
            continue
        total += 1
        within.update(set(stack))
        alone[stack[0]] += 1
        if stack[0].startswith(("__str", "__mem")):
            leaves[" < ".join(stack[:4])] += 1
    share = lambda n: n / total * 100  # noqa: E731
    named = sorted(dict(within.most_common(SHOWN)) | {s: within[s] for s, _ in alone.most_common(SHOWN // 2)}, key=lambda s: -within[s])
    return total, [(s, share(within[s]), share(alone[s])) for s in named], [(s, share(n)) for s, n in leaves.most_common(12)]


def show(target, whose, found):
    total, functions, leaves = found
    print(f"\n{target.name}, {whose}: {total} samples; share with callees, share alone")
    for name, within, alone in functions:
        print(f"  {within:5.1f}% {alone:5.1f}%  {name}")
    for name, part in leaves:
        print(f"  {part:5.1f}%         {name}")
