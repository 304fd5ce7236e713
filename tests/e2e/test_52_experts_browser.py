"""Experts at a real browser, 新洲区: the pool, a draw by three organs, an expert at his phone, the proof and the opinion on paper."""

import panel
import pytest
import roads
from browser import By, Person
from office import Office
from walker import Walker

T = "xinzhou"
LABELS = {"software": "软件与应用系统", "network": "网络与基础设施", "security": "网络安全与密码应用", "data": "数据治理与共享", "cost": "投资概算与造价", "business": "业务与项目管理"}
DAYS = {T: "2026-03-02T09:00"}
WORDS = {("unit", "jyj"): "区教育局封存的一句话：问津书院读书声", ("tech", None): "区大数据中心封存的一句话：举水河畔数据忙", ("approval", None): "区行政审批局封存的一句话：一枚印章管审批"}


@pytest.fixture(scope="module")
def people(world, windows):
    office = Office(world, windows(True))
    return lambda organ, unit=None: office.person(T, organ, unit)


class Story:
    pass


@pytest.fixture(scope="module")
def story():
    return Story()


def rows(world):
    return panel.experts(world.people.values(), T)


def test_the_keeper_fills_the_pool(world, people, story):
    p = people("approval").go(f"/{T}/experts")
    p.check_page("experts-empty")
    p.press("成批入库").fill({"名单": "张三，，某院，教授，占星"}).press("全部入库")
    told = [r.text for r in p.driver.find_elements(By.CSS_SELECTOR, "section[aria-labelledby=faults-t] tbody tr")]
    assert p.errors() and len(told) == 2 and all("1 行" in t for t in told) and p.value("名单").startswith("张三"), told
    p.check_page("experts-import")
    p.fill({"名单": "\n".join(panel.pool_lines(world.people.values(), T, LABELS))}).press("全部入库")
    assert "已入库 12 位专家" in p.text()
    p.check_page("experts")
    p.press("专家入库").check_page("expert-new")
    p.press("入库")
    assert any("姓名" in e for e in p.errors())
    p.go(f"/{T}/experts").press(rows(world)[3]["name"])
    p.fill({"备注": "每周三上午不便"}).press("保存")
    assert "已保存" in p.text() and p.value("备注") == "每周三上午不便"
    p.check_page("expert")


def test_the_unit_begins_and_three_organs_seal_and_open(world, people, story):
    w = story.w = Walker(world.sign_in, T, "jyj")
    w.draft(roads.xinzhou("智慧校园平台（专家论证）", "560.00"))
    w.upload("unit", "technical_review", "preliminary_design")
    p = people("unit", "jyj").go(w.path).press("专家评审")
    p.check_page("project-reviews")
    p.press("提交候选名单，开始抽取")
    assert "候选名单和规则已经提交" in p.text()
    story.path = p.driver.current_url.split("?")[0].removeprefix(world.url)
    p.check_page("review-sealing")
    for (organ, unit), words in WORDS.items():
        p = people(organ, unit).go(story.path).fill({"封存的话": words}).press("交存封签，交后不能更换")
        assert "封签已交存" in p.text()
    wrong = people("unit", "jyj").go(story.path).fill({"交封签时的话": "记不清了，随便写一句"}).press("开封")
    assert any("不符" in e for e in wrong.errors())
    for (organ, unit), words in WORDS.items():
        p = people(organ, unit).go(f"/{T}/reviews").press("待本机关开封").fill({"交封签时的话": words}).press("开封")
    assert "专家组已经抽出" in p.text()
    people("tech").go(f"/{T}/reviews").check_page("reviews")


def test_the_proof_is_read_by_the_auditor_and_printed(world, people, story):
    p = people("auditor").go(story.path).press("验证抽取结果")
    assert "相符。" in p.text() and "不符" not in p.text()
    p.check_page("proof")
    sheets, text = p.go(story.path + "/proof?print=1").paper("proof-paper")
    assert "抽取结果验证" in text.replace(" ", "") and sheets <= 3


