"""Fixtures: one world for the session; its sanitizer reports and crashed workers fail the run."""
import os
import pathlib
import shutil
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from world import World  # noqa: E402


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
