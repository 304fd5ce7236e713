"""Many projects from one table: the template, every fault by row and column, all or nothing, and the same reader for the experts' list."""
import csv
import io
import os
import signal
import threading
import zipfile

import openpyxl
import pytest
from browser import Person, Window

T = "luan"
PATH = f"/{T}/projects/import"
HEADS = {}  # fact: its column's name


@pytest.fixture(scope="module", autouse=True)
def july(world):
    """Within the yearly application of 六安 (art. 9: before the end of July)."""
    world.clock(T, "2025-07-10T09:00")
    for column in unit(world).get(PATH).json["columns"]:
        HEADS[column["id"]] = column["head"]
    yield
    world.clock(T, "real")


def unit(world, code="rsj"):
    return world.sign_in(T, "unit", code)


def row(name, **more):
    return {"project_name": name, "project_summary": "建设就业服务协同平台。", "build_mode": "新建", "city_money": "是", "classified": "否", "total_investment": 20.5,
            "develops_software": "是", "tests_in_budget": "是", "needs_cloud": "是", **more}


def book(rows, heads=None, change=None):
    """A workbook as a person fills it in: the columns of the template, one row a project."""
    heads = heads or list(HEADS)
    wb = openpyxl.Workbook()
    sheet = wb.active
    sheet.append([HEADS.get(h, h) for h in heads])
    for r in rows:
        sheet.append([r.get(h) for h in heads])
    if change:
        change(sheet)
    out = io.BytesIO()
    wb.save(out)
    return out.getvalue()


