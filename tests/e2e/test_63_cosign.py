"""加签: a colleague of one's own post signs first; until he has, or is asked no more, the organ does not decide."""
import threading

import pytest
import roads
from browser import Person, Window
from colleagues import T, submitted, try_act, uuid
from directory import members
from letters import night, push, settings
from walker import Walker

DAY, NEXT = "2026-03-10T09:00", "2026-03-11T09:00"
DAYS = {T: DAY}
CHEN, JIANG = "chen.lei@guizhang.test", "jiang.nan@guizhang.test"


@pytest.fixture(scope="module", autouse=True)
def wishes(people):
    """Whatever these two wanted in other tests of this world, here they want all of it."""
    for who in ("chen", "jiang"):
        kinds = [k["id"] for k in people[who].get(f"/{T}/settings").json["kinds"]]
        assert people[who].post(f"/{T}/settings", {"mail": "daily", "kinds": kinds}).status == 200


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


def test_why_says_whom_an_act_waits_for(people, world):
    w = submitted(people, "加签为什么")
    chen = people["chen"]
    assert ask(people, w, until="2026-03-12").status == 200
    leader = world.sign_in(T, "leader")
    for client in (chen, leader):
        acts = {x["act"]: x for x in client.get(f"{w.path}/why").json["verdict"]["acts"]}
        act = acts["technical_review.accept"]
        said = next(r for r in act["reasons"] if r["code"] == "cosign")
        assert not act["allowed"] and said["since"] == "2026-03-10" and said["due_on"] == "2026-03-12" and said["who_name"] == "蒋楠", said
        for word in ("蒋楠", "陈磊请的", "2026-03-10", "2026-03-12"):
            assert word in said["message"], said
        assert "催办" in said["mend"] and "收回" in said["mend"] and said["href"] == f"{w.path}/cosign"
        page = client.page(f"{w.path}/why").text
        assert said["message"] in page and f'{w.path}/cosign">加签</a>' in page
        assert "cosign" not in [r["code"] for x in acts.values() if x["act"].startswith("filing.") for r in x["reasons"]]
    tried = chen.get(f"{w.path}/why?act=technical_review.accept").json["verdict"]["reasons"]
    assert [r["message"] for r in tried if r["code"] == "cosign"] == [said["message"]]
    assert said["message"] in chen.page(f"{w.path}/why?act=technical_review.accept").text
    for outside in (people["zhang"], people["approval"]):
        assert "蒋楠" not in outside.get(f"{w.path}/why").text
    number = items(chen, w)[0]["id"]
    assert chen.post(f"{w.path}/cosign/urge", {"ask": number}).status == 200
    assert "2026-03-10 催过" in chen.get(f"{w.path}/why").text
    assert chen.post(f"{w.path}/cosign/back", {"ask": number, "reason": "不再需要"}).status == 200
    assert next(x for x in chen.get(f"{w.path}/why").json["verdict"]["acts"] if x["act"] == "technical_review.accept")["allowed"]


def test_letters_to_who_is_asked_and_to_who_asked(world, people, server):
    path = settings(world, "cosign.json", server.port)
    push(world, path)
    server.box.take()
    w = submitted(people, "加签邮件")
    chen, jiang = people["chen"], people["jiang"]
    assert ask(people, w, until="2026-03-13").status == 200
    push(world, path)
    letters = server.box.take()
    assert set(letters) == {JIANG}, set(letters)  # he alone, not his post
    body = letters[JIANG].get_content()
    for word in ("加签邮件", "陈磊请您先签「", "希望答复：2026-03-13", f"{world.url}{w.path}/cosign"):
        assert word in body, (word, body)
    assert "加签 1 项" in letters[JIANG]["Subject"] and "请看安全方案" not in body and "到期" not in letters[JIANG]["Subject"]
    number = items(chen, w)[0]["id"]
    assert chen.post(f"{w.path}/cosign/urge", {"ask": number}).status == 200
    push(world, path)
    letters = server.box.take()
    assert set(letters) == {JIANG} and "陈磊催您签「" in letters[JIANG].get_content() and "加签催办 1 项" in letters[JIANG]["Subject"]
    try:
        for at, told in (("2026-03-11T03:00", None), ("2026-03-12T03:00", None), ("2026-03-16T03:00", None)):
            night(world, at, path)
            told = server.box.take()
            assert [who for who, letter in told.items() if "您还没有答复" in letter.get_content()] == ([JIANG] if at < "2026-03-12" else []), (at, told)  # once, when it has come near
    finally:
        world.clock(T, DAY)
    assert jiang.post(f"{w.path}/cosign/answer", {"ask": number, "answer": "agree"}).status == 200
    push(world, path)
    letters = server.box.take()
    assert set(letters) == {CHEN} and "都已经答复" in letters[CHEN].get_content() and "同意" not in letters[CHEN].get_content()
    push(world, path)
    assert not server.box.take()


