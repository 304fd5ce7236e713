"""六安市 2025–2027: both owners sign one paper, four organs one record, the July round, a month of trial, the witness, the yearly filing."""
import re

from districts import luan, to_plan
from roads import FOUR

T = "luan"
DAYS = {T: None}


def one_paper(world, w):
    """Both owners sign one contract: over JSON the second says only what he has to add, and is told what he says otherwise."""
    whole = {"amount": "300.00", "signed_on": "2026-03-09", "accept_by": "2026-10-30", "supplier": "安徽云途科技有限公司", "title": "开发合同"}
    w.act("unit", "contract.record", **whole)
    assert world.sql("gz_luan", f"SELECT COUNT(*) FROM contract WHERE project={w.project}") == [["0"]]  # not before both have signed
    page = w.prepare("competent", "contract.record")
    c, checks = w.client("competent"), {x["id"]: True for x in page["act"]["checklist"]}

    def sign(**said):
        return c.post(f"{w.path}/acts/contract.record", {"version": page["project"]["version"], "with": {"checklist": checks, **said}})
    other = sign(amount="299.00", supplier="安徽云途科技有限公司")
    assert other.status == 422
    assert [(e["path"], "299.00" in e["message"] and "300.00" in e["message"]) for e in other.json["errors"]] == [("/with/amount", True)]
    assert world.sql("gz_luan", f"SELECT COUNT(*) FROM contract WHERE project={w.project}") == [["0"]]
    assert sign().status in (200, 201), "nothing to add"
    row = world.sql("gz_luan", f"SELECT name, supplier, amount, signed_on, ends_on IS NULL FROM contract WHERE project={w.project}")
    assert row == [["开发合同", "安徽云途科技有限公司", "300000000", "2026-03-09", "1"]], row
    view = w.view()
    last = next(e for e in view["timeline"] if e["what"] == "contract.record")  # the newest: dated by the paper, not by the day of the second hand
    assert last["at"] == "2026-03-09" and {"开发合同", "300.00 万元"} <= {d["value"] for d in last["detail"]}, last
    assert "300.00" in {m.get("amount") for m in view["money"]}, view["money"]


def by_form(w):
    """The same on a page: the sheet comes filled in, another word than the first one's is marked at its field."""
    w.act("unit", "construction.start", started_on="2026-03-10", supervisor="江淮信息监理公司")
    page = w.prepare("competent", "construction.start")
    written = {f"with.{f['id']}": f["value"] for f in page["act"]["fields"] if f.get("value")}
    assert written["with.supervisor"] == "江淮信息监理公司"
    form = {"csrf": page["csrf"], "version": page["project"]["version"], **written}
    c = w.client("competent")
    other = c.form(f"{w.path}/acts/construction.start", {**form, "with.supervisor": "另一家公司"}, accept="text/html")
    assert other.status == 422
    told = re.search(r'id="e-supervisor">(.*?)</p>', other.text, re.S).group(1)
    assert "另一家公司" in told and "江淮信息监理公司" in told, told
    done = c.form(f"{w.path}/acts/construction.start", form, accept="text/html")
    assert done.status == 303, done.text
    assert {"江淮信息监理公司"} <= {d["value"] for d in w.view()["timeline"][0]["detail"]}


def test_the_round_closes_after_the_last_day_of_july(world):
    world.clock(T, "2025-07-31T17:00")
    in_time = luan(world, "最后一日申报", "80.00")
    in_time.act("unit", "application.submit")
    world.clock(T, "2025-08-01T08:00")
    late = luan(world, "迟一日申报", "80.00", unit="rsj")
    late.refused("unit", "application.submit", "9", "14")


def test_a_county_is_referred_to_its_own_measures(world):
    world.clock(T, "2025-06-16T09:00")
    w = luan(world, "县区项目", "80.00", unit="jaq")
    w.refused("unit", "application.submit", "3", "27")


