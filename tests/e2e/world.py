"""A whole private installation for the tests, started by the README's own script: MariaDB, slapd, nginx, workers, pusher."""
import datetime
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import time

from client import Client

TOP = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 10 if os.environ.get("GUIZHANG_VALGRIND") == "1" else 1  # everything takes so much longer
PASSWORD = "Shiyan-Kouling-2026"
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def free_ports(n):
    """Below those the kernel gives to whoever connects: seconds pass until a server of ours listens there."""
    found = []
    for port in random.sample(range(16000, 32000), 400):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == n:
            return found
    raise AssertionError("no free ports")


def wait_until(what, test, seconds=20.0, every=0.1):
    end = time.monotonic() + seconds * PATIENCE
    while True:
        try:
            value = test()
        except (OSError, AssertionError, subprocess.CalledProcessError):
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(every)


class World:
    def __init__(self, home, build):
        self.home = pathlib.Path(home)
        http, https, ldaps = free_ports(3)
        self.url, self.tls_url = f"http://127.0.0.1:{http}", f"https://127.0.0.1:{https}"
        self.ldaps_port = ldaps
        self.env = {
            **os.environ,
            "GUIZHANG_HOME": str(self.home), "GUIZHANG_BUILD": str(build), "GUIZHANG_PREBUILT": "1", "GUIZHANG_SEED": "0",
            "GUIZHANG_HTTP_PORT": str(http), "GUIZHANG_HTTPS_PORT": str(https), "GUIZHANG_LDAPS_PORT": str(ldaps),
            "GUIZHANG_DEMO_PASSWORD": PASSWORD, "GUIZHANG_LOGIN_RATE": "6000r/m", "GUIZHANG_MIN_DISK_MB": "200",
            "GUIZHANG_NIGHTLY_HOUR": "-1",  # clocks are moved all the time here: the run is asked for by who tests it
            "ASAN_OPTIONS": f"log_path={self.home}/log/asan:abort_on_error=0:detect_leaks=1",
            "UBSAN_OPTIONS": f"log_path={self.home}/log/ubsan:print_stacktrace=1",
        }
        people = json.loads((TOP / "tests/slapd/people.json").read_text(encoding="utf-8"))["people"]
        self.people = {p["login"]: p for p in people}
        self.sessions = {}
        self.is_sanitized = "#define WITH_SANITIZERS 1" in (pathlib.Path(build) / "config.h").read_text()

    # ---- running ----

    def script(self, *words, check=True, timeout=180 * PATIENCE):
        run = subprocess.run([str(TOP / "quickstart.sh"), *words], env=self.env, text=True, capture_output=True, timeout=timeout)
        if check and run.returncode != 0:
            raise AssertionError(f"quickstart.sh {' '.join(words)}: {run.returncode}\n{run.stdout}\n{run.stderr}")
        return run

    def start(self):
        self.script("start")

    def stop(self):
        self.script("stop", check=False)

    def remove(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def part(self, verb, name):
        return self.script("part", verb, name)

    def pid(self, name):
        return int((self.home / "run" / f"{name}.pid").read_text())

    def children(self):
        """{pid: name} of guizhangd: its workers and the one process for long work."""
        run = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(self.pid("guizhangd"))], text=True, capture_output=True)
        return {int(line.split()[0]): line.split()[1] for line in run.stdout.splitlines()}

    def workers(self):
        return [pid for pid, name in self.children().items() if name != "guizhangd-toil"]

    def toiler(self):
        return next((pid for pid, name in self.children().items() if name == "guizhangd-toil"), None)

    def guizhang(self, *words, check=True, input=None, timeout=120):
        command = [str(self.home / "app/bin/guizhang"), *words]
        env = {**self.env, "GUIZHANG_SETTINGS": str(self.home / "etc/guizhang.json"), "GUIZHANG_DB_ADMIN": self.user}
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups", "--inh-caps=-all", "--", *command]
        run = subprocess.run(command, env=env, cwd=self.home / "app/share/guizhang", text=True, capture_output=True, input=input, timeout=timeout)
        if check and run.returncode != 0:
            raise AssertionError(f"guizhang {' '.join(words)}: {run.returncode}\n{run.stdout}\n{run.stderr}")
        return run

    @property
    def user(self):
        return os.environ.get("GUIZHANG_USER", "guizhang") if os.geteuid() == 0 else os.environ.get("USER", "guizhang")

    def clock(self, tenant, at):
        """Moves a district's test clock: "2024-05-20T09:00" or "real". Writes what `guizhang clock set` writes, whose every start takes a sanitized build a seventh of a second."""
        path, new = self.home / "etc/clock.json", self.home / "etc/clock.new"
        ahead = json.loads(path.read_text()) if path.exists() else {}
        moment = None if at == "real" else datetime.datetime.fromisoformat(at)
        if moment and not moment.tzinfo:
            moment = moment.replace(tzinfo=SHANGHAI)
        ahead[tenant] = round(moment.timestamp() - time.time()) if moment else 0
        new.write_text(json.dumps(ahead))
        new.chmod(0o640)
        shutil.chown(new, self.user, self.user)
        new.replace(path)

    def log(self, name):
        path = self.home / "log" / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def sanitizer_reports(self):
        """What AddressSanitizer and its kin, or valgrind (GUIZHANG_VALGRIND=1), had to say."""
        found = [p for kind in ("*san.*", "valgrind.*") for p in (self.home / "log").glob(kind)]
        return {p.name: p.read_text(errors="replace")[:4000] for p in found if p.stat().st_size}

    # ---- people ----

    def holder_of(self, group):
        """The first person of the directory in that group, who may sign in."""
        for login, person in self.people.items():
            if person.get("groups") == [group] and "state" not in person:
                return login
        raise AssertionError(f"nobody in people.json holds {group}")

    def person(self, login, tenant, organ=None, unit=None):
        """A client signed in under that name, with the post chosen; an expert has none to choose."""
        client = Client(self.url)
        answer = client.login(login, PASSWORD, tenant)
        assert answer.status in (200, 303), answer
        if organ or unit:
            chosen = client.post("/posts", {"tenant": tenant, "organ": "unit" if unit else organ, "unit": unit or ""})
            assert chosen.status in (200, 303), chosen
        return client

    def sign_in(self, tenant, organ, unit=None, fresh=False):
        """A client signed in as somebody who holds that post, with the post chosen; the one of before while its session surely lives (session.idle_s)."""
        group = f"gz-{tenant}-unit-{unit.replace('_', '-')}" if unit else f"gz-{tenant}-{organ.replace('_', '-')}"
        key = (tenant, organ, unit)
        if not fresh and key in self.sessions and time.monotonic() - self.sessions[key].used < 600:
            return self.sessions[key]
        client = self.person(self.holder_of(group), tenant, organ, unit)
        if not fresh:
            self.sessions[key] = client
        return client

    # ---- the database, seen from outside ----

    def sql(self, schema, text, timeout=60):
        run = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.home}/run/db.sock", f"--user={self.user}", "-N", "-B", schema, "-e", text],
                             text=True, capture_output=True, timeout=timeout, preexec_fn=self._become_user)
        if run.returncode != 0:
            raise AssertionError(run.stderr)
        return [line.split("\t") for line in run.stdout.splitlines()]

    def _become_user(self):
        if os.geteuid() == 0:
            import pwd
            row = pwd.getpwnam(self.user)
            os.setgroups([])
            os.setgid(row.pw_gid)
            os.setuid(row.pw_uid)
