"""The regulations' own forms on paper: printed as typed and as handed in."""
import pytest
import roads
from browser import By, Person
from office import L, M, Y, mudan
from walker import walked
from world import wait_until

pytestmark = pytest.mark.usefixtures("day")


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
    from test_46_forms import WRITTEN
    world.clock(Y, "2025-02-10T09:00")
    w = walked(world, Y, "cgj", roads.yubei(f"公共停车诱导{'' if office.window.script else '（无脚本）'}", "300"))
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


BLANKS = [
    (Y, "demand_form", 1, ["附件1", "渝北区政务信息化项目需求申报表", "填报单位（盖章）：", "资金预算", "年月至年月"]),
    (Y, "demand_outline", 4, ["附件2", "四、建设方案", "（九）土建及配套工程"]),
    (Y, "acceptance_request", 2, ["政务数据资源目录清单", "数据资源名称", "项目建设和运维单位（盖章）"]),
    (L, "review_record", 2, ["六安市电子政务项目审查论证记录表", "审查论证意见", "（盖章）", "核对结果", "项目名称：建设单位："]),
    (M, "responsibility_letter", 1, ["项目建设主体责任书", "绩效管理主体责任", "（盖章）"]),
]


@pytest.mark.parametrize("tenant, form, most, words", BLANKS, ids=[b[1] for b in BLANKS])
def test_an_empty_form_is_printed_for_anybody(scripted, world, tenant, form, most, words):
    """Without signing in, and without anything that only a project's has."""
    p = Person(scripted.window, world, "anybody").sit()
    p.go(f"/{tenant}/regulation/forms")
    p.go(next(a.get_dom_attribute("href") for a in p.driver.find_elements(By.CSS_SELECTOR, "#blanks a") if f"/forms/{form}" in a.get_dom_attribute("href")))
    scripted.look(f"blank-{form}")
    sheets, text = p.paper(f"blank-{form}")
    flat = text.replace(" ", "").replace("\n", "")
    assert sheets <= most and all(word in flat for word in words), f"{sheets} sheets\n{text}"
    for word in ("登录", "用浏览器的打印", "SM3", "尚未提交", "还没有填写"):
        assert word not in flat, f"「{word}」 on paper\n{text}"


def test_a_record_and_a_letter_are_printed_from_their_rules(scripted, world):
    w = walked(world, L, "mzj", roads.luan("印制的记录表", "368"))
    sheet(scripted, world, w, (L, "unit", "mzj"), "joint_review.record", "record-form", 2, ["六安市电子政务项目审查论证记录表", "审查论证意见", "（盖章）", "核对结果"])
    m = mudan(world, "mzj", "印制的责任书", [])
    sheet(scripted, world, m, (M, "unit", "mzj"), "responsibility_letter.sign", "responsibility-letter", 1, ["项目建设主体责任书", "绩效管理主体责任", "（盖章）"])
