"""牡丹区 at a real browser: a filing goes up, comes back and goes up again; what an expired text still carries."""
import pytest
from browser import By
from office import BUREAU, COMPETENT, M, MZJ, UP, do, done, mudan, open_project, roads
from world import wait_until

pytestmark = pytest.mark.usefixtures("day")


def filing_panel(p, state):
    """The panel 上报 of the project's page once it says so; receipts come when the pusher asks for them."""
    def look():
        p.driver.refresh()
        p.arrived()
        text = p.section("上报") if p.driver.find_elements("id", "filings") else ""
        return text if state in text else None
    return wait_until(f"上报 {state}", look, 30, 0.5)


def decide(office, title, outcome, what=None):
    p = office.person(*BUREAU)
    p.go(f"/{UP}/inbox")
    try:
        wait_until("the filing in the inbox", lambda: p.go(f"/{UP}/inbox?state=stored").has(title), 30, 0.5)
    except AssertionError as e:
        raise AssertionError(f"{p.driver.current_url}: {p.text()}") from e
    office.look("inbox")
    p.press(title)
    assert "区大数据局" in p.text() or "牡丹区" in p.text()
    office.look("inbox-item")
    if what:
        p.press("退回，附上列原因")
        assert p.errors(), "returned without a reason"
        places = [o.text for o in p.driver.find_elements(By.CSS_SELECTOR, "#item-0 option") if o.get_dom_attribute("value")]
        assert places[0] == "整份报送" and any(t.startswith("材料：") for t in places) and any(t.startswith("办理：") for t in places), places
        p.fill({"item.0": next(t for t in places if t == "填报项：建设内容和目标"), "what.0": what})
        p.fill({"item.1": next(t for t in places if t == "材料：项目建设方案"), "what.1": "方案补信息资源目录。"})
    p.press(outcome)
    return p


MENDED = "建设区级养老和救助监管系统；市级平台已有的功能不重复建设。"


def mend(office, p):
    """What was named is open and nothing else; without a word about it the bureau gets nothing."""
    p.press("修改后重新上报")
    office.look("act-mend")
    assert "建设内容请写明与市级平台的边界。" in p.section("退回的原因")
    opened = [c["name"] for c in p.controls()]
    assert sorted(opened) == ["facts.project_summary", "file.application.construction_plan", "keep", "note", "reason"], opened
    p.press("修改后重新上报")
    assert any("没有任何修改" in e and "第十五条" in e for e in p.errors()), p.errors()
    office.look("act-mend-refused")
    p.fill({"facts.project_summary": MENDED}).press("修改后重新上报")
    assert any("修改说明" in e for e in p.errors()) and p.value("facts.project_summary") == MENDED, p.errors()
    p.fill({"note": "写明与市级平台的边界，方案补目录。"})
    p.upload(p.control("file.application.construction_plan"), ["项目建设方案（补目录）.pdf"])
    p.send_files()
    assert p.value("note") == "写明与市级平台的边界，方案补目录。" and p.value("facts.project_summary") == MENDED
    p.press("修改后重新上报")
    done(p, "修改后重新上报")
    told = p.section("经过")
    assert MENDED in told and "写明与市级平台的边界，方案补目录。" in told and "项目建设方案（补目录）.pdf" in told
    assert p.driver.find_elements(By.CSS_SELECTOR, "#timeline del") and p.driver.find_elements(By.CSS_SELECTOR, "#timeline ins")
    office.look("project-mended")


def both_versions(office, title):
    """The bureau has the second version beside the first, each change marked, with what its sender says to it."""
    p = office.person(*BUREAU)
    p.go(f"/{UP}/inbox")
    wait_until("the second version in the inbox", lambda: p.go(f"/{UP}/inbox?state=stored").has(title), 30, 0.5)
    p.press(title)
    office.look("inbox-second-version")
    assert "写明与市级平台的边界，方案补目录。" in p.text() and "建设内容请写明与市级平台的边界。" in p.text()
    row = next(r for r in p.driver.find_elements(By.CSS_SELECTOR, "tr") if MENDED in r.text)
    assert row.find_element(By.TAG_NAME, "ins").text == MENDED and row.find_element(By.TAG_NAME, "del").text == roads.MUDAN["project_summary"]
    assert len(p.driver.find_elements(By.CSS_SELECTOR, "tr ins")) == 2
    p.press("看第 1 版")
    assert "须怎样补正" in p.text()
    p.driver.back()
    p.press("受理")


def test_a_filing_of_mudan_goes_up_comes_back_and_goes_up_again(office, world):
    world.clock(M, "2024-06-03T09:00")
    world.clock(UP, "2024-06-03T09:00")
    title = "智慧养老服务监管平台" if office.window.script else "社会救助信息平台"
    mudan(world, "mzj", title, roads.MUDAN_INITIATION[:-2])
    do(office, MZJ, title, "申请投资立项", "368", "2024-06-03")
    p = do(office, (M, "ndrc"), title, "批复", "368", "2024-06-03")
    assert "2024-06-03" in p.driver.find_element(By.CSS_SELECTOR, ".clock").text

    p = open_project(office.person(*COMPETENT), title)
    filing_panel(p, "已入库")
    decide(office, title, "退回，附上列原因", "建设内容请写明与市级平台的边界。")
    office.look("inbox-returned")
    p = open_project(office.person(*COMPETENT), title)
    assert "建设内容请写明与市级平台的边界。" in filing_panel(p, "退回")
    office.look("project-returned")
    p.press("看这份上报")
    office.look("outbox-message")
    p.press("上报与回执")
    office.look("outbox")
    p = open_project(p, title)
    mend(office, p)
    both_versions(office, title)
    p = open_project(office.person(*COMPETENT), title)
    filing_panel(p, "已受理")


def test_an_expired_regulation_is_marked_and_takes_no_new_application(office, world):
    world.clock(M, "2024-06-03T09:00")
    name = "" if office.window.script else "（二）"
    running = mudan(world, "mzj", f"届满前申报{name}", roads.MUDAN_INITIATION[:2])
    late = mudan(world, "jtj", f"届满后申报{name}", roads.MUDAN_INITIATION[:1])
    world.clock(M, "2025-05-10T09:00")
    p = office.person(*COMPETENT).go(running.path)
    assert "2025-05-09" in p.text()
    office.look("project-expired")
    p = office.person(M, "unit", "jtj").go(late.path + "/acts/application.submit")
    p.fill_rest("2025-05-10", "368")
    p.press("再核对一次，能办就办理「提交申报」")
    assert any("第四十三条" in e for e in p.errors()), p.errors()
    p.press("法规库")
    assert "已届满" in p.text()
    office.look("regulation-expired")
    world.clock(M, "2024-06-03T09:00")
