"""Colleagues: acting for one another for a time, handing a project over, urging, taking a submission back; nobody decides on his own application."""

import roads
from browser import Person, Window
from colleagues import T, submitted, try_act, uuid, walker
from directory import members
from walker import tasks_of

DAY, NEXT = "2026-03-10T09:00", "2026-03-11T09:00"
DAYS = {T: DAY}


def test_a_delegation_is_for_days_and_a_colleague(world, people):
    jiang = people["jiang"]
    chen = uuid(jiang, "陈磊")
    good = {"to": chen, "from_on": "2026-03-10", "to_on": "2026-03-12", "reason": "出差"}
    for bad, where in (({"to": ""}, "/person"), ({"to": "11111111-2222-3333-4444-555555555555"}, "/person"), ({"from_on": "2026-03-09"}, "/from_on"),
                       ({"to_on": "2026-03-09"}, "/to_on"), ({"to_on": "2028-01-01"}, "/to_on"), ({"reason": " "}, "/reason"), ({"from_on": "x"}, "/from_on")):
        answer = jiang.post(f"/{T}/delegations", {**good, **bad})
        assert answer.status == 400 and where in answer.text and "mend" in answer.text, (bad, answer)
    assert jiang.post(f"/{T}/delegations", good).status == 200
    again = jiang.post(f"/{T}/delegations", {**good, "from_on": "2026-03-12", "to_on": "2026-03-20"})
    assert again.status == 422 and "已经委托" in again.text
    shown = people["chen"].get(f"/{T}/delegations").json["delegations"][0]
    assert (shown["from_name"], shown["to_name"], shown["state"], shown["may_revoke"]) == ("蒋楠", "陈磊", "now", False)
    assert "蒋楠" in world.sign_in(T, "editor").page(f"/{T}/delegations").text
    assert people["zhang"].get(f"/{T}/delegations").json["delegations"] == []  # of another post


def test_what_is_in_a_colleagues_hands_is_his_or_his_delegates(world, people):
    w = submitted(people, "转办项目")
    chen, jiang = people["chen"], people["jiang"]
    hand = {"person": uuid(chen, "蒋楠"), "reason": "调整分工"}
    assert chen.post(f"{w.path}/hand", {**hand, "person": ""}).status == 400
    assert chen.post(f"{w.path}/hand", hand).status == 200
    shown = chen.get(f"{w.path}/hand").json
    assert shown["in_hands"]["name"] == "蒋楠" and shown["history"][0]["by_name"] == "陈磊" and shown["word"] == "转办"
    task = next(t for t in tasks_of(chen, T) if t["project"] == str(w.project))
    pages = range(0, chen.get(f"/{T}/home").json["task_count"], 15)  # other tests of this world leave work on the desk as well
    assert task["hand_name"] == "蒋楠" and not task["is_in_my_hands"] and any("在蒋楠手里" in chen.page(f"/{T}/home?from={n}").text for n in pages)
    answer = try_act(w, chen, "technical_review.accept")  # the delegation of the test before is in force
    assert answer.status == 200, answer
    event = w.view("tech")["timeline"][0]
    assert event["person_name"] == "陈磊（受蒋楠委托）", event
    assert world.sql("gz_" + T, f"SELECT person_name, detail LIKE '%蒋楠%' FROM audit WHERE object = 'project/{w.project}' AND what = 'project.act' ORDER BY id DESC LIMIT 1") == [["陈磊", "1"]]
    w.walk([("tech", "technical_review.commission", {"agency": "武汉信息工程咨询有限公司"}), ("tech", "technical_review.report")])
    done = w.act("tech", "technical_review.pass")
    letter = chen.page(f"/{T}/decisions/{done['decision']}").text
    assert "（承办人：陈磊（受蒋楠委托））" in letter
    row = next(d for d in jiang.get(f"/{T}/delegations").json["delegations"] if d["may_revoke"])
    assert people["zhang"].post(f"/{T}/delegations/{row['id']}/end").status == 404
    assert chen.post(f"/{T}/delegations/{row['id']}/end").status == 403
    assert jiang.post(f"/{T}/delegations/{row['id']}/end").status == 200
    w2 = submitted(people, "不受委托")
    assert chen.post(f"{w2.path}/hand", hand).status == 200
    refused = try_act(w2, chen, "technical_review.accept")
    assert refused.status == 403 and "蒋楠" in refused.json["detail"] and "委托" in refused.text, refused
    assert try_act(w2, jiang, "technical_review.accept").status == 200


