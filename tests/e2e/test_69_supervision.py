"""What who supervises takes away: samples of lists whose rows are no projects, the trail in names, and what is still owed after the last stage."""
import hashlib
import io
import sys
from urllib.parse import quote

import openpyxl
import pytest
from browser import Person, Window
from test_61_lists import workbook
from test_62_registers import running
from walker import Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T, C = "xinzhou", "chuxiong"
NOTHING_AGAINST = {"performance_failed": "false", "in_superior_platform": "false", "must_stop": "false", "plan_year": "2027"}


def sm3(text):
    return hashlib.new("sm3", text.encode() if isinstance(text, str) else text).hexdigest()


@pytest.fixture(scope="module", autouse=True)
def days(world):
    world.clock(T, "2026-09-24T09:00")
    yield
    for tenant in (T, C):
        world.clock(tenant, "real")


@pytest.fixture(scope="module")
def window():
    w = Window()
    yield w
    w.close()


def walker(world, tenant, unit):
    return Walker(lambda t, o, u: world.sign_in(t, o, u), tenant, unit)


# ---- samples ----

@pytest.fixture(scope="module")
def small(world):
    """Two of one unit, each below the limit, together above it; one of them with files."""
    made = []
    for name, wan in (("街道网格巡查一期", "15.00"), ("街道网格巡查二期", "16.00")):
        w = walker(world, T, "jyj")
        w.draft(roads.xinzhou(name, wan))
        w.act("unit", "filing.submit")
        made.append(w)
    return made


def test_what_may_have_been_split_is_sampled_by_units_with_the_projects_behind_them(world, small):
    c = world.sign_in(T, "auditor")
    every = c.get(f"/{T}/lists/split").json["rows"]
    units = {r["unit"] for r in every}
    page = c.get(f"/{T}/lists/split?sample=200&word={quote('甲字1号')}").json
    told = page["sample"]
    assert told["of"] == told["drawn"] == len(units) and told["of_rows"] == len(every) and "单位代码" in told["how"]
    assert [r["unit"] for r in page["rows"]] == sorted([r["unit"] for r in every], key=lambda u: sm3(f"甲字1号:{u}"))
    assert all(r["draw"] == sm3(f"甲字1号:{r['unit']}") for r in page["rows"])
    mine = {p["project"]: p for p in told["projects"]}
    assert {w.project for w in small} <= set(mine)
    row = next(r for r in page["rows"] if r["unit"] == "jyj")
    behind = [p for p in told["projects"] if p["draw_no"] == row["draw_no"]]
    assert row["documents"] == sum(len(p["documents"]) for p in behind) > 0
    with_two = next(r for r in every if r["unit"] == "jyj" and r["base"] == "20.00")
    led_to = c.rows(with_two["href"], "projects")  # just those that are counted: the unit's of the twelve months, below the limit
    assert len(led_to) == with_two["count"] and {w.project for w in small} <= {p["id"] for p in led_to} <= {p["project"] for p in behind}
    assert {p["state"] for p in led_to} <= {"running", "done"} and "办理中和已办结" in c.page(with_two["href"]).text
    day = c.get(f"/{T}/projects?submitted_from={small[0].view('unit')['project']['submitted_on']}x")
    assert day.status == 400 and day.json["errors"][0]["path"] == "/submitted_from", day
    assert with_two["count"] <= len(behind) and len({p["project"] for p in behind}) == len(behind)
    one = c.get(f"/{T}/lists/split?sample=1&word={quote('甲字1号')}").json
    assert {r["unit"] for r in one["rows"]} == {min(units, key=lambda u: sm3(f"甲字1号:{u}"))}
    _, file = workbook(world, c, "split", f"sample=200&word={quote('甲字1号')}&cols=title,unit,base")
    book = openpyxl.load_workbook(io.BytesIO(file.body))
    head, *rows = [[x.value for x in r] for r in book["拆分疑似"].iter_rows()]
    assert {(r[head.index("单位代码")], r[head.index("抽签值")]) for r in rows if r[0]} == {(r["unit"], r["draw"]) for r in page["rows"]}
    files = [dict(zip([x.value for x in book["文件"][1]], [x.value for x in r])) for r in book["文件"].iter_rows(min_row=2)]
    of_small = [f for f in files if f["项目标识"] == small[0].project]
    assert of_small
    body = c.request("GET", f"/{T}/documents/{of_small[0]['文件标识']}", accept="*/*").body
    assert (sm3(body), len(body)) == (of_small[0]["SM3"], of_small[0]["字节"])
    about = {r[0].value: r[1].value for r in book["说明"].iter_rows()}
    assert about["从多少个单位中抽"] == str(len(units)) and "单位代码" in about["怎样再抽一遍"]


