"""The main job of both districts at a real browser, by the words on the pages: with script and with script switched off."""
import re
import sys

import pytest
from browser import By, Keys, Person, Window
from walker import Walker
from world import PASSWORD, TOP, wait_until

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

X, M, UP = "xinzhou", "mudan", "heze"
CLERK, TECH, APPROVAL, FINANCE = (X, "unit", "jyj"), (X, "tech"), (X, "approval"), (X, "finance")
BUREAU = (UP, "intake")


class Office:
    """The people of a run in one window; each signs in once, through the form."""

    def __init__(self, world, window):
        self.world, self.window, self.people = world, window, {}

    def person(self, tenant, organ, unit=None):
        key = (tenant, organ, unit)
        if key not in self.people:
            group = f"gz-{tenant}-unit-{unit.replace('_', '-')}" if unit else f"gz-{tenant}-{organ}"
            self.people[key] = Person(self.window, self.world, self.world.holder_of(group)).sign_in()
        return self.people[key].sit()

    def look(self, name, **how):
        """The page that is open is in order; each kind of page is looked at once in a window."""
        seen = self.window.__dict__.setdefault("looked_at", set())
        if name not in seen:
            seen.add(name)
            self.window.sitting.check_page(name, **how)


@pytest.fixture(scope="module")
def windows():
    opened = {}

    def window(script):
        if script not in opened:
            opened[script] = Window(script)
        return opened[script]
    yield window
    for w in opened.values():
        w.close()


@pytest.fixture(scope="module")
def offices(world, windows):
    made = {}
    return lambda script: made.setdefault(script, Office(world, windows(script)))


@pytest.fixture(params=[True, False], ids=["script", "noscript"])
def office(request, offices):
    return offices(request.param)


@pytest.fixture
def scripted(offices):
    return offices(True)


@pytest.fixture(autouse=True, scope="module")
def day(world):
    world.clock(X, "2026-09-24T09:00")
    yield
    for tenant in (X, M, UP):
        world.clock(tenant, "real")


def facts(values):
    """The facts of a demo project, under the names of the form."""
    return {f"facts.{name}": value for name, value in values.items()}


def fill_facts(p, values):
    """Fills the form; questions that depend on answers come up when the road is tried, and are answered then. Gives what is not asked."""
    rest = facts(values)
    asked = True
    while rest and asked:
        here = {c["name"] for c in p.controls()}
        asked = {k: rest.pop(k) for k in list(rest) if k in here}
        p.fill(asked).press("试算路径")
    return rest


def path_of(p):
    return [b.text for b in p.driver.find_elements(By.CSS_SELECTOR, "#road ol.path li b")]


def open_project(p, title):
    """From the list of projects, found by its name."""
    p.press("项目")
    p.fill({"名称、编号或单位": title}).press("筛选")
    return p.press(title)


def done(p, act):
    assert f"已办理「{act}」" in p.text(), f"{act}: {p.errors()}\n{p.text()[:1200]}"
    return p


def submit(p, act):
    """The main button; on a page that opened while something was missing it says that the platform checks again."""
    again = f"再核对一次，能办就办理「{act}」"
    p.press(again if p.has(again) else act)
    return done(p, act)


def do(office, who, title, act, total, today, look=None, near=None, **answers):
    """One act from the project's page, with what it asks for; answers go before plausible ones."""
    p = open_project(office.person(*who), title)
    p.press(act, near=near)
    if look:
        office.look(look)
    p.fill(answers).fill_rest(today, total)
    return submit(p, act)


# ---- the pages everybody meets ----

def test_the_login_page_by_keyboard_alone(office, world):
    p = Person(office.window, world, world.holder_of("gz-xinzhou-leader")).sit()
    p.go("/login")
    office.look("login")
    p.tab_to("跳到正文")
    p.driver.find_element("id", "f-login").send_keys(p.login, Keys.TAB, "bu-shi-zhe-ge", Keys.ENTER)
    wait_until("refused", lambda: p.errors(), 10)
    p.arrived()
    assert "账号或密码不正确" in p.errors()[0] and p.value("账号") == p.login and p.value("密码") == ""
    office.look("login-refused")
    p.go("/login")
    while (held := p.driver.switch_to.active_element).get_attribute("id") != "f-login":
        p.key(Keys.TAB)
    held.send_keys(p.login)
    p.key(Keys.TAB)
    p.driver.switch_to.active_element.send_keys("Shiyan-Kouling-2026")
    page = p.driver.find_element("tag name", "html")
    p.tab_to("登录", most=1)
    p.key(Keys.ENTER)
    p.left(page)
    assert p.heading() == "我的工作台"


