"""An act that several open runs wait for: two changes asked at once. The page asks which one is meant, and keeps to it."""
import re
import secrets

import roads
from walker import tasks_of, walked

T, APPROVE = "xinzhou", "design_change.approve"
FIRST, SECOND = "增加移动端受理模块", "机房改用政务云部署"
DAYS = {T: "2026-09-24T09:00"}


def changed(world, name):
    """Approved, and two changes of it asked for, one after the other."""
    w = walked(world, T, "jyj", roads.xinzhou(name, "58.60"), *roads.XINZHOU_REVIEW, *roads.XINZHOU_APPROVAL)
    for content, amount in ((FIRST, "3.20"), (SECOND, "5.00")):
        w.act("unit", "design_change.submit", content=content, grounds="业务需要", amount=amount, new_total="58.60")
    return w


def outcome(world, w):
    """Which run each decision went to, by what it carries."""
    return world.sql(f"gz_{T}", f"SELECT what, with_json FROM event WHERE project = {w.project} AND what LIKE 'design_change.%' ORDER BY seq")


def test_the_page_offers_both_in_their_own_words_and_does_the_one_chosen(world):
    w = changed(world, "两项变更")
    c = world.sign_in(T, "approval")
    page = w.act_page("approval", APPROVE)
    assert page["must_choose"] and [r["run"] for r in page["runs"]] == [1, 2] and not any(r["is_this"] for r in page["runs"])
    assert FIRST in page["runs"][0]["words"] and "3.20 万元" in page["runs"][0]["words"] and SECOND in page["runs"][1]["words"], page["runs"]
    text = c.page(f"{w.path}/acts/{APPROVE}").text
    assert "请先选定" in text and 'id="act"' not in text and f'href="{w.path}/acts/{APPROVE}?run=2"' in text
    acts = [(a["href"], a["run_words"]) for a in w.view("approval")["acts"] if a["act"] == APPROVE]
    assert [h for h, _ in acts] == [f"{w.path}/acts/{APPROVE}?run=1", f"{w.path}/acts/{APPROVE}?run=2"] and SECOND in acts[1][1]

    page = c.page(f"{w.path}/acts/{APPROVE}?run=2")
    assert page.hidden("with.run") == "2" and 'id="act"' in page.text
    assert f'href="{w.path}/acts/design_change.reject?run=2"' in page.text, "what else can be done of the same one"
    fields = {"csrf": c.csrf, "key": secrets.token_urlsafe(18), "version": page.hidden("version"), "with.run": "2"}
    for _ in range(2):  # sent twice, done once
        done = c.form(f"{w.path}/acts/{APPROVE}", fields, {"Idempotency-Key": None}, accept="text/html")
        assert done.status == 303, re.findall(r'<h2 id="failure-t">.*?</div>', done.text, re.S)
    rows = outcome(world, w)
    assert [r[0] for r in rows].count(APPROVE) == 1 and '"run":2' in rows[-1][1].replace(" ", ""), rows
    left = w.act_page("approval", APPROVE)
    assert "runs" not in left and left["allowed"], "one is left: nothing to choose"
    assert c.page(f"{w.path}/acts/{APPROVE}").hidden("with.run") == "1"


def test_one_that_was_decided_meanwhile_is_told_and_the_other_is_offered(world):
    w = changed(world, "变更被他人办了")
    c = world.sign_in(T, "approval")
    page = c.page(f"{w.path}/acts/design_change.reject?run=1")
    w.client("approval").post(f"{w.path}/acts/{APPROVE}", {"version": int(page.hidden("version")), "with": {"run": 1}})
    fields = {"csrf": c.csrf, "key": secrets.token_urlsafe(18), "version": page.hidden("version"), "seen": page.hidden("seen"),
              "marks": page.hidden("marks"), "with.run": "1", "reason": "不符合批复", "danger": ""}
    late = c.form(f"{w.path}/acts/design_change.reject", fields, accept="text/html")
    assert late.status == 409 and "已被他人" in late.text and "不符合批复" in late.text
    assert f'href="{w.path}/acts/design_change.reject"' in late.text and SECOND in late.text
    closed = c.get(f"{w.path}/acts/{APPROVE}?run=1").json
    assert not closed["allowed"] and "办结" in closed["reasons"][0]["message"]
    now = closed["project"]["version"]
    assert c.post(f"{w.path}/acts/{APPROVE}", {"version": now, "with": {"run": 1}}).status == 422
    none = c.post(f"{w.path}/acts/{APPROVE}", {"version": now, "with": {"run": 7}})
    assert none.status == 422 and "第 7 次" in none.text, none
    assert w.client("unit").post(f"{w.path}/acts/design_change.submit", {"version": now, "with": {"run": 9}}).status in (400, 422)


