"""六安市 experts: the pool, a draw nobody alone decides and anybody can run again, sheets hidden until all are in, the record form filled."""
import argparse
import http.client
import json
import os
import pathlib
import random
import secrets
import signal
import threading
import time

import draw_again
import panel
import pytest
from client import pdf
from districts import luan
from world import wait_until

T = "luan"
SEEDS = {"competent": "市数管局封存的一句话：江淮秋水共长天", "finance": "市财政局封存的一句话：淠河水清且涟漪", "ndrc": "市发改委封存的一句话：大别山上映山红"}
ITEMS = ("design", "reuse", "sharing", "security", "estimate")
DAYS = {T: "2025-06-16T09:00"}


class Story:
    """What the tests of this file hand on to each other, in their order."""


@pytest.fixture(scope="module")
def story():
    return Story()


def post(client, path, with_, version=None, key=None, **more):
    data = {"with": with_, **more}
    if version is not None:
        data["version"] = version
    return client.post(path, data, {"Idempotency-Key": key} if key else None)


def expert(world, login):
    key = (T, "expert", login)
    if key not in world.sessions:
        world.sessions[key] = world.person(login, T)
    return world.sessions[key]


def review(world, story, organ, unit=None):
    answer = world.sign_in(T, organ, unit).get(f"/{T}/reviews/{story.id}")
    assert answer.status == 200, answer
    return answer.json


def sheet(score, agrees="true", opinion="方案可行。"):
    return {**{f"score_{i}": str(score) for i in ITEMS}, **{f"comment_{i}": "" for i in ITEMS}, "agrees": agrees, "opinion": opinion}


def test_a_district_without_experts_has_no_such_pages(world):
    c = world.sign_in("mudan", "competent")
    assert c.get("/mudan/experts").status == 404 and c.get("/mudan/reviews").status == 404
    assert "专家库" not in c.page("/mudan/home").text
    assert "专家库" in world.sign_in(T, "competent").page(f"/{T}/home").text


def test_the_pool_is_filled_by_its_keeper_all_lines_or_none(world):
    keeper, path = world.sign_in(T, "competent"), f"/{T}/experts/import"
    labels = {f["id"]: f["label"] for f in keeper.get(f"/{T}/experts").json["fields"]}
    lines = panel.pool_lines(world.people.values(), T, labels)
    assert len(lines) == 12
    bad = post(keeper, path, {"lines": "\n".join(lines[:2] + ["张三，，某院，教授，软件与应用系统", "李四，li.si，某院，教授，占星"])})
    assert bad.status == 400 and [(e["row"], e["column"]) for e in bad.json["errors"]] == [(3, "B"), (4, "E")], bad
    assert keeper.get(f"/{T}/experts").json["experts"] == []
    assert post(world.sign_in(T, "finance"), path, {"lines": lines[0]}).status == 403
    assert world.sign_in(T, "unit", "mzj").get(f"/{T}/experts").status == 403
    assert post(keeper, path, {"lines": "\n".join(lines)}).status == 200
    twice = post(keeper, path, {"lines": lines[0]})
    assert twice.status in (400, 409) and "已在专家库" in twice.text, twice
    rows = world.sign_in(T, "auditor").get(f"/{T}/experts").json["experts"]
    assert len(rows) == 12 and not world.sign_in(T, "auditor").get(f"/{T}/experts").json["may_keep"]


def test_an_expert_works_where_the_unit_is_and_is_changed_with_a_version(world):
    keeper = world.sign_in(T, "competent")
    row = keeper.get(f"/{T}/experts?q=" + "%E9%97%BB%E8%88%9F").json["experts"]  # 闻舟
    page = keeper.get(f"/{T}/experts/{row[0]['id']}").json
    with_ = {"name": "闻舟", "login": page["expert"]["login"], "employer": "六安市民政局信息中心", "title": "高级工程师", "fields": ["software"], "state": "active", "note": ""}
    saved = post(keeper, f"/{T}/experts/{row[0]['id']}", with_, page["expert"]["version"])
    assert saved.status in (200, 303), saved
    assert post(keeper, f"/{T}/experts/{row[0]['id']}", with_, page["expert"]["version"]).status == 409
    one = keeper.get(f"/{T}/experts?q=" + "%E9%9B%8D%E5%92%8C").json["experts"][0]  # 雍和 paused
    p = keeper.get(f"/{T}/experts/{one['id']}").json
    assert post(keeper, f"/{T}/experts/{one['id']}", {"name": one["name"], "login": one["login"], "employer": one["employer"], "title": one["title"],
                                                     "fields": ["network"], "state": "paused", "note": ""}, p["expert"]["version"]).status in (200, 303)


