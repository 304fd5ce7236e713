"""A regulation's next version: a draft is written, refused, mended, tried, proposed, confirmed by a second person, in force from its day on; running projects stay."""
import json
import os
import pathlib
import re
import shutil
import signal

import pytest
import roads
from browser import Person
from client import Client
from directory import members
from walker import walked
from world import wait_until

T, OLD, NEW = "xinzhou", "2022-15", "2026-99"
TODAY, FROM = "2026-09-24", "2031-03-03"   # a day no other test comes to: what is published stays
FIRST, SECOND = "zhao.xin", "han.xue"
BILLS = f"/{T}/regulation/bills"
DAYS = {T: f"{TODAY}T09:00"}


@pytest.fixture(scope="module")
def one(world):
    return world.person(FIRST, T, "editor")


@pytest.fixture(scope="module")
def two(world):
    return world.person(SECOND, T, "editor")


@pytest.fixture(scope="module")
def running(world):
    """A project submitted under the old version."""
    return walked(world, T, "jyj", roads.xinzhou("旧办法下的在办项目", "15.00"), ("unit", "filing.submit"))


def ok(answer, status=(200, 201, 303)):
    assert answer.status in status, answer
    return answer.json


@pytest.fixture(scope="module")
def bill(one):
    made = ok(one.post(BILLS, {"regulation": NEW, "name": "2026 年修订稿", "copy": True}))
    return f"{BILLS}/{made['bill']}"


def view(c, bill):
    return ok(c.get(bill), (200,))


def version(c, bill):
    return view(c, bill)["bill"]["version"]


def text_of(c, bill, name="rules.json"):
    return ok(c.get(f"{bill}/file?name={name}"), (200,))["file"]["text"]


def put(c, bill, text, name="rules.json", **more):
    return c.post(f"{bill}/file?name={name}", {"version": int(version(c, bill)), "text": text, **more})


# ---- writing ----

def test_a_draft_from_the_version_in_force_checks_as_that_one_does(world, one, bill):
    shown = view(one, bill)
    assert shown["check"]["errors"] == 0 and shown["check"]["doubts"] == 0 and shown["check"]["passed"] > 200, shown["check"]
    assert shown["check"]["accepted"] == 5 and shown["bill"]["based_on"] == OLD
    assert shown["ledger"]["counts"]["articles"] == 25 and shown["difference"]["count"] == 0
    names = {f["name"] for f in shown["bill"]["files"]}
    assert {"text.json", "rules.json", "findings.json"} < names and any(n.startswith("cases/") for n in names)
    assert world.sql("gz_xinzhou", "SELECT COUNT(*) FROM audit WHERE what='bill.create' AND result='ok'")[0][0] == "1"


def test_a_broken_upload_is_told_in_the_checker_s_words(one, bill):
    broken = text_of(one, bill).replace('"at_least": "300万元"', '"at_leasst": "300万元"', 1)
    case = json.dumps([{"name": "必不通过", "articles": ["7"], "today": "2026-12-01", "facts": {}, "expect": {"outcome": "off_platform"}}], ensure_ascii=False)
    answer = one.upload(f"{bill}/files", {"version": version(one, bill)}, [("rules.json", broken.encode()), ("a99_never.json", case.encode())])
    ok(answer)
    shown = view(one, bill)
    finding = next(f for f in shown["check"]["findings"] if f["is_error"])
    line = next(i for i, l in enumerate(broken.split("\n"), 1) if "at_leasst" in l)
    assert (finding["file"], finding["line"]) == ("rules.json", line) and finding["column"] > 0, finding
    words = finding["words"].split("\n")
    assert words[0].startswith(f"rules.json:{line}:{finding['column']}: 错误: ") and "at_leasst" in words[1] and set(words[2].strip()) == {"^"}, words
    assert "/" not in words[0].split(":")[0], "no path of the machine"
    assert any(f["name"] == "cases/a99_never.json" for f in shown["bill"]["files"])
    page = one.page(bill)
    assert page.status == 200 and finding["words"].split("\n")[0] in page.text
    refused = one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM})
    assert refused.status == 422 and f"rules.json:{line}:{finding['column']}" in refused.json["detail"], refused


