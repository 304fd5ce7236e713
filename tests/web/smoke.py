#!/usr/bin/python3
"""The server's road without database or directory: socket, workers, nginx, stopping, reloading, dying.

smoke.py TOP BUILD starts guizhangd and nginx in a private folder on loopback and stops them again.
Ends with "N passed, N failed"; exit 77 (skip) when nginx is missing.
"""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time

TOP, BUILD = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
GUIZHANGD = BUILD / "guizhangd"

NGINX_CONF = """
worker_processes 1;
daemon off;
pid @RUN@/nginx.pid;
error_log @RUN@/nginx-error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path @RUN@/uploads;
    fastcgi_temp_path @RUN@/t1; proxy_temp_path @RUN@/t2; uwsgi_temp_path @RUN@/t3; scgi_temp_path @RUN@/t4;
    limit_req_zone $binary_remote_addr zone=login:1m rate=1000r/s;
    limit_conn_zone $binary_remote_addr zone=address:1m;
    map $content_length $guizhang_is_large {{ "~^[0-9]{{7}}" 1; default 0; }}
    map $https $guizhang_hsts {{ on "max-age=1"; default ""; }}
    map $http_accept $guizhang_twin {{ "~application/(problem\\+)?json" json; default html; }}
    map $arg_v $guizhang_keep {{ default "public, max-age=31536000, immutable"; "" "public, max-age=3600"; }}
    upstream kept {{ server unix:{socket}; keepalive 8; }}
    server {{ listen 127.0.0.1:{port}; include {run}/locations; }}
    server {{
        listen 127.0.0.1:{kept_port};
        location / {{ include {top}/nginx/fastcgi_guizhang_params; fastcgi_pass kept; fastcgi_keep_conn on; fastcgi_read_timeout 3s; }}
    }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds=5.0, what="the expected"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for {what}")


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except FileNotFoundError:
        return ""


class Fcgi:
    """One FastCGI request by hand, to stop in the middle of it."""

    def __init__(self, path, keep=False):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(10)
        self.s.connect(str(path))
        self.record(1, struct.pack(">HB5x", 1, 1 if keep else 0))

    def record(self, kind, data):
        self.s.sendall(struct.pack(">BBHHBx", 1, kind, 1, len(data), 0) + data)

    def params(self, **values):
        data = b""
        for name, value in values.items():
            n, v = name.encode(), value.encode()
            data += struct.pack(">B", len(n)) + (struct.pack(">B", len(v)) if len(v) < 128 else struct.pack(">I", len(v) | 1 << 31)) + n + v
        self.record(4, data)
        self.record(4, b"")

    def body(self, data, last=True):
        for i in range(0, len(data), 60000):
            self.record(5, data[i:i + 60000])
        if last:
            self.record(5, b"")

    def answer(self):
        """(status, text); status 0 when the connection was cut without an answer."""
        raw = out = b""
        try:
            while True:
                more = self.s.recv(65536)
                if not more:
                    break
                raw += more
        except ConnectionResetError:
            pass
        while len(raw) >= 8:
            _, kind, _, n, pad = struct.unpack(">BBHHBx", raw[:8])
            if kind == 6:
                out += raw[8:8 + n]
            raw = raw[8 + n + pad:]
        self.s.close()
        if not out.startswith(b"Status: "):
            return 0, ""
        return int(out[8:11]), out.decode("utf-8", "replace")


class Guizhang:
    def __init__(self, run, **settings):
        self.run = run
        self.folder = run / "guizhangd"
        self.folder.mkdir(mode=0o750, exist_ok=True)
        self.socket = self.folder / "guizhangd.sock"
        self.file = run / "guizhang.json"
        self.log_file = run / "guizhangd.log"
        self.settings = {
            "mode": "test", "origin": "http://127.0.0.1:8080", "tenants_dir": str(TOP / "tenants"),
            "migrations_dir": str(TOP / "migrations"), "secrets_dir": str(run / "secrets"), "files_dir": str(run / "files"),
            "upload_dir": str(run / "uploads"), "database.socket": str(run / "nobody.sock"), "listen": str(self.socket),
            "workers.count": 1, "workers.request_deadline_s": 2, "workers.grace_s": 3, **settings,
        }
        self.write()

    def write(self, **changes):
        self.settings.update(changes)
        tree = {}
        for key, value in self.settings.items():
            here = tree
            *groups, last = key.split(".")
            for group in groups:
                here = here.setdefault(group, {})
            here[last] = value
        self.file.write_text(json.dumps(tree, ensure_ascii=False, indent=1), encoding="utf-8")

    def start(self):
        self.log = open(self.log_file, "ab")
        self.process = subprocess.Popen([str(GUIZHANGD), str(self.file)], stderr=self.log, stdin=subprocess.DEVNULL)
        wait_until(lambda: self.socket.exists() and self.workers(), 10, "the first worker")
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def signal(self, signo):
        self.process.send_signal(signo)

    def workers(self):
        """Who answers requests; the process for long work is none of them."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return sorted(int(p) for p in path.read_text().split() if name_of(p) != "guizhangd-toil") if path.exists() else []

    def events(self, name=None):
        found = []
        for line in self.log_file.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"event": "not json", "line": line})
        return [e for e in found if name is None or e.get("event") == name]

    def request(self, path="/healthz", method="GET", request_id="request-direct", **more):
        f = Fcgi(self.socket)
        f.params(REQUEST_METHOD=method, DOCUMENT_URI=path, REQUEST_URI=path, HTTP_ACCEPT="application/json",
                 GUIZHANG_REQUEST=request_id, **more)
        f.body(b"")
        return f.answer()

    def half_login(self, request_id, body=b"login=zhang&password="):
        """A login whose body has come only in part."""
        f = Fcgi(self.socket)
        f.params(REQUEST_METHOD="POST", DOCUMENT_URI="/login", REQUEST_URI="/login", HTTP_ACCEPT="application/json",
                 GUIZHANG_REQUEST=request_id, CONTENT_TYPE="application/x-www-form-urlencoded",
                 CONTENT_LENGTH=str(len(body)), HTTP_ORIGIN="http://127.0.0.1:8080")
        f.body(body[:5], last=False)
        time.sleep(0.3)  # the worker is reading now
        return f, body[5:]


