"""What processes cost, read from /proc: CPU time, memory, bytes written."""
import os
import pathlib
import subprocess

TICK = os.sysconf("SC_CLK_TCK")


def stat(pid):
    """(parent, own CPU seconds, CPU seconds of reaped children)"""
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    f = text[text.rindex(")") + 2:].split()
    return int(f[1]), (int(f[11]) + int(f[12])) / TICK, (int(f[13]) + int(f[14])) / TICK


def children(pid):
    run = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], text=True, capture_output=True)
    return [int(p) for p in run.stdout.split()]


def cpu_of_tree(pid):
    """CPU seconds of a process, its living children and those it has reaped: a worker that leaves is not lost."""
    while True:
        kids = children(pid)
        try:
            total = sum(stat(pid)[1:]) + sum(stat(k)[1] for k in kids)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if children(pid) == kids:
            return total


def run_ns(pid):
    """Nanoseconds a single-threaded process has been on a CPU; finer than the ticks of stat."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def status_kib(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise KeyError(name)


def smaps_kib(pid, *names):
    """The sum of these; None where the kernel does not let us look into a process that forbids dumps."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    return sum(int(line.split()[1]) for line in text.splitlines() if line.split(":")[0] in names)


def pss_kib(pid):
    return smaps_kib(pid, "Pss")


def written(pid, become=None):
    """Bytes a process, and the children it has reaped, wrote to files: (all, less what was deleted before it reached the disk); None where hidden."""
    run = subprocess.run(["cat", f"/proc/{pid}/io"], text=True, capture_output=True, preexec_fn=become)
    fields = {k: int(v) for k, v in (line.split(": ") for line in run.stdout.splitlines() if ": " in line)}
    return (fields["write_bytes"], fields["write_bytes"] - fields["cancelled_write_bytes"]) if "write_bytes" in fields else None