def sheet(rows, coding="utf-8-sig", delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(list(HEADS.values()))
    for r in rows:
        writer.writerow(["" if r.get(h) is None else r[h] for h in HEADS])
    return out.getvalue().encode(coding)


def send(client, name, data, path=PATH, go="import", **kw):
    return client.upload(path, {"go": go}, [(name, data)], **kw)


def titled(world, name):
    return world.sql("gz_luan", f"SELECT id, unit_code, state, total_investment, version FROM project WHERE title LIKE '{name}%' ORDER BY id")


def cells(answer):
    return [(e["row"], e.get("column"), e["field"]) for e in answer.json["errors"]]


def test_the_templates_ask_what_the_regulation_asks(world):
    c = unit(world)
    page = c.get(PATH).json
    asked = {f["id"]: f for g in c.get(f"/{T}/projects/new").json["groups"] for f in g["fields"]}
    assert set(asked) <= set(HEADS) and HEADS["total_investment"] == "总投资（万元）" and "in_annual_plan" not in HEADS
    answer = c.get(f"{PATH}/template.xlsx")
    assert answer.status == 200 and "spreadsheetml" in answer.header("Content-Type") and "attachment" in answer.header("Content-Disposition")
    wb = openpyxl.load_workbook(io.BytesIO(answer.body))
    assert wb.sheetnames == ["填报", "填写说明"]
    assert [c.value for c in wb["填报"][1]] == list(HEADS.values())
    told = {r[0].value: r[1].value for r in wb["填写说明"].iter_rows()}
    assert "新建；" in told["项目类型"] and "第三条" in told["项目类型"] and "万元" in told["总投资（万元）"] and "必填" in told["项目名称"]
    assert "仅当：是否跨层级项目" in told["市级承担的资金（万元）"] and "涉密项目不得填写" in told["怎样填"]
    offered = {str(v.sqref).split(":")[0][:-1]: v.formula1 for v in wb["填报"].data_validations.dataValidation}
    letter = next(c["column"] for c in page["columns"] if c["id"] == "build_mode")
    assert "新建" in offered[letter] and page["rows_max"] == 500
    answer = c.get(f"{PATH}/template.csv")
    assert answer.body.startswith(b"\xef\xbb\xbf") and next(csv.reader([answer.body.decode("utf-8-sig")])) == list(HEADS.values())
    assert c.get(f"{PATH}/template.pdf").status == 404


def test_a_good_workbook_becomes_drafts(world):
    c = unit(world)
    rows = [row("导入甲一", total_investment=20.5), row("导入甲二", total_investment="20万元"), row("导入甲三", total_investment=412.6, build_mode="运维", develops_software=None, tests_in_budget=None),
            row("导入甲四", total_investment="1,234.56", law_exempt_grounds="集约整合、数据共享", law_exempt_basis="《保密法》第五条")]
    tried = send(c, "计划.xlsx", book(rows), go="try")
    assert tried.status == 200 and tried.json["checked"] and tried.json["count"] == 4 and titled(world, "导入甲") == []
    done = send(c, "计划.xlsx", book(rows))
    assert done.status == 201 and done.json["count"] == 4 and done.json["form"] == "Excel 工作簿", done
    assert [(r[1], r[2], r[3]) for r in titled(world, "导入甲")] == [("rsj", "draft", "20500000"), ("rsj", "draft", "20000000"), ("rsj", "draft", "412600000"), ("rsj", "draft", "1234560000")]
    assert done.json["projects"] == [r[0] for r in titled(world, "导入甲")]
    page = c.get(f"/{T}/projects/{done.json['projects'][3]}/edit").json
    fields = {f["id"]: f for g in page["groups"] for f in g["fields"]}
    assert [x["id"] for x in fields["law_exempt_grounds"]["choices"] if x["checked"]] == ["integration", "sharing"]
    assert fields["classified"]["value"] == "false" and fields["build_mode"]["value"] == "new" and not page["errors"]
    # what is left to do is what is left of one that was typed: the materials, not the facts
    assert all(not t.get("path", "").startswith("/facts") for t in page["todo"])
    # each has its own row of the audit, and the import one of its own
    rows = world.sql("gz_luan", f"SELECT what, object FROM audit WHERE object IN ('project/{done.json['projects'][0]}', 'project/import') AND result = 'ok'")
    assert rows == [["project.draft", f"project/{done.json['projects'][0]}"], ["project.import", "project/import"]]
    assert world.sign_in(T, "competent").get(f"/{T}/projects/{done.json['projects'][0]}").status == 404  # a draft is its unit's
    assert unit(world, "mzj").get(f"/{T}/projects/{done.json['projects'][0]}").status == 404


def test_every_fault_of_every_row_is_said_and_nothing_is_written(world):
    bad = [row("导入乙一"),
           row("导入乙二", total_investment="二十万", build_mode="新盖"),
           row(None, city_money="也许", project_summary="内" * 20001),
           row("导入乙四", develops_software=None, cross_level="是", total_investment=-3)]
    answer = send(unit(world), "计划.xlsx", book(bad))
    assert answer.status == 400, answer
    letter = {h: openpyxl.utils.get_column_letter(i + 1) for i, h in enumerate(HEADS)}
    expected = [(3, "build_mode"), (3, "total_investment"), (4, "project_name"), (4, "project_summary"), (4, "city_money"),
                (5, "cross_level_lead"), (5, "city_level_share"), (5, "total_investment"), (5, "develops_software")]
    assert sorted(cells(answer)) == sorted((r, letter[f], f) for r, f in expected)
    assert answer.json["detail"] == "有 9 处需要改正，一行也没有导入" and titled(world, "导入乙") == []
    one = next(e for e in answer.json["errors"] if (e["row"], e["field"]) == (3, "total_investment"))
    assert one["where"] == f"第 3 行 {letter['total_investment']} 列「总投资（万元）」" and "不是金额" in one["message"] and "412.60" in one["mend"] and "第九条" in one["article_text"]
    # the same facts typed one by one say the same of themselves
    typed = unit(world).post(f"/{T}/projects", {"facts": {"project_name": "导入乙二", "total_investment": "二十万", "build_mode": "新盖"}})
    assert {(e["field"], e["message"]) for e in typed.json["errors"]} == {(e["field"], e["message"]) for e in answer.json["errors"] if e["row"] == 3}
    refused = world.sql("gz_luan", "SELECT reason, JSON_VALUE(detail, '$.faults') FROM audit WHERE what = 'project.import' AND result = 'refused' ORDER BY id DESC LIMIT 1")
    assert refused == [["bad_input", "9"]]


def test_more_faults_than_a_form_can_hold_are_listed_to_the_last(world):
    answer = send(unit(world), "计划.csv", sheet([row("导入丙", total_investment="x", city_money="y", build_mode="z", project_summary=f"第{i}项") for i in range(60)]))
    assert answer.status == 400 and len(answer.json["errors"]) == 180 and answer.json["errors"][-1]["row"] == 61
    page = unit(world).upload(PATH, {"go": "import"}, [("计划.csv", sheet([row("导入丙", total_investment="x")]))], accept="text/html")
    assert page.status == 400 and "要改正的地方" in page.text and "第 2 行" in page.text


def test_columns_that_do_not_fit(world):
    c = unit(world)
    answer = send(c, "计划.xlsx", book([row("导入丁")], heads=[h for h in HEADS if h != "total_investment"] + ["备注", "project_name"]))
    said = [(e["row"], e["message"]) for e in answer.json["errors"]]
    assert (1, "没有「备注」这一列") in said and (1, "这一列有两个") in said and (1, "缺少这一列") in said, said
    assert [e["label"] for e in answer.json["errors"] if e["message"] == "缺少这一列"] == ["总投资（万元）"] and "缺少「总投资」" not in answer.text
    answer = send(c, "计划.csv", "a,b\n1,2\n".encode())
    assert answer.status == 400 and "第一行不是模板的列名" in answer.text
    # names written a little otherwise are the same names; a column nobody must fill may be missing
    def rename(s):
        for cell in s[1]:
            cell.value = {"总投资（万元）": "总投资 (万元) *"}.get(cell.value, cell.value)
    few = [h for h in HEADS if h not in ("law_exempt_grounds", "law_exempt_basis", "plan_addition")]
    assert send(c, "计划.xlsx", book([row("导入丁")], heads=few, change=rename), go="try").status == 200
    # a cell without a name above it, two rows that are one
    def stray(s):
        s.cell(row=2, column=len(HEADS) + 3).value = "随手写的"
        s.append([x.value for x in s[2]][:len(HEADS)])
        s.cell(row=2, column=len(HEADS) + 3).value = None
        s.cell(row=3, column=len(HEADS) + 2).value = "随手写的"
        s.append([x.value for x in s[2]][:len(HEADS)])
    answer = send(c, "计划.xlsx", book([row("导入丁")], change=stray))
    said = {(e["row"], e["message"]) for e in answer.json["errors"]}
    assert (3, "这一格上面没有列名") in said and (4, "与第 2 行完全相同") in said, said


def test_formulas_and_faults_of_the_spreadsheet(world):
    def work_out(s):
        column = list(HEADS).index("total_investment") + 1
        s.cell(row=2, column=column).value = "=10+10.5"
        s.cell(row=3, column=column).value = "#REF!"
        s.cell(row=3, column=column).data_type = "e"
    answer = send(unit(world), "计划.xlsx", book([row("导入戊一"), row("导入戊二")], change=work_out))
    assert [(e["row"], e["message"]) for e in answer.json["errors"]] == [(2, "这一格是公式，不能当作填写的内容"), (3, "这一格是错误值 #REF!")], answer
    # in a CSV file there are no formulas: it is a text like any other, and stays one
    done = send(unit(world), "计划.csv", sheet([row("=1+1导入戊三")]))
    assert done.status == 201 and [r[2] for r in titled(world, "=1+1导入戊三")] == ["draft"]


def test_codings(world):
    c = unit(world)
    for n, (coding, said) in enumerate([("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("gb18030", "GB18030")]):
        done = send(c, "计划.csv", sheet([row(f"导入己{n}㐀")], coding))
        assert done.status == 201 and done.json["form"] == f"CSV（{said}）", done
        assert len(titled(world, f"导入己{n}㐀")) == 1
    wide = send(c, "计划.csv", sheet([row("导入己九")], "utf-16"))
    assert wide.status == 415 and "UTF-16" in wide.json["detail"] and "CSV UTF-8" in wide.json["mend"]
    assert send(c, "计划.csv", sheet([row("导入己十")], "utf-8", "\t")).status == 201  # as pasted from a spreadsheet


def test_files_that_are_no_table(world):
    c = unit(world)
    for name, data, status, said in [("计划.pdf", b"%PDF-1.7", 415, "不是可以导入的表格"), ("计划.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 600, 415, "旧格式"),
                                     ("计划.xlsx", b"a,b\n", 415, "不是工作簿"), ("计划.xlsx", book([row("导入庚")])[:-40], 415, "不完整"), ("计划.csv", b"x" * (3 << 20), 413, "超过可以导入的"),
                                     ("计划.csv", b"\n\n", 400, "没有内容"), ("计划.csv", sheet([]), 400, "没有内容")]:
        answer = send(c, name, data)
        assert answer.status == status and said in answer.text, answer
    assert c.upload(PATH, {"go": "import"}, []).status == 400
    assert c.upload(PATH, {}, [("a.csv", b"1"), ("b.csv", b"1")]).status == 400
    many = send(c, "计划.csv", sheet([row(f"导入庚{i}") for i in range(501)]))
    assert many.status == 413 and "501" in many.text, many
    # a part of forty megabytes that says it is small
    whole = io.BytesIO(book([row("导入庚")]))
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as from_, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as to:
        for item in from_.namelist():
            to.writestr(item, b" " * (40 << 20) + from_.read(item) if item.endswith("sheet1.xml") else from_.read(item))
    bomb = send(c, "计划.xlsx", out.getvalue())
    assert bomb.status == 413 and "展开以后过大" in bomb.text, bomb
    bare = c.request("POST", PATH + "?name=plan.csv", sheet([row("导入庚光")]), {"Content-Type": "text/csv"})
    assert bare.status == 201 and len(titled(world, "导入庚光")) == 1
    assert len(titled(world, "导入庚")) == 1


def test_a_secret_project_stays_off_the_platform_with_all_the_others(world):
    answer = send(unit(world), "计划.csv", sheet([row("导入辛一"), row("导入辛二绝不外传", classified="是")]))
    assert answer.status == 400 and [e["row"] for e in answer.json["errors"]] == [3] and "涉密" in answer.text and answer.json["errors"][0]["article"], answer
    assert titled(world, "导入辛") == []
    assert world.sql("gz_luan", "SELECT COUNT(*) FROM audit WHERE detail LIKE '%绝不外传%'") == [["0"]]


def test_sent_twice_it_is_there_once(world):
    c, data, key = unit(world), sheet([row("导入壬一"), row("导入壬二")]), {"Idempotency-Key": "import-twice-0123456789"}
    answers = [None, None]

    def go(i):
        answers[i] = send(c, "计划.csv", data, headers=key)
    threads = [threading.Thread(target=go, args=(i,)) for i in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [a.status for a in answers] == [201, 201] and answers[0].json["projects"] == answers[1].json["projects"], answers
    assert [r[0] for r in titled(world, "导入壬")] == answers[0].json["projects"]
    other = send(c, "计划.csv", sheet([row("导入壬三")]), headers=key)
    assert other.status == 409 and titled(world, "导入壬三") == []


def test_a_worker_killed_in_the_middle_leaves_all_or_nothing(world):
    c, data, key = unit(world), sheet([row(f"导入癸{i:03}") for i in range(400)]), {"Idempotency-Key": "import-killed-0123456789"}
    seen = []
    for pause in (0.15, 0.5, 1.0):
        thread = threading.Thread(target=lambda: seen.append(send(c, "计划.csv", data, headers=key, timeout=60).status))
        thread.start()
        thread.join(pause)
        if thread.is_alive():
            for pid in world.workers():
                os.kill(pid, signal.SIGKILL)
        thread.join()
        assert len(titled(world, "导入癸")) in (0, 400), seen
    done = send(c, "计划.csv", data, headers=key, timeout=60)
    assert done.status == 201 and done.json["count"] == 400, (seen, done)
    assert [r[0] for r in titled(world, "导入癸")] == sorted(done.json["projects"], key=int) and any(s >= 500 for s in seen), seen


def test_who_may_and_where(world):
    for organ in ("competent", "finance", "auditor", "leader"):
        c = world.sign_in(T, organ)
        assert c.get(PATH).status == 403 and send(c, "a.csv", b"a").status == 403 and "/projects/import" not in c.page(f"/{T}/projects").text
    assert "/projects/import" in unit(world).page(f"/{T}/projects").text
    # a district without a law that gathers ahead has no such page
    c = world.sign_in("heze", "intake")
    assert c.get("/heze/projects/import").status in (403, 404) and "/projects/import" not in c.page("/heze/home").text


def yubei_row(name, **more):
    """What 第五条 gathers at the end of each year: next year's 运维."""
    return {"project_name": name, "project_summary": "停车管理平台年度运维。", "project_class": "运维类", "category": "信息化应用系统", "investment_mode": "需要政府运行维护",
            "classified": "否", "specially_regulated": "否", "total_investment": 50, "needs_cloud": "是", "docks_exchange": "是", "uses_egov_network": "是", "builds_infrastructure": "否",
            "existing_network": "没有业务专网", "maintenance_year": 2026, "maintained_system": "智慧停车管理平台", "needs_procurement": "是", **more}


def test_the_demands_of_a_year_where_only_an_application_has_its_last_day(world):
    """渝北 has no year plan; each year's end its units hand in what next year's 运维 needs (art. 5)."""
    world.clock("yubei", "2025-12-10T09:00")
    try:
        c, path = world.sign_in("yubei", "unit", "cgj"), "/yubei/projects/import"
        assert "/projects/import" in c.page("/yubei/projects").text and "/projects/import" in c.page("/yubei/help").text
        columns = {x["id"]: x for x in c.get(path).json["columns"]}
        words = {i: {w["label"] for w in x.get("choices") or []} for i, x in columns.items()}
        row = yubei_row("导入运维一")
        assert set(row) <= set(columns) and all(row[i] in words[i] for i in ("project_class", "category", "investment_mode", "existing_network")), words

        def table(*rows):
            wb = openpyxl.Workbook()
            wb.active.append([x["head"] for x in columns.values()])
            for r in rows:
                wb.active.append([r.get(i) for i in columns])
            out = io.BytesIO()
            wb.save(out)
            return out.getvalue()
        bad = send(c, "需求.xlsx", table(yubei_row("导入运维一"), yubei_row("导入运维二", maintenance_year=None, total_investment="五十")), path)
        said = {(e["row"], e["field"], e["article"]) for e in bad.json["errors"]}
        assert bad.status == 400 and {(3, "maintenance_year"), (3, "total_investment")} == {x[:2] for x in said} and (3, "maintenance_year", "5") in said, bad
        assert world.sql("gz_yubei", "SELECT COUNT(*) FROM project WHERE title LIKE '导入运维%'") == [["0"]]
        done = send(c, "需求.xlsx", table(yubei_row("导入运维一"), yubei_row("导入运维二")), path)
        assert done.status == 201 and done.json["count"] == 2, done
        view = c.get(f"/yubei/projects/{done.json['projects'][1]}").json
        due = next(d for d in view["duties"] if d["id"] == "om_application")
        assert due["due_on"] == "2025-12-31" and view["project"]["unit_code"] == "cgj", view["project"]
        # the bureau gathers what was applied for and applies for nobody (第五条：由各部门申报)
        bureau = world.sign_in("yubei", "competent")
        assert bureau.get(path).status == 403 and send(bureau, "需求.xlsx", table(yubei_row("导入运维三")), path).status == 403
    finally:
        world.clock("yubei", "real")


def test_the_experts_list_takes_a_table_by_the_same_reader(world):
    keeper, path = world.sign_in(T, "competent"), f"/{T}/experts/import"
    heads = [c.value for c in openpyxl.load_workbook(io.BytesIO(keeper.get(f"{path}/template.xlsx").body))["填报"][1]]
    assert heads == ["姓名", "登录名", "任职单位", "职称或职务", "领域"]

    def table(rows):
        wb = openpyxl.Workbook()
        for r in [heads, *rows]:
            wb.active.append(r)
        out = io.BytesIO()
        wb.save(out)
        return out.getvalue()
    label = keeper.get(f"/{T}/experts").json["fields"][0]["label"]
    bad = send(keeper, "专家.xlsx", table([["甲", "import.jia", "某大学", "教授", label], ["乙", "大写X", "", "", "占星"]]), path)
    assert bad.status == 400 and [(e["row"], e["column"]) for e in bad.json["errors"]] == [(3, "C"), (3, "B"), (3, "E")], bad
    assert keeper.get(f"/{T}/experts?q=import.jia").json["experts"] == []
    good = send(keeper, "专家.xlsx", table([["甲", "import.jia", "某大学", "教授", label]]), path)
    assert good.status == 200 and good.json["count"] == 1, good
    twice = send(keeper, "专家.csv", f"姓名,登录名,任职单位,领域\n甲,import.jia,某大学,{label}\n".encode("gb18030"), path)
    assert twice.status == 400 and twice.json["errors"][0]["where"] == "第 2 行 B 列「登录名」", twice
    # a form without a file, as any other page sends it
    typed = keeper.form(path, {"with.lines": "乙，import.yi"})
    assert typed.status == 400 and [e["column"] for e in typed.json["errors"]] == ["C", "E"], typed
    assert send(unit(world), "专家.csv", b"a", path).status == 403


@pytest.mark.parametrize("script", [True, False])
def test_the_pages(world, script, tmp_path):
    window = Window(script)
    try:
        person = Person(window, world, world.holder_of("gz-luan-unit-rsj")).sign_in()
        person.go(f"/{T}/projects")
        person.press("成批导入")
        person.check_page(f"import_{script}")
        person.paper(f"import_{script}")
        folder = tmp_path / "up"
        folder.mkdir()
        (folder / "坏.csv").write_bytes(sheet([row(f"导入页{script}", total_investment="许多", city_money="也许"), row("导入页二", classified="是")]))
        (folder / "好.csv").write_bytes(sheet([row(f"导入页{script}")]))
        for name in ("坏.csv", "好.csv"):
            os.chmod(folder / name, 0o644)
        person.driver.find_element("id", "f-file").send_keys(str(folder / "坏.csv"))
        person.press_it(person.driver.find_element("css selector", "button[value=import]"))
        assert "有 3 处需要改正" in person.text() and "第 2 行" in person.text()
        person.check_page(f"import_faults_{script}")
        person.paper(f"import_faults_{script}")
        person.driver.find_element("id", "f-file").send_keys(str(folder / "好.csv"))
        person.press_it(person.driver.find_element("css selector", "button[value=try]"))
        assert "1 行都没有问题" in person.text()
        person.driver.find_element("id", "f-file").send_keys(str(folder / "好.csv"))
        person.press_it(person.driver.find_element("css selector", "button[value=import]"))
        assert "已导入 1 个项目" in person.text()
        person.check_page(f"import_done_{script}")
        keeper = Person(window, world, world.holder_of("gz-luan-competent")).sign_in()
        keeper.go(f"/{T}/experts/import")
        keeper.check_page(f"experts_import_{script}")
    finally:
        window.close()
