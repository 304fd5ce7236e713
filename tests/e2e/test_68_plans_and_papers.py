"""The year's plan where each project is reported by its unit first: 新洲 art. 5, 6; the unified list and the plan fed back jointly: 牡丹 art. 5, 12.
Papers that went out are taken back by new papers only."""
import html
import json
import os
import re
import secrets
import shutil
import subprocess
import sys

import pytest
from browser import Person, Window
from test_43_chuxiong import T as C
from test_43_chuxiong import NONE, approved, project
from test_58_plans import Plan, tasks
from walker import Refused, Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

X, M = "xinzhou", "mudan"
DAY = "2026-09-24T09:00"
ARGUED = {"argued_with": "区财政局、区委网信办", "opinion": "建设必要，投资合理。"}
PLAN = {"plan_year": "2027", "total": "180.00", "argument": "会同区财政局、区委网信办论证"}


@pytest.fixture(scope="module", autouse=True)
def days(world):
    world.clock(X, DAY)
    world.clock(M, "2024-09-02T09:00")
    yield
    for tenant in (X, M, C):
        world.clock(tenant, "real")


def reported(world, name, wan):
    """A project of next year's plan: nothing else may be applied for before it is listed."""
    w = Walker(lambda t, o, u: world.sign_in(t, o, u), X, "jyj")
    facts = roads.xinzhou(name, wan, in_annual_plan=False)
    del facts["plan_item_number"]
    w.draft(facts)
    w.act("unit", "annual_plan.submit", plan_year="2027", planning_basis="全区信息化建设规划第三章")
    return w


@pytest.fixture(scope="module")
def listed(world):
    """Argued: one as it is, one changed."""
    two = [reported(world, "校园安防联网平台", "120.00"), reported(world, "学籍档案管理系统", "60.00")]
    two[0].act("approval", "annual_plan.support", **ARGUED)
    two[1].act("approval", "annual_plan.adjust", **ARGUED, adjustment="改由区级大数据平台统一存储，不再购置服务器")
    return two


def is_listed(w):
    return {f["label"]: f["value"] for f in w.view("unit")["project"]["facts"]}["是否列入年度计划"] == "是"


def test_the_year_s_projects_are_reported_argued_merged_and_declined_for_a_reason_each(world):
    merged, one, two = (reported(world, n, "30.00") for n in ("食堂监管系统", "会议预约系统", "停车引导系统"))
    for w in (merged, one, two):
        assert w.project in tasks(world, X, "approval")
    with pytest.raises(Refused) as early:
        merged.act("unit", "technical_review.submit")
    assert early.value.answer.status == 422 and "第六条" in early.value.answer.text
    merged.act("approval", "annual_plan.merge", merged_into="校园安防联网平台（区教育局）", argued_with="区财政局", reason="功能相同，合并建设")
    newest = merged.view("unit")["timeline"][0]
    assert newest["what"] == "annual_plan.merge" and "功能相同，合并建设" in json.dumps(newest, ensure_ascii=False)
    c = world.sign_in(X, "approval")
    rows = c.get(f"/{X}/batch?act=annual_plan.decline&project={one.project}&project={two.project}").json["rows"]
    assert [r["allowed"] for r in rows] == [True, True]
    why = {one.project: "已有统建的会议系统", two.project: "投资测算依据不足"}
    done = c.post(f"/{X}/batch", {"act": "annual_plan.decline", "with": {}, "rows": [
        {"project": r["project"], "version": r["version"], "reason": why[r["project"]]} for r in rows]})
    assert done.status == 200 and all(r["done"] for r in done.json["rows"]), done
    for w in (one, two):
        said = json.dumps(w.view("unit")["timeline"][0], ensure_ascii=False)
        assert why[w.project] in said and why[(two if w is one else one).project] not in said
    # what was declined may be reported anew
    assert one.act_page("unit", "annual_plan.submit")["allowed"]


