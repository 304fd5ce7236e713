"""The roads the demo and the tests walk: facts of example projects and the acts that follow each other."""

XINZHOU = {
    "project_summary": "建设业务管理、数据归集和统计分析功能，接入区级大数据平台。",
    "category": "business_system", "build_mode": "new", "classified": False, "in_annual_plan": True, "plan_item_number": "2025-031",
    "funding_source": "district_budget", "fixed_asset_linked": False, "technically_complex": False, "depth_reached": True,
    "builds_infrastructure": False, "design_institution": "湖北数智工程咨询有限公司", "design_qualification": "design_qualification",
    "trusted_products": "服务器、操作系统、数据库、中间件均在安全可靠测评结果名录内，清单见初步设计第六章。",
    "implementing_body": "信息中心", "responsible_person": "周启明",
}


def xinzhou(name, wan, **changes):
    return {**XINZHOU, "project_name": name, "total_investment": wan, **changes}


# 20万元 and more: technical review, approval, building, acceptance, operation, self-evaluation
XINZHOU_REVIEW = [
    ("unit", "technical_review.submit"),
    ("tech", "technical_review.accept"),
    ("tech", "technical_review.commission", {"agency": "武汉信息工程咨询有限公司"}),
    ("tech", "technical_review.report", {"conclusion": "方案可行，投资核定合理，同意通过第三方审查。"}),
    ("tech", "technical_review.pass", {"sharing_opinion": "信息资源共享分析篇（章）完整，共享目录明确。", "crypto_opinion": "密码应用方案符合要求。"}),
]
XINZHOU_APPROVAL = [
    ("unit", "initiation.submit"),
    ("approval", "initiation.accept"),
    ("approval", "initiation.approve", {"approved_content": "同意建设业务管理、数据归集、统计分析三部分内容。"}),
]
XINZHOU_MAJOR = [
    ("unit", "expert_review.agree"),
    ("unit", "leading_group_decision.submit"),
    ("approval", "leading_group_decision.agree"),
]
XINZHOU_BUILD = [
    ("unit", "project_setup.record"),
    ("unit", "contract.record", {"title": "应用软件开发合同", "supplier": "武汉云启科技有限公司"}),
    ("unit", "construction.start"),
    ("unit", "construction.complete"),
]
XINZHOU_ACCEPT = [
    ("unit", "pre_acceptance.submit"),
    ("tech", "pre_acceptance.confirm"),
    ("unit", "acceptance.apply"),
    ("approval", "acceptance.pass"),
    ("unit", "booking.record"),
    ("unit", "operation.start"),
]

MUDAN = {
    "project_summary": "建设全区养老服务监管系统，归集机构、床位、补贴数据，接入区一体化大数据平台。",
    "category": "business_system", "build_mode": "new", "classified": False, "in_annual_plan": True, "plan_item_number": "2024-07", "emergency": False,
    "investment_kind": "government", "new_spending": True, "develops_software": True, "produces_data": True, "builds_app": False,
    "smart_scene": False, "needs_cloud": True, "cross_department": False,
}


def mudan(name, wan, **changes):
    return {**MUDAN, "project_name": name, "total_investment": wan, **changes}


MUDAN_INITIATION = [
    ("unit", "ex_ante_evaluation.record"),
    ("unit", "application.submit"),
    ("competent", "application.accept"),
    ("competent", "central_review.commission", {"agency": "菏泽数字工程咨询有限公司"}),
    ("competent", "central_review.report"),
    ("competent", "central_review.approve"),
    ("finance", "budget_review.opinion"),
    ("competent", "project_library.include", {"budget_year": "2025"}),
    ("finance", "project_library.include", {"budget_year": "2025"}),
    ("competent", "project_library.feedback"),
    ("finance", "project_library.feedback"),
    ("unit", "initiation.submit"),
    ("ndrc", "initiation.approve"),
]
MUDAN_CONTRACT = [
    ("unit", "responsibility_letter.sign"),
    ("unit", "contract.record", {"title": "系统建设合同", "supplier": "山东智汇信息技术有限公司"}),
    ("unit", "contract_filing.submit"),
    ("competent", "contract_filing.accept"),
]
MUDAN_BUILD = [
    ("unit", "construction.start", {"supervisor": "菏泽信诚监理有限公司"}),
    ("unit", "construction.complete"),
    ("unit", "data_review.submit"),
    ("competent", "data_review.pass"),
    ("unit", "acceptance.pass"),
    ("unit", "acceptance_filing.submit"),
    ("competent", "acceptance_filing.accept"),
    ("unit", "archive_filing.submit"),
    ("competent", "archive_filing.accept"),
    ("unit", "data_platform.record"),
    ("competent", "data_platform.confirm"),
    ("unit", "operation.start"),
]


