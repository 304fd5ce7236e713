"""A field of several entries, with and without script; 信息系统台账 and 数据资源目录 read off what the acts say."""
import io
from urllib.parse import quote

import openpyxl
import pytest
import roads
from browser import Person, Window
from districts import approved, chuxiong, luan, to_plan
from walker import walked
from world import wait_until

RESPONSIBLE = [{"resource": "困难群众救助信息", "openness": "share"}]
DEMAND = [{"resource": "婚姻登记信息", "provider": "市公安局"}]
NEGATIVE = [{"resource": "个人身份证件影像", "basis": "《中华人民共和国个人信息保护法》第二十八条"}]
LISTS = {"responsibility_list": RESPONSIBLE, "demand_list": DEMAND, "negative_list": NEGATIVE}
CONTRACT = {"amount": "300.00", "signed_on": "2026-03-09", "accept_by": "2026-10-30", "supplier": "安徽云途科技有限公司", "title": "开发合同"}
DAYS = dict.fromkeys(("luan", "chuxiong", "xinzhou", "mudan"))


def at_contract(world, name):
    world.clock("luan", "2025-06-16T09:00")
    w = luan(world, name, "320.00")
    to_plan(world, w, "320.00")
    world.clock("luan", "2026-01-20T09:00")
    w.signed(("competent", "unit"), "bundled_proposal.compile", bundle_number="2026年第1批")
    w.act("ndrc", "bundled_proposal.approve", approved_total="320.00")
    world.clock("luan", "2026-03-10T09:00")
    return w


@pytest.fixture(scope="module")
def contract(world):
    return at_contract(world, "救助服务三清单平台")


def faults(w, organ, act, **values):
    return [(x["path"], x.get("article", "")) for x in w.refused(organ, act, **values)]


def test_each_entry_has_its_own_faults(world, contract):
    w = contract
    # what cannot be read, what is no column, what is no row: all at once, by row and column
    got = faults(w, "unit", "contract.record", **{**CONTRACT, **LISTS, "responsibility_list": [
        {"resource": "救助信息", "openness": "nobody"}, {"resource": "x" * 101, "openness": "open"}, "名称", {"resource": "核对信息", "openness": "open", "colour": "红"}]})
    assert [p for p, _ in got] == [f"/with/responsibility_list/{x}" for x in ("0/openness", "1/resource", "2", "3/colour")]
    assert all(a == "17" for _, a in got), got
    # what an entry lacks; an entry without anything is none
    got = faults(w, "unit", "contract.record", **{**CONTRACT, **LISTS, "negative_list": [{}, {"resource": "家庭住址"}, {"resource": "", "basis": ""}, {"basis": "《数据安全法》"}]})
    assert got == [("/with/negative_list/0/basis", "17"), ("/with/negative_list/1/resource", "17")]
    got = faults(w, "unit", "contract.record", **{**CONTRACT, **LISTS, "demand_list": [{"resource": f"数据{i}", "provider": "市公安局"} for i in range(201)]})
    assert got == [("/with/demand_list", "17")]
    got = faults(w, "unit", "contract.record", **{**CONTRACT, **LISTS, "demand_list": "婚姻登记信息"})
    assert got == [("/with/demand_list", "17")]


