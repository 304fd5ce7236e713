"""新洲区 at a real browser: a project from the first form to its self-evaluation."""
import pytest
from browser import By
from office import APPROVAL, CLERK, TECH, X, do, done, fill_facts, open_project, path_of, roads, submit

pytestmark = pytest.mark.usefixtures("day")


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


def find_task(p, title):
    """The desk, leafed through until the page of tasks with that project."""
    p.go(f"/{X}/home")
    while title not in p.section("待办"):
        before = p.section("待办")
        p.press("下一页")
        assert p.section("待办") != before, before


def correction(office, title):
    """Asked with typed places and a last day; the clerk sees those and can change nothing else."""
    p = office.person(*TECH)
    find_task(p, title)
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
    find_task(p, title)
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
    number = next(s for s in papers[0].text.replace("\n", "　").split("　") if "〔2026〕" in s)
    p.press_it(papers[0].find_element("tag name", "a"))
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
    p.go(f"{p.driver.current_url.split('?')[0]}?tab=work")
    assert "申请验收评估" in unfold(p) and "申请验收评估" not in p.texts("#acts a.btn")  # a word on what it needs, no button
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
    p.press("暂存，去送审").fill_rest("2026-09-24", "86.50")
    office.look("act-submit")
    p.fill_rest("2026-09-24", "86.50")
    submit(p, "送审")
    office.look("project-sent")
    correction(office, title)
    opinion(office, title)
    letter(office, title)
    building(office, world, title)
    acceptance(office, title)
    self_evaluation(office, world, title)
