"""复核: every act on record is decided once more as the case then stood, and the record agrees; where it would not, what differs is named."""
from dataclasses import replace

import pytest
from browser import Person, Window
from districts import argued, luan
from lives import LIVES, quick
from office import UP, C, L, M, X, Y, roads
from test_68_plans_and_papers import ARGUED, reported
from test_86_whole_life import Walk
from walker import Walker

DAYS = {X: "2026-09-24T09:00", M: None, UP: None, L: None, C: None, Y: None}
NOT_DECIDED = {"submission.withdraw", "decision.withdraw", "decision.withdraw_ask", "plan.settled"}


class Lived(Walk):
    """A whole life over the JSON twin; what stands on the desks on the way is looked at elsewhere."""

    def stands(self, words, after):
        pass


def again(client, w, seq, status=200):
    answer = client.get(f"{w.path}/events/{seq}")
    assert answer.status == status, (seq, answer)
    return answer.json


def events(client, w):
    return sorted((e for e in client.get(w.path).json["timeline"] if "seq" in e and e.get("what", "") not in NOT_DECIDED), key=lambda e: e["seq"])


def all_agree(world, w):
    auditor = world.sign_in(w.tenant, "auditor")
    seen = []
    for e in events(auditor, w):
        page = again(auditor, w, e["seq"])
        assert page["agrees"] and page["is_allowed"] and page["differences"] == [] and page["reasons"] == [], (e["what"], page["differences"], page["reasons"])
        assert page["basis"] == [] and page["is_same_basis"], (e["what"], page["basis"], page["gaps"])
        assert (page["event"]["name"], page["event"]["by_name"]) == (e["name"], e["by_name"])
        seen.append(page)
    assert len(seen) > 1
    return seen


def told(world, w):
    """What the command says of this project."""
    run = world.guizhang("replay", "--tenant", w.tenant, check=False, timeout=600)
    assert run.returncode in (0, 1) and f"{w.tenant}：项目 " in run.stdout, run
    number = w.view()["project"]["number"]
    return [line for line in run.stdout.splitlines() if f"{number}「" in line]


@pytest.mark.parametrize("life", LIVES, ids=[x.tenant for x in LIVES])
def test_every_act_of_a_whole_life_agrees(world, life):
    life = replace(life, road=quick(*life.road), facts={**life.facts, "project_name": life.facts["project_name"] + "（复核）"})
    w = Lived(world, None, life).go()
    pages = all_agree(world, w)
    assert len(pages) >= 15 and all(p["regulation"]["id"] == w.view()["project"]["regulation"]["id"] for p in pages)
    assert any(d["limit_text"] for p in pages for d in p["duties"]), "some act was waited for, by a day or without one"
    assert told(world, w) == []


@pytest.fixture(scope="module")
def walked(world):
    """A correction of a fact, a submission taken back, a paper taken back: each act as the case stood then."""
    world.clock(X, "2026-09-24T09:00")
    w = Walker(world.sign_in, X, "jyj")
    w.draft(roads.xinzhou("复核的项目", "58.60"))
    w.act("unit", "technical_review.submit")
    unit = w.client("unit")
    assert unit.post(f"{w.path}/withdraw", {"version": w.view()["project"]["version"], "reason": "附件传错"}).status == 200
    w.act("unit", "technical_review.submit")
    w.act("tech", "technical_review.ask_correction", correction=[{"item": "total_investment", "what": "总投资与概算不符"}], until="2026-10-15", reason="数额不符")
    world.clock(X, "2026-09-28T09:00")
    answer = unit.post(f"{w.path}/edit", {"version": w.view()["project"]["version"], "facts": {"total_investment": "66.60"}})
    assert answer.status in (200, 303), answer
    w.act("unit", "technical_review.submit")
    w.walk(roads.XINZHOU_REVIEW[1:] + roads.XINZHOU_APPROVAL)
    approval = w.client("approval")
    paper = [d for d in w.view("approval")["decisions"] if d["name"] == "批复"][-1]["href"]
    assert approval.post(paper, {"version": approval.get(paper).json["revoke"]["version"], "reason": "投资核定有误"}).status == 200
    w.act("approval", "initiation.approve", approved_content="同意建设，投资重新核定。")
    return w


