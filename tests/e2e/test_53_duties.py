"""Duties in time: the day's run, yellow and red cards on the desk and by mail, posts nobody holds, the month, what one wants to be told."""
import json
import ssl

import pytest
import roads
from browser import Person, Window
from directory import members
from letters import night, push, settings
from mailserver import MailServer
from walker import walked

T = "xinzhou"
NAME = "到期检查项目"
# accepted on 13 October 2025: 15 working days end on 3 November; yellow from 29 October on
ACCEPTED, YELLOW, RED, LAST = "2025-10-13T09:00", "2025-10-29T03:00", "2025-11-04T03:00", "2025-11-03"
TECH = {"chen.lei@guizhang.test", "jiang.nan@guizhang.test"}
DAYS = {T: ACCEPTED}


@pytest.fixture(scope="module")
def accepted(world):
    return walked(world, T, "jyj", roads.xinzhou(NAME, "58.60"), ("unit", "technical_review.submit"), ("tech", "technical_review.accept"))


def mine(home):
    return [d for d in home["duties"] if d["title"] == NAME]


def test_a_yellow_card_on_the_desk_and_a_letter_to_each_holder(world, accepted, server):
    path = settings(world, "night.json", server.port)
    night(world, "2025-10-28T03:00", path)
    assert not mine(world.sign_in(T, "tech").get(f"/{T}/home").json)[0]["card"]
    server.box.take()
    night(world, YELLOW, path)
    home = world.sign_in(T, "tech").get(f"/{T}/home").json
    duty = mine(home)[0]
    assert duty["card"] == "yellow" and duty["due_on"] == LAST and duty["articles"][0]["number"] == "12" and home["yellow_count"] >= 1, duty
    page = world.sign_in(T, "tech").page(f"/{T}/home").text
    assert "到期提醒（" in page and "黄牌" in page
    letters = server.box.take()
    assert TECH <= set(letters), set(letters)
    letter = letters["chen.lei@guizhang.test"]
    body = letter.get_content()
    assert "黄牌 " in letter["Subject"] and letter["To"] == "chen.lei@guizhang.test" and letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].startswith(f"<{T}.day-2025-10-29."), letter["Message-ID"]
    for word in (NAME, "最迟：" + LAST, "第十二条", f"{world.url}/{T}/projects/{accepted.project}", "剩 3 个工作日"):
        assert word in body, (word, body)
    for word in ("58.60", "周启明", "建设业务管理"):
        assert word not in body
    assert world.sql("gz_" + T, f"SELECT notified, told_on, told_by FROM duty WHERE project = {accepted.project} AND duty = 'technical_opinion'") == [["1", YELLOW[:10], "提醒邮件（黄牌）"]]
    assert world.sql("gz_" + T, f"SELECT what, result FROM audit WHERE object = 'project/{accepted.project}' AND what LIKE 'nightly%'") == [["nightly.project", "ok"]]


def test_the_same_day_again_writes_nothing_and_tells_nobody_twice(world, accepted, server):
    before = world.sql("gz_" + T, "SELECT (SELECT COUNT(*) FROM card), (SELECT COUNT(*) FROM audit WHERE what LIKE 'nightly%'), (SELECT COUNT(*) FROM mail)")
    said = world.guizhang("nightly", "--tenant", T).stdout
    assert "查看" in said and "岗位" in said, said
    push(world, settings(world, "night.json", server.port))
    assert before == world.sql("gz_" + T, "SELECT (SELECT COUNT(*) FROM card), (SELECT COUNT(*) FROM audit WHERE what LIKE 'nightly%'), (SELECT COUNT(*) FROM mail)")
    assert not server.box.take()


def test_what_one_wants_by_mail(world, accepted, server):
    c = world.person("jiang.nan", T, organ="tech")
    shown = c.get(f"/{T}/settings").json
    assert shown["mail"] == "daily" and all(k["checked"] for k in shown["kinds"])
    assert c.post(f"/{T}/settings", {"mail": "now", "kinds": []}).status == 400
    assert c.post(f"/{T}/settings", {"mail": "daily", "kinds": ["purple"]}).status == 400
    assert c.post(f"/{T}/settings", {"mail": "daily", "kinds": ["yellow"]}).status == 200  # no red ones, please
    page = c.page(f"/{T}/settings?done=saved").text
    assert "已保存" in page and "黄牌" in page
    d = world.person("chen.lei", T, organ="tech")
    assert d.form(f"/{T}/settings", {"csrf": d.get(f"/{T}/settings").json["csrf"], "key": "k" * 20, "mail": "each", "kinds": ["", "red", "yellow"]}).status == 200
    night(world, RED, settings(world, "night.json", server.port))
    letters = server.box.take()
    assert "jiang.nan@guizhang.test" not in letters and "已超期 1 个工作日" in letters["chen.lei@guizhang.test"].get_content(), set(letters)
    assert "红牌：" in letters["chen.lei@guizhang.test"]["Subject"] and f"<{T}.card-" in letters["chen.lei@guizhang.test"]["Message-ID"]
    duty = mine(world.sign_in(T, "tech").get(f"/{T}/home").json)[0]
    assert duty["card"] == "red" and duty["due_on"] == LAST
    for login in ("jiang.nan", "chen.lei"):
        assert world.person(login, T, organ="tech").post(f"/{T}/settings", {"mail": "daily", "kinds": ["red", "yellow", "urge", "open"]}).status == 200