def test_the_register_of_systems_is_sampled_by_systems(world, window):
    w = running(world, "燃气报装协同平台", old_systems=[{"system": "旧燃气系统", "handling": "ended"}])
    c = world.sign_in(C, "auditor")
    every = {r["id"] for r in c.rows(f"/{C}/lists/system", "rows")}
    assert {f"{w.unit}/燃气报装协同平台", f"{w.unit}/旧燃气系统"} <= every
    page = c.get(f"/{C}/lists/system?sample=200&word=b").json
    assert [r["id"] for r in page["rows"]] == sorted(every, key=lambda i: sm3(f"b:{i}"))[:200]
    mine = next(r for r in page["rows"] if r["id"] == f"{w.unit}/旧燃气系统")
    [behind] = [p for p in page["sample"]["projects"] if p["draw_no"] == mine["draw_no"]]
    assert behind["project"] == w.project and behind["documents"] and mine["documents"] == len(behind["documents"])
    world.guizhang("audit", "seal", "--tenant", C)
    mine = next(r for r in c.get(f"/{C}/lists/system?sample=200&word=b").json["rows"] if r["id"] == mine["id"])
    assert [[str(mine["seal_no"]), mine["seal"]]] == world.sql(f"gz_{C}", "SELECT l.no, l.hash FROM audit a JOIN audit_link l ON l.audit_id = a.id"
                                                               f" WHERE a.object = 'project/{w.project}' ORDER BY a.id DESC LIMIT 1")
    p = Person(window, world, world.holder_of(f"gz-{C}-auditor")).sign_in()
    p.go(f"/{C}/lists/system?sample=3&word=b")
    p.check_page("sample of systems")
    assert "个系统中抽了 3 个" in p.text() or len(every) < 3, p.text()[:800]
    assert "词:系统标识" in p.driver.page_source


# ---- the trail ----

def test_the_trail_tells_names_and_keeps_ids_for_who_looks_closer(world, small, window):
    w = small[0]
    world.clock(T, "2026-09-24T09:00")
    c = world.sign_in(T, "auditor")
    document = w.view()["documents"][0]["items"][0]
    assert c.request("GET", f"/{T}/documents/{document['id']}", accept="*/*").status == 200
    view = c.post(f"/{T}/views", {"list": "projects", "name": "审计用", "query": "state=running"})
    assert view.status in (200, 201, 303), view
    workbook(world, c, "late", "")
    assert world.sign_in(T, "tech").get(f"/{T}/audit").status == 403
    rows = c.get(f"/{T}/audit?object=project/{w.project}").json["rows"]
    act = next(r for r in rows if r["what"] == "project.act")
    assert (act["title"], act["sub"], act["act_name"], act["procedure_name"], act["what_name"]) == (
        "街道网格巡查一期", w.view()["project"]["number"] or "未编号", w.view()["timeline"][-1]["name"], "备案", "办理")
    assert act["person_name"] and act["organ_name"]
    seen = c.get(f"/{T}/audit").json["rows"]
    file = next(r for r in c.get(f"/{T}/audit?what=document.").json["rows"] if r["object"] == f"document/{document['id']}")
    assert document["name"] in file["title"] and file["sub"] == "街道网格巡查一期" and file["href"] == w.path
    assert next(r for r in seen if r["what"] == "export.ask")["title"].startswith("导出：超期")
    assert next(r for r in seen if r["what"] == "view.keep")["title"] == "自己存的视图"
    assert not [r for r in seen if not r["what_name"]], "everything done has a name"
    p = Person(window, world, world.holder_of(f"gz-{T}-auditor")).sign_in()
    p.go(f"/{T}/audit")
    p.check_page("audit in names")
    for row in p.driver.find_elements("css selector", "main tbody tr"):
        for cell in row.find_elements("css selector", 'td[data-label="对象"], td[data-label="做了什么"]'):
            assert not any(kind in cell.text for kind in ("project/", "document/", "export/", "view/", f"/{T}/")), cell.text
    assert "页面「审计记录」" in p.text(), "who was not let in is known by the page's name"