def test_nothing_is_drawn_before_the_review_s_turn(world, story):
    story.w = w = luan(world, "救助协同平台（专家论证）", "320.00")
    start = f"{w.path}/reviews/joint_review"
    material = w.act_page("unit", "application.submit")["act"]["materials"][0]["id"]
    for n in (1, 2):
        w.upload("unit", "application", material, f"第{n}份.pdf", pdf(f"{n} {w.project}"))
    w.walk([("unit", "application.submit")])
    early = post(world.sign_in(T, "competent"), start, {"members": "5"})
    assert early.status == 422 and "还没有轮到" in early.text, early
    w.act("competent", "application.pass")
    world.clock(T, "2025-08-04T09:00")
    assert post(world.sign_in(T, "finance"), start, {"members": "5"}).status == 403
    assert post(world.sign_in(T, "auditor"), start, {"members": "5"}).status == 403
    even = post(world.sign_in(T, "competent"), start, {"members": "6"})
    assert even.status == 400 and "单数" in even.text, even
    many = post(world.sign_in(T, "competent"), start, {"members": "11"})
    assert many.status == 422 and "不够 11 人" in many.json["detail"] and "闻舟" in many.json["detail"], many


def test_the_list_and_the_rule_are_committed_once(world, story):
    c, start, key = world.sign_in(T, "competent"), f"{story.w.path}/reviews/joint_review", secrets.token_urlsafe(18)
    first = post(c, start, {"members": "5"}, key=key)
    again = post(c, start, {"members": "5"}, key=key)
    assert first.status in (200, 201) and first.json["id"] == again.json["id"], (first, again)
    story.id = first.json["id"]
    assert post(c, start, {"members": "5"}).status == 422, "a second draw beside the first"
    noted = json.loads(world.sql("gz_luan", f"SELECT detail FROM audit WHERE object = 'review/{story.id}' AND what = 'review.start'")[0][0])
    assert noted["inputs_sm3"] == review(world, story, "competent")["review"]["inputs_sm3"]


def test_three_organs_seal_what_they_say_before_anybody_knows(world, story):
    path = f"/{T}/reviews/{story.id}"
    assert post(world.sign_in(T, "crypto"), f"{path}/seal", {"seal_words": "密码局也想交一份封签，不行"}).status == 403
    short = post(world.sign_in(T, "competent"), f"{path}/seal", {"seal_words": "太短"})
    assert short.status == 400 and "不足 12" in short.text, short
    for organ in ("competent", "finance"):
        assert post(world.sign_in(T, organ), f"{path}/seal", {"seal_words": SEEDS[organ]}).status == 200
    assert post(world.sign_in(T, "finance"), f"{path}/seal", {"seal_words": SEEDS["finance"] + "改"}).status == 422
    early = post(world.sign_in(T, "competent"), f"{path}/open", {"open_words": SEEDS["competent"]})
    assert early.status == 422 and "没有交齐" in early.text, early
    # the third works its seal out on its own machine: the platform never sees the words before they are opened
    seal = world.guizhang("draw", "seal", story.id, "ndrc", input=SEEDS["ndrc"] + "\n").stdout.strip()
    assert seal == draw_again.seal(story.id, "ndrc", SEEDS["ndrc"])
    assert post(world.sign_in(T, "ndrc"), f"{path}/seal", {"seal": seal}).status == 200
    kept = world.sql("gz_luan", f"SELECT COUNT(*) FROM review_seal WHERE review = {story.id} AND words IS NOT NULL")
    assert kept == [["0"]]