def test_the_components_page_is_true_to_stylesheet_and_sprite(office, world):
    p = Person(office.window, world, world.holder_of("gz-xinzhou-leader")).sit()
    p.go("/login").press("组件一览")
    assert p.heading() == "组件一览"
    office.look("components")
    tokens = dict(zip(p.texts("#k1 code"), [e.get_dom_attribute("fill") for e in p.driver.find_elements(By.CSS_SELECTOR, "#k1 rect")], strict=True))
    held = p.driver.execute_script("var s = getComputedStyle(document.documentElement);"
                                   "return arguments[0].map(function (n) { return s.getPropertyValue(n).trim(); })", list(tokens))
    assert held == list(tokens.values()), dict(zip(tokens, held, strict=True))
    sprite = (TOP / "nginx/www/icons.svg").read_text(encoding="utf-8")
    assert p.texts("#k16 code") == re.findall(r'<symbol id="([a-z]+)"', sprite)


def test_choosing_one_of_two_posts(office, world):
    p = Person(office.window, world, "xie.lan").sign_in()
    assert p.heading() == "选择岗位"
    office.look("posts")
    p.driver.find_element("xpath", "//label[contains(., '牡丹区')]").click()
    p.press("以所选岗位办理")
    assert p.heading() == "我的工作台" and "牡丹区" in p.driver.find_element(By.CSS_SELECTOR, ".top-tenant").text
    p.press("换岗位").press("退出")
    p.go("/mudan/home")
    assert p.driver.find_elements("id", "f-password")


# ---- 新洲区 ----

def new_application(office, title, wan):
    """The clerk's form: the road at each bound of the amount, an error that loses nothing, files with Chinese names."""
    p = office.person(*CLERK)
    p.go(f"/{X}/home")
    office.look("home-clerk")
    p.press("新建申报")
    assert p.heading() == "新建申报" and "2022" in p.text()
    office.look("wizard-new")
    values = roads.xinzhou(title, "19.99")
    later = fill_facts(p, values)
    assert set(later) == {"facts.design_institution", "facts.design_qualification", "facts.trusted_products"}
    assert path_of(p)[0] == "备案" and "第七条" in p.section("办理路径") and "总投资 19.99 万元，低于 20 万元" in p.section("办理路径")
    p.fill({"facts.total_investment": "20"}).press("试算路径")
    assert path_of(p)[:2] == ["技术审查", "立项审批"] and "15个工作日" in p.section("办理路径")
    assert "大写：贰拾万元整" in p.text()
    p.fill({"facts.total_investment": "300"}).press("试算路径")
    # what is no longer asked and then asked again is still there
    p.fill(later).fill({"facts.total_investment": "19.99"}).press("试算路径")
    assert path_of(p)[0] == "备案"
    p.fill({"facts.total_investment": "300"}).press("试算路径")
    assert {k: p.value(k) for k in later} == later
    assert path_of(p)[:3] == ["专家论证", "领导小组研究决策", "技术审查"] and "第八条" in p.section("办理路径")
    office.look("wizard-tried")

    p.fill({"facts.total_investment": "八十六万五", "facts.responsible_person": "周启明（信息中心主任）"}).press("暂存")
    assert any("八十六万五" in e or "总投资" in e for e in p.errors()), p.errors()
    assert p.value("facts.total_investment") == "八十六万五" and p.value("facts.responsible_person") == "周启明（信息中心主任）"
    office.look("wizard-error")
    p.press(p.driver.find_element(By.CSS_SELECTOR, ".note-bad li a").text)
    assert p.driver.current_url.endswith("#f-total_investment")
    p.fill({"facts.total_investment": wan}).press("暂存")
    assert "已暂存" in p.text() and p.heading() == title
    return p


def hand_in_materials(office, p):
    names = ["区教育局关于申请技术审查的函（2026）.pdf", "函的附件一：情况说明.pdf", "函的附件二：清单.pdf"]
    control = next(c for c in p.controls() if c["kind"] == "file" and c["need"])
    p.upload(control, names)
    p.send_files()
    assert all(p.is_listed(n) for n in names)
    p.fill_rest("2026-09-24", "86.50")
    assert not [c for c in p.controls() if c["kind"] == "file" and c["need"]]
    office.look("wizard-materials")