def test_a_draft_is_not_told_in_the_trail(world):
    w = walker(world, T, "wjj")
    w.draft(roads.xinzhou("还没有想好的项目", "30.00"))
    w.upload("unit", "technical_review", "request_letter", "送审函.pdf")
    rows = world.sign_in(T, "auditor").get(f"/{T}/audit").json["rows"]
    of = [r for r in rows if r["object"] == f"project/{w.project}" or r["what"] == "document.add"]
    assert of and "还没有想好的项目" not in str(of) and "送审函" not in str([r["title"] for r in of if r["sub"] == "还没有申报的草稿"])
    assert "还没有申报的草稿" in [r["title"] for r in of] + [r["sub"] for r in of]


# ---- done, and still something owed ----

def test_a_project_gone_to_its_end_says_what_is_still_owed(world, window):
    w = running(world, "养老床位信息平台")
    assert w.view()["project"]["state"] == "done"
    owed = {}
    for day, words in (("2026-06-29", "环节已走完，还有后续事项"), ("2026-07-01", "环节已走完，后续事项超期")):
        world.clock(C, day + "T09:00")
        world.guizhang("nightly", "--tenant", C)
        head = w.view()["project"]
        owed[day] = (head["state"], head["state_name"])
        assert head["state_name"] == words, (day, head, w.view().get("next"))
        [row] = [p for p in world.sign_in(C, "competent").get(f"/{C}/projects?state=done&q={quote('养老床位')}").json["projects"] if p["id"] == w.project]
        assert row["state_name"] == words
        p = Person(window, world, world.holder_of(f"gz-{C}-competent")).sign_in()
        p.go(w.path)
        assert words in p.text() and "已办结" not in p.driver.find_element("css selector", ".head").text
    p.check_page("owing")
    p.picture("owing")


# ---- what is known is not typed again ----

def test_the_application_for_maintenance_is_copied_from_last_year(world):
    w = running(world, "学籍核验平台")
    world.clock(C, "2026-03-02T09:00")
    first = {f["id"]: f.get("value") for f in w.act_page("unit", "maintenance_application.submit")["act"]["fields"]}
    assert first["system_name"] == "学籍核验平台" and first["investment"] and not first["usage"], first
    mine = {"system_name": "学籍核验平台", "usage": "全州 210 所学校在用。", "service_plan": "公开询价，驻场两人。", "amount": "12.50", "measures": "接入州级核验。"}
    w.act("unit", "maintenance_application.submit", **mine)
    w.act("competent", "maintenance_application.include", **NOTHING_AGAINST)
    world.clock(C, "2027-03-01T09:00")
    again = {f["id"]: f.get("value") for f in w.act_page("unit", "maintenance_application.submit")["act"]["fields"]}
    assert {k: again[k] for k in mine} == mine and not again["period"], again


def test_a_report_has_what_the_ledger_knows(world):
    w = walker(world, T, "shj")
    w.draft(roads.xinzhou("河道采砂监管平台", "60.00"))
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL + roads.XINZHOU_BUILD[:1])
    for amount in ("40.00", "5.50"):
        w.act("unit", "contract.record", title="合同", supplier="武汉云启科技有限公司", amount=amount)
    w.act("unit", "construction.start")
    w.act("unit", "payment.record", amount="30.25", payee="武汉云启科技有限公司")
    known = {f["id"]: f.get("value") for f in w.act_page("unit", "annual_performance.submit")["act"]["fields"]}
    assert (known["contract_total"], known["paid_total"]) == ("45.50", "30.25"), known


# ---- what changes add up to ----