def test_the_last_to_open_draws(world, story):
    path = f"/{T}/reviews/{story.id}"
    wrong = post(world.sign_in(T, "competent"), f"{path}/open", {"open_words": SEEDS["competent"][:-1]})
    assert wrong.status == 422 and "不符" in wrong.text, wrong
    for organ in ("competent", "finance"):
        assert post(world.sign_in(T, organ), f"{path}/open", {"open_words": SEEDS[organ]}).status == 200
    waiting = review(world, story, "ndrc")
    assert not waiting["seats"] and SEEDS["finance"] not in json.dumps(waiting, ensure_ascii=False), "the last to open must not know where his word leads"
    assert world.sign_in(T, "competent").get(f"{path}/proof").status == 422
    assert post(world.sign_in(T, "ndrc"), f"{path}/open", {"open_words": SEEDS["ndrc"]}).status == 200
    seats = review(world, story, "competent")["seats"]
    assert [s["state"] for s in seats] == ["seated"] * 5 + ["waiting"] * 3
    assert not {"闻舟", "雍和"} & {s["name"] for s in seats}, "one works at the unit, one is paused"


def test_who_is_drawn_is_not_told_to_those_who_might_call(world, story):
    names = {s["name"] for s in review(world, story, "competent")["seats"]}
    for organ, unit in (("unit", "mzj"), ("crypto", None), ("leader", None)):
        c = world.sign_in(T, organ, unit)
        for path in (f"/{T}/reviews/{story.id}", f"/{T}/reviews/{story.id}/proof", f"/{T}/reviews", f"{story.w.path}/reviews",
                     f"{story.w.path}/acts/joint_review.argue"):
            answer = c.get(path)
            assert not any(n in answer.text for n in names), (organ, path)
    assert world.sign_in(T, "unit", "rsj").get(f"/{T}/reviews/{story.id}").status == 404, "another unit's project"


def test_the_proof_runs_the_draw_again_and_so_does_a_stranger_s_program(world, story, tmp_path):
    answer = world.sign_in(T, "auditor").get(f"/{T}/reviews/{story.id}/proof")
    assert answer.status == 200 and answer.json["same"] is True, answer
    assert all(c["ok"] for c in answer.json["checks"]) and len(answer.json["checks"]) == 12, answer.json["checks"]
    record = answer.json["record"]
    seed, drawn, waiting = draw_again.run(record["inputs"], SEEDS, {x["id"] for x in record["result"]["excluded"]})
    assert seed == record["result"]["seed"]
    assert drawn == [x["id"] for x in record["result"]["members"]] and waiting == [x["id"] for x in record["result"]["reserves"]]
    reasons = {x["name"]: "".join(x["reasons"]) for x in record["result"]["excluded"]}
    assert "市民政局" in reasons["闻舟"] and "暂停" in reasons["雍和"]
    file = pathlib.Path(world.home) / "draw.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    file.chmod(0o644)
    assert "抽取记录相符" in world.guizhang("draw", "verify", str(file)).stdout
    record["result"]["members"][0], record["result"]["members"][1] = record["result"]["members"][1], record["result"]["members"][0]
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    said = world.guizhang("draw", "verify", str(file), check=False)
    assert said.returncode == 1 and "抽取记录不符" in said.stdout


@pytest.mark.parametrize("harm, mend", [
    ("UPDATE review_seat SET name = '别人' WHERE review = {id} AND place = 2", "UPDATE review_seat SET name = '{two}' WHERE review = {id} AND place = 2"),
    ("UPDATE review_seal SET words = '换掉的一句话，够长了' WHERE review = {id} AND organ = 'ndrc'", "UPDATE review_seal SET words = '{ndrc}' WHERE review = {id} AND organ = 'ndrc'"),
    ("UPDATE review SET inputs = JSON_SET(inputs, '$.rule.members', 7) WHERE id = {id}", "UPDATE review SET inputs = JSON_SET(inputs, '$.rule.members', 5) WHERE id = {id}"),
    ("UPDATE audit SET detail = REPLACE(detail, 'joint_review', 'other') WHERE object = 'review/{id}' AND what = 'review.start'",
     "UPDATE audit SET detail = REPLACE(detail, 'other', 'joint_review') WHERE object = 'review/{id}' AND what = 'review.start'")])
