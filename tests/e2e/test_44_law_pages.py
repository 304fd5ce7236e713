"""The law for everybody: the guide, the regulation's page whole, its search, its cases, its flow chart. No session, and no database."""
import json
import re
import urllib.parse
from xml.etree import ElementTree

import pytest
from client import Client
from world import TOP, wait_until

DISTRICTS = ["chuxiong", "luan", "mudan", "xinzhou", "yubei"]
TODAY = "2026-09-24"
XINZHOU = {"total_investment": "412", "fixed_asset_linked": "false", "depth_reached": "true", "technically_complex": "false", "category": "business_system",
           "build_mode": "new", "classified": "false", "in_annual_plan": "true", "builds_infrastructure": "false"}
YUBEI = {"project_class": "build", "category": "business_system", "investment_mode": "government", "classified": "false", "total_investment": "412",
         "needs_cloud": "true", "docks_exchange": "true", "uses_egov_network": "true", "builds_infrastructure": "false"}


@pytest.fixture(scope="module")
def anybody(world):
    for t in DISTRICTS:
        world.clock(t, TODAY + "T09:00")
    yield Client(world.url)
    for t in DISTRICTS:
        world.clock(t, "real")


def address(path, facts, **more):
    return path + "?" + urllib.parse.urlencode({**more, **{f"facts.{k}": v for k, v in facts.items()}})


def simulate(world, tenant, facts):
    """The same facts as a case in JSON, at a prompt."""
    typed = {k: {"true": True, "false": False}.get(v, v) for k, v in facts.items()}
    typed["total_investment"] = f"{facts['total_investment']}万元"
    case = {"today": TODAY, "facts": typed}
    done = world.guizhang("simulate", "--tenant", tenant, "--case", "-", input=json.dumps(case))
    return json.loads(done.stdout)


def page(anybody, path):
    answer = anybody.request("GET", path, accept="text/html")
    assert answer.status == 200, answer
    return answer.text


def words(html):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


# ---- the guide ----

def test_it_leads_to_every_district_with_a_regulation(anybody):
    assert [d["id"] for d in anybody.get("/guide").json["districts"]] == DISTRICTS
    assert all(f'href="/{t}/guide"' in page(anybody, "/guide") for t in DISTRICTS)


@pytest.mark.parametrize("tenant, facts", [("xinzhou", XINZHOU), ("xinzhou", dict(XINZHOU, total_investment="19.99")), ("xinzhou", dict(XINZHOU, total_investment="20")),
                                           ("xinzhou", dict(XINZHOU, category="office_equipment_central")), ("xinzhou", dict(XINZHOU, classified="true")),
                                           ("xinzhou", dict(XINZHOU, builds_infrastructure="true")), ("yubei", YUBEI)])
def test_the_guide_answers_as_the_command_does(world, anybody, tenant, facts):
    shown = anybody.get(address(f"/{tenant}/guide", facts)).json
    verdict = simulate(world, tenant, facts)
    assert shown["verdict"] == verdict
    assert shown["outcome"]["id"] == verdict["outcome"]
    assert [s["id"] for s in shown["stages"]] == [s["procedure"] for s in verdict["stages"]]
    off = {(m["procedure"], m["id"]) for m in verdict["materials_off"]}
    assert not any((s["id"], m["id"]) in off for s in shown["stages"] for m in s["materials"])
    assert [d["id"] for d in shown["duties"]] == [d["id"] for d in verdict["duties"]]
    text = words(page(anybody, address(f"/{tenant}/guide", facts)))
    for reason in verdict["reasons"]:
        assert words(reason["message"]) in text and words(reason["quote"]) in text, reason
    if "route" in verdict:
        assert words(verdict["route"]["name"]) in text and words(verdict["route"]["because"]) in text


def test_the_three_ways_out_cite_their_article(anybody):
    for change, outcome, article in [({"category": "office_equipment_central"}, "not_applicable", "3"), ({"classified": "true"}, "off_platform", "24"), ({"builds_infrastructure": "true"}, "refused", "10")]:
        shown = anybody.get(address("/xinzhou/guide", dict(XINZHOU, **change))).json["outcome"]
        assert shown["id"] == outcome and any(a["number"].split("(")[0] == article for r in shown["reasons"] for a in r["articles"]), shown