def queue(world, key):
    now = "UTC_TIMESTAMP(6)"
    world.sql("gz_" + T, f"INSERT INTO mail (mail_key, person, address, subject, body, state, created_at, next_try) VALUES ('{key}', 'p', 'li.hao@guizhang.test', 's', 'b', 'queued', {now}, {now})")


def state(world, key):
    return world.sql("gz_" + T, f"SELECT state, attempts, last_status FROM mail WHERE mail_key = '{key}'")[0]


def test_a_letter_is_tried_again_or_given_up(world, accepted, server):
    path = settings(world, "night.json", server.port)
    queue(world, "later")
    server.box.refuse = ["451 try later"]
    said = push(world, path)
    assert state(world, "later")[:2] == ["queued", "1"] and "451" in said, said
    world.sql("gz_" + T, "UPDATE mail SET next_try = UTC_TIMESTAMP(6) WHERE mail_key = 'later'")
    push(world, path)
    assert state(world, "later")[:2] == ["sent", "2"]
    queue(world, "never")
    server.box.refuse = ["550 no such person"]
    push(world, path)
    assert state(world, "never") == ["dead", "1", "550"]
    queue(world, "nobody-there")
    push(world, settings(world, "deaf.json", 9))  # nothing listens on port 9
    assert state(world, "nobody-there")[:2] == ["queued", "1"]
    world.sql("gz_" + T, "UPDATE mail SET next_try = UTC_TIMESTAMP(6), lease_until = NULL WHERE mail_key = 'nobody-there'")
    server.box.take()
    push(world, path)
    push(world, path)
    assert list(server.box.take()) == ["li.hao@guizhang.test"] and state(world, "nobody-there")[0] == "sent"


def test_starttls_is_used_and_its_certificate_is_looked_at(world, accepted):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(world.home / "tls/server.pem", world.home / "tls/server.key")
    with MailServer(context) as secure:
        queue(world, "secure")
        push(world, settings(world, "strange.json", secure.port, ca="/etc/ssl/certs/ca-certificates.crt"))
        assert state(world, "secure")[0] == "queued" and not secure.box.letters
        world.sql("gz_" + T, "UPDATE mail SET next_try = UTC_TIMESTAMP(6) WHERE mail_key = 'secure'")
        push(world, settings(world, "secure.json", secure.port, ca=str(world.home / "tls/ca.pem")))
        assert state(world, "secure")[0] == "sent" and secure.box.secured == [True]


@pytest.mark.parametrize("mail, told", [({"url": "http://127.0.0.1:25", "from": "a@b.cn"}, "mail.url"), ({"url": "smtp://127.0.0.1:25", "from": "a@b.cn\r\nBcc: x@y"}, "mail.from"),
                                        ({"url": "smtps://mail.example.gov.cn:465", "from": "a@b.cn"}, "mail.ca")])
def test_settings_that_would_be_unsafe_are_refused(world, mail, told):
    text = json.loads((world.home / "etc/guizhang.json").read_text())
    text["mail"] = mail
    path = world.home / "etc/bad.json"
    path.write_text(json.dumps(text))
    path.chmod(0o644)
    assert told in push(world, str(path))


def test_a_post_nobody_holds_blocks_and_alarms(world, accepted):
    editor = world.sign_in(T, "editor")
    try:
        members(world, "gz-xinzhou-tech", "delete", "chen.lei", "jiang.nan")
        assert "岗位 1 个" in world.guizhang("nightly", "--tenant", T).stdout
        vacant = editor.get(f"/{T}/home").json["vacancies"]
        assert [(v["name"], v["group"]) for v in vacant] == [("区大数据中心", "gz-xinzhou-tech")] and vacant[0]["waiting"] >= 1
        assert "平台不会代为通过" in editor.page(f"/{T}/home").text and "平台不会代为通过" in editor.page(f"/{T}/delegations").text
        part = next(p for p in editor.get("/readyz").json["parts"] if p["name"] == f"空岗 {T}")
        assert part["alarm"] and "区大数据中心" in part["message"] and editor.get("/readyz").status == 200
        where = accepted.client("unit").get(f"{accepted.path}/status").json
        assert where["holder"] == "tech" and where["state"] == "running"  # it waits on
        assert world.sql("gz_" + T, "SELECT COUNT(*) FROM audit WHERE what = 'nightly.vacancy' AND object = 'post/tech'") == [["1"]]
    finally:
        members(world, "gz-xinzhou-tech", "add", "chen.lei", "jiang.nan")
    assert "岗位 0 个" in world.guizhang("nightly", "--tenant", T).stdout
    assert not editor.get(f"/{T}/home").json["vacancies"]


