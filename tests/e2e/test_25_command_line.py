"""What a legal officer or an operator does at a prompt."""
import json
import re
import os
import shutil
import signal
import subprocess

import pytest
import roads
from walker import tasks_of, walked
from world import TOP, wait_until


@pytest.mark.parametrize("tenant", ["xinzhou", "mudan"])
def test_the_regulation_passes_its_check(world, tenant):
    run = world.guizhang("regulation", "check", str(world.home / "app/share/guizhang/tenants" / tenant))
    assert run.returncode == 0 and "错误 0 处" in run.stdout, run.stdout


def readable(tmp_path):
    for path in [tmp_path, *tmp_path.rglob("*"), *tmp_path.parents]:
        if str(path).startswith("/tmp/") or str(path).startswith(str(tmp_path)):
            path.chmod(0o755 if path.is_dir() else 0o644)


def broken_copy(tmp_path, world, change):
    shutil.copytree(TOP / "tenants", tmp_path / "tenants", dirs_exist_ok=True)
    rules = tmp_path / "tenants/xinzhou/2022-15/rules.json"
    text = rules.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    rules.write_text(changed, encoding="utf-8")
    readable(tmp_path)
    return world.guizhang("regulation", "check", str(tmp_path / "tenants/xinzhou"), check=False)


def test_a_broken_copy_is_refused_with_place_line_and_article(world, tmp_path):
    run = broken_copy(tmp_path, world, lambda t: t.replace('"15日"', '"x"') if '"15日"' in t else re.sub(r'"working_days": 15', '"working_dayz": 15', t, count=1))
    assert run.returncode == 1
    place = re.search(r"rules\.json:(\d+):(\d+)", run.stdout)
    assert place, run.stdout
    line = (tmp_path / "tenants/xinzhou/2022-15/rules.json").read_text(encoding="utf-8").splitlines()[int(place[1]) - 1]
    marked = line[int(place[2]) - 1:][:8]
    assert marked in run.stdout and "^" in run.stdout and re.search(r"依据.*第.*条", run.stdout), run.stdout


def test_a_fact_nobody_knows_is_marked(world, tmp_path):
    run = broken_copy(tmp_path, world, lambda t: t.replace('"fixed_asset_linked": true', '"fixed_asset_linkd": true', 1))
    assert run.returncode == 1 and "fixed_asset_linkd" in run.stdout, run.stdout


@pytest.mark.parametrize("wan, route", [("199999.99元", "self_filing"), ("20万元", "approval"), ("300万元", "approval")])
def test_a_case_is_tried_out_as_json(world, wan, route):
    case = {"today": "2026-09-24", "unit": {"code": "jyj", "name": "区教育局", "kind": "district_department"},
            "facts": {**roads.xinzhou("试办", wan)}}
    run = world.guizhang("simulate", "--tenant", "xinzhou", "--case", "-", input=json.dumps(case, ensure_ascii=False))
    verdict = json.loads(run.stdout)
    assert verdict["route"]["id"] == route
    assert verdict["stages"] and verdict["regulation"] and verdict["calendar"]


def test_a_case_that_cannot_be_read_says_where(world):
    run = world.guizhang("simulate", "--tenant", "xinzhou", "--case", "-", input='{"facts": {"total_investment": NaN}}', check=False)
    assert run.returncode == 1 and "第 1 行" in run.stderr, run.stderr


def test_one_project_under_every_district(world):
    case = {"today": "2025-03-24", "facts": roads.xinzhou("试办", "50万元")}
    run = world.guizhang("simulate", "--all-tenants", "--case", "-", input=json.dumps(case, ensure_ascii=False))
    beside = {row["tenant"]: row for row in json.loads(run.stdout)}
    assert "heze" not in beside  # a bureau has no regulation of its own
    assert beside["xinzhou"]["route"] and not beside["xinzhou"]["dropped"], beside["xinzhou"]
    assert beside["mudan"]["road"] and "depth_reached" in beside["mudan"]["dropped"], beside["mudan"]
    case["history"] = [{"at": "2025-03-20", "what": "technical_review.submit", "by": "unit"}]
    run = world.guizhang("simulate", "--all-tenants", "--case", "-", input=json.dumps(case, ensure_ascii=False), check=False)
    assert run.returncode == 2 and "history" in run.stderr


