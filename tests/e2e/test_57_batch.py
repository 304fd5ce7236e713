"""One act on several projects: a page with a row for each, done or refused by itself, over JSON and by a form without script."""
import re
import secrets

import roads
from walker import walked

T = "xinzhou"
ACCEPT, REFUSE = "technical_review.accept", "technical_review.refuse"
DAYS = {T: "2026-09-24T09:00"}


def submitted(world, *names):
    return [walked(world, T, "jyj", roads.xinzhou(name, "58.60"), ("unit", "technical_review.submit")) for name in names]


def address(act, walkers):
    return f"/{T}/batch?act={act}" + "".join(f"&project={w.project}" for w in walkers)


def opened(world, act, walkers):
    page = world.sign_in(T, "tech").get(address(act, walkers))
    assert page.status == 200, page
    return page.json


def sent(world, act, rows, key=None, with_=None):
    return world.sign_in(T, "tech").post(f"/{T}/batch", {"act": act, "rows": rows, "with": with_ or {}}, {"Idempotency-Key": key} if key else None)


def events(world, w):
    return int(world.sql(f"gz_{T}", f"SELECT event_count FROM project WHERE id = {w.project}")[0][0])


def test_the_page_says_what_several_can_share_and_why_not(world):
    two = submitted(world, "成批受理一", "成批受理二")
    page = opened(world, ACCEPT, two)
    acts = {a["act"]: a for a in page["acts"]}
    assert acts[ACCEPT]["fits"] and acts[ACCEPT]["count"] == 2 and acts[ACCEPT]["articles"]
    assert not acts["technical_review.ask_correction"]["fits"] and "补正" in acts["technical_review.ask_correction"]["why_not"]
    assert [(r["title"], r["allowed"], r["picked"]) for r in page["rows"]] == [("成批受理一", True, True), ("成批受理二", True, True)]
    other = opened(world, "technical_review.report", two)
    assert all(not r["allowed"] and r["reasons"][0]["message"] for r in other["rows"]) and "act" not in other
    refused = sent(world, "technical_review.ask_correction", [{"project": two[0].project, "version": page["rows"][0]["version"]}])
    assert refused.status == 400 and "不能成批" in refused.text, refused
    assert events(world, two[0]) == 1


def test_each_row_is_its_own_a_stale_one_is_refused_and_the_others_are_done(world):
    three = submitted(world, "成批甲", "成批乙", "成批丙")
    page = opened(world, ACCEPT, three)
    rows = [{"project": r["project"], "version": r["version"]} for r in page["rows"]]
    three[1].act("tech", ACCEPT)  # somebody was faster
    key = secrets.token_urlsafe(18)
    answer = sent(world, ACCEPT, rows, key)
    assert answer.status == 200, answer
    by = {r["project"]: r for r in answer.json["rows"]}
    assert [by[w.project]["done"] for w in three] == [True, False, True], answer.json
    assert by[three[1].project]["code"] == "stale_version" and by[three[1].project]["mend"]
    assert [events(world, w) for w in three] == [2, 2, 2]
    again = sent(world, ACCEPT, rows, key)  # the same sheet sent twice
    assert [r.get("repeated") for r in again.json["rows"] if r["done"]] == [True, True] and [events(world, w) for w in three] == [2, 2, 2]
    trail = world.sql(f"gz_{T}", f"SELECT result FROM audit WHERE what = 'project.act' AND object IN ('project/{three[0].project}', 'project/{three[1].project}') AND detail LIKE '%{ACCEPT}%'")
    assert trail.count(["ok"]) >= 2


def test_a_reason_for_each_row_and_one_without_is_refused_with_its_words(world):
    two = submitted(world, "成批不予受理一", "成批不予受理二")
    page = opened(world, REFUSE, two)
    assert page["act"]["reason"]
    a, b = ({"project": r["project"], "version": r["version"]} for r in page["rows"])
    answer = sent(world, REFUSE, [{**a, "reason": "材料不属于本事项。"}, b])
    first, second = answer.json["rows"]
    assert first["done"] and not second["done"] and "理由" in second["message"] + str(second["errors"]), answer.json
    assert two[0].view("tech")["timeline"][0]["what"] == REFUSE and events(world, two[1]) == 1