def test_a_silent_directory_is_no_vacancy(world, accepted):
    try:
        world.part("stop", "slapd")
        run = world.guizhang("nightly", "--tenant", T, check=False)
        assert run.returncode == 3 and "目录" in run.stderr
    finally:
        world.part("start", "slapd")
    assert world.sql("gz_" + T, "SELECT COUNT(*) FROM vacancy") == [["0"]]


def test_the_month(world, accepted):
    world.clock(T, RED)
    c = world.person("chen.lei", T, organ="tech")
    month = c.get(f"/{T}/calendar?month=2025-11").json
    days = {d["date"]: d for week in month["weeks"] for d in week if d.get("date")}
    assert len(days) == 30 and [d["title"] for d in days[LAST]["items"] if d["title"] == NAME] == [NAME] and not days[LAST]["is_off"]
    october = c.get(f"/{T}/calendar?month=2025-10").json
    days = {d["date"]: d for week in october["weeks"] for d in week if d.get("date")}
    assert days["2025-10-01"]["note"] == "放假" and days["2025-10-11"]["note"] == "调休上班" and days["2025-10-12"]["note"] == "休"
    assert "国办发明电" in october["notices"] and october["previous"] == "2025-09" and october["next"] == "2025-11"
    assert c.get(f"/{T}/calendar?month=2035-01").json["is_provisional"]
    assert c.get(f"/{T}/calendar?month=next").status == 400
    page = c.page(f"/{T}/calendar?month=2025-11").text
    assert NAME in page and "2025年11月到期日历" in page and "红牌" in page
    leader = world.sign_in(T, "leader").get(f"/{T}/calendar?month=2025-11").json
    assert leader["is_all"] and NAME in [d["title"] for d in leader["duties"]]
    other = world.person("li.hao", T, unit="cgj").get(f"/{T}/calendar?month=2025-11").json
    assert NAME not in [d["title"] for d in other["duties"]]  # another unit's


def test_done_and_started_page_by_key(world, accepted):
    c = world.person("zhang.min", T, unit="jyj")
    for i in range(21):
        answer = c.post(f"/{T}/projects", {"facts": roads.xinzhou(f"我发起的 {i:02}", "5")})
        assert answer.status in (200, 201, 303), answer
    first = c.get(f"/{T}/home?tab=started").json
    second = c.get(f"/{T}/home?tab=started&after={first['next_after']}").json
    ids = [p["id"] for p in first["started"] + second["started"]]
    assert len(first["started"]) == 20 and len(ids) == len(set(ids)) and NAME in [p["title"] for p in first["started"] + second["started"]]
    done, after = [], ""
    for _ in range(30):
        page = c.get(f"/{T}/home?tab=done{after}").json
        done += page["done"]
        if not page.get("next_after"):
            break
        after = f"&after={page['next_after']}"
    count = int(world.sql("gz_" + T, "SELECT COUNT(*) FROM event WHERE person_name = '张敏'")[0][0])
    assert len(done) == count and [d["at"] for d in done] == sorted((d["at"] for d in done), reverse=True)
    assert c.get(f"/{T}/home?tab=done&after=x.y.z").status == 400
    assert 'aria-current="page">已办' in c.page(f"/{T}/home?tab=done").text


def test_the_pages_at_a_browser(world, accepted):
    world.clock(T, RED)
    members(world, "gz-xinzhou-crypto", "delete", "shen.ke")
    world.sql("gz_" + T, "INSERT INTO vacancy (organ, unit, name, group_name, waiting, since, checked_on) VALUES ('crypto', '', '区委机要和保密局', 'gz-xinzhou-crypto', 2, '2025-11-03', '2025-11-04')")
    window = Window()
    try:
        tech = Person(window, world, "chen.lei").sign_in(post="tech")
        for path, name in ((f"/{T}/home", "desk"), (f"/{T}/calendar?month=2025-11", "month"), (f"/{T}/calendar?month=2025-10", "month-holidays"), (f"/{T}/settings", "settings")):
            tech.go(path).check_page(name)
        sheets, text = tech.go(f"/{T}/calendar?month=2025-11&print=1").paper("month")
        assert sheets <= 3 and NAME in text and "2025年11月到期日历" in text and "国办发明电" in text
        clerk = Person(window, world, "zhang.min").sign_in(post="unit")
        for path, name in ((f"/{T}/home?tab=done", "done"), (f"/{T}/home?tab=started", "started")):
            clerk.go(path).check_page(name)
        editor = Person(window, world, "zhao.xin").sign_in(post="editor")
        for path, name in ((f"/{T}/home", "desk-vacancy"), (f"/{T}/delegations", "posts")):
            editor.go(path).check_page(name)
        assert "平台不会代为通过" in editor.text()
    finally:
        window.close()
        world.sql("gz_" + T, "DELETE FROM vacancy")
        members(world, "gz-xinzhou-crypto", "add", "shen.ke")
