"""A duty of several organs: each that has not acted is told on its desk, by card, by mail and when urged, and no longer once it has."""
import pytest
from letters import night, push, says, settings
from roads import FOUR, luan
from walker import walked

T = "luan"
NAME = "会同提醒项目"
RECORD = {"plan_year": "2026", "reviewed_on": "2025-08-05", "reviewed_total": "466.2", "isolated": "false"}
DAYS = {T: "2025-07-10T09:00"}
LAST = "2025-08-31"  # 第十二条：每年 7-8 月份


@pytest.fixture(scope="module")
def project(world):
    w = walked(world, T, "mzj", luan(NAME, "466.2"), ("unit", "application.submit"), ("competent", "application.pass"))
    world.clock(T, "2025-08-05T09:00")
    w.act("competent", "joint_review.argue", held_on="2025-08-04")
    w.act("competent", "joint_review.record", **RECORD)
    return w


def on_desk(world):
    """Which of the four see the duty among their reminders, and with which card."""
    homes = {o: world.sign_in(T, o).get(f"/{T}/home").json["duties"] for o in FOUR}
    return {o: d["card"] for o, duties in homes.items() for d in duties if d["title"] == NAME and d["name"] == "集中审查论证"}


def told(world, w, kind):
    return {row[0] for row in world.sql("gz_" + T, f"SELECT who FROM card WHERE project = {w.project} AND kind = '{kind}'")}


def to(world, *organs):
    return {f"{world.holder_of('gz-luan-' + o)}@guizhang.test" for o in organs}


def test_each_that_has_not_signed_is_told(world, project, server):
    path = settings(world, "joint.json", server.port)
    assert world.sql("gz_" + T, f"SELECT who FROM duty WHERE project = {project.project} AND duty = 'joint_review' ORDER BY who") == [["crypto"], ["finance"], ["ndrc"]]
    night(world, "2025-08-28T03:00", path, T)
    assert on_desk(world) == {"finance": "yellow", "ndrc": "yellow", "crypto": "yellow"}
    assert told(world, project, "yellow") >= {"finance", "ndrc", "crypto"} and "competent" not in told(world, project, "yellow")
    letters = server.box.take()
    assert to(world, "finance", "ndrc", "crypto") <= set(letters), set(letters)
    assert says(letters[to(world, "ndrc").pop()], NAME, "集中审查论证", "最迟：" + LAST, "第十二条")
    assert not says(letters.get(to(world, "competent").pop()), NAME, "集中审查论证")
    before = world.sql("gz_" + T, "SELECT COUNT(*) FROM card")
    world.guizhang("nightly", "--tenant", T)
    assert before == world.sql("gz_" + T, "SELECT COUNT(*) FROM card")
    month = {o: world.sign_in(T, o).get(f"/{T}/calendar?month=2025-08").json["duties"] for o in (*FOUR, "leader")}
    assert {o: [d["name"] for d in rows if d["title"] == NAME] for o, rows in month.items()} == {
        "competent": [], "finance": ["集中审查论证"], "ndrc": ["集中审查论证"], "crypto": ["集中审查论证"], "leader": ["集中审查论证"]}


def test_who_has_signed_is_told_no_more(world, project, server):
    path = settings(world, "joint.json", server.port)
    world.clock(T, "2025-08-29T09:00")
    written = {f["id"]: f["value"] for f in project.act_page("finance", "joint_review.record")["act"]["fields"] if f.get("value")}
    project.act("finance", "joint_review.record", **written)
    assert on_desk(world) == {"ndrc": "yellow", "crypto": "yellow"}
    server.box.take()
    night(world, "2025-09-01T03:00", path, T)
    assert on_desk(world) == {"ndrc": "red", "crypto": "red"} and told(world, project, "red") == {"ndrc", "crypto"}
    letters = server.box.take()
    red = {who for who, letter in letters.items() if says(letter, NAME, "集中审查论证")}
    assert red == to(world, "ndrc", "crypto"), red
    late = [r for r in world.sign_in(T, "auditor").get(f"/{T}/lists/late").json["rows"] if r["title"] == NAME and r["name"] == "集中审查论证"]
    assert len(late) == 1 and "发" in late[0]["words"] and "财政" not in late[0]["words"], late


def test_urging_goes_to_each_that_is_waited_for(world, project, server):
    unit = world.sign_in(T, "unit", "mzj")
    answer = unit.post(f"{project.path}/urge", {"note": "请尽快会签"})
    assert answer.status == 200 and "、" in answer.json["to_name"], answer
    assert told(world, project, "urge") == {"ndrc", "crypto"}
    assert unit.post(f"{project.path}/urge", {"note": ""}).status == 422
    seen = {o: [u["note"] for u in world.sign_in(T, o).get(f"/{T}/home").json["urged"] if u["title"] == NAME] for o in FOUR}
    assert seen == {"competent": [], "finance": [], "ndrc": ["请尽快会签"], "crypto": ["请尽快会签"]}
    assert world.sign_in(T, "ndrc").post(f"{project.path}/urge", {"note": ""}).status == 422  # it waits for itself
    assert world.sign_in(T, "finance").post(f"{project.path}/urge", {"note": ""}).status == 200  # who has signed may urge
    push(world, settings(world, "joint.json", server.port), T)
    assert to(world, "ndrc", "crypto") <= set(server.box.take())


def test_when_all_have_signed_the_day_that_was_told_stands(world, project):
    for organ in ("ndrc", "crypto"):
        written = {f["id"]: f["value"] for f in project.act_page(organ, "joint_review.record")["act"]["fields"] if f.get("value")}
        project.act(organ, "joint_review.record", **written)
    assert on_desk(world) == {}
    assert world.sql("gz_" + T, f"SELECT state LIKE 'done%', due_on, notified FROM duty WHERE project = {project.project} AND duty = 'joint_review'") == [["1", LAST, "1"]]