def correction(office, title):
    """Asked with typed places and a last day; the clerk sees those and can change nothing else."""
    p = office.person(*TECH)
    p.go(f"/{X}/home")
    assert title in p.section("待办"), p.section("待办")
    office.look("home-tech")
    p.press(title)
    office.look("project-tech")
    p.press("退回补正")
    office.look("act-correction")
    place = next(o.text for o in p.driver.find_elements(By.CSS_SELECTOR, "#item-0 option") if "数据资源目录" in o.text)
    p.fill({"item.0": place, "what.0": "目录缺少共享属性一栏，请补全。"}).press("退回补正")
    assert any("补正期限" in e for e in p.errors()), p.errors()
    assert p.value("what.0") == "目录缺少共享属性一栏，请补全。" and p.value("item.0")
    p.press("再加几行")
    assert p.value("what.0") == "目录缺少共享属性一栏，请补全。"
    p.fill({"until": "2026-10-15"}).fill_rest("2026-09-24", "86.50").press("退回补正")
    done(p, "退回补正")

    p = office.person(*CLERK)
    p.go(f"/{X}/home")
    assert title in p.section("待办")
    p.press(title)
    asked = p.section("补正要求")
    assert "目录缺少共享属性一栏，请补全。" in asked and "2026-10-15" in asked and "区大数据中心" in asked
    office.look("act-correction-asked")
    open_project(p, title)
    assert "目录缺少共享属性一栏，请补全。" in p.section("补正要求")
    office.look("project-correction")
    p.press("去补正")
    office.look("wizard-correction")
    opened = [c for c in p.controls() if c["name"] != "go"]
    assert [c["kind"] for c in opened] == ["file"] and opened[0]["name"].endswith("data_catalogue"), opened
    p.upload(opened[0], ["数据资源目录（补正）.pdf"])
    p.send_files()
    p.press("暂存，去送审")
    submit(p, "送审")


def opinion(office, title):
    do(office, TECH, title, "受理", "86.50", "2026-09-24", near="下一步")
    do(office, TECH, title, "委托咨询评估单位", "86.50", "2026-09-24", look="act-commission", 受托单位="武汉信息工程咨询有限公司")
    do(office, TECH, title, "登记评估报告", "86.50", "2026-09-24", 评估结论="方案可行，投资核定合理，同意通过第三方审查。")
    p = open_project(office.person(*TECH), title)
    p.press("审查通过")
    office.look("act-opinion")
    typed = "信息资源共享分析篇（章）目录明确，共享方式为接口。"
    p.fill({"对信息资源共享情况的意见": typed}).fill({c["name"]: "false" for c in p.controls() if c["kind"] == "radio"})
    p.press("审查通过")
    said = p.errors()
    assert sum("第十一条" in e and ("共享" in e or "密码" in e) for e in said) >= 2, said
    assert "请填写" in p.driver.find_element("id", "e-crypto_opinion").text
    assert len(p.driver.find_elements(By.CSS_SELECTOR, ".checks .err")) == 2
    assert p.value("对信息资源共享情况的意见") == typed and not any(c["value"] != "false" for c in p.controls() if c["kind"] == "radio")
    office.look("act-refused")
    p.fill({c["name"]: "true" for c in p.controls() if c["kind"] == "radio"}).fill_rest("2026-09-24", "86.50")
    p.press("审查通过")
    return done(p, "审查通过")


def letter(office, title):
    """The approval is a numbered document, and one sheet of paper without anything of the platform."""
    do(office, CLERK, title, "申请立项", "86.50", "2026-09-24")
    do(office, APPROVAL, title, "受理", "86.50", "2026-09-24", near="下一步")
    p = do(office, APPROVAL, title, "批复", "86.50", "2026-09-24", look="act-approve",
           批复的概算总投资="85.00", 批复的建设内容="同意建设业务管理、数据归集、统计分析三部分内容。")
    papers = p.driver.find_elements(By.CSS_SELECTOR, "section[aria-labelledby=dec-t] li")
    number = next(s for s in papers[-1].text.replace("\n", "　").split("　") if "〔2026〕" in s)
    p.press_it(papers[-1].find_element("tag name", "a"))
    page = p.text()
    assert number in page and "85.00万元" in page and "捌拾伍万元整" in page, page
    office.look("letter")
    sheets, text = p.paper(f"letter{'' if office.window.script else '-noscript'}")
    assert sheets == 1, f"{sheets} sheets\n{text}"
    flat = text.replace(" ", "").replace("\n", "")
    assert number in flat and "捌拾伍万元整" in flat and title in flat
    for word in ("我的工作台", "退出", "换岗位", "长辈版", "菜单", "打印用页面", "请求编号", "查找"):
        assert word not in flat, f"「{word}」 on paper\n{text}"
    p.press("打印用页面")
    assert p.paper("letter-print")[0] == 1


