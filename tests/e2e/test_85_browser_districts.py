"""Two districts from inside, as each of their people sees them, and what stands on a page when nginx or the platform says no."""
import os
import re

import pytest
from browser import By
from office import C, CLERK, X, Y, roads
from walker import walked
from world import wait_until

pytestmark = pytest.mark.usefixtures("day")

DISTRICTS = {
    C: ("2025-06-16T09:00", "lfs_jtj", lambda: roads.chuxiong("县城停车一体化平台", "120.00", owner_area="lufeng", funding_sources=["county"]),
        roads.CHUXIONG_COUNTY + roads.CHUXIONG_REVIEW + roads.CHUXIONG_APPROVAL,
        ("bureau_lufeng", "competent", "auditor_lufeng", "leader")),
    Y: ("2025-02-10T09:00", "cgj", lambda: roads.yubei("城市部件普查系统", "300"), roads.YUBEI_APPLICATION + roads.YUBEI_REVIEW,
        ("competent", "ndrc", "leader")),
}


@pytest.fixture(params=list(DISTRICTS))
def inside(request, world):
    """A project half way; gives its walker, the unit and the offices."""
    tenant = request.param
    day, unit, facts, steps, offices = DISTRICTS[tenant]
    world.clock(tenant, day)
    w = walked(world, tenant, unit, facts(), *steps)
    return w, unit, offices


def papers(p, name, most, words):
    sheets, text = p.paper(name)
    flat = re.sub(r"\s", "", text)
    assert sheets <= most and all(word in flat for word in words) and "退出" not in flat, f"{sheets} sheets\n{text}"


def test_every_role_of_a_district_sees_pages_in_order(scripted, inside):
    w, unit, offices = inside
    t = w.tenant
    people = {"unit": scripted.person(t, "unit", unit)}
    for organ in offices:
        p = people[organ] = scripted.person(t, organ)
        p.go(f"/{t}/home")
        scripted.look(f"{t}-home-{organ}")
        if organ == offices[0]:
            p.go(w.path)
            scripted.look(f"{t}-project-{organ}")
    p = people["unit"].sit()
    for name, path in (("home", f"/{t}/home"), ("project", w.path), ("why", w.path + "/why"), ("new", f"/{t}/projects/new")):
        p.go(path)
        scripted.look(f"{t}-{name}-unit")
    papers(p.go(w.path + "?print=1"), f"{t}-project-paper", 6, ["义务与时限", "经过"])
    papers(p.go(w.path + "/why?print=1"), f"{t}-why-paper", 8, ["结论", "现在不能办的"])


def test_the_acts_of_a_district_have_pages_in_order(scripted, inside):
    """Of the unit and of an office: the forms of what can be done, the reasons of what cannot; GUIZHANG_SHOTS has a picture of every one."""
    w, unit, offices = inside
    for organ in ("unit", offices[0]):
        p, acts = scripted.person(w.tenant, organ, unit if organ == "unit" else None), w.view(organ)["acts"]
        few = [[a for a in acts if a["allowed"] is can] for can in (True, False)]
        for act in acts if os.environ.get("GUIZHANG_SHOTS") else few[0][:3] + few[1][:1]:
            p.go(f"{w.path}/acts/{act['act']}")
            scripted.look(f"{w.tenant}-act-{act['act']}")


def test_what_is_too_large_or_too_often_is_said_in_the_words_of_the_house(scripted, world):
    p = scripted.person(*CLERK).go(f"/{X}/projects/new")
    long = p.driver.find_element(By.CSS_SELECTOR, "main textarea")
    p.driver.execute_script("arguments[0].removeAttribute('maxlength'); arguments[0].value = new Array(1300000).join('x')", long)
    p.press("暂存")
    assert p.heading() == "提交的内容过大" and "按浏览器的“后退”可以回到刚才的页面" in p.text()
    scripted.look("nginx-413")
    papers(p, "nginx-413", 1, ["提交的内容过大"])
    page = next(world.home.rglob("errors/too_many.html")).read_text(encoding="utf-8")  # a person cannot press so often
    p.go("/login")
    frame = p.driver.execute_cdp_cmd("Page.getFrameTree", {})["frameTree"]["frame"]["id"]
    p.driver.execute_cdp_cmd("Page.setDocumentContent", {"frameId": frame, "html": page})
    wait_until("the sheet", lambda: p.driver.execute_script("return document.styleSheets.length && document.readyState === 'complete'"))
    assert p.heading() == "请求过于频繁"
    scripted.look("nginx-429")
