"""Lists, search, workbooks, counts and supervision: what people look for, take away and answer for."""
import hashlib
import io
import os
import re
import signal
import urllib.parse
import zipfile

import openpyxl
import pytest
import roads
from browser import NARROW, WIDE, Person
from districts import chuxiong, reviewed
from walker import walked
from world import wait_until

T = "xinzhou"
Q = urllib.parse.quote
FORMULA = "=HYPERLINK(\"http://198.51.100.7/\",\"点我\")"


@pytest.fixture(scope="module", autouse=True)
def made(world):
    """One project built too early, two that are small one by one, one whose name is a formula."""
    world.clock(T, "2026-09-24T09:00")
    early = walked(world, T, "shj", roads.xinzhou("城市内涝监测预警系统升级", "128.50"), *roads.XINZHOU_REVIEW)
    early.walk(roads.XINZHOU_APPROVAL)
    early.act("unit", "project_setup.record")
    early.act("unit", "contract.record", title="监测站点采购合同", supplier="武汉云启科技有限公司", amount="80.00", signed_on="2026-09-01")
    small = []
    for name, wan in (("河湖巡查小程序一期", "15.00"), ("河湖巡查小程序二期", "16.00")):
        w = walked(world, T, "shj", roads.xinzhou(name, wan), ("unit", "filing.submit"))
        small.append(w.project)
    odd = walked(world, T, "jyj", roads.xinzhou(FORMULA, "86.501234"), ("unit", "technical_review.submit"))
    yield {"early": early, "small": small, "odd": odd}
    world.clock(T, "real")


def ids(answer, key="projects"):
    return [p["id"] for p in answer.json[key]]


# ---- the list of projects ----

def test_every_filter_narrows_the_list_and_says_what_it_cannot_read(world, made):
    c = world.sign_in(T, "auditor")
    early, (one, two), odd = made["early"].project, made["small"], made["odd"].project
    for query, among, not_among in [
        ("stage=technical_review&unit=jyj", [odd], [early, one]),
        ("route=self_filing&unit=shj", [one, two], [early]),
        ("year=2026", [early, one, two, odd], []),
        ("year=2025", [], [early, one, two, odd]),
        ("amount_from=20&amount_below=100&unit=jyj", [odd], [early, one]),
        ("amount_below=16&unit=shj", [one], [two, early]),
        (f"q={Q('内涝监测')}", [early], [one, odd]),
        ("due=later&unit=shj", [], [odd]),
    ]:
        got = ids(c.get(f"/{T}/projects?{query}"))
        assert set(among) <= set(got) and not set(not_among) & set(got), (query, got)
    for query in ("year=20x6", "amount_from=abc", "after=x"):
        answer = c.get(f"/{T}/projects?{query}")
        assert answer.status == 400 and answer.json["mend"], answer


def test_pages_follow_each_other_by_key_and_lose_nothing(world, made):
    c = world.sign_in(T, "auditor")
    seen, after = [], ""
    while True:
        page = c.get(f"/{T}/projects?{after}").json
        seen += [p["id"] for p in page["projects"]]
        if not page.get("next_after"):
            break
        after = f"after={page['next_after']}"
    count = int(world.sql(f"gz_{T}", "SELECT COUNT(*) FROM project WHERE event_count > 0")[0][0])
    assert len(seen) == len(set(seen)) == count


def test_a_view_is_kept_for_its_person_alone_and_brings_back_the_list(world, made):
    c, other = world.sign_in(T, "auditor"), world.sign_in(T, "tech")
    query = "unit=shj&cols=title,total_investment,submitted_on"
    kept = c.post(f"/{T}/views", {"list": "projects", "name": "水务局的钱", "query": query})
    assert kept.status == 201, kept
    twice = c.post(f"/{T}/views", {"list": "projects", "name": "水务局的钱", "query": ""})
    assert twice.status == 400 and twice.json["errors"][0]["path"] == "/name", twice
    [view] = [v for v in c.get(f"/{T}/views").json["views"] if v["name"] == "水务局的钱"]
    assert view["query"] == query and not [v for v in other.get(f"/{T}/views").json["views"] if v["name"] == "水务局的钱"]
    page = c.page(view["href"]).text
    head = re.search(r"<thead>.*?</thead>", page, re.S)[0]
    assert re.findall(r">([^<>]+)</th>", head) == ["项目", "投资/万元", "申报日期"]
    assert other.post(view["drop_href"]).status == 404
    assert c.post(view["drop_href"]).status in (200, 303)
    assert not [v for v in c.get(f"/{T}/views").json["views"] if v["name"] == "水务局的钱"]