def building(office, world, title):
    do(office, CLERK, title, "登记实施机构和项目责任人", "85.00", "2026-09-24")
    p = open_project(office.person(*CLERK), title)
    p.press("登记合同")
    office.look("act-contract")
    p.fill({"合同名称": "应用软件开发合同", "供应商": "武汉云启科技有限公司", "合同金额": "85.01"}).fill_rest("2026-09-24", "85.01").press("登记合同")
    assert any("第十四条" in e for e in p.errors()), p.errors()
    assert p.value("合同名称") == "应用软件开发合同" and p.value("合同金额") == "85.01"
    p.fill({"合同金额": "84.20"}).press("登记合同")
    done(p, "登记合同")
    do(office, CLERK, title, "登记开工", "84.20", "2026-09-24")
    world.clock(X, "2027-03-15T09:00")
    do(office, CLERK, title, "登记建设任务完成", "84.20", "2027-03-15")


def unfold(p):
    """Opens every fold of what this post may do; gives the panel's text."""
    for fold in p.driver.find_elements(By.CSS_SELECTOR, "#acts summary"):
        if fold.is_displayed():
            p.press_it(fold)
    return p.section("可以办理的事项")


def acceptance(office, title):
    p = open_project(office.person(*CLERK), title)
    assert "申请验收评估" in unfold(p) and not p.has("申请验收评估")
    p.press("报请确认")
    assert "现在不能「报请确认」：为什么" in p.text() and "第十六条" in p.text()
    office.look("act-not-yet")
    do(office, CLERK, title, "报请确认", "84.20", "2027-03-15", look="act-preconditions")
    p = open_project(office.person(*TECH), title)
    p.press("确认可以组织验收")
    office.look("act-four-preconditions")
    assert len([c for c in p.controls() if c["kind"] == "radio"]) == 4
    p.fill_rest("2027-03-15", "84.20").press("确认可以组织验收")
    done(p, "确认可以组织验收")
    for who, act in ((CLERK, "申请验收评估"), (APPROVAL, "通过验收"), (CLERK, "登记资产入账"), (CLERK, "登记投入运行")):
        do(office, who, title, act, "84.20", "2027-03-15")


def self_evaluation(office, world, title):
    """The button is grey with its reason until month 12, and works on its first day."""
    world.clock(X, "2028-03-14T09:00")
    p = open_project(office.person(*CLERK), title)
    acts = unfold(p)
    assert "报送自评报告备案" in acts and "2028-03-15" in acts, acts
    office.look("project-waiting")
    world.clock(X, "2028-03-15T09:00")
    do(office, CLERK, title, "报送自评报告备案", "84.20", "2028-03-15", look="act-self-evaluation")
    p = do(office, APPROVAL, title, "予以备案", "84.20", "2028-03-15")
    office.look("project-done")
    assert "2028年3月15日" in p.driver.find_element(By.CSS_SELECTOR, ".clock").text or "2028-03-15" in p.driver.find_element(By.CSS_SELECTOR, ".clock").text


def test_a_project_of_xinzhou_from_the_first_form_to_its_self_evaluation(office, world):
    world.clock(X, "2026-09-24T09:00")
    title = "义务教育招生服务平台建设项目" if office.window.script else "学前教育资助管理平台建设项目"
    p = new_application(office, title, "86.50")
    hand_in_materials(office, p)
    p.press("暂存，去送审")
    office.look("act-submit")
    p.press("送审")
    done(p, "送审")
    office.look("project-sent")
    correction(office, title)
    opinion(office, title)
    letter(office, title)
    building(office, world, title)
    acceptance(office, title)
    self_evaluation(office, world, title)


# ---- 牡丹区 ----

MZJ, COMPETENT = (M, "unit", "mzj"), (M, "competent")


