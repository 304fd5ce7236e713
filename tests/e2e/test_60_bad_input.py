"""Bad input gets what, where, which article, how to mend it; nothing is lost, nothing half done."""
import concurrent.futures
import hashlib
import io
import os
import re
import socket
import urllib.parse
import zipfile

import pytest
import roads
from client import pdf
from walker import walked
from world import wait_until

T = "xinzhou"
DAYS = {T: "2026-09-24T09:00"}


@pytest.fixture(scope="module")
def clerk(world):
    return world.sign_in(T, "unit", "jyj")


@pytest.fixture()
def w(world):
    return walked(world, T, "jyj", roads.xinzhou("差错试验", "15.00"))


@pytest.mark.parametrize("body, code", [
    (b'{"facts":', "bad_json"), (b"{'facts':{}}", "bad_json"), (b'{"facts":{},"facts":{}}', "bad_json"), (b'{"facts":{"x":NaN}}', "bad_json"),
    (b'{"facts":{"project_name":"\xff\xfe"}}', "bad_json"), (b'{"facts":{"project_name":"\xc0\x80"}}', "bad_json"),
    (b'{"facts":{"project_name":"\\ud800"}}', "bad_json"), (b'{"facts":{"project_name":"a\\u0000b"}}', "bad_json"),
    (b"[" * 100 + b"]" * 100, "bad_json"), (b'{"facts":{}} x', "bad_json"), (b"", "bad_json"), (b"42", "bad_json"),
])
def test_malformed_json_is_told_with_its_place(clerk, body, code):
    answer = clerk.request("POST", f"/{T}/projects", body, {"Content-Type": "application/json"})
    assert answer.status == 400, answer
    assert answer.json["code"] in (code, "bad_input"), answer
    assert answer.header("Content-Type").startswith("application/problem+json") or answer.header("Content-Type").startswith("application/json")