# ---- workbooks ----

def workbook(world, client, list_id, query):
    asked = client.post(f"/{T}/exports", {"list": list_id, "query": query})
    assert asked.status == 201, asked
    page = f"/{T}/exports/{asked.json['export']}"
    job = wait_until("the workbook", lambda: next((e for e in [client.get(page).json["export"]] if not e["is_open"]), None), 20)
    assert job["state"] == "done", job
    file = client.request("GET", job["file_href"], accept="*/*")
    assert file.status == 200 and file.header("Content-Type").startswith("application/vnd.openxmlformats"), file
    return job, file


def test_a_workbook_is_the_list_and_opens_again_without_damage(world, made):
    c = world.sign_in(T, "auditor")
    query = "year=2026&amount_from=10&cols=title,number,unit_name,total_investment,stage_name,submitted_on,days_held,due"
    job, file = workbook(world, c, "projects", query)
    shown, after = [], ""
    while True:
        page = c.get(f"/{T}/projects?{query}{after}").json
        shown += page["projects"]
        if not page.get("next_after"):
            break
        after = f"&after={page['next_after']}"
    assert zipfile.ZipFile(io.BytesIO(file.body)).testzip() is None
    book = openpyxl.load_workbook(io.BytesIO(file.body))
    sheet, about = book["项目清单"], book["说明"]
    rows = list(sheet.iter_rows(min_row=2))
    heads = {cell.value: i for i, cell in enumerate(sheet[1])}
    assert set(heads) == {"项目", "项目编号", "申报单位", "投资/万元", "环节", "申报日期", "已办工作日", "时限"}
    assert [r[0].value for r in rows] == [p["title"] for p in shown] and job["rows"] == len(rows)
    for row, p in zip(rows, shown):
        money, day, held = row[heads["投资/万元"]], row[heads["申报日期"]], row[heads["已办工作日"]]
        assert money.data_type == "n" and f"{money.value:,.6f}".startswith(p["total_investment"]) and "#,##0.00" in money.number_format
        assert day.is_date and f"{day.value:%Y-%m-%d}" == p["submitted_on"] and day.number_format == "yyyy-mm-dd"
        assert held.value == p["days_held"] and isinstance(held.value, int)
    [odd] = [r for r in rows if str(r[0].value).startswith("=")]
    assert odd[0].data_type in ("s", "inlineStr") and odd[0].value == FORMULA, "a name that looks like a formula stays a text"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(file.body)).read("xl/worksheets/sheet1.xml")
    told = {r[0].value: r[1].value for r in about.iter_rows()}
    assert told["条件"] == "申报年份：2026；投资不少于：10 万元" and told["行数"] == str(len(rows)) and "审计" in told["导出人"]


def test_a_workbook_is_its_person_s_alone_and_on_record(world, made):
    c, other, unit = world.sign_in(T, "auditor"), world.sign_in(T, "tech"), world.sign_in(T, "unit", "jyj")
    job, _ = workbook(world, c, "projects", "")
    for who in (other, unit):
        assert who.get(job["href"]).status == 404 and who.get(job["file_href"]).status == 404
    trail = world.sql(f"gz_{T}", f"SELECT what, result FROM audit WHERE object = 'export/{job['id']}' ORDER BY id")
    assert trail == [["export.ask", "ok"], ["export.read", "ok"]]
    # what a unit takes away is what a unit sees
    _, file = workbook(world, unit, "projects", "")
    names = {r[1].value for r in openpyxl.load_workbook(io.BytesIO(file.body))["项目清单"].iter_rows(min_row=2)}
    assert names == {"区教育局"}
    assert c.post(f"/{T}/exports", {"list": "nothing", "query": ""}).status == 400
    assert c.post(f"/{T}/exports", {"list": "projects", "query": "year=x"}).status == 400
    assert world.sign_in(T, "editor").post(f"/{T}/exports", {"list": "projects", "query": ""}).status == 403


def sm3(data):
    return hashlib.new("sm3", data).hexdigest()