def desk(world, organ, w, unit=None):
    return [(t["act"], t["href"], t.get("run_words", "")) for t in tasks_of(world.sign_in(T, organ, unit), T) if t["project"] == w.project]


def test_the_desk_has_a_task_for_each_and_none_for_what_is_decided(world):
    w = changed(world, "工作台两项变更")
    address = f"{w.path}/acts/{APPROVE}"
    tasks = desk(world, "approval", w)
    assert [t[:2] for t in tasks] == [(APPROVE, f"{address}?run=1"), (APPROVE, f"{address}?run=2")], tasks
    assert FIRST in tasks[0][2] and SECOND in tasks[1][2]
    first = w.client("approval").get(tasks[1][1]).json
    assert [r["run"] for r in first["runs"] if r["is_this"]] == [2], "the link leads to the one it names"
    text = world.sign_in(T, "approval").page(f"/{T}/home").text
    if SECOND in text:  # a full desk shows it on a later page
        assert f'href="{address}?run=2"' in text
    w.client("approval").post(address, {"version": first["project"]["version"], "with": {"run": 1}})
    left = desk(world, "approval", w)
    assert left == [(APPROVE, address, "")], left
    assert world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM task WHERE project = {w.project} AND run <> ''") == [["0"]]


def test_two_sent_back_each_answers_its_own_request(world):
    w = changed(world, "两项都退回")
    for run, item, what in ((1, "content", "写明模块清单"), (2, "amount", "金额与预算一致")):
        page = w.client("approval").get(f"{w.path}/acts/design_change.ask_correction?run={run}").json
        done = w.client("approval").post(f"{w.path}/acts/design_change.ask_correction", {
            "version": page["project"]["version"], "with": {"run": run, "until": "2026-10-09", "correction": [{"item": item, "what": what}]}})
        assert done.status in (200, 303), done
    assert [t[1].split("?")[1] for t in desk(world, "unit", w, "jyj") if t[0] == "design_change.submit"] == ["run=1", "run=2"]
    page = w.act_page("unit", "design_change.submit")
    assert page["must_choose"] and [r["run"] for r in page["runs"]] == [1, 2]
    for run, opened, before in ((2, "amount", SECOND), (1, "content", FIRST)):
        c = w.client("unit")
        page = c.get(f"{w.path}/acts/design_change.submit?run={run}").json
        fields = {f["id"]: f for f in page["act"]["fields"]}
        assert [i for i in ("content", "grounds", "amount") if not fields[i].get("readonly")] == [opened], (run, fields)
        assert fields["content"]["value"] == before
        values = {"run": run, "content": "增加移动端受理、查询两个模块"} if run == 1 else {"run": run, "amount": "4.80"}
        assert c.post(f"{w.path}/acts/design_change.submit", {"version": page["project"]["version"], "with": values}).status in (200, 303)
    page = w.act_page("approval", APPROVE)
    assert ["两个模块" in page["runs"][0]["words"], "4.80" in page["runs"][1]["words"]] == [True, True], page["runs"]
    for run, before, after in ((1, FIRST, "增加移动端受理、查询两个模块"), (2, "5.00 万元", "4.80 万元")):  # each answer as a difference of its own
        rows = w.client("approval").get(f"{w.path}/acts/{APPROVE}?run={run}").json["difference"]
        assert [(r["before"], r["after"]) for r in rows] == [(before, after)], rows
    assert f"<del>{FIRST}</del>" in w.client("approval").page(f"{w.path}/acts/{APPROVE}?run=1").text


def test_several_at_once_are_not_taken_in_a_batch(world):
    w = changed(world, "成批里有两项变更")
    page = world.sign_in(T, "approval").get(f"/{T}/batch?act={APPROVE}&project={w.project}").json
    assert not page["rows"][0]["allowed"] and "不止一件" in page["rows"][0]["reasons"][0]["message"]


def test_the_page_at_a_browser_and_by_keyboard(office, world):
    w = changed(world, "浏览器两项变更")
    p = office.person(T, "approval")
    p.go(f"{w.path}/acts/{APPROVE}")
    office.look("act-which-run")
    p.tab_to(SECOND).send_keys("\n")
    p.arrived()
    assert SECOND in p.section("办理哪一件") and "（本页）" in p.section("办理哪一件")
    office.look("act-of-run")
    p.press("批准变更")
    assert "已办理「批准变更」" in p.text()