@pytest.mark.parametrize("body", [b"project_name=%zz", b"project_name=%ff%fe", b"a=1&a%00=2", b"project_name=" + b"x" * 2_000_000])
def test_malformed_forms_are_refused(clerk, body):
    answer = clerk.request("POST", f"/{T}/projects", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status in (400, 403, 413), answer


def test_another_content_type_is_refused(clerk):
    assert clerk.request("POST", f"/{T}/projects", b"<x/>", {"Content-Type": "text/xml"}).status == 415


def test_an_unknown_fact_and_an_ill_typed_one_are_named(clerk):
    answer = clerk.post(f"/{T}/projects", {"facts": {"project_name": "x", "colour": "red", "total_investment": "很多"}})
    paths = {e["path"] for e in answer.json.get("errors", [])}
    assert answer.status in (200, 201, 400, 422) and {"/facts/colour", "/facts/total_investment"} <= paths, answer


@pytest.mark.parametrize("path, body, name", [
    ("projects", {"facts": {}, "facs": {}}, "facs"), ("projects/{p}/edit", {"version": 1, "facts": {}, "colour": 1}, "colour"),
    ("projects/{p}/acts/filing.submit", {"version": 1, "with": {}, "reason": "放在外面"}, "reason"),
    ("projects/{p}/acts/filing.submit", {"version": 1, "with": {}, "checked_version": 2}, "checked_version")])
def test_a_member_nobody_reads_is_named(w, path, body, name):
    answer = w.client("unit").post(f"/{T}/{path}".replace("{p}", w.project), body)
    assert answer.status == 400 and f"「{name}」" in answer.json["detail"] and answer.json["errors"][0]["path"] == f"/{name}", answer
    assert answer.json["mend"], answer


def test_the_length_of_a_file_name_is_said_the_same_everywhere(w):
    """120 characters with the ending: as a form, and bare as the script sends it."""
    ways = (lambda name: w.client("unit").upload(f"{w.path}/documents", {"procedure": "filing", "material": "implementation_plan"}, [(name, pdf(name))]),
            lambda name: bare(w, name, pdf(name)))
    said = []
    for way in ways:
        assert way("长" * 116 + ".pdf").status in (200, 201)
        answer = way("长" * 117 + ".pdf")
        assert answer.status == 400, answer
        said.append((answer.json["detail"], answer.json["mend"]))
    assert said[0] == said[1] and "120" in said[0][1], said


def test_a_stale_form_is_a_conflict_and_loses_nothing(world, w):
    page = w.client("unit").page(f"{w.path}/edit")
    assert page.status == 200
    facts = roads.xinzhou("先到的修改", "16.00")
    view = w.client("unit").get(f"{w.path}/edit").json
    version = view["project"]["version"]
    first = w.client("unit").post(f"{w.path}/edit", {"version": version, "facts": facts})
    assert first.status in (200, 303), first
    late = roads.xinzhou("后到的修改：一段打了很久的字", "17.00")
    second = w.client("unit").post(f"{w.path}/edit", {"version": version, "facts": late})
    assert second.status == 409 and second.json["code"] == "stale_version", second
    now = w.client("unit").get(f"{w.path}/edit").json["project"]["version"]
    assert second.json["version"] == int(now) and version != now
    said = {e["path"]: e["message"] for e in second.json["errors"]}
    assert set(said) == {"/facts/project_name", "/facts/total_investment"}, said
    assert "先到的修改" in said["/facts/project_name"] and "后到的修改" in said["/facts/project_name"], said
    form = {"version": version, "csrf": w.client("unit").csrf, **{f"facts.{k}": v if not isinstance(v, bool) else str(v).lower() for k, v in late.items()}}
    html = w.client("unit").form(f"{w.path}/edit", form, accept="text/html")
    assert html.status == 409 and "后到的修改：一段打了很久的字" in html.text, html


def edit_form(w, page, **changes):
    facts = {f"facts.{k}": v if not isinstance(v, bool) else str(v).lower() for k, v in roads.xinzhou("窗口甲", "15.00", **changes).items()}
    return {"csrf": w.client("unit").csrf, "version": page.hidden("version"), "seen": page.hidden("seen"), "marks": page.hidden("marks"), **facts}


def test_after_a_conflict_nothing_is_overwritten_without_a_word(world, w):
    """Two windows. The later one is told what the earlier one changed, field by field, and saves only with the tick."""
    unit = w.client("unit")
    send = lambda form: unit.form(f"{w.path}/edit", form, accept="text/html")  # noqa: E731
    first = edit_form(w, unit.page(f"{w.path}/edit"))
    assert send(first).status == 303
    mine = unit.page(f"{w.path}/edit")
    other = edit_form(w, unit.page(f"{w.path}/edit"), responsible_person="另一窗口改的")
    assert send(other).status == 303
    form = edit_form(w, mine, project_summary="我在旧页面里写的。")
    answer = send(form)
    assert answer.status == 409, answer
    # only what the other changed is listed, with both sides; what I changed alone is not
    row = re.search(r"<tr><th scope=\"row\" class=\"lead\">([^<]*)</th><td[^>]*><ins>([^<]*)</ins></td><td[^>]*>([^<]*)</td></tr>", answer.text)
    assert row.groups() == ("项目责任人", "另一窗口改的", roads.XINZHOU["responsible_person"]), row.groups()
    assert len(re.findall(r"<ins>", answer.text)) == 1 and "我在旧页面里写的。" in answer.text
    assert answer.hidden("version") == form["version"] and "已核对上述改动" in answer.text
    # pressed again without the tick: the same refusal, the same input
    again = send({**form, "version": answer.hidden("version")})
    assert again.status == 409 and "我在旧页面里写的。" in again.text and again.hidden("version") == form["version"]
    kept = w.view("unit")["project"]["facts"]
    assert {f["id"]: f["value"] for f in kept}["responsible_person"] == "另一窗口改的"
    # a third change meanwhile makes the tick old, too
    tick = again.hidden("checked_version")
    third = edit_form(w, unit.page(f"{w.path}/edit"), responsible_person="第三次改的")
    assert send(third).status == 303
    late = send({**form, "checked_version": tick})
    assert late.status == 409 and "第三次改的" in late.text
    assert send({**form, "checked_version": late.hidden("checked_version")}).status == 303
    facts = {f["id"]: f["value"] for f in w.view("unit")["project"]["facts"]}
    assert facts["project_summary"] == "我在旧页面里写的。" and facts["responsible_person"] == roads.XINZHOU["responsible_person"]


def test_an_act_on_an_old_page_is_told_what_happened_meanwhile(world, w):
    w.act("unit", "filing.submit")
    approval = w.client("approval")
    page = approval.page(f"{w.path}/acts/filing.accept")
    old = w.act_page("approval", "filing.accept")
    w.act("approval", "filing.ask_correction", correction=[{"item": "project_summary", "what": "写明边界"}], until="2030-01-01")
    form = {"csrf": approval.csrf, "version": page.hidden("version"), "seen": page.hidden("seen"), "marks": page.hidden("marks")}
    answer = approval.form(f"{w.path}/acts/filing.accept", form, accept="text/html")
    assert answer.status == 409 and "办理了「" in answer.text and "已核对上述改动" in answer.text, answer
    told = approval.post(f"{w.path}/acts/filing.accept", {"version": old["project"]["version"], "with": {}})
    assert told.status == 409 and told.json["version"] > int(old["project"]["version"])
    assert [e["path"].split("/")[1] for e in told.json["errors"]] == ["events"], told.json


def test_a_double_submit_has_one_effect_and_one_answer(world, w):
    page = w.prepare("unit", "filing.submit")
    data = {"version": page["project"]["version"], "with": w.input(page, {})}
    key = {"Idempotency-Key": "double-" + os.urandom(8).hex()}
    send = lambda _: w.client("unit").post(f"{w.path}/acts/filing.submit", data, key)  # noqa: E731
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert all(a.status in (200, 409, 503) for a in answers), answers
    good = [a.json for a in answers if a.status == 200]
    assert good and all(g["number"] == good[0]["number"] for g in good)
    assert world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM event WHERE project={w.project} AND what='filing.submit'") == [["1"]]
    other = w.client("unit").post(f"{w.path}/acts/filing.submit", {"version": 99, "with": {}}, key)
    assert other.status == 409, other


def test_fifty_people_decide_at_once_and_one_decision_stands(world, w):
    w.act("unit", "filing.submit")
    page = w.act_page("approval", "filing.accept")
    data = {"version": page["project"]["version"], "with": w.input(page, {})}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: w.client("approval").post(f"{w.path}/acts/filing.accept", data), range(50)))
    assert sum(a.status == 200 for a in answers) == 1, [a.status for a in answers]
    assert world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM decision WHERE project={w.project}") == [["1"]]