def test_a_small_project_goes_from_its_application_to_the_yearly_filing(world):
    world.clock(T, "2025-06-16T09:00")
    w = luan(world, "救助服务协同平台", "320.00")
    to_plan(world, w, "320.00")
    world.clock(T, "2026-01-20T09:00")
    w.signed(("competent", "unit"), "bundled_proposal.compile", bundle_number="2026年第1批")
    w.act("ndrc", "bundled_proposal.approve", approved_total="320.00")
    world.clock(T, "2026-03-10T09:00")
    one_paper(world, w)
    assert w.duty("acceptance_on_time")["due_on"] == "2026-10-30"
    # 320万元: in principle a supervisor
    w.refused("unit", "construction.start", "16", started_on="2026-03-10")
    by_form(w)
    world.clock(T, "2026-07-13T09:00")
    w.act("unit", "construction.complete", completed_on="2026-07-13")
    assert w.stage("construction") == "now"  # one owner alone does not complete it
    w.act("competent", "construction.complete", completed_on="2026-07-13")
    w.signed(("unit", "competent"), "software_tests.record")
    w.act("unit", "trial_run.start", started_on="2026-07-13")
    world.clock(T, "2026-08-12T09:00")
    w.refused("unit", "trial_run.finish", "19", ended_on="2026-08-12")
    world.clock(T, "2026-08-13T09:00")
    w.walk([("unit", "trial_run.finish", {"ended_on": "2026-08-13"}), ("unit", "acceptance_application.submit"),
            ("competent", "acceptance_application.agree")])
    w.refused("unit", "operation.start", "20", operated_on="2026-08-13")
    w.signed(("unit", "competent"), "acceptance.pass", accepted_on="2026-08-13", witness_proc="丁一", settled_total="300.00", surplus="20.00")
    assert w.duty("acceptance_on_time")["state"] == "done"
    assert w.duty("surplus_return")["state"] == "open"
    w.signed(("unit", "competent"), "operation.start", operated_on="2026-08-13")
    world.clock(T, "2027-01-11T09:00")
    assert w.duty("om_filing", "2026")["state"] == "open" and w.duty("om_filing", "2026")["due_on"] is None
    w.act("unit", "om_filing.submit", period="2026")
    w.act("competent", "om_filing.accept")
    assert w.duty("om_filing", "2026")["state"] == "done" and w.duty("om_filing", "2027")["state"] == "open"


def test_five_million_goes_its_own_way_and_one_yuan_less_does_not(world):
    world.clock(T, "2025-06-16T09:00")
    for wan, own in (("500.00", True), ("499.99", False)):
        w = luan(world, f"界限{wan}", wan)
        names = {s["procedure"] for s in w.view()["stages"]}
        assert ("own_proposal" in names, "bundled_proposal" in names) == (own, not own)


def test_not_sharing_data_is_not_approved(world):
    world.clock(T, "2025-06-16T09:00")
    w = luan(world, "不共享的项目", "600.00")
    w.walk([("unit", "application.submit"), ("competent", "application.pass")])
    world.clock(T, "2025-08-05T09:00")
    w.act("competent", "joint_review.argue", held_on="2025-08-04")
    w.signed(FOUR, "joint_review.record", plan_year="2026", reviewed_on="2025-08-05", reviewed_total="600.00", isolated="false", sharing_met="false")
    world.clock(T, "2025-12-22T09:00")
    w.signed(("competent", "finance"), "annual_plan.propose", plan_year="2026", plan_part="construction_plan")
    w.walk([("competent", "annual_plan.approve"), ("unit", "own_proposal.submit")])
    w.refused("ndrc", "own_proposal.approve", "8", approved_total="600.00")
    w.act("competent", "finding.find", integration_met="true", sharing_met="true", egov_network_met="true")
    w.act("ndrc", "own_proposal.approve", approved_total="600.00")
    assert w.stage("own_proposal") == "done"