def test_what_was_changed_in_the_database_is_found(world, story, harm, mend):
    def proof():
        return world.sign_in(T, "auditor").get(f"/{T}/reviews/{story.id}/proof").json
    two = review(world, story, "competent")["seats"][1]["name"]
    assert proof()["same"] is True
    world.sql("gz_luan", harm.format(id=story.id, two=two, ndrc=SEEDS["ndrc"]))
    try:
        page = proof()
        assert page["same"] is False and any(not c["ok"] for c in page["checks"]), harm
        assert "不符" in world.sign_in(T, "auditor").page(f"/{T}/reviews/{story.id}/proof").text
    finally:
        world.sql("gz_luan", mend.format(id=story.id, two=two, ndrc=SEEDS["ndrc"]))
    assert proof()["same"] is True


def test_an_expert_sees_his_projects_and_what_the_panel_was_given(world, story):
    keeper = world.sign_in(T, "competent")
    documents = [d["id"] for g in story.w.view("competent")["documents"] for d in g["items"]]
    page = review(world, story, "competent")
    meeting = {"held_on": "2025-08-05", "hour": "14:30", "place": "市数管局三楼会议室", "papers": documents[:1]}
    assert post(keeper, f"/{T}/reviews/{story.id}/meeting", {**meeting, "papers": ["7"]}, page["review"]["version"]).status == 400
    assert post(keeper, f"/{T}/reviews/{story.id}/meeting", meeting, page["review"]["version"]).status == 200
    assert post(keeper, f"/{T}/reviews/{story.id}/meeting", meeting, page["review"]["version"]).status == 409
    people = {p["name"]: p["login"] for p in world.people.values() if p["groups"] == [f"gz-{T}-expert"]}
    story.seated = [people[s["name"]] for s in page["seats"] if s["state"] == "seated"]
    story.waiting = [people[s["name"]] for s in page["seats"] if s["state"] == "waiting"]
    c = expert(world, story.seated[0])
    seat = c.get(f"/{T}/seats").json["seats"]
    assert [s["project_title"] for s in seat] == ["救助协同平台（专家论证）"] and seat[0]["place"] == meeting["place"]
    assert c.get(seat[0]["href"]).json["papers"][0]["id"] == documents[0]
    assert c.get(f"/{T}/documents/{documents[0]}").status == 200
    assert c.get(f"/{T}/documents/{documents[1]}").status == 404, "not among the panel's papers"
    for path in (story.w.path, f"/{T}/projects", f"/{T}/home", f"/{T}/reviews/{story.id}", f"/{T}/experts"):
        assert c.get(path).status == 403, path
    for login in (story.waiting[0], people["闻舟"]):
        other = expert(world, login)
        assert other.get(f"/{T}/seats").json["seats"] == []
        assert other.get(seat[0]["href"]).status == 404 and other.get(f"/{T}/documents/{documents[0]}").status == 404
        assert post(other, seat[0]["href"] + "/sheet", sheet(99), "1", go="in").status == 404
    assert world.sign_in(T, "competent").get(seat[0]["href"]).status == 403


def seat_of(world, login):
    c = expert(world, login)
    row = c.get(f"/{T}/seats").json["seats"][0]
    return c, row["href"], c.get(row["href"]).json


def test_a_conflict_lets_the_next_reserve_sit(world, story):
    login = story.seated[0]
    c, href, page = seat_of(world, login)
    assert post(c, f"{href}/leave", {"out_kind": "absent", "out_reason": "不该由我说"}, page["seat"]["version"]).status == 400
    assert post(c, f"{href}/leave", {"out_kind": "conflict", "out_reason": "配偶在承建单位任职"}, page["seat"]["version"]).status == 200
    gone = c.get(href).json
    assert gone["seat"]["is_out"] and "papers" not in gone and "project" not in gone
    documents = [d["id"] for g in story.w.view("competent")["documents"] for d in g["items"]]
    assert c.get(f"/{T}/documents/{documents[0]}").status == 404
    seats = review(world, story, "competent")["seats"]
    assert [s["state_name"] for s in seats] == ["回避"] + ["成员"] * 4 + ["递补"] + ["候补"] * 2
    proof = world.sign_in(T, "auditor").get(f"/{T}/reviews/{story.id}/proof").json
    assert proof["same"] is True and proof["changes"][0]["reason"] == "配偶在承建单位任职"
    story.seated = story.seated[1:] + story.waiting[:1]
    # one more cannot come, says the convener: the next in order
    row = next(s for s in seats if s["state_name"] == "成员")
    answer = post(world.sign_in(T, "competent"), f"/{T}/reviews/{story.id}/replace", {"seat": row["id"], "out_kind": "declined", "out_reason": "来电说明出差在外"})
    assert answer.status == 200, answer
    story.seated = story.seated[1:] + story.waiting[1:2]