def put(w, name, data, material="implementation_plan"):
    return w.client("unit").upload(f"{w.path}/documents", {"procedure": "filing", "material": material}, [(name, data)])


def office(kind):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        z.writestr(zipfile.ZipInfo("word/document.xml" if kind == "docx" else "xl/workbook.xml"), "<x/>")
    return out.getvalue()


@pytest.mark.parametrize("name, data", [("项目实施方案（最终版）.pdf", pdf("方案")), ("数据资源目录.xlsx", office("xlsx")), ("说明.docx", office("docx"))])
def test_files_with_chinese_names_are_taken_and_their_sm3_is_shown(w, name, data):
    answer = put(w, name, data)
    assert answer.status in (200, 201), answer
    files = [d for g in w.act_page("unit", "filing.submit")["act"]["materials"] for d in g["documents"]]
    assert any(d["name"] == name for d in files), files
    expected = hashlib.new("sm3", data).hexdigest() if "sm3" in hashlib.algorithms_available else None
    assert all(len(d["sm3"]) == 64 for d in files)
    if expected:
        assert any(d["sm3"] == expected for d in files)


@pytest.mark.parametrize("name, data, status", [
    ("空.pdf", b"", (400, 415, 422)), ("假的.pdf", b"MZ" + b"\0" * 200, (415, 422)), ("网页.html", b"<html><script>1</script></html>", (415, 422)),
    ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, 422)), ("程序.exe", b"MZ" + b"\0" * 200, (415, 422)),
    ("改名.xlsx", pdf("不是表"), (415, 422)), ("脚本.pdf", b"#!/bin/sh\n", (415, 422)), ("../../etc/passwd", pdf("x"), (200, 201, 400, 415, 422)),
])
def test_empty_mistyped_and_dangerous_files_are_refused_with_a_reason(world, w, name, data, status):
    answer = put(w, name, data)
    assert answer.status in status, answer
    if answer.status >= 400:
        assert answer.json["detail"] or answer.json["errors"]
    else:
        assert "/" not in world.sql(f"gz_{T}", f"SELECT name FROM document WHERE project={w.project} ORDER BY id DESC LIMIT 1")[0][0]


