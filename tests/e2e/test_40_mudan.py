"""牡丹区 in 2024, and what became of its regulation: 立项, contract filing, filing upward with signed receipts, expiry."""
import sys

import pytest
from walker import Refused, Walker
from world import TOP, wait_until

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T, UP = "mudan", "heze"


@pytest.fixture(scope="module", autouse=True)
def day(world):
    world.clock(T, "2024-06-03T09:00")
    world.clock(UP, "2024-06-03T09:00")
    yield
    world.clock(T, "real")
    world.clock(UP, "real")


def walker(world, unit="mzj"):
    return Walker(lambda tenant, organ, unit: world.sign_in(tenant, organ, unit), T, unit)


def filing_state(w):
    rows = [f for f in w.view("competent")["filings"] if f["id"] == "city_filing"]
    return rows[-1]["state"] if rows else None


def inbox_item(world, title):
    def find():
        rows = world.sign_in(UP, "intake").get(f"/{UP}/inbox").json["filings"]
        return next((r for r in rows if r["title"] == title and r["state"] == "stored"), None)
    return wait_until(f"{title} in the inbox", find, 30)


def decide(world, item, outcome, reasons=None):
    c = world.sign_in(UP, "intake")
    page = c.get(f"/{UP}/inbox/{item['sender']}/{item['id']}").json
    version = page["filing"]["row_version"]
    answer = c.post(f"/{UP}/inbox/{item['sender']}/{item['id']}", {"version": version, "outcome": outcome, "reasons": reasons or []})
    assert answer.status in (200, 303), answer


def test_without_ex_ante_evaluation_no_application(world):
    w = walker(world)
    w.draft(roads.mudan("未评估项目", "120"))
    with pytest.raises(Refused) as e:
        w.act("unit", "application.submit")
    assert any("8" in x["article"].split(",") for x in e.value.answer.json["errors"])


def test_a_poor_evaluation_ends_it(world):
    w = walker(world)
    w.draft(roads.mudan("评估差项目", "120"))
    w.act("unit", "ex_ante_evaluation.record_poor")
    with pytest.raises(Refused) as e:
        w.act("unit", "application.submit")
    assert any("8" in x["article"].split(",") for x in e.value.answer.json["errors"])


def test_social_investment_is_approved_by_another_organ(world):
    for kind, name in (("government", "区发展和改革局"), ("social", "区行政审批服务局")):
        answer = world.sign_in(T, "unit", "mzj").post(f"/{T}/projects", {"go": "try", "facts": roads.mudan("投资性质", "120", investment_kind=kind)})
        step = next(p for p in answer.json["path"] if p["name"] == "投资立项审批")
        assert step["organ_name"] == name


def test_a_filing_goes_up_is_returned_mended_sent_again_and_accepted(world):
    w = walker(world)
    title = "智慧养老服务监管平台建设项目"
    w.draft(roads.mudan(title, "368"))
    w.walk(roads.MUDAN_INITIATION)
    # pushed, and answered with the signed stored receipt
    wait_until("stored receipt", lambda: filing_state(w) == "stored", 30)
    item = inbox_item(world, title)
    decide(world, item, "returned", [{"item": "project_summary", "what": "建设内容请写明与市级平台的边界。"}])
    wait_until("returned", lambda: filing_state(w) == "returned", 30)
    row = [f for f in w.view("competent")["filings"] if f["id"] == "city_filing"][-1]
    assert "建设内容请写明与市级平台的边界。" in str(row["reasons"])
    w.act("competent", "filing.send", filing="city_filing", note="已补充与市级平台的边界说明。")
    again = inbox_item(world, title)
    assert again["id"] != item["id"]
    decide(world, again, "accepted")
    wait_until("accepted", lambda: filing_state(w) == "accepted", 30)
    # both sides keep the same bytes and receipts
    sent = world.sql(f"gz_{T}", "SELECT sm3, state FROM outbox ORDER BY created_at")
    received = world.sql(f"gz_{UP}", "SELECT sm3, state FROM inbox ORDER BY received_at")
    assert sent == received and [s for _, s in sent] == ["returned", "accepted"]
    w.walk(roads.MUDAN_CONTRACT[:1])
    contract_within_ten_working_days(w)


def contract_within_ten_working_days(w):
    # signed on 3 June 2024; 10 June is 端午: the tenth working day is 18 June
    w.act("unit", "contract.record", amount="352.00", supplier="山东智汇信息技术有限公司", title="系统建设合同", signed_on="2024-06-03")
    duty = next(d for d in w.view("unit")["duties"] if d["id"] == "contract_filing")
    assert duty["due_on"] == "2024-06-18", duty
    w.act("unit", "contract_filing.submit")
    w.act("competent", "contract_filing.accept")
    assert next(d for d in w.view("unit")["duties"] if d["id"] == "contract_filing")["state"] == "done"


def test_without_the_responsibility_letter_no_contract(world):
    w = walker(world)
    w.draft(roads.mudan("无责任书", "60"))
    w.walk(roads.MUDAN_INITIATION)
    with pytest.raises(Refused) as e:
        w.act("unit", "contract.record")
    assert any("14" in x["article"].split(",") for x in e.value.answer.json["errors"])


def test_after_the_last_day_new_applications_are_refused_and_running_projects_go_on_with_the_mark(world):
    running = walker(world)
    running.draft(roads.mudan("届满前申报", "60"))
    running.walk(roads.MUDAN_INITIATION[:2])
    world.clock(T, "2025-05-09T16:00")
    last_day = walker(world, "jtj")
    last_day.draft(roads.mudan("最后一日申报", "60"))
    last_day.walk(roads.MUDAN_INITIATION[:2])
    world.clock(T, "2025-05-10T09:00")
    late = walker(world, "jtj")
    late.draft(roads.mudan("届满后申报", "60"))
    with pytest.raises(Refused) as e:
        late.act("unit", "application.submit")
    assert any("43" in x["article"].split(",") for x in e.value.answer.json["errors"]), e.value.answer.json
    running.act("competent", "application.accept")
    seen = running.view("unit")
    assert "regulation_expired" in seen["project"]["marks"] and "2025-05-09" in str(seen["project"]["mark_text"])
    world.clock(T, "2024-06-03T09:00")