def test_a_sample_is_drawn_again_by_anybody_and_its_hashes_are_those_of_the_files(world, made):
    c = world.sign_in(T, "auditor")
    page = c.get(f"/{T}/projects?year=2026&sample=3&word={Q('新审函3号')}").json
    every, after = [], ""
    while True:
        part = c.get(f"/{T}/projects?year=2026{after}").json
        every += ids(type("Part", (), {"json": part}))
        if not part.get("next_after"):
            break
        after = f"&after={part['next_after']}"
    mine = sorted(every, key=lambda i: sm3(f"新审函3号:{i}".encode()))[:3]
    assert [p["id"] for p in page["projects"]] == mine and page["sample"]["of"] == len(every), page["sample"]
    assert [p["draw"] for p in page["projects"]] == [sm3(f"新审函3号:{i}".encode()) for i in mine]
    again = c.get(f"/{T}/projects?year=2026&sample=3&word={Q('新审函3号')}").json
    assert [p["id"] for p in again["projects"]] == mine
    others = [ids(c.get(f"/{T}/projects?year=2026&sample=3&word=w{n}")) for n in range(8)]
    assert any(o != mine for o in others), "another word, another sample"
    for p in page["projects"]:
        no, sealed = world.sql(f"gz_{T}", f"SELECT no, hash FROM audit_link WHERE no = {p['seal_no']}")[0] if p.get("seal_no") else (0, "")
        assert p["seal"] == sealed
    said = c.page(f"/{T}/projects?year=2026&sample=3&word={Q('新审函3号')}").text
    assert "怎样再抽一遍" in said and "openssl dgst -sm3" in said and "从 " in said


def test_a_sample_taken_away_has_every_file_with_its_size_and_sm3(world, made):
    c = world.sign_in(T, "auditor")
    query = f"unit=shj&sample=200&word={Q('全部')}"
    rows = c.get(f"/{T}/projects?{query}").json["projects"]
    job, file = workbook(world, c, "projects", query)
    book = openpyxl.load_workbook(io.BytesIO(file.body))
    sheet, files, about = book["项目清单"], book["文件"], {r[0].value: r[1].value for r in book["说明"].iter_rows()}
    head = [cell.value for cell in sheet[1]]
    assert [r[head.index("抽签值")].value for r in sheet.iter_rows(min_row=2)] == [p["draw"] for p in rows] and job["rows"] == len(rows)
    assert "怎样再抽一遍" in about and about["从多少个项目中抽"] == str(len(rows)) and "抽样的词：全部" in about["条件"]
    told = [dict(zip([x.value for x in files[1]], [x.value for x in r])) for r in files.iter_rows(min_row=2)]
    assert told, "the project built too early handed in files"
    assert {t["项目标识"] for t in told} <= {p["id"] for p in rows}
    for t in told[:5]:
        body = c.request("GET", f"/{T}/documents/{t['文件标识']}", accept="*/*").body
        assert sm3(body) == t["SM3"] and len(body) == t["字节"], t
    stored = world.sql(f"gz_{T}", "SELECT COUNT(*) FROM document d JOIN project p ON p.id = d.project WHERE p.unit_code = 'shj'"
                       " AND p.event_count > 0 AND p.subject = 'project' AND d.state <> 'withdrawn'")[0][0]
    assert len(told) == int(stored)


def test_a_sample_of_a_list_of_the_supervision_is_of_projects_with_all_their_rows(world, made):
    c = world.sign_in(T, "auditor")
    every = c.get(f"/{T}/lists/before_approval").json["rows"]
    page = c.get(f"/{T}/lists/before_approval?sample=200&word=a").json
    assert sorted(r["project"] for r in page["rows"]) == sorted(r["project"] for r in every) and page["sample"]["of_rows"] == len(every)
    assert {"name", "on", "draw", "documents"} <= set(page["rows"][0])
    for path, at in (("projects?sample=0&word=a", "/sample"), ("projects?sample=201&word=a", "/sample"), ("projects?sample=3", "/word"),
                     ("lists/split?sample=x&word=a", "/sample")):
        answer = c.get(f"/{T}/{path}")
        assert answer.status in (400, 422) and at in str(answer.json) and answer.json["mend"], answer
    for organ in ("tech", "leader"):
        other = world.sign_in(T, organ)
        assert other.get(f"/{T}/projects?sample=3&word=a").status == 403
        assert other.post(f"/{T}/exports", {"list": "projects", "query": "sample=3&word=a"}).status == 403
        assert "抽样" not in other.page(f"/{T}/projects").text


def test_a_killed_writer_is_replaced_and_the_workbook_comes_all_the_same(world, made):
    pid = world.toiler()
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until("another", lambda: world.toiler() not in (None, pid), 10)
    job, _ = workbook(world, world.sign_in(T, "auditor"), "projects", "unit=shj")
    assert job["rows"] >= 3


# ---- search ----

def followed(world, tenant):
    """The pusher has gone along the sealed trail to its end."""
    left = "SELECT (SELECT COUNT(*) FROM audit a LEFT JOIN audit_link l ON l.audit_id = a.id WHERE l.no IS NULL) + (SELECT COALESCE(MAX(no), 0) FROM audit_link) - (SELECT no FROM search_place)"
    wait_until("the search to follow", lambda: world.sql(f"gz_{tenant}", left) == [["0"]])