@pytest.mark.parametrize("script", [True, False])
def test_rows_are_filled_in_and_added_on_the_page(world, script):
    w = at_contract(world, f"网页上的三清单{script}")
    window = Window(script)
    try:
        person = Person(window, world, world.holder_of("gz-luan-unit-mzj")).sign_in()
        person.go(f"{w.path}/acts/contract.record")
        person.check_page(f"rows_empty_{script}")
        open_rows = lambda field: len(person.driver.find_elements("css selector", f"#f-{field} tbody tr"))
        assert open_rows("responsibility_list") == 2
        person.fill({"合同名称": "平台建设合同", "第 1 行：数据资源": "救助对象信息", "with.responsibility_list.1.resource": "救助资金发放信息",
                     "with.responsibility_list.1.openness": "向社会开放"})
        person.press("再加一行：数据责任清单")
        assert person.heading().startswith("登记签订合同")
        assert open_rows("responsibility_list") == 3 and open_rows("demand_list") == 2
        assert person.value("with.responsibility_list.0.resource") == "救助对象信息" and person.value("合同名称") == "平台建设合同"
        assert person.value("with.responsibility_list.1.openness") == "open"
        # the third is filled, the second emptied: what is sent is what stands there
        person.fill({"with.responsibility_list.2.resource": "核对结果", "with.responsibility_list.1.resource": ""})
        person.driver.find_element("css selector", "#f-responsibility_list [name='with.responsibility_list.1.openness'] option[value='']").click()
        person.fill({"with.demand_list.0.resource": "婚姻登记信息"})
        person.driver.find_element("css selector", "#f-negative_list summary").click()
        person.fill({"with.responsibility_list.0.openness": "向其他单位共享", "not_applicable.negative_list": "无：本项目的数据都可以共享"})
        person.fill_rest("2026-03-09", "300.00").fill({"with.demand_list.0.provider": ""})
        person.fill({"签订日期": "2026-03-09", "约定的验收日期": "2026-10-30"})
        person.press("登记签订合同")
        errors = person.errors()
        assert len(errors) == 2 and all("第十七条" in x for x in errors), errors
        assert "数据责任清单第 2 行缺少「共享还是开放」" in errors[0] and "数据需求清单第 1 行缺少「由哪个单位共享」" in errors[1]
        cell = person.driver.find_element("id", "f-responsibility_list-1-openness")
        assert cell.get_dom_attribute("aria-invalid") == "true" and person.value("with.responsibility_list.1.resource") == "核对结果"
        assert person.driver.find_element("css selector", ".note-bad a").get_dom_attribute("href").endswith("#f-responsibility_list-1-openness")
        person.check_page(f"rows_wrong_{script}")
        person.fill({"with.responsibility_list.1.openness": "共享并向社会开放"}).press("登记签订合同")
        errors = person.errors()  # one is left: said by the refusal itself, once, and it leads to its cell
        assert len(errors) == 1 and errors[0].count("数据需求清单第 1 行缺少「由哪个单位共享」") == 1, errors
        person.check_page(f"rows_one_wrong_{script}")
        way = person.driver.find_element("css selector", ".note-bad[role=alert] a[href^='#f-']")
        way.send_keys("\n")
        assert person.driver.switch_to.active_element.get_dom_attribute("id") == "f-demand_list-0-provider"
        person.key("市公安局")
        person.press("登记签订合同")
        assert "登记签订合同" in person.text() and "/acts/" not in person.driver.current_url
    finally:
        window.close()
    kept = w.act_page("competent", "contract.record")["act"]["fields"]
    fields = {f["id"]: f for f in kept}
    assert fields["responsibility_list"]["value"] == [{"resource": "救助对象信息", "openness": "share"}, {"resource": "核对结果", "openness": "both"}]
    assert fields["demand_list"]["value"] == [{"resource": "婚姻登记信息", "provider": "市公安局"}] and fields["negative_list"]["value"] == []


