"""The money of a project: its ledger on the page and in the row, and what exceeds what."""
import io
import json

import openpyxl
import pytest
import roads
import districts
from browser import NARROW, WIDE, Person
from test_61_lists import Q, workbook
from walker import Walker, walked

T = "xinzhou"
DAYS = {T: "2026-09-24T09:00"}


def column(view, which):
    return next(m for m in view["money"] if m["id"] == which)


def test_the_ledger_follows_the_acts_and_shows_what_is_exceeded(world):
    w = walked(world, T, "jyj", roads.xinzhou("校园资金台账", "60.00"))
    view = w.view()
    assert [m["id"] for m in view["money"]] == ["applied"] and column(view, "applied")["amount"] == "60.00"
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL + roads.XINZHOU_BUILD[:1])
    w.act("unit", "contract.record", title="开发合同", supplier="武汉云启科技有限公司", amount="40.00")
    w.act("unit", "contract.record", title="监理合同", supplier="武汉监理有限公司", amount="5.50")
    # the approval is the law's own bound: a gate, with its article
    w.refused("unit", "contract.record", "14", title="第三份", supplier="武汉云启科技有限公司", amount="14.51")
    w.act("unit", "construction.start")
    w.act("unit", "payment.record", amount="45.51", payee="武汉云启科技有限公司")
    view = w.view()
    contract, paid = column(view, "contract"), column(view, "paid")
    assert contract["amount"] == "45.50" and [x["amount"] for x in contract["entries"]] == ["40.00", "5.50"] and contract["over"] == []
    assert paid["amount"] == "45.51" and [(o["name"], o["by"]) for o in paid["over"]] == [("合同", "0.01")]
    assert paid["over"][0]["articles"][0]["number"] == "14"
    assert column(view, "approved")["label"] == "批复概算" and [a["number"] for a in column(view, "approved")["articles"]] == ["12", "14"]
    page = w.client("unit").page(f"{w.path}?tab=money").text
    assert "超过合同 0.01" in page and "监理合同" in page and "超过合同 0.01" in w.client("unit").page(w.path).text
    row = world.sql("gz_xinzhou", f"SELECT money, money_over, approved, contract, paid FROM project WHERE id = {w.project}")[0]
    assert json.loads(row[0])["paid"] == 45510000 and row[1:] == ["1", "60000000", "45500000", "45510000"]
    assert world.sql("gz_xinzhou", f"SELECT COUNT(*) FROM event WHERE project = {w.project} AND what = 'contract.record'") == [["2"]]


COLUMNS = ("applied", "planned", "reviewed", "approved", "budget", "contract", "paid", "settled", "surplus", "carried", "returned")


def fen(text):
    return round(float(text.replace(",", "")) * 1000000) if text else 0


def whole_list(client, query):
    rows, after = [], ""
    while True:
        page = client.get(f"/{T}/lists/money?{query}{after}").json
        rows += page["rows"]
        if not page.get("next_after"):
            return rows, page["sums"]
        after = f"&after={page['next_after']}"


@pytest.fixture(scope="module")
def two_years(world):
    """Approved and contracted in 2025, paid in both years, one payment more in 2026 than in 2025."""
    world.clock(T, "2025-09-24T09:00")
    w = walked(world, T, "wjj", roads.xinzhou("跨年度的卫生平台", "60.00"), *roads.XINZHOU_REVIEW, *roads.XINZHOU_APPROVAL, *roads.XINZHOU_BUILD[:1])
    w.act("unit", "contract.record", title="开发合同", supplier="武汉云启科技有限公司", amount="50.00")
    w.act("unit", "construction.start")
    w.act("unit", "payment.record", amount="12.50", payee="武汉云启科技有限公司")
    world.clock(T, "2026-09-24T09:00")
    w.act("unit", "payment.record", amount="30.00", payee="武汉云启科技有限公司")
    return w


