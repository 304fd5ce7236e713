"""Taken back: what several issued together, by all of them; what a unit reported for the plan, before the office has read it; and with whom it is meanwhile."""
import json
from urllib.parse import quote

import pytest
from browser import Person, Window
from districts import argued, luan
from office import L, M, X, roads
from roads import FOUR
from test_58_plans import Plan
from test_68_plans_and_papers import ARGUED, reported
from walker import Refused, Walker, tasks_of

DAYS = {X: "2026-09-24T09:00", L: "2025-07-10T09:00", M: None}
RECORD = {"plan_year": "2026", "reviewed_on": "2025-08-05", "reviewed_total": "466.2", "isolated": "false"}


# ---- jointly issued ----

@pytest.fixture
def signed(world, request):
    world.clock(L, "2025-07-10T09:00")
    w = luan(world, f"会同撤回{request.node.name[-12:]}", "466.2")
    argued(world, w, "450.00")
    return w


def record(w, organ):
    return [d for d in w.view(organ)["decisions"] if not d["name"].startswith("撤回")][-1]


def word(w, organ, href, reason="投资重复计算", version=None, **more):
    c = w.client(organ)
    if version is None:
        version = c.get(href).json["revoke"]["version"]
    return c.post(href, {"version": version, "reason": reason}, **more)


def facts(world, w):
    return json.loads(world.sql(f"gz_{L}", f"SELECT facts FROM project WHERE id = {w.project}")[0][0])


def test_a_joint_paper_is_taken_back_by_all_that_signed_it(world, signed):
    w, href = signed, record(signed, "competent")["href"]
    old = w.client("finance").get(href).json
    assert old["revoke"]["is_possible"] and not old["revoke"]["joint"]["is_last"] and old["revoke"]["joint"]["asked"] == []
    assert facts(world, w)["total_investment"] == 450_000_000
    for organ in ("unit", "auditor", "leader"):
        c = w.client("unit") if organ == "unit" else world.sign_in(L, organ)
        assert "revoke" not in c.get(href).json and c.post(href, {"version": 1, "reason": "x"}).status == 403
    assert word(w, "finance", href, reason="").status == 400

    # the first says so: nothing is undone, the others are told
    key = {"Idempotency-Key": "joint-word-0123456789abcdef"}
    version = old["revoke"]["version"]
    assert [word(w, "finance", href, "投资重复计算", version, headers=key).status for _ in range(2)] == [200, 200]
    view = w.view("finance")
    assert view["timeline"][0]["what"] == "decision.withdraw_ask" and not view["decisions"][-1]["is_withdrawn"]
    assert facts(world, w)["total_investment"] == 450_000_000
    urged = {o: [u["name"] for u in w.client(o).get(f"/{L}/home").json["urged"] if u["project"] == w.project] for o in FOUR}
    assert urged.pop("finance") == [] and all(len(u) == 1 and "会同撤回" in u[0] for u in urged.values()), urged
    twice = word(w, "finance", href)
    assert twice.status == 422 and "还要" in twice.text and "已于" in twice.text
    assert word(w, "ndrc", href, version=version).status == 409
    for organ in ("ndrc", "competent"):
        assert word(w, organ, href, f"{organ}同意").status == 200
    joint = w.client("crypto").get(href).json["revoke"]["joint"]
    assert joint["is_last"] and [a["reason"] for a in joint["asked"]] == ["投资重复计算", "ndrc同意", "competent同意"]
    assert len(w.view("crypto")["decisions"]) == 1

    # the last word takes it back
    done = word(w, "crypto", href, "crypto同意")
    assert done.status == 200, done
    newer = w.client("unit").get(f"/{L}/decisions/{done.json['decision']}").json
    assert "会同作出，撤回经各机关同意" in newer["paragraphs"][1] and "投资重复计算" in newer["paragraphs"][2]
    assert w.client("unit").get(href).json["decision"]["is_withdrawn"]
    assert facts(world, w)["total_investment"] == 466_200_000, "as it was applied for"
    row = w.view("competent")["timeline"][0]
    assert row["what"] == "decision.withdraw"
    waits = {o for o in FOUR if any(t["project"] == w.project for t in tasks_of(w.client(o), L))}
    assert waits == set(FOUR), f"all sign anew: {waits}"
    audit = world.sql(f"gz_{L}", f"SELECT COALESCE(JSON_VALUE(detail, '$.act'), what), organ, person_name <> '', before_sm3 <> after_sm3, JSON_VALUE(detail, '$.reason')"
                                 f" FROM audit WHERE object = 'project/{w.project}' AND what = 'decision.withdraw' AND result = 'ok' ORDER BY id")
    assert audit == [["decision.withdraw_ask", "finance", "1", "1", "投资重复计算"], ["decision.withdraw_ask", "ndrc", "1", "1", "ndrc同意"],
                     ["decision.withdraw_ask", "competent", "1", "1", "competent同意"], ["decision.withdraw", "crypto", "1", "1", "crypto同意"]]
    rows = [r for r in world.sign_in(L, "auditor").get(f"/{L}/audit?object=project/{w.project}").json["rows"] if r["what"] == "decision.withdraw" and r["result"] == "ok"]
    assert [r["act_name"] for r in rows] == ["", "同意撤回", "同意撤回", "同意撤回"] and {r["what_name"] for r in rows} == {"撤回文书"}

    # and they sign again, with another figure
    w.signed(FOUR, "joint_review.record", **{**RECORD, "reviewed_total": "400.00"})
    assert facts(world, w)["total_investment"] == 400_000_000
    again = record(w, "competent")
    assert again["href"] != href and not w.client("unit").get(again["href"]).json["decision"]["is_withdrawn"]
    for seq in (e["seq"] for e in w.view("competent")["timeline"] if e["what"] == "joint_review.record"):
        assert world.sign_in(L, "auditor").get(f"{w.path}/events/{seq}").json["agrees"], seq