def test_a_fact_that_decides_is_asked_for_when_it_is_missing(anybody):
    shown = anybody.get(address("/xinzhou/guide", {"total_investment": "412"})).json
    assert "route" not in shown and [m["id"] for m in shown["missing"]] == ["fixed_asset_linked"]
    html = page(anybody, address("/xinzhou/guide", {"total_investment": "412"}))
    assert 'href="#f-fixed_asset_linked"' in html and "才能定路径" in html
    html = page(anybody, address("/mudan/guide", {"emergency": "false"}))
    assert "路径已定" in html and "才能定路径" not in html


def test_questions_come_up_by_their_condition(anybody):
    def asked(facts):
        return {f["id"] for g in anybody.get(address("/chuxiong/guide", facts)).json["groups"] for f in g["fields"]}
    assert asked({"existing_contract": "true"}) - asked({"existing_contract": "false"}) == {"existing_contract_signed_on", "existing_contract_until"}
    large = {"emergency": "false", "execution_mode": "software", "total_investment": "50"}
    assert "application_way" in asked(large) and "application_way" not in asked(dict(large, total_investment="49.99"))


def test_what_cannot_be_read_is_said_and_the_rest_counts(anybody):
    where = address("/xinzhou/guide", dict(XINZHOU, total_investment="很多"))
    shown = anybody.get(where).json
    assert [e["path"] for e in shown["errors"]] == ["/facts/total_investment"] and shown["outcome"]["id"] == "allowed"
    assert 'value="很多"' in page(anybody, where)
    assert anybody.get("/xinzhou/guide?facts=1").status == 400
    assert anybody.get("/heze/guide").status == 404


def test_the_print_of_the_guide_is_open_and_whole(anybody):
    html = page(anybody, address("/xinzhou/guide", XINZHOU, print="1"))
    assert html.count('<details class="step"') == html.count('<details class="step" open')
    for part in ["建设单位关于项目申请技术审查的函", "15个工作日内", "投入运行"]:
        assert part in html


def test_two_districts_side_by_side(anybody):
    shown = anybody.get(address("/guide", dict(XINZHOU, **YUBEI), a="xinzhou", b="yubei")).json
    ids = [f["id"] for f in shown["fields"]]
    assert len(ids) == len(set(ids)), "a shared fact is asked once"
    only = {f["id"]: f["only"] for f in shown["fields"]}
    assert only["total_investment"] == "" and only["project_class"] == "渝北区" and only["fixed_asset_linked"] == "新洲区"
    rows = {r["name"]: r for r in shown["rows"]}
    assert rows["要办的事项"]["differs"] and not rows["是否适用"]["differs"] and shown["differ_count"] == sum(r["differs"] for r in shown["rows"])
    steps = [[i["text"] for i in c["items"]] for c in rows["要办的事项"]["cells"]]
    assert "技术审查" in steps[0] and "专家评审" in steps[1]
    assert [s["verdict"]["outcome"] for s in shown["sides"]] == ["allowed", "allowed"]
    html = page(anybody, address("/guide", dict(XINZHOU, **YUBEI), a="xinzhou", b="yubei"))
    assert html.count('class="diff"') == shown["differ_count"]
    assert anybody.get("/guide?a=xinzhou&b=nowhere").status == 400
    same = anybody.get(address("/guide", XINZHOU, a="xinzhou", b="xinzhou")).json
    assert same["differ_count"] == 0


# ---- the regulation's page ----