def test_a_sheet_is_kept_as_a_draft_and_checked_when_handed_in(world, story):
    c, href, page = seat_of(world, story.seated[0])
    draft = {**sheet(88), "score_reuse": "一百", "opinion": ""}
    assert post(c, f"{href}/sheet", draft, page["seat"]["version"], go="save").status == 200
    page = c.get(href).json
    assert next(f["value"] for f in page["fields"] if f["id"] == "score_reuse") == "一百"
    bad = post(c, f"{href}/sheet", draft, page["seat"]["version"], go="in")
    assert bad.status == 400 and {e["field"] for e in bad.json["errors"]} == {"score_reuse", "opinion"}, bad
    key = secrets.token_urlsafe(18)
    for _ in range(2):
        assert post(c, f"{href}/sheet", sheet(88, opinion="甲意见，独一无二"), page["seat"]["version"], key=key, go="in").status == 200
    later = post(c, f"{href}/sheet", sheet(99), c.get(href).json["seat"]["version"], go="in")
    assert later.status == 422 and "不能再改" in later.text, later


def test_what_one_wrote_nobody_sees_before_all_are_in(world, story):
    secret = ("独一无二", "88.00", "88")
    for login in story.seated[1:3]:
        c, href, page = seat_of(world, login)
        assert "others" not in page and "sums" not in page
        for path in (href, f"/{T}/seats"):
            for answer in (c.get(path), c.page(path)):
                assert not any(s in answer.text for s in secret[:2]), path
    early = post(world.sign_in(T, "competent"), f"/{T}/reviews/{story.id}/close", {"opinion": "同意"}, review(world, story, "competent")["review"]["version"])
    world.clock(T, "2025-08-05T16:00")
    early2 = post(world.sign_in(T, "competent"), f"/{T}/reviews/{story.id}/close", {"opinion": "同意"}, review(world, story, "competent")["review"]["version"])
    assert early.status == 422 and "还没有召开" in early.text and early2.status == 422 and "还有 4 位" in early2.text, (early, early2)
    for organ, unit in (("competent", None), ("finance", None), ("auditor", None), ("leader", None), ("unit", "mzj")):
        c = world.sign_in(T, organ, unit)
        for path in (f"/{T}/reviews/{story.id}", f"/{T}/reviews", f"{story.w.path}/reviews", story.w.path, f"{story.w.path}/acts/joint_review.argue"):
            for answer in (c.get(path), c.page(path)):
                assert answer.status < 500 and not any(s in answer.text for s in secret[:2]), (organ, path)
        view = c.get(f"/{T}/reviews/{story.id}").json
        assert ("handed" in view["mine"]) == (organ == "competent"), "who has handed in is the convener's to know"
        assert any("handed_name" in s for s in view.get("seats") or []) == (organ == "competent")
        assert not any("total" in s for s in view.get("seats") or []) and "sums" not in view
        assert c.get(f"/{T}/reviews/{story.id}/opinion").status in (422, 404)


def test_the_last_sheet_lifts_the_veil_and_the_convener_closes(world, story):
    for n, login in enumerate(story.seated[1:]):
        c, href, page = seat_of(world, login)
        answer = post(c, f"{href}/sheet", {**sheet(70 + n, "false" if n == 0 else "true", f"第{n}位的意见"), "comment_design": "接口再细化"}, page["seat"]["version"], go="in")
        assert answer.status == 200, answer
    page = seat_of(world, story.seated[1])[2]
    assert len(page["others"]) == 4 and any(o["total"] == "88.00" for o in page["others"])
    view = review(world, story, "competent")
    assert view["sums"]["average_text"] == "74.80" and view["sums"]["agree"] == 4 and view["sums"]["passes"] is True  # (88+70+71+72+73)/5
    assert "sums" not in review(world, story, "finance")
    version = view["review"]["version"]
    closed = post(world.sign_in(T, "competent"), f"/{T}/reviews/{story.id}/close", {"opinion": "专家组意见：方案可行，投资合理。"}, version)
    assert closed.status == 200, closed
    assert post(world.sign_in(T, "competent"), f"/{T}/reviews/{story.id}/void", {"void_reason": "想重来一次"}, review(world, story, "competent")["review"]["version"]).status == 422
    view = review(world, story, "unit", "mzj")
    assert view["opinion"].startswith("专家组意见") and len([s for s in view["seats"] if s.get("total")]) == 5


