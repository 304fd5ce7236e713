"""What goes wrong at a desk: a form out of date, two clicks, a session that ends, an act that cannot be undone. Nothing typed is lost."""
import pytest
from browser import By, Keys
from client import pdf
from office import CLERK, TECH, X, done, draft, open_project, roads
from walker import walked
from world import PASSWORD, wait_until

pytestmark = pytest.mark.usefixtures("day")


@pytest.fixture
def begun(office, world):
    """A draft of the clerk, saved, and its title."""
    world.clock(X, "2026-09-24T09:00")
    title = f"桌面试验{'甲' if office.window.script else '乙'}"
    if not world.sql(f"gz_{X}", f"SELECT id FROM project WHERE title='{title}'"):
        draft(office, title)
    return open_project(office.person(*CLERK), title), title


def count(world, title):
    return int(world.sql(f"gz_{X}", f"SELECT COUNT(*) FROM project WHERE title='{title}'")[0][0])


def test_a_form_of_a_second_tab_that_is_out_of_date_keeps_what_was_typed(office, begun):
    p, title = begun
    p.press("修改申报")
    first = p.driver.current_window_handle
    address = p.driver.current_url
    p.driver.switch_to.new_window("tab")
    office.window.at(office.window.width)
    try:
        p.go(address).fill({"facts.responsible_person": "另一窗口里改的"}).press("暂存")
        assert "已暂存" in p.text()
    finally:
        p.driver.close()
        p.driver.switch_to.window(first)
    typed = "建设业务管理、数据归集功能；这一段在旧页面里写成。"
    p.fill({"facts.project_summary": typed}).press("暂存")
    assert p.errors() and "已被他人改过" in p.errors()[0], p.errors()
    assert p.value("facts.project_summary") == typed
    told = p.section("您打开页面之后的改动")
    assert "项目责任人" in told and "另一窗口里改的" in told, told
    office.look("wizard-stale")
    p.press("暂存")
    assert p.errors() and "已被他人改过" in p.errors()[0] and p.value("facts.project_summary") == typed
    p.fill({"facts.responsible_person": "另一窗口里改的"})
    p.driver.find_element(By.NAME, "checked_version").click()
    p.press("暂存")
    assert "已暂存" in p.text() and p.value("facts.project_summary") == typed and p.value("facts.responsible_person") == "另一窗口里改的"


def test_a_double_click_saves_once(office, world):
    title = f"双击一次{'甲' if office.window.script else '乙'}"
    p = office.person(*CLERK).go(f"/{X}/projects/new")
    p.fill({"facts.project_name": title})
    page = p.driver.find_element(By.TAG_NAME, "html")
    button = p.find("暂存")
    p.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    p.twice(button)
    p.left(page)
    wait_until("saved", lambda: "已暂存" in p.text(), 10)
    assert count(world, title) == 1


def test_a_session_that_ends_in_mid_form_loses_nothing_typed(office, world):
    title = f"会话中断{'甲' if office.window.script else '乙'}"
    p = office.person(X, "unit", "cgj").go(f"/{X}/projects/new")  # nobody else's session ends with this one's
    p.fill({"facts.project_name": title, "facts.project_summary": "会话中断之前写的一长段话。"})
    world.sql("guizhang_platform", f"DELETE FROM session WHERE login='{p.login}'")
    p.press("暂存")
    assert "刚才填写的内容已经保留" in p.text()
    office.look("login-kept")
    p.fill({"账号": p.login, "密码": PASSWORD}).press("登录", near="用政务目录账号登录")
    assert "接着提交" in p.heading() and "会话中断之前写的一长段话。" in p.text()
    office.look("resume")
    p.press("接着提交")
    assert "已暂存" in p.text() and p.value("facts.project_summary") == "会话中断之前写的一长段话。"
    assert count(world, title) == 1


def test_an_act_by_keyboard_alone_and_one_that_must_be_confirmed(office, world):
    """要求限期整改 cannot be undone: a page asks once more; both pages work from the keyboard."""
    world.clock(X, "2026-09-24T09:00")
    title = f"键盘办理{'甲' if office.window.script else '乙'}"
    w = walked(world, X, "jyj", roads.xinzhou(title, "86.50"), *roads.XINZHOU_REVIEW[:2])
    p = office.person(*TECH).go(f"{w.path}/acts/rectification.order")
    p.fill_rest("2026-10-30", "86.50")
    for main, next_heading in (("要求限期整改，下一步确认", "确认：要求限期整改"), ("确认要求限期整改", title)):
        page = p.driver.find_element(By.TAG_NAME, "html")
        p.driver.execute_script("document.activeElement.blur()")
        p.tab_to(main)
        p.key(Keys.ENTER)
        p.left(page)
        p.arrived()
        assert p.heading() == next_heading, p.text()[:600]
        if next_heading != title:
            assert "网络安全" in p.text() or "共享" in p.text(), p.text()  # the choice in words
            office.look("confirm")
    done(p, "要求限期整改")


def test_two_clerks_of_one_unit_edit_one_form(office, world, begun):
    p, title = begun
    p.press("修改申报")
    form = p.driver.current_url.removeprefix(world.url)
    colleague = world.person("xie.lan", X, unit="jyj")
    page = colleague.get(form).json
    answer = colleague.post(form, {"version": page["project"]["version"], "facts": {"responsible_person": f"谢岚改的{office.window.script}"}})
    assert answer.status in (200, 303), answer
    p.fill({"facts.implementing_body": "张敏正在写的机构"}).press("暂存")
    told = p.section("您打开页面之后的改动")
    assert f"谢岚改的{office.window.script}" in told and p.value("facts.implementing_body") == "张敏正在写的机构", told
    p.fill({"facts.responsible_person": f"谢岚改的{office.window.script}"})
    p.driver.find_element(By.NAME, "checked_version").click()
    p.press("暂存")
    assert "已暂存" in p.text() and p.value("facts.responsible_person") == f"谢岚改的{office.window.script}" and p.value("facts.implementing_body") == "张敏正在写的机构"