def test_what_was_taken_back_or_answered_before_the_round_has_no_letter(world, people, server):
    path = settings(world, "cosign.json", server.port)
    push(world, path)
    server.box.take()
    chen, jiang = people["chen"], people["jiang"]
    back, said, kept = (submitted(people, name) for name in ("加签先收回", "加签先答复", "加签再请"))
    for w in (back, said, kept):
        assert ask(people, w, until="2026-03-13").status == 200
    number = {w.project: items(chen, w)[0]["id"] for w in (back, said, kept)}
    assert chen.post(f"{back.path}/cosign/urge", {"ask": number[back.project]}).status == 200
    assert chen.post(f"{back.path}/cosign/back", {"ask": number[back.project], "reason": "不再需要"}).status == 200
    assert jiang.post(f"{said.path}/cosign/answer", {"ask": number[said.project], "answer": "agree"}).status == 200
    # the same colleague, asked anew at the same step: that letter goes out
    assert chen.post(f"{kept.path}/cosign/back", {"ask": number[kept.project], "reason": "写错了"}).status == 200
    assert ask(people, kept, until="2026-03-13").status == 200
    push(world, path)
    letters = server.box.take()
    body = letters[JIANG].get_content()
    assert "加签先收回" not in body and "加签先答复" not in body and body.count("加签再请") == 1, body
    assert "加签先答复" in letters[CHEN].get_content() and "都已经答复" in letters[CHEN].get_content()
    assert world.sql("gz_xinzhou", f"SELECT COUNT(*) FROM card WHERE project = {back.project} AND mailed = 0") == [["0"]]


def test_letters_about_signing_as_each_wants_them(world, people, server):
    path = settings(world, "cosign.json", server.port)
    w = submitted(people, "加签邮件设置")
    chen, jiang = people["chen"], people["jiang"]
    shown = jiang.get(f"/{T}/settings").json["kinds"]
    assert [(k["name"], k["checked"]) for k in shown if k["id"] == "cosign"] == [("加签", True)]
    assert jiang.post(f"/{T}/settings", {"mail": "daily", "kinds": ["cosign_urge"]}).status == 400
    try:
        assert jiang.post(f"/{T}/settings", {"mail": "daily", "kinds": ["red", "yellow"]}).status == 200
        assert chen.post(f"/{T}/settings", {"mail": "none", "kinds": ["cosign"]}).status == 200
        assert ask(people, w).status == 200
        push(world, path)
        assert not server.box.take()
        assert [c["title"] for c in jiang.get(f"/{T}/home").json["cosigns"] if c["title"] == "加签邮件设置"]  # the desk always says it
        assert jiang.post(f"{w.path}/cosign/answer", {"ask": items(jiang, w)[0]["id"], "answer": "agree"}).status == 200
        push(world, path)
        assert not server.box.take()
    finally:
        for c in (chen, jiang):
            assert c.post(f"/{T}/settings", {"mail": "daily", "kinds": ["red", "yellow", "urge", "open", "cosign"]}).status == 200


def test_who_asked_hears_once_when_all_have_said(world, people, server):
    path = settings(world, "cosign.json", server.port)
    w = submitted(people, "加签两人")
    chen, jiang = people["chen"], people["jiang"]
    members(world, "gz-xinzhou-tech", "add", "shen.ke")
    try:
        shen = world.person("shen.ke", T, organ="tech")
        assert chen.post(f"{w.path}/cosign", {"person": [uuid(chen, "蒋楠"), uuid(chen, world.people["shen.ke"]["name"])], "about": "请看"}).status == 200
        push(world, path)
        assert set(server.box.take()) == {JIANG, "shen.ke@guizhang.test"}
        number = {i["name"]: i["id"] for i in items(chen, w)}
        assert jiang.post(f"{w.path}/cosign/answer", {"ask": number["蒋楠"], "answer": "agree"}).status == 200
        push(world, path)
        assert not server.box.take()
        assert shen.post(f"{w.path}/cosign/answer", {"ask": number[world.people["shen.ke"]["name"]], "answer": "decline", "opinion": "不熟悉"}).status == 200
        push(world, path)
        assert set(server.box.take()) == {CHEN}
    finally:
        members(world, "gz-xinzhou-tech", "delete", "shen.ke")


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
    world.guizhang("nightly", "--tenant", T)
    before = {v["name"] for v in editor.get(f"/{T}/home").json.get("vacancies") or []}  # other tests' posts
    members(world, "gz-xinzhou-tech", "delete", "jiang.nan")
    try:
        assert f"岗位 {len(before) + 1} 个" in world.guizhang("nightly", "--tenant", T).stdout
        vacant = [v["name"] for v in editor.get(f"/{T}/home").json["vacancies"] if v["name"] not in before]
        assert len(vacant) == 1 and "蒋楠" in vacant[0] and "加签" in vacant[0], vacant
        shown = items(chen, w)[0]
        assert shown["has_left"] and "不在本岗位上" in chen.page(f"{w.path}/cosign").text
        assert try_act(w, chen, "technical_review.accept").status == 422
        assert chen.post(f"{w.path}/cosign/back", {"ask": shown["id"], "reason": "已调离"}).status == 200
        assert try_act(w, chen, "technical_review.accept").status == 200
    finally:
        members(world, "gz-xinzhou-tech", "add", "jiang.nan")
    assert f"岗位 {len(before)} 个" in world.guizhang("nightly", "--tenant", T).stdout


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
            assert "已经请蒋楠（2026-03-10 陈磊请的）先签" in chen.text()
            chen.go(f"{w.path}/why?act=technical_review.accept").check_page("cosign-why-act")
            chen.go(f"{w.path}/why?print=1").check_page("cosign-why")
            jiang = Person(window, world, "jiang.nan").sign_in(post="xinzhou/tech/")
            jiang.go(f"/{T}/home").check_page("cosign-desk")
            jiang.press(name, near="请我加签")
            jiang.check_page("cosign-answer")
            jiang.fill({"答复": "disagree"}).press("答复")
            assert "「意见」没有填写" in jiang.text()
            assert jiang.value("答复") in ("disagree", ["disagree"]), jiang.value("答复")  # nothing typed is lost
            jiang.fill({"意见": "缺密码应用方案"}).press("答复")
            assert "已经答复" in jiang.text()
            jiang.go(w.path).check_page("cosign-project")
            assert "缺密码应用方案" in jiang.text()
        finally:
            window.close()
