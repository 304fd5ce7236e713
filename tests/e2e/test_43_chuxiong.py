"""楚雄州 2025–2027: a county hands on to the prefecture and keeps the filings, grounds of refusal, the reserve, build first, change bands."""
import pytest
from districts import approved, chuxiong, reviewed, together
from roads import NO_GROUND
from walker import tasks_of

T = "chuxiong"
COUNTY = {"owner_area": "lufeng", "funding_sources": ["county"]}
DAYS = {T: None}


@pytest.fixture(autouse=True)
def june(world):
    world.clock(T, "2025-06-16T09:00")


def waits_with(world, organ, w):
    return any(w.project in t["href"] for t in tasks_of(world.sign_in(T, organ), T))


def test_a_county_project_is_approved_above_and_filed_at_home(world):
    w = chuxiong(world, "禄丰校园安全平台", "120.00", "lfs_jtj", **COUNTY)
    w.act("unit", "application.submit")
    assert [waits_with(world, o, w) for o in ("bureau_lufeng", "bureau_chuxiong", "competent")] == [True, False, False]
    w.refused("competent", "application.collect", "12")  # the prefecture does not hand it on; another county's bureau does not know of it
    assert world.sign_in(T, "bureau_chuxiong").get(w.path).status == 404
    w.act("bureau_lufeng", "application.collect")
    assert [waits_with(world, o, w) for o in ("bureau_lufeng", "competent")] == [False, True]
    w.act("competent", "application.pass", list_year="2025", **NO_GROUND)
    w.walk([("competent", "expert_review.invite"), ("competent", "expert_review.agree")])
    together(w, "yearly_list.include", list_year="2025", in_elevated_list="false")
    w.act("competent", "initiation.approve", approved_total="120.00", **NO_GROUND)
    assert w.stage("fund_plan") is None
    w.act("bureau_lufeng", "county_plan.decide")
    w.walk([("unit", "procurement_plan.draw_up", {"drawn_on": "2025-06-16"}), ("unit", "procurement_plan.report"), ("competent", "procurement_plan.accept")])
    w.act("unit", "contract.record", amount="100.00", signed_on="2025-06-16", covers_public_resources="false")
    w.walk([("unit", "contract_filing.submit"), ("bureau_lufeng", "contract_filing.accept")])
    assert w.duty("contract_filing")["state"] == "done"
    w.walk([("unit", "construction.start", {"started_on": "2025-06-16"}), ("unit", "construction.complete", {"completed_on": "2025-06-16"}),
            ("unit", "trial_run.start", {"started_on": "2025-06-16", "until": "2025-06-30"})])
    world.clock(T, "2025-06-30T09:00")
    w.refused("unit", "trial_run.finish", "25", finished_on="2025-06-30")
    world.clock(T, "2025-07-01T09:00")
    w.walk([("unit", "trial_run.finish", {"finished_on": "2025-07-01"}), ("unit", "acceptance.pass", {"accepted_on": "2025-07-01"}),
            ("unit", "acceptance_filing.submit"), ("bureau_lufeng", "acceptance_filing.accept"), ("unit", "operation.start", {"operated_on": "2025-07-01"})])
    assert w.duty("acceptance_filing")["state"] == "done"
    # the round of this year is over, the next one ends on 30 June
    w.refused("unit", "maintenance_application.submit", "31", period="")
    world.clock(T, "2026-06-30T17:00")
    w.act("unit", "maintenance_application.submit", period="")
    w.act("bureau_lufeng", "maintenance_application.include", performance_failed="false", in_superior_platform="false", must_stop="false", plan_year="2027")


def test_fifty_wan_is_approved_and_a_cent_less_is_filed(world):
    below = {"application_way": None, "below_procurement_limit": True, "in_central_catalogue": False}
    for wan, changes, way in (("50.00", {}, "initiation"), ("49.999999", below, "local_filing"),
                              ("20.00", {"execution_mode": "software_service"}, "initiation"),
                              ("19.999999", {"execution_mode": "software_service", **below}, "local_filing")):
        w = chuxiong(world, f"界限{wan}{len(changes)}", wan, **changes)
        assert w.stage(way) is not None and w.stage({"initiation": "local_filing", "local_filing": "initiation"}[way]) is None


def test_only_the_bureau_begins_a_public_project(world):
    w = chuxiong(world, "公共支撑平台", "120.00", business_nature="public")
    w.refused("unit", "application.submit", "12")
    w = chuxiong(world, "公共支撑平台（州级）", "120.00", "fgw", business_nature="public")
    w.act("unit", "application.submit")


def test_a_unit_below_a_department_does_not_apply(world):
    w = chuxiong(world, "下属单位项目", "120.00", "jtj_dj")
    w.refused("unit", "application.submit", "8")


def test_a_ground_of_refusal_and_its_exceptions(world):
    w = chuxiong(world, "自有机房扩建", "120.00", execution_mode="infrastructure", legal_demand=True)
    w.act("unit", "application.submit")
    room = {**NO_GROUND, "g2": "true", "list_year": "2025"}
    w.refused("competent", "application.pass", "15(2)", site_retained="false", exemption_confirmed="false", **room)
    w.act("competent", "application.pass", site_retained="false", exemption_confirmed="true", **room)
    assert w.stage("expert_review") == "now"


def test_the_reserve_lasts_two_years(world):
    w = chuxiong(world, "储备项目", "120.00")
    reviewed(w)
    together(w, "yearly_list.reserve")
    assert w.duty("reserve_rolling")["due_on"] == "2027-06-16"
    w.refused("competent", "yearly_list.leave", "5")
    world.clock(T, "2027-06-17T09:00")
    w.refused("competent", "yearly_list.include", "5", list_year="2027", in_elevated_list="false")
    w.act("competent", "yearly_list.leave")
    assert w.stage("yearly_list") == "failed"


def test_an_emergency_builds_first_and_files_its_papers_after(world):
    w = chuxiong(world, "山洪预警应急系统", "120.00", emergency=True, application_way=None)
    w.walk([("unit", "emergency_consent.submit"), ("competent", "emergency_consent.relay")])
    assert waits_with(world, "competent", w)  # who records the leader's word
    contract = {"amount": "90.00", "signed_on": "2025-06-16", "covers_public_resources": "false"}
    w.refused("unit", "contract.record", "6", **contract)
    w.act("competent", "emergency_consent.agree", consented_on="2025-06-16")
    w.act("unit", "contract.record", **contract)
    w.act("unit", "construction.start", started_on="2025-06-16")
    assert w.duty("emergency_papers")["state"] == "open" and w.duty("emergency_papers")["due_on"] is None
    reviewed(w)
    w.act("competent", "initiation.approve", approved_total="120.00", **NO_GROUND)
    assert w.duty("emergency_papers")["state"] == "done" and w.stage("initiation") == "done"


def test_ten_percent_is_reported_and_more_is_approved(world):
    w = chuxiong(world, "变更项目", "120.00")
    approved(w, "120.00")
    change = {"cause": "environment", "new_total": "120.00"}
    w.refused("unit", "change_report.report", "24", amount="12.01", **change)
    w.refused("unit", "change.submit", "24", amount="12.00", **change)
    w.act("unit", "change_report.report", amount="12.00", **change)
    w.act("competent", "change_report.accept")
    w.refused("unit", "change_report.report", "24", amount="0.01", **change)
    w.act("unit", "change.submit", amount="0.01", **change)
    w.act("competent", "change.approve")
    w.act("unit", "change_report.report", amount="12.00", **change)  # an approved change begins the count anew