def test_two_reviewers_decide_one_step(office, world):
    """The second is told who did what before, keeps what was typed, and nothing is decided twice."""
    world.clock(X, "2026-09-24T09:00")
    title = f"两人同办{'甲' if office.window.script else '乙'}"
    w = walked(world, X, "jyj", roads.xinzhou(title, "86.50"), *roads.XINZHOU_REVIEW[:1])
    p = office.person(*TECH).go(f"{w.path}/acts/technical_review.refuse")
    p.fill({"reason": "材料不属于本事项，写了很长的一段。"})
    colleague = world.person("jiang.nan", X, "tech")
    page = colleague.get(f"{w.path}/acts/technical_review.accept").json
    assert colleague.post(f"{w.path}/acts/technical_review.accept", {"version": page["project"]["version"], "with": {}}).status in (200, 303)
    p.press("不予受理")
    told = p.section("您打开页面之后的改动")
    assert "受理" in told and "区大数据中心" in told, told
    assert p.value("reason") == "材料不属于本事项，写了很长的一段。"
    office.look("act-stale")
    assert [e["what"] for e in w.view("tech")["timeline"]] == ["technical_review.accept", "technical_review.submit"]


def test_an_upload_that_breaks_off_says_so_and_is_chosen_again(scripted, world):
    """In the middle of a large file the line is gone: the page says which file, keeps the rest, and takes it the second time."""
    title = "断线上传"
    p = draft(scripted, title)
    control = next(c for c in p.controls() if c["kind"] == "file" and c["need"])
    path = scripted.window.profile + "/大附件.pdf"
    with open(path, "wb") as f:
        f.write(pdf("大附件", 4 << 20))
    p.driver.execute_cdp_cmd("Network.enable", {})
    p.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000})
    try:
        p.driver.find_element(By.NAME, control["name"]).send_keys(path)
        wait_until("under way", lambda: "正在上传" in p.text(), 10)
        world.part("stop", "nginx")
        wait_until("told", lambda: "大附件.pdf：连接中断，请再选一次" in p.text(), 30)
    finally:
        world.part("start", "nginx")
        p.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
        p.driver.get_log("browser")
    assert not p.is_listed("大附件.pdf")
    p.driver.find_element(By.NAME, control["name"]).send_keys(path)
    wait_until("there", lambda: p.is_listed("大附件.pdf"), 20)
    project = world.sql(f"gz_{X}", f"SELECT id FROM project WHERE title='{title}'")[0][0]
    assert world.sql(f"gz_{X}", f"SELECT COUNT(*) FROM document WHERE project={project}") == [["1"]]
    scripted.look("wizard-upload-broken")


def test_a_project_is_begun_like_one_handed_in(office, world):
    """Last year's operation and maintenance: what it said is there, what belongs to one application alone is asked again."""
    world.clock(X, "2026-09-24T09:00")
    title = f"每年一次的运维{'甲' if office.window.script else '乙'}"
    w = walked(world, X, "jyj", roads.xinzhou(title, "35.00"), *roads.XINZHOU_REVIEW[:1])
    p = office.person(*CLERK).go(w.path)
    p.press("照此新建")
    assert f"照「{title}」" in p.text() and "还没有保存" in p.text()
    assert p.value("facts.project_name") == title and p.value("facts.total_investment") == "35.00"
    assert p.value("facts.planned_start") == "" and not p.driver.find_elements(By.CSS_SELECTOR, "[name='facts.in_annual_plan']:checked")
    office.look("wizard-like")
    p.fill({"facts.project_name": title + "（下一年）"}).press("暂存")
    assert "已暂存" in p.text() and p.value("facts.funding_source") and p.value("facts.total_investment") == "35.00"
    assert (count(world, title), count(world, title + "（下一年）")) == (1, 1)


def test_a_sentence_often_written_is_taken_over_and_changed(office, world):
    world.clock(X, "2026-09-24T09:00")
    title = f"常用意见试验{'甲' if office.window.script else '乙'}"
    w = walked(world, X, "jyj", roads.xinzhou(title, "35.00"), *roads.XINZHOU_REVIEW[:-1])
    p = office.person(*TECH).go(f"{w.path}/acts/technical_review.pass")
    p.fill({"with.sharing_opinion": "先写的一句。"})
    for box in p.driver.find_elements(By.XPATH, "//summary[text()='常用意见']"):
        box.click()
    office.look("act-phrases")
    p.press_it(p.driver.find_element(By.NAME, "fill.with.opinion"))
    assert f"「{title}」建设内容明确" in p.value("with.opinion") and "35.00 万元" in p.value("with.opinion")
    assert p.value("with.sharing_opinion") == "先写的一句。" and not p.errors()
    p.driver.find_elements(By.XPATH, "//summary[text()='常用意见']")[0].click()
    p.press_it(p.driver.find_element(By.NAME, "fill.with.sharing_opinion"))
    assert p.value("with.sharing_opinion").startswith("先写的一句。\n信息资源共享分析篇")
    assert world.sql(f"gz_{X}", f"SELECT COUNT(*) FROM event e JOIN project p ON p.id = e.project WHERE p.title = '{title}' AND e.what = 'technical_review.pass'") == [["0"]]
