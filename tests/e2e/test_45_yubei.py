"""渝北区 in 2025: the 申报表 with its sums, three organs on one paper, 立项 for fixed assets, changes around 10 %, the yearly round of 运维."""
import roads
from walker import walked

T = "yubei"
REVIEWED = roads.YUBEI_APPLICATION + roads.YUBEI_REVIEW
DAYS = {T: "2025-02-10T09:00"}


def maintenance(title, year):
    facts = roads.yubei(title, "50", project_class="maintenance", maintenance_year=year, maintained_system="智慧停车管理平台", needs_procurement="true",
                  investment_mode="government_maintained")
    return {k: v for k, v in facts.items() if k not in ("build_mode", "phased", "fixed_asset_investment")}


def test_the_four_funds_must_make_the_total(world):
    w = walked(world, T, "cgj", roads.yubei("资金合计不符", "300"), ("unit", "application.write"))
    errors = w.refused("unit", "application.submit", "annex1", **dict(roads.YUBEI_FORM, budget_district="199.99"))
    assert any(x["path"] == "/with/budget_total" for x in errors), errors


def test_a_project_off_the_cloud_waits_for_an_exception(world):
    w = walked(world, T, "cgj", roads.yubei("不上云项目", "300", needs_cloud="false"), *REVIEWED[:2])
    w.refused("competent", "application.pass", "4")
    w.walk([("unit", "exemption.apply", {"kinds": ["cloud"]}), ("competent", "exemption.confirm", {"kinds": ["cloud"]})])
    w.act("competent", "application.pass")


def test_ndrc_finds_it_a_fixed_asset_and_it_goes_through_initiation(world):
    w = walked(world, T, "cgj", roads.yubei("智慧停车管理平台建设项目", "300"), *REVIEWED)
    w.act("ndrc", "expert_review.is_fixed_asset")
    w.walk(roads.YUBEI_ADOPTION)
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
    w = walked(world, T, "cgj", roads.yubei("评审意见不一致", "300"), *REVIEWED[:4])
    errors = w.refused("finance", "expert_review.organise", "7", held_on="2025-02-09", experts="三名信息化专家")
    assert any(x["path"] == "/with/held_on" for x in errors), errors


def test_acceptance_by_two_then_the_archive_and_only_then_use(world):
    w = walked(world, T, "cgj", roads.yubei("验收项目", "300"), *REVIEWED)
    w.act("ndrc", "expert_review.not_fixed_asset")
    w.walk(roads.YUBEI_ADOPTION)
    day = {"started_on": "2025-02-10", "completed_on": "2025-02-10", "accepted_on": "2025-02-10", "delivered_on": "2025-02-10"}
    w.walk([("unit", "contract.record", {"amount": "280", "signed_on": "2025-02-10"}), ("unit", "construction.start", day), ("unit", "construction.complete", day),
            ("unit", "acceptance.prepare"), ("unit", "acceptance.pass", day)])
    w.refused("unit", "operation.deliver", "14", **day)
    w.act("competent", "acceptance.pass", **day)
    assert w.duty("archive")["due_on"] == "2025-02-24"
    w.walk([("unit", "archive.submit"), ("competent", "archive.accept"), ("unit", "operation.deliver", day)])
    assert w.duty("archive")["state"] == "done"


def test_the_round_of_maintenance_ends_with_the_year(world):
    form = dict(roads.YUBEI_FORM, project_class="maintenance", budget_total="50", budget_city="0", budget_district="50")
    late = walked(world, T, "wjw", maintenance("2025年度运维", "2025"))
    late.refused("unit", "om_application.submit", "5", **form)
    late.walk([("unit", "round_reopening.request"), ("competent", "round_reopening.reopen")])
    late.act("unit", "om_application.submit", **form)
    early = walked(world, T, "wjw", maintenance("2026年度运维", "2026"))
    assert early.duty("om_application")["due_on"] == "2025-12-31"
    early.act("unit", "om_application.submit", **form)
