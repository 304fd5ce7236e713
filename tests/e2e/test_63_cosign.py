"""加签: a colleague of one's own post signs first; until he has, or is asked no more, the organ does not decide."""
import sys
import threading

from browser import Person, Window
from colleagues import T, submitted, try_act, uuid
from directory import members
from walker import Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

DAY, NEXT = "2026-03-10T09:00", "2026-03-11T09:00"
DAYS = {T: DAY}


def ask(people, w, about="请看安全方案", **more):
    return people["chen"].post(f"{w.path}/cosign", {"person": uuid(people["chen"], "蒋楠"), "about": about, **more})


def items(client, w):
    return client.get(f"{w.path}/cosign").json["cosign"]["items"]


def test_what_is_asked_is_read_strictly(people):
    w = submitted(people, "加签填写")
    chen = people["chen"]
    for bad, where in (({"about": " "}, "/about"), ({"about": "长" * 501}, "/about"), ({"person": ""}, "/person"), ({"person": uuid(people["jiang"], "陈磊")}, "/person"),
                       ({"person": "11111111-2222-3333-4444-555555555555"}, "/person"), ({"until": "x"}, "/until"), ({"until": "2026-03-09"}, "/until"),
                       ({"until": "2026-03-14"}, "/until"), ({"step": "filing.none"}, "/step")):
        answer = chen.post(f"{w.path}/cosign", {"person": uuid(chen, "蒋楠"), "about": "请看", **bad})
        assert answer.status == 400 and where in answer.text and "mend" in answer.text, (bad, answer)
    assert items(chen, w) == []
    assert people["zhang"].get(f"{w.path}/cosign").status == 403 and people["zhang"].post(f"{w.path}/cosign", {}).status == 403
    other = Walker(lambda t, organ, u: people["zhang"], T, "jyj")
    other.draft(roads.xinzhou("不归数据中心", "15.00"))
    other.act("unit", "filing.submit")
    refused = ask(people, other)
    assert refused.status == 422 and "没有轮到" in refused.text, refused


def test_the_organ_waits_until_its_colleague_has_signed(world, people):
    w = submitted(people, "加签项目")
    chen, jiang, zhang = people["chen"], people["jiang"], people["zhang"]
    assert ask(people, w, until="2026-03-12").status == 200
    twice = ask(people, w)
    assert twice.status == 422 and "蒋楠" in twice.text
    mine = [c for c in jiang.get(f"/{T}/home").json["cosigns"] if c["title"] == "加签项目"]
    assert [(c["by_name"], c["about"], c["due_on"]) for c in mine] == [("陈磊", "请看安全方案", "2026-03-12")]
    assert "请我加签" in jiang.page(f"/{T}/home").text and all(c["title"] != "加签项目" for c in chen.get(f"/{T}/home").json["cosigns"])
    refused = try_act(w, chen, "technical_review.accept")
    assert refused.status == 422 and "蒋楠" in refused.json["detail"] and "收回" in refused.text and not refused.json.get("article"), refused
    page = chen.get(f"{w.path}/acts/technical_review.accept").json
    assert not page["allowed"] and any(r["code"] == "cosign" and "蒋楠" in r["message"] for r in page["reasons"])
    view = chen.get(w.path).json
    assert view["cosign"]["open_count"] == 1 and not next(a for a in view["acts"] if a["act"] == "technical_review.accept")["allowed"]
    assert "还有 1 人没有签" in chen.page(w.path).text
    world.clock(T, "2026-03-20T09:00")  # long after the day: nothing passes by itself
    try:
        assert try_act(w, chen, "technical_review.accept").status == 422 and items(chen, w)[0]["is_late"]
    finally:
        world.clock(T, DAY)
    number = items(jiang, w)[0]["id"]
    answer = f"{w.path}/cosign/answer"
    assert chen.post(answer, {"ask": number, "answer": "agree"}).status == 403  # nobody signs for another
    assert jiang.post(answer, {"ask": number, "answer": "perhaps"}).status == 400
    assert jiang.post(answer, {"ask": number, "answer": "disagree", "opinion": " "}).status == 400
    assert jiang.post(answer, {"ask": "99999999", "answer": "agree"}).status == 404
    assert people["approval"].post(answer, {"ask": number, "answer": "agree"}).status == 404
    assert jiang.post(answer, {"ask": number, "answer": "disagree", "opinion": "密码应用没有写"}).status == 200
    again = jiang.post(answer, {"ask": number, "answer": "agree"})
    assert again.status == 422 and "已经由蒋楠答复" in again.text
    assert [(i["state_name"], i["opinion"], i["ended_by"]) for i in items(chen, w)] == [("不同意", "密码应用没有写", "蒋楠")]
    accepted = try_act(w, chen, "technical_review.accept")  # what a colleague says is not the organ's decision
    assert accepted.status == 200, accepted
    told = [(t["name"], t["person_name"]) for t in chen.get(w.path).json["timeline"] if t["what"].startswith("cosign.")]
    assert told == [("加签：蒋楠不同意", "蒋楠"), ("加签：请蒋楠先签", "陈磊")], told
    for outside in (zhang, people["approval"]):
        seen = outside.get(w.path)
        assert "密码应用没有写" not in seen.text and "密码应用没有写" not in outside.page(w.path).text
    assert people["approval"].get(f"{w.path}/cosign").json["cosign"]["items"] == []
    assert "密码应用没有写" in world.sign_in(T, "leader").get(w.path).text
    rows = world.sql("gz_" + T, f"SELECT what, person_name, detail LIKE '%蒋楠%' FROM audit WHERE object = 'project/{w.project}' AND what LIKE 'cosign.%' AND result = 'ok' ORDER BY id")
    assert rows == [["cosign.ask", "陈磊", "1"], ["cosign.answer", "蒋楠", "1"]], rows
    assert world.sql("gz_" + T, f"SELECT detail LIKE '%密码应用没有写%' FROM audit WHERE object = 'project/{w.project}' AND what = 'project.act' ORDER BY id DESC LIMIT 1") == [["1"]]


