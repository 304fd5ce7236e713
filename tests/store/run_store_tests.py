#!/usr/bin/python3
"""The store against a MariaDB of its own: starts one (private folder, unprivileged, unix socket only,
durable as in production), runs store_test on it plain and once more under valgrind, stops it by its pid.

usage: run_store_tests.py TOP_SRCDIR TOP_BUILDDIR [--no-valgrind]
Exit 77 when there is no server to start. The last line is "N passed, N failed".
"""
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

NOBODY = pwd.getpwnam("nobody")
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible", "--error-exitcode=9"]


def as_nobody():
    """For a child of ours: a server never runs as root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY.pw_gid)
        os.setuid(NOBODY.pw_uid)


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "sock"
        self.log = open(folder / "log", "wb")
        self.options = [
            "--no-defaults", f"--datadir={folder}/data", f"--socket={self.socket}", f"--pid-file={folder}/pid",
            f"--tmpdir={folder}", "--skip-networking", "--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1", "--server-id=1",
            f"--log-bin={folder}/data/bin", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
            "--innodb-snapshot-isolation=ON", "--performance-schema=OFF", "--skip-name-resolve",
        ]

    def start(self):
        subprocess.run(["mariadb-install-db", "--no-defaults", "--force", f"--datadir={self.folder}/data", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, stdout=self.log, stderr=self.log,
                       preexec_fn=as_nobody)
        self.process = subprocess.Popen(["mariadbd", *self.options], stdout=self.log, stderr=self.log, preexec_fn=as_nobody)
        for _ in range(300):
            if self.process.poll() is not None:
                break
            if self.socket.exists() and self.ask("SELECT 1") == 0:
                return
            time.sleep(0.1)
        raise SystemExit("mariadbd did not start:\n" + (self.folder / "log").read_text(errors="replace")[-3000:])

    def ask(self, sql):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "-e", sql],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run_once(program, migrations, prefix):
    """A fresh server for each run, so that every run starts from nothing."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gz-store-"))
    os.chmod(folder, 0o755)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    server = Server(folder)
    try:
        server.start()
        server.ask("CREATE DATABASE scratch CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        scratch = folder / "scratch"
        scratch.mkdir()
        done = subprocess.run([*prefix, program, server.socket, migrations, scratch], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=1800)
    finally:
        if hasattr(server, "process"):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(done.stdout, end="")
    last = re.search(r"(\d+) passed, (\d+) failed\s*$", done.stdout)
    passed, failed = (int(last[1]), int(last[2])) if last else (0, 1)
    if done.returncode != 0 and failed == 0:
        print(f"store_test ended with {done.returncode}")
        failed = 1
    return passed, failed


def main():
    top, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    if not all(shutil.which(tool) for tool in ("mariadbd", "mariadb-install-db", "mariadb")):
        print("no MariaDB server here: skipped\n0 passed, 0 failed")
        return 77
    program = build / "tests/store/store_test"
    subprocess.run(["make", "-s", "-C", build, "tests/store/store_test"], check=True)
    prefixes = [[]]
    if "--no-valgrind" not in sys.argv and shutil.which("valgrind"):
        prefixes.append(VALGRIND)
    passed = failed = 0
    for prefix in prefixes:
        p, f = run_once(program, top / "migrations", prefix)
        passed, failed = passed + p, failed + f
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
