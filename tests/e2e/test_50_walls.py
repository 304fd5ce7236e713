"""Walls: every route without a session, with each role, with another district's session; every object by a foreign hand."""
import json
import re

import pytest
import roads
from client import Client, pdf
from walker import walked
from world import TOP

POSTS = [("xinzhou", "unit", "jyj"), ("xinzhou", "unit", "cgj"), ("xinzhou", "tech", None), ("xinzhou", "approval", None), ("xinzhou", "finance", None),
         ("xinzhou", "auditor", None), ("xinzhou", "leader", None), ("xinzhou", "editor", None), ("xinzhou", "expert", None),
         ("mudan", "unit", "mzj"), ("mudan", "competent", None), ("heze", "intake", None)]
KIND = {"unit": "unit", "auditor": "auditor", "leader": "leader", "editor": "editor", "expert": "expert", "intake": "intake"}


@pytest.fixture(scope="module")
def routes(world):
    return json.loads(world.guizhang("routes", "--json").stdout)


@pytest.fixture(scope="module")
def objects(world):
    """One of each thing in 新洲区, made by 区教育局."""
    world.clock("xinzhou", "2026-09-24T09:00")
    w = walked(world, "xinzhou", "jyj", roads.xinzhou("隔离试验项目 CANARY-7731", "15.00"), ("unit", "filing.submit"), ("approval", "filing.accept"))
    view = w.view("unit")
    document = next(d["id"] for group in view["documents"] for d in group["items"])
    return {"id": {"projects": w.project, "documents": document, "decisions": view["decisions"][0]["id"], "outbox": "1"}, "act": "contract.record"}


def address(route, objects, tenant):
    path = route["pattern"].replace("{t}", tenant)
    for kind, value in objects["id"].items():
        path = path.replace(f"/{kind}/{{id}}", f"/{kind}/{value}")
    return path.replace("{act}", objects["act"]).replace("{word}", "mudan").replace("{id}", "1")


def call(client, method, path):
    return client.get(path) if method == "GET" else client.post(path, {})


def test_the_table_covers_the_pages(routes):
    assert len(routes) >= 30
    assert {"GET", "POST"} == {r["method"] for r in routes}


def test_without_a_session_only_what_is_public_answers(world, routes, objects):
    for r in routes:
        answer = call(Client(world.url), r["method"], address(r, objects, "xinzhou"))
        if r["who"] == "anyone":
            assert answer.status < 500 and answer.status != 401 or r["pattern"] == "/login", (r, answer)
        elif r["who"] == "peer":
            assert answer.status in (400, 401, 403, 404), (r, answer)
        else:
            assert answer.status in (401, 403), (r, answer)
            assert b"CANARY" not in answer.body


def test_with_another_district_s_session_nothing_is_there(world, routes, objects):
    for tenant, organ, unit in (p for p in POSTS if p[0] != "xinzhou"):
        c = world.sign_in(tenant, organ, unit)
        for r in routes:
            if "{t}" not in r["pattern"] or r["who"] in ("anyone", "peer"):
                continue
            answer = call(c, r["method"], address(r, objects, "xinzhou"))
            assert answer.status in (403, 404), (tenant, organ, r, answer)
            assert b"CANARY" not in answer.body


def test_each_role_gets_exactly_what_the_permission_table_grants(world, routes, objects):
    seen = 0
    for tenant, organ, unit in POSTS:
        c = world.sign_in(tenant, organ, unit)
        for r in routes:
            if r["who"] != "post":
                continue
            answer = call(c, r["method"], address(r, objects, tenant))
            allowed = KIND.get(organ, "office") in r["may"]
            if not allowed:
                assert answer.status in (403, 404), (organ, r, answer)
                if answer.status == 403 and r["method"] == "GET":
                    assert answer.json["detail"], answer
            else:
                assert answer.status != 403 or "errors" in answer.json or r["method"] == "POST", (organ, r, answer)
            assert answer.status < 500, (organ, r, answer)
            seen += 1
    assert seen > 200


def test_another_unit_s_project_is_not_there(world, objects):
    other = world.sign_in("xinzhou", "unit", "cgj")
    for path in ("projects", "documents", "decisions"):
        assert other.get(f"/xinzhou/{path}/{objects['id'][path]}").status == 404, path
    for page in ("home", "projects", "projects?q=CANARY"):
        answer = other.get(f"/xinzhou/{page}")
        assert answer.status == 200 and "隔离试验项目" not in answer.text and str(objects["id"]["projects"]) not in answer.text, page
    assert world.sql("gz_xinzhou", f"SELECT COUNT(*) FROM audit WHERE result='refused' AND object LIKE '%{objects['id']['projects']}%'")[0][0] != "0"


