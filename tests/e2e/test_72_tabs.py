"""The tabs of a project's page: each by its address, as page and as JSON; what is in none of them is not offered, and nothing is lost."""
import re

import pytest
import roads
from browser import By
from client import Client
from walker import walked
from weigh import WARM, Fetched
from world import wait_until

T = "mudan"
DAYS = {T: "2024-06-03T09:00", "xinzhou": "2026-09-24T09:00"}
LINKS = ("law", "audit")  # they lead to pages of their own
TABS = ["overview", "base", "work", "files", "money", "change", "report", "timeline", "filings", "all"]
PANELS = {  # the ids of what each tab shows of this project, to the competent office
    "overview": {"next", "acts", "duties", "timeline", "meters", "money", "decisions", "filings", "files"}, "base": {"base"}, "work": {"next", "acts", "duties"},
    "files": {"files", "decisions", "forms"}, "money": {"money", "contracts"}, "change": {"meters", "timeline"}, "report": {"duties", "timeline"},
    "timeline": {"timeline"}, "filings": {"filings"},
    "all": {"next", "acts", "duties", "timeline", "base", "decisions", "money", "meters", "contracts", "filings", "files"}}
KNOWN = set().union(*PANELS.values()) | {"cosign", "runs"}


@pytest.fixture(scope="module")
def w(world):
    """Approved, contracted, begun; two adjustments filed, one quarter told, one paid."""
    w = walked(world, T, "mzj", roads.mudan("分栏看的项目", "368.00"), *roads.MUDAN_INITIATION, *roads.MUDAN_CONTRACT[:1])
    for amount in ("8.40", "14.40"):
        w.act("unit", "adjustment.record", amount=amount)
        w.act("competent", "adjustment.accept")
    w.walk(roads.MUDAN_CONTRACT[1:] + roads.MUDAN_BUILD[:1])
    w.act("unit", "progress_report.submit", period="2024Q1", spent="0")
    wait_until("the city's receipt", lambda: w.view("competent")["filings"][0]["state"] == "stored", 60, 0.2)
    return w


@pytest.fixture(scope="module")
def draft(world):
    return walked(world, T, "mzj", roads.mudan("还没有申报的分栏项目", "20.00"))


def tab(w, organ, name, query=""):
    answer = w.client(organ).get(f"{w.path}?tab={name}{query}")
    assert answer.status == 200, answer
    return answer.json


def bar(text):
    """The tabs of a page: [(words, address, is the present one)]"""
    [nav] = re.findall(r'<nav class="tabs[^>]*>(.*?)</nav>', text, re.S)
    return [(words, href.replace("&amp;", "&"), "aria-current=\"page\"" in more) for href, more, words in re.findall(r'<a href="([^"]+)"([^>]*)>(.*?)</a>', nav)]


def panels(text):
    return set(re.findall(r'<section class="panel[^"]*" id="([a-z]+)"', text))


def test_each_tab_has_an_address_and_shows_its_own(world, w):
    c = w.client("competent")
    rows = tab(w, "competent", "overview")["tabs"]
    assert [r["id"] for r in rows] == [*TABS, "law"], rows
    assert rows[0]["href"] == w.path and all(r["href"] == f"{w.path}?tab={r['id']}" for r in rows[1:-1])
    whole = Fetched(c, f"{w.path}?tab=all")
    for row in rows[:-1]:
        page = Fetched(c, row["href"])
        assert panels(page.text) & KNOWN == PANELS[row["id"]], row["id"]
        shown = bar(page.text)
        assert [x[:2] for x in shown] == [(f"{r['label']} {r['count']}" if r.get("count") else r["label"], r["href"]) for r in rows]
        assert [x[1] for x in shown if x[2]] == [row["href"]], "one of them is the page one is on"
        assert page.size <= WARM and (row["id"] == "all" or page.size < whole.size), (row["id"], page.size, whole.size)
        assert f"<title>分栏看的项目{'' if row['id'] == 'overview' else '　' + row['label']} - " in page.text
    overview = Fetched(c, w.path)
    assert overview.text.count("<") < whole.text.count("<") * 0.8, "the page one opens every day is the lighter one"


