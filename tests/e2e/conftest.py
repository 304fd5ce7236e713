"""Fixtures: one world for the session; its sanitizer reports and crashed workers fail the run."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "demo")]
from world import PASSWORD, TOP, World  # noqa: E402


# Seconds of the files in which a test takes far more than one.
LONG = {"test_25_command_line.py": 14, "test_86_whole_life.py": 420, "test_88_every_page.py": 260, "test_70_bad_days.py": 150, "test_90_demo.py": 120, "test_85_browser_districts.py": 90,
        "test_81_browser_xinzhou.py": 60, "test_82_browser_filing.py": 60, "test_83_browser_typed.py": 60, "test_52_experts_browser.py": 40}


@pytest.hookimpl(tryfirst=True)  # before the names of the groups are read
def pytest_collection_modifyitems(config, items):
    """Of several worlds, each file has its own by length and name alone: what one test leaves to another is the same on every machine."""
    worlds = getattr(config, "workerinput", {}).get("workercount", 1)
    if worlds == 1:
        return
    files = {}
    for item in items:
        files.setdefault(item.path.name, []).append(item)
    length = {name: LONG.get(name, len(tests)) for name, tests in files.items()}
    load = [0] * worlds
    for name in sorted(files, key=lambda f: (-length[f], f)):  # the longest first, to whom has least
        at = load.index(min(load))
        load[at] += length[name]
        for item in files[name]:
            item.add_marker(pytest.mark.xdist_group(f"world-{at}"))


@pytest.fixture(scope="session")
def world():
    home = pathlib.Path(tempfile.mkdtemp(prefix="guizhang-e2e-", dir=os.environ.get("GUIZHANG_E2E_DIR", "/var/tmp")))
    os.chmod(home, 0o755)
    w = World(home, os.environ["GUIZHANG_TEST_BUILD"])
    try:
        w.start()
        yield w
    finally:
        w.stop()
        reports = w.sanitizer_reports()
        if os.environ.get("GUIZHANG_VALGRIND") == "1" and len(list((home / "log").glob("valgrind.*"))) < 6:
            reports["valgrind"] = "master, workers and pusher did not run under valgrind"
        keep = os.environ.get("GUIZHANG_KEEP")
        if keep:
            print(f"kept: {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    assert not reports, f"sanitizer reports: {reports}"


@pytest.fixture(scope="session")
def town():
    """A world of its own with the demo's years in it, each kind of project once."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="guizhang-demo-", dir=os.environ.get("GUIZHANG_E2E_DIR", "/var/tmp")))
    home.chmod(0o755)
    w = World(home, os.environ["GUIZHANG_TEST_BUILD"])
    try:
        w.start()
        command = "|".join([*(["setpriv", "--reuid", w.user, "--regid", w.user, "--clear-groups"] if os.geteuid() == 0 else []),
                            str(home / "app/bin/guizhang"), "--settings", str(home / "etc/guizhang.json")])
        run = subprocess.run([sys.executable, str(TOP / "tests/demo/years.py"), "--small", "--url", w.url, "--people", str(TOP / "tests/slapd/people.json"),
                              "--clock", command, "--state", str(home / "demo")], env={**w.env, "GUIZHANG_DEMO_PASSWORD": PASSWORD}, text=True, capture_output=True, timeout=600)
        w.said = run.stdout + run.stderr
        w.code = run.returncode
        yield w
    finally:
        w.stop()
        reports = w.sanitizer_reports()
        w.remove()
    assert not reports, f"sanitizer reports: {reports}"


# ---- at a browser: two windows (script on, script off) for the whole run, with the people who sit down at them ----

@pytest.fixture(scope="session")
def windows():
    from browser import Window
    opened = {}

    def window(script):
        if script not in opened:
            opened[script] = Window(script)
        return opened[script]
    yield window
    for w in opened.values():
        w.close()


@pytest.fixture
def window(windows):
    return windows(True)


@pytest.fixture(scope="session")
def offices(world, windows):
    from office import Office
    made = {}
    return lambda script: made.setdefault(script, Office(world, windows(script)))


@pytest.fixture(params=[True, False], ids=["script", "noscript"])
def office(request, offices):
    return offices(request.param)


@pytest.fixture
def scripted(offices):
    return offices(True)


@pytest.fixture(scope="module")
def day(world):
    """A Thursday of the demo's autumn; every district has its own day back afterwards."""
    world.clock("xinzhou", "2026-09-24T09:00")
    yield
    for tenant in ("xinzhou", "mudan", "heze", "luan", "chuxiong", "yubei"):
        world.clock(tenant, "real")


@pytest.fixture(scope="module", autouse=True)
def days(request):
    """The day it is in each district a module names in DAYS (None: each test says it); they have their own days back afterwards."""
    wanted = getattr(request.module, "DAYS", {})
    if not wanted:
        yield
        return
    w = request.getfixturevalue("world")
    for tenant, at in wanted.items():
        if at:
            w.clock(tenant, at)
    yield
    for tenant in wanted:
        w.clock(tenant, "real")


@pytest.fixture(scope="module")
def sixth(world):
    from sixth import joined
    with joined(world):
        yield


@pytest.fixture(scope="module")
def server():
    """A mail server that keeps what it is given."""
    from mailserver import MailServer
    with MailServer() as s:
        yield s


@pytest.fixture(scope="module")
def people(world):
    """Two colleagues of one organ, two of one unit, each signed in under his own name."""
    from colleagues import colleagues
    return colleagues(world)