FOUR = ("competent", "finance", "ndrc", "crypto")  # of 六安
LUAN = {
    "project_summary": "建设困难群众救助申请、核对、发放的协同平台，接入江淮大数据中心六安市子平台。",
    "build_mode": "new", "city_money": True, "classified": False, "develops_software": True, "tests_in_budget": True, "needs_cloud": True,
}


def luan(name, wan, **changes):
    return {**LUAN, "project_name": name, "total_investment": wan, **changes}


# the July round, and what four organs write together after it
LUAN_APPLICATION = [("unit", "application.submit"), ("competent", "application.pass")]
LUAN_ARGUED = [("competent", "joint_review.argue", {"held_on": "2025-08-04"})]
LUAN_RECORD = [(organ, "joint_review.record", {"plan_year": "2026", "reviewed_on": "2025-08-05", "reviewed_total": "320.00", "isolated": "false"})
               for organ in FOUR]

CHUXIONG = {
    "project_summary": "建设报名、考试、发证一体的管理平台，与“数智楚雄”州级城市大脑对接。", "owner_area": "prefecture", "classified": False,
    "meets_standard": True, "public_data": True, "purchase_kind": "system_or_service", "existing_contract": False, "execution_mode": "software",
    "business_nature": "professional", "funding_sources": ["prefecture"], "civil_works": False, "emergency": False, "application_way": "annual",
    "cross_department": False, "cross_level": False, "needs_public_resources": False, "systems_before": 12, "systems_after": 11,
}
NO_GROUND = {f"g{i}": "false" for i in range(1, 11)}


def chuxiong(name, wan, **changes):
    return {**CHUXIONG, "project_name": name, "total_investment": wan, **changes}


# a county's project goes through its own bureau; the prefecture lists and approves
CHUXIONG_COUNTY = [("unit", "application.submit"), ("bureau_lufeng", "application.collect")]
CHUXIONG_REVIEW = [("competent", "application.pass", {"list_year": "2025", **NO_GROUND}), ("competent", "expert_review.invite"), ("competent", "expert_review.agree")]
CHUXIONG_APPROVAL = [(organ, "yearly_list.include", {"list_year": "2025", "in_elevated_list": "false"}) for organ in ("competent", "finance")] + [
    ("competent", "initiation.approve", {"approved_total": "120.00", **NO_GROUND})]

YUBEI = {
    "project_summary": "汇聚公共停车资源，提供泊位查询和诱导", "project_class": "build", "category": "business_system", "build_mode": "new",
    "investment_mode": "government", "classified": "false", "specially_regulated": "false", "phased": "false", "fixed_asset_investment": "false",
    "needs_cloud": "true", "docks_exchange": "true", "uses_egov_network": "true", "builds_infrastructure": "false", "existing_network": "none",
}
YUBEI_FORM = {
    "filled_on": "2025-02-10", "period_from": "2025-04", "period_to": "2025-12", "project_class": "build", "procurement_class": ["services", "goods"],
    "budget_total": "300", "budget_central": "0", "budget_city": "100", "budget_district": "200", "budget_own": "0",
}
YUBEI_PANEL = {"held_on": "2025-02-10", "experts": "三名信息化专家"}


def yubei(name, wan, **changes):
    return {**YUBEI, "project_name": name, "total_investment": wan, **changes}


# the two annexes, then three organs hold the experts' meeting together
YUBEI_APPLICATION = [("unit", "application.write"), ("unit", "application.submit", YUBEI_FORM)]
YUBEI_REVIEW = [("competent", "application.pass")] + [(organ, "expert_review.organise", YUBEI_PANEL) for organ in ("competent", "finance", "ndrc")]
YUBEI_ADOPTION = [("competent", "expert_review.advise")] + [(organ, "expert_review.pass", {"opinion": "通过", "reviewed_total": "300"}) for organ in ("competent", "finance", "ndrc")] + [
    ("competent", "deliberation.present"), ("competent", "deliberation.adopt", {"approved_total": "300"})]
