"""牡丹区 in 2024, and what became of its regulation: 立项, contract filing, filing upward with signed receipts, expiry."""

import roads
from walker import Walker, walked
from world import wait_until

T, UP = "mudan", "heze"
DAYS = {T: "2024-06-03T09:00", UP: "2024-06-03T09:00"}


def filing_state(w):
    rows = [f for f in w.view("competent")["filings"] if f["id"] == "city_filing"]
    return rows[-1]["state"] if rows else None


def inbox_item(world, title):
    def find():
        rows = world.sign_in(UP, "intake").rows(f"/{UP}/inbox?state=stored", "filings")
        return next((r for r in rows if r["title"] == title), None)
    return wait_until(f"{title} in the inbox", find, 30)


def decide(world, item, outcome, reasons=None):
    c = world.sign_in(UP, "intake")
    page = c.get(f"/{UP}/inbox/{item['sender']}/{item['id']}").json
    version = page["filing"]["row_version"]
    answer = c.post(f"/{UP}/inbox/{item['sender']}/{item['id']}", {"version": version, "outcome": outcome, "reasons": reasons or []})
    assert answer.status in (200, 303), answer


def test_without_ex_ante_evaluation_no_application(world):
    w = walked(world, T, "mzj", roads.mudan("未评估项目", "120"))
    w.refused("unit", "application.submit", "8")


def test_a_poor_evaluation_ends_it(world):
    w = walked(world, T, "mzj", roads.mudan("评估差项目", "120"), ("unit", "ex_ante_evaluation.record_poor"))
    w.refused("unit", "application.submit", "8")


def test_social_investment_is_approved_by_another_organ(world):
    for kind, name in (("government", "区发展和改革局"), ("social", "区行政审批服务局")):
        answer = world.sign_in(T, "unit", "mzj").post(f"/{T}/projects", {"go": "try", "facts": roads.mudan("投资性质", "120", investment_kind=kind)})
        step = next(p for p in answer.json["path"] if p["name"] == "投资立项审批")
        assert step["organ_name"] == name


def test_a_filing_goes_up_is_returned_mended_sent_again_and_accepted(world):
    w = Walker(world.sign_in, T, "mzj")
    title = "智慧养老服务监管平台建设项目"
    w.draft(roads.mudan(title, "368"))
    w.walk(roads.MUDAN_INITIATION)
    # pushed, and answered with the signed stored receipt
    wait_until("stored receipt", lambda: filing_state(w) == "stored", 30)
    item = inbox_item(world, title)
    decide(world, item, "returned", [{"item": "project_summary", "what": "建设内容请写明与市级平台的边界。"},
                                     {"kind": "document", "item": "application.construction_plan", "what": "方案补信息资源目录。"},
                                     {"item": "整份报送", "what": "请一并核对。"}])
    wait_until("returned", lambda: filing_state(w) == "returned", 30)
    row = [f for f in w.view("competent")["filings"] if f["id"] == "city_filing"][-1]
    assert [(r["kind"], r["item"], r["what"]) for r in row["reasons"]] == [
        ("fact", "project_summary", "建设内容请写明与市级平台的边界。"), ("document", "application.construction_plan", "方案补信息资源目录。"),
        ("", "整份报送", "请一并核对。")]
    mend_what_was_named(w)
    again = inbox_item(world, title)
    assert again["id"] != item["id"]
    the_bureau_sees_both_versions(world, item, again)
    decide(world, again, "accepted")
    wait_until("accepted", lambda: filing_state(w) == "accepted", 30)
    the_case_tells_what_was_mended(world, w)
    # both sides keep the same bytes and receipts
    sent = world.sql(f"gz_{T}", f"SELECT sm3, state FROM outbox WHERE title='{title}' ORDER BY created_at")
    received = world.sql(f"gz_{UP}", f"SELECT sm3, state FROM inbox WHERE title='{title}' ORDER BY received_at")
    assert sent == received and [s for _, s in sent] == ["returned", "accepted"]
    w.walk(roads.MUDAN_CONTRACT[:1])
    contract_within_ten_working_days(w)


MENDED = "建设区级养老服务监管系统；机构备案和补贴发放用市级平台的功能，不重复建设。"


def refused(w, organ, **with_):
    page = w.act_page(organ, "filing.send")
    answer = w.client(organ).post(f"{w.path}/acts/filing.send", {"version": page["project"]["version"], "with": {"filing": "city_filing", **with_}})
    assert answer.status == 422, answer
    return [(e.get("path", ""), e["article"]) for e in answer.json["errors"]]


def mend_what_was_named(w):
    """Only what the return names is open; a decided fact, another's hand, nothing at all are refused with the article."""
    page = w.act_page("competent", "filing.send")["act"]["mend"]
    assert [f["id"] for f in page["fields"]] == ["project_summary"] and [m["item"] for m in page["materials"]] == ["application.construction_plan"]
    assert refused(w, "competent", facts={"build_mode": "upgrade"}, note="改") == [("/facts/build_mode", "15")]
    assert refused(w, "competent", facts={"in_annual_plan": False}, note="改") == [("/facts/in_annual_plan", "15")]
    assert refused(w, "competent") == [("/with/reason", "15")]
    assert refused(w, "competent", facts={"project_summary": MENDED}) == [("/with/note", "15")]
    assert ("", "15") in refused(w, "unit", facts={"project_summary": MENDED}, note="改")
    assert w.client("competent").get(f"/{T}/home").json["tasks"][0]["act"] == "filing.send"
    w.upload("competent", "application", "construction_plan", "建设方案（补目录）.pdf")
    w.act("competent", "filing.send", facts={"project_summary": MENDED}, note="写明与市级平台的边界，方案补信息资源目录。")


