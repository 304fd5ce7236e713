"""A typed password is nowhere five seconds after the login: not in a worker's memory, a log, a temporary file or a table; nor a token after it was left."""
import concurrent.futures
import os
import secrets
import time
import urllib.parse

import pytest
from client import Client
from world import PASSWORD

CANARY = "kanari-" + secrets.token_hex(8)  # of this run alone: nothing but these logins can have brought it


def memory_holds(pid, needles):
    """[(needle, where, bytes round it)] in all readable memory of a process."""
    seen = []
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            fields = line.split(maxsplit=5)
            low, high = (int(x, 16) for x in fields[0].split("-"))
            name = fields[5].strip() if len(fields) > 5 else ""
            if "r" not in fields[1] or name in ("[vvar]", "[vsyscall]"):
                continue
            try:
                memory.seek(low)
                data = memory.read(high - low)
            except OSError:
                continue
            for needle in needles:
                at = data.find(needle)
                while at >= 0:
                    seen.append((needle.decode(), f"{pid} {name or 'no name'} {low + at:x}", data[max(0, at - 48):at + len(needle) + 48]))
                    at = data.find(needle, at + 1)
    return seen


def log_in_every_way(world, hand):
    """Right and wrong, as form and as JSON, percent-encoded, with typed fields beside it, and as bodies that are refused unread."""
    encoded = "".join(f"%{b:02x}" for b in CANARY.encode())
    client, form = Client(world.url), "application/x-www-form-urlencoded"
    unknown = [f"mei.you.{hand}.{i}" for i in range(4)]
    answers = [
        client.login("song.jie", f"{CANARY}-{hand}", "mudan"),
        client.login(unknown[0], CANARY),
        client.form("/login", {"login": unknown[1], "password": CANARY, "tenant": "xinzhou"}, accept="text/html"),
        client.request("POST", "/login", f"login={unknown[2]}&password={encoded}".encode(), {"Content-Type": form}),
        client.form("/login", {"login": unknown[3], "password": CANARY, "resume": "/xinzhou/projects",
                               "kept.facts.project_name": "试办" * 4000}, accept="text/html"),
        client.request("POST", "/login", f"login=x&password={CANARY}".encode(), {"Content-Type": "text/plain"}),
        client.upload("/login", {"login": "x", "password": CANARY}, []),
        client.form("/login", {"login": "x", "password": CANARY}, {"Origin": "http://evil.example"}),
        client.post("/xinzhou/projects", {"password": CANARY}),
        client.form("/xinzhou/projects", {"password": CANARY}, accept="text/html"),
        client.post("/healthz", {"password": CANARY}),
        client.request("POST", "/login", f"login=x&password={CANARY}&big=".encode() + b"x" * 300_000, {"Content-Type": form})]
    assert all(a.status in (400, 401, 403, 405, 413, 415, 423) for a in answers), answers
    assert all(CANARY.encode() not in a.body for a in answers), answers
    for login in ("xie.lan", "zhang.min"):
        right = client.login(login, PASSWORD)
        assert right.status in (200, 303), right


@pytest.fixture(scope="module")
def logged_in(world):
    """Several hands at once, so that every worker has had its share; what they failed is forgotten before and after."""
    forget = "DELETE FROM login_counter"
    world.sql("guizhang_platform", forget)
    with concurrent.futures.ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda hand: log_in_every_way(world, hand), range(8)))
    world.sql("guizhang_platform", forget)
    time.sleep(5)


@pytest.mark.skipif(os.geteuid() != 0, reason="another's memory is open to root alone")
def test_no_password_in_the_memory_of_a_worker(world, logged_in):
    if world.is_sanitized:
        pytest.skip("AddressSanitizer keeps freed memory on purpose")
    needles = [CANARY.encode(), PASSWORD.encode(), urllib.parse.quote(CANARY).encode() + b"&"]
    pids = [world.pid("guizhangd"), *world.workers()]
    assert len(pids) > 2
    seen = [s for pid in pids for s in memory_holds(pid, needles)]
    assert not seen, "\n".join(map(repr, seen[:20])) + f"\n{len(seen)} in all"


@pytest.mark.skipif(os.geteuid() != 0, reason="another's memory is open to root alone")
def test_no_token_of_a_session_that_was_left(world):
    if world.is_sanitized:
        pytest.skip("AddressSanitizer keeps freed memory on purpose")
    client = world.sign_in("xinzhou", "ndrc", fresh=True)
    tokens = [value.encode() for value in client.cookies.values()] + [client.csrf.encode()]
    assert client.get("/xinzhou/home").status == 200 and client.page("/xinzhou/home").status == 200
    assert client.post("/logout").status in (200, 303)
    other = Client(world.url)
    for _ in range(40):  # the next requests go through the same buffers of the FastCGI library
        other.page("/login")
    seen = [s for pid in world.workers() for s in memory_holds(pid, tokens)]
    assert not seen, "\n".join(map(repr, seen[:20])) + f"\n{len(seen)} in all"


def test_no_password_in_any_file_of_the_installation(world, logged_in):
    seen = []
    for folder in ("log", "uploads", "run", "files", "etc", "db"):
        for path in (world.home / folder).rglob("*"):
            if path.is_file() and any(n in path.read_bytes() for n in (CANARY.encode(), PASSWORD.encode())):
                seen.append(path)
    assert not seen, seen


def test_a_body_that_may_hold_a_password_never_touches_the_disk():
    """nginx writes what passes its buffer to a file; for the login the buffer holds all it takes in."""
    from world import TOP
    login = (TOP / "nginx/locations.in").read_text(encoding="utf-8").split("location = /login {")[1].split("}")[0]
    assert "client_body_buffer_size 1m;" in login