def test_changes_are_measured_against_what_was_approved(world, window):
    from districts import approved, chuxiong
    world.clock(C, "2025-06-16T09:00")
    w = chuxiong(world, "公租房申请平台", "120.00")
    approved(w, "120.00")
    change = {"cause": "environment", "new_total": "120.00"}

    def meter(act=None):
        page = w.act_page("unit", act) if act else w.view()
        [m] = page["meters"]
        return {k: m[k] for k in ("amount", "base", "percent", "share", "left", "is_near", "is_over")}
    empty = {"amount": "0.00", "base": "120.00", "percent": 10, "share": "0.0%", "left": "12.00", "is_near": False, "is_over": False}
    assert meter("change_report.report") == empty and not w.view()["meters"]
    w.act("unit", "change_report.report", amount="10.00", **change)
    w.act("competent", "change_report.accept")
    assert meter("change.submit") == {**empty, "amount": "10.00", "share": "8.3%", "left": "2.00", "is_near": True}
    assert meter()["share"] == "8.3%"
    assert not w.act_page("unit", "procurement_plan.draw_up")["meters"], "only what is measured by it"
    p = Person(window, world, world.holder_of(f"gz-{C}-competent")).sign_in()
    p.go(w.path)
    p.check_page("meter")
    assert "累计 10.00 万元" in p.section("变更累计") and "临近上限" in p.section("变更累计") and "第二十四条" in p.section("变更累计")
    p.picture("meter")


# ---- rectification and what follows it ----

ORDER = {"topic": "funds", "problem": "合同超出批复的建设内容，资金支付没有依据。", "until": "2026-10-16"}


def trail(world, w, act):
    """Of an act: (who, for which organ, on which day, whether the row is another one after it); what was refused stands there too."""
    rows = world.sql(f"gz_{T}", "SELECT result, organ, person_name, DATE(case_at + INTERVAL 8 HOUR), before_sm3, after_sm3, articles FROM audit"
                                f" WHERE object = 'project/{w.project}' AND what = 'project.act' AND JSON_VALUE(detail, '$.act') = '{act}' ORDER BY id")
    for result, organ, person, _, before, after, articles in rows:
        assert person, rows
        if result == "ok":
            assert len(before) == len(after) == 64 and before != after and articles, rows
    return [(r[0], r[1], r[3]) for r in rows]


def ordered(world, name):
    """Under construction, and told to mend by who approved it."""
    world.clock(T, "2026-09-24T09:00")
    w = walker(world, T, "jyj")
    w.draft(roads.xinzhou(name, "86.50"))
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL + roads.XINZHOU_BUILD[:2])
    w.act("approval", "rectification.order", **ORDER)
    return w


def said(w, act):
    return next(e for e in w.view()["timeline"] if e["what"] == act)


def settled(world, w, late):
    """(open duties of the unit to mend, rows of the list of late matters): of this project."""
    duties = [(d["due_on"], d["state"]) for d in w.view()["duties"] if d["id"] == "rectification"]
    rows = [r for r in world.sign_in(T, "auditor").rows(f"/{T}/lists/late?unit=jyj", "rows") if r["project"] == w.project and r["name"] == "限期整改"]
    assert bool(rows) is late, rows
    return duties


def test_what_was_ordered_is_reported_with_evidence_and_closed(world):
    w = ordered(world, "整改销号的项目")
    told = said(w, "rectification.order")
    assert {d["label"]: d["value"] for d in told["detail"]} == {"监督事项": "资金使用", "发现的问题": ORDER["problem"], "整改期限": ORDER["until"]} and told["articles"]
    assert settled(world, w, late=False) == [("2026-10-16", "open")]
    assert [t["due_on"] for t in world.sign_in(T, "unit", "jyj").get(f"/{T}/home").json["tasks"] if t["project"] == w.project and t["name"] == "报告整改情况"] == ["2026-10-16"]
    w.refused("approval", "rectification.confirm")
    w.refused("approval", "sanction.notice", "20", reason="还没有到期")
    world.clock(T, "2026-10-12T09:00")
    w.upload("unit", "rectification", "", "整改凭证.pdf")
    w.act("unit", "rectification.report", measures="已收回多付资金，补签补充协议。")
    report = said(w, "rectification.report")
    assert [d["name"] for d in report["documents"]] == ["整改凭证.pdf"] and report["at"] == "2026-10-12"
    assert settled(world, w, late=False) == [("2026-10-16", "done")]
    world.clock(T, "2026-10-13T09:00")
    w.act("approval", "rectification.confirm")
    assert said(w, "rectification.confirm")["by_name"] == said(w, "rectification.order")["by_name"]
    assert not [t for t in world.sign_in(T, "approval").get(f"/{T}/home").json["tasks"] if t["project"] == w.project]
    w.refused("approval", "sanction.notice", "20", reason="已经整改")
    assert trail(world, w, "rectification.order") == [("ok", "approval", "2026-09-24")]
    assert trail(world, w, "rectification.report") == [("ok", "unit", "2026-10-12")]
    assert trail(world, w, "rectification.confirm") == [("refused", "approval", "2026-09-24"), ("ok", "approval", "2026-10-13")]
    assert trail(world, w, "sanction.notice") == [("refused", "approval", "2026-09-24"), ("refused", "approval", "2026-10-13")]


