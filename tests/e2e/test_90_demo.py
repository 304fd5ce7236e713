"""The demo: after its years every list, chart, card and warning of each district has something to show, and nothing was refused that was not to be."""
import pytest

DISTRICTS = ("xinzhou", "mudan", "luan", "chuxiong", "yubei")
STATES = ("running", "done", "draft")
UNDATED = {("xinzhou", "before_acceptance")}  # what waits for acceptance there (资产入账) is not dated by who records it: nothing can stand in the list
REFUSING = ("%.reject%", "%.refuse", "%.fail%", "%disagree%", "%poor", "%leave_out")  # a project is 未通过 only where it may not be handed in again


def rows(answer, key):
    assert answer.status == 200, answer
    return answer.json[key]


def test_nothing_was_refused_that_was_not_to_be(town):
    assert town.code == 0, town.said[-4000:]


@pytest.mark.parametrize("t", DISTRICTS)
def test_projects_in_every_state_and_by_every_filter(town, t):
    c = town.sign_in(t, "auditor")
    states = {p for [p] in town.sql(f"gz_{t}", "SELECT DISTINCT state FROM project")}
    assert set(STATES) <= states, states
    assert town.sql(f"gz_{t}", "SELECT COUNT(*) FROM event WHERE " + " OR ".join(f"what LIKE '{w}'" for w in REFUSING)) != [["0"]]
    assert town.sql(f"gz_{t}", "SELECT COUNT(*) FROM event WHERE what LIKE '%ask_correction'") != [["0"]]
    for query in ("due=overdue", "due=coming", "due=near", "due=later", "state=running", "state=done"):
        assert rows(c.get(f"/{t}/projects?{query}"), "projects"), query
    years = {y for [y] in town.sql(f"gz_{t}", "SELECT DISTINCT YEAR(submitted_on) FROM project WHERE submitted_on IS NOT NULL")}
    assert len(years) >= (2 if t == "chuxiong" else 3), years  # 楚雄's regulation is of May 2025


@pytest.mark.parametrize("t", DISTRICTS)
def test_every_list_of_the_supervision_has_rows(town, t):
    c = town.sign_in(t, "auditor")
    empty = [x["name"] for x in rows(c.get(f"/{t}/lists"), "lists") if (t, x["id"]) not in UNDATED and not rows(c.get(x["href"]), "rows")]
    assert not empty, empty


@pytest.mark.parametrize("t", DISTRICTS)
def test_the_catalogue_of_data_resources_is_filled(town, t):
    """Every district has one: several projects in it, shared in more than one way, each with its article; what is not shared has its ground."""
    listed = rows(town.sign_in(t, "auditor").get(f"/{t}/lists/resource"), "rows")
    assert len({r["project"] for r in listed}) >= 2 and len({r["kind"] for r in listed}) >= 2, listed
    assert all(r["name"] and r["kind"] and r["articles"] for r in listed), listed
    closed = [r for r in listed if r["kind"] in ("不予共享", "数据负面清单")]
    assert closed and all(r["words"] for r in closed), closed


@pytest.mark.parametrize("t", DISTRICTS)
def test_every_figure_and_chart_of_the_dashboard_counts_something(town, t):
    page = town.sign_in(t, "leader").get(f"/{t}/dashboard").json
    assert all(f["value"] not in ("", "0", 0, "0.00") for f in page["figures"]), page["figures"]
    for chart, sums in {"stages": ("running", "late", "coming", "near", "later"), "phases": ("count",), "units": ("running", "total", "late"), "by_year": ("running", "total"), "holders": ("running",)}.items():
        for name in sums:
            assert sum(int(bar.get(name) or 0) for bar in page[chart]) > 0, (chart, name)
    assert page["late"] and page["years"]


@pytest.mark.parametrize("t", DISTRICTS)
def test_the_desks_have_tasks_cards_and_urgings(town, t):
    tables = {"contract": 1, "decision": 1, "document": 10, "duty": 10, "card": 1, "audit": 50, "saved_view": 1, "job": 1}
    for table, least in tables.items():
        assert int(town.sql(f"gz_{t}", f"SELECT COUNT(*) FROM {table}")[0][0]) >= least, table
    organs = [o for [o] in town.sql(f"gz_{t}", "SELECT DISTINCT organ FROM task")]
    assert len(organs) >= 2, organs
    assert int(town.sql(f"gz_{t}", "SELECT COUNT(*) FROM audit WHERE what = 'project.urge'")[0][0]) >= 1


@pytest.mark.parametrize("t", [t for t in DISTRICTS if t != "mudan"])
def test_experts_were_drawn_and_a_draw_waits(town, t):
    states = [s for [s] in town.sql(f"gz_{t}", "SELECT state FROM review")]
    assert len(states) == 2 and len(set(states)) == 2, states


def test_filings_went_up_and_were_accepted_returned_and_wait(town):
    assert {s for [s] in town.sql("gz_heze", "SELECT DISTINCT state FROM inbox")} >= {"accepted", "returned", "stored"}
    assert rows(town.sign_in("heze", "intake").get("/heze/inbox"), "filings")
    assert town.sql("gz_mudan", "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'") != [["0"]]
