"""Cases that are no projects: the year plan and the bundle of 六安, planning and the yearly round of 楚雄, and the walls round them."""
import json
from urllib.parse import quote

import pytest
from browser import Person, Window
from districts import argued, luan
from walker import Walker, tasks_of

YEAR = {"plan_year": "2026", "construction_plan": "300.00", "maintenance_plan": "60.00", "payment_plan": "40.00", "total": "400.00",
        "projects": "见所含项目"}
DAYS = {"luan": None, "chuxiong": None}


class Plan(Walker):
    """A case opened by an office; who looks at it is said."""

    def __init__(self, world, tenant, organ, subject, title):
        super().__init__(lambda t, o, unit: world.sign_in(t, o), tenant, None)
        answer = self.client(organ).post(f"/{tenant}/plans", {"subject": subject, "title": title})
        assert answer.status == 201, answer
        self.project = answer.json["plan"]
        self.items_path = f"/{tenant}/plans/{self.project}"

    def items(self, organ):
        answer = self.client(organ).get(self.items_path)
        assert answer.status == 200, answer
        return answer.json

    def take(self, organ, state, projects, reason=""):
        version = self.items(organ)["plan"]["version"]
        return self.client(organ).post(self.items_path, {"version": version, "projects": projects, "state": state, "reason": {p: reason for p in projects}})


def reviewed(world, name, wan, unit="mzj"):
    """A project of 六安 that waits for the year plan."""
    world.clock("luan", "2025-07-10T09:00")
    w = luan(world, name, wan, unit)
    argued(world, w, wan)
    return w


@pytest.fixture(scope="module")
def projects(world):
    return [reviewed(world, "救助服务协同平台", "120.00"), reviewed(world, "婚姻登记预约平台", "80.00")]


def facts_of(world, w):
    return {f["label"]: f["value"] for f in w.view("competent")["project"]["facts"]}


def tasks(world, tenant, organ):
    return [t["project"] for t in tasks_of(world.sign_in(tenant, organ), tenant)]