def test_the_lists_are_filled_in_once(world, contract):
    w = contract
    w.act("unit", "contract.record", **CONTRACT, **LISTS)
    other = faults(w, "competent", "contract.record", **{**CONTRACT, **LISTS, "demand_list": [{"resource": "户籍信息", "provider": "市公安局"}]})
    assert other == [("/with/demand_list", "17")]  # one paper
    page = w.act_page("competent", "contract.record")
    w.act("competent", "contract.record", **{f["id"]: f["value"] for f in page["act"]["fields"] if f["value"]})
    detail = {x["label"]: x["value"] for x in w.view()["timeline"][0]["detail"]}
    assert detail["数据需求清单"] == "1. 数据资源：婚姻登记信息，由哪个单位共享：市公安局"
    resources = world.sign_in("luan", "competent").get("/luan/lists/resource").json["rows"]
    mine = {r["name"]: r for r in resources if r["project"] == w.project}
    assert {n: r["kind"] for n, r in mine.items()} == {"困难群众救助信息": "向其他单位共享", "个人身份证件影像": "数据负面清单"}
    assert mine["个人身份证件影像"]["words"] == NEGATIVE[0]["basis"] and [a["number"] for a in mine["个人身份证件影像"]["articles"]] == ["17"]

    w.signed(("unit", "competent"), "construction.start", started_on="2026-03-10", supervisor="江淮信息监理公司")
    world.clock("luan", "2026-07-13T09:00")
    w.signed(("unit", "competent"), "construction.complete", completed_on="2026-07-13")
    w.signed(("unit", "competent"), "software_tests.record")
    w.act("unit", "trial_run.start", started_on="2026-07-13")
    world.clock("luan", "2026-08-13T09:00")
    w.act("unit", "trial_run.finish", ended_on="2026-08-13")
    page = w.act_page("unit", "acceptance_application.submit")
    assert {f["id"]: f["value"] for f in page["act"]["fields"]} == LISTS  # from the contract, nothing typed again
    window = Window(True)
    try:
        person = Person(window, world, world.holder_of("gz-luan-unit-mzj")).sign_in()
        person.go(f"{w.path}/acts/acceptance_application.submit")
        person.check_page("rows_prefilled")
        person.go(f"{w.path}/forms/acceptance_application.submit")
        person.check_page("rows_sheet")
        sheets, paper = person.paper("rows_sheet")
    finally:
        window.close()
    assert sheets == 1
    for words in ("数据“三清单”", "困难群众救助信息", "向其他单位共享", "市公安局", "法律、法规、规章的规定", NEGATIVE[0]["basis"][:10]):
        assert words in paper, (words, paper)
    w.act("unit", "acceptance_application.submit", **{**LISTS, "responsibility_list": [{"resource": "困难群众救助信息", "openness": "both"}]})
    rows = world.sign_in("luan", "competent").get("/luan/lists/resource?kind=" + quote("共享并向社会开放")).json["rows"]
    assert [(r["name"], r["on"]) for r in rows if r["project"] == w.project] == [("困难群众救助信息", "2026-08-13")]  # the latest stands


def running(world, name, **values):
    T = "chuxiong"
    world.clock(T, "2025-06-16T09:00")
    w = chuxiong(world, name, "120.00")
    approved(w, "120.00")
    together = [(o, "fund_plan.draft", {"year": "2025", "amount": "100.00"}) for o in ("competent", "finance")]
    w.walk([*together, ("competent", "fund_plan.approve"), ("unit", "procurement_plan.draw_up", {"drawn_on": "2025-06-16"}),
            ("unit", "procurement_plan.report"), ("competent", "procurement_plan.accept"),
            ("unit", "contract.record", {"amount": "100.00", "signed_on": "2025-06-16", "covers_public_resources": "false"}),
            ("unit", "construction.start", {"started_on": "2025-06-16"}), ("unit", "construction.complete", {"completed_on": "2025-06-16"}),
            ("unit", "trial_run.start", {"started_on": "2025-06-16", "until": "2025-06-30"})])
    world.clock(T, "2025-07-01T09:00")
    w.walk([("unit", "docking.record", {"docked_on": "2025-07-01", "resources": [
                {"resource": f"{name}证书", "sharing": "conditional", "basis": "限发证机关使用"}]}), ("competent", "docking.confirm"),
            ("unit", "trial_run.finish", {"finished_on": "2025-07-01"}), ("unit", "acceptance.pass", {"accepted_on": "2025-07-01"}),
            ("unit", "acceptance_filing.submit"), ("competent", "acceptance_filing.accept"), ("unit", "operation.start", {"operated_on": "2025-07-01", **values})])
    return w


