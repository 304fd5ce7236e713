"""The pages everybody meets, at a real browser, by the words on them: with script and with script switched off."""
import re

import pytest
from browser import By, Keys, Person
from office import CLERK, X, draft, roads
from walker import walked
from world import TOP, wait_until

pytestmark = pytest.mark.usefixtures("day")


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
    w = walked(world, X, "jyj", roads.xinzhou("看依据的项目", "86.50"), *roads.XINZHOU_REVIEW[:2])
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
    ("law-forms", "/yubei/regulation/forms"), ("law-forms-open", "/luan/regulation/forms?print=1"), ("blank-form", "/yubei/regulation/forms/demand_form"), ("blank-outline", "/yubei/regulation/forms/demand_outline"),
    ("workdays", "/xinzhou/workdays?year=2026"), ("workdays-provisional", "/heze/workdays?year=2027"),
    ("workdays-count", "/xinzhou/workdays?count.from=2025-09-26&count.n=15&count.unit=working_days"), ("workdays-days", "/xinzhou/workdays?count.from=2025-08-31&count.n=31&count.unit=days"),
    ("workdays-months", "/xinzhou/workdays?count.from=2026-08-01&count.n=8&count.unit=months"), ("workdays-unread", "/xinzhou/workdays?count.from=明天&count.n=0&count.unit=working_days"),
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
    p.go("/xinzhou/workdays").fill({"count.from": "2025-09-26", "count.n": "4"}).press("算出最后一日")
    assert "最后一日：2025年10月9日" in p.text() and "count.n=4" in p.driver.current_url
    sheets, text = p.go("/xinzhou/workdays?year=2026&print=1").paper("workdays")
    assert sheets == 1 and "12月" in text and "国办发明电〔2025〕7号" in text and "算出最后一日" not in text, (sheets, text)
    sheets, text = p.go("/xinzhou/regulation/chart?print=1").paper("law-chart")
    drawn = p.driver.find_elements(By.CSS_SELECTOR, "svg.flow")
    assert sheets >= len(drawn) and "技术审查" in text, (sheets, len(drawn))
    sheets, text = p.go("/xinzhou/guide?facts.total_investment=412&facts.fixed_asset_linked=false&print=1").paper("guide")
    assert "建设单位关于项目申请技术审查的函" in re.sub(r"\s", "", text) and "看怎么办" not in text