def test_words_lapse_when_the_case_has_gone_on(world, signed):
    w, href = signed, record(signed, "competent")["href"]
    assert word(w, "finance", href).status == 200
    world.clock(L, "2025-12-18T09:00")
    try:
        w.act("competent", "annual_plan.propose", plan_year="2026", plan_part="construction_plan")
        late = word(w, "ndrc", href, version=w.view("ndrc")["project"]["version"])
        assert late.status == 422 and "又办理了" in late.text
        assert not w.client("ndrc").get(href).json["revoke"]["is_possible"]
    finally:
        world.clock(L, "2025-07-10T09:00")


@pytest.mark.parametrize("script", [True, False])
def test_a_joint_paper_is_taken_back_at_a_browser(world, signed, script):
    w, href = signed, record(signed, "competent")["href"]
    for organ in ("finance", "ndrc"):
        assert word(w, organ, href).status == 200
    window = Window(script)
    try:
        p = Person(window, world, world.holder_of(f"gz-{L}-competent")).sign_in()
        p.go(href)
        p.check_page(f"letter_joint_{script}")
        assert "会同作出，各机关都同意才能撤回" in p.text() and "投资重复计算" in p.text()
        p.driver.find_element("id", "f-reason").send_keys("同意撤回")
        p.press("同意撤回，请会同的机关同意")
        assert "本机关已于" in p.text() and p.text().count("同意撤回：") == 3
        p.go(w.path)
        assert "同意撤回文书" in p.section("经过")
        last = Person(window, world, world.holder_of(f"gz-{L}-crypto")).sign_in()
        last.go(href)
        last.driver.find_element("id", "f-reason").send_keys("同意")
        last.press("同意撤回，发出撤回通知")
        assert "撤回经各机关同意" in last.text()
    finally:
        window.close()


def test_what_went_up_says_why_it_cannot_be_taken_back(world):
    w = Walker(world.sign_in, M, "mzj")
    world.clock(M, "2024-03-04T09:00")
    try:
        w.draft(roads.mudan("上报以后撤回", "90.00"))
        w.walk(roads.MUDAN_INITIATION)
        filed = [(d, w.client("ndrc").get(d["href"]).json.get("revoke")) for d in w.view("ndrc")["decisions"]]
        filed = [(d, r) for d, r in filed if r and not r["is_possible"] and "上报" in r["why_not"]]
        assert filed and "退回" in filed[0][1]["mend"], filed
        assert w.client("ndrc").post(filed[0][0]["href"], {"version": filed[0][1]["version"], "reason": "写错"}).status == 422
    finally:
        world.clock(M, "real")


# ---- a report for the plan ----

def take_back(w, **more):
    c = w.client("unit")
    return c.post(f"{w.path}/withdraw", {"version": w.view()["project"]["version"], "reason": "预算没有定", **more})


def has_task(world, organ, w):
    return any(t["project"] == w.project for t in tasks_of(world.sign_in(X, organ), X))


