"""Nothing typed is lost when a session ends: a form that comes too late goes through the login page to 接着提交."""
import html.parser
import re
import time

import pytest
from client import Client, pdf
from world import PASSWORD, TOP, wait_until

MARKED = '他说"<script>alert(1)</script>" & \'单引号\'\n第二行　全角空格，\n\n末行'


class Forms(html.parser.HTMLParser):
    """Every form of a page: {action, enctype, fields [(name, value)]} as a browser without script would send it."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.scripts, self.text = [], [], ""
        self.inside = self.area = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        a = {k: v if v is not None else "" for k, v in attrs}
        if tag == "form":
            self.inside = {"action": a.get("action"), "method": a.get("method", "get"), "enctype": a.get("enctype"), "fields": []}
            self.forms.append(self.inside)
        elif tag == "script":
            self.scripts.append(a.get("src"))
        elif tag == "input" and self.inside is not None and a.get("name") and a.get("type") not in ("submit", "file"):
            if a.get("type") in ("radio", "checkbox") and "checked" not in a:
                return
            self.inside["fields"].append((a["name"], a.get("value", "")))
        elif tag == "textarea":
            self.area = [a.get("name"), ""]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None
        elif tag == "textarea" and self.area:
            self.inside["fields"].append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None

    def handle_data(self, data):
        self.text += data
        if self.area:
            self.area[1] += data

    def to(self, action):
        found = [f for f in self.forms if f["action"] == action and f["method"] == "post"]
        assert len(found) == 1, (action, self.forms)
        return found[0]


def browser(client):
    """From here on a person's browser: pages, no JSON, no header a form cannot send."""
    client.csrf = None
    return client


def send(client, path, fields, **headers):
    return client.form(path, fields, {"Idempotency-Key": None, "X-CSRF-Token": None, **headers}, accept="text/html")


def page_of(answer, status=200):
    assert answer.status == status, answer
    assert answer.header("Content-Type").startswith("text/html")
    page = Forms(answer.text)
    assert None not in page.scripts, "a script without a file"
    return page


def kept_of(page):
    fields = page.to("/login")["fields"]
    return dict(fields).get("resume"), [(n.removeprefix("kept."), v) for n, v in fields if n.startswith("kept.")]


def sign_in_again(client, page, login, password=PASSWORD):
    fields = [(n, v) for n, v in page.to("/login")["fields"] if n not in ("login", "password")]
    return send(client, "/login", [*fields, ("login", login), ("password", password)])


def end_sessions(world, login):
    world.sql("guizhang_platform", f"DELETE FROM session WHERE login='{login}'")
    world.sessions.clear()


def draft_form(client, **changes):
    page = page_of(client.page("/xinzhou/projects/new"))
    fields = [(n, v) for n, v in page.to("/xinzhou/projects")["fields"] if n not in {f"facts.{k}" for k in changes}]
    return [*fields, *((f"facts.{k}", v) for k, v in changes.items()), ("go", "save")]


def typed_of(fields):
    return [(n, v) for n, v in fields if n not in ("csrf", "key")]


def saved(client, project):
    view = client.get(f"/xinzhou/projects/{project}/edit").json
    return {f["id"]: f.get("value") for g in view["groups"] for f in g["fields"]}


def projects(world):
    return int(world.sql("gz_xinzhou", "SELECT COUNT(*) FROM project")[0][0])


@pytest.fixture
def clerk(world):
    c = Client(world.url)
    assert c.login("zhang.min", PASSWORD, "xinzhou").status == 200
    return browser(c)


def test_a_draft_typed_before_the_session_ended_is_saved_as_it_was_typed(world, clerk):
    form = draft_form(clerk, project_name="登录前填的项目", project_summary=MARKED, total_investment="19.99")
    before = projects(world)
    end_sessions(world, "zhang.min")

    answer = send(clerk, "/xinzhou/projects", form)
    page = page_of(answer, 401)
    path, kept = kept_of(page)
    assert path == "/xinzhou/projects" and sorted(kept) == sorted(typed_of(form))
    assert "已经保留" in page.text and "<script>alert" not in answer.text
    assert projects(world) == before

    wrong = sign_in_again(clerk, page, "zhang.min", "bu-shi-zhe-ge")
    page = page_of(wrong, 401)
    assert kept_of(page) == (path, kept) and "bu-shi-zhe-ge" not in wrong.text
    empty = page_of(sign_in_again(clerk, page, "zhang.min", ""), 400)
    assert kept_of(empty) == (path, kept)

    answer = sign_in_again(clerk, page, "zhang.min")
    page = page_of(answer)
    assert "接着提交" in page.text and "登录前填的项目" in page.text and "项目名称" in page.text and "19.99 万元" in page.text
    assert "<script>alert" not in answer.text and PASSWORD not in answer.text
    assert 'href="/xinzhou/projects"' in answer.text
    again = page.to("/xinzhou/projects")
    assert sorted(typed_of(again["fields"])) == sorted(typed_of(form))
    assert dict(again["fields"])["csrf"] != dict(form)["csrf"] and dict(again["fields"])["key"] != dict(form)["key"]

    answer = send(clerk, "/xinzhou/projects", again["fields"])
    assert answer.status == 303, answer
    project = re.fullmatch(r"/xinzhou/projects/(\d+)/edit\?saved=1", answer.header("Location"))[1]
    facts = saved(clerk, project)
    assert facts["project_name"] == "登录前填的项目" and facts["project_summary"] == MARKED and facts["total_investment"] == "19.99"
    assert projects(world) == before + 1
    assert send(clerk, "/xinzhou/projects", again["fields"]).status == 303 and projects(world) == before + 1, "the same key twice is one draft"