def test_a_project_s_years_add_up_to_its_ledger(world, two_years):
    view = two_years.view()
    assert [m["name"] for m in view["money_years"]["head"]] == [m["label"] for m in view["money"]]
    rows = {r["name"]: dict(zip([m["id"] for m in view["money"]], [c["text"] for c in r["cells"]])) for r in view["money_years"]["rows"]}
    assert list(rows) == ["2025 年", "2026 年"] and rows["2025 年"]["paid"] == "12.50" and rows["2026 年"]["paid"] == "30.00"
    assert rows["2025 年"]["contract"] == "50.00" and rows["2026 年"]["contract"] == ""
    for m in view["money"]:
        assert sum(fen(r[m["id"]]) for r in rows.values()) == fen(m["amount"]), m["id"]
    page = two_years.client("unit").page(f"{two_years.path}?tab=money")
    assert "各年办理的增减" in page.text and len(page.body) < 140000


def test_sums_agree_everywhere(world, two_years):
    auditor, finance = world.sign_in(T, "auditor"), world.sign_in(T, "finance")
    years = range(2015, 2040)  # whatever other tests of this world were about
    for query in ("", "unit=wjj", "year=2025", "of_year=2025", "of_year=2026", "unit=wjj&of_year=2026", "year=2025&of_year=2026", "unit=jyj&year=2026"):
        rows, sums = whole_list(auditor, query)
        assert sums["count"] == len(rows), query
        for c in COLUMNS:
            assert fen(sums[c]) == sum(fen(r[c]) for r in rows), (query, c)
    # the years of the whole add up to it
    whole = whole_list(finance, "")[1]
    by_year = [whole_list(finance, f"of_year={y}")[1] for y in years]
    for c in COLUMNS:
        assert sum(fen(s[c]) for s in by_year) == fen(whole[c]), c
    # the dashboard's table is the list's
    board = finance.get(f"/{T}/dashboard").json["money"]
    total = dict(zip([h["name"] for h in board["head"]], [c["text"] for c in board["rows"][-1]["cells"]]))
    shown = {s["name"]: s["text"] for s in whole["shown"]}
    assert board["rows"][-1]["name"] == "合计" and total == shown
    row = next(r for r in board["rows"] if r["name"] == "2026 年")
    behind = finance.get(row["cells"][0]["href"]).json
    assert behind["sums"]["shown"] and [c["text"] for c in row["cells"] if c["text"] != "0.00"] == [s["text"] for s in behind["sums"]["shown"]]
    # the page says so in one line, the workbook in its last row
    html = finance.get(f"/{T}/lists/money?of_year=2026", accept="text/html").text
    assert f"合计（全部 {behind['sums']['count']} 件" in html and "是 2026 年办理的增减" in html
    cols = "title," + ",".join(COLUMNS)
    _, file = workbook(world, auditor, "money", f"of_year=2026&cols={cols}")
    sheet = openpyxl.load_workbook(io.BytesIO(file.body))["资金台账"]
    last = [c.value for c in list(sheet.iter_rows())[-1]]
    assert last[0] == "合计" and [round((v or 0) * 1000000) for v in last[1:]] == [fen(behind["sums"][c]) for c in COLUMNS]
    assert sheet.max_row == behind["sums"]["count"] + 2
    # nobody's wall is leapt over: a unit may not see the list, its dashboard adds up its own
    unit = world.sign_in(T, "unit", "wjj")
    assert unit.get(f"/{T}/lists/money").status == 403
    own = unit.get(f"/{T}/dashboard")
    if own.status == 200:
        mine = {h["name"]: c["text"] for h, c in zip(own.json["money"]["head"], own.json["money"]["rows"][-1]["cells"])}
        assert mine == {s["name"]: s["text"] for s in whole_list(auditor, "unit=wjj")[1]["shown"]} and not any(c["href"] for c in own.json["money"]["rows"][-1]["cells"])