@pytest.mark.parametrize("tenant", DISTRICTS)
def test_the_whole_regulation(world, anybody, tenant):
    shown = anybody.get(f"/{tenant}/regulation").json
    folder = TOP / "tenants" / tenant / shown["regulation"]["id"]
    rules = json.loads((folder / "rules.json").read_text())
    assert [r["question"] for r in shown["readings"]] == [r["question"] for r in rules["readings"]]
    for told, written in zip(shown["readings"], rules["readings"]):
        assert [r["id"] for r in told["rests"]] == written.get("rests_on", [])
    accepted_file = TOP / "tenants" / tenant / "findings.json"
    accepted = json.loads(accepted_file.read_text())["accepted"] if accepted_file.exists() else []
    told = [(f["accepted"]["reading"], f["accepted"]["by"], f["accepted"]["date"]) for f in shown["findings"] if not f["is_open"]]
    assert set(told) == {(a["reading"], a["by"], a["date"]) for a in accepted}
    check = world.guizhang("regulation", "check", f"tenants/{tenant}")
    passed = int(re.search(r"，(\d+) 个案例通过", check.stdout)[1])
    doubts = int(re.search(r"疑问 (\d+) 处", check.stdout)[1])
    assert (shown["cases"]["count"], shown["cases"]["passed"], shown["open_count"]) == (passed, passed, doubts)
    assert shown["regulation"].get("predecessor", {}).get("name") == (rules["version"].get("predecessor") or {}).get("document")
    html = page(anybody, f"/{tenant}/regulation")
    assert all(word in words(html) for word in ["检查结果", "情景案例", "条文覆盖", "版本"])


def test_search_exact_and_partial(anybody):
    def find(q):
        return anybody.get("/xinzhou/regulation?q=" + urllib.parse.quote(q)).json["find"]
    exact = find("技术审查")
    text = json.loads((TOP / "tenants/xinzhou/2022-15/text.json").read_text())
    holding = [str(a["number"]) for c in text["chapters"] for a in c["articles"] if "技术审查" in a["text"]]
    assert [a["number"] for a in exact["articles"]] == holding and not exact["is_partial"]
    for article in exact["articles"]:
        assert any(p["hit"] and "技术审查" in p["text"] for x in article["paragraphs"] for p in x["pieces"])
    both = find("验收 绩效")
    assert both["count"] and not both["is_partial"]
    near = find("技术审查与审批流程")
    assert near["is_partial"] and near["count"]
    assert find("量子纠缠")["count"] == 0
    html = page(anybody, "/xinzhou/regulation?q=" + urllib.parse.quote("技术审查"))
    assert html.count("<mark>") >= exact["count"]
    wild = page(anybody, "/xinzhou/regulation?q=" + urllib.parse.quote('"><b>'))
    assert "<b>" not in wild.split("</h1>")[1].split("<b>")[0] and "&lt;b&gt;" in wild
    assert anybody.get("/xinzhou/regulation?q=" + urllib.parse.quote("长" * 61)).status == 400


@pytest.mark.parametrize("tenant", DISTRICTS)
def test_every_case_in_words(anybody, tenant):
    listed = anybody.get(f"/{tenant}/regulation/cases").json
    assert listed["count"] == listed["passed"] == len(listed["cases"])
    for case in listed["cases"][::25]:
        shown = anybody.get(case["href"]).json
        assert shown["name"] == case["name"] and shown["passes"] and shown["expect"]
        assert len(shown["given"]) == len(shown["case"].get("facts", {}))
        assert len(shown["history"]) == len(shown["case"].get("history", []))
        assert ("attempt" in shown) == bool(shown["case"].get("attempt"))
        told = [e["label"] + e["value"] for e in shown["expect"]] + [h["name"] + h["by_name"] for h in shown["history"] + [shown[k] for k in ["attempt"] if k in shown]]
        assert not [t for t in told if re.search(r"[a-z]+_[a-z]+", t)], "no id is shown in place of its name"
        html = words(page(anybody, case["href"]))
        assert all(words(str(x["value"])).replace('"', "&quot;") in html.replace("&#39;", "'") for x in shown["given"]), case
    assert anybody.get(f"/{tenant}/regulation/cases/nothing.1").status == 404


# ---- the flow chart ----