def test_the_opinion_stays_with_the_letter_and_off_the_paper(people):
    w = submitted(people, "随卷意见")
    chen, jiang = people["chen"], people["jiang"]
    w.walk([("tech", "technical_review.accept"), ("tech", "technical_review.commission", {"agency": "武汉信息工程咨询有限公司"}), ("tech", "technical_review.report")])
    assert ask(people, w, "请看数据共享").status == 200
    assert jiang.post(f"{w.path}/cosign/answer", {"ask": items(jiang, w)[0]["id"], "answer": "agree", "opinion": "共享目录齐全"}).status == 200
    done = w.act("tech", "technical_review.pass")
    letter = f"/{T}/decisions/{done['decision']}"
    assert [(i["name"], i["by_name"], i["opinion"]) for i in chen.get(letter).json["cosigned"]] == [("蒋楠", "陈磊", "共享目录齐全")]
    assert "随卷的加签意见" in chen.page(letter).text
    assert people["zhang"].get(letter).json["cosigned"] == [] and "共享目录齐全" not in people["zhang"].page(letter).text


def test_urged_once_a_day_and_taken_back(world, people):
    w = submitted(people, "加签收回")
    chen, jiang = people["chen"], people["jiang"]
    assert ask(people, w).status == 200
    number = items(chen, w)[0]["id"]
    assert chen.post(f"{w.path}/cosign/urge", {"ask": number}).status == 200
    again = chen.post(f"{w.path}/cosign/urge", {"ask": number})
    assert again.status == 422 and "今天已经催办过" in again.text
    assert next(c for c in jiang.get(f"/{T}/home").json["cosigns"] if c["title"] == "加签收回")["urged_on"] == "2026-03-10"
    world.clock(T, NEXT)
    try:
        assert chen.post(f"{w.path}/cosign/urge", {"ask": number}).status == 200
    finally:
        world.clock(T, DAY)
    assert chen.post(f"{w.path}/cosign/back", {"ask": number, "reason": " "}).status == 400
    assert chen.post(f"{w.path}/cosign/back", {"ask": number, "reason": "不再需要"}).status == 200
    late = jiang.post(f"{w.path}/cosign/answer", {"ask": number, "answer": "agree"})
    assert late.status == 422 and "收回" in late.text
    assert try_act(w, chen, "technical_review.accept").status == 200