def test_systems_are_known_with_the_projects_behind_them(world):
    T = "chuxiong"
    old = running(world, "电工考试报名系统")
    c = world.sign_in(T, "competent")

    def systems(query=""):
        return {r["name"]: r for r in c.get(f"/{T}/lists/system?{query}").json["rows"]}
    row = systems()["电工考试报名系统"]
    assert (row["kind"], row["on"], [p["href"] for p in row["projects"]], row["runs"]) == ("在用", "2025-07-01", [old.path], row["unit_name"])
    new = running(world, "特种作业考试一体化平台", old_systems=[{"system": "电工考试报名系统", "handling": "replaced"}, {"system": "老版发证系统", "handling": "ended"}])
    rows = systems()
    assert {n: r["kind"] for n, r in rows.items() if n in ("电工考试报名系统", "特种作业考试一体化平台", "老版发证系统")} == {
        "电工考试报名系统": "已被替代", "特种作业考试一体化平台": "在用", "老版发证系统": "已停用"}
    assert [p["href"] for p in rows["电工考试报名系统"]["projects"]] == [old.path, new.path]
    assert [a["number"] for a in rows["电工考试报名系统"]["articles"]] == ["8", "9"]
    assert "电工考试报名系统" in systems("kind=" + quote("已被替代")) and not {"特种作业考试一体化平台", "老版发证系统"} & set(systems("kind=" + quote("已被替代")))
    own = systems("unit=yjj")
    assert not set(own) & set(systems("unit=jtj")) and {"电工考试报名系统", "特种作业考试一体化平台", "老版发证系统"} <= set(own) <= set(rows)
    # a unit sees its own; another unit nothing of them; a workbook is the list
    assert set(r["name"] for r in world.sign_in(T, "unit", "yjj").get(f"/{T}/lists/system").json["rows"]) == set(own)
    assert not set(own) & {r["name"] for r in world.sign_in(T, "unit", "lfs_jtj").get(f"/{T}/lists/system").json["rows"]}
    job = c.post(f"/{T}/exports", {"list": "system", "query": ""}).json["export"]
    done = wait_until("the workbook", lambda: next((e for e in [c.get(f"/{T}/exports/{job}").json["export"]] if e["is_done"]), None), 20)
    file = c.request("GET", done["file_href"], accept="*/*")
    sheet = openpyxl.load_workbook(io.BytesIO(file.body))["信息系统台账"]
    told = {r[0].value: r[2].value for r in sheet.iter_rows(min_row=2) if r[0].value}
    assert told["电工考试报名系统"] == "电工考试报名系统、特种作业考试一体化平台", told
    window = Window(True)
    try:
        person = Person(window, world, world.holder_of("gz-chuxiong-competent")).sign_in()
        person.press("信息系统台账")
        person.check_page("list_system")
        assert "政务信息系统" in person.driver.page_source and "只减不增" not in person.errors()
        person.paper("list_system")
        person.press("看数据资源目录")
        person.check_page("list_resource")
        assert "限发证机关使用" in person.text()
    finally:
        window.close()
    # retired: no longer in use, and its project is known
    world.clock(T, "2025-09-01T09:00")
    new.act("unit", "retirement.record", retired_on="2025-09-01", reason="并入省级平台")
    assert (systems()["特种作业考试一体化平台"]["kind"], systems()["特种作业考试一体化平台"]["on"]) == ("已停用", "2025-09-01")


def test_a_reviewer_sees_what_is_already_there(world):
    T = "chuxiong"
    world.clock(T, "2025-06-16T09:00")
    w = chuxiong(world, "特种作业考试一体化平台二期", "120.00")
    other = chuxiong(world, "特种作业考试平台", "60.00", "jtj")
    w.act("unit", "application.submit")
    other.act("unit", "application.submit")
    page = world.sign_in(T, "competent").get(f"{w.path}/alike").json
    assert {"特种作业考试一体化平台", "电工考试报名系统"} <= {s["name"] for s in page["systems"]}
    assert page["in_use"] == len([s for s in page["systems"] if s["kind"] == "在用"])
    alike = {a["title"]: a for a in page["alike"]}
    first = page["alike"][0]
    assert first["title"] == "特种作业考试一体化平台" and first["percent"] > 80 and first["same_unit"]
    assert not alike["特种作业考试平台"]["same_unit"] and "电工考试报名系统" not in alike and w.project not in {a["project"] for a in page["alike"]}
    # a unit sees its own only; what is another's is not there
    own = world.sign_in(T, "unit", "jtj").get(f"{other.path}/alike").json
    assert own["alike"] == [] and own["systems"] == [] and own["in_use"] == 0
    assert world.sign_in(T, "unit", "jtj").get(f"{w.path}/alike").status == 404
    window = Window(True)
    try:
        person = Person(window, world, world.holder_of("gz-chuxiong-competent")).sign_in()
        person.go(f"{w.path}/acts/application.pass")
        person.press("看这个单位的现有系统、评价结果和名称相近的项目")
        assert person.heading() == "现有系统、评价结果和相近项目" and "是否重复由人核对" in person.text()
        person.check_page("alike")
        person.paper("alike")
    finally:
        window.close()