def test_what_changed_between_two_versions(world, tmp_path):
    shutil.copytree(TOP / "tenants", tmp_path / "tenants")
    rules = tmp_path / "tenants" / "mudan" / "2023-17" / "rules.json"
    rules.write_text(rules.read_text("utf-8").replace('"working_days": 10', '"working_days": 7', 1), "utf-8")
    readable(tmp_path)
    run = world.guizhang("regulation", "diff", TOP / "tenants/mudan/2023-17", rules.parent, check=False)
    assert run.returncode == 1 and "期限的工作日数由「10」改为「7」" in run.stdout and "共 1 处不同" in run.stdout, run.stdout
    run = world.guizhang("regulation", "diff", rules.parent, rules.parent)
    assert "共 0 处不同" in run.stdout


def test_doubts_are_accepted_by_name(world):
    findings = json.loads(world.guizhang("regulation", "check", TOP / "tenants/mudan", "--json").stdout)
    assert findings and all(f["accepted"]["by"] for f in findings), findings


def test_the_vocabulary_lets_a_stranger_write_a_case(world):
    v = json.loads(world.guizhang("vocabulary", "--tenant", "xinzhou").stdout)["2022-15"]
    text = json.dumps(v, ensure_ascii=False)
    for word in ("total_investment", "technical_review.submit", "区大数据中心", "request_letter", "self_evaluation"):
        assert word in text, word