def mudan(world, unit, title, steps):
    """The road before the pages that are walked here is gone over the JSON twin."""
    w = Walker(lambda tenant, organ, u: world.sign_in(tenant, organ, u), M, unit)
    w.draft(roads.mudan(title, "368"))
    w.walk(steps)
    return w


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
    wait_until("the filing in the inbox", lambda: p.go(f"/{UP}/inbox?state=stored").has(title), 30, 0.5)
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


# ---- what goes wrong at a desk ----

def draft(office, title):
    p = office.person(*CLERK).go(f"/{X}/projects/new")
    fill_facts(p, roads.xinzhou(title, "86.50"))
    return p.press("暂存")


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
    w = Walker(lambda tenant, organ, u: world.sign_in(tenant, organ, u), X, "jyj")
    w.draft(roads.xinzhou(title, "86.50"))
    w.walk(roads.XINZHOU_REVIEW[:2])
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


def test_the_pages_of_every_day_in_the_version_for_the_elderly(scripted, begun_scripted):
    p = scripted.person(*CLERK)
    p.go(f"/{X}/home").press("长辈版")
    assert p.driver.find_element(By.TAG_NAME, "html").get_dom_attribute("class") == "large"
    scripted.look("large-home")
    for words, name in (("新建申报", "large-wizard"), ("项目", "large-projects"), (begun_scripted, "large-project"), ("法规库", "large-regulation")):
        p.press(words)
        scripted.look(name)
    p.go(f"/{X}/home").press("标准版")


@pytest.fixture
def begun_scripted(scripted):
    title = "长辈版里看的项目"
    draft(scripted, title)
    return title


def test_the_remaining_pages_are_in_order(scripted, world):
    p = scripted.person(*CLERK)
    p.go(f"/{X}/projects")
    scripted.look("projects")
    p.go(f"/{X}/projects?q=没有这样的项目")
    scripted.look("projects-empty")
    p.go(f"/{X}/regulation")
    scripted.look("regulation")
    p.go(f"/{X}/projects/1")
    scripted.look("error-not-found")
    p.go(f"/{X}/audit")
    scripted.look("error-forbidden")
    w = Walker(lambda tenant, organ, u: world.sign_in(tenant, organ, u), X, "jyj")
    w.draft(roads.xinzhou("看依据的项目", "86.50"))
    w.walk(roads.XINZHOU_REVIEW[:2])
    p.go(w.path).press("看平台按哪些事实和条文判断")
    scripted.look("why")
    p.go(w.path).press("重新数一遍")
    scripted.look("recount")
    p = scripted.person(X, "auditor").go(f"/{X}/audit")
    scripted.look("audit")
    p = scripted.person(X, "leader").go(f"/{X}/home")
    scripted.look("home-leader")


LAW_PAGES = [
    ("guides", "/guide"), ("guide-form", "/chuxiong/guide"), ("guide", "/xinzhou/guide?facts.total_investment=412&facts.fixed_asset_linked=false"),
    ("guide-missing", "/xinzhou/guide?facts.total_investment=412"), ("guide-refused", "/xinzhou/guide?facts.builds_infrastructure=true&facts.total_investment=x"),
    ("guide-compare", "/guide?a=xinzhou&b=yubei&facts.total_investment=412&facts.project_class=build"), ("law", "/chuxiong/regulation"), ("law-find", "/xinzhou/regulation?q=技术审查"),
    ("law-find-none", "/xinzhou/regulation?q=量子"), ("law-cases", "/luan/regulation/cases"), ("law-case", "/luan/regulation/cases/a03_scope.1"), ("law-chart", "/chuxiong/regulation/chart"),
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "noscript"])
def test_the_pages_of_the_law_are_in_order_without_a_session(offices, world, script):
    """Asked as a form would ask: what is typed stands in the address."""
    p = Person(offices(script).window, world, "anybody").sit()
    p.go("/xinzhou/guide").fill({"facts.total_investment": "412", "facts.fixed_asset_linked": "false"}).press("看怎么办")
    assert "facts.total_investment=412" in p.driver.current_url and "技术审查和立项审批" in p.text()
    for name, path in LAW_PAGES:
        p.go(path)
        offices(script).look(name)
    sheets, text = p.go("/xinzhou/regulation/chart?print=1").paper("law-chart")
    drawn = p.driver.find_elements(By.CSS_SELECTOR, "svg.flow")
    assert sheets >= len(drawn) and "技术审查" in text, (sheets, len(drawn))
    sheets, text = p.go("/xinzhou/guide?facts.total_investment=412&facts.fixed_asset_linked=false&print=1").paper("guide")
    assert "建设单位关于项目申请技术审查的函" in re.sub(r"\s", "", text) and "看怎么办" not in text