@pytest.mark.parametrize("q, what", [
    ("内涝监测", "early"), ("城市内涝监测预警系统升级", "early"), ("升级 内涝", "early"), ("湖", None), ("没有这样的字", None),
    ("第三方审查", "early"), ("submit", None), ("方案可行，投资核定合理", "early"),
])
def test_search_finds_names_and_opinions_and_marks_them(world, made, q, what):
    followed(world, T)
    answer = world.sign_in(T, "auditor").get(f"/{T}/search?q={Q(q)}").json
    found = {r["id"]: r for r in answer["results"]}
    if what is None:
        assert not found and answer["too_short"] == (len(q) < 2)
        return
    row = found[made[what].project]
    marked = [p["text"] for part in (row["title_pieces"], *[pl["pieces"] for pl in row["places"]]) for p in part if p["hit"]]
    assert marked and set(marked) <= set(q.split()), row


def test_search_finds_numbers_units_and_files_but_no_draft_of_another(world, made):
    followed(world, T)
    c, unit = world.sign_in(T, "auditor"), world.sign_in(T, "unit", "jyj")
    number = c.get(f"/{T}/projects/{made['early'].project}").json["project"]["number"]
    assert ids(c.get(f"/{T}/search?q={Q(number)}"), "results") == [made["early"].project]
    assert made["early"].project in ids(c.get(f"/{T}/search?q={Q('水务和湖泊')}"), "results")
    file = world.sql(f"gz_{T}", f"SELECT name FROM document WHERE project = {made['early'].project} AND state = 'submitted' LIMIT 1")[0][0]
    places = [p for r in c.get(f"/{T}/search?q={Q(file)}").json["results"] if r["id"] == made["early"].project for p in r["places"]]
    assert any(p["kind"] == "document" and p["href"].startswith(f"/{T}/documents/") for p in places)
    # the wall: a unit finds its own, and a draft is found by its unit alone
    assert not ids(unit.get(f"/{T}/search?q={Q('内涝')}"), "results")
    w = walked(world, T, "jyj", roads.xinzhou("暗夜灯塔草稿", "12.00"))
    assert ids(unit.get(f"/{T}/search?q={Q('暗夜灯塔')}"), "results") == [w.project]
    assert not ids(c.get(f"/{T}/search?q={Q('暗夜灯塔')}"), "results")
    w.client("unit").post(f"{w.path}/edit", {"version": w.client("unit").get(f"{w.path}/edit").json["project"]["version"],
                                             "facts": roads.xinzhou("改名以后", "12.00")})
    assert not ids(unit.get(f"/{T}/search?q={Q('暗夜灯塔')}"), "results"), "a name that was changed is not found by the old one"


def test_a_post_of_one_county_finds_counts_and_takes_away_its_own_alone(world):
    world.clock("chuxiong", "2025-06-16T09:00")
    try:
        made = {}
        for unit, name, changes in (("lfs_jtj", "禄丰驾考一件事平台", {"owner_area": "lufeng", "funding_sources": ["county"]}), ("yjj", "州级应急预警平台", {})):
            w = chuxiong(world, name, "80.00", unit, **changes)
            w.act("unit", "application.submit")
            made[unit] = w.project
        county, whole = world.sign_in("chuxiong", "auditor_lufeng"), world.sign_in("chuxiong", "auditor")
        for q, unit in (("驾考一件事", "lfs_jtj"), ("州级应急预警", "yjj")):
            assert made[unit] in ids(whole.get(f"/chuxiong/search?q={Q(q)}"), "results")
            assert ids(county.get(f"/chuxiong/search?q={Q(q)}"), "results") == ([made[unit]] if unit == "lfs_jtj" else [])
        assert made["yjj"] not in ids(county.get("/chuxiong/projects?year=2025"))
        assert {u["key"] for u in county.get("/chuxiong/dashboard").json["units"]} == {"lfs_jtj"}
        assert {"lfs_jtj", "yjj"} <= {u["key"] for u in whole.get("/chuxiong/dashboard").json["units"]}
        assert not [r for r in county.get("/chuxiong/lists/money").json["rows"] if r["project"] == made["yjj"]]
        job = county.post("/chuxiong/exports", {"list": "projects", "query": ""}).json["href"]
        done = wait_until("the workbook", lambda: next((e for e in [county.get(job).json["export"]] if e["is_done"]), None), 20)
        book = openpyxl.load_workbook(io.BytesIO(county.request("GET", done["file_href"], accept="*/*").body))["项目清单"]
        units = {r[1].value for r in book.iter_rows(min_row=2)}
        assert len(units) == 1 and "禄丰" in units.pop()
    finally:
        world.clock("chuxiong", "real")


