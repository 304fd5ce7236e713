"""The regulations' own forms: 渝北区 附件1 filled in, printed before it is handed in, sent back for one field, handed in again; the outline, a record and a letter."""
import html
import re

import pytest
import roads
from walker import walked

WRITTEN = {"filling_unit": "渝北区城市管理局", "applying_unit": "区城市管理局", "contact": "张文远", "contact_phone": "023-5550 0126",
           "budget_parts": "应用软件开发 180.00 万元，设备 120.00 万元。", "content": "汇聚公共停车资源，提供泊位查询和诱导", "cloud_status": "全部部署于政务云。",
           "sharing_status": "编制政务数据资源目录 12 项。", "current_state": "现有在用系统 3 个。", "remarks": "无其他说明。", **roads.YUBEI_FORM}
FORMS = "forms/application.submit"
T = "yubei"
DAYS = {T: "2025-02-10T09:00"}


@pytest.fixture(scope="module")
def submitted(world):
    return walked(world, T, "cgj", roads.yubei("申报表项目", "300"), ("unit", "application.write"))


def fields_of(answer):
    """What the sheet holds, by field: the words of its cell."""
    assert answer.status == 200, answer
    return {k: html.unescape(re.sub(r"<[^>]+>", "", v)) for k, v in re.findall(r'data-field="(\w+)"[^>]*>(.*?)</(?:td|p|span)>', answer.text, re.S)}


def typed(page, values, **more):
    """The page's form as a browser sends it."""
    return {"csrf": page["csrf"], "version": page["project"]["version"], **{f"with.{k}": v for k, v in values.items()}, **more}


def field(page, name):
    return next(f for f in page["act"]["fields"] if f["id"] == name)


def test_groups_months_and_sums_on_the_page(submitted):
    page = submitted.act_page("unit", "application.submit")
    starts = [f["id"] for f in page["act"]["fields"] if f.get("starts_group")]
    assert starts == ["filling_unit", "applying_unit", "budget_total", "budget_parts"], starts
    assert field(page, "period_from")["is_month"] and field(page, "budget_total")["value"] == "300.00"
    assert page["act"]["form_href"].endswith(FORMS)
    c = submitted.client("unit")
    shown = c.request("POST", f"{submitted.path}/acts/application.submit", *form_body(typed(page, dict(WRITTEN, budget_city="90"), more="1")), accept="text/html")
    assert "4 项合计 290.00 万元，比此处少 10.00 万元" in shown.text and "大写：" in shown.text


def summary(answer):
    """The summary at the top: [(where a sentence leads to, what it says)]."""
    top = re.search(r'<div class="note note-bad" role="alert".*?</div></div>', answer.text, re.S).group(0)
    return [(a or None, html.unescape(b)) for a, b in re.findall(r'<(?:p|li)>(?:<a href="#f-([^"]+)">)?([^<]+)', top)]