def test_the_facts_are_those_of_that_day(world, walked):
    pages = {p["event"]["seq"]: p for p in all_agree(world, walked)}

    def total(p):
        return next(f["value"] for f in p["facts"] if f["label"].startswith("项目总投资") or "总投资" in f["label"])
    submitted = [p for p in pages.values() if p["event"]["what"] == "technical_review.submit"]
    assert ["58.60" in total(p) for p in submitted] == [True, True, False] and "66.60" in total(submitted[2])
    [asked] = [p for p in pages.values() if p["event"]["what"] == "technical_review.ask_correction"]
    assert "58.60" in total(asked) and asked["judged_on"] == "2026-09-24"
    [accepted] = [p for p in pages.values() if p["event"]["what"] == "technical_review.accept"]
    assert "66.60" in total(accepted) and accepted["judged_on"] == "2026-09-28"
    assert submitted[0]["event"]["taken_back"]["reason"] == "附件传错" and "taken_back" not in submitted[1]["event"]
    first, second = (p for p in pages.values() if p["event"]["what"] == "initiation.approve")
    assert first["event"]["taken_back"]["reason"] == "投资核定有误" and "taken_back" not in second["event"]
    assert submitted[1]["materials"] and submitted[1]["route"]["name"] and submitted[1]["step"]["articles"]
    assert told(world, walked) == []


def test_what_no_regulation_decides_and_whom_it_does_not_concern(world, walked):
    auditor = world.sign_in(X, "auditor")
    for e in auditor.get(walked.path).json["timeline"]:
        if e["what"] in NOT_DECIDED:
            assert "不是按办法作出的办理" in again(auditor, walked, e["seq"], 404)["detail"]
    again(auditor, walked, 999, 404)
    for bad in ("0", "-1", "x", "1e3", "99999999999999999999"):
        again(auditor, walked, bad, 404)
    assert again(world.sign_in(X, "unit", "jyj"), walked, 1)["agrees"], "whoever may read the project"
    again(world.sign_in(X, "unit", "wjj"), walked, 1, 404)
    page = again(auditor, walked, 3)
    assert "before_href" in page and "after_href" in page and "before_href" not in again(auditor, walked, 1)


@pytest.fixture
def put_back(world, walked):
    """Rows of this project, to be altered past the platform, and as they were afterwards."""
    seq = next(p["seq"] for p in events(world.sign_in(X, "auditor"), walked) if p["what"] == "technical_review.accept") - 1
    where = f"project = {walked.project} AND seq = {seq}"
    [[before, calendar]] = world.sql(f"gz_{X}", f"SELECT TO_BASE64(with_json), calendar_version FROM event WHERE {where}")
    before = before.replace("\\n", "")
    yield seq, where, before
    world.sql(f"gz_{X}", f"UPDATE event SET with_json = FROM_BASE64('{before}'), calendar_version = '{calendar}' WHERE {where}")


def test_a_record_altered_past_the_platform_does_not_agree(world, walked, put_back):
    seq, where, _ = put_back
    auditor = world.sign_in(X, "auditor")
    assert again(auditor, walked, seq)["agrees"]
    world.sql(f"gz_{X}", f"UPDATE event SET with_json = JSON_SET(with_json, '$.facts.in_annual_plan', FALSE) WHERE {where}")
    page = again(auditor, walked, seq)
    assert not page["agrees"] and not page["is_allowed"]
    assert [(d["name"], d["recorded"], d["now"]) for d in page["differences"]] == [("结论", "准予办理", "不能办理")]
    assert "6" in {a["number"] for r in page["reasons"] for a in r["articles"]}, page["reasons"]
    [line, *_] = told(world, walked)
    assert f"第 {seq} 步" in line and "记录是准予办理，复核是不能办理" in line, line


