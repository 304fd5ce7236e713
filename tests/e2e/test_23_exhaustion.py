"""Slow and large clients: they cost the server little, and people at work do not notice them."""
import contextlib
import json
import selectors
import socket
import time
import urllib.parse

import pytest
from client import Client
from world import wait_until

LARGE = 200 << 20


class Raw:
    """A client by hand that need not send all it promised, from any address of the loopback net."""

    def __init__(self, world, head, body=b"", source="127.0.0.1"):
        at = urllib.parse.urlsplit(world.url)
        self.socket = socket.create_connection((at.hostname, at.port), timeout=20, source_address=(source, 0))
        self.socket.sendall(head.replace("\n", "\r\n").encode() + body)

    def answer(self):
        data = b""
        with contextlib.suppress(ConnectionResetError):
            while more := self.socket.recv(65536):
                data += more
                if b"\r\n\r\n" in data and b"Connection: close" in data and data.endswith((b"</html>\n", b"}\n", b"}")):
                    break
        head, _, body = data.partition(b"\r\n\r\n")
        return (int(head.split()[1]) if head else 0), body.decode("utf-8", "replace")

    def close(self):
        self.socket.close()


def head(method, path, *lines):
    return "\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *lines, "", ""))


def stored(world):
    return sum(p.stat().st_size for p in (world.home / "uploads").rglob("*") if p.is_file())


UPLOAD = "/xinzhou/projects/1/documents"


@pytest.mark.parametrize("accept,words", [("text/html", ("<h1>请先登录</h1>", "重新选择文件")), ("application/json", ('"code": "no_session"', "请先登录"))])
@pytest.mark.parametrize("cookie", [None, "gz=" + "A" * 43])
def test_a_large_upload_without_a_session_is_refused_before_its_first_byte(world, cookie, accept, words):
    """A cookie that only looks like one does not help: a worker is asked."""
    lines = [f"Content-Length: {LARGE}", "Content-Type: application/octet-stream", f"Accept: {accept}", f"Origin: {world.url}"]
    before = stored(world)
    client = Raw(world, head("POST", UPLOAD, *lines, *([f"Cookie: {cookie}"] if cookie else [])), b"x" * 65536)
    status, body = client.answer()
    assert status == 401 and all(w in body for w in words), (status, body)
    assert stored(world) == before
    client.close()


def test_a_large_upload_without_a_session_and_without_a_length_is_cut_off(world):
    before = stored(world)
    client = Raw(world, head("POST", UPLOAD, "Transfer-Encoding: chunked", "Content-Type: application/octet-stream", "Accept: text/html"))
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            client.socket.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    status, body = client.answer()
    assert status in (0, 413) and stored(world) - before <= 1 << 20, (status, body)
    client.close()


def test_a_signed_in_person_s_large_file_is_taken_in(world):
    """Not stopped by nginx: what a worker says about a project that is not there comes after all of the file."""
    c = world.sign_in("xinzhou", "unit", "jyj")
    answer = c.upload(UPLOAD, {"csrf": c.csrf, "key": "k" * 20}, [("a.pdf", b"%PDF-" + b"0" * (3 << 20))])
    assert answer.status == 404 and answer.json["code"] == "not_found", answer


class Drippers:
    """Many connections that send one byte now and then, or never read; pumped from the same thread as the people's requests."""

    def __init__(self, world, kinds, count, sources):
        self.selector, self.sockets = selectors.DefaultSelector(), []
        at = urllib.parse.urlsplit(world.url)
        for i in range(count):
            s = socket.create_connection((at.hostname, at.port), timeout=10, source_address=(sources[i % len(sources)], 0))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.setblocking(False)
            s.send(kinds[i % len(kinds)])
            self.sockets.append(s)

    def drip(self):
        alive = 0
        for s in self.sockets:
            with contextlib.suppress(OSError):
                s.send(b"x")
                alive += 1
        return alive

    def close(self):
        for s in self.sockets:
            s.close()


HEADERS = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nlogin="
READ = b"GET /xinzhou/regulation HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 8


def p99_of_people(world, drippers, requests=200):
    c, took, dripped = world.sign_in("xinzhou", "tech"), [], 0.0
    for i in range(requests):
        if time.monotonic() - dripped > 0.5:
            drippers.drip()
            dripped = time.monotonic()
        began = time.monotonic()
        answer = c.page(("/xinzhou/home", "/login", "/xinzhou/projects")[i % 3])
        took.append(time.monotonic() - began)
        assert answer.status == 200, answer
    return sorted(took)[int(requests * 0.99) - 1]


def test_five_hundred_slow_clients_are_not_noticed(world):
    """G12: slow headers, slow bodies, slow readers; from many addresses, so that no limit per address helps."""
    drippers = Drippers(world, (HEADERS, BODY, READ), 500, [f"127.0.1.{i}" for i in range(1, 51)])
    try:
        assert drippers.drip() == 500
        assert p99_of_people(world, drippers) <= 1.0
    finally:
        drippers.close()


def test_one_address_is_bounded_and_told_so_and_others_are_not(world):
    drippers = Drippers(world, (BODY,), 300, ["127.0.2.1"])
    try:
        time.sleep(0.5)
        for accept, word in (("application/json", '"code": "too_many"'), ("text/html", "<h1>请求过于频繁</h1>")):
            client = Raw(world, head("GET", "/xinzhou/regulation", f"Accept: {accept}"), source="127.0.2.1")
            status, body = client.answer()
            assert status == 429 and word in body, (status, body)
            client.close()
        assert Client(world.url).page("/login").status == 200
    finally:
        drippers.close()


@pytest.fixture
def two_connections(world):
    """Two workers that may hold two connections to districts each; there are more districts than that. The pusher, which has its own, rests."""
    path = world.home / "etc/guizhang.json"
    before = path.read_text(encoding="utf-8")
    settings = json.loads(before)
    settings.setdefault("workers", {})["count"] = 2
    settings.setdefault("database", {})["connections"] = 2
    path.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    world.part("stop", "guizhang-push")
    restart(world)
    yield
    path.write_text(before, encoding="utf-8")
    restart(world)
    world.part("start", "guizhang-push")


def restart(world):
    world.part("stop", "guizhangd")
    world.part("start", "guizhangd")
    wait_until("guizhangd", lambda: Client(world.url).get("/readyz").status == 200)


def test_a_worker_holds_no_more_connections_to_districts_than_it_may(world, two_connections):
    count = "SELECT USER, COUNT(*) FROM information_schema.PROCESSLIST WHERE USER LIKE 'gz\\_%' GROUP BY USER"
    most = 0
    for _ in range(12):   # each asks every district's database, whichever worker takes it
        answer = Client(world.url).get("/readyz")
        assert answer.status == 200 and len([p for p in answer.json["parts"] if p["name"].startswith("数据库 ")]) > 4, answer
        most = max(most, sum(int(n) for _, n in world.sql("", count)))
    assert 2 <= most <= 2 * 2, most