def test_mended_the_failing_case_is_next(one, bill):
    ok(put(one, bill, text_of(one, bill).replace("at_leasst", "at_least")))
    shown = view(one, bill)
    assert shown["check"]["failed"] == 1 and "必不通过" in shown["check"]["findings"][0]["words"] and shown["check"]["findings"][0]["file"] == "cases/a99_never.json"
    refused = one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM})
    assert refused.status == 422 and "cases/a99_never.json:1:" in refused.json["detail"], refused
    ok(one.post(f"{bill}/file?name=cases/a99_never.json", {"version": int(version(one, bill)), "text": "", "go": "drop"}))
    assert view(one, bill)["check"]["is_sound"]


def test_a_stale_form_keeps_what_was_typed(one, two, bill):
    old = version(one, bill)
    text = text_of(one, bill)
    ok(put(two, bill, text + "\n"))
    answer = one.post(f"{bill}/file?name=rules.json", {"version": int(old), "text": text + " "})
    assert answer.status == 409 and answer.json["code"] == "stale_version" and str(answer.json["version"]) == version(one, bill), answer
    page = one.form(f"{bill}/file?name=rules.json", {"version": old, "text": text + "\nTYPED-BY-ME", "csrf": one.csrf, "key": "k" * 20}, accept="text/html")
    assert page.status == 409 and "TYPED-BY-ME" in page.text and "韩雪" in page.text and 'name="checked_version"' in page.text
    ok(put(one, bill, text))


def test_names_and_contents_that_are_no_draft_s(one, bill):
    for name, data, status in [("evil.html", b"{}", 400), ("rules.json", b"", 400), ("rules.json", b"\xff\xfe{}", 415), ("rules.json", b"x" * 600000, 413)]:
        answer = one.upload(f"{bill}/files", {"version": version(one, bill)}, [(name, data)])
        assert answer.status == status, (name, answer)
    assert one.get(f"{bill}/file?name=../../etc/passwd").status == 404
    assert one.get(f"{bill}/file?name=cases/../rules.json").status == 404
    assert one.post(BILLS, {"regulation": OLD, "name": "又一个"}).status == 400
    assert one.post(BILLS, {"regulation": NEW, "name": "又一个"}).status == 409


def test_a_doubt_is_accepted_by_a_person_with_a_reason(world, one, bill):
    findings = json.loads(text_of(one, bill, "findings.json"))
    taken = findings["accepted"].pop()
    ok(put(one, bill, json.dumps(findings, ensure_ascii=False), "findings.json"))
    shown = view(one, bill)
    doubt = next(f for f in shown["check"]["findings"] if f["is_open"])
    refused = one.post(f"{bill}/propose", {"version": int(shown["bill"]["version"]), "comes_on": FROM})
    assert refused.status == 422 and "疑问" in refused.json["detail"], refused
    row = {"finding": doubt["id"], "articles": doubt["articles_joined"], "about": doubt["message"], "reading": taken["reading"], "reason": ""}
    assert one.post(f"{bill}/accept", {"version": int(shown["bill"]["version"]), **row}).status == 400
    ok(one.post(f"{bill}/accept", {"version": int(shown["bill"]["version"]), **dict(row, reason=taken["reason"])}))
    last = json.loads(text_of(one, bill, "findings.json"))["accepted"][-1]
    assert last["by"] == world.people[FIRST]["name"] and last["date"] == TODAY and last["regulation"] == NEW
    assert view(one, bill)["check"]["is_sound"]


# ---- what it would do ----