def test_a_session_idle_too_long_and_one_left_in_another_tab_keep_it_too(world, clerk):
    form = draft_form(clerk, project_name="闲置过久")
    world.sql("guizhang_platform", "UPDATE session SET seen_at = seen_at - INTERVAL 9 HOUR WHERE login='zhang.min'")
    assert kept_of(page_of(send(clerk, "/xinzhou/projects", form), 401))[0] == "/xinzhou/projects"
    world.sessions.clear()

    assert clerk.login("zhang.min", PASSWORD, "xinzhou").status == 200
    form = draft_form(browser(clerk), project_name="另一个窗口退出")
    out = dict(page_of(clerk.page("/xinzhou/home")).to("/logout")["fields"])
    assert send(clerk, "/logout", out).status == 303
    path, kept = kept_of(page_of(send(clerk, "/xinzhou/projects", form), 401))
    assert path == "/xinzhou/projects" and ("facts.project_name", "另一个窗口退出") in kept


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": None}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_foreign_page_gets_nothing_back(world, clerk, headers):
    form = [("facts.project_name", "CANARY-5501"), ("csrf", "x" * 64), ("key", "k" * 20)]
    signed_in = send(clerk, "/xinzhou/projects", form, **headers)
    assert signed_in.status == 403 and "CANARY-5501" not in signed_in.text and 'name="resume"' not in signed_in.text
    nobody = send(Client(world.url), "/xinzhou/projects", form, **headers)
    assert nobody.status == 403 and "CANARY-5501" not in nobody.text and 'name="resume"' not in nobody.text
    login = send(Client(world.url), "/login", [("resume", "/xinzhou/projects"), ("kept.facts.project_name", "CANARY-5501"), ("login", "x"), ("password", "y")], **headers)
    assert login.status == 403 and "CANARY-5501" not in login.text


def test_json_clients_get_their_problems_as_before(world, clerk):
    fields = [("facts.project_name", "CANARY-5502")]
    for client, status in ((Client(world.url), 401), (clerk, 403)):
        for answer in (client.form("/xinzhou/projects", fields), client.post("/xinzhou/projects", {"facts": {"project_name": "CANARY-5502"}})):
            assert answer.status == status and answer.header("Content-Type").startswith("application/problem+json"), answer
            assert "CANARY" not in answer.text


def test_a_former_token_while_signed_in_goes_straight_to_the_page(world, clerk):
    form = draft_form(clerk, project_name="另一窗口重新登录", project_summary=MARKED)
    assert clerk.login("zhang.min", PASSWORD, "xinzhou").status == 200
    answer = send(browser(clerk), "/xinzhou/projects", form)
    page = page_of(answer)
    again = page.to("/xinzhou/projects")
    assert "还没有提交" in page.text and sorted(typed_of(again["fields"])) == sorted(typed_of(form)) and "<script>alert" not in answer.text
    answer = send(clerk, "/xinzhou/projects", again["fields"])
    assert answer.status == 303
    assert saved(clerk, answer.header("Location").split("/")[3])["project_summary"] == MARKED


def test_the_address_must_be_one_of_ours(world):
    for path in ("http://evil.example/xinzhou/projects", "//evil.example/projects", "/\\evil.example", "javascript:alert(1)", "/logout", "/login",
                 "/xinzhou/home", "/nowhere/projects", "/xinzhou/exchange/filings", "/xinzhou/projects?x=1", "/xinzhou/../mudan/projects"):
        c = Client(world.url)
        answer = send(c, "/login", [("resume", path), ("kept.facts.project_name", "CANARY-5503"), ("login", "zhang.min"), ("password", PASSWORD)])
        assert answer.status == 303 and answer.header("Location") == "/xinzhou/home", (path, answer)
        answer = send(Client(world.url), "/login", [("resume", path), ("kept.facts.project_name", "CANARY-5503"), ("login", "zhang.min"), ("password", "")])
        assert answer.status == 400 and "CANARY-5503" not in answer.text and "evil" not in answer.text, (path, answer)