YEAR_2027 = {"year": 2027, "notices": ["国办发明电〔2026〕9号"], "issued": ["2026-11-03"],
             "holidays": ["2027-01-01", "2027-01-02", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"], "workdays": []}


@pytest.fixture
def a_december(world):
    """15 working days from here end in a year without a notice; what a test imports is gone again afterwards."""
    world.clock("xinzhou", "2026-12-16T09:00")
    yield world.home / "app/share/guizhang/tenants/common/calendar"
    (world.home / "app/share/guizhang/tenants/common/calendar/2027.json").unlink(missing_ok=True)
    os.kill(world.pid("guizhangd"), signal.SIGHUP)
    world.clock("xinzhou", "real")


def year_file(tmp_path, **changes):
    path = tmp_path / "2027.json"
    path.write_text(json.dumps({**YEAR_2027, **changes}, ensure_ascii=False, indent=1), encoding="utf-8")
    readable(tmp_path)
    return str(path)


def install(world, file):
    """As whoever installed the platform: the service's own account may not write what it obeys."""
    settings = ["--settings", str(world.home / "etc/guizhang.json")]
    return subprocess.run([world.home / "app/bin/guizhang", "calendar", "import", file, *settings], text=True, capture_output=True, timeout=60)


def test_a_new_year_s_notice_moves_what_was_provisional(world, a_december, tmp_path):
    w = walked(world, "xinzhou", "jyj", roads.xinzhou("跨年审查", "56.70"), ("unit", "technical_review.submit"), ("tech", "technical_review.accept"))

    def opinion():
        return next(d for d in w.view("tech")["duties"] if d["id"] == "technical_opinion")

    def task():
        return next(t for t in tasks_of(w.client("tech"), "xinzhou") if t["title"] == "跨年审查")

    assert opinion()["due_on"] == task()["due_on"] == "2027-01-06" and opinion()["provisional"] and task()["provisional"]
    row = next(p for p in w.client("tech").get("/xinzhou/projects").json["projects"] if p["title"] == "跨年审查")
    assert row["next_due"] == "2027-01-06" and row["provisional"], row
    count = w.client("tech").get(f"{w.path}/duties/technical_opinion?key={opinion()['key']}")
    assert "暂按周一至周五计算，公布后重新核定" in count.text, count
    case = {"today": "2026-12-16", "unit": {"code": "jyj", "name": "区教育局", "kind": "district_department"}, "facts": roads.xinzhou("试办", "56.70"),
            "submitted_on": "2026-12-16", "history": [{"at": "2026-12-16", "what": "technical_review.submit", "by": "unit"},
                                                     {"at": "2026-12-16", "what": "technical_review.accept", "by": "tech"}]}
    run = world.guizhang("simulate", "--tenant", "xinzhou", "--case", "-", input=json.dumps(case, ensure_ascii=False))
    assert "provisional" in json.loads(run.stdout)["marks"], run.stdout[:2000]
    assert "2027 年起没有通知" in world.guizhang("calendar", "list").stdout

    wrong = install(world, year_file(tmp_path, workdays=["2027-02-10"]))
    assert wrong.returncode == 1 and re.search(r"2027\.json:\d+:\d+.*2027-02-10 是星期三，本来就要上班", wrong.stdout), wrong.stdout
    early = json.loads(json.dumps(YEAR_2027).replace("2027-", "2029-").replace("2026-", "2028-"))
    early = install(world, year_file(tmp_path, **{**early, "year": 2029, "holidays": [*early["holidays"], "2028-12-31"]}))
    assert early.returncode == 1 and "文件里有 2028 年的日子，那一年的安排还没有安装" in early.stderr, early
    assert not (a_december / "2027.json").exists() and not (a_december / "2029.json").exists()
    assert "没有发现错误" in world.guizhang("calendar", "check", year_file(tmp_path)).stdout
    assert "calendar recount" in install(world, year_file(tmp_path)).stdout
    assert "没有改动" in install(world, year_file(tmp_path)).stdout
    other = install(world, year_file(tmp_path, notices=["国办发明电〔2026〕10号"]))
    assert other.returncode == 1 and "新文件没有列出这份通知" in other.stderr, other
    assert "2027 年 国办发明电〔2026〕9号" in world.guizhang("calendar", "list").stdout
    os.kill(world.pid("guizhangd"), signal.SIGHUP)
    wait_until("the new calendar", lambda: opinion().get("stands"))
    # the file alone moves nothing: page, JSON, list and desk say the same day, and the page that a recount is due
    row = next(p for p in w.client("tech").get("/xinzhou/projects").json["projects"] if p["title"] == "跨年审查")
    assert {opinion()["due_on"], task()["due_on"], row["next_due"]} == {"2027-01-06"} and opinion()["provisional"] and row["provisional"]
    assert opinion()["stands"]["recount_due"] and "2027-01-07" in opinion()["stands"]["text"]
    assert "放假安排已经公布，这一天待重新核定" in w.client("tech").page(w.path).text
    assert "登记的最后一日是 2027-01-06" in w.client("tech").get(f"{w.path}/duties/technical_opinion?key={opinion()['key']}").text

    moves = "跨年审查：出具正式技术审查意见 2027-01-06 → 2027-01-07"
    tried = world.guizhang("calendar", "recount", "--tenant", "xinzhou", "--dry-run").stdout
    assert moves in tried and task()["due_on"] == "2027-01-06", tried
    assert moves in world.guizhang("calendar", "recount", "--tenant", "xinzhou").stdout
    assert task()["due_on"] == opinion()["due_on"] == "2027-01-07" and not task()["provisional"] and not opinion()["provisional"]
    assert "stands" not in opinion()
    again = world.guizhang("calendar", "recount", "--tenant", "xinzhou").stdout
    assert again == "xinzhou：改动 0 项，确定 0 项，保留待人工处理 0 项\n", again
    trail = world.sign_in("xinzhou", "auditor").get(f"/xinzhou/audit?object=project/{w.project}").json["rows"]
    row, = [r for r in trail if r["what"] == "calendar.recount"]
    assert row["person_name"] == "系统" and "2027-01-06" in str(row["detail"]) and "2027-01-07" in str(row["detail"]), row
    assert "相符" in world.guizhang("audit", "verify", "--tenant", "xinzhou").stdout


def test_a_command_nobody_knows_prints_the_list(world):
    run = world.guizhang("frobnicate", check=False)
    assert run.returncode == 2 and "regulation check" in run.stderr


def test_a_test_clock_is_set_by_hand(world):
    clocks = world.home / "etc/clock.json"
    world.clock("mudan", "2024-06-03T09:00")
    said = world.guizhang("clock", "set", "--tenant", "luan", "--at", "2025-07-10T09:00").stdout
    assert "luan 的时钟：2025-07-10 09:00" in said, said
    ahead = json.loads(clocks.read_text())
    world.clock("luan", "2025-07-10T09:00")
    assert abs(json.loads(clocks.read_text())["luan"] - ahead["luan"]) <= 10 and ahead["mudan"] < 0
    for words, says in ((("--tenant", "nowhere", "--at", "real"), "没有 nowhere 这个区"), (("--tenant", "luan", "--at", "morgen"), "应为时间"), (("--tenant", "luan"), "--at")):
        run = world.guizhang("clock", "set", *words, check=False)
        assert run.returncode and says in run.stderr, run
    for tenant in ("luan", "mudan"):
        world.guizhang("clock", "set", "--tenant", tenant, "--at", "real")
        assert json.loads(clocks.read_text())[tenant] == 0