def test_the_year_plan_gathers_projects_and_goes_its_way(world, projects):
    world.clock("luan", "2025-11-10T09:00")
    p = Plan(world, "luan", "competent", "plan", "2026年度电子政务项目实施计划")
    assert p.project in tasks(world, "luan", "competent") and p.project in tasks(world, "luan", "finance")
    page = p.items("competent")
    ids = {w.project for w in projects}
    assert ids <= {c["project"] for c in page["candidates"]} and page["items"] == [] and page["may_change"]
    assert p.take("competent", "in", sorted(ids)).status in (200, 303)
    page = p.items("finance")
    assert {i["project"] for i in page["items"]} == ids and page["sum"] == "200.00"
    assert [(u["count"], u["sum"]) for u in page["by_unit"]] == [(2, "200.00")]
    assert not ids & {c["project"] for c in page["candidates"]}
    # out only with a reason, and it is said who took it out
    refused = p.take("finance", "out", [projects[1].project])
    assert refused.status == 400 and "理由" in refused.text
    assert p.take("finance", "out", [projects[1].project], "资金安排不足，转下一年度").status in (200, 303)
    page = p.items("finance")
    assert [(o["project"], o["reason"]) for o in page["out"]] == [(projects[1].project, "资金安排不足，转下一年度")] and page["item_count"] == 1
    assert p.take("competent", "in", [projects[1].project]).status in (200, 303)

    p.refused("competent", "year_plan.compile", "13", **{**YEAR, "total": "400.01"})  # the three parts make the whole
    p.signed(("competent", "finance"), "year_plan.compile", **YEAR)
    with_json = json.loads(world.sql("gz_luan", f"SELECT with_json FROM event WHERE project = {p.project} AND seq = 2")[0][0])
    assert {i["project"] for i in with_json["_items"]} == ids, "the paper was about these projects"

    # it is with the city government now: nobody changes what is in it
    page = p.items("competent")
    assert not page["may_change"] and "candidates" not in page
    assert p.take("competent", "out", [projects[0].project], "想改").status == 422
    p.act("competent", "year_plan.ask_correction", correction=[{"item": "projects", "what": "请补充明细"}], until="2025-12-01")
    assert p.items("finance")["may_change"]
    p.signed(("competent", "finance"), "year_plan.compile", **{**YEAR, "projects": "救助服务协同平台、婚姻登记预约平台"})
    world.clock("luan", "2025-12-22T09:00")
    assert facts_of(world, projects[0])["是否列入年度计划"] != "是"
    p.act("competent", "year_plan.approve", approved_on="2025-12-22", document="市政府专题会议纪要第30号")
    assert p.project in tasks(world, "luan", "ndrc")
    for w in projects:  # art. 13: approved, it is carried out; each project in it says so of itself, by an event of its own
        assert facts_of(world, w)["是否列入年度计划"] == "是"
        view = w.view("unit")
        newest = view["timeline"][0]
        assert newest["what"] == "plan.settled" and newest["name"] == "随「2026年度电子政务项目实施计划」登记" and "13" in [a["number"] for a in newest["articles"]]
        assert "plans" not in view, "the unit does not see the plan while it is under way"
        assert [(x["title"], x["state_name"], x["href"]) for x in w.view("finance")["plans"]] == [("2026年度电子政务项目实施计划", "办理中", p.items_path)]
        assert "plan_before_build" not in json.dumps(w.client("unit").get(f"{w.path}/why?act=construction.start").json["verdict"].get("reasons", []))
        rows = world.sql("gz_luan", f"SELECT what, articles, before_sm3 <> after_sm3 FROM audit WHERE object = 'project/{w.project}' ORDER BY id DESC LIMIT 1")
        assert rows == [["plan.settled", "5,13", "1"]]
    p.act("ndrc", "year_plan.list", listed_on="2025-12-22", document="六发改投资〔2025〕9号")
    view = p.view("finance")
    assert view["project"]["state"] == "done" and view["subject"]["id"] == "plan" and view["project"]["number"] == ""
    assert [(x["title"], "href" in x) for x in projects[0].view("unit")["plans"]] == [("2026年度电子政务项目实施计划", False)]
    assert [e["what"] for e in view["timeline"]][0] == "year_plan.list"
    assert p.project not in tasks(world, "luan", "ndrc")
    assert p.take("competent", "in", [projects[0].project]).status == 422
    assert p.client("competent").get(p.path + "/why").json["input"]["subject"] == "plan"
    p.refused("competent", "year_plan.compile", **YEAR)  # once and no more


def test_a_bundle_has_its_paper_and_its_number(world):
    world.clock("luan", "2026-01-08T09:00")
    b = Plan(world, "luan", "competent", "bundle", "2026年第一批打捆项目建议书")
    assert world.sign_in("luan", "ndrc").get(b.path).status == 404  # nothing has come to it yet
    b.act("competent", "bundle_document.compile", bundle_number="2026-1", bundle_projects="救助、婚姻登记", bundle_total="200.00")
    assert [m["name"] for g in b.view("ndrc")["documents"] for m in g["items"]]
    b.act("ndrc", "bundle_document.approve", approved_projects="救助 120 万元、婚姻登记 80 万元")
    view = b.view("competent")
    assert view["project"]["state"] == "done" and view["decisions"][0]["number"].startswith("六发改信捆〔2026〕")
    # a project's procedure is not done on a bundle, nor the bundle's on a project
    assert b.client("competent").post(f"{b.path}/acts/application.pass", {"version": view["project"]["version"], "with": {}}).status == 422