def test_the_night_puts_older_money_into_its_years(world, two_years):
    """A row as the migration leaves it: all in the year of its submission."""
    ident, before = two_years.project, whole_list(world.sign_in(T, "auditor"), "of_year=2026")[1]
    kept = world.sql("gz_xinzhou", f"SELECT money FROM project WHERE id = {ident}")[0][0]
    world.sql("gz_xinzhou", f"UPDATE project SET money = JSON_SET(money, '$.years', JSON_OBJECT('2025', JSON_REMOVE(money, '$.years'))) WHERE id = {ident};"
              f"UPDATE money_stat s JOIN money_year y ON y.project = {ident} AND y.year = 2026 SET s.paid = s.paid - y.paid, s.projects = s.projects - 1 WHERE s.unit_code = 'wjj' AND s.year = 2025"
              f" AND s.of_year = 2026; UPDATE money_stat s JOIN money_year y ON y.project = {ident} AND y.year = 2026 SET s.paid = s.paid + y.paid WHERE s.unit_code = 'wjj' AND s.year = 2025"
              f" AND s.of_year = 2025; UPDATE money_year x JOIN money_year y ON y.project = x.project AND y.year = 2026 SET x.paid = x.paid + y.paid WHERE x.project = {ident} AND x.year = 2025;"
              f"DELETE FROM money_year WHERE project = {ident} AND year = 2026")
    world.guizhang("nightly")
    assert json.loads(world.sql("gz_xinzhou", f"SELECT money FROM project WHERE id = {ident}")[0][0]) == json.loads(kept)
    assert whole_list(world.sign_in(T, "auditor"), "of_year=2026")[1] == before


def mudan(world, name, *roads_):
    w = Walker(world.sign_in, "mudan", "mzj")
    w.draft(roads.mudan(name, "60"))
    w.walk([step for road in roads_ for step in road])
    return w


def ways_of(w):
    return {way["name"]: way for way in w.view("finance")["payable"]["ways"]}


def way(w, kind):
    return next(x for name, x in ways_of(w).items() if kind in name.split("、"))


def test_what_may_be_paid_now_is_said_with_its_article(world):
    """牡丹 30: what is not accepted gets no further money for building and none for running it."""
    world.clock("mudan", "2024-06-03T09:00")
    w = mudan(world, "何时能付款", roads.MUDAN_INITIATION, roads.MUDAN_CONTRACT, roads.MUDAN_BUILD[:1])
    payable, contract = w.view("finance")["payable"], next(m["amount"] for m in w.view()["money"] if m["id"] == "contract")
    assert payable["of_name"] == "合同" and payable["paid"] == "0.00" and payable["room"] == contract
    assert way(w, "建设期间按进度支付的资金")["allowed"] and not way(w, "后续建设资金")["allowed"]
    held = [r for r in way(w, "后续建设资金")["reasons"] if r["message"].startswith("项目未经验收")]
    assert [a["number"] for a in held[0]["articles"]] == ["30"] and held[0]["mend"] == "请先完成竣工验收"
    html = w.client("finance").get(w.path, accept="text/html").text
    assert "现在能付" in html and "项目未经验收，不得拨付后续建设资金和运行维护经费" in html
    w.act("finance", "payment.record", kind="progress", amount="10.00", payee="山东智汇信息技术有限公司", for_this_project="true")
    assert fen(w.view("finance")["payable"]["room"]) == fen(contract) - fen("10.00")
    w.refused("finance", "payment.record", "30", kind="follow_up", amount="10.00", payee="山东智汇信息技术有限公司", for_this_project="true")  # what the page says is what the act says
    w.walk(roads.MUDAN_BUILD[1:2])
    assert not any(x["allowed"] for x in ways_of(w).values()) and len(ways_of(w)) == 1, "one line for what the same stands in the way of"
    w.walk(roads.MUDAN_BUILD[2:5])
    assert way(w, "后续建设资金")["allowed"]
    w.act("finance", "payment.record", kind="follow_up", amount="10.00", payee="山东智汇信息技术有限公司", for_this_project="true")
    world.clock("mudan", "real")