def form_body(fields):
    from urllib.parse import urlencode
    return urlencode(fields, doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_wrong_sum_is_told_at_the_field_with_its_article(submitted):
    page = submitted.prepare("unit", "application.submit")
    c = submitted.client("unit")
    answer = c.request("POST", f"{submitted.path}/acts/application.submit", *form_body(typed(page, dict(WRITTEN, budget_district="199.99"))), accept="text/html")
    assert answer.status == 422, answer.status
    assert summary(answer)[0] == (None, "不能办理「申报建设需求」，有 2 处需要解决")
    assert [to for to, _ in summary(answer)[1:]] == ["project_name", "budget_total"], summary(answer)
    told = re.search(r'id="e-budget_total">(.*?)</p>', answer.text, re.S).group(1)
    assert "4 项合计" in told and "0.01" in told and "附件1" in told, told
    assert 'value="199.99"' in answer.text and "023-5550 0126" in answer.text
    only = c.request("POST", f"{submitted.path}/acts/application.submit", *form_body(typed(page, dict(WRITTEN, project_name="申报表项目", budget_district="199.99"))), accept="text/html")
    assert [to for to, _ in summary(only)] == ["budget_total", None] and summary(only)[1][1] == "请核对各分项与合计"
    assert only.text.count("还差 0.01 万元") == 2, summary(only)  # at the top, at the field


def test_what_is_typed_is_printed_and_nothing_of_it_is_lost(submitted):
    page = submitted.act_page("unit", "application.submit")
    c = submitted.client("unit")
    before = submitted.view()["project"]["version"]
    sheet = c.request("POST", f"{submitted.path}/{FORMS}", *form_body(typed(page, dict(WRITTEN, contact="李某（待定）"))), accept="text/html")
    held = fields_of(sheet)
    # the two months stand in one cell, 至 between them
    assert set(WRITTEN) - {"period_from", "period_to"} <= set(held), set(WRITTEN) - set(held)
    assert held["contact"] == "李某（待定）" and held["budget_city"] == "100.00" and held["project_class"].startswith("建设类（选中）")
    assert "2025年4月 至 2025年12月" in sheet.text and "填报单位（盖章）" in sheet.text and "附件1" in sheet.text
    assert re.search(r'box-on">服务类', sheet.text) and re.search(r'box-off">工程类', sheet.text)
    # the way back carries everything
    back = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', sheet.text))
    assert back["with.contact"] == "李某（待定）" and back["more"] == "1"
    again = c.request("POST", f"{submitted.path}/acts/application.submit", *form_body(back), accept="text/html")
    assert 'value="李某（待定）"' in again.text
    assert submitted.view()["project"]["version"] == before, "printing wrote something"


def test_handed_in_printed_sent_back_for_one_field_and_handed_in_again(submitted):
    w = submitted
    w.act("unit", "application.submit", **WRITTEN)
    event = next(e for e in w.view()["timeline"] if e["what"] == "application.submit")
    first = w.client("competent").get(event["form_href"]).json["form"]
    assert first["times"] == 1 and first["done_on"] == "2025-02-10" and first["values"]["contact"] == "张文远"
    assert any(f["href"] == event["form_href"] for f in w.view()["forms"])

    asked = w.act_page("competent", "application.ask_correction")["correction_items"]
    assert any(i["item"] == "current_state" and i["label"].startswith("表格栏目：") for i in asked), asked
    w.act("competent", "application.ask_correction", correction=[{"item": "current_state", "what": "写明替代哪些系统"}], until="2025-02-20")

    page = w.act_page("unit", "application.submit")
    opened = [f["id"] for f in page["act"]["fields"] if not f["readonly"]]
    assert opened == ["current_state"], opened
    assert page["corrections"]["items"][0]["href"] == f"{w.path}/acts/application.submit"
    assert all(field(page, k)["value"] == v for k, v in {"contact": "张文远", "period_to": "2025-12", "budget_city": "100.00"}.items())
    shown = w.client("unit").page(f"{w.path}/acts/application.submit").text
    assert '<input type="hidden" name="with.procurement_class" value="services">' in shown

    version = page["project"]["version"]
    changed = w.client("unit").post(f"{w.path}/acts/application.submit", {"version": version, "with": {"contact": "另一人", "current_state": "替代 5 个"}})
    assert changed.status == 422 and any(e["path"] == "/with/contact" and "没有列出" in e["message"] for e in changed.json["errors"]), changed.text
    done = w.client("unit").post(f"{w.path}/acts/application.submit", {"version": version, "with": {"current_state": "替代场馆自建页面 5 个。"}})
    assert done.status in (200, 303), done.text
    second = w.client("competent").get(f"{w.path}/{FORMS}").json["form"]
    assert second["times"] == 2 and second["values"]["contact"] == "张文远" and second["values"]["current_state"] == "替代场馆自建页面 5 个。"
    assert second["digest"] != first["digest"]
    assert w.client("competent").get(event["form_href"]).json["form"]["digest"] == first["digest"]


def test_a_figure_sent_back_opens_the_whole_sum(world):
    w = walked(world, T, "cgj", roads.yubei("资金补正项目", "300"), ("unit", "application.write"))
    w.act("unit", "application.submit", **WRITTEN)
    w.act("competent", "application.ask_correction", correction=[{"item": "budget_city", "what": "市级资金未落实"}], until="2025-02-20")
    page = w.act_page("unit", "application.submit")
    assert [f["id"] for f in page["act"]["fields"] if not f["readonly"]] == ["budget_total", "budget_central", "budget_city", "budget_district", "budget_own"]
    w.act("unit", "application.submit", **dict(WRITTEN, budget_city="50", budget_district="250"))


def test_the_outline_says_what_does_not_concern_the_project(world):
    w = walked(world, T, "cgj", roads.yubei("需求说明项目", "300"))
    page = w.act_page("unit", "application.write")
    works = field(page, "plan_civil_works")
    assert works["or_reason"] and works["lack_value"] == ""
    given = {f["id"]: f"{f['label']}的内容" for f in page["act"]["fields"] if f["id"] != "plan_civil_works"}
    c = w.client("unit")
    lacks = c.request("POST", f"{w.path}/acts/application.write", *form_body(typed(page, given)), accept="text/html")
    assert lacks.status == 422 and "写明理由" in re.search(r'id="e-plan_civil_works">(.*?)</p>', lacks.text, re.S).group(1)
    form = typed(page, given, **{"not_applicable.plan_civil_works": "本项目不建机房"})
    sheet = c.request("POST", f"{w.path}/forms/application.write", *form_body(form), accept="text/html").text
    assert "四、建设方案" in sheet and "（九）土建及配套工程" in sheet and "不涉及：本项目不建机房" in sheet and "本编制大纲可根据" in sheet
    done = c.form(f"{w.path}/acts/application.write", form)
    assert done.status in (200, 303), done.text
    kept = c.get(f"{w.path}/forms/application.write").json["form"]
    item = next(i for ch in kept["chapters"] for i in ch["items"] if i["field"] == "plan_civil_works")
    assert item["words"] == "不涉及：本项目不建机房"


def test_a_form_another_may_not_see_or_that_is_not_there(world, submitted):
    assert world.sign_in(T, "unit", "wjw").get(f"{submitted.path}/{FORMS}").status == 404
    assert submitted.client("unit").get(f"{submitted.path}/{FORMS}?seq=99").status == 404
    assert submitted.client("unit").get(f"{submitted.path}/forms/application.pass").status == 404
    assert submitted.client("unit").post(f"{submitted.path}/{FORMS}", {"with": "x"}).status == 400


@pytest.mark.parametrize("tenant, unit, facts, act, title, signers", [
    ("luan", "mzj", roads.luan("印制项目", "368"), "joint_review.record", "六安市电子政务项目审查论证记录表", 4),
    ("mudan", "mzj", roads.mudan("印制项目", "368"), "responsibility_letter.sign", "项目建设主体责任书", 1)])
def test_the_papers_of_other_districts_print_from_their_rules(world, tenant, unit, facts, act, title, signers):
    w = walked(world, tenant, unit, facts)
    sheet = w.client("unit").get(f"{w.path}/forms/{act}")
    assert sheet.status == 200, sheet.text
    form = sheet.json["form"]
    printed = [c["field"] for row in form["rows"] for c in row["cells"] if c.get("field")]
    asked = [f["id"] for f in w.act_page("unit", act)["act"]["fields"]]
    assert form["title"] == title and sorted(printed) == sorted(asked)
    assert len(form["signers"]) == signers and len(form["points"]) == (8 if tenant == "luan" else 0)