def test_what_is_too_large_is_said_and_the_page_before_can_still_hand_it_in(world, clerk):
    form = draft_form(clerk, project_name="过大", project_summary="长" * 90000)
    end_sessions(world, "zhang.min")
    page = page_of(send(clerk, "/xinzhou/projects", form), 401)
    assert "填写的内容有 26" in page.text and "256 KB" in page.text and "另开一个窗口登录" in page.text and "刷新" in page.text
    assert kept_of(page) == (None, [])
    many = [*form[:2], *((f"facts.x{i}", "1") for i in range(501))]
    page = page_of(send(clerk, "/xinzhou/projects", many), 401)
    assert "500" in page.text and kept_of(page) == (None, [])
    # signed in elsewhere, a browser that reloads the page sends the very same form again: it goes to its own page, whatever its size
    assert clerk.login("zhang.min", PASSWORD, "xinzhou").status == 200
    page = page_of(send(browser(clerk), "/xinzhou/projects", form))
    assert dict(page.to("/xinzhou/projects")["fields"])["facts.project_summary"] == "长" * 90000


def test_passwords_csrf_and_key_are_never_carried(world):
    form = [("csrf", "SECRET-1"), ("key", "SECRET-2"), ("password", "SECRET-3"), ("facts.Old_Passwd", "SECRET-4"), ("facts.project_name", "只留这一项")]
    answer = send(Client(world.url), "/xinzhou/projects", form)
    assert kept_of(page_of(answer, 401))[1] == [("facts.project_name", "只留这一项")] and "SECRET" not in answer.text


def test_a_field_ticked_several_times_stays_several(world, clerk):
    form = [("facts.several", ""), ("facts.several", "a"), ("facts.project_name", "多选"), ("facts.several", "b"), ("go", "try")]
    page = page_of(send(Client(world.url), "/xinzhou/projects", form), 401)
    want = [("facts.several", ""), ("facts.several", "a"), ("facts.several", "b"), ("facts.project_name", "多选"), ("go", "try")]
    assert kept_of(page)[1] == want
    page = page_of(sign_in_again(Client(world.url), page, "zhang.min"))
    assert typed_of(page.to("/xinzhou/projects")["fields"]) == want


def test_of_posts_in_two_districts_the_one_the_address_names_is_chosen(world):
    c = Client(world.url)
    page = page_of(send(c, "/xinzhou/projects", [("facts.project_name", "两区任职"), ("go", "save")]), 401)
    page = page_of(sign_in_again(c, page, "xie.lan"))
    answer = send(c, "/xinzhou/projects", page.to("/xinzhou/projects")["fields"])
    assert answer.status == 303 and answer.header("Location").startswith("/xinzhou/projects/"), answer


def test_the_choice_of_a_post_carries_it_and_another_district_s_post_does_not_lose_it(world):
    c = Client(world.url)
    path, reason = "/xinzhou/projects/1/acts/technical_review.accept", "理由写了很长\n第二行"
    page = page_of(send(c, path, [("reason", reason), ("version", "3")]), 401)
    page = page_of(sign_in_again(c, page, "jiang.nan"))
    form = page.to("/posts")["fields"]
    assert [v for n, v in form if n == "post"] == ["xinzhou/tech/"] and "editor" not in str(form), "only posts that may hand it in"
    stale = page_of(send(c, "/posts", [(n, "0" * 64 if n == "csrf" else v) for n, v in form]))
    form = stale.to("/posts")["fields"]
    assert ("kept.reason", reason) in form
    world.sql("guizhang_platform", "DELETE FROM session WHERE login='jiang.nan'")
    page = page_of(send(c, "/posts", form), 401)
    assert kept_of(page) == (path, [("reason", reason), ("version", "3")])
    page = page_of(sign_in_again(c, page, "jiang.nan"))
    page = page_of(send(c, "/posts", page.to("/posts")["fields"]))
    assert "技术审查　受理" in page.text and "理由" in page.text and typed_of(page.to(path)["fields"]) == [("reason", reason), ("version", "3")]

    # at work in another district meanwhile: back to the post of this one, with everything typed
    other = Client(world.url)
    assert other.login("xie.lan", PASSWORD, "mudan").status == 200
    page = page_of(send(browser(other), "/xinzhou/projects", [("facts.project_name", "换了岗位"), ("csrf", "0" * 64)]))
    form = page.to("/posts")["fields"]
    assert [v for n, v in form if n == "post"] == ["xinzhou/unit/jyj"]
    page = page_of(send(other, "/posts", form))
    assert ("facts.project_name", "换了岗位") in page.to("/xinzhou/projects")["fields"]