def bare(w, name, data, **headers):
    """As the page's script sends a file: nothing but its bytes."""
    query = urllib.parse.urlencode({"procedure": "filing", "material": "implementation_plan", "name": name})
    return w.client("unit").request("POST", f"{w.path}/documents?{query}", data, {"Accept": "application/json", "Content-Type": "application/octet-stream", **headers})


def test_a_bare_file_is_kept_as_it_lies(world, w):
    data = pdf("裸传", 3 << 20)
    answer = bare(w, "裸传.pdf", data)
    assert answer.status == 201, answer
    document = answer.json["documents"][0]
    assert document["name"] == "裸传.pdf" and w.client("unit").get(document["href"]).body == data
    kept = world.home / "files" / T / document["sm3"][:2] / document["sm3"][2:]
    found = kept.stat()
    assert found.st_nlink == 1 and found.st_mode & 0o777 == 0o440, "linked, and nobody writes to it any more"
    assert not list((world.home / "files" / T).glob(".in-*")) and not list((world.home / "uploads").glob("*/*")), "nothing is left behind"
    again = bare(w, "再传一次.pdf", data)
    assert again.status == 201 and again.json["documents"][0]["sm3"] == document["sm3"] and kept.stat().st_ino == found.st_ino


@pytest.mark.parametrize("name, data", [("空.pdf", b""), ("假的.pdf", b"MZ" + b"\0" * 200), ("", pdf("没有名字"))])
def test_a_bare_file_is_looked_at_like_any_other(world, w, name, data):
    before = world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM document WHERE project={w.project}")
    answer = bare(w, name, data)
    assert 400 <= answer.status < 500 and answer.json["detail"], answer
    assert world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM document WHERE project={w.project}") == before
    assert bare(w, "令牌.pdf", pdf("x"), **{"X-CSRF-Token": "x" * 43}).status == 403


def test_a_file_too_large_is_refused_at_the_door(w):
    answer = w.client("unit").request("POST", f"{w.path}/documents", b"", {"Content-Type": "application/octet-stream", "Content-Length": str(400 << 20)}, timeout=10)
    assert answer.status == 413, answer


def cut_off(w, data, sent, key):
    """As bare(), on a line that breaks after so many bytes of the file; no answer is read."""
    client, host = w.client("unit"), urllib.parse.urlsplit(w.client("unit").scheme + "://" + w.client("unit").netloc)
    query = urllib.parse.urlencode({"procedure": "filing", "material": "implementation_plan", "name": "断线.pdf"})
    head = [f"POST {w.path}/documents?{query} HTTP/1.1", f"Host: {host.netloc}", f"Content-Length: {len(data)}", "Content-Type: application/octet-stream", "Accept: application/json",
            "Cookie: " + "; ".join(f"{k}={v}" for k, v in client.cookies.items()), f"Origin: {host.scheme}://{host.netloc}", f"X-CSRF-Token: {client.csrf}", f"Idempotency-Key: {key}", "", ""]
    with socket.create_connection((host.hostname, host.port), timeout=20) as line:
        line.sendall("\r\n".join(head).encode("ascii") + data[:sent])