def test_the_difference_is_told_in_words_and_tried_on_the_projects(one, bill, running):
    rules = text_of(one, bill)
    assert '"below": "20万元"' in rules
    changed = rules.replace('"working_days": 15', '"working_days": 12')
    assert changed != rules
    ok(put(one, bill, changed))
    difference = view(one, bill)["difference"]
    assert difference["count"] >= 1 and any("15" in r["words"] and "12" in r["words"] for r in difference["rows"]), difference
    ok(put(one, bill, rules))
    trial = ok(one.get(f"{bill}/trial"), (200,))
    assert trial["months"] == 12 and trial["most"] == 500 and trial["count"] >= 1
    row = next(r for r in trial["rows"] if r["title"] == "旧办法下的在办项目")
    assert row["route"]["before"] and not row["differs"], row
    assert [c["label"] for c in row["cells"]] == [s["label"] for s in trial["sums"]]
    for sum_ in trial["sums"]:
        cells = [next(c for c in r["cells"] if c["label"] == sum_["label"]) for r in trial["rows"]]
        assert (sum_["before"], sum_["after"]) == (sum(c["before"] for c in cells), sum(c["after"] for c in cells))
    assert one.get(f"{bill}/trial?months=0").status == 400


LESS = ('"below": "20万元"', '"below": "10万元"')


def test_a_threshold_moved_shows_who_gains_work(one, bill, running):
    """15 万元 would go through review and approval under a draft with the line at 10 万元."""
    rules = text_of(one, bill)
    ok(put(one, bill, rules.replace(*LESS)))
    trial = ok(one.get(f"{bill}/trial?months=1"), (200,))
    row = next(r for r in trial["rows"] if r["title"] == "旧办法下的在办项目")
    assert row["differs"] and row["route"]["differs"] and any("增加环节" in c and "技术审查" in c for c in row["changes"]), row
    assert any(o["differs"] and o["after"] > o["before"] for o in trial["organs"]), trial["organs"]
    ok(put(one, bill, rules))


# ---- publishing ----

def test_the_list_says_why_each_running_project_stays(one, bill, running):
    page = ok(one.get(f"{bill}/publish"), (200,))
    row = next(r for r in page["running"] if r["title"] == "旧办法下的在办项目")
    assert row["fate"] == "stays" and row["regulation"] == OLD and TODAY in row["reason"] and "新政办" in row["reason"], row
    assert page["clause"]["articles"] and page["holders"] >= 2 and page["counts"]["running"] >= 1
    assert page["can_propose"] and not page["can_confirm"]


def test_it_is_proposed_with_a_date_that_has_not_passed(one, bill):
    answer = one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": "2026-09-23"})
    assert answer.status == 400 and answer.json["errors"][0]["path"] == "/comes_on", answer
    assert one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": "明天"}).status == 400
    rules = text_of(one, bill)
    ok(put(one, bill, rules.replace('"from": "2022-06-21"', '"from": "2031-11-01"')))
    early = one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM})
    assert early.status in (400, 422), early     # the rules say later, and their cases fail
    ok(put(one, bill, rules))
    ok(one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM}))
    assert put(one, bill, "{}").status == 409, "what is proposed is not written to any more"


def test_nobody_confirms_alone(world, one, two, bill):
    v = int(version(one, bill))
    answer = one.post(f"{bill}/confirm", {"version": v})
    assert answer.status == 403 and "您提出" in answer.json["detail"] and answer.json["mend"], answer
    assert not ok(one.get(f"{bill}/publish"), (200,))["can_confirm"]
    assert world.sign_in(T, "tech").post(f"{bill}/confirm", {"version": v}).status == 403
    assert world.sign_in(T, "leader").get(bill).status == 200 and world.sign_in(T, "leader").post(f"{bill}/confirm", {"version": v}).status == 403
    assert world.sign_in(T, "unit", "jyj").get(bill).status == 403
    assert Client(world.url).get(bill).status == 401
    assert world.sql("gz_xinzhou", "SELECT COUNT(*) FROM audit WHERE what='bill.confirm' AND result='refused'")[0][0] >= "1"
    ok(two.post(f"{bill}/withdraw", {"version": v, "reason": "请补一个案例"}))
    assert view(one, bill)["bill"]["state"] == "draft"
    ok(put(two, bill, text_of(two, bill) + "\n"))
    ok(one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM}))
    last = two.post(f"{bill}/confirm", {"version": int(version(two, bill))})
    assert last.status == 403 and "您改的" in last.json["detail"], "who wrote last does not confirm"
    ok(one.post(f"{bill}/withdraw", {"version": int(version(one, bill)), "reason": "换人改"}))
    ok(put(one, bill, text_of(one, bill).rstrip("\n") + "\n"))
    ok(one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM}))