def test_in_ones_own_name_or_a_colleagues(world, people):
    chen, jiang = people["chen"], people["jiang"]
    assert jiang.post(f"/{T}/delegations", {"to": uuid(jiang, "陈磊"), "from_on": "2026-03-10", "to_on": "2026-03-10", "reason": "请假"}).status == 200
    w = submitted(people, "以谁的名义")
    page = chen.get(f"{w.path}/acts/technical_review.accept").json
    assert [f["name"] for f in page["for"]] == ["蒋楠"]
    assert "受蒋楠委托" in chen.page(f"{w.path}/acts/technical_review.accept").text
    assert try_act(w, chen, "technical_review.accept", on_behalf="123").status == 403
    assert try_act(w, chen, "technical_review.accept", on_behalf=page["for"][0]["id"]).status == 200
    assert w.view("tech")["timeline"][0]["person_name"] == "陈磊（受蒋楠委托）"
    world.clock(T, NEXT)  # the last day is over
    try:
        assert try_act(w, chen, "technical_review.commission", on_behalf=page["for"][0]["id"]).status == 403
    finally:
        world.clock(T, DAY)


def test_nobody_decides_on_his_own_application(world, people):
    w = submitted(people, "自己申报的")
    members(world, "gz-xinzhou-tech", "add", "zhang.min")
    try:
        own = world.person("zhang.min", T, organ="tech")
        refused = try_act(w, own, "technical_review.accept")
        assert refused.status == 403 and "建设单位" in refused.json["detail"], refused
        assert own.post(f"/{T}/delegations", {"to": uuid(own, "陈磊"), "from_on": "2026-03-10", "to_on": "2026-03-10", "reason": "借调"}).status == 200
        number = next(d["id"] for d in own.get(f"/{T}/delegations").json["delegations"] if d["from_name"] == "张敏")
        refused = try_act(w, people["chen"], "technical_review.accept", on_behalf=number)
        assert refused.status == 403 and "受其委托也不能办理" in refused.json["detail"], refused
        assert own.post(f"/{T}/delegations/{number}/end").status == 200
    finally:
        members(world, "gz-xinzhou-tech", "delete", "zhang.min")
    assert try_act(w, people["chen"], "technical_review.accept").status == 200


def test_urging_once_a_day(world, people):
    w = submitted(people, "催办项目")
    zhang, chen = people["zhang"], people["chen"]
    assert zhang.get(f"{w.path}/hand").json["urge"] == {"to_name": "区大数据中心", "is_possible": True, "why_not": ""}
    assert zhang.post(f"{w.path}/urge", {"note": "一\n二"}).status == 400
    answer = zhang.post(f"{w.path}/urge", {"note": "请尽快受理"})
    assert answer.status == 200 and answer.json["to_name"] == "区大数据中心", answer
    again = zhang.post(f"{w.path}/urge", {"note": ""})
    assert again.status == 422 and "今天已经催办过" in again.text
    assert chen.post(f"{w.path}/urge", {"note": ""}).status == 422  # it is in our own hands
    urged = [u for u in chen.get(f"/{T}/home").json["urged"] if u["title"] == "催办项目"]
    assert [(u["by_name"], u["note"]) for u in urged] == [("区教育局", "请尽快受理")]
    assert "有人催办" in chen.page(f"/{T}/home").text
    leader = world.sign_in(T, "leader")
    assert leader.post(f"{w.path}/urge", {"note": ""}).status == 200
    world.clock(T, NEXT)
    try:
        assert zhang.post(f"{w.path}/urge", {"note": ""}).status == 200
    finally:
        world.clock(T, DAY)
    assert world.sql("gz_" + T, f"SELECT COUNT(*) FROM audit WHERE what = 'project.urge' AND object = 'project/{w.project}' AND result = 'ok'") == [["3"]]


def test_a_submission_is_taken_back_before_it_is_accepted(world, people):
    w = submitted(people, "撤回项目")
    number = w.view()["project"]["number"]
    zhang, chen = people["zhang"], people["chen"]
    page = zhang.get(f"{w.path}/hand").json
    assert page["withdraw"]["name"] and chen.get(f"{w.path}/hand").json.get("withdraw") is None
    version = int(page["project"]["version"])
    assert chen.post(f"{w.path}/withdraw", {"version": version, "reason": "x"}).status == 403
    assert zhang.post(f"{w.path}/withdraw", {"version": version, "reason": ""}).status == 400
    assert zhang.post(f"{w.path}/withdraw", {"version": version - 1, "reason": "附件传错"}).status == 409
    assert zhang.post(f"{w.path}/withdraw", {"version": version, "reason": "附件传错"}).status == 200
    view = w.view()
    assert view["timeline"][0]["name"].startswith("撤回") and view["where"]["holder_name"] == "区教育局" and view["project"]["number"] == number
    assert all(t["project"] != str(w.project) and t["title"] != "撤回项目" for t in tasks_of(chen, T))
    edit = zhang.get(f"{w.path}/edit").json
    assert not edit["is_locked"]
    assert zhang.post(f"{w.path}/edit", {"version": view["project"]["version"], "facts": {"project_summary": "改过的内容"}}).status in (200, 303)
    w.act("unit", "technical_review.submit")
    assert w.view()["project"]["number"] == number
    w.act("tech", "technical_review.accept")
    late = zhang.post(f"{w.path}/withdraw", {"version": w.view()["project"]["version"], "reason": "太迟"})
    assert late.status == 422 and "受理" in late.text