# ---- supervision ----

def test_the_auditor_s_lists_say_what_happened_and_on_which_article(world, made):
    c = world.sign_in(T, "auditor")
    known = {row["id"]: row for row in c.get(f"/{T}/lists").json["lists"]}
    assert {"before_approval", "late", "split", "late_entry", "waiver"} <= set(known)
    assert "change" not in known, "this regulation has no limit on what changes add up to"
    assert all(row["says"] and row["rules"] and all(r["articles"] for r in row["rules"]) for row in known.values())
    assert c.get(f"/{T}/lists/change").status == 404

    def rows(list_id):
        return c.get(f"/{T}/lists/{list_id}").json["rows"]
    [row] = [r for r in rows("before_approval") if r["project"] == made["early"].project]
    assert (row["on"], row["against"]) == ("2026-09-01", "2026-09-24") and row["articles"] and "批复" in row["words"]
    [row] = [r for r in rows("late_entry") if r["project"] == made["early"].project]
    assert (row["on"], row["against"], row["days"]) == ("2026-09-01", "2026-09-24", 23)
    split = [r for r in rows("split") if r["unit"] == "shj" and r["base"] == "20.00"]
    assert split and split[0]["count"] == 2 and split[0]["amount"] == "31.00" and split[0]["articles"]
    behind = ids(c.get(split[0]["href"]))
    assert set(made["small"]) <= set(behind) and made["early"].project not in behind


def test_what_is_let_through_is_a_register_all_readers_have(world, made):
    unit, other, auditor = world.sign_in(T, "unit", "shj"), world.sign_in(T, "unit", "jyj"), world.sign_in(T, "auditor")
    early = made["early"].project
    page = auditor.get(f"/{T}/lists/waiver").json
    [row] = [r for r in page["rows"] if r["project"] == early]
    assert (row["kind"], row["on"], row["words"]) == ("补录", "2026-09-01", "2026-09-24 录入，晚 23 天")
    assert row["by_name"] and row["articles"] and not row["against"]
    assert {"补录", "补充列入计划"} <= {k["id"] for k in page["options"]["kinds"]} and page["options"]["units"] and page["options"]["years"]
    for query, found in (("kind=" + Q("补录"), True), ("kind=" + Q("补充列入计划"), False), ("unit=shj", True), ("unit=jyj", False),
                         ("on_year=2026", True), ("on_year=2025", False)):
        rows = auditor.get(f"/{T}/lists/waiver?{query}").json["rows"]
        assert (early in [r["project"] for r in rows]) is found, query
    assert auditor.get(f"/{T}/lists/waiver?on_year=26").status == 400
    # the unit has it too, its own; the lists of the supervision it has not
    assert early in [r["project"] for r in unit.get(f"/{T}/lists/waiver").json["rows"]]
    assert early not in [r["project"] for r in other.get(f"/{T}/lists/waiver").json["rows"]]
    assert unit.get(f"/{T}/lists/late_entry").status == 403 and unit.get(f"/{T}/lists").status == 403
    html = unit.get(f"/{T}/lists/waiver?kind={Q('补录')}", accept="text/html").text
    assert f'href="/{T}/lists/waiver"' in html and "类别：补录" in html and f'href="/{T}/lists"' not in html
    _, file = workbook(world, unit, "waiver", "kind=" + Q("补录"))
    sheet = openpyxl.load_workbook(io.BytesIO(file.body))["例外登记"]
    heads = [cell.value for cell in sheet[1]]
    assert ["补录"] == [r[heads.index("类别")].value for r in sheet.iter_rows(min_row=2) if r[0].value == "城市内涝监测预警系统升级"]