def test_one_key_asks_once_and_two_answers_end_it_once(world, people):
    w = submitted(people, "加签并发")
    chen = people["chen"]
    body = {"person": uuid(chen, "蒋楠"), "about": "请看"}
    assert [chen.post(f"{w.path}/cosign", body, {"Idempotency-Key": "cosign-key-0000000001"}).status for _ in range(2)] == [200, 200]
    assert len(items(chen, w)) == 1
    number, answers = items(chen, w)[0]["id"], []
    clients = [world.person("jiang.nan", T, organ="tech") for _ in range(2)] + [chen]
    calls = [("answer", {"ask": number, "answer": "agree"}), ("answer", {"ask": number, "answer": "disagree", "opinion": "不行"}), ("back", {"ask": number, "reason": "不用了"})]

    def go(c, call):
        answers.append(c.post(f"{w.path}/cosign/{call[0]}", call[1]).status)

    threads = [threading.Thread(target=go, args=pair) for pair in zip(clients, calls)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers) == [200, 422, 422], answers
    assert world.sql("gz_" + T, f"SELECT COUNT(*) FROM handing WHERE project = {w.project} AND closes IS NOT NULL") == [["1"]]


def test_who_applied_is_not_asked(world, people):
    w = submitted(people, "自己申报的加签")
    members(world, "gz-xinzhou-tech", "add", "zhang.min")
    try:
        refused = people["chen"].post(f"{w.path}/cosign", {"person": uuid(people["chen"], "张敏"), "about": "请看"})
        assert refused.status == 422 and "建设单位" in refused.text, refused
        own = world.person("zhang.min", T, organ="tech")
        assert own.post(f"{w.path}/cosign", {"person": uuid(own, "陈磊"), "about": "请看"}).status == 403
    finally:
        members(world, "gz-xinzhou-tech", "delete", "zhang.min")


def test_a_colleague_who_left_blocks_and_alarms(world, people):
    w = submitted(people, "加签离岗")
    chen, editor = people["chen"], world.sign_in(T, "editor")
    assert ask(people, w).status == 200
    members(world, "gz-xinzhou-tech", "delete", "jiang.nan")
    try:
        assert "岗位 1 个" in world.guizhang("nightly", "--tenant", T).stdout
        vacant = [v["name"] for v in editor.get(f"/{T}/home").json["vacancies"]]
        assert len(vacant) == 1 and "蒋楠" in vacant[0] and "加签" in vacant[0], vacant
        shown = items(chen, w)[0]
        assert shown["has_left"] and "不在本岗位上" in chen.page(f"{w.path}/cosign").text
        assert try_act(w, chen, "technical_review.accept").status == 422
        assert chen.post(f"{w.path}/cosign/back", {"ask": shown["id"], "reason": "已调离"}).status == 200
        assert try_act(w, chen, "technical_review.accept").status == 200
    finally:
        members(world, "gz-xinzhou-tech", "add", "jiang.nan")
    assert "岗位 0 个" in world.guizhang("nightly", "--tenant", T).stdout


def test_the_pages_at_a_browser_without_script_too(world, people):
    for script in (True, False):
        name = "加签页面" if script else "加签页面无脚本"
        w = submitted(people, name)
        window = Window(script)
        try:
            chen = Person(window, world, "chen.lei").sign_in(post="tech")
            chen.go(f"{w.path}/cosign").check_page("cosign-empty")
            chen.fill({"请谁": [uuid(people["chen"], "蒋楠")], "请签什么": "请看安全方案"}).press("请同事先签")
            assert "已经请同事先签" in chen.text()
            chen.check_page("cosign-asked")
            chen.go(f"{w.path}/acts/technical_review.accept").check_page("cosign-act")
            assert "已经请蒋楠先签" in chen.text()
            jiang = Person(window, world, "jiang.nan").sign_in(post="xinzhou/tech/")
            jiang.go(f"/{T}/home").check_page("cosign-desk")
            jiang.press(name, near="请我加签")
            jiang.check_page("cosign-answer")
            jiang.fill({"答复": "disagree"}).press("答复")
            assert "没有写意见" in jiang.text()
            assert jiang.value("答复") in ("disagree", ["disagree"]), jiang.value("答复")  # nothing typed is lost
            jiang.fill({"意见": "缺密码应用方案"}).press("答复")
            assert "已经答复" in jiang.text()
            jiang.go(w.path).check_page("cosign-project")
            assert "缺密码应用方案" in jiang.text()
        finally:
            window.close()