def test_the_form_without_script_keeps_what_was_typed_and_only_what_failed(world):
    three = submitted(world, "表单甲", "表单乙", "表单丙")
    c = world.sign_in(T, "tech")
    text = c.page(address(REFUSE, three)).text
    version = dict(re.findall(r'name="pick\.(\d+)" value="(\d+)"', text))
    assert set(version) == {w.project for w in three}
    one, two, off = (w.project for w in three)
    fields = {"csrf": c.csrf, "key": secrets.token_urlsafe(18), "act": REFUSE, "project": [one, two, off], f"pick.{one}": version[one], f"pick.{two}": version[two],
              f"reason.{one}": "与已建系统重复。", f"reason.{two}": "", f"reason.{off}": "先写着，不勾"}
    answer = c.form(f"/{T}/batch", fields, accept="text/html")
    assert answer.status == 200, answer
    assert "已办" in answer.text and "没有办成" in answer.text and "先写着，不勾" in answer.text
    assert f'aria-describedby="e-{two}-reason"' in answer.text and re.search(rf'id="e-{two}-reason">[^<]*理由', answer.text) and f"e-{one}-reason" not in answer.text
    left = dict(re.findall(r'name="pick\.(\d+)" value="(\d+)"', answer.text))
    assert set(left) == {two, off}, "only what failed and what was not ticked is left"
    assert [events(world, w) for w in three] == [2, 1, 1]
    empty = c.form(f"/{T}/batch", {**fields, "key": secrets.token_urlsafe(18), f"pick.{one}": "", f"pick.{two}": "", f"reason.{two}": "还在"}, accept="text/html")
    assert empty.status == 400 and "打勾" in empty.text and "还在" in empty.text, empty


def test_money_is_asked_for_each_project(world):
    t = "chuxiong"
    world.clock(t, "2025-06-16T09:00")
    made = []
    for name, wan in (("清单一", "120.00"), ("清单二", "90.00")):
        w = walked(world, t, "yjj", {**roads.CHUXIONG, "project_name": name, "total_investment": wan}, *roads.CHUXIONG_COUNTY[:1], *roads.CHUXIONG_REVIEW)
        made.append(w)
    try:
        for organ in ("competent", "finance"):
            c = world.sign_in(t, organ)
            page = c.get(f"/{t}/batch?act=yearly_list.include" + "".join(f"&project={w.project}" for w in made)).json
            assert [r["allowed"] for r in page["rows"]] == [True, True], page
            with_ = {"list_year": "2025", "in_elevated_list": "false", "approve_by": "2025-07-31"} if organ == "competent" else {}
            answer = c.post(f"/{t}/batch", {"act": "yearly_list.include", "with": with_, "rows": [{"project": r["project"], "version": r["version"]} for r in page["rows"]]})
            assert [r["done"] for r in answer.json["rows"]] == [True, True], answer.json
        assert all(next(s["state"] for s in w.view()["stages"] if s["procedure"] == "yearly_list") == "done" for w in made)
        for w in made:
            w.act("competent", "initiation.approve", approved_total="90.00", **roads.NO_GROUND)
        c = world.sign_in(t, "competent")
        page = c.get(f"/{t}/batch?act=fund_plan.draft" + "".join(f"&project={w.project}" for w in made)).json
        assert {f["row_field"] for r in page["rows"] for f in r.get("row_fields", [])} == {"amount"}
        one, two = (w.project for w in made)
        answer = c.form(f"/{t}/batch", {"csrf": c.csrf, "key": secrets.token_urlsafe(18), "act": "fund_plan.draft", "project": [one, two], "with.plan_year": "2025",
                                        **{f"pick.{r['project']}": r["version"] for r in page["rows"]}, f"row.{one}.amount": "90.00", f"row.{two}.amount": "九十万"}, accept="text/html")
        assert "已办" in answer.text and f'aria-describedby="e-{two}-amount"' in answer.text and "九十万" in answer.text, answer.text
    finally:
        world.clock(t, "real")


def test_ticks_stand_in_the_list_for_those_whose_turn_it_is_and_the_desk_leads_here(world):
    w, = submitted(world, "清单上打勾")
    text = world.sign_in(T, "tech").page(f"/{T}/projects?holder=tech").text
    assert f'type="checkbox" name="project" value="{w.project}"' in text and 'id="batch"' in text
    assert 'id="batch"' not in world.sign_in(T, "unit", "jyj").page(f"/{T}/projects").text
    assert 'id="batch"' not in world.sign_in(T, "auditor").page(f"/{T}/projects").text
    assert f'href="/{T}/batch"' in world.sign_in(T, "tech").page(f"/{T}/home").text
    desk = world.sign_in(T, "tech").get(f"/{T}/batch").json
    assert desk["rows"] and len(desk["rows"]) <= 20
    assert world.sign_in(T, "auditor").get(f"/{T}/batch").status == 403
    assert world.sign_in(T, "tech").get(f"/{T}/batch?project=x").status == 400


def test_the_page_at_a_browser(office, world):
    names = [f"浏览器成批{n}{secrets.token_hex(2)}" for n in (1, 2)]
    walkers = submitted(world, *names)
    p = office.person(T, "tech")
    p.go(address(REFUSE, walkers)).press("办理打勾的项目")
    assert len(p.driver.find_elements("css selector", "textarea[aria-invalid=true]")) == 2 and "须写明理由" in p.text()
    office.look("batch-refused")
    p.go(address(ACCEPT, walkers))
    office.look("batch")
    p.press("办理打勾的项目")
    assert "所选的都办完了" in p.text() and all(n in p.text() for n in names)