def test_who_does_not_mend_in_time_may_be_named(world):
    w = ordered(world, "逾期不整改的项目")
    world.clock(T, "2026-10-16T18:00")
    w.refused("approval", "sanction.notice", "20", reason="最后一日还没有过")
    world.clock(T, "2026-10-19T09:00")
    assert settled(world, w, late=True) == [("2026-10-16", "overdue")]
    for organ in ("tech", "finance", "unit"):
        page = world.sign_in(T, organ, "jyj" if organ == "unit" else None).get(f"{w.path}/acts/sanction.notice")
        assert page.status != 200 or not page.json["allowed"], organ
    assert w.refused("approval", "sanction.notice", reason=" "), "a reason is written"
    done = w.act("approval", "sanction.notice", reason="逾期不整改，通报批评。")
    assert "通报批评" in done["text"]
    named = said(w, "sanction.notice")
    assert named["articles"][0]["number"] == "20" and named["detail"][-1] == {"label": "理由", "value": "逾期不整改，通报批评。"}
    assert w.view()["project"]["state"] == "running" and w.act_page("unit", "payment.record")["allowed"], "naming stops nothing"
    assert [r[:2] for r in trail(world, w, "sanction.notice")] == [("refused", "approval"), ("refused", "approval"), ("ok", "approval")]
    rows = [r for r in world.sign_in(T, "auditor").get(f"/{T}/audit?object=project/{w.project}").json["rows"] if r["act_name"] == "通报批评"]
    assert [r["result"] for r in rows] == ["ok", "refused", "refused"] and rows[0]["procedure_name"] == "处理决定" and rows[0]["person_name"]


def test_the_ladder_of_sanctions_ends_with_the_project(world):
    w = ordered(world, "处分阶梯的项目")
    world.clock(T, "2026-10-12T09:00")
    w.act("unit", "rectification.report", measures="部分整改。")
    w.act("approval", "rectification.not_met", reason="资金仍然没有收回。")
    steps = (("notice", "normal"), ("defer_plan", "normal"), ("suspend", "suspended"))
    kept = []
    for step, state in steps:
        w.act("approval", f"sanction.{step}", reason=f"按阶梯处理：{step}")
        facts = dict(world.sql(f"gz_{T}", f"SELECT 'state', COALESCE(JSON_VALUE(facts, '$.project_state'), 'normal') FROM project WHERE id = {w.project}"))
        assert facts["state"] == state, (step, facts)
        kept.append(world.sql(f"gz_{T}", f"SELECT before_sm3, after_sm3 FROM audit WHERE object = 'project/{w.project}' AND JSON_VALUE(detail, '$.act') = 'sanction.{step}' AND result = 'ok'")[0])
    assert [a[1] for a in kept[:-1]] == [b[0] for b in kept[1:]], "each begins where the one before it ended"
    stopped = w.act_page("unit", "payment.record")
    assert not stopped["allowed"] and any("暂停" in r["message"] for r in stopped["reasons"]), stopped["reasons"]
    w.act("approval", "resumption.resume", reason="资金已经收回。")
    assert w.act_page("unit", "payment.record")["allowed"]
    w.act("approval", "sanction.terminate", reason="项目已无建设必要。")
    assert not w.act_page("unit", "payment.record")["allowed"]
    auditor = world.sign_in(T, "auditor")
    for e in auditor.get(w.path).json["timeline"]:
        if e["what"].split(".")[0] in ("rectification", "sanction", "resumption"):
            assert e["articles"] and auditor.get(f"{w.path}/events/{e['seq']}").json["agrees"], e["what"]
    assert [r[0] for r in trail(world, w, "sanction.terminate")] == ["ok"]