@pytest.mark.parametrize("tenant", DISTRICTS)
def test_the_chart_holds_what_the_table_holds(anybody, tenant):
    shown = anybody.get(f"/{tenant}/regulation/chart").json
    rules = json.loads((TOP / "tenants" / tenant / shown["regulation"]["id"] / "rules.json").read_text())
    assert [r["name"] for r in shown["routes"]] == [r["name"] for r in rules["routes"]]
    assert {p["id"] for p in shown["procedures"]} == {p for p in rules["procedures"]}
    place = {p["id"]: i for i, p in enumerate(shown["procedures"])}
    for route in rules["routes"]:
        if "adds" not in route:
            order = [place[p] for p in route["procedures"]]
            assert order == sorted(order), f"{route['name']} can be walked from top to bottom"
            number = next(r["number"] for r in shown["routes"] if r["name"] == route["name"])
            for p in route["procedures"]:
                assert next(x["how"] for x in shown["procedures"][place[p]]["routes"] if x["number"] == number) == "on", (route["name"], p)
    html = page(anybody, f"/{tenant}/regulation/chart")
    assert "style=" not in html
    drawn = ""
    for svg in re.findall(r"<svg class=\"flow\".*?</svg>", html, re.S):
        tree = ElementTree.fromstring(svg)
        width, height = map(int, tree.get("viewBox").split()[2:])
        assert height <= 1000 and tree.get("role") == "img" and tree.find("title").text and tree.find("desc").text
        for box in tree.iter("rect"):
            assert float(box.get("x")) + float(box.get("width")) <= width and float(box.get("y")) + float(box.get("height")) <= height
        drawn += "".join(t.text or "" for t in tree.iter("text"))
    drawn = drawn.replace("　", "")
    for p in shown["procedures"]:
        assert words(p["name"]) in words(drawn), p["name"]
        for s in p["steps"]:
            assert words(s["name"] + "：") in words(drawn), s["name"]
    for r in shown["routes"]:
        if "number" in r:
            assert words(r["when"]) in words(drawn), r


def test_conditions_stand_in_words(anybody):
    shown = anybody.get("/xinzhou/regulation/chart").json
    assert [r["when"] for r in shown["routes"][:3]] == ["是否可与固定资产投资项目同步设计、同步施工：是", "总投资低于 20 万元", "其他项目"]
    assert shown["routes"][4]["when"] == "是否可与固定资产投资项目同步设计、同步施工：否，且总投资不低于 20 万元，且（总投资不低于 300 万元，或者是否技术复杂：是）"
    proposal = next(p for p in shown["procedures"] if p["id"] == "proposal")
    assert [r["how"] for r in proposal["routes"]] == ["", "", "added"], "no fixed asset and nothing below the bound is ever sent there"
    application = next(p for p in anybody.get("/chuxiong/regulation/chart").json["procedures"] if p["id"] == "application")
    assert [r["how"] for r in application["routes"]] == ["added", "", "on", "on"] and application["later_when"].startswith("是否突发性或临时性急需：是")


def test_an_expired_law_still_shows_where_it_led(world, anybody):
    world.clock("mudan", "2026-09-24T09:00")
    shown = anybody.get(address("/mudan/guide", {"emergency": "false"})).json
    assert shown["outcome"]["id"] == "refused" and shown["outcome"]["shows_road"] and shown["mark_text"] and shown["stages"]
    assert "从头到尾怎么办" in page(anybody, address("/mudan/guide", {"emergency": "false"}))
    assert "从头到尾怎么办" not in page(anybody, address("/xinzhou/guide", dict(XINZHOU, classified="true")))


# ---- without a database ----

def test_it_all_stands_while_the_database_is_down(world, anybody):
    world.part("stop", "mariadbd")
    try:
        for path in ["/guide", address("/xinzhou/guide", XINZHOU), "/luan/regulation", "/luan/regulation/chart", "/luan/regulation/cases", "/luan/regulation?q=" + urllib.parse.quote("立项")]:
            assert anybody.request("GET", path, accept="text/html").status == 200, path
    finally:
        world.part("start", "mariadbd")
        wait_until("ready", lambda: anybody.get("/readyz").status == 200, 60)


# ---- the working days ----

def count(anybody, **asked):
    return anybody.get(address("/xinzhou/workdays", {}, **{f"count.{k}": v for k, v in asked.items()})).json