def supplement(world, name):
    w = Walker(world.sign_in, X, "jyj")
    asked = roads.xinzhou(name, "45.00", in_annual_plan=False)
    del asked["plan_item_number"]
    w.draft(asked)
    w.act("unit", "supplement.submit", basis="区政府专题会议纪要第三期")
    return w


@pytest.mark.parametrize("handed_in", [reported, supplement], ids=["plan", "supplement"])
def test_a_report_for_the_plan_is_taken_back_before_it_is_read(world, handed_in):
    w = handed_in(world, "计划撤回", "45.00") if handed_in is reported else handed_in(world, "补充撤回")
    name = w.view()["timeline"][0]["name"]
    assert has_task(world, "approval", w) and w.client("unit").get(f"{w.path}/hand").json["withdraw"] == {
        "is_possible": True, "name": name, "why_not": "", "mend": ""}
    assert take_back(w, reason="").status == 400
    assert take_back(w).status == 200
    view = w.view()
    assert view["timeline"][0]["name"] == f"撤回「{name}」" and view["where"]["holder_name"] == "区教育局"
    assert not has_task(world, "approval", w)
    rows = world.sql(f"gz_{X}", f"SELECT what, result, before_sm3 <> after_sm3, JSON_VALUE(detail, '$.reason') FROM audit WHERE object = 'project/{w.project}' AND what = 'project.withdraw' AND result = 'ok'")
    assert rows == [["project.withdraw", "ok", "1", "预算没有定"]]
    assert take_back(w).status == 422, "there is nothing to take back any more"
    act = view["timeline"][1]["what"]
    w.act("unit", act, **({"plan_year": "2027", "planning_basis": "改过的依据"} if handed_in is reported else {"basis": "改过的说明"}))
    assert has_task(world, "approval", w)


@pytest.mark.parametrize("how", ["read", "accepted", "gathered"])
def test_a_report_that_was_read_stays(world, how):
    w = reported(world, f"已经{how}", "30.00")
    if how == "read":
        assert world.sign_in(X, "approval").get(w.path).status == 200
    elif how == "accepted":
        w.act("approval", "annual_plan.support", **ARGUED)
    else:
        p = Plan(world, X, "approval", "plan", f"撤回时已列入{w.project[-4:]}")
        assert p.take("approval", "in", [w.project]).status in (200, 303)
    late = take_back(w)
    assert late.status == 422, late
    if how == "read":
        assert "已阅" in late.text and not w.client("unit").get(f"{w.path}/hand").json["withdraw"]["is_possible"]
    if how == "gathered":
        assert "已列入「撤回时已列入" in late.text


def test_others_opening_it_do_not_read_it(world):
    w = reported(world, "别人打开过", "30.00")
    for other in ("tech", "finance", "auditor", "leader"):
        world.sign_in(X, other).get(w.path)
    assert world.sql(f"gz_{X}", f"SELECT COUNT(*) FROM handing WHERE project = {w.project} AND kind = 'read'") == [["0"]]
    assert take_back(w).status == 200


# ---- with whom it is ----

def held(world, w):
    where = w.view()["where"]["holder_name"]
    [row] = [p for p in world.sign_in(X, "approval").get(f"/{X}/projects?q={quote(w.view()['project']['title'])}").json["projects"] if p["id"] == w.project]
    assert row["holder_name"] == where == world.sql(f"gz_{X}", f"SELECT holder_name FROM project WHERE id = {w.project}")[0][0]
    return where


def test_what_waits_for_an_office_beside_the_road_is_that_office_s(world):
    w = reported(world, "在谁手里", "120.00")
    first = held(world, w)
    assert first != "区教育局" and w.view()["project"]["stage_name"].startswith("报送年度建设计划")
    answer = w.client("unit").post(f"{w.path}/urge", {"note": ""})
    assert answer.status == 200 and answer.json["to_name"] == first, answer
    w.act("approval", "annual_plan.support", **ARGUED)
    second = held(world, w)
    assert second not in ("区教育局", first)
    w.act("ndrc", "annual_plan.include", plan_item_number="2027-901", review_opinion="专家评审通过")
    assert held(world, w) == "区教育局" and w.stage("technical_review") == "now"


def test_a_report_sent_back_is_the_unit_s_again(world):
    w = reported(world, "退回补正的计划", "60.00")
    assert held(world, w) != "区教育局"
    w.act("approval", "annual_plan.ask_correction", correction=[{"item": "planning_basis", "what": "写明文号"}], until="2026-10-15", reason="依据不全")
    assert held(world, w) == "区教育局"
    with pytest.raises(Refused):
        w.act("unit", "technical_review.submit")