# ---- the regulations' own forms ----

Y, L = "yubei", "luan"


def sheet(office, world, w, who, act, name, most, words):
    """The printed form in order as a page and on at most so many sheets, with nothing of the platform but its foot."""
    p = office.person(*who)
    p.go(f"{w.path}/forms/{act}")
    office.look(name)
    sheets, text = p.paper(name)
    flat = text.replace(" ", "").replace("\n", "")
    assert sheets <= most and all(word in flat for word in [*words, "演示环境"]), f"{sheets} sheets\n{text}"
    for word in ("我的工作台", "退出", "看项目档案", "用浏览器的打印"):
        assert word not in flat, f"「{word}」 on paper\n{text}"


def in_the_new_window(office, p, words, name):
    """What is typed goes to a window of its own; the page that is being filled in stays as it is."""
    driver, home = p.driver, p.driver.current_window_handle
    p.find(words).click()
    wait_until("the new window", lambda: len(driver.window_handles) == 2)
    driver.switch_to.window(next(h for h in driver.window_handles if h != home))
    p.arrived()
    office.look(name)
    paper = p.paper(name)
    driver.close()
    driver.switch_to.window(home)
    return paper


def test_the_annex_form_is_printed_before_it_is_handed_in(office, world):
    from test_45_yubei import build
    from test_46_forms import WRITTEN
    world.clock(Y, "2025-02-10T09:00")
    w = Walker(lambda tenant, organ, u: world.sign_in(tenant, organ, u), Y, "cgj")
    w.draft(build(f"公共停车诱导{'' if office.window.script else '（无脚本）'}"))
    p = office.person(Y, "unit", "cgj").go(f"{w.path}/acts/application.write")
    office.look("act-outline")
    w.act("unit", "application.write")
    p.go(f"{w.path}/acts/application.submit")
    office.look("act-annex-form")
    p.fill({f"with.{k}": ",".join(v) if isinstance(v, list) else v for k, v in WRITTEN.items() if k not in ("project_class", "procurement_class")})
    p.fill({"with.contact": "李待定"})
    sheets, text = in_the_new_window(office, p, "打印「渝北区政务信息化项目需求申报表」", "annex-form-typed")
    flat = text.replace(" ", "").replace("\n", "")
    assert sheets == 1 and "李待定" in flat and "2025年4月至2025年12月" in flat and "300.00" in flat and "退出" not in flat, text
    assert p.value("with.contact") == "李待定"
    w.act("unit", "application.submit", **WRITTEN)
    sheet(office, world, w, (Y, "competent"), "application.submit", "annex-form", 1, ["张文远", "附件1", "第1次", "填报单位（盖章）：渝北区城市管理局"])
    sheet(office, world, w, (Y, "competent"), "application.write", "annex-outline", 4, ["四、建设方案", "（九）土建及配套工程"])
    w.act("competent", "application.ask_correction", correction=[{"item": "current_state", "what": "写明替代哪些系统"}], until="2025-02-20")
    p = office.person(Y, "unit", "cgj").go(f"{w.path}/acts/application.submit")
    office.look("act-annex-form-again")
    assert [c["name"] for c in p.controls() if c["name"].startswith("with.")] == ["with.current_state"]


def test_a_record_and_a_letter_are_printed_from_their_rules(scripted, world):
    from test_41_luan import FACTS
    w = Walker(lambda tenant, organ, u: world.sign_in(tenant, organ, u), L, "mzj")
    w.draft(dict(FACTS, project_name="印制的记录表", total_investment="368"))
    sheet(scripted, world, w, (L, "unit", "mzj"), "joint_review.record", "record-form", 2, ["六安市电子政务项目审查论证记录表", "审查论证意见", "（盖章）", "核对结果"])
    m = mudan(world, "mzj", "印制的责任书", [])
    sheet(scripted, world, m, (M, "unit", "mzj"), "responsibility_letter.sign", "responsibility-letter", 1, ["项目建设主体责任书", "绩效管理主体责任", "（盖章）"])