def test_another_district_s_draft_is_not_there(world, bill):
    for tenant, organ in (("mudan", "editor"), ("luan", "editor")):
        c = world.sign_in(tenant, organ)
        assert c.get(bill).status == 404 and c.get(bill.replace(f"/{T}/", f"/{tenant}/")).status == 404


def loaded(c, bill, want=True):
    return ok(c.get(f"{bill}/publish"), (200,))["is_loaded"] == want


def everywhere(world, bill, c, want=True):
    """Several looks: every worker answers alike."""
    wait_until("all workers to know", lambda: all(loaded(c, bill, want) for _ in range(12)), 30)


def test_the_second_person_confirms_and_every_worker_takes_it_over(world, one, two, bill):
    before = set(world.workers())
    waits = two.get(f"/{T}/home").json["bills"]
    assert [(b["href"], b["proposed_name"], b["comes_on"]) for b in waits] == [(bill, world.people[FIRST]["name"], FROM)]
    assert one.get(f"/{T}/home").json["bills"] == [] and "等您确认发布的法规草稿" in two.page(f"/{T}/home").text
    v = int(version(two, bill))
    ok(two.post(f"{bill}/confirm", {"version": v}))
    everywhere(world, bill, two)
    assert not before & set(world.workers()), "the workers are new ones"
    wait_until("the pusher, too", lambda: '"reload"' in world.log("guizhang-push.log"), 20)
    folder = world.home / "files" / T / "regulations" / NEW
    publication = json.loads((folder / "publication.json").read_text())
    assert publication["comes_on"] == FROM and publication["confirmed_by"] == world.people[SECOND]["name"]
    versions = {r["id"]: r for r in Client(world.url).get(f"/{T}/regulation").json["versions"]}
    assert versions[NEW]["from"] == FROM and versions[NEW]["is_future"] and versions[OLD]["to"] == "2031-03-02" and versions[OLD]["is_current"]
    told = Client(world.url).get(f"/{T}/regulation?version={NEW}").json
    assert told["open_count"] == 0 and len(told["findings"]) == 5 and told["cases"]["failed"] == 0, "its own findings.json and cases"
    assert "尚未施行" in Client(world.url).page(f"/{T}/regulation?version={NEW}").text
    assert one.post(f"{bill}/confirm", {"version": v}).status == 409, "an old form decides nothing"


def test_at_a_prompt_it_is_seen_too(world):
    check = world.guizhang("regulation", "check", f"tenants/{T}", "--regulation", NEW)
    assert "错误 0 处，疑问 0 处，已接受 5 处" in check.stdout, check.stdout
    both = world.guizhang("regulation", "check", f"tenants/{T}")
    assert "错误 0 处" in both.stdout and NEW in both.stdout and OLD in both.stdout
    diff = world.guizhang("regulation", "diff", f"tenants/{T}/{OLD}", "--regulation", NEW, check=False)
    assert "共 0 处不同" in diff.stdout, diff.stdout
    case = {"today": FROM, "facts": {"project_name": "试", "total_investment": "20万元", "fixed_asset_linked": False}}
    told = json.loads(world.guizhang("simulate", "--tenant", T, "--regulation", NEW, "--case", "-", input=json.dumps(case)).stdout)
    assert told["regulation"]["id"] == NEW


def project(world, name):
    w = walked(world, T, "jyj", roads.xinzhou(name, "15.00"), ("unit", "filing.submit"))
    return w.view()["project"]["regulation"]["id"]


