"""A prefecture with counties: the posts of one county know nothing of another county's projects, those of the prefecture know of all."""
import json

import pytest
import roads
from client import pdf
from walker import walked

T = "chuxiong"
OWN, FOREIGN = "lufeng", "yuanmou"
COUNTIES = {OWN: ("lfs_jtj", "bureau_lufeng"), FOREIGN: ("ymx_nyj", "bureau_yuanmou")}
OF_COUNTY = ["bureau_lufeng", "auditor_lufeng", "leader_lufeng"]
OF_PREFECTURE = ["competent", "finance", "audit", "auditor", "leader", "editor"]


@pytest.fixture(scope="module")
def projects(world):
    """One of each county, as far as its first letter; each has events, a file, a printed form, duties, a task."""
    world.clock(T, "2025-06-16T09:00")
    out = {}
    for place, (unit, bureau) in COUNTIES.items():
        w = walked(world, T, unit, roads.chuxiong(f"县级隔离 {place} CANARY-{place}", "120.00", owner_area=place, funding_sources=["county"]),
                   ("unit", "application.submit"), (bureau, "application.collect"), *roads.CHUXIONG_REVIEW, *roads.CHUXIONG_APPROVAL)
        view = w.view("competent")
        out[place] = {"walker": w, "id": {"projects": w.project, "decisions": view["decisions"][0]["id"],
                                          "documents": next(d["id"] for g in view["documents"] for d in g["items"])}}
    yield out
    world.clock(T, "real")


def addresses(world, one):
    """Every route that names a thing of a project, with that thing."""
    for r in json.loads(world.guizhang("routes", "--json").stdout):
        path, kind = r["pattern"].replace("{t}", T), r["pattern"].split("/")[2] if r["pattern"].count("/") > 1 else ""
        if kind in one["id"] and "{id}" in path:
            path = path.replace("{id}", str(one["id"][kind]), 1)
            yield r, path.replace("{act}", "application.submit").replace("{word}", "application_collect")


def ask(c, r, path):
    if r["method"] == "GET":
        return c.get(path)
    if r["body"] == "file":
        return c.upload(path, {"procedure": "application", "material": "plan"}, [("a.pdf", pdf("a"))])
    body = {"version": 1, "reason": "写错了"} if "/decisions/" in path else {"version": 1, "with": {}} if "/acts/" in path else {"with": {}} if "/forms/" in path else {"version": 1} if path.endswith("/edit") else {}
    return c.post(path, body)


@pytest.mark.parametrize("organ", OF_COUNTY)
def test_of_another_county_nothing_is_there_by_any_route(world, projects, organ):
    c, tried = world.sign_in(T, organ), 0
    for r, path in addresses(world, projects[FOREIGN]):
        answer = ask(c, r, path)
        allowed = {"bureau_lufeng": "office", "auditor_lufeng": "auditor", "leader_lufeng": "leader"}[organ] in r["may"]
        assert answer.status == (404 if allowed else 403), (organ, r, answer)
        assert b"CANARY" not in answer.body, (organ, r)
        tried += 1
    assert tried >= 10


@pytest.mark.parametrize("organ", OF_COUNTY)
def test_lists_searches_and_the_desk_hold_the_own_county_alone(world, projects, organ):
    c = world.sign_in(T, organ)
    for page in ("home", "projects", "projects?state=running", "projects?q=CANARY", "projects?due=overdue", "projects?holder=unit", "projects?unit=ymx_nyj",
                 "projects?q=" + projects[FOREIGN]["walker"].view("unit")["project"]["number"]):
        answer = c.get(f"/{T}/{page}")
        assert answer.status == 200 and f"CANARY-{FOREIGN}" not in answer.text and str(projects[FOREIGN]["walker"].project) not in answer.text, (organ, page)
    found = c.get(f"/{T}/projects?q=CANARY").json
    assert [p["title"] for p in found["projects"]] == [f"县级隔离 {OWN} CANARY-{OWN}"]
    assert {u["id"] for u in found["options"]["units"]} == {"lfs_jtj", "lfs_fgj"}
    # the counts are of the same projects as the list
    running = c.get(f"/{T}/projects?state=running").json["projects"]
    assert c.get(f"/{T}/home").json["counts"]["running"] == len(running) == int(world.sql("gz_chuxiong", f"SELECT COUNT(*) FROM project WHERE place='{OWN}' AND state='running'")[0][0])
    assert c.get(projects[OWN]["walker"].path).status == 200


@pytest.mark.parametrize("organ", OF_PREFECTURE)
def test_the_prefecture_s_posts_know_of_all(world, projects, organ):
    c = world.sign_in(T, organ)
    for place in COUNTIES:
        assert c.get(projects[place]["walker"].path).status == 200, (organ, place)
    assert {p["title"].split()[1] for p in c.get(f"/{T}/projects?q=CANARY").json["projects"]} == set(COUNTIES)


def test_a_county_s_auditor_reads_the_trail_of_its_own_county(world, projects):
    foreign, own = (str(projects[p]["walker"].project) for p in (FOREIGN, OWN))
    world.sign_in(T, "bureau_yuanmou").get(f"/{T}/documents/{projects[FOREIGN]['id']['documents']}")
    world.sign_in(T, "bureau_lufeng").get(f"/{T}/documents/{projects[OWN]['id']['documents']}")
    county, all_of_it = world.sign_in(T, "auditor_lufeng"), world.sign_in(T, "auditor")
    seen = county.get(f"/{T}/audit").json["rows"]
    objects = {r["object"] for r in seen}
    assert f"project/{own}" in objects and f"document/{projects[OWN]['id']['documents']}" in objects
    assert all(r["object"].startswith(("project/", "document/")) for r in seen)
    assert f"project/{foreign}" not in objects and f"document/{projects[FOREIGN]['id']['documents']}" not in objects
    assert county.get(f"/{T}/audit?object=project/{foreign}").json["rows"] == []
    assert all_of_it.get(f"/{T}/audit?object=project/{foreign}").json["rows"] != []
    # that a county's office tried is on record, and the trail is where the foreign county's own auditor reads it
    assert world.sign_in(T, "bureau_lufeng").get(projects[FOREIGN]["walker"].path).status == 404
    assert any(r["reason"] == "not_found" for r in all_of_it.get(f"/{T}/audit?object=project/{foreign}").json["rows"])


def test_a_unit_names_its_own_county(world, projects):
    w = walked(world, T, "lfs_jtj", roads.chuxiong("填错了县", "120.00", owner_area=FOREIGN, funding_sources=["county"]))
    errors = w.refused("unit", "application.submit")
    assert "本单位所在地" in str(errors) and {"3(1),12"} == {x["article"] for x in errors}
    assert w.view("unit")["project"]["state"] == "draft"


def test_a_place_is_put_on_the_projects_that_are_there(world, projects):
    """An installation from before places: migrate fills them, and until then a county sees nothing rather than everything."""
    own = projects[OWN]["walker"]
    world.sql("gz_chuxiong", "UPDATE project SET place=''")
    assert world.sign_in(T, "bureau_lufeng").get(own.path).status == 404
    assert world.sign_in(T, "competent").get(own.path).status == 200
    world.guizhang("migrate")
    assert world.sign_in(T, "bureau_lufeng").get(own.path).status == 200
    assert world.sign_in(T, "bureau_yuanmou").get(own.path).status == 404