def test_the_twin_is_of_that_tab_and_without_one_of_the_whole(w):
    whole = w.view("competent")
    assert "tabs" not in whole and "tab" not in whole and len(whole["timeline"]) > 8 and whole["contracts"] and whole["project"]["facts"]
    everything = tab(w, "competent", "all")
    assert set(everything) - {"tab", "tabs", "timeline_count"} == set(whole) and everything["timeline"] == whole["timeline"][:8]
    assert all(everything[k] == whole[k] for k in whole if k not in ("csrf", "today", "timeline"))
    facts = tab(w, "competent", "base")
    assert facts["project"]["facts"] == whole["project"]["facts"] and "timeline" not in facts and "acts" not in facts
    overview = tab(w, "competent", "overview")
    assert overview["timeline"] == whole["timeline"][:8] and overview["timeline_count"] == len(whole["timeline"])
    assert overview["decisions"] == whole["decisions"][::-1][:5] and overview["decision_count"] == len(whole["decisions"])
    assert [d["id"] for d in overview["duties"]] == [d["id"] for d in whole["duties"] if d["state"] in ("open", "overdue")]
    assert len(whole["duties"]) == len(overview["duties"]) + overview["done_duties"] + overview["later_duties"] + sum(d["state"] == "cancelled" for d in whole["duties"])
    assert len(overview["acts"]) + overview["later_count"] == len(whole["acts"]) and all(a in whole["acts"] for a in overview["acts"])
    assert [(m["label"], m["amount"]) for m in overview["money"]] == [(m["label"], m["amount"]) for m in whole["money"]] and "entries" not in overview["money"][0]
    assert not {"documents", "contracts", "forms", "money_years"} & set(overview) and "facts" not in overview["project"]
    names = [d["name"] for g in whole["documents"] for d in g["items"]]
    assert overview["document_count"] == len(names) and {d["name"] for d in overview["newest_documents"]} <= set(names)
    assert tab(w, "competent", "files")["documents"] == whole["documents"] and tab(w, "competent", "money")["contracts"] == whole["contracts"]
    assert tab(w, "competent", "filings")["filings"][0]["name"] == whole["filings"][0]["name"]


def test_changes_and_reports_are_told_from_what_the_law_calls_them(w):
    change, report = tab(w, "unit", "change"), tab(w, "unit", "report")
    assert [t["what"] for t in change["timeline"]] == ["adjustment.accept", "adjustment.record"] * 2
    assert change["meters"][0]["amount"] == "22.80" and change["meters"] == w.view()["meters"]
    assert {a["act"].split(".")[0] for a in change["acts"]} <= {"adjustment", "change"} and change["acts"], "a payment is no change"
    assert [t["what"] for t in report["timeline"]] == ["progress_report.submit"]
    assert {d["id"] for d in report["duties"]} and all(re.match(r"\d{4}(Q\d)?$", d["key"]) for d in report["duties"])
    assert {a["act"] for a in report["acts"]} == {"progress_report.submit"}
    assert "变更的经过" in w.client("unit").page(f"{w.path}?tab=change").text


def test_counts_are_what_stands_there(w):
    rows = {r["id"]: r for r in tab(w, "competent", "work")["tabs"]}
    whole = w.view("competent")
    assert rows["files"]["count"] == sum(len(g["items"]) for g in whole["documents"])
    assert rows["timeline"]["count"] == len(whole["timeline"]) and rows["filings"]["count"] == len(whole["filings"])
    assert [r for r in rows.values() if r.get("is_current")] == [rows["work"]] and not any("count" in rows[x] for x in ("overview", "base", "work", "money", "all"))