def test_an_upload_broken_off_leaves_nothing_and_one_whose_answer_is_lost_is_there_once(world, w):
    data = pdf("断线", 2 << 20)
    documents = lambda: int(world.sql(f"gz_{T}", f"SELECT COUNT(*) FROM document WHERE project={w.project}")[0][0])  # noqa: E731
    cut_off(w, data, len(data) // 2, "half-" + os.urandom(8).hex())
    wait_until("nothing left of the half", lambda: not list((world.home / "uploads").glob("*/*")), 10)
    assert documents() == 0 and not list((world.home / "files" / T).glob(".in-*"))
    key = "whole-" + os.urandom(8).hex()
    cut_off(w, data, len(data), key)
    wait_until("the whole file", lambda: documents() == 1, 10)
    again = bare(w, "断线.pdf", data, **{"Idempotency-Key": key})
    assert again.status == 201 and again.json["documents"][0]["name"] == "断线.pdf" and documents() == 1


def test_fifty_megabytes_and_several_at_once(world, w):
    big = pdf("大文件", 50 << 20)
    answer = w.client("unit").upload(f"{w.path}/documents", {"procedure": "filing", "material": "implementation_plan"},
                                     [("方案（上册）.pdf", big), ("方案（下册）.pdf", pdf("下册"))], timeout=120)
    assert answer.status in (200, 201), answer
    rows = world.sql(f"gz_{T}", f"SELECT name, size FROM document WHERE project={w.project} ORDER BY size DESC")
    assert rows[0] == ["方案（上册）.pdf", str(len(big))] and len(rows) == 2
    assert not list((world.home / "uploads").glob("*/*")), "nothing is left behind"


def test_a_missing_material_and_a_missing_check_are_listed_together(w):
    page = w.act_page("unit", "filing.submit")
    answer = w.client("unit").post(f"{w.path}/acts/filing.submit", {"version": page["project"]["version"], "with": {}})
    assert answer.status == 422 and len(answer.json["errors"]) >= 2, answer
    for e in answer.json["errors"]:
        assert e["message"] and "7" in e["article"].split(","), e


def test_the_wrong_method_and_the_missing_page_say_so(clerk):
    assert clerk.request("POST", f"/{T}/home", b"{}", {"Content-Type": "application/json"}).status == 405
    assert clerk.request("DELETE", f"/{T}/home").status in (403, 405)
    missing = clerk.page(f"/{T}/projects/1")
    assert missing.status == 404 and "<h1" in missing.text


def test_stored_script_is_shown_as_text(world, w):
    evil = '"><script>alert(1)</script>{{{x}}}'
    w.draft(roads.xinzhou(evil, "15.00"))
    page = w.client("unit").page(w.path)
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


# ---- what is said: what is wrong, and what to do next, in words a clerk knows ----

WRONG = [  # who, where, what is sent (nothing: a page is asked for); {p} a draft of the unit's own, {s} one it has sent in, "now" its version
    ("unit", "projects/{p}/acts/no.such", None), ("unit", "projects/999999999", None), ("unit", "decisions/999999999", None),
    ("unit", "documents/999999999", None), ("unit", "projects/{p}/duties/nothing", None), ("unit", "lists/nothing", None),
    ("unit", "exports/999999999", None), ("unit", "views", {"name": "", "list": "projects", "query": ""}), ("unit", "views/999999999/drop", {}),
    ("unit", "projects?year=abcd", None), ("unit", "projects?amount_from=x", None), ("unit", "projects?after=x", None), ("unit", "workdays?year=x", None),
    ("unit", "search?q=" + "%E6%B0%B4" * 80, None), ("unit", "audit", None), ("unit", "delegations", {"to": "", "from_on": "x", "to_on": "", "reason": ""}),
    ("unit", "delegations/999999999/end", {}), ("unit", "projects/{p}/hand", {"person": "", "reason": "出差"}), ("unit", "projects/{p}/urge", {"note": ""}),
    ("unit", "projects/{p}/withdraw", {"version": "now", "reason": "写错了"}), ("unit", "projects/{p}/cosign", {"person": "", "about": "", "step": ""}),
    ("unit", "projects/{p}/acts/filing.submit", {"version": "now", "with": {}}), ("unit", "settings", {"mail": "never", "kinds": ""}),
    ("unit", "projects/{p}/acts/filing.accept", {"version": "now", "with": {}}), ("unit", "projects/{p}/acts/approval.approve", {"version": "now", "with": {}}),
    ("unit", "projects/{s}/acts/filing.submit", {"version": "now", "with": {}}), ("unit", "projects/{s}/edit", {"version": "now", "facts": {}}),
    ("unit", "projects/{s}/withdraw", {"version": "now", "reason": ""}), ("tech", "projects/{s}/acts/filing.accept", {"version": "now", "with": {}}),
    ("approval", "projects/{s}/acts/filing.ask_correction", {"version": "now", "with": {}}),
    ("approval", "projects/{s}/acts/filing.ask_correction", {"version": "now", "with": {"correction": [{"item": "nothing", "what": ""}], "until": "昨天"}}),
    ("approval", "projects/{s}/acts/filing.accept", {"version": 1, "with": {}}), ("approval", "projects/{s}/acts/filing.accept", {"version": "now", "with": {"colour": 1}}),
    ("approval", "projects/{s}/urge", {"note": "字" * 500}), ("approval", "projects/{s}/cosign", {"person": "", "about": "", "step": ""}),
    ("approval", "projects", {"facts": {}}), ("approval", "plans", {"subject": "nothing", "title": "x"}), ("approval", "plans/999999999", None),
    ("approval", "batch", {"act": "filing.accept", "rows": []}), ("tech", "outbox/999999999", None), ("tech", "reviews/999999999", None),
    ("tech", "seats/999999999", None), ("tech", "experts/999999999", None), ("tech", "experts?q=" + "%E6%B0%B4" * 200, None),
    ("approval", "experts", {"with": {"name": "", "employer": "", "login": "X Y", "fields": [], "state": "z"}}),
    ("editor", "regulation/bills", {"regulation": "甲", "name": "草稿", "copy": "yes"}), ("editor", "regulation/bills", {"regulation": "2099-1", "name": "", "copy": "yes"}),
    ("editor", "regulation/bills/999999999", None), ("editor", "regulation?version=nothing", None),
]
PLAIN = re.compile(r"[\u3400-\u9fff」][,;?!]|[,;?!][\u3400-\u9fff「]|[。！，；]$|字节|[“”]|[a-z]+_[a-z_]+|\bNULL\b|(?<!\w)/[a-z]+/")


@pytest.fixture(scope="module")
def sent(world):
    walker = walked(world, T, "jyj", roads.xinzhou("措辞试验", "15.00"))
    walker.act("unit", "filing.submit")
    return walker


@pytest.mark.parametrize("who, where, what", WRONG, ids=[f"{i}-{x[0]}-{x[1][:40]}" for i, x in enumerate(WRONG)])
def test_every_refusal_says_what_is_wrong_and_what_to_do(world, w, sent, who, where, what):
    of = sent if "{s}" in where else w
    c = of.client("unit") if who == "unit" else world.sign_in(T, who)
    path = f"/{T}/{where}".replace("{p}", w.project).replace("{s}", sent.project)
    if what and what.get("version") == "now":
        what = {**what, "version": of.view("unit")["project"]["version"]}
    answer = c.get(path) if what is None else c.post(path, what)
    assert 400 <= answer.status < 500, answer
    told = answer.json
    print(f"\n{told['status']} {told['title']}：{told['detail']} → {told.get('mend', '—')}")
    for e in told["errors"]:
        print(f"    {e.get('path', '')} {e['message']} → {e.get('mend', '—')} {e.get('article_text', '')}")
    assert told["title"] and told["detail"] and (told.get("mend") or (told["errors"] and all(e.get("mend") for e in told["errors"]))), told
    for text in [told["detail"], told.get("mend", "")] + [e[k] for e in told["errors"] for k in ("message", "mend") if k in e]:
        assert not PLAIN.search(text), text
    if what is None:
        page = c.page(path)
        assert page.status == answer.status and told["detail"] in page.text and (not told.get("mend") or told["mend"] in page.text), page.text