def test_before_its_day_the_old_rules_and_from_it_on_the_new(world, running, bill, two):
    assert project(world, "施行前一日") == OLD
    draft = walked(world, T, "jyj", roads.xinzhou("跨过施行日的草稿", "15.00"))
    world.part("stop", "guizhangd")
    world.part("start", "guizhangd")
    everywhere(world, bill, two)
    assert running.view()["project"]["regulation"]["id"] == OLD
    world.clock(T, f"{FROM}T09:00")
    try:
        assert project(world, "施行当日") == NEW
        draft.act("unit", "filing.submit")
        assert draft.view()["project"]["regulation"]["id"] == NEW
        assert running.view()["project"]["regulation"]["id"] == OLD
        running.act("approval", "filing.accept")     # and goes on by it
        assert running.view()["project"]["regulation"]["id"] == OLD
        assert two.post(f"{bill}/withdraw", {"version": int(version(two, bill)), "reason": "太晚"}).status == 422
        fates = {r["title"]: r for r in ok(two.get(f"{bill}/publish"), (200,))["running"]}
        assert fates["施行当日"]["regulation"] == NEW if "施行当日" in fates else True
    finally:
        world.clock(T, f"{TODAY}T09:00")


def test_a_broken_folder_keeps_the_old_running_and_is_told_with_its_line(world, running, bill, two):
    rules = world.home / "files" / T / "regulations" / NEW / "rules.json"
    right = rules.read_text()
    workers, log = set(world.workers()), len(world.log("guizhangd.log"))
    mode = rules.stat().st_mode
    rules.chmod(0o660)
    try:
        rules.write_text(right.replace('"articles"', '"artikles"', 1))
        os.kill(world.pid("guizhangd"), signal.SIGHUP)
        wait_until("the refusal", lambda: re.search(rf"{NEW}/rules\.json:\d+:\d+", world.log("guizhangd.log")[log:]) and "reload_kept_old" in world.log("guizhangd.log")[log:], 20)
        assert set(world.workers()) == workers and loaded(two, bill)
        assert running.view()["project"]["regulation"]["id"] == OLD
        log = len(world.log("guizhangd.log"))
        rules.write_text(right + " ")                # well-formed, and yet not what was confirmed
        os.kill(world.pid("guizhangd"), signal.SIGHUP)
        wait_until("the refusal", lambda: "不是同一份" in world.log("guizhangd.log")[log:], 20)
    finally:
        rules.write_text(right)
        rules.chmod(mode)
    os.kill(world.pid("guizhangd"), signal.SIGHUP)
    everywhere(world, bill, two)


def test_a_publication_is_withdrawn_before_its_day(world, one, two):
    made = ok(one.post(BILLS, {"regulation": "2026-100", "name": "再改一稿", "copy": True}))
    bill = f"{BILLS}/{made['bill']}"
    refused = one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": FROM})
    assert refused.status == 400 and NEW in refused.json["detail"], "after every version there is"
    ok(one.post(f"{bill}/propose", {"version": int(version(one, bill)), "comes_on": "2031-12-01"}))
    ok(two.post(f"{bill}/confirm", {"version": int(version(two, bill))}))
    everywhere(world, bill, two)
    shutil.rmtree(world.home / "files" / T / "regulations" / "2026-100")     # as if cut off between decision and effect
    everywhere(world, bill, two, want=False)
    page = ok(two.get(f"{bill}/publish"), (200,))
    assert page["bill"]["state"] == "published" and page["can_finish"] and not page["is_placed"]
    ok(two.post(f"{bill}/confirm", {"version": int(version(two, bill))}))
    everywhere(world, bill, two)
    ok(one.post(f"{bill}/withdraw", {"version": int(version(one, bill)), "reason": "上级另有要求"}))
    everywhere(world, bill, two, want=False)
    assert not (world.home / "files" / T / "regulations" / "2026-100").exists()
    assert view(one, bill)["bill"]["state"] == "withdrawn" and put(one, bill, "{}").status == 409
    made = ok(one.post(BILLS, {"regulation": "2026-100", "name": "同一标识可以再起", "copy": False}))
    again = f"{BILLS}/{made['bill']}"
    shown = view(one, again)
    assert [m["name"] for m in shown["missing"]] == ["text.json", "rules.json"] and shown["check"]["errors"] == 2
    ok(one.post(f"{again}/withdraw", {"version": int(version(one, again)), "reason": "不要了"}))