def test_a_draft_is_its_unit_s_own_until_something_happens_in_it(world):
    w = walked(world, "xinzhou", "jyj", roads.xinzhou("尚未报出的草稿", "15.00"))
    uploaded = w.upload("unit", "filing", "implementation_plan")
    for organ in ("tech", "approval", "auditor", "leader", "editor"):
        c = world.sign_in("xinzhou", organ)
        assert c.get(w.path).status == 404, organ
        assert "尚未报出的草稿" not in c.get("/xinzhou/projects?q=草稿".replace("草稿", "%E8%8D%89%E7%A8%BF")).text, organ
    assert uploaded
    w.act("unit", "filing.submit")
    assert world.sign_in("xinzhou", "approval").get(w.path).status == 200


def test_a_project_s_id_of_one_district_means_nothing_in_another(world, objects):
    c = world.sign_in("mudan", "competent")
    assert c.get(f"/mudan/projects/{objects['id']['projects']}").status == 404
    assert c.get(f"/mudan/documents/{objects['id']['documents']}").status == 404


def test_a_person_without_the_organ_is_told_which_one_may(world, objects):
    c = world.sign_in("xinzhou", "finance")
    view = c.get(f"/xinzhou/projects/{objects['id']['projects']}").json
    answer = c.post(f"/xinzhou/projects/{objects['id']['projects']}/acts/contract.record", {"version": view["project"]["version"], "with": {}})
    assert answer.status in (403, 422) and "区教育局" in answer.text or "项目建设单位" in answer.text, answer


def acts_of(tenant, version):
    """Every act of a regulation with the names of those who may do it here: a body outside is recorded by an office."""
    rules = json.loads((TOP / f"tenants/{tenant}/{version}/rules.json").read_text(encoding="utf-8"))
    organs = rules["organs"]

    def listed(by):
        return by if isinstance(by, list) else [by] if isinstance(by, str) else next(iter(by.values()))

    def offices(organ):
        o = organs[organ]
        inner = o.get("recorded_by") or [c["organ"] for c in o.get("cases", [])]
        return {x for i in inner for x in offices(i)} if inner else {organ}
    for procedure, p in rules["procedures"].items():
        for step in p["steps"]:
            for act in step["acts"]:
                may = {x for organ in listed(act.get("by", step["by"])) for x in offices(organ)}
                yield f"{procedure}.{act['id']}", may, {organs[x]["name"] for x in may}


@pytest.mark.parametrize("tenant, version, unit, wrong", [
    ("xinzhou", "2022-15", "jyj", ("tech", "approval", "finance", "auditor", "leader")),
    ("mudan", "2023-17", "mzj", ("competent", "ndrc", "finance", "auditor", "leader"))])
def test_who_may_not_act_is_told_by_name_who_may(world, tenant, version, unit, wrong):
    """Every act of both districts with every wrong role: 403 for a post that never acts, 422 of the rule for another organ."""
    world.clock(tenant, "2026-09-24T09:00" if tenant == "xinzhou" else "2024-06-03T09:00")
    w = walked(world, tenant, unit, getattr(roads, tenant)("谁可以办", "15.00"), *([("unit", "filing.submit")] if tenant == "xinzhou" else roads.MUDAN_INITIATION[:2]))
    before = w.view("unit")["project"]["version"]
    tried = 0
    for act, may, names in acts_of(tenant, version):
        for organ in wrong:
            if organ in may:
                continue
            answer = world.sign_in(tenant, organ).post(f"{w.path}/acts/{act}", {"version": before, "with": {}})
            never = organ in ("auditor", "leader")
            assert answer.status == (403 if never else 422), (organ, act, answer)
            said = answer.json["detail"] if never else " ".join(f"{e['message']} {e.get('mend', '')}" for e in answer.json["errors"])
            assert any(n in said for n in names), (organ, act, names, said)
            tried += 1
    assert tried > 150 and w.view("unit")["project"]["version"] == before
    world.clock(tenant, "real")


def test_the_database_account_of_one_district_cannot_read_another_or_change_the_trail(world):
    import pymysql
    secret = (world.home / "secrets/db-xinzhou").read_text().strip()
    db = pymysql.connect(unix_socket=str(world.home / "run/db.sock"), user="gz_xinzhou", password=secret, database="gz_xinzhou")
    with db.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM project")
        for statement in ("SELECT * FROM gz_mudan.project", "SELECT * FROM guizhang_platform.session", "UPDATE audit SET what='x'", "DELETE FROM audit",
                          "DELETE FROM event", "UPDATE event SET what='x'", "TRUNCATE audit", "DROP TABLE project", "SELECT LOAD_FILE('/etc/passwd') INTO OUTFILE '/tmp/x'"):
            with pytest.raises(pymysql.MySQLError) as e:
                cursor.execute(statement)
            assert e.value.args[0] in (1142, 1044, 1045, 1227, 1290, 1370), (statement, e.value)
    db.close()