def test_what_is_not_there_is_not_offered_and_says_so_when_asked(world, draft):
    rows = tab(draft, "unit", "overview")["tabs"]
    assert [r["id"] for r in rows] == ["overview", "base", "work", "money", "all", "law"], rows
    page = draft.client("unit").page(f"{draft.path}?tab=change")
    assert page.status == 200 and "还没有办理过变更" in page.text and [x[0] for x in bar(page.text) if x[2]] == ["变更"]
    page = draft.client("unit").page(f"{draft.path}?tab=files")
    assert "还没有文件" in page.text and [x[0] for x in bar(page.text) if x[2]] == ["文件"]
    page = draft.client("unit").page(f"{draft.path}?tab=filings").text
    assert "尚未上报" in page and "还没有内容" not in page, "what is to go up is told"
    x = walked(world, "xinzhou", "jyj", roads.xinzhou("没有上报的项目", "15.00"))
    assert "在「上报」一栏还没有内容" in x.client("unit").page(f"{x.path}?tab=filings").text


def test_an_unknown_tab_is_not_another_one(w):
    c = w.client("competent")
    for name in ("nothing", "Files", "file", "..", "概览"):
        answer = c.get(f"{w.path}?tab={name if name != '概览' else '%E6%A6%82%E8%A7%88'}")
        assert answer.status == 404 and answer.json["detail"] == f"项目档案没有「{name}」这一栏" and "选一栏" in answer.text, answer
        page = c.page(f"{w.path}?tab={name if name != '概览' else '%E6%A6%82%E8%A7%88'}")
        assert page.status == 404 and "这一栏" in page.text and "回到我的工作台" in page.text
    assert c.get(f"{w.path}?tab=").json == {**c.get(w.path).json, "csrf": c.get(f"{w.path}?tab=").json["csrf"]}, "none named"


def test_each_post_sees_the_tabs_of_its_own(world, w):
    ids = lambda organ: [r["id"] for r in tab(w, organ, "base")["tabs"]]  # noqa: E731
    assert ids("auditor")[-1] == "audit" and "audit" not in ids("unit") + ids("competent") + ids("leader")
    [trail] = [r for r in tab(w, "auditor", "base")["tabs"] if r["id"] == "audit"]
    assert trail["href"] == f"/{T}/audit?object=project/{w.project}" and w.client("auditor").get(trail["href"]).status == 200
    for organ in ("unit", "competent", "finance", "auditor", "leader"):
        for name in TABS:
            view = tab(w, organ, name)
            mine = {a["act"] for a in w.view(organ)["acts"]}
            assert {a["act"] for a in view.get("acts", [])} <= mine, (organ, name)
    assert not tab(w, "auditor", "work")["acts"] and "payable" in tab(w, "finance", "overview")
    other = world.sign_in(T, "unit", "jtj")  # another unit's project is none of its business, on whichever tab
    assert all(other.get(f"{w.path}?tab={name}").status == 404 and other.page(f"{w.path}?tab={name}").status == 404 for name in TABS)
    assert Client(world.url).get(f"{w.path}?tab=files").status in (401, 303)


def test_the_whole_archive_is_printed_and_a_tab_is_its_own(w):
    c = w.client("competent")
    paper, whole, files = (c.page(w.path + query).text for query in ("?print=1", "?tab=all", "?tab=files&print=1"))
    count = lambda text: len(re.findall(r'<li class="(?:ok|bad)"><time', text))  # noqa: E731
    assert panels(paper) & KNOWN == panels(whole) & KNOWN == PANELS["all"] and count(paper) == len(w.view()["timeline"]) > count(whole) == 8
    assert "一条不少" in whole and "一条不少" not in paper
    assert not re.search(r"<details(?! class=\"later\")[^>]*(?<! open)>", paper), "closed folds are not printed"
    assert panels(files) & KNOWN == PANELS["files"]


