"""A project of 新洲区 under its own regulation, over the JSON twin: what the clerk sees before, and the whole road."""

import pytest
import roads
from walker import walked

T = "xinzhou"
DAYS = {T: "2026-09-24T09:00"}


def preview(world, facts, unit="jyj"):
    answer = world.sign_in(T, "unit", unit).post(f"/{T}/projects", {"go": "try", "facts": facts})
    assert answer.status == 200, answer
    return answer.json


def path_of(view):
    return [step["procedure"] for step in view["verdict"]["stages"]]


def articles(items):
    return {str(a["number"] if isinstance(a, dict) else a) for item in items for a in item["articles"]}


@pytest.mark.parametrize("wan, route", [("19.99", "self_filing"), ("20", "approval"), ("20.00", "approval"), ("299.99", "approval"), ("300", "approval")])
def test_the_amount_decides_the_route_on_both_sides_of_its_bound(world, wan, route):
    view = preview(world, roads.xinzhou("金额边界", wan))
    assert view["verdict"]["route"]["id"] == route
    assert "7" in {str(a) for a in view["verdict"]["route"]["articles"]} | articles([view["verdict"]["route"]])


def test_under_the_bound_it_is_a_filing_with_two_documents(world):
    view = preview(world, roads.xinzhou("小额备案", "19.99"))
    assert path_of(view)[0] == "filing" and "technical_review" not in path_of(view)
    required = [m for group in view["materials"] for m in group["items"] if m["required"]]
    assert [m["name"] for m in required] == ["项目实施方案", "数据资源目录"]


def test_from_the_bound_on_technical_review_and_approval_with_article_time_and_organ(world):
    view = preview(world, roads.xinzhou("技术审查", "20"))
    assert path_of(view)[:2] == ["technical_review", "initiation"]
    first = view["path"][0]
    assert first["organ_name"] == "区大数据中心" and "15" in first["limit_text"], first


@pytest.mark.parametrize("changes", [{"total_investment": "300"}, {"technically_complex": True}])
def test_large_or_complex_projects_pass_experts_and_the_leading_group_first(world, changes):
    facts = roads.xinzhou("重大项目", "86.50")
    facts.update(changes)
    steps = path_of(preview(world, facts))
    assert steps[:3] == ["expert_review", "leading_group_decision", "technical_review"], steps


def test_what_goes_with_a_fixed_asset_project_is_reviewed_and_filed_whatever_it_costs(world):
    view = preview(world, roads.xinzhou("随土建", "500", fixed_asset_linked=True))
    assert view["verdict"]["route"]["id"] == "fixed_asset"
    steps = path_of(view)
    assert "filing" in steps and "initiation" not in steps


def refusal(world, facts, unit="jyj", act="technical_review.submit"):
    w = walked(world, T, unit, facts)
    page = w.act_page("unit", act)
    answer = w.client("unit").post(f"{w.path}/acts/{act}", {"version": page["project"]["version"], "with": {}})
    assert answer.status == 422, answer
    return answer.json


def test_not_in_the_yearly_plan_no_approval(world):
    said = refusal(world, roads.xinzhou("计划外", "86.50", in_annual_plan=False))
    hit = [e for e in said["errors"] if "6" in e["article"].split(",")]
    assert hit and "列入年度" in hit[0]["message"] and hit[0]["mend"], said


def test_a_subordinate_unit_may_not_apply_itself(world):
    said = refusal(world, roads.xinzhou("二级单位", "86.50"), unit="jyj_xxzx")
    assert any("由主管单位" in e["message"] + e["mend"] for e in said["errors"]), said


def test_a_new_machine_room_is_refused(world):
    said = refusal(world, roads.xinzhou("新建机房", "86.50", builds_infrastructure=True, infrastructure_kinds=["machine_room"]))
    assert any("10" in e["article"].split(",") for e in said["errors"]), said


def test_a_classified_project_leaves_nothing_on_the_platform(world):
    c = world.sign_in(T, "unit", "jyj")
    before = world.sql(f"gz_{T}", "SELECT COUNT(*) FROM project")
    answer = c.post(f"/{T}/projects", {"facts": roads.xinzhou("绝密代号七号", "86.50", classified=True)})
    assert answer.status == 422 and any("24" in e["article"].split(",") for e in answer.json["errors"]), answer
    assert world.sql(f"gz_{T}", "SELECT COUNT(*) FROM project") == before
    for table in ("project", "event", "audit"):
        rows = world.sql(f"gz_{T}", f"SELECT * FROM {table}")
        assert not any("绝密代号七号" in cell for row in rows for cell in row), table


def test_centrally_bought_office_equipment_is_not_applicable_rather_than_refused(world):
    view = preview(world, roads.xinzhou("办公设备", "50", category="office_equipment_central"))
    assert view["verdict"]["outcome"] == "not_applicable"