def stays(world, tenant, organ, query=""):
    return world.sign_in(tenant, organ).get(f"/{tenant}/lists/stay?{query}").json["rows"]


def test_the_project_library_and_the_reserve_are_lists_everybody_may_read(world):
    world.clock("mudan", "2024-06-03T09:00")
    w = mudan(world, "在项目库里", roads.MUDAN_INITIATION[:7])
    assert not [r for r in stays(world, "mudan", "finance") if r["project"] == w.project]
    w.act("competent", "project_library.include", budget_year="2025")
    assert not [r for r in stays(world, "mudan", "finance") if r["project"] == w.project], "one organ alone puts nothing in"
    w.act("finance", "project_library.include", budget_year="2025")
    [row] = [r for r in world.sign_in("mudan", "unit", "mzj").get("/mudan/lists/stay").json["rows"] if r["project"] == w.project]
    assert row["kind"] == "政务信息化项目库" and row["words"] == "2025 年度" and row["on"] == "2024-06-03" and row["amount"] == ""
    w.walk(roads.MUDAN_INITIATION[9:11])
    [row] = [r for r in stays(world, "mudan", "competent", "kind=" + Q("政务信息化项目库")) if r["project"] == w.project]
    assert row["amount"]
    assert 'href="/mudan/lists/stay"' in world.sign_in("mudan", "unit", "mzj").page("/mudan/projects").text and "lists/stay" not in world.sign_in("xinzhou", "finance").page("/xinzhou/projects").text
    assert not [r for r in world.sign_in("mudan", "unit", "jtj").get("/mudan/lists/stay").json["rows"] if r["project"] == w.project], "another unit's"
    assert world.sign_in("xinzhou", "finance").get("/xinzhou/lists/stay").status == 404, "a district that keeps none"
    world.clock("mudan", "real")
    world.clock("chuxiong", "2025-06-16T09:00")
    w = districts.chuxiong(world, "储备库里的项目", "120.00")
    districts.reviewed(w)
    districts.together(w, "yearly_list.reserve")
    [row] = [r for r in stays(world, "chuxiong", "auditor", "on_year=2025") if r["project"] == w.project]
    assert (row["kind"], row["on"], row["against"]) == ("项目建设储备库", "2025-06-16", "2027-06-16") and row["articles"][0]["number"] == "5"
    districts.together(w, "yearly_list.include", list_year="2025", in_elevated_list="false")
    assert not [r for r in stays(world, "chuxiong", "auditor") if r["project"] == w.project]
    world.clock("chuxiong", "real")


