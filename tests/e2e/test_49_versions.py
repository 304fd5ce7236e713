"""A running project keeps its law: through a reload that is refused, a restart, and a newer version that comes into force beside it."""
import json
import os
import re
import shutil
import signal

import pytest
from client import Client
from sixth import FACTS, FOLDER, T, reload
from walker import walked
from world import wait_until

OLD, NEW = "2026-1", "2026-7"


@pytest.fixture(scope="module")
def place(world, sixth):
    return world.home / "app/share/guizhang/tenants" / T


@pytest.fixture(scope="module")
def running(world, place):
    """Under way by the old text: in its notice, which is to last five working days."""
    world.clock(T, "2026-07-10T09:00")
    w = walked(world, T, "tsg", dict(FACTS, project_name="老办法项目"))
    w.walk([("unit", "application.submit"), ("data", "application.accept"), ("data", "review.pass", {"present": "15", "agreed": "10", "opinion": "同意"}),
            ("data", "notice.publish"), ("unit", "approval.request")])
    return w


def law(w):
    return w.view()["project"]["regulation"]


def ready(world):
    answer = Client(world.url).get("/readyz")
    assert answer.status == 200, answer
    return answer.json


def broken(rules):
    """A name of a procedure that is none, and where in the file it stands."""
    text = rules.read_text(encoding="utf-8")
    at = text.index('"blocks": ["approval.approve"]') + len('"blocks": [')
    line, column = text.count("\n", 0, at) + 1, at - text.rindex("\n", 0, at)
    return text[:at] + text[at:].replace("approval.approve", "approval.aprove", 1), f"rules.json:{line}:{column}"


def test_a_refused_reload_leaves_the_old_text_running_and_tells_the_operator_where(world, place, running):
    rules, before = place / OLD / "rules.json", set(world.workers())
    good = rules.read_text(encoding="utf-8")
    bad, where = broken(rules)
    assert "reload" not in ready(world)
    try:
        rules.write_text(bad, encoding="utf-8")
        os.kill(world.pid("guizhangd"), signal.SIGHUP)
        told = wait_until("the refusal", lambda: ready(world).get("reload"))
        assert told["state"] == "refused" and where in told["message"] and "approval.aprove" in told["message"], told
        assert told["article"] and told["mend"], told
        assert any(where in line and "reload_refused" in line for line in world.log("guizhangd.log").splitlines())
        wait_until("the end of the trial", lambda: set(world.workers()) == before)   # it is a child of the master too
        assert law(running)["id"] == OLD
        running.refused("data", "approval.approve", "9", approved_total="120")   # by the text in memory, not by the one on the disk
    finally:
        rules.write_text(good, encoding="utf-8")
    reload(world)
    assert "reload" not in ready(world)
    assert law(running)["id"] == OLD


def test_a_restart_with_the_broken_text_is_refused_and_with_the_good_one_goes_on(world, place, running):
    rules = place / OLD / "rules.json"
    good = rules.read_text(encoding="utf-8")
    bad, where = broken(rules)
    before = running.view()
    world.part("stop", "guizhangd")
    try:
        rules.write_text(bad, encoding="utf-8")
        world.script("part", "start", "guizhangd", check=False)
        wait_until("the refusal in the log", lambda: any(where in line and "start_refused" in line for line in world.log("guizhangd.log").splitlines()))
    finally:
        rules.write_text(good, encoding="utf-8")
    world.part("stop", "guizhangd")
    world.part("start", "guizhangd")
    wait_until("guizhangd", lambda: ready(world))
    after = running.view()
    assert after["project"]["regulation"] == before["project"]["regulation"] and after["stages"] == before["stages"]


def add_version(place):
    """The same document with eight working days for five, in force from the 13th of July."""
    shutil.copytree(place / OLD, place / NEW, ignore=shutil.ignore_patterns("cases"))
    for name, changes in (("rules.json", (('"regulation": "2026-1"', f'"regulation": "{NEW}"'), ('"from": "2026-01-01", "to": "2030', '"from": "2026-07-13", "to": "2030'),
                                          ('"plus_working_days": 5', '"plus_working_days": 8'), ("满5个工作日", "满8个工作日"))),
                          ("text.json", (("示政办〔2026〕1号", "示政办〔2026〕7号"), ("公示满5个工作日", "公示满8个工作日"), ("自2026年1月1日起", "自2026年7月13日起")))):
        path = place / NEW / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    tenant = json.loads((FOLDER / "tenant.json").read_text(encoding="utf-8"))
    (place / "tenant.json").write_text(json.dumps(dict(tenant, regulations=[OLD, NEW]), ensure_ascii=False), encoding="utf-8")


def test_a_newer_version_is_for_projects_first_submitted_from_its_day(world, place, running):
    world.clock(T, "2026-07-10T09:00")
    early = walked(world, T, "tsg", dict(FACTS, project_name="先起草项目"))
    add_version(place)
    reload(world)
    assert law(running)["id"] == law(early)["id"] == OLD   # it is there, and not yet in force
    assert "只用于" not in law(running)["reason"], law(running)

    world.clock(T, "2026-07-14T09:00")
    kept = law(running)
    assert kept["id"] == OLD and kept["document_number"] == "示政办〔2026〕1号", kept
    assert kept["reason"] == "首次申报日 2026-07-10，在有效期内；2026-07-13起施行的示政办〔2026〕7号只用于此后首次申报的项目", kept
    page = running.client("unit").page(running.path).text
    assert all(word in page for word in ("示政办〔2026〕1号", kept["first_on"], kept["first_says"]))
    assert law(early)["id"] == NEW, "a draft is shown by the text in force today"
    early.walk([("unit", "application.submit"), ("data", "application.accept"), ("data", "review.pass", {"present": "15", "agreed": "10", "opinion": "同意"}),
                ("data", "notice.publish"), ("unit", "approval.request")])
    assert law(early)["id"] == NEW and law(early)["reason"] == "首次申报日 2026-07-14，在有效期内", law(early)

    world.clock(T, "2026-07-22T09:00")   # five working days after the 10th are over, eight after the 14th are not
    early.refused("data", "approval.approve", "9", approved_total="120")
    running.act("data", "approval.approve", approved_total="120")
    assert {s["procedure"]: s["state"] for s in running.view()["stages"]}["approval"] == "done"
    world.clock(T, "2026-07-25T09:00")
    early.act("data", "approval.approve", approved_total="120")
    assert law(early)["id"] == NEW and law(running)["id"] == OLD


def test_the_page_of_the_regulation_shows_each_text_by_its_version(world, running):
    anybody = Client(world.url)
    assert "公示满5个工作日" in anybody.page(f"/{T}/regulation?version={OLD}").text
    assert "公示满8个工作日" in anybody.page(f"/{T}/regulation?version={NEW}").text
    href = law(running)["href"]
    assert re.search(r"version=2026-1$", href) and "公示满5个工作日" in running.client("unit").page(href).text