def test_a_consent_of_two_is_one_entry_with_both_names_and_the_reason(world):
    world.clock("chuxiong", "2025-06-16T09:00")
    try:
        w = chuxiong(world, "省级试点平台", "80.00")
        reviewed(w)
        w.act("competent", "yearly_list.case_by_case", reason="省级试点限时完成")
        auditor = world.sign_in("chuxiong", "auditor")

        def rows():
            return [r for r in auditor.get("/chuxiong/lists/waiver").json["rows"] if r["project"] == w.project and r["kind"] == "一事一议"]
        assert not rows(), "one of the two has decided nothing"
        w.act("finance", "yearly_list.case_by_case", reason="省级试点限时完成")
        [row] = rows()
        assert row["words"] == "省级试点限时完成" and "发展改革" in row["by_name"] and "财政" in row["by_name"] and row["articles"][0]["number"] == "5"
        urgent = chuxiong(world, "山洪预警应急平台", "80.00", emergency=True, application_way=None)
        urgent.walk([("unit", "emergency_consent.submit", {"situation": "山洪损毁预警系统"}), ("competent", "emergency_consent.relay")])
        urgent.act("competent", "emergency_consent.agree", consented_on="2025-06-16")
        found = auditor.get(f"/chuxiong/lists/waiver?kind={Q('应急先建后补')}").json["rows"]
        [row] = [r for r in found if r["project"] == urgent.project]
        assert row["words"] == "山洪损毁预警系统" and row["on"] == "2025-06-16"
        county = world.sign_in("chuxiong", "auditor_lufeng").get("/chuxiong/lists/waiver").json["rows"]
        assert not [r for r in county if r["project"] in (w.project, urgent.project)], "a county reads its own"
    finally:
        world.clock("chuxiong", "real")


def test_the_money_ledgers_are_a_list_like_any_other(world, made):
    c = world.sign_in(T, "finance")
    assert {"money", "money_over"} <= {row["id"] for row in c.get(f"/{T}/lists").json["lists"]}
    [row] = [r for r in c.get(f"/{T}/lists/money?year=2026&unit=shj").json["rows"] if r["project"] == made["early"].project]
    assert (row["applied"], row["contract"], row["over"]) == ("128.50", "80.00", 0) and row["approved"]
    assert made["early"].project not in [r["project"] for r in c.get(f"/{T}/lists/money?year=2025").json["rows"]] and not c.get(f"/{T}/lists/money_over?unit=shj").json["rows"]
    _, file = workbook(world, c, "money", "year=2026&unit=shj")
    sheet = openpyxl.load_workbook(io.BytesIO(file.body))["资金台账"]
    heads = [cell.value for cell in sheet[1]]
    assert [r[heads.index("合同/万元")].value for r in sheet.iter_rows(min_row=2) if r[0].value == "城市内涝监测预警系统升级"] == [80]


def test_what_is_left_of_the_money_is_a_list_that_agrees_with_the_project(world, made):
    finance = world.sign_in(T, "finance")
    w = walked(world, T, "shj", roads.xinzhou("水质监测平台", "60.00"), *roads.XINZHOU_REVIEW, *roads.XINZHOU_APPROVAL, *roads.XINZHOU_BUILD)
    w.act("unit", "pre_acceptance.submit", settlement_amount="55.00", surplus="5.00")
    page = finance.get(f"/{T}/lists/money_left?unit=shj&year=2026").json
    assert page["list"]["rules"] and all(r["articles"] for r in page["list"]["rules"]) and not page["options"].get("kinds")
    assert [u["id"] for u in page["options"]["units"] if u["chosen"]] == ["shj"]
    assert [y["id"] for y in page["options"]["years"] if y["chosen"]] == ["2026"]
    assert made["early"].project not in [r["project"] for r in page["rows"]], "nothing is left of it yet"
    [row] = [r for r in page["rows"] if r["project"] == w.project]
    ledger = {m["id"]: m["amount"] for m in w.view()["money"]}
    assert (row["surplus"], row["settled"]) == (ledger["surplus"], ledger["settled"]) == ("5.00", "55.00")
    assert w.project not in [r["project"] for r in finance.get(f"/{T}/lists/money_left?unit=jyj").json["rows"]]


def test_what_is_late_today_was_not_yesterday(world, made):
    c = world.sign_in(T, "auditor")
    odd = made["odd"].project

    def late(only=""):
        return [r for r in c.rows(f"/{T}/lists/late{only}", "rows") if r["project"] == odd]
    world.clock(T, "2026-09-24T09:00")
    made["odd"].act("tech", "technical_review.accept")
    assert not late()
    try:
        world.clock(T, "2026-12-24T09:00")
        row = late()[0]
        assert row["due"]["is_overdue"] and row["articles"] and row["on"] < "2026-12-24"
        assert late(f"?unit={made['odd'].unit}") == [row] and not late("?unit=none")
        job, file = workbook(world, c, "late", "")
        assert job["rows"] >= 1 and openpyxl.load_workbook(io.BytesIO(file.body))["超期"].cell(1, 1).value == "项目"
    finally:
        world.clock(T, "2026-09-24T09:00")