def test_the_timeline_comes_in_pages_and_none_is_left_out(world, w):
    for n in range(30):  # more than a page has
        w.act("finance", "payment.record", kind="progress", amount="0.10", payee="山东智汇信息技术有限公司", for_this_project="true")
    whole, c = w.view("competent")["timeline"], w.client("competent")
    assert 30 < len(whole) < 60
    seen, page = [], tab(w, "competent", "timeline")
    assert page["timeline_shown"] == "第 1 至 30 条" and "timeline_before" not in page
    seen += page["timeline"]
    while page.get("timeline_next"):
        page = tab(w, "competent", "timeline", f"&from={page['timeline_next']}")
        seen += page["timeline"]
        assert Fetched(c, f"{w.path}?tab=timeline&from=30").size <= WARM
    assert seen == whole and page["timeline_before"] == "0"
    for odd in ("x", "-1", "99999", "0"):
        assert tab(w, "competent", "timeline", f"&from={odd}")["timeline"] == whole[:30], odd
    text = c.page(f"{w.path}?tab=timeline&print=1").text
    assert text.count('<li class="ok"><time') + text.count('<li class="bad"><time') == len(whole) and "pager" not in text, "on paper it is one"


def test_several_runs_under_way_stand_under_work(world):
    x = walked(world, "xinzhou", "jyj", roads.xinzhou("两项变更同时办", "58.60"), *roads.XINZHOU_REVIEW, *roads.XINZHOU_APPROVAL)
    for content, amount in (("增加移动端", "3.20"), ("改用政务云", "5.00")):
        x.act("unit", "design_change.submit", content=content, grounds="业务需要", amount=amount, new_total="58.60")
    runs = tab(x, "tech", "work")["runs"]
    assert [r["words"].split("：")[0] for r in runs] == ["第 1 次", "第 2 次"] and "改用政务云" in runs[1]["words"], runs
    assert runs[0]["procedure_name"] == "建设内容变更" and runs[0]["step_name"] and runs[0]["by_names"].startswith("区行政审批局") and runs[0]["started"] == "2026-09-24"
    text = x.client("unit").page(f"{x.path}?tab=work").text
    assert 'id="runs"' in text and "增加移动端" in text
    assert [t["what"] for t in tab(x, "unit", "change")["timeline"]] == ["design_change.submit"] * 2


def test_the_note_after_an_act_stands_on_the_overview(world, w):
    c = w.client("unit")
    seq = w.view()["timeline"][0]["seq"]
    page = c.page(f"{w.path}?done={seq}").text
    assert "已办理「" in page and bar(page)[0][2]


def test_at_the_browser_by_words_and_by_keys(office, w):
    p = office.person(T, "competent").go(w.path)
    assert p.driver.find_element(By.CSS_SELECTOR, ".tabs [aria-current=page]").text == "概览"
    for words, head in (("填报内容", "填报内容"), ("办理", "义务与时限"), ("文件", "文件"), ("资金", "合同"), ("变更", "变更累计"), ("按期报送", "报送的经过"), ("经过", "经过"), ("上报", "上报"), ("全档", "填报内容")):
        p.press_it(p.driver.find_element(By.CSS_SELECTOR, f".tabs a[href$='tab={next(t for t, r in LABELS.items() if r == words)}']"))
        assert p.section(head) and p.driver.find_element(By.CSS_SELECTOR, ".tabs [aria-current=page]").text.startswith(words), words
        office.look(f"tab-{words}")
    for panel, name in (("timeline", "timeline"), ("files", "files")):
        p.press("概览").press_it(p.driver.find_element(By.CSS_SELECTOR, f"#{panel} .panel-h a"))
        assert p.driver.current_url.endswith(f"?tab={name}")


LABELS = {"base": "填报内容", "work": "办理", "files": "文件", "money": "资金", "change": "变更", "report": "按期报送", "timeline": "经过", "filings": "上报", "all": "全档"}


def test_on_a_phone_the_present_tab_is_in_sight(scripted, w):
    p = scripted.person(T, "competent")
    try:
        p.window.at(390)
        for name in ("overview", "change", "all"):
            p.go(f"{w.path}?tab={name}")
            box = p.driver.find_element(By.CSS_SELECTOR, ".tabs [aria-current=page]").rect
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390, (name, box)
            assert p.driver.execute_script("return document.scrollingElement.scrollWidth") <= 390, name
    finally:
        p.window.at(1366)
