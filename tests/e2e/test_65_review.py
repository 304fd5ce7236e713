"""What a hard look before the first release found, and what was mended since."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import time

import pytest
import roads
from client import Client
from walker import walked
from world import TOP, wait_until

T = "xinzhou"
DAYS = {T: "2026-09-24T09:00"}


def draft(world, title):
    return walked(world, T, "jyj", roads.xinzhou(title, "15.00"))


# ---- the trail ----

def test_a_refusal_by_role_is_in_the_trail_by_its_short_name(world):
    """The whole sentence went into a column of 64 characters: with long names of organs the row was lost."""
    c = world.sign_in(T, "auditor")
    assert c.post(f"/{T}/projects", {"facts": {}}).status == 403
    last = world.sql(f"gz_{T}", "SELECT what, result, reason FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert last == ["project.draft", "refused", "forbidden"]


# ---- doing it twice ----

def test_a_decision_on_a_filing_pressed_twice_is_answered_alike(world):
    """The key was looked up before the row was locked: the second press was told "already decided"."""
    world.clock("mudan", "2024-06-03T09:00")
    world.clock("heze", "2024-06-03T09:00")
    try:
        title = "两次按下受理"
        walked(world, "mudan", "mzj", roads.mudan(title, "368"), *roads.MUDAN_INITIATION)
        c = world.sign_in("heze", "intake")
        item = wait_until("in the inbox", lambda: next((r for r in c.rows("/heze/inbox", "filings") if r["title"] == title), None), 30)
        path = f"/heze/inbox/{item['sender']}/{item['id']}"
        data = {"version": c.get(path).json["filing"]["row_version"], "outcome": "accepted", "reasons": []}
        key = {"Idempotency-Key": "decide-" + os.urandom(8).hex()}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: c.post(path, data, key), range(8)))
        assert {a.status for a in answers} == {200}, answers
        assert world.sql("gz_heze", f"SELECT COUNT(*) FROM audit WHERE what='inbox.decide' AND result='ok' AND object='inbox/{item['sender']}/{item['id']}'") == [["1"]]
    finally:
        world.clock("mudan", "real")
        world.clock("heze", "real")


# ---- too much ----

@pytest.mark.parametrize("body", [
    json.dumps({"facts": {f"k{i}": 1 for i in range(80_000)}}), json.dumps({f"k{i}": 1 for i in range(80_000)}),
    json.dumps({"facts": {"project_name": [0] * 300_000}}), json.dumps({"facts": {"a": [{}] * 200_000}}),
], ids=["facts", "members", "list", "objects"])
def test_a_document_of_very_many_small_things_is_refused_at_once(world, body):
    """Members are looked for one by one: a megabyte of them held a worker until its deadline."""
    c = world.sign_in(T, "unit", "jyj")
    began = time.monotonic()
    answer = c.request("POST", f"/{T}/projects", body.encode(), {"Content-Type": "application/json"})
    assert answer.status == 413 and "项" in answer.json["detail"] and answer.json["mend"], answer
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("facts", [None, "x", [], 7])
def test_facts_that_are_no_object_make_no_draft(world, facts):
    c = world.sign_in(T, "unit", "jyj")
    before = world.sql(f"gz_{T}", "SELECT COUNT(*) FROM project")
    answer = c.post(f"/{T}/projects", {"facts": facts})
    assert answer.status == 400 and answer.json["errors"][0]["path"] == "/facts" and answer.json["mend"], answer
    assert world.sql(f"gz_{T}", "SELECT COUNT(*) FROM project") == before


@pytest.mark.parametrize("filler", ["0,", "{},", "[],"])
def test_a_stranger_s_filing_of_very_many_small_things_harms_no_worker(world, filler):
    body = ('{"v":1,"payload":{"x":[' + filler * (500_000 // len(filler)) + "0]}}").encode()
    before = set(world.workers())
    answer = Client(world.url).request("POST", "/heze/exchange/filings", body, {"Content-Type": "application/json"})
    assert answer.status in (400, 403, 413), answer
    assert set(world.workers()) == before


# ---- the processes ----

def test_no_serving_program_leaves_a_core_or_can_be_looked_into(world):
    """Only the workers were closed: master and pusher hold the same passwords and keys."""
    sanitized = any(b"__asan_init" in (world.home / "app/bin" / n).read_bytes() for n in ("guizhangd", "guizhang-push"))
    for pid in [world.pid("guizhangd"), world.pid("guizhang-push"), *world.workers()]:
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0\s+0", limits), limits
        if not sanitized:
            assert os.stat(f"/proc/{pid}/environ").st_uid == 0, "a process that may not be dumped belongs to root in /proc"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be refused as root")
@pytest.mark.parametrize("program", ["guizhangd", "guizhang-push"])
def test_a_serving_program_refuses_to_run_as_root(world, program):
    run = subprocess.run([str(world.home / "app/bin" / program), str(world.home / "etc/guizhang.json")], text=True, capture_output=True, timeout=30)
    assert run.returncode != 0 and "root" in run.stderr and "专用账号" in run.stderr, run


# ---- what piles up ----

def test_sessions_keys_and_counters_that_ran_out_are_swept(world):
    """Nobody called the statements that do it; a stranger adds a counter row with every name he tries."""
    draft(world, "留下一个编号")
    world.sql("guizhang_platform", "INSERT INTO session SELECT REPEAT('ab', 32), person, login, name, posts, tenant, organ, unit, csrf, address,"
              " '2020-01-01', '2020-01-01', '2020-01-01', '2020-01-02' FROM session LIMIT 1")
    world.sql("guizhang_platform", "INSERT INTO login_counter VALUES ('login:gone', 3, '2020-01-01', NULL)")
    world.sql(f"gz_{T}", "INSERT INTO idem (idem_key, person, what, digest, result, created_at) SELECT 'key-of-long-ago', person, what, digest, result, '2020-01-01' FROM idem LIMIT 1")
    left = lambda: (world.sql("guizhang_platform", "SELECT token_mac FROM session WHERE expires_at < '2021-01-01'") +  # noqa: E731
                    world.sql("guizhang_platform", "SELECT counter_key FROM login_counter WHERE first_at < '2021-01-01'") +
                    world.sql(f"gz_{T}", "SELECT idem_key FROM idem WHERE created_at < '2021-01-01'"))
    assert len(left()) == 3
    world.part("stop", "guizhang-push")
    world.part("start", "guizhang-push")
    wait_until("swept", lambda: not left(), 15)


# ---- what nginx itself says ----

def test_nginx_speaks_the_language_of_the_house(world):
    c = world.sign_in(T, "unit", "jyj")
    big = b"facts.project_name=" + b"x" * (2 << 20)
    send = {"Content-Type": "application/x-www-form-urlencoded"}
    page = c.request("POST", f"/{T}/projects", big, send, accept="text/html")
    assert page.status == 413 and "内容过大" in page.text and "后退" in page.text and page.header("Content-Security-Policy"), page
    twin = c.request("POST", f"/{T}/projects", big, send)
    assert twin.status == 413 and twin.json["code"] == "too_large" and twin.header("Content-Type").startswith("application/problem+json"), twin
    assert Client(world.url).get("/static/errors/too_large.html").status == 404
    long = c.page(f"/{T}/home?x=" + "y" * 9000)
    assert long.status == 414 and "读不出来" in long.text, long


def test_with_the_program_stopped_a_page_says_what_to_do(world):
    world.part("stop", "guizhangd")
    try:
        page = Client(world.url).page(f"/{T}/home")
        assert page.status == 503 and "再提交一次" in page.text and "nginx" not in page.text, page
        assert Client(world.url).get(f"/{T}/home").json["code"] == "uncertain"
    finally:
        world.part("start", "guizhangd")
    wait_until("ready", lambda: Client(world.url).get("/readyz").status == 200)


# ---- the quickstart ----

@pytest.mark.parametrize("word", ["start", "reset"])
def test_a_folder_that_is_somebody_else_s_is_left_alone(world, tmp_path, word):
    """start changed the owner of everything under GUIZHANG_HOME, reset deleted it, whatever it was."""
    (tmp_path / "mine").write_text("mine")
    owner = os.stat(tmp_path / "mine").st_uid
    run = subprocess.run([str(TOP / "quickstart.sh"), word], env={**world.env, "GUIZHANG_HOME": str(tmp_path)}, text=True, capture_output=True, timeout=60)
    assert run.returncode != 0 and "GUIZHANG_HOME" in run.stderr, run
    assert (tmp_path / "mine").read_text() == "mine" and os.stat(tmp_path / "mine").st_uid == owner and os.listdir(tmp_path) == ["mine"]


def test_in_production_an_open_folder_of_secrets_stops_the_start(world, tmp_path):
    settings = json.loads((world.home / "etc/guizhang.json").read_text())
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    os.chmod(secrets, 0o755)
    os.chmod(tmp_path, 0o755)
    settings.update(mode="production", secrets_dir=str(secrets))
    settings.pop("test_clock"), settings.pop("peers_file")
    (tmp_path / "p.json").write_text(json.dumps(settings))
    run = subprocess.run([str(world.home / "app/bin/guizhangd"), "--check", str(tmp_path / "p.json")], text=True, capture_output=True, timeout=30)
    assert run.returncode != 0 and "密钥目录" in run.stderr and "chmod 0700" in run.stderr, run
    os.chmod(secrets, 0o700)
    run = subprocess.run([str(world.home / "app/bin/guizhangd"), "--check", str(tmp_path / "p.json")], text=True, capture_output=True, timeout=30)
    assert run.returncode == 0, run