def test_a_year_of_working_days_says_its_notice(anybody):
    shown = anybody.get("/xinzhou/workdays").json
    assert shown["year"] == 2026, "the district's today"
    assert shown["year_notices"] == [{"number": "国办发明电〔2025〕7号", "issued_on": "2025-11-04", "issued_text": "2025年11月4日"}] and not shown["is_provisional"]
    assert "2月15日至23日" in shown["holidays"] and "10月1日至7日" in shown["holidays"] and shown["shifts"] == ["1月4日", "2月14日", "2月28日", "5月9日", "9月20日", "10月10日"]
    days = {d["date"]: d for m in shown["months"] for w in m["weeks"] for d in w if "date" in d}
    assert len(days) == 365 and [m["name"] for m in shown["months"]] == [f"{i}月" for i in range(1, 13)]
    assert days["2026-10-10"]["note"] == "调休上班" and not days["2026-10-10"]["is_off"] and days["2026-10-01"]["note"] == "放假" and days["2026-10-11"]["note"] == "休"
    assert shown["workdays"] == sum(not d["is_off"] for d in days.values()) == sum(m["workdays"] for m in shown["months"])
    assert len(anybody.get("/xinzhou/workdays?year=2020").json["year_notices"]) == 2, "one that was changed has both notices"
    bureau = anybody.get("/heze/workdays?year=2026").json
    assert [m["workdays"] for m in bureau["months"]] == [m["workdays"] for m in shown["months"]], "a bureau without a regulation has the same calendar"


def test_a_year_without_a_notice_is_provisional(anybody):
    shown = anybody.get("/xinzhou/workdays?year=2027").json
    assert shown["is_provisional"] and shown["year_notices"] == [] and shown["holidays"] == [] and shown["shifts"] == []
    html = words(page(anybody, "/xinzhou/workdays?year=2027"))
    assert "2027年的放假安排还没有公布，下面是暂定的" in html and "（暂定）" in html
    for year in ("2018", "2099", "x"):
        assert anybody.get(f"/xinzhou/workdays?year={year}").status == 400, year


def test_last_days_are_counted_for_anybody(anybody):
    days = count(anybody, **{"from": "2025-09-26", "n": "6", "unit": "working_days"})["count"]
    assert (days["last"], days["provisional"]) == ("2025-10-11", False)
    assert {d["date"]: d["counted"] for d in days["days"] if d["counted"]} == {"2025-09-28": 1, "2025-09-29": 2, "2025-09-30": 3, "2025-10-09": 4, "2025-10-10": 5, "2025-10-11": 6}
    assert {d["reason"] for d in days["days"] if "2025-10-01" <= d["date"] <= "2025-10-08"} == {"holiday"}
    rolled = count(anybody, **{"from": "2025-08-31", "n": "31", "unit": "days"})["count"]
    assert rolled["last"] == "2025-10-09" and any("2025-10-01不是工作日，顺延到下一个工作日 2025-10-09" in s for s in rolled["steps"])
    assert count(anybody, **{"from": "2025-08-31", "n": "31", "unit": "days", "roll": "none"})["count"]["last"] == "2025-10-01"
    months = count(anybody, **{"from": "2025-12-31", "n": "2", "unit": "months"})["count"]
    assert [d["date"] for d in months["days"] if d["counted"]] == ["2026-01-31", "2026-02-28"]
    assert months["last"] == "2026-02-28", "a Saturday that is worked: it stands"
    later = count(anybody, **{"from": "2026-12-28", "n": "5"})["count"]
    assert later["provisional"] and later["last"] == "2027-01-04" and "2027 年：放假安排还没有公布" in later["notices"][1]
    assert {r["id"] for r in later["readings"]} == {"first_day", "workdays"}


def test_what_cannot_be_counted_is_said_at_its_field(anybody):
    shown = count(anybody, **{"from": "2026-02-30", "n": "251", "unit": "weeks", "roll": "x"})
    assert [e["path"] for e in shown["errors"]] == ["/count/from", "/count/unit", "/count/n", "/count/roll"] and "count" not in shown
    html = page(anybody, address("/xinzhou/workdays", {}, **{"count.from": "2026-02-30", "count.n": "3"}))
    assert 'href="#f-from"' in html and 'value="2026-02-30"' in html
    assert anybody.get("/xinzhou/workdays?count=1").status == 400