def test_the_whole_road_of_a_project(world):
    w = walked(world, T, "jyj", roads.xinzhou("区域教育大数据平台", "412.60"), *roads.XINZHOU_MAJOR)
    w.act("unit", "technical_review.submit")
    seen = w.view("tech")
    assert seen["where"]["holder_name"] == "区大数据中心"

    # a correction: typed, with a last day; only what it names opens
    w.act("tech", "technical_review.ask_correction", correction=[{"item": "data_catalogue", "what": "目录缺少共享属性一栏，请补全。"}],
          until="2026-10-15", reason="数据资源目录不完整。")
    asked = w.view("unit")
    assert asked["corrections"]["items"][0]["what"] == "目录缺少共享属性一栏，请补全。" and asked["corrections"]["until"] == "2026-10-15"
    assert w.view("unit")["where"]["holder_name"] == "区教育局"
    w.upload("unit", "technical_review", "data_catalogue", "数据资源目录（补正）.pdf")
    w.act("unit", "technical_review.submit")

    # 受理 on Thursday 24 September: 25–27 is 中秋, 1–7 October is the holiday, 20 September and 10 October are worked
    w.act("tech", "technical_review.accept")
    duty = next(d for d in w.view("tech")["duties"] if d["id"] == "technical_opinion")
    assert duty["due_on"] == "2026-10-22", duty
    recount = w.client("tech").get(f"{w.path}/duties/technical_opinion?key={duty['key']}")
    assert recount.status == 200 and "国办发明电" in recount.text

    w.walk(roads.XINZHOU_REVIEW[2:4])
    # the opinion without its two content checks is refused, each check with its article
    errors = w.refused("tech", "technical_review.pass", checklist={"design_has_sharing_chapter": False, "design_has_crypto_plan": False})
    assert sum("11" in e["article"].split(",") for e in errors) >= 2, errors
    w.walk(roads.XINZHOU_REVIEW[4:])

    # another organ may not decide, and is told who may
    page = w.client("finance").get(f"{w.path}/acts/initiation.approve").json
    answer = w.client("finance").post(f"{w.path}/acts/initiation.approve", {"version": page["project"]["version"], "with": {}})
    assert answer.status in (403, 422) and "区行政审批局" in answer.text, answer

    w.walk(roads.XINZHOU_APPROVAL[:2])
    w.act("approval", "initiation.approve", approved_total="398.00", approved_content="同意建设。")
    paper = w.view("unit")["decisions"][-1]
    assert "〔2026〕" in paper["number"]
    letter = w.client("unit").page(paper["href"].replace("#", ""))
    assert letter.status == 200 and paper["number"] in letter.text and "叁佰玖拾捌万元整" in letter.text

    # a contract above what was approved is refused; one within is recorded
    w.act("unit", "project_setup.record")
    w.refused("unit", "contract.record", "14", amount="398.01", supplier="甲公司", title="开发合同")
    w.act("unit", "contract.record", amount="386.20", supplier="武汉云启科技有限公司", title="开发合同", signed_on="2026-09-24")
    w.act("unit", "construction.start", started_on="2026-09-24")
    world.clock(T, "2027-03-15T09:00")
    w.act("unit", "construction.complete", completed_on="2027-03-15")
    duty = next(d for d in w.view("unit")["duties"] if d["id"] == "acceptance_application")
    assert duty["due_on"] == "2027-09-15" and duty["provisional"], duty

    # acceptance before the four preconditions are confirmed is refused
    w.refused("unit", "acceptance.apply", "16")
    w.act("unit", "pre_acceptance.submit")
    w.refused("tech", "pre_acceptance.confirm", "16", checklist={"platform_docked": False})
    w.act("tech", "pre_acceptance.confirm")
    w.walk(roads.XINZHOU_ACCEPT[2:5])
    w.act("unit", "operation.start", operated_on="2027-03-15")

    # the self-evaluation window: month 12 to month 24
    duty = next(d for d in w.view("unit")["duties"] if d["id"] == "self_evaluation")
    assert (duty["opens_on"], duty["due_on"]) == ("2028-03-15", "2029-03-15"), duty
    world.clock(T, "2028-03-14T09:00")
    assert "2028-03-15" in str(w.refused("unit", "self_evaluation.submit"))
    world.clock(T, "2028-03-15T09:00")
    w.act("unit", "self_evaluation.submit")
    w.act("approval", "self_evaluation.accept")
    done = w.view("unit")
    assert any(s["name"] == "自评" and s["is_done"] for s in done["stages"]), done["stages"]
    times = [row["name"] for row in done["timeline"]]
    assert len(times) >= 25