def test_somebody_without_a_fitting_post_sees_it_and_cannot_hand_it_in(world):
    c = Client(world.url)
    page = page_of(send(c, "/mudan/projects", [("facts.project_name", "别的区")]), 401)
    page = page_of(sign_in_again(c, page, "zhang.min"))
    assert "别的区" in page.text and "没有可以在牡丹区办理" in page.text
    assert "/mudan/projects" not in [f["action"] for f in page.forms]


def test_files_must_be_chosen_again_and_the_text_beside_them_is_kept(world, clerk):
    answer = send(clerk, "/xinzhou/projects", draft_form(clerk, project_name="带文件", project_summary="初稿"))
    project = answer.header("Location").split("/")[3]
    path = f"/xinzhou/projects/{project}/documents"
    page = page_of(clerk.page(f"/xinzhou/projects/{project}/edit"))
    form = dict(page.to(f"/xinzhou/projects/{project}/edit")["fields"])
    form["facts.project_summary"] = "改到一半\n还没保存"
    end_sessions(world, "zhang.min")
    no_keys = {"Idempotency-Key": None, "X-CSRF-Token": None}
    answer = clerk.upload(path, form, [("方案.pdf", pdf("CANARY-5504"))], no_keys, accept="text/html")
    page = page_of(answer, 401)
    assert "选好的文件须重新选择" in page.text and b"CANARY-5504" not in answer.body
    assert kept_of(page)[0] == path and ("facts.project_summary", "改到一半\n还没保存") in kept_of(page)[1]
    page = page_of(sign_in_again(clerk, page, "zhang.min"))
    again = page.to(path)
    assert again["enctype"] == "multipart/form-data" and "重新选择" in page.text
    answer = clerk.upload(path, dict(again["fields"]), [], no_keys, accept="text/html")
    page = page_of(answer, 400)
    assert "还没有选择文件" in page.text
    assert ("facts.project_summary", "改到一半\n还没保存") in page.to(f"/xinzhou/projects/{project}/edit")["fields"]


def test_a_silent_directory_refuses_the_write_and_keeps_what_was_typed(world, clerk):
    form = draft_form(clerk, project_name="目录不通时填的")
    before = projects(world)
    world.part("stop", "slapd")
    try:
        world.sql("guizhang_platform", "UPDATE session SET checked_at = checked_at - INTERVAL 400 SECOND WHERE login='zhang.min'")
        page = page_of(send(clerk, "/xinzhou/projects", form), 503)
        again = page.to("/xinzhou/projects")["fields"]
        assert "还没有提交" in page.text and sorted(typed_of(again)) == sorted(typed_of(form)) and projects(world) == before
    finally:
        world.part("start", "slapd")
    time.sleep(6)  # each worker leaves a directory that did not answer alone for five seconds
    wait_until("sign in again", lambda: all(Client(world.url).login("zhang.min", PASSWORD).status == 200 for _ in range(8)), 30)
    assert send(clerk, "/xinzhou/projects", again).status == 303 and projects(world) == before + 1


def test_the_way_in_stays_as_it_was_when_nothing_was_typed(world):
    c = Client(world.url)
    page = page_of(c.page("/login"))
    assert kept_of(page) == (None, []) and "已经保留" not in page.text
    assert send(c, "/login", [("login", "zhang.min"), ("password", PASSWORD)]).header("Location") == "/xinzhou/home"
    end_sessions(world, "zhang.min")
    late = page_of(send(c, "/logout", [("csrf", "x")]), 401)
    assert kept_of(late) == (None, [])


def test_the_inbox_is_called_the_same_everywhere(world):
    page = world.sign_in("heze", "intake").page("/heze/inbox")
    assert "下级报来</h1>" in page.text and "<title>下级报来" in page.text and "上级收件箱" not in page.text


def test_several_articles_are_cited_with_one_word(world, clerk):
    page = clerk.page("/xinzhou/projects/new").text
    assert re.search(r'<a class="law" href="[^"]+">第[^<]+</a>、<a class="law" href="[^"]+">第', page)
    sheet = (TOP / "nginx/www/look.css").read_text(encoding="utf-8")
    assert re.search(r"\.law\+\.law::before\{content:none\}", sheet), "the word stands before the first alone"