class Nginx:
    def __init__(self, run, guizhang):
        self.run, self.port, self.kept_port = run, free_port(), free_port()
        text = NGINX_CONF.format(socket=guizhang.socket, port=self.port, kept_port=self.kept_port, run=run, top=TOP)
        locations = (TOP / "nginx/locations.in").read_text(encoding="utf-8")
        for old, new in (("@WWW@", str(run / "www")), ("@SOCKET@", str(guizhang.socket)), ("@FILES@", str(run / "files")),
                         ("@UPLOAD_MAX@", "5m"), ("include fastcgi_guizhang_params", f"include {TOP}/nginx/fastcgi_guizhang_params"),
                         ("include security_headers", f"include {TOP}/nginx/security_headers")):
            locations = locations.replace(old, new)
        shutil.copytree(TOP / "nginx/www", run / "www")
        subprocess.run([TOP / "nginx/errors/make", run / "www/errors"], check=True)
        (run / "locations").write_text(locations, encoding="utf-8")
        (run / "nginx.conf").write_text(text.replace("@RUN@", str(run)), encoding="utf-8")

    def start(self):
        self.process = subprocess.Popen([NGINX, "-p", str(self.run), "-c", str(self.run / "nginx.conf")], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_until(lambda: self.process.poll() is not None or self.reaches(), 10, "nginx")
        return self

    def reaches(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def request(self, path="/healthz", method="GET", body=None, port=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            c.request(method, path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
            r = c.getresponse()
            return r.status, r.read().decode("utf-8"), r
        finally:
            c.close()


# ---- the checks: each takes the running server and nginx, and leaves them running ----

def socket_is_closed_to_others(g, n):
    mode = g.socket.stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o660, oct(mode)


def alive_without_database(g, n):
    status, text, r = n.request("/healthz")
    assert status == 200 and json.loads(text)["state"] == "alive", text
    assert r.getheader("Content-Type") == "application/json; charset=utf-8"
    assert r.getheader("Cache-Control") == "no-store" and r.getheader("X-Content-Type-Options") == "nosniff"


def not_ready_without_database(g, n):
    status, text, _ = n.request("/readyz")
    assert status == 503 and json.loads(text)["state"] == "not_ready", text
    assert all("message" in part for part in json.loads(text)["parts"]), text
    status, text = g.request("/readyz", REMOTE_ADDR="10.1.2.3")  # a stranger learns which part, not which file
    assert status == 503 and '"ok":false' in text and '"message"' not in text and str(g.run) not in text, text
    again, repeated = g.request("/readyz", REMOTE_ADDR="10.1.2.3")  # and asking again costs the directory nothing
    assert again == 503 and json.loads(repeated.split("\r\n\r\n", 1)[1]) == json.loads(text.split("\r\n\r\n", 1)[1]), repeated


def page_and_json_twin(g, n):
    status, text, r = n.request("/login", Accept="text/html")
    assert status == 200 and "<!DOCTYPE html>" in text and r.getheader("Content-Security-Policy")
    status, text, r = n.request("/login", Accept="application/json")
    assert status == 200 and len(json.loads(text)["districts"]) >= 1


def unknown_address_404(g, n):
    status, text, _ = n.request("/nowhere", Accept="application/json")
    assert status == 404 and json.loads(text)["code"] == "not_found", text
    status, text, _ = n.request("/nowhere", Accept="text/html")
    assert status == 404 and "没有这一页" in text, text


def wrong_method_405(g, n):
    status, text, r = n.request("/healthz", "DELETE", Accept="application/json")
    assert status == 405 and r.getheader("Allow") == "GET, HEAD", text


def too_large_413(g, n):
    assert n.request("/login", "POST", body=b"x" * (2 << 20), Content_Type="application/x-www-form-urlencoded")[0] == 413
    f = Fcgi(g.socket)  # past nginx: the worker's own limit
    f.params(REQUEST_METHOD="POST", DOCUMENT_URI="/login", HTTP_ACCEPT="application/json", CONTENT_LENGTH=str(2 << 20),
             CONTENT_TYPE="application/x-www-form-urlencoded", HTTP_ORIGIN="http://127.0.0.1:8080")
    f.body(b"")
    status, text = f.answer()
    assert status == 413 and '"too_large"' in text, text


def hidden_slashes_refused(g, n):
    for path in ("/a%2Fb", "//login", "/login%00", "/x/..%2flogin", "/login%5c"):
        status = n.request(path, Accept="application/json")[0]
        assert status in (400, 404), (path, status)
    assert n.request("/%252e%252e/login", Accept="application/json")[0] == 404


def doubled_cookie_refused(g, n):
    c = http.client.HTTPConnection("127.0.0.1", n.port, timeout=10)
    c.putrequest("GET", "/login")
    c.putheader("Cookie", "gz=a")
    c.putheader("Cookie", "gz=b")
    c.endheaders()
    status = c.getresponse().status
    c.close()
    assert status == 400, status


def head_has_no_body(g, n):
    status, text, r = n.request("/login", "HEAD")
    assert status == 200 and text == ""


def keep_alive_does_not_starve(g, n):
    """Trap F1: one worker, eight kept connections; without the cure all but one wait for ever."""
    failed = []

    def many():
        for _ in range(25):
            status, _, _ = n.request("/healthz", port=n.kept_port)
            if status != 200:
                failed.append(status)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed, failed[:5]


def deadline_kills_and_respawns(g, n):
    before = g.workers()
    f, _ = g.half_login("request-hangs")
    status, _ = f.answer()  # the rest of the body never comes
    assert status == 0, status
    died = wait_until(lambda: g.events("worker_deadline"), 5, "the log line")[-1]
    assert died["id"] == "request-hangs" and died["route"] == "/login" and died["method"] == "POST", died
    wait_until(lambda: g.workers() and g.workers() != before, 5, "the next worker")
    assert g.request()[0] == 200


def crash_is_logged_and_mended(g, n):
    victim = g.workers()[0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: g.workers() and victim not in g.workers(), 5, "the next worker")
    assert g.request()[0] == 200
    assert any(e["pid"] == str(victim) for e in g.events("worker_died"))


def workers_leave_after_max_requests(g, n):
    g.write(**{"workers.max_requests": 5})
    old = g.workers()
    g.signal(signal.SIGHUP)
    wait_until(lambda: g.workers() and not set(old) & set(g.workers()), 10, "new workers")
    seen = set()
    for _ in range(30):
        assert g.request()[0] == 200
        seen.update(g.workers())
    assert len(seen) >= 4, seen
    g.write(**{"workers.max_requests": 10000})
    g.signal(signal.SIGHUP)
    wait_until(lambda: len(g.events("reload")) >= 2, 10, "the second reload")


def broken_settings_keep_the_old(g, n):
    time.sleep(0.3)
    before, good = g.workers(), g.file.read_text(encoding="utf-8")
    g.file.write_text(good.replace('"count": 1', '"count": "many"'), encoding="utf-8")
    g.signal(signal.SIGHUP)
    refused = wait_until(lambda: g.events("reload_refused"), 10, "the refusal")[-1]
    wait_until(lambda: g.events("reload_kept_old"), 5, "the log line")
    assert "guizhang.json:" in json.dumps(refused, ensure_ascii=False), refused
    assert g.workers() == before and g.request()[0] == 200
    g.file.write_text(good, encoding="utf-8")


def reload_replaces_and_grows(g, n):
    before = g.workers()
    g.write(**{"workers.count": 3})
    stop, failed = threading.Event(), []

    def ask():
        while not stop.is_set():
            status = n.request("/healthz")[0]
            if status != 200:
                failed.append(status)

    t = threading.Thread(target=ask)
    t.start()
    g.signal(signal.SIGHUP)
    wait_until(lambda: len(g.workers()) == 3 and not set(before) & set(g.workers()), 10, "three new workers")
    stop.set()
    t.join()
    assert not failed, failed[:5]
    g.write(**{"workers.count": 1})
    g.signal(signal.SIGHUP)
    wait_until(lambda: len(g.workers()) == 1, 15, "one worker")


def second_server_is_refused(g, n):
    r = subprocess.run([str(GUIZHANGD), str(g.file)], capture_output=True, text=True, timeout=20)
    assert r.returncode == 1 and "start_refused" in r.stderr and "已有程序在监听" in r.stderr, r.stderr
    assert g.request()[0] == 200


def open_folder_is_refused(g, n):
    folder = g.run / "open"
    folder.mkdir(mode=0o755, exist_ok=True)
    os.chmod(folder, 0o755)
    other = g.run / "open.json"
    other.write_text(g.file.read_text(encoding="utf-8").replace(str(g.socket), str(folder / "s")), encoding="utf-8")
    r = subprocess.run([str(GUIZHANGD), str(other)], capture_output=True, text=True, timeout=20)
    assert r.returncode == 1 and "对其他用户开放" in r.stderr, r.stderr


def check_option(g, n):
    r = subprocess.run([str(GUIZHANGD), "--check", str(g.file)], capture_output=True, text=True, timeout=20)
    assert r.returncode == 0, r.stderr
    bad = g.run / "bad.json"
    bad.write_text(g.file.read_text(encoding="utf-8").replace('"mode"', '"modus"'), encoding="utf-8")
    r = subprocess.run([str(GUIZHANGD), "--check", str(bad)], capture_output=True, text=True, timeout=20)
    assert r.returncode == 1 and "bad.json:" in r.stderr, r.stderr


def stop_in_mid_body_finishes(g, n):
    """Trap F2: SIGTERM while a body is read; the answer must be that of the whole body."""
    f, rest = g.half_login("request-finishes")
    g.signal(signal.SIGTERM)
    time.sleep(0.3)
    f.body(rest)
    status, text = f.answer()
    assert status == 400 and "密码没有填写" in text, (status, text)
    assert g.process.wait(5) == 0
    assert not g.socket.exists()
    g.start()


def idle_stop_is_quick(g, n):
    started = time.monotonic()
    g.signal(signal.SIGTERM)
    assert g.process.wait(5) == 0
    assert time.monotonic() - started < 1.5
    g.start()


def stop_twice_is_now(g, n):
    f, _ = g.half_login("request-abandoned")
    g.signal(signal.SIGTERM)
    time.sleep(0.2)
    assert g.process.poll() is None
    started = time.monotonic()
    g.signal(signal.SIGTERM)
    g.process.wait(5)
    assert time.monotonic() - started < 1.0
    f.s.close()
    g.start()


def killed_master_takes_workers_along(g, n):
    workers = g.workers()
    g.process.kill()
    g.process.wait()
    wait_until(lambda: not any(pathlib.Path(f"/proc/{p}").exists() for p in workers), 5, "the workers' end")
    g.start()  # over the dead socket file
    assert g.request()[0] == 200


def every_log_line_is_json(g, n):
    assert not g.events("not json"), g.events("not json")[:3]
    ours = [e for e in g.events("request") if e["id"] == "request-direct"]
    assert ours and all(k in ours[0] for k in ("id", "method", "route", "status", "ms"))


CHECKS = [
    socket_is_closed_to_others, alive_without_database, not_ready_without_database, page_and_json_twin, unknown_address_404,
    wrong_method_405, too_large_413, hidden_slashes_refused, doubled_cookie_refused, head_has_no_body, keep_alive_does_not_starve,
    deadline_kills_and_respawns, crash_is_logged_and_mended, workers_leave_after_max_requests, broken_settings_keep_the_old,
    reload_replaces_and_grows, second_server_is_refused, open_folder_is_refused, check_option, stop_in_mid_body_finishes,
    idle_stop_is_quick, stop_twice_is_now, killed_master_takes_workers_along, every_log_line_is_json,
]


def main():
    if not NGINX:
        print("0 passed, 0 failed (nginx is missing)")
        return 77
    if os.geteuid() == 0:  # root's nginx would change to a user the socket is closed to; servers have no need of root
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.environ.pop("HOME", None)
    if not os.access(GUIZHANGD, os.X_OK):
        print(f"0 passed, 1 failed ({GUIZHANGD} cannot be run)")
        return 1
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="guizhang-smoke-") as folder:
        run = pathlib.Path(folder)
        for name in ("secrets", "files", "uploads"):
            (run / name).mkdir(mode=0o700)
        g = Guizhang(run).start()
        n = Nginx(run, g).start()
        try:
            for check in CHECKS:
                try:
                    check(g, n)
                    passed += 1
                    print("ok", check.__name__)
                except Exception as fault:  # a check that breaks is a check that failed
                    failed += 1
                    print("not ok", check.__name__, f"{type(fault).__name__}: {str(fault)[:600]}")
                    if g.process.poll() is not None:
                        g.start()
        finally:
            n.stop()
            g.stop()
            if failed:
                print(g.log_file.read_text(encoding="utf-8")[-3000:])
                print((run / "nginx-error.log").read_text(encoding="utf-8")[-1500:])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