def test_the_plan_gathers_them_and_the_review_lists_each(world, listed):
    p = Plan(world, X, "approval", "plan", "2027年度政务信息化项目年度实施计划")
    ids = [w.project for w in listed]
    assert set(ids) <= {c["project"] for c in p.items("approval")["candidates"]}
    assert p.take("approval", "in", ids).status in (200, 303)
    assert p.items("approval")["sum"] == "180.00"

    # out: a reason for each, and every one that lacks it is told
    c, version = p.client("approval"), p.items("approval")["plan"]["version"]
    refused = c.post(p.items_path, {"version": version, "projects": ids, "state": "out", "reason": {ids[0]: "与统建平台重复"}})
    assert refused.status == 400 and [x["path"] for x in refused.json["errors"]] == [f"/reason/{ids[1]}"], refused
    assert c.post(p.items_path, {"version": version, "projects": ids, "state": "out", "reason": "都不要"}).status == 400
    assert p.items("approval")["item_count"] == 2
    page = c.form(p.items_path, {"csrf": c.csrf, "key": secrets.token_urlsafe(18), "version": version, "state": "out", "projects": ids,
                                 f"reason.{ids[0]}": "与统建平台重复"}, {"Idempotency-Key": None}, accept="text/html")
    assert page.status == 400 and f'href="#f-{ids[1]}"' in page.text and 'value="与统建平台重复"' in html.unescape(page.text)
    assert len(re.findall(r'id="o-\d+" checked', page.text)) == 2, "what was ticked is still ticked"
    both = {ids[0]: "与统建平台重复", ids[1]: "资金没有落实"}
    assert c.post(p.items_path, {"version": version, "projects": ids, "state": "out", "reason": both}).status in (200, 303)
    assert {o["project"]: o["reason"] for o in p.items("approval")["out"]} == both
    kept = json.loads(world.sql("gz_xinzhou", f"SELECT detail FROM audit WHERE what = 'plan.take' AND object = 'project/{p.project}' ORDER BY id DESC LIMIT 1")[0][0])
    assert kept["reason"] == both
    assert p.take("approval", "in", ids).status in (200, 303)

    assert world.sign_in(X, "ndrc").get(p.path).status == 404, "nothing has come to it yet"
    p.act("approval", "year_plan.compile", **PLAN)
    assert p.project in tasks(world, X, "ndrc") and p.take("approval", "out", ids, "想改").status == 422
    p.act("ndrc", "year_plan.ask_correction", correction=[{"item": "argument", "what": "附论证会议纪要"}], until="2026-10-15")
    assert p.items("approval")["may_change"]
    p.act("approval", "year_plan.compile", **{**PLAN, "argument": "会同区财政局、区委网信办论证，纪要附后"})
    assert not is_listed(listed[0])
    p.act("ndrc", "year_plan.include", review_opinion="专家评审通过", document="新政投〔2026〕12号")
    assert p.view("approval")["project"]["state"] == "done"
    for w in listed:
        newest = w.view("unit")["timeline"][0]
        assert is_listed(w) and newest["what"] == "plan.settled" and "6" in [a["number"] for a in newest["articles"]]
        assert [x["title"] for x in w.view("unit")["plans"]] == ["2027年度政务信息化项目年度实施计划"]
    for n, w in enumerate(listed):
        w.act("ndrc", "annual_plan.include", plan_item_number=f"2027-{n + 1:03}", review_opinion="专家评审通过")
        w.act("unit", "technical_review.submit")
        assert w.view("unit")["project"]["stage_name"] == "技术审查"


def test_who_may_open_one_in_xinzhou(world):
    for organ in ("ndrc", "finance", "tech"):
        assert world.sign_in(X, organ).post(f"/{X}/plans", {"subject": "plan", "title": "不归我"}).status == 403
    assert world.sign_in(X, "unit", "jyj").get(f"/{X}/plans").status == 404


def test_the_unified_list_and_the_plan_that_is_fed_back_jointly(world):
    listing = Plan(world, M, "competent", "plan", "2025年度政务信息化统建清单")
    with pytest.raises(Refused) as bare:
        listing.act("competent", "unified_list.compile", plan_year="2025", systems=[])
    assert bare.value.answer.status in (400, 422)
    listing.act("competent", "unified_list.compile", plan_year="2025", systems=[
        {"system": "统一视频平台", "needs": "区城管局、区水务局的视频汇聚", "builder": "区大数据局"}])
    assert listing.view("competent")["project"]["state"] == "done"
    assert "统一视频平台" in listing.client("competent").page(listing.path).text

    w = Walker(lambda t, o, u: world.sign_in(t, o, u), M, "mzj")
    w.draft(roads.mudan("健康档案共享平台", "90.00"))
    w.walk(roads.MUDAN_INITIATION[:9])
    p = Plan(world, M, "competent", "plan", "2025年度政务信息化项目建设计划")
    assert w.project in {c["project"] for c in p.items("competent")["candidates"]}
    assert p.take("competent", "in", [w.project]).status in (200, 303)
    p.act("competent", "year_plan.compile", plan_year="2025", total="90.00", grounds="立项评审、预算评审通过")
    p.act("finance", "year_plan.return", reason="与预算控制数不符")
    assert p.items("competent")["may_change"] and p.project in tasks(world, M, "competent")
    p.act("competent", "year_plan.compile", plan_year="2025", total="90.00", grounds="立项评审、预算评审通过，控制数已核对")
    p.act("competent", "year_plan.feedback", document="菏牡数〔2024〕9号", issued_on="2024-09-02")
    assert p.view("competent")["project"]["state"] == "running", "one of two has signed"
    assert p.project in tasks(world, M, "finance") and p.project not in tasks(world, M, "competent")
    p.act("finance", "year_plan.feedback", document="菏牡数〔2024〕9号", issued_on="2024-09-02")
    assert p.view("finance")["project"]["state"] == "done"
    assert [x["title"] for x in w.view("unit")["plans"]] == ["2025年度政务信息化项目建设计划"]


