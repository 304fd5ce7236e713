"""渝北区 in 2025: the 申报表 with its sums, three organs on one paper, 立项 for fixed assets, changes around 10 %, the yearly round of 运维."""
from walker import walked

T = "yubei"
BUDGET = {"budget_total": "300", "budget_central": "0", "budget_city": "100", "budget_district": "200", "budget_own": "0"}
FORM = dict(BUDGET, filled_on="2025-02-10", period_from="2025-04", period_to="2025-12", project_class="build", procurement_class=["services", "goods"])
PANEL = {"held_on": "2025-02-10", "experts": "三名信息化专家"}


def build(title, **more):
    facts = {"project_name": title, "project_summary": "汇聚公共停车资源，提供泊位查询和诱导", "project_class": "build", "category": "business_system", "build_mode": "new",
             "investment_mode": "government", "classified": "false", "specially_regulated": "false", "phased": "false", "total_investment": "300", "fixed_asset_investment": "false",
             "needs_cloud": "true", "docks_exchange": "true", "uses_egov_network": "true", "builds_infrastructure": "false", "existing_network": "none"}
    return dict(facts, **more)


def maintenance(title, year):
    facts = build(title, project_class="maintenance", total_investment="50", maintenance_year=year, maintained_system="智慧停车管理平台", needs_procurement="true",
                  investment_mode="government_maintained")
    return {k: v for k, v in facts.items() if k not in ("build_mode", "phased", "fixed_asset_investment")}


REVIEWED = [("unit", "application.write"), ("unit", "application.submit", FORM), ("competent", "application.pass"),
            ("competent", "expert_review.organise", PANEL), ("finance", "expert_review.organise", PANEL), ("ndrc", "expert_review.organise", PANEL)]
ADOPTED = [("competent", "expert_review.advise"), ("competent", "expert_review.pass", {"opinion": "通过", "reviewed_total": "300"}),
           ("finance", "expert_review.pass", {"opinion": "通过", "reviewed_total": "300"}), ("ndrc", "expert_review.pass", {"opinion": "通过", "reviewed_total": "300"}),
           ("competent", "deliberation.present"), ("competent", "deliberation.adopt", {"approved_total": "300"})]
DAYS = {T: "2025-02-10T09:00"}


def test_the_four_funds_must_make_the_total(world):
    w = walked(world, T, "cgj", build("资金合计不符"), ("unit", "application.write"))
    errors = w.refused("unit", "application.submit", "annex1", **dict(FORM, budget_district="199.99"))
    assert any(x["path"] == "/with/budget_total" for x in errors), errors


def test_a_project_off_the_cloud_waits_for_an_exception(world):
    w = walked(world, T, "cgj", build("不上云项目", needs_cloud="false"), *REVIEWED[:2])
    w.refused("competent", "application.pass", "4")
    w.walk([("unit", "exemption.apply", {"kinds": ["cloud"]}), ("competent", "exemption.confirm", {"kinds": ["cloud"]})])
    w.act("competent", "application.pass")


def test_ndrc_finds_it_a_fixed_asset_and_it_goes_through_initiation(world):
    w = walked(world, T, "cgj", build("智慧停车管理平台建设项目"), *REVIEWED)
    w.act("ndrc", "expert_review.is_fixed_asset")
    w.walk(ADOPTED)
    signed = {"amount": "280", "signed_on": "2025-02-10"}
    w.refused("unit", "contract.record", "10", **signed)
    w.walk([("unit", "initiation.apply"), ("ndrc", "initiation.approve")])
    w.act("unit", "contract.record", **signed)
    # signed on Monday 10 February: seven working days end on the 19th
    assert w.duty("contract_filing")["due_on"] == "2025-02-19"
    w.walk([("unit", "contract_filing.submit"), ("competent", "contract_filing.accept")])
    # exactly a tenth is a change, one fen more is a new application
    w.refused("unit", "change.apply", "11(2)", amount="30.0001", new_total="330")
    w.walk([("unit", "change.apply", {"amount": "30", "new_total": "330"}), ("competent", "change.forward", {"new_total": "330"}), ("ndrc", "change.approve_fixed_asset", {"new_total": "330"})])
    w.act("unit", "contract.record", amount="50", signed_on="2025-02-10")


def test_three_organs_sign_one_paper(world):
    w = walked(world, T, "cgj", build("评审意见不一致"), *REVIEWED[:4])
    errors = w.refused("finance", "expert_review.organise", "7", held_on="2025-02-09", experts="三名信息化专家")
    assert any(x["path"] == "/with/held_on" for x in errors), errors


def test_acceptance_by_two_then_the_archive_and_only_then_use(world):
    w = walked(world, T, "cgj", build("验收项目"), *REVIEWED)
    w.act("ndrc", "expert_review.not_fixed_asset")
    w.walk(ADOPTED)
    day = {"started_on": "2025-02-10", "completed_on": "2025-02-10", "accepted_on": "2025-02-10", "delivered_on": "2025-02-10"}
    w.walk([("unit", "contract.record", {"amount": "280", "signed_on": "2025-02-10"}), ("unit", "construction.start", day), ("unit", "construction.complete", day),
            ("unit", "acceptance.prepare"), ("unit", "acceptance.pass", day)])
    w.refused("unit", "operation.deliver", "14", **day)
    w.act("competent", "acceptance.pass", **day)
    assert w.duty("archive")["due_on"] == "2025-02-24"
    w.walk([("unit", "archive.submit"), ("competent", "archive.accept"), ("unit", "operation.deliver", day)])
    assert w.duty("archive")["state"] == "done"


def test_the_round_of_maintenance_ends_with_the_year(world):
    form = dict(FORM, project_class="maintenance", budget_total="50", budget_city="0", budget_district="50")
    late = walked(world, T, "wjw", maintenance("2025年度运维", "2025"))
    late.refused("unit", "om_application.submit", "5", **form)
    late.walk([("unit", "round_reopening.request"), ("competent", "round_reopening.reopen")])
    late.act("unit", "om_application.submit", **form)
    early = walked(world, T, "wjw", maintenance("2026年度运维", "2026"))
    assert early.duty("om_application")["due_on"] == "2025-12-31"
    early.act("unit", "om_application.submit", **form)