def test_planning_and_the_yearly_round(world):
    T = "chuxiong"
    world.clock(T, "2025-06-02T09:00")
    p = Plan(world, T, "competent", "plan", "政务信息化建设规划（2025—2027年）")
    p.refused("competent", "planning_change.notice", "4", found_on="2025-06-02", ground="形势变化")
    p.act("competent", "planning.compile", title="政务信息化建设规划", from_year="2025", to_year="2027", needs="各单位建设需求汇总")
    assert p.view("competent")["project"]["state"] == "done"
    p.act("competent", "planning_change.notice", found_on="2025-06-02", ground="国家新要求")
    assert p.view("competent")["project"]["state"] == "running"
    p.act("competent", "planning_change.argue", argument="专家论证会", opinion="增加数据要素内容")
    p.act("competent", "planning_change.return")
    p.act("competent", "planning_change.argue", argument="专家论证会", opinion="增加数据要素内容，压减投资")
    p.act("competent", "planning_change.approve", approved_on="2025-06-02", document="州政府批复")
    assert p.view("competent")["project"]["state"] == "done"

    r = Plan(world, T, "competent", "plan", "2025年度集中申报")
    r.act("competent", "annual_round.announce", document="申报通知", opens_on="2025-06-03", closes_on="2025-07-31")
    r.act("competent", "annual_round.gather", projects="待评审项目 12 个")
    assert r.project in tasks(world, T, "finance")
    r.signed(("competent", "finance"), "annual_round.propose", listed="拟实施 8 个", reserved="储备库 4 个")
    view = r.view("finance")
    assert view["project"]["state"] == "done" and view["stages"][0]["name"].startswith("年度集中申报")
    assert r.client("finance").post(f"/{T}/plans", {"subject": "plan", "title": "财政局的计划"}).status == 403


def test_who_may_see_and_open_one(world, projects):
    world.clock("luan", "2025-11-11T09:00")
    p = Plan(world, "luan", "finance", "plan", "2027年度预备计划")
    # the unit, an office without a step, and the district next door: no page, no case, not even that there is one
    for tenant, organ, unit in (("luan", "unit", "mzj"), ("luan", "crypto", None)):
        c = world.sign_in(tenant, organ, unit)
        assert c.get("/luan/plans").status == 404 and c.get(p.items_path).status == 404 and c.get(p.path).status == 404
        assert c.post("/luan/plans", {"subject": "plan", "title": "我的计划"}).status == 403
        assert "/luan/plans" not in c.page("/luan/home").text
    assert "/luan/plans" in world.sign_in("luan", "finance").page("/luan/home").text
    # before its first act only those who may open one know of it
    assert world.sign_in("luan", "ndrc").get(p.path).status == 404
    assert p.client("competent").get(p.path).status == 200
    assert p.project not in json.dumps(world.sign_in("luan", "ndrc").get("/luan/plans").json)
    # those who audit and lead see what has begun, and change nothing
    for organ in ("auditor", "leader"):
        c = world.sign_in("luan", organ)
        assert c.get(p.path).status == 404 and p.project not in json.dumps(c.get("/luan/plans").json) and "/luan/plans" in c.page("/luan/home").text
        assert c.post("/luan/plans", {"subject": "plan", "title": "我的计划"}).status == 403
    p.signed(("finance", "competent"), "year_plan.compile", **YEAR)
    for organ in ("auditor", "leader"):
        c = world.sign_in("luan", organ)
        assert c.get(p.path).status == 200 and p.project in json.dumps(c.get("/luan/plans").json)
        page = c.get(p.items_path).json
        assert not page["may_change"] and "candidates" not in page
        assert c.post(p.items_path, {"version": page["plan"]["version"], "projects": [projects[0].project], "state": "in"}).status == 403
        assert c.get("/xinzhou/plans").status in (403, 404)
    p = Plan(world, "luan", "finance", "plan", "2028年度预备计划")
    # the wrong name, no name, a district without such a case
    assert p.client("finance").post("/luan/plans", {"subject": "bundle", "title": "不归我"}).status == 403
    assert p.client("finance").post("/luan/plans", {"subject": "system", "title": "没有"}).status == 404
    assert p.client("finance").post("/luan/plans", {"subject": "plan", "title": ""}).status == 400
    for tenant, organ in (("xinzhou", "tech"), ("yubei", "competent")):
        c = world.sign_in(tenant, organ)
        assert c.get(f"/{tenant}/plans").status == 404 and f"/{tenant}/plans" not in c.page(f"/{tenant}/home").text
    # a project is no plan, a plan is no project
    assert p.client("finance").get(f"/luan/plans/{projects[0].project}").status == 404
    assert p.take("finance", "in", [p.project]).status == 404
    other = world.sign_in("luan", "unit", "mzj")
    assert other.post(f"{p.path}/edit", {"version": "1", "facts": {"project_name": "改名"}}).status == 404