def test_the_act_that_records_it_and_the_record_form_are_filled(world, story):
    w = story.w
    page = w.act_page("competent", "joint_review.argue")
    values = {f["id"]: f["value"] for f in page["act"]["fields"]}
    names = [s["name"] for s in review(world, story, "competent")["seats"] if s["state"] == "seated"]
    assert values["held_on"] == "2025-08-05" and values["opinion"].startswith("专家组意见") and all(n in values["experts"] for n in names)
    assert page["review"]["result_name"] == "同意" and page["review"]["fits"] is True
    w.act("competent", "joint_review.argue", **values)
    assert w.act_page("competent", "joint_review.record").get("review") is None
    form = world.sign_in(T, "competent").page(f"{w.path}/forms/joint_review.record").text
    assert all(n in form for n in names) and "专家组意见：方案可行" in form and "2025-08-05" in form.replace("2025年8月5日", "2025-08-05")
    event = next(x for x in w.view("competent")["timeline"] if x["name"].startswith("登记专家论证意见"))
    assert any("方案可行" in d["value"] for d in event["detail"])


def test_a_draw_that_cannot_go_on_is_voided_and_stays_on_record(world):
    w = luan(world, "可以作废的抽取", "90.00", unit="rsj")
    world.clock(T, "2025-07-20T09:00")
    w.walk([("unit", "application.submit"), ("competent", "application.pass")])
    world.clock(T, "2025-08-06T09:00")
    c, start = world.sign_in(T, "competent"), f"{w.path}/reviews/joint_review"
    first = post(c, start, {"members": "5", "fields": ["software", "security"]}).json["id"]
    version = c.get(f"/{T}/reviews/{first}").json["review"]["version"]
    assert post(c, f"/{T}/reviews/{first}/void", {"void_reason": ""}, version).status == 400
    assert post(world.sign_in(T, "finance"), f"/{T}/reviews/{first}/void", {"void_reason": "不是召集机关"}, version).status == 403
    assert post(c, f"/{T}/reviews/{first}/void", {"void_reason": "市财政局遗失封存的话"}, version).status == 200
    assert post(c, f"/{T}/reviews/{first}/seal", {"seal_words": SEEDS["competent"]}).status == 422
    assert post(c, start, {"members": "5"}).status in (200, 201)
    rows = c.get(f"{w.path}/reviews").json["kinds"][0]["reviews"]
    assert [r["is_void"] for r in rows] == [False, True] and rows[1]["void_reason"] == "市财政局遗失封存的话"


def until_answered(world, client, path, with_, victim="", version=None):
    """Sent under one key while who serves it is killed, again and again until there is an answer; the answer to the last is told."""
    key, back = secrets.token_urlsafe(18), None
    for attempt in range(200):
        if attempt < 3 and victim == "worker":
            threading.Timer(random.uniform(0.0, 0.03), kill_workers, (world,)).start()
        if attempt == 0 and victim == "mariadbd":
            world.part("kill", "mariadbd")
            back = threading.Timer(0.3, world.part, ("start", "mariadbd"))
            back.start()
        try:
            answer = post(client, path, with_, version, key=key)
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is not None and answer.status not in (500, 502, 503, 504):
            if back:
                back.join()  # whoever kills the database next must not meet one that is still being started
            return answer
        time.sleep(0.05)
    raise AssertionError(f"no answer: {path} {answer}")


def kill_workers(world):
    for pid in world.workers():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def sealed(world, ident):
    """{organ: (seal, words)} as the database has them."""
    return {o: (s, w) for o, s, w in world.sql("gz_luan", f"SELECT organ, seal, COALESCE(words, '') FROM review_seal WHERE review = {ident}")}