def test_what_the_office_has_opened_is_not_taken_back(world, people):
    w = submitted(people, "已阅项目")
    zhang, chen = people["zhang"], people["chen"]
    rows = f"SELECT organ, name, step FROM handing WHERE project = {w.project} AND kind = 'read'"
    for other in ("leader", "auditor", "approval"):  # it is not theirs to read
        world.sign_in(T, other).get(w.path)
    for _ in range(2):
        assert "read" not in zhang.get(w.path).json and zhang.get(f"{w.path}/hand").json["withdraw"]["is_possible"]
    chen.get(f"/{T}/home")  # the desk shows that it is there, not what it says
    assert world.sql("gz_" + T, rows) == []
    for page in (w.path, f"{w.path}/acts/technical_review.accept", w.path):
        assert chen.get(page).status == 200
    assert [r[:2] for r in world.sql("gz_" + T, rows)] == [["tech", "陈磊"]]  # once, whatever is opened after
    assert world.sql("gz_" + T, f"SELECT what, person_name, organ FROM audit WHERE object = 'project/{w.project}' AND what = 'project.first_read'") == [["project.first_read", "陈磊", "tech"]]
    view = zhang.get(w.path).json
    assert view["read"] == {"office_name": "区大数据中心", "on": DAY[:10]} and "区大数据中心 2026-03-10 已阅" in zhang.page(w.path).text
    shown = zhang.get(f"{w.path}/hand").json["withdraw"]
    assert not shown["is_possible"] and "2026-03-10 已阅" in shown["why_not"] and "退回补正" in shown["mend"]
    page = zhang.page(f"{w.path}/hand").text
    assert "2026-03-10 已阅，不能撤回" in page and 'action="' + f"{w.path}/withdraw" not in page
    refused = zhang.post(f"{w.path}/withdraw", {"version": view["project"]["version"], "reason": "太迟"})
    assert refused.status == 422 and "陈磊" in refused.json["detail"] and "退回补正" in refused.text, refused
    assert all(not t["what"].startswith("cosign") for t in chen.get(w.path).json["timeline"])
    other = submitted(people, "从办理页已阅")
    assert chen.get(f"{other.path}/acts/technical_review.accept").status == 200
    assert zhang.post(f"{other.path}/withdraw", {"version": other.view()["project"]["version"], "reason": "太迟"}).status == 422


def test_a_unit_hands_a_project_over(world, people):
    w = walker(people)
    w.draft(roads.xinzhou("移交项目", "58.60"))
    zhang, xie = people["zhang"], people["xie"]
    assert zhang.post(f"{w.path}/hand", {"person": uuid(zhang, "谢岚"), "reason": "工作调动"}).status == 200
    refused = try_act(w, zhang, "technical_review.submit")
    assert refused.status == 403 and "谢岚" in refused.json["detail"]
    w2 = walker(people, unit="xie")
    w2.project, w2.total = w.project, w.total
    w2.act("unit", "technical_review.submit")
    assert xie.get(f"{w.path}/hand").json["word"] == "移交"
    assert people["chen"].get(f"{w.path}/hand").json.get("in_hands") is None  # of the unit, not of ours


def test_the_pages_at_a_browser_without_script_too(world, people):
    w = submitted(people, "页面项目")
    for script in (True, False):
        window = Window(script)
        try:
            tech = Person(window, world, "chen.lei").sign_in(post="tech")
            tech.go(f"/{T}/delegations").check_page("delegations")
            tech.go(f"{w.path}/hand").check_page("hand")
            if script:
                tech.fill({"交给谁": "蒋楠", "原因": "调整分工"}).press("转办", near="转办给同事")
                assert "已经转办" in tech.text() and "蒋楠" in tech.text()
                tech.check_page("hand-done")
            clerk = Person(window, world, "zhang.min").sign_in(post="unit")
            clerk.go(f"{w.path}/hand").check_page("hand-unit")
            if script:
                assert people["chen"].get(w.path).status == 200
                clerk.go(f"{w.path}/hand").check_page("hand-read")
                assert "2026-03-10 已阅，不能撤回" in clerk.text()
                clerk.go(w.path).check_page("project-read")
                assert "已阅" in clerk.text()
            if not script:
                clerk.fill({"附言": "请尽快受理"}).press("催办区大数据中心")
                assert "已经催办" in clerk.text()
                clerk.press("催办区大数据中心")
                assert "今天已经催办过" in clerk.text()
                clerk.check_page("hand-refused")
        finally:
            window.close()