def taken_back(c, href, reason="投资核定有误，须重新审查", version=None, **more):
    if version is None:
        version = c.get(href).json["revoke"]["version"]
    return c.post(href, {"version": version, "reason": reason}, **more)


def paper(w, organ, name):
    return [d for d in w.view(organ)["decisions"] if d["name"] == name][-1]


def ordinal(number):
    return int(re.search(r"〕(\d+)号", number).group(1))


def test_a_paper_is_taken_back_by_a_new_paper_of_the_same_series(world):
    w = Walker(lambda t, o, u: world.sign_in(t, o, u), X, "jyj")
    w.draft(roads.xinzhou("文书撤回", "58.60"))
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL)
    approval, tech, unit = (w.client(o) for o in ("approval", "tech", "unit"))
    opinion, decision = paper(w, "approval", "技术审查意见"), paper(w, "approval", "批复")
    before = [approval.get(d["href"]).json["decision"] for d in (opinion, decision)]

    # others rest on the opinion; a paper is its own office's; nobody else is even offered it
    assert not tech.get(opinion["href"]).json["revoke"]["is_possible"]
    assert "批复" in tech.get(opinion["href"]).json["revoke"]["why_not"] and taken_back(tech, opinion["href"]).status == 422
    for c in (tech, unit, world.sign_in(X, "auditor")):
        assert "revoke" not in c.get(decision["href"]).json
        assert taken_back(c, decision["href"], version=1).status == 403
    version = approval.get(decision["href"]).json["revoke"]["version"]
    assert taken_back(approval, decision["href"], reason="").status == 400
    assert taken_back(approval, decision["href"], version=version - 1).status == 409

    key = {"Idempotency-Key": "revoke-twice-0123456789abcdef"}
    done = [taken_back(approval, decision["href"], version=version, headers=key) for _ in range(2)]
    assert [d.status for d in done] == [200, 200] and done[0].json["decision"] == done[1].json["decision"], done
    newer = approval.get(f"/{X}/decisions/{done[0].json['decision']}").json
    assert newer["decision"]["title"] == f"关于撤回《{decision['title']}》的通知" and "撤回的理由：投资核定有误" in newer["paragraphs"][1]
    assert decision["number"] in newer["paragraphs"][0] and ordinal(newer["decision"]["number"]) == ordinal(decision["number"]) + 1
    old = unit.get(decision["href"]).json
    assert old["decision"]["is_withdrawn"] and old["revoked_by"]["number"] == newer["decision"]["number"]
    assert {k: v for k, v in old["decision"].items() if k not in ("state", "is_withdrawn")} == {k: v for k, v in before[1].items() if k not in ("state", "is_withdrawn")}, "its words stay"
    assert [d["is_withdrawn"] for d in w.view("unit")["decisions"]] == [False, True, False]
    assert "已撤回" in unit.page(w.path).text and "不再作为办理的依据" in unit.page(decision["href"]).text
    assert taken_back(approval, decision["href"], version=1).status in (409, 422)
    assert taken_back(approval, f"/{X}/decisions/{done[0].json['decision']}", version=w.view("approval")["project"]["version"]).status == 422

    # the case is where it was before, and is decided anew with a number of its own
    view = w.view("approval")
    assert view["timeline"][0]["what"] == "decision.withdraw" and "投资核定有误" in json.dumps(view["timeline"][0], ensure_ascii=False)
    assert view["project"]["stage_name"] == "立项审批" and w.project in tasks(world, X, "approval")
    with pytest.raises(Refused):
        w.act("unit", "project_setup.record")
    # now the opinion is the last that stands; and back again
    assert tech.get(opinion["href"]).json["revoke"]["is_possible"] is False, "the application for approval came after it"
    w.act("approval", "initiation.approve", approved_content="同意建设三部分内容，投资重新核定。")
    again = paper(w, "approval", "批复")
    assert ordinal(again["number"]) == ordinal(decision["number"]) + 2 and again["number"] != decision["number"]
    w.act("unit", "project_setup.record")
    late = taken_back(approval, again["href"])
    assert late.status == 422 and "又办理了「登记实施机构和项目责任人」" in late.text, late
    rows = world.sql("gz_xinzhou", f"SELECT what, before_sm3 <> after_sm3 FROM audit WHERE what = 'decision.withdraw' AND object = 'project/{w.project}' AND result = 'ok'")
    assert rows == [["decision.withdraw", "1"]]