def test_downloads_need_the_right_and_go_through_the_worker(world, objects):
    owner = world.sign_in("xinzhou", "unit", "jyj")
    path = f"/xinzhou/documents/{objects['id']['documents']}"
    answer = owner.get(path)
    assert answer.status == 200 and answer.body.startswith(b"%PDF")
    assert answer.header("Content-Disposition").startswith("attachment") and answer.header("X-Content-Type-Options") == "nosniff"
    sm3 = world.sql("gz_xinzhou", f"SELECT sm3 FROM document WHERE id={objects['id']['documents']}")[0][0]
    assert Client(world.url).get(f"/protected-files/xinzhou/{sm3[:2]}/{sm3[2:]}").status == 404
    assert Client(world.url).get(path).status == 401
    assert world.sign_in("xinzhou", "tech").get(path).status == 200


def test_spoofed_headers_give_nothing(world):
    for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Tenant": "xinzhou"}, {"Remote-User": "zhang.min"}, {"Proxy": "http://127.0.0.1:1"},
                    {"X-Accel-Redirect": "/protected-files/x"}, {"GUIZHANG-HOST": "xinzhou.guizhang.test"}):
        assert Client(world.url).get("/xinzhou/home", headers=headers).status == 401, headers


@pytest.mark.parametrize("path", ["/xinzhou/../mudan/home", "/xinzhou/%2e%2e/mudan/home", "//xinzhou/home", "/xinzhou%2fhome", "/xinzhou/home%00", "/xinzhou/%e4%bd", "/xinzhou/%c0%ae"])
def test_crooked_addresses_lead_nowhere(world, path):
    c = world.sign_in("xinzhou", "tech")
    assert c.get(path).status in (400, 404), path


def test_reading_changes_nothing(world, routes, objects):
    def contents():
        rows = world.sql("gz_xinzhou", "SELECT table_name FROM information_schema.tables WHERE table_schema='gz_xinzhou'")
        names = [r[0] for r in rows if r[0] not in ("audit", "audit_link", "search_place")]  # the trail, and how far the search has followed it
        return {name: sorted(world.sql("gz_xinzhou", f"SELECT * FROM {name}")) for name in names}
    before = contents()
    for tenant, organ, unit in (p for p in POSTS if p[0] == "xinzhou"):
        c = world.sign_in(tenant, organ, unit)
        for r in routes:
            if r["method"] == "GET":
                c.get(address(r, objects, "xinzhou"))
    after = contents()
    assert {name: [r for r in after[name] if r not in rows] for name, rows in before.items() if after[name] != rows} == {}


def test_every_change_has_exactly_one_row_in_the_trail(world, objects):
    count = lambda: int(world.sql("gz_xinzhou", "SELECT COUNT(*) FROM audit")[0][0])  # noqa: E731
    c = world.sign_in("xinzhou", "unit", "jyj")
    before = count()
    answer = c.post("/xinzhou/projects", {"facts": roads.xinzhou("留痕", "15")})
    assert answer.status in (200, 201)
    assert count() == before + 1
    c.upload(f"/xinzhou/projects/{answer.json['project']}/documents", {"procedure": "filing", "material": "implementation_plan"}, [("a.pdf", pdf("a"))])
    assert count() == before + 2
    refused = c.post(f"/xinzhou/projects/{answer.json['project']}/acts/contract.record", {"version": 1, "with": {}})
    assert refused.status in (409, 422) and count() == before + 3, refused


def test_the_chain_holds_and_an_edited_row_is_named(world):
    world.guizhang("audit", "seal")
    assert world.guizhang("audit", "verify", "--tenant", "xinzhou").returncode == 0
    row = world.sql("gz_xinzhou", "SELECT id, what FROM audit ORDER BY id LIMIT 1 OFFSET 3")[0]
    world.sql("gz_xinzhou", f"UPDATE audit SET what='changed' WHERE id={row[0]}")
    try:
        said = world.guizhang("audit", "verify", "--tenant", "xinzhou", check=False)
        assert said.returncode == 1 and re.search(rf"第 {row[0]} 条", said.stdout), said.stdout
    finally:
        world.sql("gz_xinzhou", f"UPDATE audit SET what='{row[1]}' WHERE id={row[0]}")
    assert world.guizhang("audit", "verify", "--tenant", "xinzhou").returncode == 0