def test_the_pages_of_the_list_are_whole(world):
    """The next page begins after the last system, whatever its name."""
    T = "chuxiong"
    c = world.sign_in(T, "competent")
    first = world.sql("gz_chuxiong", "SELECT MIN(project) FROM watch WHERE list = 'system'")[0][0]
    for i in range(45):
        world.sql("gz_chuxiong", f"INSERT INTO watch (list, project, ref, kind, name, on_day) VALUES ('system', {first}, 'page.{i}', '在用', '翻页 & 系统 {i:02}', '2025-07-01')")
    seen, after = [], ""
    while True:
        page = c.get(f"/{T}/lists/system?after={after}").json
        assert len(page["rows"]) <= 20
        seen += [r["name"] for r in page["rows"]]
        after = page.get("next_after", "")
        if not after:
            break
    assert len(seen) == len(set(seen)) and len([n for n in seen if n.startswith("翻页")]) == 45
    assert c.get(f"/{T}/lists/system?after=no").status == 400
    world.sql("gz_chuxiong", "DELETE FROM watch WHERE ref LIKE 'page.%'")


def test_a_district_without_the_rule_has_no_list(world):
    assert world.sign_in("heze", "intake").get("/heze/lists/resource").status in (403, 404)
    assert world.sign_in("xinzhou", "auditor").get("/xinzhou/lists/system").status == 200


def listed(w):
    rows = w.client("auditor").get(f"/{w.tenant}/lists/resource").json["rows"]
    return {r["name"]: (r["kind"], r["on"]) for r in rows if r["project"] == w.project}