def test_what_the_paper_had_settled_is_open_again(world):
    world.clock(C, "2025-06-16T09:00")
    w = project(world, "撤回立项批复", "120.00")
    approved(w, "118.00")
    competent, decision = w.client("competent"), paper(w, "competent", "项目立项批复")
    assert "118.00" in json.dumps(w.view("competent"), ensure_ascii=False)
    assert taken_back(competent, decision["href"]).status == 200
    row = json.loads(world.sql(f"gz_{C}", f"SELECT facts FROM project WHERE id = {w.project}")[0][0])
    assert "approved_total" not in row
    money = json.loads(world.sql(f"gz_{C}", f"SELECT money FROM project WHERE id = {w.project}")[0][0])
    assert "approved" not in money, money
    w.act("competent", "initiation.approve", approved_total="116.00", **NONE)
    assert json.loads(world.sql(f"gz_{C}", f"SELECT facts FROM project WHERE id = {w.project}")[0][0])["approved_total"] == 116_000_000


@pytest.mark.parametrize("script", [True, False])
def test_a_paper_is_taken_back_at_a_browser(world, script):
    w = Walker(lambda t, o, u: world.sign_in(t, o, u), X, "jyj")
    w.draft(roads.xinzhou(f"浏览器撤回文书{script}", "58.60"))
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL)
    window = Window(script)
    try:
        person = Person(window, world, world.holder_of("gz-xinzhou-approval")).sign_in()
        person.go(paper(w, "approval", "批复")["href"])
        person.check_page(f"letter_revoke_{script}")
        person.press("发出撤回通知")
        assert "没有写撤回的原因" in person.text()
        person.driver.find_element("id", "f-reason").send_keys("投资核定有误")
        person.press("发出撤回通知")
        assert "撤回的理由：投资核定有误" in person.text()
        person.check_page(f"letter_revocation_{script}")
        person.paper(f"letter_revocation_{script}")
    finally:
        window.close()


@pytest.mark.parametrize("script", [True, False])
def test_projects_go_out_at_a_browser(world, script):
    w = reported(world, f"浏览器移出{script}", "30.00")
    w.act("approval", "annual_plan.support", **ARGUED)
    p = Plan(world, X, "approval", "plan", f"浏览器里移出{script}")
    assert p.take("approval", "in", [w.project]).status in (200, 303)
    window = Window(script)
    try:
        person = Person(window, world, world.holder_of("gz-xinzhou-approval")).sign_in()
        person.go(p.items_path)
        person.check_page(f"plan_out_{script}")
        person.driver.find_element("id", f"o-{w.project}").click()
        person.press("移出勾选的项目")
        assert "各写一条理由" in person.text() or "移出的理由没有写" in person.text()
        person.check_page(f"plan_out_refused_{script}")
        assert person.driver.find_element("id", f"o-{w.project}").is_selected()
        person.driver.find_element("id", f"f-{w.project}").send_keys("并入统建平台")
        person.press("移出勾选的项目")
        assert "所含项目已经保存" in person.text() and "并入统建平台" in person.text()
    finally:
        window.close()


def test_a_body_no_version_knows_is_refused_with_its_place(world, tmp_path):
    """decides of a leader's role: a name mistyped would leave his desk empty without a word."""
    here = world.home / "app/share/guizhang/tenants"
    folder = world.home / f"tenants-{tmp_path.name}"
    shutil.copytree(here, folder)
    try:
        place = folder / "luan/tenant.json"
        place.write_text(place.read_text(encoding="utf-8").replace('"decides": ["gov"]', '"decides": ["gov", "government"]'), encoding="utf-8")
        settings = json.loads((world.home / "etc/guizhang.json").read_text())
        settings["tenants_dir"] = str(folder)
        path = world.home / "etc/decides.json"
        path.write_text(json.dumps(settings))
        path.chmod(0o644)
        command = [str(world.home / "app/bin/guizhangd"), "--check", str(path)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", world.user, "--regid", world.user, "--clear-groups", "--inh-caps=-all", "--", *command]
        run = subprocess.run(command, env=world.env, text=True, capture_output=True, timeout=120)
        assert run.returncode != 0, run
        said = run.stdout + run.stderr
        line = next(n for n, t in enumerate(place.read_text(encoding="utf-8").splitlines(), 1) if "government" in t)
        assert f"luan/tenant.json:{line}:" in said and "government" in said and "decides" in said, said
    finally:
        shutil.rmtree(folder)
