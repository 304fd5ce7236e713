#!/usr/bin/python3
"""100,000 projects in one district: search, lists, counts, supervision and a workbook, each against its bound.

usage: tests/bench/lists.py TOP BUILD [PROJECTS]    (make bench-lists)
Starts its own servers and stops them. Seeding takes minutes, so this is no part of every run. Ends with "N passed, N failed".
"""
import pathlib
import sys
import tempfile
import time
import urllib.parse

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path[:0] = [str(TOP / "tests/e2e"), str(TOP / "tests/bench")]
from seeds import Seeds, T  # noqa: E402
from world import World, wait_until  # noqa: E402

BUILD, PROJECTS = pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
SEARCH_MS, PAGE_MS, DASH_MS, JOB_MIB = 100, 150, 150, 32
Q = urllib.parse.quote
SUBJECTS = ["智慧水务", "校园安全", "全民健康", "综合执法", "养老服务", "预算管理", "就业服务", "国土空间", "交通指挥", "农业遥感", "文旅资源", "应急指挥",
            "食品溯源", "经济普查", "医保结算", "政务服务", "视频图像", "公共法律", "审计数据", "数字档案", "城市内涝", "河湖监测", "学籍管理"]
KINDS = ["综合监管平台", "信息系统", "数据中心", "管理平台升级改造", "移动应用", "运维服务", "指挥调度系统", "数据治理", "一体化平台", "监测预警系统", "门户网站"]


class Bulk(Seeds):
    draft_count = 0

    def make(self):
        w = self.draft("jyj", "审查中的项目", "86.50")
        w.act("unit", "technical_review.submit")
        w.act("tech", "technical_review.accept")
        for _ in range(self.bulk // 5000):
            self.copy(T, w.project, 5000)
        elt = lambda words, n: f"ELT(1 + {n} % {len(words)}, {', '.join(repr(x) for x in words)})"  # noqa: E731
        codes = [r[0] for r in self.world.sql(f"gz_{T}", "SELECT DISTINCT unit_code FROM project")] + ["shj", "cgj", "wjj", "zcj"]
        names = {"shj": "区水务和湖泊局", "cgj": "区城市管理执法局", "wjj": "区卫生健康局", "zcj": "邾城街道", "jyj": "区教育局"}
        self.world.sql(f"gz_{T}", "SET @n = 0; SET foreign_key_checks = 0;"
                       f"UPDATE project SET title = CONCAT({elt(SUBJECTS, '(@n := @n + 1)')}, {elt(KINDS, '@n DIV 23')}, @n), number = CONCAT('XZ-', 2015 + @n % 12, '-', LPAD(@n, 6, '0')),"
                       f" unit_code = {elt(codes, '@n DIV 7')}, unit_name = {elt([names[c] for c in codes], '@n DIV 7')},"
                       " total_investment = (5 + @n % 900) * 1000000, submitted_on = DATE'2015-01-05' + INTERVAL (@n * 7) % 4200 DAY,"
                       f" next_due = DATE'2026-09-24' + INTERVAL (@n % 4000) - 1 DAY, state = IF(@n % 3 = 0, 'done', 'running') WHERE id <= {w.project};"
                       "DELETE FROM project_stat; INSERT INTO project_stat SELECT unit_code, place, COALESCE(YEAR(submitted_on), 0), state, stage, holder, COUNT(*), SUM(GREATEST(total_investment, 0))"
                       " FROM project GROUP BY 1, 2, 3, 4, 5, 6; ANALYZE TABLE project, search_gram, event, document, duty;", timeout=900)


def best(client, path, rounds=7):
    """(milliseconds of the median, rows) of a page as JSON, after one look to warm up."""
    times = []
    for _ in range(rounds + 1):
        began = time.monotonic()
        answer = client.get(path)
        times.append((time.monotonic() - began) * 1000)
        assert answer.status == 200, answer
    page = answer.json
    return sorted(times[1:])[rounds // 2], max((len(v) for v in page.values() if isinstance(v, list)), default=0)


def hwm_mib(pid):
    return next(int(line.split()[1]) / 1024 for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))


def main():
    home = pathlib.Path(tempfile.mkdtemp(prefix="guizhang-lists-", dir="/var/tmp"))
    home.chmod(0o755)
    world, failed, passed = World(home, BUILD), 0, 0

    def row(what, value, bound, unit, note=""):
        nonlocal failed, passed
        ok = value <= bound
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok  ' if ok else 'SLOW'} {what:<44} {value:9.1f} {unit} (at most {bound}) {note}", flush=True)
    try:
        world.start()
        Bulk(world, PROJECTS).make()
        began = time.monotonic()
        print(world.guizhang("reindex", "--tenant", T, timeout=3600).stdout.strip(), f"{time.monotonic() - began:.0f} s", flush=True)
        world.sql(f"gz_{T}", "ANALYZE TABLE search_gram", timeout=900)
        c, unit = world.sign_in(T, "auditor"), world.sign_in(T, "unit", "jyj")
        for q in ("信息系统", "平台", "区水务和湖泊局", "城市内涝监测预警系统", "内涝 应用", "XZ-2020-000005", "000", "水务校园", "学籍移动应用77", "没有这样的", "第三方", "投资概算"):
            for who, name in ((c, "all"), (unit, "unit")):
                ms, n = best(who, f"/{T}/search?q={Q(q)}")
                row(f"search {q} ({name})", ms, SEARCH_MS, "ms", f"{n} shown")
        for query in ("", "state=running", "unit=shj&year=2020", "stage=technical_review", "amount_from=890&amount_below=895", "year=2026&due=overdue",
                      "route=approval&due=near", "holder=tech&due=coming", "year=1999", f"q={Q('水务')}&year=2021"):
            ms, n = best(c, f"/{T}/projects?{query}")
            row(f"list {query}", ms, PAGE_MS, "ms", f"{n} shown")
        for query in ("", "?year=2024"):
            row(f"dashboard {query}", best(c, f"/{T}/dashboard{query}")[0], DASH_MS, "ms")
        for name in ("before_approval", "late", "split", "late_entry", "waiver"):
            row(f"supervision {name}", best(c, f"/{T}/lists/{name}")[0], PAGE_MS, "ms")
        pid, began = world.toiler(), time.monotonic()
        asked = c.post(f"/{T}/exports", {"list": "projects", "query": ""})
        job = wait_until("the workbook", lambda: next((e for e in [c.get(asked.json["href"]).json["export"]] if not e["is_open"]), None), 600, 0.5)
        assert job["state"] == "done" and job["rows"] >= PROJECTS, job
        assert world.toiler() == pid, "the writer died"
        row("memory of the writer at its most", hwm_mib(pid), JOB_MIB, "MiB", f"{job['rows']} rows, {job['size'] / 1e6:.1f} MB, {time.monotonic() - began:.0f} s")
    finally:
        world.remove()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