def the_bureau_sees_both_versions(world, first, second):
    page = world.sign_in(UP, "intake").get(f"/{UP}/inbox/{second['sender']}/{second['id']}").json["filing"]
    assert page["note"] == "写明与市级平台的边界，方案补信息资源目录。" and page["version"] == 2
    assert page["previous"]["id"] == first["id"] and page["previous"]["state"] == "returned" and len(page["previous"]["reasons"]) == 3
    changed = {c["item"]: c for c in page["compared"] if c["is_changed"]}
    assert set(changed) == {"project_summary", "application.construction_plan"}, changed
    assert changed["project_summary"]["before"] == roads.MUDAN["project_summary"] and changed["project_summary"]["after"] == MENDED
    assert "建设方案（补目录）.pdf" in changed["application.construction_plan"]["after"]


def the_case_tells_what_was_mended(world, w):
    view = w.view("unit")
    event = next(e for e in view["timeline"] if e["what"] == "filing.send")
    assert event["name"] == "修改后重新上报" and event["articles"][0]["number"] == "15"
    assert [(c["before"], c["after"]) for c in event["changes"]][0] == (roads.MUDAN["project_summary"], MENDED)
    assert next(f["value"] for f in view["project"]["facts"] if f["id"] == "project_summary") == MENDED
    plan = [d for g in view["documents"] if g["procedure"] == "application" for d in g["items"] if d["name"].startswith(("建设方案", "项目建设方案"))]
    assert sorted(d["is_replaced"] for d in plan) == [False, True]
    row = world.sql(f"gz_{T}", "SELECT detail FROM audit WHERE what='project.act' AND result='ok' AND detail LIKE '%filing.send%'")
    assert len(row) == 1 and '"mended":["project_summary","application.construction_plan"]' in row[0][0], row


def test_a_filing_sent_again_unchanged_needs_a_reason_and_the_project_is_not_done_before_the_receipt(world):
    w = walked(world, T, "jtj", roads.mudan("原样重新上报", "60"), *roads.MUDAN_INITIATION)
    item = inbox_item(world, "原样重新上报")
    decide(world, item, "returned", [{"item": "", "what": "请核对建设内容。"}])
    wait_until("returned", lambda: filing_state(w) == "returned", 30)
    w.refused("competent", "filing.send")
    w.act("competent", "filing.send", reason="建设内容与批复一致，请复核。")
    again = inbox_item(world, "原样重新上报")
    page = world.sign_in(UP, "intake").get(f"/{UP}/inbox/{again['sender']}/{again['id']}").json["filing"]
    assert page["resend_reason"] == "建设内容与批复一致，请复核。" and not [c for c in page["compared"] if c["is_changed"]]
    row = next(f for f in w.view("competent")["filings"] if f["id"] == "city_filing")
    assert row["required_receipt"] == "decided" and row["received"] is False
    decide(world, again, "accepted")
    wait_until("accepted", lambda: filing_state(w) == "accepted", 30)
    assert next(f for f in w.view("competent")["filings"] if f["id"] == "city_filing")["received"] is True


def contract_within_ten_working_days(w):
    # signed on 3 June 2024; 10 June is 端午: the tenth working day is 18 June
    w.act("unit", "contract.record", amount="352.00", supplier="山东智汇信息技术有限公司", title="系统建设合同", signed_on="2024-06-03")
    duty = next(d for d in w.view("unit")["duties"] if d["id"] == "contract_filing")
    assert duty["due_on"] == "2024-06-18", duty
    w.act("unit", "contract_filing.submit")
    w.act("competent", "contract_filing.accept")
    assert next(d for d in w.view("unit")["duties"] if d["id"] == "contract_filing")["state"] == "done"


def test_a_project_gone_to_its_end_is_not_done_before_the_city_has_accepted_its_filing(world):
    w = walked(world, T, "jtj", roads.mudan("走完全程", "60"), *roads.MUDAN_INITIATION, *roads.MUDAN_CONTRACT, *roads.MUDAN_BUILD)
    item = inbox_item(world, "走完全程")
    try:
        world.clock(T, "2025-07-10T09:00")
        w.act("unit", "self_evaluation.submit")
        assert w.view("unit")["project"]["state"] == "running"
        decide(world, item, "accepted")
        wait_until("accepted", lambda: filing_state(w) == "accepted", 30)
        assert w.view("unit")["project"]["state"] == "done"
    finally:
        world.clock(T, "2024-06-03T09:00")


def test_without_the_responsibility_letter_no_contract(world):
    w = walked(world, T, "mzj", roads.mudan("无责任书", "60"), *roads.MUDAN_INITIATION)
    w.refused("unit", "contract.record", "14")


def test_after_the_last_day_new_applications_are_refused_and_running_projects_go_on_with_the_mark(world):
    running = walked(world, T, "mzj", roads.mudan("届满前申报", "60"), *roads.MUDAN_INITIATION[:2])
    world.clock(T, "2025-05-09T16:00")
    walked(world, T, "jtj", roads.mudan("最后一日申报", "60"), *roads.MUDAN_INITIATION[:2])
    world.clock(T, "2025-05-10T09:00")
    late = walked(world, T, "jtj", roads.mudan("届满后申报", "60"))
    late.refused("unit", "application.submit", "43")
    running.act("competent", "application.accept")
    seen = running.view("unit")
    assert "regulation_expired" in seen["project"]["marks"] and "2025-05-09" in str(seen["project"]["mark_text"])
    world.clock(T, "2024-06-03T09:00")