def test_seals_hold_while_everything_is_killed_between_them(world):
    random.seed(int(os.environ.get("GUIZHANG_SEED_NUMBER", "20261126")))
    w = luan(world, "封签不怕断电", "95.00", unit="rsj")
    world.clock(T, "2025-07-20T09:00")
    w.walk([("unit", "application.submit"), ("competent", "application.pass")])
    world.clock(T, "2025-08-06T09:00")
    start, drawn = f"{w.path}/reviews/joint_review", []
    for n in range(int(os.environ.get("GUIZHANG_SEAL_ROUNDS", "5"))):
        words = {o: f"第{n}次抽取{SEEDS[o]}" for o in SEEDS}
        clients = {o: world.sign_in(T, o) for o in SEEDS}
        order, victim = random.sample(list(SEEDS), 3), ["worker", "mariadbd", "worker", "", "worker"][n % 5]
        ident = until_answered(world, clients["competent"], start, {"members": "5"}, victim).json["id"]
        path = f"/{T}/reviews/{ident}"
        for i, o in enumerate(order):
            early = until_answered(world, clients[o], f"{path}/open", {"open_words": words[o]})
            assert early.status == 422 and "没有交齐" in early.text, "an organ is missing"
            assert until_answered(world, clients[o], f"{path}/seal", {"seal_words": words[o]}, victim).status == 200
            again = until_answered(world, clients[o], f"{path}/seal", {"seal_words": words[random.choice(order)] + "改"})
            assert again.status == 422 and "不能更换" in again.text, "a second seal"
            assert sealed(world, ident) == {x: (draw_again.seal(ident, x, words[x]), "") for x in order[:i + 1]}
        kill_workers(world)  # all sealed, nothing opened: nobody's words are anywhere but with them
        world.part("kill", "mariadbd")
        world.part("start", "mariadbd")
        random.shuffle(order)
        for i, o in enumerate(order):
            for wrong in (words[o][:-1], words[o] + "。", words[order[i - 1]]):
                refused_ = until_answered(world, clients[o], f"{path}/open", {"open_words": wrong})
                assert refused_.status == 422 and "不符" in refused_.text, wrong
            assert not world.sql("gz_luan", f"SELECT id FROM review_seat WHERE review = {ident}"), "drawn before the last word"
            assert until_answered(world, clients[o], f"{path}/open", {"open_words": words[o]}, victim).status == 200
            assert {x: k[1] for x, k in sealed(world, ident).items()} == {x: words[x] if x in order[:i + 1] else "" for x in order}
            twice = until_answered(world, clients[o], f"{path}/open", {"open_words": words[o]})
            assert twice.status == 422, twice
        seats = world.sql("gz_luan", f"SELECT state, name FROM review_seat WHERE review = {ident} ORDER BY place")
        assert [s[0] for s in seats] == ["seated"] * 5 + ["waiting"] * 3, "one draw, no more"
        proof = wait_until("proof", lambda: (a := world.sign_in(T, "auditor").get(f"{path}/proof")).status == 200 and a, 20).json
        assert proof["same"] is True and all(c["ok"] for c in proof["checks"]), proof["checks"]
        seed, members, reserves = draw_again.run(proof["record"]["inputs"], words, {x["id"] for x in proof["record"]["result"]["excluded"]})
        assert members == [x["id"] for x in proof["record"]["result"]["members"]] and reserves == [x["id"] for x in proof["record"]["result"]["reserves"]]
        drawn.append(seed)
        version = review(world, argparse.Namespace(id=ident), "competent")["review"]["version"]
        assert until_answered(world, clients["competent"], f"{path}/void", {"void_reason": "下一轮再试"}, version=version).status == 200
        acts = world.sql("gz_luan", f"SELECT what, COUNT(*) FROM audit WHERE object = 'review/{ident}' AND result = 'ok' GROUP BY what ORDER BY what")
        assert acts == [["review.open", "3"], ["review.seal", "3"], ["review.start", "1"], ["review.void", "1"]], "each on record once, however often it was sent"
    assert len(set(drawn)) == len(drawn)