# ---- forms, materials, documents ----

def rules_of(tenant):
    return json.loads(next((TOP / "tenants" / tenant).glob("*/rules.json")).read_text("utf-8"))


@pytest.mark.parametrize("tenant", DISTRICTS)
def test_what_a_regulation_asks_for_on_paper_is_listed_whole(anybody, tenant):
    shown, rules = anybody.get(f"/{tenant}/regulation/forms").json, rules_of(tenant)
    listed = lambda x: list(x) if isinstance(x, dict) else [i["id"] for i in x]  # noqa: E731
    values = lambda x: list(x.values()) if isinstance(x, dict) else x  # noqa: E731
    assert sorted(f["id"] for f in shown["forms"]) == sorted(listed(rules["forms"]))
    assert [b["form"] for b in shown["blanks"]] == [f["id"] for f in shown["forms"] if "href" in f] == [i for i, f in zip(listed(rules["forms"]), values(rules["forms"])) if "print" in f]
    materials = {(p["id"], m["id"]) for p in shown["procedures"] for m in p["materials"]}
    assert materials == {(p, m["id"]) for p, x in zip(listed(rules["procedures"]), values(rules["procedures"])) for m in x.get("materials", [])} and len(materials) == shown["material_count"]
    acts = [a for x in values(rules["procedures"]) for s in x["steps"] for a in s["acts"] if isinstance(a, dict)]
    assert sorted(d["id"] for d in shown["documents"]) == sorted({a["document"]["id"] for a in acts if isinstance(a.get("document"), dict)})
    assert len(shown["checklists"]) == sum(bool(a.get("checklist")) for a in acts)
    assert all(f["used"] for f in shown["forms"] if f["id"] in {a.get("form") for a in acts})
    html = words(page(anybody, f"/{tenant}/regulation/forms"))
    for f in shown["forms"]:
        assert words(f["name"]) in html
        assert all(words(x["label"]) in html for x in f["fields"])
    for d in shown["documents"]:
        assert not d["number"] or d["example"] == d["number"].replace("{year}", TODAY[:4]).replace("{n}", "1") and d["example"] in html, d
    text = page(anybody, f"/{tenant}/regulation/forms?print=1")
    assert text.count('<details class="step"') == text.count(' open><summary') == len(shown["forms"])


def test_documents_that_share_a_row_of_numbers_say_so(anybody):
    documents = {d["id"]: d for d in anybody.get("/yubei/regulation/forms").json["documents"]}
    assert documents["review_opinion"]["numbered_with"] == ["评审意见"] and documents["evaluation"]["numbered_with"] == []
    assert documents["acceptance"]["number"] == "" and documents["initial_review"]["example"] == "渝北数初审〔2026〕1号"


def test_an_empty_form_is_nobodys(anybody):
    shown = anybody.get("/yubei/regulation/forms/demand_form").json["form"]
    assert shown["is_blank"] and "digest" not in shown and "act_href" not in shown
    assert all(not b["checked"] for r in shown["rows"] for c in r["cells"] for b in c.get("boxes", []))
    for path in ("/yubei/regulation/forms/contract", "/yubei/regulation/forms/nothing", "/yubei/regulation/forms/demand_form?version=nothing", "/heze/regulation/forms", "/heze/regulation/forms/demand_form"):
        assert anybody.get(path).status == 404, path


def test_the_guide_leads_to_the_empty_forms(anybody):
    shown = anybody.get(address("/yubei/guide", YUBEI)).json
    blanks = {b["href"] for s in shown["stages"] for b in s["blanks"]}
    assert {"/yubei/regulation/forms/demand_form", "/yubei/regulation/forms/demand_outline"} <= blanks
    templates = [m for s in shown["stages"] for m in s["materials"] if m["template"]]
    assert templates and all(m["template_href"] == "/yubei/regulation/forms/demand_form" for m in templates)
    html = page(anybody, address("/yubei/guide", YUBEI))
    assert 'href="/yubei/regulation/forms/demand_form"' in html and 'href="/yubei/workdays"' in html