def test_another_calendar_and_other_files_are_named(world, walked, put_back):
    seq, where, _ = put_back
    auditor = world.sign_in(X, "auditor")
    world.sql(f"gz_{X}", f"UPDATE event SET calendar_version = 'older' WHERE {where}")
    page = again(auditor, walked, seq)
    assert page["agrees"] and [(b["name"], b["recorded"]) for b in page["basis"]] == [("工作日历", "older")]
    [[row, rules, detail]] = world.sql(f"gz_{X}", f"SELECT id, JSON_VALUE(detail, '$.rules'), TO_BASE64(detail) FROM audit WHERE object = 'project/{walked.project}' AND what = 'project.act' AND JSON_VALUE(detail, '$.seq') = {seq}")
    detail = detail.replace("\\n", "")
    assert len(rules) == 64
    world.sql(f"gz_{X}", f"UPDATE audit SET detail = JSON_SET(detail, '$.rules', REPEAT('0', 64)) WHERE id = {row}")
    try:
        page = again(auditor, walked, seq)
        assert page["agrees"] and [b["name"] for b in page["basis"]] == ["规章文件的 SM3", "工作日历"]
        world.sql(f"gz_{X}", f"UPDATE audit SET detail = JSON_REMOVE(detail, '$.rules') WHERE id = {row}")
        page = again(auditor, walked, seq)
        assert [b["name"] for b in page["basis"]] == ["工作日历"] and any("没有记下规章文件的摘要" in g for g in page["gaps"])
    finally:
        world.sql(f"gz_{X}", f"UPDATE audit SET detail = FROM_BASE64('{detail}') WHERE id = {row}")
    assert world.guizhang("audit", "verify", "--tenant", X).returncode == 0, "put back as it was"


def test_acts_before_the_first_submission_say_what_is_not_kept(world):
    world.clock(X, "2026-09-24T09:00")
    w = reported(world, "复核送审以前", "120.00")
    auditor = world.sign_in(X, "auditor")
    [only] = [again(auditor, w, 1)]
    assert only["agrees"] and any("还没有送审过" in g for g in only["gaps"]), only["gaps"]
    w.act("approval", "annual_plan.support", **ARGUED)
    w.act("ndrc", "annual_plan.include", plan_item_number="2027-902", review_opinion="专家评审通过")
    w.act("unit", "technical_review.submit")
    pages = all_agree(world, w)
    listed = [next(f["value"] for f in p["facts"] if f["label"] == "是否列入年度计划") for p in pages]
    assert listed == ["否", "否", "否", "是"], "what was decided later is not known before"
    assert [any("按随后送审的填报内容" in g for g in p["gaps"]) for p in pages] == [True, True, True, False]
    # an older row does not say what the fact was: then nothing is claimed
    where = f"project = {w.project} AND what = 'annual_plan.include'"
    [[before]] = world.sql(f"gz_{X}", f"SELECT TO_BASE64(with_json) FROM event WHERE {where}")
    world.sql(f"gz_{X}", f"UPDATE event SET with_json = JSON_REMOVE(with_json, '$.was') WHERE {where}")
    older = again(auditor, w, 1)
    assert not older["agrees"] and older["is_unsure"] and any("「是否列入年度计划」后来由「纳入区政府年度投资项目计划」认定" in g for g in older["gaps"]), older["gaps"]
    assert "不能断定" in auditor.page(f"{w.path}/events/1").text and "不能断定" in told(world, w)[0]
    before = before.replace("\\n", "")
    world.sql(f"gz_{X}", f"UPDATE event SET with_json = FROM_BASE64('{before}') WHERE {where}")
    all_agree(world, w)


def test_what_several_did_together_agrees(world):
    world.clock(L, "2025-07-10T09:00")
    w = luan(world, "复核会同办理", "466.2")
    argued(world, w, "466.2")
    assert len([p for p in all_agree(world, w) if p["event"]["what"] == "joint_review.record"]) == 4


@pytest.mark.parametrize("script", [True, False])
def test_an_auditor_replays_a_step_at_a_browser(world, walked, script):
    window = Window(script)
    try:
        p = Person(window, world, world.holder_of(f"gz-{X}-auditor")).sign_in()
        p.go(f"{walked.path}?earlier=1")
        p.press("复核这一步")
        assert p.heading().startswith("复核「") and "一致。" in p.text()
        p.check_page(f"replay_{script}")
        p.go(f"{walked.path}/events/1")
        assert "后来" in p.text() and "附件传错" in p.text() and "送审" in p.heading()
    finally:
        window.close()