def test_projects_are_counted_and_listed_without_plans(world, projects):
    """What counts, lists and finds projects says the same before and after a plan is opened."""
    world.clock("luan", "2025-11-12T09:00")
    c = world.sign_in("luan", "competent")

    def seen():
        home = c.get("/luan/home").json["counts"]
        return (home["total"], home["running"], c.get("/luan/dashboard").json["stages"],
                [p["id"] for p in c.get("/luan/projects").json["projects"]],
                [p["id"] for p in c.get("/luan/search?q=" + quote("甲乙丙丁实施计划")).json.get("projects", [])])
    before = seen()
    p = Plan(world, "luan", "competent", "plan", "甲乙丙丁实施计划")
    p.act("competent", "year_plan.compile", **YEAR)
    assert seen() == before
    tally = world.sql("gz_luan", "SELECT CAST(SUM(n) AS SIGNED) FROM project_tally")
    assert tally == world.sql("gz_luan", "SELECT COUNT(*) FROM project WHERE subject = 'project'")
    # one key, one plan
    key = {"Idempotency-Key": "plan-twice-0123456789abcdef"}
    answers = [c.post("/luan/plans", {"subject": "plan", "title": "两次"}, headers=key) for _ in range(2)]
    assert answers[0].json["plan"] == answers[1].json["plan"]
    # an old page does not overwrite a newer one
    stale = c.post(f"/luan/plans/{answers[0].json['plan']}", {"version": "1", "projects": [projects[0].project], "state": "in"})
    assert stale.status in (200, 303)
    stale = c.post(f"/luan/plans/{answers[0].json['plan']}", {"version": "1", "projects": [projects[1].project], "state": "in"})
    assert stale.status == 409


@pytest.mark.parametrize("script", [True, False])
def test_the_pages(world, projects, script):
    world.clock("luan", "2025-11-13T09:00")
    window = Window(script)
    try:
        person = Person(window, world, world.holder_of("gz-luan-competent")).sign_in()
        person.go("/luan/plans")
        person.check_page(f"plans_{script}")
        title = f"浏览器里的计划{script}"
        person.driver.find_element("id", "f-title-plan").send_keys(title)
        person.press_it(person.driver.find_element("css selector", "section[aria-labelledby='s-plan'] form button"))
        assert person.heading() == title
        person.check_page(f"plan_case_{script}")
        assert person.driver.find_element("css selector", "nav.menu [aria-current=page], .side [aria-current=page], #menu [aria-current=page]").text.strip() == "年度计划"
        person.press("所含项目")
        person.driver.find_element("id", f"i-{projects[0].project}").click()
        person.press("列入勾选的项目")
        assert "所含项目已经保存" in person.text() and "1 个项目" in person.text()
        person.check_page(f"plan_items_{script}")
        person.paper(f"plan_items_{script}")
        person.go(projects[0].path)
        assert title in person.text()
        person.check_page(f"plan_project_{script}")
        person.driver.find_element("link text", title).click()
        person.arrived()
        person.press("移出勾选的项目")
        assert "没有勾选项目" in person.text()
    finally:
        window.close()
