"""What a page weighs on the wire: what somebody fetches every day stays below what a slow line carries in a moment."""
import gzip
import re

import pytest
import roads
from client import Client
from walker import tasks_of, walked
from weigh import COLD, WARM, Fetched

# each as far as it is heavy: much still to come, or much already there
CASES = {
    "xinzhou-half": ("xinzhou", "2026-09-24T09:00", "jyj", roads.xinzhou, "86.50", roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL, "tech"),
    "mudan-half": ("mudan", "2024-06-03T09:00", "mzj", roads.mudan, "368.00", roads.MUDAN_INITIATION, "competent"),
    "mudan-whole": ("mudan", "2024-06-03T09:00", "jtj", roads.mudan, "60", roads.MUDAN_INITIATION + roads.MUDAN_CONTRACT + roads.MUDAN_BUILD, "competent"),
    "luan": ("luan", "2025-06-16T09:00", "mzj", roads.luan, "320.00", roads.LUAN_APPLICATION, "competent"),
    "chuxiong": ("chuxiong", "2025-06-16T09:00", "yjj", roads.chuxiong, "120.00",
                 roads.CHUXIONG_COUNTY[:1] + roads.CHUXIONG_REVIEW + roads.CHUXIONG_APPROVAL, "competent"),
    "yubei": ("yubei", "2025-02-10T09:00", "cgj", roads.yubei, "300", roads.YUBEI_APPLICATION + roads.YUBEI_REVIEW, "competent"),
}
DISTRICTS = ("xinzhou", "mudan", "luan", "chuxiong", "yubei")


@pytest.fixture(scope="module", params=list(CASES))
def case(request, world):
    tenant, day, unit, facts, wan, steps, office = CASES[request.param]
    world.clock(tenant, day)
    w = walked(world, tenant, unit, facts(f"称重的项目 {request.param}", wan), *steps)
    yield w, office
    world.clock(tenant, "real")


def test_the_pages_of_a_project_are_light_and_not_compressed(world, case):
    w, office = case
    for who in ("unit", office):
        c = w.client(who)
        act = next((a["act"] for a in w.view(who)["acts"] if a["allowed"]), None)
        for path in (f"/{w.tenant}/home", f"/{w.tenant}/projects", w.path, *(r["href"] for r in c.get(f"{w.path}?tab=overview").json["tabs"] if r["id"] not in ("law", "audit")), f"{w.path}/why", *([f"{w.path}/acts/{act}"] if act else [])):
            page = Fetched(c, path)
            assert page.size <= WARM, (who, path, page.size, page.parts())
            assert not page.is_packed, path  # it holds a token beside what others typed


def test_a_desk_with_much_on_it_is_light_too(world):
    tenant, unit = "xinzhou", "wjj"
    world.clock(tenant, "2026-09-24T09:00")
    names = [f"全区智慧城市运行管理与应急指挥调度综合服务平台（第{i}期）建设项目" for i in range(1, 33)]
    for name in names:
        walked(world, tenant, unit, roads.xinzhou(name, "86.50"), ("unit", "technical_review.submit"))
    for organ in ("unit", "tech"):
        c = world.sign_in(tenant, organ, unit if organ == "unit" else None)
        rows = tasks_of(c, tenant)
        for at in range(0, len(rows) + 15, 15):
            page = Fetched(c, f"/{tenant}/home?from={at}")
            assert page.size <= WARM, (organ, at, page.size, page.parts())
        assert len({(r["project"], r["act"]) for r in rows}) == len(rows)
        if organ == "tech":
            assert set(names) <= {r["title"] for r in rows}
            assert "第 1 至 15 件，共" in c.page(f"/{tenant}/home").text and c.get(f"/{tenant}/home?from=x").json["tasks"] == rows[:15]
    world.clock(tenant, "real")


def test_nothing_of_a_long_timeline_is_lost(world, case):
    w, office = case
    view, c = w.view(office), w.client(office)
    page, whole, paper = (c.page(w.path + query).text for query in ("", "?tab=timeline", "?print=1"))
    events = len(view["timeline"])
    count = lambda text: len(re.findall(r'<li class="(?:ok|bad)"><time', text))  # noqa: E731
    assert count(whole) == min(events, 30) and count(paper) == events
    assert count(page) == min(events, 8)
    assert (f"全部 {events} 条" in page) == (events > 8)


@pytest.mark.parametrize("tenant", DISTRICTS)
def test_the_pages_of_the_law_are_compressed_and_hold_no_secret(world, tenant):
    reader = world.sign_in(tenant, "editor")
    token = reader.get(f"/{tenant}/home").json["csrf"]
    case_id = Client(world.url).get(f"/{tenant}/regulation/cases").json["cases"][0]["id"]
    for c in (Client(world.url), reader):
        for path in ("regulation", "regulation/cases", f"regulation/cases/{case_id}", "regulation/chart", "regulation/forms", "regulation/forms?print=1", "regulation/forms/demand_form", "regulation?print=1", "regulation?version=nothing"):
            page = c.request("GET", f"/{tenant}/{path}", accept="text/html", headers={"Accept-Encoding": "gzip"})
            packed = page.header("Content-Encoding") == "gzip"
            text = (gzip.decompress(page.body) if packed else page.body).decode("utf-8")
            assert packed and len(page.body) <= WARM and page.header("Vary").count("Accept-Encoding") == 1 or page.status == 404, (path, len(page.body))
            assert token not in text and 'name="csrf"' not in text, path
        # what was typed and the reader's name: as long as it is
        for path in ("regulation?q=%E9%A1%B9%E7%9B%AE", "regulation?%71=%E9%A1%B9%E7%9B%AE"):
            page = c.request("GET", f"/{tenant}/{path}", accept="text/html", headers={"Accept-Encoding": "gzip"})
            text = (gzip.decompress(page.body) if page.header("Content-Encoding") else page.body).decode("utf-8")
            assert "查条文" in text and 'name="csrf"' not in text, path
    # the twin of a signed-in reader has his token, and goes out as it is
    assert reader.request("GET", f"/{tenant}/regulation", headers={"Accept-Encoding": "gzip"}).header("Content-Encoding") is None
    assert 'action="/logout"' in reader.page("/posts").text  # signing out is one page further


def test_the_working_days_are_light_and_not_compressed(world):
    """What was typed stands in it beside the token of who is signed in."""
    for c in (Client(world.url), world.sign_in("xinzhou", "tech")):
        for query in ("", "?year=2027", "?count.from=2026-01-01&count.n=250&count.unit=working_days", "?count.from=2026-01-01&count.n=366&count.unit=days",
                      "?count.from=2019-01-31&count.n=120&count.unit=months"):
            page = Fetched(c, f"/xinzhou/workdays{query}")
            assert page.size <= WARM and not page.is_packed, (query, page.size, page.parts())


def test_the_first_page_of_a_day_with_all_it_needs(world):
    c = world.sign_in("chuxiong", "unit", "yjj")
    page = Fetched(c, "/chuxiong/projects/new")
    assert len(page.needed()) >= 3 and page.cold() <= COLD, (page.cold(), page.needed())