def test_the_meeting_is_called_and_one_expert_steps_back(world, people, story):
    p = people("unit", "jyj").go(story.path)
    p.fill({"评审日期": "2026-03-03", "时间": "14:30", "地点": ""}).press("登记评审会")
    assert any("地点" in e for e in p.errors()) and p.value("时间") == "14:30"
    p.fill({"地点": "区教育局二楼会议室"}).press("登记评审会")
    assert "评审会已登记" in p.text()
    p.check_page("review-drawn")
    seats = world.sign_in(T, "unit", "jyj").get(story.path).json["seats"]
    logins = {x["name"]: x["login"] for x in rows(world)}
    story.seated = [logins[s["name"]] for s in seats if s["state"] == "seated"]
    story.waiting = [logins[s["name"]] for s in seats if s["state"] == "waiting"]


def test_an_expert_at_his_phone(world, windows, people, story):
    window = windows(True)
    window.at(390)
    try:
        p = Person(window, world, story.seated[0]).sign_in()
        assert p.heading() == "我的评审" and "智慧校园平台（专家论证）" in p.text()
        p.check_page("seats")
        p.press("智慧校园平台（专家论证）").check_page("seat")
        p.press("申明回避，或者不能参加").fill({"情形": "conflict", "理由": "曾任本项目的顾问"}).press("退出这次评审，由候补递补")
        assert "您已不在这个项目的专家组里" in p.text()
        p.check_page("seat-out")
        p = Person(window, world, story.seated[1]).sign_in().press("智慧校园平台（专家论证）")
        p.fill({"需求和建设必要性": "90", "个人意见": "必要性充分"}).press("暂存")
        assert "草稿已保存" in p.text() and p.value("需求和建设必要性") == "90"
        p.press("交评分表，交后不能再改")
        assert len(p.errors()) == 4, p.errors()
        p.check_page("seat-errors")
        p.fill({"技术方案先进可行": "85", "网络安全与密码应用": "80", "投资概算合理": "78", "评审结论": True}).press("交评分表，交后不能再改")
        assert "评分表已交" in p.text()
        p.check_page("seat-in")
    finally:
        window.at(1366)
    story.seated = story.seated[1:] + story.waiting[:1]


def test_without_script_a_sheet_is_handed_in_and_the_rest_follow(world, windows, story):
    p = Person(windows(False), world, story.seated[1]).sign_in().press("智慧校园平台（专家论证）")
    p.fill({"需求和建设必要性": "70", "技术方案先进可行": "60", "网络安全与密码应用": "65", "投资概算合理": "55", "评审结论": False, "个人意见": "概算偏高，建议核减"}).press("交评分表，交后不能再改")
    assert "评分表已交" in p.text()
    for login in story.seated[2:]:
        c = world.person(login, T)
        href = c.get(f"/{T}/seats").json["seats"][0]["href"]
        answer = c.post(f"{href}/sheet", {"version": c.get(href).json["seat"]["version"], "go": "in", "with": {
            "score_necessity": "88", "score_technology": "80", "score_security": "82", "score_investment": "75", "agrees": "true", "opinion": "同意实施"}})
        assert answer.status == 200, answer
    p.go(p.driver.current_url)
    assert "同意实施" in p.section("其他专家")


def test_the_convener_closes_prints_and_records(world, people, story):
    world.clock(T, "2026-03-03T17:00")
    p = people("unit", "jyj").go(story.path)
    assert "概算偏高" in p.value("专家组意见")
    p.check_page("review-all-in")
    p.fill({"专家组意见": "专家组一致认为：项目必要、方案可行，概算核减后实施。"}).press("形成评审意见")
    assert "评审意见已形成" in p.text() and "评审结论：同意" in p.text()
    p.check_page("review-closed")
    p.press("评审意见书").check_page("opinion")
    sheets, text = p.go(story.path + "/opinion?print=1").paper("opinion-paper")
    flat = text.replace(" ", "").replace("\n", "")
    assert sheets == 1 and "专家论证意见书" in flat and "专家组一致认为" in flat and "平台" not in flat.split("专家论证意见书")[0], (sheets, text[:300])
    p.go(story.w.path + "/acts/expert_review.agree")
    assert "结论是「同意」" in p.text() and "概算核减" in p.value("论证意见") and p.value("论证日期") == "2026-03-03"
    p.check_page("act-with-review")
    story.w.act("unit", "expert_review.agree", **{c["name"].split(".")[1]: c["value"] for c in p.controls() if c["name"].startswith("with.") and c["value"]})
    assert any(s["state"] == "done" for s in story.w.view()["stages"] if s["procedure"] == "expert_review")