def test_where_there_is_no_second_person_nothing_is_published(world):
    world.clock("luan", f"{TODAY}T09:00")
    c = world.sign_in("luan", "editor")
    bill = f"/luan/regulation/bills/{ok(c.post('/luan/regulation/bills', {'regulation': '2027-1', 'name': '只有一人', 'copy': True}))['bill']}"
    members(world, "gz-luan-editor", "delete", "shi.qi")
    try:
        page = ok(c.get(f"{bill}/publish"), (200,))
        assert page["holders"] == 1 and not page["can_propose"] and any("没有第二人" in b for b in page["blocks"]), page["blocks"]
        refused = c.post(f"{bill}/propose", {"version": int(page["bill"]["version"]), "comes_on": FROM})
        assert refused.status == 422 and "没有第二人" in refused.json["detail"] and "政务目录管理员" in refused.json["mend"], refused
    finally:
        members(world, "gz-luan-editor", "add", "shi.qi")
        ok(c.post(f"{bill}/withdraw", {"version": int(version(c, bill)), "reason": "看过了"}))
        world.clock("luan", "real")


# ---- as people see it ----

@pytest.fixture(scope="module")
def plain(world, windows):
    return Person(windows(False), world, FIRST).sign_in()


@pytest.fixture(scope="module")
def person(world, windows):
    return Person(windows(True), world, FIRST).sign_in()


@pytest.fixture(scope="module")
def shown(world, plain, one):
    """A draft begun and written to in a browser without script; withdrawn at the end."""
    plain.go(BILLS)
    plain.fill({"名称": "看页面用", "版本标识": "2027-1"})
    plain.press("起草")
    assert "草稿已建立" in plain.text()
    mine = plain.driver.current_url.removeprefix(world.url).split("?")[0]
    yield mine
    ok(one.post(f"{mine}/withdraw", {"version": int(version(one, mine)), "reason": "看过了"}))


def test_without_script_nothing_typed_is_lost(world, plain, shown, one):
    rules = text_of(one, shown)
    plain.press("rules.json")
    box = plain.driver.find_element("id", "f-text")
    assert len(box.get_property("value")) > 40000
    ok(put(one, shown, rules.replace('"at_least": "300万元"', '"at_leasst": "300万元"', 1)))
    plain.press("保存，留在本页")                   # opened before that
    assert "内容已被他人更新" in plain.text() and "赵欣" in plain.text()
    assert "at_leasst" not in plain.driver.find_element("id", "f-text").get_property("value"), "as it was typed"
    plain.driver.find_element("name", "checked_version").click()
    plain.press("保存，留在本页")
    assert "已保存" in plain.text() and text_of(one, shown) == rules
    upload = plain.go(shown).driver.find_element("id", "f-file")
    folder = pathlib.Path(world.home, "upload-by-hand")
    folder.mkdir(exist_ok=True)
    (folder / "rules.json").write_text(rules.replace('"at_least": "300万元"', '"at_leasst": "300万元"', 1))
    upload.send_keys(str(folder / "rules.json"))
    plain.press("上传", near="上传文件")
    assert "文件已收下" in plain.text() and "rules.json:" in plain.text() and "错误: " in plain.text()


def test_the_pages_are_for_everybody(person, shown, bill, one):
    person.go(shown).check_page("bill-broken")
    person.go(f"{shown}/file?name=rules.json").check_page("file-broken")
    person.go(f"{shown}/publish").check_page("publish-broken")
    person.go(f"{shown}/trial").check_page("trial-broken")
    findings = json.loads(text_of(one, shown, "findings.json"))
    findings["accepted"].pop()
    ok(put(one, shown, text_of(one, shown).replace("at_leasst", "at_least").replace(*LESS)))
    ok(put(one, shown, json.dumps(findings, ensure_ascii=False), "findings.json"))
    person.go(shown).check_page("bill-doubt")
    person.go(f"{shown}/trial").check_page("trial")
    person.go(BILLS).check_page("bills")
    person.go(bill).check_page("bill")
    person.go(f"{bill}/publish").check_page("publish")