@pytest.mark.parametrize("organ", ["unit", "editor"])
def test_lists_of_the_supervision_are_not_for_everybody(world, organ):
    c = world.sign_in(T, organ, "jyj" if organ == "unit" else None)
    assert c.get(f"/{T}/lists").status == 403 and c.get(f"/{T}/lists/late").status == 403
    assert c.post(f"/{T}/exports", {"list": "late", "query": ""}).status == 403


def test_each_district_has_the_lists_its_own_regulation_speaks_of(world):
    got = {}
    for tenant in ("xinzhou", "mudan", "luan", "yubei", "chuxiong"):
        got[tenant] = {row["id"] for row in world.sign_in(tenant, "auditor").get(f"/{tenant}/lists").json["lists"]}
    assert "change" in got["yubei"] & got["chuxiong"] & got["mudan"] and "change" not in got["luan"]
    assert "before_acceptance" in got["luan"] & got["yubei"] and "before_acceptance" not in got["mudan"]
    assert all("before_approval" in lists and "late" in lists for lists in got.values())


# ---- counts ----

def test_every_number_of_the_dashboard_is_the_length_of_the_list_behind_it(world, made):
    c = world.sign_in(T, "leader")

    def length(href):
        count, after = 0, ""
        while True:
            page = c.get(href + (f"&after={after}" if after else "")).json
            count += len(page["projects"])
            after = page.get("next_after")
            if not after:
                return count
    for query in ("", "?year=2026", "?compare=1", "?year=2026&compare=1"):
        page = c.get(f"/{T}/dashboard{query}").json
        numbers = [(row[k], row[h]) for row in page["stages"] for k, h in
                   (("running", "href"), ("late", "late_href"), ("coming", "coming_href"), ("near", "near_href"), ("later", "later_href"))]
        numbers += [(row[k], row[h]) for row in page["units"] for k, h in (("total", "href"), ("running", "running_href"), ("late", "late_href"))]
        numbers += [(row["running"], row["href"]) for row in page["holders"]]
        numbers += [(row["total"], row["href"]) for row in page["by_year"]]
        if "compare" in query:
            rows = page["compared"]["rows"]
            numbers += [(row[k], row[h]) for row in rows for k, h in (("now", "href"), ("before", "before_href"))]
            assert len(rows) > 1 and rows[-1]["now"] == sum(row["now"] for row in rows[:-1])
        numbers += [(row["count"], row["href"]) for row in page["phases"]]
        numbers += [(int(f["value"]), f["href"]) for f in page["figures"] if f["unit"] == "件"]
        assert len(numbers) > 20
        for number, href in numbers:
            assert length(href) == number, (number, href)


def test_counts_move_with_the_projects_and_agree_with_the_rows(world, made):
    """The table of counts against the rows themselves, after everything that happened in this run."""
    for tenant in ("xinzhou", "mudan", "luan", "yubei", "chuxiong"):
        kept = world.sql(f"gz_{tenant}", "SELECT unit_code, year, state, stage, holder, n, amount FROM project_stat WHERE n <> 0 OR amount <> 0 ORDER BY 1, 2, 3, 4, 5")
        rows = world.sql(f"gz_{tenant}", "SELECT unit_code, COALESCE(YEAR(submitted_on), 0) y, state, stage, holder, COUNT(*), SUM(GREATEST(total_investment, 0))"
                                         " FROM project WHERE subject = 'project' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5")
        assert kept == rows, tenant


# ---- help ----

def test_help_draws_a_post_s_steps_from_the_rules_and_names_every_error(world):
    c = world.sign_in(T, "tech")
    page = c.get(f"/{T}/help").json
    steps = {(s["procedure"], s["name"]): s for s in page["me"]["steps"]}
    assert any(p == "技术审查" for p, _ in steps) and all(s["articles"] and s["acts"] for s in steps.values())
    assert len(page["errors"]) > 20 and all(e["mend"] and e["title"] for e in page["errors"])
    for row in page["downloads"] + page["me"]["pages"]:
        assert c.page(row["href"]).status == 200, row
    assert world.sign_in(T, "auditor").get(f"/{T}/help").json["me"]["steps"] == []


# ---- at the browser ----

