"""The desk's papers and notices: what a post was sent and who opened it first; what a district tells everybody."""
import sys

import pytest
from walker import Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T = "mudan"
DAYS = {T: "2024-06-03T09:00"}
NAME = "收文阅示项目"


@pytest.fixture(scope="module")
def project(world):
    w = Walker(lambda t, organ, u: world.sign_in(t, organ, u), T, "mzj")
    w.draft(roads.mudan(NAME, "120"))
    w.walk(roads.MUDAN_INITIATION[:6])
    return w


def papers(client, *, unread=False):
    """This project's, over all pages of the tab."""
    rows, path = [], f"/{T}/home?tab=papers" + ("&unread=1" if unread else "")
    page = client.get(path).json
    rows += page["papers"]
    while page.get("next_after"):
        page = client.get(f"{path}&after={page['next_after']}").json
        rows += page["papers"]
    return [r for r in rows if NAME in r["title"]]


def test_who_a_paper_names_finds_it_unread(world, project):
    finance, unit, issuer = world.sign_in(T, "finance"), world.sign_in(T, "unit", "mzj"), world.sign_in(T, "competent")
    [copied], [main] = papers(finance, unread=True), papers(unit, unread=True)
    assert (copied["kind_name"], main["kind_name"]) == ("抄送", "主送") and copied["id"] == main["id"] and copied["is_unread"]
    assert copied["name"] == "立项审核意见及投资额度建议" and not papers(issuer)  # who wrote it is not sent it
    assert finance.get(f"/{T}/home").json["has_unread"] and "收文（有未读）" in finance.page(f"/{T}/home").text
    assert not papers(world.sign_in(T, "unit", "jtj"))  # another unit's paper


def test_the_first_opening_is_kept_once_and_shown(world, project):
    finance, unit = world.sign_in(T, "finance"), world.sign_in(T, "unit", "mzj")
    [row] = papers(finance)
    path = f"/{T}/decisions/{row['id']}"
    audit = f"SELECT person_name, organ FROM audit WHERE what = 'paper.first_read' AND object = 'project/{project.project}' ORDER BY id"
    auditor = world.sign_in(T, "auditor")
    assert {x["name"]: x["is_read"] for x in auditor.get(path).json["addressees"]} == {"区财政局": False, "区民政局": False}
    assert not world.sql("gz_" + T, audit)  # an auditor's look opens nothing
    for _ in range(2):
        seen = {x["name"]: x for x in finance.get(path).json["addressees"]}
        assert seen["区财政局"]["is_read"] and seen["区财政局"]["read_on"] == "2024-06-03" and not seen["区民政局"]["is_read"], seen
    assert [x[1] for x in world.sql("gz_" + T, audit)] == ["finance"]
    assert not papers(finance, unread=True) and len(papers(finance)) == 1 and papers(unit, unread=True)
    page = unit.page(path).text
    assert "收文情况" in page and "抄送" in page and seen["区财政局"]["read_by"] in page
    [mine] = papers(unit)
    assert not mine["is_unread"] and mine["read_on"] == "2024-06-03"
    assert "已阅" in unit.page(f"/{T}/home?tab=papers").text


def editor(world):
    return world.sign_in(T, "editor")


def post(client, **changes):
    return client.post(f"/{T}/notices", {"title": "系统维护", "body": "本周六 22 时起停机。\n请提前暂存。", "from_on": "2024-06-03", "to_on": "2024-06-07", **changes})


@pytest.mark.parametrize("changes, at, word", [
    ({"title": "  "}, "/title", "没有写公告的标题"), ({"title": "长" * 61}, "/title", "61 个字"), ({"title": "两\n行"}, "/title", "换行"),
    ({"body": ""}, "/body", "没有写公告的内容"), ({"body": "长" * 2001}, "/body", "不能超过 2000 个字"),
    ({"from_on": "2024-06-02"}, "/from_on", "过去"), ({"to_on": "2024-06-01"}, "/to_on", "不早于开始日"), ({"to_on": "2025-06-05"}, "/to_on", "一年"), ({"to_on": "六月"}, "/to_on", "没有填好")])
def test_what_a_notice_must_be(world, changes, at, word):
    answer = post(editor(world), **changes)
    assert answer.status == 400 and word in answer.json["detail"] and answer.json["mend"], answer
    assert [x["path"] for x in answer.json["errors"]] == [at], answer


def test_a_notice_from_its_first_day_to_its_last_or_until_it_is_taken_down(world):
    who, clerk, leader = editor(world), world.sign_in(T, "unit", "mzj"), world.sign_in(T, "leader")
    assert post(clerk).status == 403 and post(world.sign_in(T, "competent")).status == 403
    assert post(who).status == 200 and post(who, title="下周申报", from_on="2024-06-05").status == 200

    def desk(client):
        return {n["title"] for n in client.get(f"/{T}/home").json.get("notices", [])} & {"系统维护", "下周申报"}
    assert desk(clerk) == desk(leader) == {"系统维护"}
    assert "系统维护" in clerk.page(f"/{T}/home").text
    rows = {n["title"]: n for n in clerk.get(f"/{T}/notices").json["notices"]}
    assert rows["系统维护"]["lines"] == ["本周六 22 时起停机。", "请提前暂存。"] and not rows["系统维护"]["may_end"] and "下周申报" not in rows
    rows = {n["title"]: n for n in who.get(f"/{T}/notices").json["notices"]}
    assert rows["下周申报"]["state"] == "future" and rows["系统维护"]["may_end"]
    world.clock(T, "2024-06-05T09:00")
    assert desk(clerk) == {"系统维护", "下周申报"}
    down = f"/{T}/notices/{rows['系统维护']['id']}/end"
    assert clerk.post(down).status == 403
    assert who.post(down).status == 200 and who.post(down).status == 200  # the second press changes nothing
    assert desk(clerk) == {"下周申报"}
    assert "撤下" in clerk.page(f"/{T}/notices").text
    assert [x[0] for x in world.sql("gz_" + T, f"SELECT what FROM audit WHERE object = 'notice/{rows['系统维护']['id']}' AND result = 'ok' ORDER BY id")] == ["notice.post", "notice.take_down"]
    trail = [r for r in world.sign_in(T, "auditor").get(f"/{T}/audit?what=notice.post").json["rows"] if r["object"] == f"notice/{rows['系统维护']['id']}"]
    assert [(r["title"], r["sub"]) for r in trail] == [("公告：系统维护", "2024-06-03 至 2024-06-07")]
    world.clock(T, "2024-06-08T09:00")
    assert not desk(clerk) and who.post(f"/{T}/notices/{10**15}/end").status == 404
    world.clock(T, DAYS[T])


def test_the_form_keeps_what_was_typed_and_shows_the_fault_at_its_field(world):
    who = editor(world)
    fields = {"csrf": who.get(f"/{T}/notices").json["csrf"], "key": "n" * 20, "title": "已经打好的标题", "body": "内容", "from_on": "2024-06-03", "to_on": ""}
    page = who.form(f"/{T}/notices", fields, headers={"Accept": "text/html"})
    assert page.status == 400 and "已经打好的标题" in page.text and "最后一日没有填好" in page.text


def test_the_pages_at_a_browser(world, project, scripted):
    who = scripted.person(T, "editor")
    who.go(f"/{T}/notices").check_page("notices")
    scripted.person(T, "unit", "mzj").go(f"/{T}/home?tab=papers").check_page("papers")