def test_money_of_two_years_is_carried_on_each_by_its_own_count(world):
    """楚雄 33: not more than two years, then given back."""
    T2 = "chuxiong"
    world.clock(T2, "2025-06-16T09:00")
    w = districts.chuxiong(world, "结转两年的运维", "120.00")
    try:
        districts.approved(w, "120.00")
        w.walk([("unit", "procurement_plan.draw_up"), ("unit", "procurement_plan.report"), ("competent", "procurement_plan.accept")])
        w.act("unit", "contract.record", amount="100.00", covers_public_resources="false")
        w.walk([("unit", "construction.start"), ("unit", "construction.complete"), ("unit", "trial_run.start"), ])
        world.clock(T2, "2026-01-20T09:00")
        w.walk([("unit", "trial_run.finish"), ("unit", "acceptance.pass"), ("unit", "operation.start")])
        for year in (2026, 2027):
            world.clock(T2, f"{year}-06-10T09:00")
            w.act("unit", "maintenance_application.submit", amount="12.00")
            w.act("competent", "maintenance_application.include", performance_failed="false", in_superior_platform="false", must_stop="false", plan_year=str(year + 1), amount="12.00")
            if year == 2026:
                world.clock(T2, "2027-01-20T09:00")
                w.act("unit", "maintenance_funds.appropriate", budget_year="2027", amount="12.00")
        world.clock(T2, "2027-12-31T09:00")
        w.act("unit", "maintenance_funds.carry_first", unused="3.00", special="服务商更换")
        world.clock(T2, "2028-01-20T09:00")
        w.act("unit", "maintenance_funds.appropriate", budget_year="2028", amount="12.00")
        world.clock(T2, "2028-12-31T09:00")
        w.act("unit", "maintenance_funds.carry_second", unused="2.00", special="服务商更换")
        w.act("unit", "maintenance_funds.carry_first", unused="4.00", special="服务延期")
        rows = {r["words"]: r for r in stays(world, T2, "finance") if r["project"] == w.project}
        assert {k: (r["amount"], r["against"]) for k, r in rows.items()} == {"2027 年度，第 2 次": ("2.00", "2029-12-31"), "2028 年度": ("4.00", "2030-12-31")}
        assert column(w.view(), "carried")["amount"] == "6.00"
        [left] = [r for r in world.sign_in(T2, "finance").get(f"/{T2}/lists/money_left").json["rows"] if r["project"] == w.project]
        assert left["carried"] == "6.00"
        world.clock(T2, "2029-12-31T09:00")
        w.act("unit", "maintenance_funds.still_unused", unused="2.00")
        assert {r["kind"] for r in stays(world, T2, "finance") if r["project"] == w.project} == {"应当缴回的运维经费", "结转使用的运维经费"}
        w.act("unit", "maintenance_funds.return", amount="2.00", returned_on="2029-12-31")
        assert [r["words"] for r in stays(world, T2, "finance") if r["project"] == w.project] == ["2028 年度"]
        assert column(w.view(), "carried")["amount"] == "4.00" and column(w.view(), "returned")["amount"] == "2.00"
        years = {r["name"]: dict(zip([h["name"] for h in w.view()["money_years"]["head"]], [c["text"] for c in r["cells"]])) for r in w.view()["money_years"]["rows"]}
        assert [years[f"{y} 年"]["结转"] for y in (2027, 2028, 2029)] == ["3.00", "3.00", "-2.00"]
    finally:
        world.clock(T2, "real")


def test_the_pages_of_money_at_the_browser(world, two_years, window):
    p = Person(window, world, world.holder_of(f"gz-{T}-finance")).sign_in()
    for path, name in (("lists/money?of_year=2026", "money of a year"), ("lists/money", "money"), ("dashboard", "dashboard money")):
        p.go(f"/{T}/{path}")
        p.check_page(name)
        p.picture(name)
    p.go(f"{two_years.path}?tab=money")
    p.check_page("project with money")
    p.picture("project with money")
    window.at(NARROW)
    for path, name in ((f"/{T}/lists/money?of_year=2026", "money narrow"), (f"/{T}/dashboard", "dashboard money narrow"), (f"{two_years.path}?tab=money", "project money narrow")):
        p.go(path)
        p.picture(name)
    window.at(WIDE)
    for path, name in ((f"/{T}/lists/money?of_year=2026&print=1", "money paper"), (f"/{T}/dashboard?print=1", "dashboard money paper"), (f"{two_years.path}?print=1", "project money paper")):
        p.go(path)
        sheets, text = p.paper(name)
        assert "合计" in text or "支付" in text
    world.clock("mudan", "2024-06-03T09:00")
    q = Person(window, world, world.holder_of("gz-mudan-finance")).sign_in()
    q.go("/mudan/lists/stay")
    q.check_page("stays")
    q.picture("stays")
    window.at(NARROW)
    q.go("/mudan/lists/stay")
    q.picture("stays narrow")
    window.at(WIDE)
    world.clock("mudan", "real")
