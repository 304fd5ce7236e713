"""The tutorial's district (fcgi/regulation/TUTORIAL.md) joins a running installation by files, groups and a reload alone, and its first projects go their way."""
import copy
import json
import os
import pathlib
import shutil
import signal
import urllib.parse

import pytest
from client import Client
from directory import SUFFIX, directory
from walker import walked
from world import PASSWORD, TOP, wait_until

T = "shili"
FOLDER = TOP / "tests/data/tutorial" / T
FACTS = {"project_name": "图书借阅管理系统", "project_summary": "全区通借通还", "category": "business_system", "total_investment": "120", "classified": "false"}


def posts():
    tenant = json.loads((FOLDER / "tenant.json").read_text(encoding="utf-8"))
    return [u["group"] for u in tenant["units"]] + [g["group"] for part in ("organs", "roles") for g in tenant[part].values()]


def people_and_groups():
    """One person a group: (dns, LDIF)."""
    dns, out = [], []
    for group in posts():
        person, cn = f"uid={group},ou=people,{SUFFIX}", f"cn={group},ou=groups,{SUFFIX}"
        out.append(f"dn: {person}\nobjectClass: inetOrgPerson\nuid: {group}\ncn: {group}\nsn: {group}\ndisplayName: {group}\nuserPassword: {PASSWORD}\n")
        out.append(f"dn: {cn}\nobjectClass: groupOfNames\ncn: {group}\nmember: {person}\n")
        dns += [cn, person]
    return dns, "\n".join(out)


def reload(world):
    before = set(world.workers())
    os.kill(world.pid("guizhangd"), signal.SIGHUP)
    wait_until("new workers", lambda: set(world.workers()) and not set(world.workers()) & before, 20)


@pytest.fixture(scope="module", autouse=True)
def sixth(world):
    assert Client(world.url).get(f"/{T}/guide").status == 404   # not live anywhere until it is put there
    place = pathlib.Path(world.home) / "app/share/guizhang/tenants" / T
    dns, ldif = people_and_groups()
    known = copy.copy(world.people)
    shutil.copytree(FOLDER, place)
    try:
        directory(world, "ldapadd", ldif=ldif)
        world.people.update({g: {"login": g, "groups": [g]} for g in posts()})
        for verb in ("secrets", "keys", "migrate"):
            world.guizhang(verb)
        reload(world)
        world.clock(T, "2026-07-10T09:00")
        yield
        world.clock(T, "real")
    finally:
        world.people = known
        world.sessions = {k: c for k, c in world.sessions.items() if k[0] != T}   # of people who are gone from the directory
        shutil.rmtree(place)
        directory(world, "ldapdelete", "-c", *dns)
        reload(world)


@pytest.mark.parametrize("day, facts, route", [
    ("2026-07-10", {}, "large"), ("2026-07-10", {"total_investment": "99.999999"}, "plain"), ("2026-07-10", {"category": "network"}, "plain"),
    ("2027-04-10", {}, "plain"), ("2027-04-10", {"total_investment": "150"}, "large")])
def test_the_guide_answers_anybody_by_the_figure_of_the_day(world, day, facts, route):
    world.clock(T, day + "T09:00")
    asked = urllib.parse.urlencode({f"facts.{k}": v for k, v in dict(FACTS, **facts).items()})
    answer = Client(world.url).get(f"/{T}/guide?{asked}")
    assert answer.status == 200, answer
    assert answer.json["verdict"]["route"]["id"] == route, answer.json["verdict"]["route"]


def test_the_regulation_is_shown(world):
    answer = Client(world.url).page(f"/{T}/regulation")
    assert answer.status == 200 and "三分之二" in answer.text


def test_a_large_project_goes_from_application_to_approval(world):
    world.clock(T, "2026-07-10T09:00")
    w = walked(world, T, "tsg", FACTS, ("unit", "application.submit"), ("data", "application.accept"))
    w.refused("data", "review.pass", "8", present="15", agreed="9", opinion="同意")
    w.walk([("data", "review.pass", {"present": "15", "agreed": "10", "opinion": "同意"}), ("data", "notice.publish"), ("unit", "approval.request")])
    world.clock(T, "2026-07-17T09:00")   # published on Friday the 10th: the fifth working day
    w.refused("data", "approval.approve", "9", approved_total="120")
    world.clock(T, "2026-07-18T09:00")
    w.act("data", "approval.approve", approved_total="120")
    stages = {s["procedure"]: s["state"] for s in w.view()["stages"]}
    assert stages["approval"] == "done", stages


def test_the_window_of_the_quarter_is_over_on_the_16th(world):
    world.clock(T, "2026-07-16T09:00")
    w = walked(world, T, "tsg", dict(FACTS, project_name="逾期申报"))
    w.refused("unit", "application.submit", "4")
