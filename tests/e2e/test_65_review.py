"""What a hard look before the first release found: each test failed before it was mended."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import pytest
from client import Client, pdf
from walker import Walker
from world import TOP, wait_until

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T = "xinzhou"


@pytest.fixture(scope="module", autouse=True)
def day(world):
    world.clock(T, "2026-09-24T09:00")
    yield
    world.clock(T, "real")


def draft(world, title):
    w = Walker(lambda t, o, u: world.sign_in(t, o, u), T, "jyj")
    w.draft(roads.xinzhou(title, "15.00"))
    return w


# ---- the trail ----

def test_a_refusal_by_role_is_in_the_trail_by_its_short_name(world):
    """The whole sentence went into a column of 64 characters: with long names of organs the row was lost."""
    c = world.sign_in(T, "auditor")
    assert c.post(f"/{T}/projects", {"facts": {}}).status == 403
    last = world.sql(f"gz_{T}", "SELECT what, result, reason FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert last == ["project.draft", "refused", "forbidden"]