def test_a_catalogue_says_what_is_shared_and_how(world):
    """新洲 12(4): what is used and what is made, each with what is shared or opened and in which manner; the table beside the stamped paper."""
    T = "xinzhou"
    world.clock(T, "2026-03-02T09:00")
    w = walked(world, T, "jyj", roads.xinzhou("学籍数据共享平台", "86.50"))
    field = next(f for f in w.act_page("unit", "technical_review.submit")["act"]["fields"] if f["id"] == "resources")
    assert field["required"] and field["or_reason"], "asked for because the project is no part of a fixed asset"
    linked = walked(world, T, "jyj", roads.xinzhou("随校舍建设的弱电项目", "86.50", fixed_asset_linked=True))
    assert not linked.act_page("unit", "technical_review.submit")["act"]["fields"][0]["required"]
    linked.act("unit", "technical_review.submit")  # 7: its implementation plan is all it hands in

    used = {"resource": "户籍登记信息", "origin": "used", "sharing": "conditional", "openness": "closed", "manner": "学龄人口，区级大数据平台接口", "basis": "限教育部门招生使用"}
    window = Window(True)
    try:
        p = Person(window, world, world.holder_of(f"gz-{T}-unit-jyj")).sign_in()
        p.go(f"{w.path}/acts/technical_review.submit").check_page("catalogue_empty")
        p.fill({"with.resources.0.resource": "学籍信息", "with.resources.0.origin": "产生", "with.resources.0.sharing": "不予共享", "with.resources.0.openness": "不予开放"})
        p.fill({f"with.resources.1.{k}": v for k, v in {**used, "origin": "使用", "sharing": "有条件共享", "openness": "向社会开放", "manner": ""}.items()})
        p.fill_rest("2026-03-02", "86.50", **{}).fill({"with.resources.0.manner": "", "with.resources.0.basis": ""}).press("再核对一次，能办就办理「送审」")
        errors = p.errors()
        assert len(errors) == 2 and all("第七条、第十二条第四项" in x for x in errors), errors
        assert "第 1 行缺少「共享条件或者不予共享的依据」" in errors[0] and "第 2 行缺少「共享或者开放的内容和方式」" in errors[1]
        p.check_page("catalogue_wrong")
        p.fill({"with.resources.0.basis": "《未成年人保护法》第七十三条", "with.resources.1.openness": "不予开放", "with.resources.1.manner": used["manner"]})
        p.press("再核对一次，能办就办理「送审」" if p.has("再核对一次") else "送审")
        assert "/acts/" not in p.driver.current_url, p.errors()
        p.go(f"{w.path}/forms/technical_review.submit").check_page("catalogue_sheet")
        sheets, paper = p.paper("catalogue_sheet")
        assert sheets == 1 and all(x in paper for x in ("数据资源目录", "学籍信息", "户籍登记信", "招生使用")), paper
        p.go(f"/{T}/lists/resource").check_page("list_resource_xinzhou")
    finally:
        window.close()
    assert listed(w) == {"学籍信息": ("不予共享", "2026-03-02"), "户籍登记信息": ("有条件共享", "2026-03-02")}
    # what the centre asks for again is open again, and nothing else
    w.act("tech", "technical_review.ask_correction", correction=[{"item": "resources", "what": "学籍信息可以有条件共享"}], until="2026-03-20")
    page = w.act_page("unit", "technical_review.submit")["act"]["fields"][0]
    assert [r["resource"] for r in page["value"]] == ["学籍信息", "户籍登记信息"] and page["asked_again"] and not page["readonly"]
    world.clock(T, "2026-03-04T09:00")
    w.act("unit", "technical_review.submit", resources=[{**page["value"][0], "sharing": "conditional", "manner": "学校代码，接口", "basis": "限教育部门使用"}, used])
    assert listed(w)["学籍信息"] == ("有条件共享", "2026-03-04")


def test_the_catalogue_of_the_plan_stands_at_the_data_review(world):
    """牡丹 6 asks for it in the plan, 27 reviews it before acceptance: filled in once, the later one stands."""
    T = "mudan"
    world.clock(T, "2024-06-03T09:00")
    w = walked(world, T, "mzj", roads.mudan("养老床位数据平台", "80"), ("unit", "ex_ante_evaluation.record"))
    refused = faults(w, "unit", "application.submit", resources=[])
    assert refused == [("/with/resources", "6")], refused
    planned = [{"resource": "养老机构备案信息", "sharing": "unconditional", "basis": "", "openness": "open"},
               {"resource": "床位信息", "sharing": "conditional", "basis": "限民政部门使用", "openness": "closed"}]
    w.act("unit", "application.submit", resources=planned)
    assert listed(w) == {"养老机构备案信息": ("无条件共享", "2024-06-03"), "床位信息": ("有条件共享", "2024-06-03")}
    world.clock(T, "2024-09-02T09:00")
    w.walk([*roads.MUDAN_INITIATION[2:], *roads.MUDAN_CONTRACT, *roads.MUDAN_BUILD[:2]])
    field = w.act_page("unit", "data_review.submit")["act"]["fields"][0]
    assert [(r["resource"], r["sharing"]) for r in field["value"]] == [(r["resource"], r["sharing"]) for r in planned], field["value"]
    window = Window(False)
    try:
        p = Person(window, world, world.holder_of(f"gz-{T}-unit-mzj")).sign_in()
        p.go(f"{w.path}/acts/data_review.submit").check_page("catalogue_prefilled")
        assert p.value("with.resources.1.basis") == "限民政部门使用"
    finally:
        window.close()
    w.act("unit", "data_review.submit", resources=planned[:1])
    assert listed(w) == {"养老机构备案信息": ("无条件共享", "2024-09-02")}