def test_the_auditor_s_way_at_the_browser(world, made, window):
    p = Person(window, world, world.holder_of(f"gz-{T}-auditor")).sign_in()
    p.go(f"/{T}/projects")
    p.check_page("project list")
    p.fill({"申报年份": "2026", "申报单位": "区水务和湖泊局"})
    p.press("筛选")
    assert "城市内涝监测预警系统升级" in p.text() and "点我" not in p.text()
    p.fill({"把现在的条件和列存为": "水务局 2026"})
    p.press("存为视图")
    p.go(f"/{T}/projects")
    p.press("水务局 2026")
    assert "城市内涝监测预警系统升级" in p.text()
    p.press("导出 xlsx")
    wait_until("the page looks again by itself", lambda: p.driver.find_elements("link text", "下载"), 15)
    p.check_page("export")
    for path, name in (("lists", "supervision lists"), ("lists/before_approval", "before approval"), ("lists/split", "split"), ("lists/waiver", "exceptions"), ("lists/money_left", "money left"),
                       ("dashboard", "dashboard"), ("dashboard?compare=1", "compared"), ("help", "help"), (f"search?q={Q('内涝')}", "search"), ("exports", "exports"), ("views", "views")):
        p.go(f"/{T}/{path}")
        p.check_page(name)
        p.picture(name)
    p.go(f"/{T}/lists/waiver")
    p.fill({"类别": "补录", "日期所在年份": "2026"})
    p.press("筛选")
    assert "城市内涝监测预警系统升级" in p.text() and "晚 23 天" in p.text()
    for path, words in (("projects?print=1", "城市内涝"), ("lists/before_approval?print=1", "2026-09-01"), ("lists/waiver?print=1", "补录"), ("dashboard?print=1", "各环节在办与时限")):
        p.go(f"/{T}/{path}")
        sheets, text = p.paper(path.split("?")[0].replace("/", "-"))
        assert words in text and "筛选" not in text and "导出 xlsx" not in text and 1 <= sheets <= 4, (path, sheets, text[:600])
    window.at(NARROW)
    p.go(f"/{T}/lists/waiver")
    p.picture("exceptions narrow")
    p.go(f"/{T}/dashboard")
    assert "在办项目" in p.text()
    window.at(WIDE)


# ---- the leader ----

def test_a_leader_finds_what_waits_for_his_word_with_a_page_on_each(world, made, window):
    w = walked(world, T, "jyj", roads.xinzhou("智慧校园统一平台", "412.60"), ("unit", "expert_review.agree"))
    leader = world.sign_in(T, "leader")
    waits = lambda: [b["title"] for b in leader.get(f"/{T}/home").json.get("briefs", ())]  # noqa: E731
    assert "智慧校园统一平台" not in waits(), "nobody has asked him yet"
    w.act("unit", "leading_group_decision.submit")
    assert "智慧校园统一平台" in waits()
    assert not world.sign_in(T, "tech").get(f"/{T}/home").json.get("briefs")
    brief = leader.get(f"/{T}/projects/{w.project}/brief").json
    asked = brief["asked"]
    assert asked["is_outside"] and asked["organ_name"] == "区数字政府领导小组" and asked["recorded_names"], asked
    assert [a["number"] for a in asked["articles"]] == ["8"]
    yes, no = asked["ways"]
    assert yes["name"] == "登记同意建设的决策" and "通过" in yes["then"] and "下一步是送审" in yes["then"], yes
    assert no["name"] == "登记不同意建设的决策" and "不通过" in no["then"], no
    assert [o["by_name"] for o in brief["opinions"]] == ["论证专家组"], "what the unit recorded for the experts is theirs"
    assert brief["what"] == roads.XINZHOU["project_summary"] and brief["project"]["total_investment"] == "412.60"
    assert world.sign_in(T, "unit", "shj").get(f"/{T}/projects/{w.project}/brief").status == 404, "another unit's"
    p = Person(window, world, world.holder_of(f"gz-{T}-leader")).sign_in()
    p.go(f"/{T}/home")
    assert "等您批示" in p.text()
    p.check_page("leader home")
    p.press("智慧校园统一平台")
    assert "请区数字政府领导小组决定" in p.text() and "登记不同意建设的决策" in p.text()
    p.check_page("brief")
    p.go(f"/{T}/projects/{w.project}/brief?print=1")
    sheets, text = p.paper("brief")
    assert sheets == 1 and "登记同意建设的决策" in text, (sheets, text)
    window.at(NARROW)
    p.go(f"/{T}/projects/{w.project}/brief")
    p.picture("brief narrow")
    window.at(WIDE)
    w.act("approval", "leading_group_decision.agree")
    assert "智慧校园统一平台" not in waits()
    p = Person(window, world, world.holder_of(f"gz-{T}-auditor")).sign_in()
    p.go(f"/{T}/projects?sample=3&word=样")
    p.check_page("sample")
    p.picture("sample wide")
    sheets, text = p.paper("sample")
    assert "怎样再抽一遍" in text
