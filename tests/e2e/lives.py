"""The lives that are walked by test_86: a row a district, its road from the plan to the last evaluation, and the short ones.

A road is a list: a day, or a day with what the night opened, and acts. An act says who does it and, from the articles, on whose desk the
project lies afterwards: "office act name@last day/working days left", all of them and nobody else's; then the stage of the bar and the
article it must cite; "leader 批示" says that a leader is asked for his word. At: done at the browser, by the words on the desk; By: over the JSON twin; No: to be refused, by that article.
What else happens is a function of the walk.
"""
from dataclasses import dataclass, field, replace

from office import UP, C, L, M, X, Y, roads
from roads import FOUR
from world import wait_until

NOBODY = ""


@dataclass
class Act:
    who: str
    act: str
    desks: str
    stage: str = ""
    answers: dict = field(default_factory=dict)
    at_browser: bool = False
    refused: str = ""  # the article, where the act is to be refused


def By(who, act, desks, stage="", **answers):  # noqa: N802
    return Act(who, act, desks, stage, answers)


def At(who, act, desks, stage="", **answers):  # noqa: N802
    return Act(who, act, desks, stage, answers, at_browser=True)


def No(who, act, article, **answers):  # noqa: N802
    return Act(who, act, "", "", answers, refused=article)


@dataclass
class Life:
    """One row of the table: who applies for what where, which offices have desks there, how it goes and how it stands in the end."""
    tenant: str
    unit: str
    facts: dict
    offices: str
    start: str       # on the desks of a draft
    road: list
    ends: str = "running"


# ---- 新洲区 ----  (test_81 goes the middle of this road at the browser)

X_OFFICES = "tech approval finance ndrc crypto cac police audit"
X_REVIEW = [
    By("unit", "technical_review.submit", "tech 受理", "技术审查 12"),
    By("tech", "technical_review.accept", "tech 委托咨询评估单位@2026-10-22/15", "技术审查 12"),
    By("tech", "technical_review.commission", "tech 登记评估报告@2026-10-22/15", agency="武汉信息工程咨询有限公司"),
    By("tech", "technical_review.report", "tech 审查通过@2026-10-22/15", conclusion="方案可行，投资核定合理。"),
    By("tech", "technical_review.pass", "unit 申请立项", "立项审批 12", sharing_opinion="共享目录明确。", crypto_opinion="密码应用方案符合要求。"),
]
X_APPROVAL = [
    By("unit", "initiation.submit", "approval 受理", "立项审批 12"),
    By("approval", "initiation.accept", "approval 批复"),
    By("approval", "initiation.approve", "unit 登记实施机构和项目责任人", "确定实施机构和项目责任人 13", approved_content="同意建设三部分内容。"),
]
YEARLY = "unit 提交项目绩效评价报告@2026-12-31; unit 登记建设任务完成"
X_BUILD = [
    "2026-11-02",
    By("unit", "project_setup.record", "unit 登记开工", "建设 14"),
    By("unit", "contract.record", "unit 登记开工", title="应用软件开发合同", supplier="武汉云启科技有限公司", amount="386.20"),
    At("unit", "construction.start", YEARLY, "建设 14"),
    By("unit", "payment.record", YEARLY, amount="100"),
    "2026-12-21",
    At("unit", "annual_performance.submit", "unit 登记建设任务完成"),
]
X_LIFE = Life(X, "shj", roads.xinzhou("义务教育学位管理平台", "412.60"), X_OFFICES, "unit 登记论证通过", [
    "2026-09-24",
    At("unit", "expert_review.agree", "unit 报请研究决策", "领导小组研究决策 8"),
    At("unit", "leading_group_decision.submit", "approval 登记同意建设的决策; leader 批示"),
    By("approval", "leading_group_decision.agree", "unit 送审", "技术审查 12"),
    *X_REVIEW, *X_APPROVAL, *X_BUILD,
    ("2027-03-15", "unit 登记建设任务完成; unit 提交项目绩效评价报告@2027-12-31"),
    By("unit", "annual_performance.submit", "unit 登记建设任务完成"),
    At("unit", "construction.complete", "unit 报请确认; unit 申请验收评估@2027-09-15", "验收前确认 16"),
    At("unit", "pre_acceptance.submit", "tech 确认可以组织验收; unit 申请验收评估@2027-09-15", surplus="5", settlement_amount="380"),
    At("tech", "pre_acceptance.confirm", "unit 申请验收评估@2027-09-15", "验收评估 16"),
    By("unit", "acceptance.apply", "approval 通过验收"),
    At("approval", "acceptance.pass", "unit 登记资产入账; unit 登记投入运行; unit 登记结余资金退回", "投入运行 17"),
    By("unit", "booking.record", "unit 登记投入运行; unit 登记结余资金退回"),
    At("unit", "operation.start", "unit 登记结余资金退回"),
    At("unit", "surplus_return.record", NOBODY, amount="5"),
    ("2028-03-14", NOBODY),  # the window of 12 to 24 months is not open yet
    ("2028-03-15", "unit 报送自评报告备案@2029-03-15"),
    At("unit", "self_evaluation.submit", "approval 予以备案", "自评 17"),
    By("approval", "self_evaluation.accept", "approval 委托第三方专业机构; finance 委托第三方专业机构", "建设效果评价 17"),
    By("approval", "effect_evaluation.commission", "finance 委托第三方专业机构"),
    At("finance", "effect_evaluation.commission", "approval 登记评价报告"),
    By("approval", "effect_evaluation.report", "approval 形成评价结论; finance 形成评价结论"),
    At("approval", "effect_evaluation.conclude", "finance 形成评价结论", "建设效果评价 18"),
    At("finance", "effect_evaluation.conclude", NOBODY),
], ends="done")

# ---- 牡丹区 ----


def sent_up(w, state="stored"):
    """The receipt of the bureau above changes the case; who has its page open would be told so."""
    wait_until(f"the receipt {state}", lambda: next(f for f in w.view("competent")["filings"] if f["id"] == "city_filing")["state"] == state, 30)


def city_accepts(w):
    """The initiation is on the desk of the bureau above; what it accepts is off that desk."""
    w.world.clock(UP, w.today + "T09:00")
    bureau = w.world.sign_in(UP, "intake")

    def waits():
        return next((f for f in bureau.rows(f"/{UP}/inbox?state=stored", "filings") if f["title"] == w.title), None)
    item = wait_until("the filing on the desk of the bureau above", waits, 30)
    assert bureau.get(f"/{UP}/home").json["inbox"]["counts"]["stored"] >= 1
    path = f"/{UP}/inbox/{item['sender']}/{item['id']}"
    answer = bureau.post(path, {"version": bureau.get(path).json["filing"]["row_version"], "outcome": "accepted", "reasons": []})
    assert answer.status in (200, 303), answer
    assert waits() is None
    sent_up(w, "accepted")


M_OFFICES = "competent finance ndrc approval crypto cac police audit"
POOL = "; competent 列入项目库@2024-12-31"
M_EXAMINE = [
    At("unit", "ex_ante_evaluation.record", "unit 提交申报", "申报 9"),
    At("unit", "application.submit", "competent 受理" + POOL, "申报 9"),
    By("competent", "application.accept", "competent 组织第三方机构评审" + POOL, "立项评审 10"),
    By("competent", "central_review.commission", "competent 登记第三方评审报告" + POOL, agency="菏泽数字工程咨询有限公司"),
    By("competent", "central_review.report", "competent 同意立项" + POOL),
    At("competent", "central_review.approve", "unit 申请投资立项" + POOL, "投资立项审批 4"),
]
M_POOL = [
    By("finance", "budget_review.opinion", "unit 申请投资立项" + POOL),
    By("competent", "project_library.include", "unit 申请投资立项; finance 列入项目库", budget_year="2025"),
    By("finance", "project_library.include", "unit 申请投资立项; competent 反馈下一年度项目建设计划; finance 反馈下一年度项目建设计划", budget_year="2025"),
    By("competent", "project_library.feedback", "unit 申请投资立项; finance 反馈下一年度项目建设计划"),
    By("finance", "project_library.feedback", "unit 申请投资立项"),
]
QUARTER = "; unit 报送项目建设进度和资金执行情况@2024-03-31"
SECOND = "; unit 报送项目建设进度和资金执行情况@2024-06-30"
M_TO_CONTRACT = [
    At("unit", "initiation.submit", "ndrc 批复", "投资立项审批 4"),
    At("ndrc", "initiation.approve", "unit 签订《项目建设主体责任书》" + QUARTER, "项目建设主体责任书 14"),
    sent_up,
    By("unit", "progress_report.submit", "unit 签订《项目建设主体责任书》", spent="0"),
    ("2024-04-08", "unit 签订《项目建设主体责任书》" + SECOND),
    At("unit", "responsibility_letter.sign", "unit 登记开工" + SECOND, "建设 21"),
    At("unit", "contract.record", "unit 登记开工; unit 报送合同备案@2024-04-22/10" + SECOND, title="系统建设合同", supplier="山东智汇信息技术有限公司"),
]
M_FILED = [
    By("unit", "contract_filing.submit", "unit 登记开工; competent 予以备案" + SECOND),
    By("competent", "contract_filing.accept", "unit 登记开工" + SECOND),
    "2024-05-13",
    At("unit", "construction.start", "unit 登记建设任务完成" + SECOND, "建设 21", supervisor="菏泽信诚监理有限公司"),
    By("unit", "payment.record", "unit 登记建设任务完成" + SECOND, amount="90"),
    By("unit", "progress_report.submit", "unit 登记建设任务完成", spent="90"),
]
DATA, ACCEPT = "; unit 登记数据纳入平台", "; unit 登记验收通过@2024-12-16"
M_LIFE = Life(M, "mzj", roads.mudan("养老服务补贴监管平台", "368"), M_OFFICES, "unit 登记评估结果为优、良或者中", [
    "2024-03-04", *M_EXAMINE, *M_POOL, *M_TO_CONTRACT, *M_FILED, city_accepts,
    "2024-06-14",
    At("unit", "construction.complete", "unit 申请数据资源审核" + DATA + ACCEPT, "数据资源审核 27"),
    By("unit", "data_review.submit", "competent 审核通过" + DATA + ACCEPT),
    At("competent", "data_review.pass", DATA + ACCEPT, "竣工验收 28"),
    At("unit", "acceptance.pass", "unit 登记投入使用; unit 报送验收备案; unit 报送电子档案备案" + DATA, "投入使用 29"),
    By("unit", "acceptance_filing.submit", "unit 登记投入使用; competent 予以备案; unit 报送电子档案备案" + DATA),
    By("competent", "acceptance_filing.accept", "unit 登记投入使用; unit 报送电子档案备案" + DATA),
    By("unit", "archive_filing.submit", "unit 登记投入使用; competent 予以备案" + DATA),
    By("competent", "archive_filing.accept", "unit 登记投入使用" + DATA),
    By("unit", "data_platform.record", "unit 登记投入使用; competent 确认数据已纳入平台", "数据纳入区一体化大数据平台 32"),
    By("competent", "data_platform.confirm", "unit 登记投入使用"),
    At("unit", "operation.start", NOBODY),
    ("2025-06-13", NOBODY),
    ("2025-06-14", "unit 报送自评价报告@2026-06-15"),  # a Sunday: the last day of 24 months moves to the Monday
    At("unit", "self_evaluation.submit", NOBODY),  # a post-evaluation may be commissioned, nobody is bound to
    At("competent", "post_evaluation.commission", "competent 登记后评价结果", "绩效后评价 31"),
    At("competent", "post_evaluation.report", NOBODY),
], ends="done")

# ---- 六安市 ----

L_OFFICES = "competent finance ndrc crypto proc audit"


def each(offices, words):
    return "; ".join(f"{o} {words}" for o in offices)


L_APPLY = [At("unit", "application.submit", "competent 初审通过", "项目申报和初审 12"),
           By("competent", "application.pass", "competent 登记专家论证意见", "集中审查论证 12"),
           ("2025-08-05", "competent 登记专家论证意见@2025-08-31"),
           At("competent", "joint_review.argue", each(FOUR, "签署审查论证记录表，同意@2025-08-31"), "集中审查论证 12", held_on="2025-08-04")]
L_SIGN = [At("competent", "joint_review.record", each(FOUR[1:], "签署审查论证记录表，同意@2025-08-31"), plan_year="2026", reviewed_on="2025-08-05", reviewed_total="320.00", isolated="false"),
          By("finance", "joint_review.record", each(FOUR[2:], "签署审查论证记录表，同意@2025-08-31")),
          By("ndrc", "joint_review.record", each(FOUR[3:], "签署审查论证记录表，同意@2025-08-31")),
          By("crypto", "joint_review.record", each(FOUR[:2], "提出年度实施计划、资金安排"), "列入年度实施计划 13")]
BEGIN = "; unit 登记开始实施@2026-12-31"
TWO = ("unit", "competent")
L_PLAN = ["2025-12-22",
          At("competent", "annual_plan.propose", "finance 提出年度实施计划、资金安排", plan_year="2026", plan_part="construction_plan", arranged="320"),
          By("finance", "annual_plan.propose", "competent 登记市政府批准; leader 批示"),
          At("competent", "annual_plan.approve", each(TWO, "打捆编制项目建议书并报批") + "; ndrc 登记列入市本级政府性投资项目计划" + BEGIN, "打捆项目建议书审批 9", plan_item_number="2026年第9项")]
L_PROPOSAL = ["2026-01-20",
              By("competent", "bundled_proposal.compile", "unit 打捆编制项目建议书并报批; ndrc 登记列入市本级政府性投资项目计划" + BEGIN, bundle_number="2026年第1批"),
              By("unit", "bundled_proposal.compile", "ndrc 批复; ndrc 登记列入市本级政府性投资项目计划" + BEGIN),
              At("ndrc", "bundled_proposal.approve", "competent 登记开始实施; ndrc 登记列入市本级政府性投资项目计划" + BEGIN, "建设实施 15", approved_total="320.00"),
              By("ndrc", "investment_plan.list", "competent 登记开始实施" + BEGIN)]
ON_TIME = "; unit 登记竣工验收合格，出具验收报告@2026-10-30; unit 申请延期验收@2026-10-30"
L_CONTRACT = ["2026-03-10",
              By("unit", "contract.record", "competent 登记签订合同; competent 登记开始实施" + BEGIN, amount="300.00", signed_on="2026-03-09", accept_by="2026-10-30",
                 supplier="安徽云途科技有限公司", title="开发合同"),
              At("competent", "contract.record", "competent 登记开始实施" + BEGIN + ON_TIME)]
L_START = [By("unit", "construction.start", "competent 登记开始实施" + ON_TIME, started_on="2026-03-10", supervisor="江淮信息监理公司"),
           By("competent", "construction.start", each(TWO, "登记建设完成") + ON_TIME, "建设实施 15")]
L_TRIAL = ["2026-07-13",
           By("unit", "construction.complete", "competent 登记建设完成" + ON_TIME, completed_on="2026-07-13"),
           At("competent", "construction.complete", "unit 登记开始试运行" + ON_TIME, "试运行 19"),
           By("unit", "software_tests.record", "unit 登记开始试运行; competent 登记完成系统测评和网络安全等级保护工作（含密评）" + ON_TIME),
           By("competent", "software_tests.record", "unit 登记开始试运行" + ON_TIME),
           At("unit", "trial_run.start", ON_TIME, "试运行 19", started_on="2026-07-13"),
           ("2026-08-12", ON_TIME),  # not less than a month
           ("2026-08-13", "unit 登记试运行结束，形成试运行报告" + ON_TIME)]
L_READY = [
    At("unit", "trial_run.finish", "unit 提出竣工验收申请" + ON_TIME, "竣工验收申请 19", ended_on="2026-08-13"),
    By("unit", "acceptance_application.submit", "competent 审核同意" + ON_TIME),
    At("competent", "acceptance_application.agree", "competent 登记竣工验收合格，出具验收报告" + ON_TIME, "竣工验收 19"),
]
AFTER = "; unit 登记安全评估结果; unit 报送年度运维情况备案"
L_LIFE = Life(L, "mzj", roads.luan("困难群众救助协同平台", "320.00"), L_OFFICES, "unit 提交申报@2025-07-31", [
    "2025-06-16", *L_APPLY, *L_SIGN, *L_PLAN, *L_PROPOSAL, *L_CONTRACT, *L_START, *L_TRIAL, *L_READY,
    By("unit", "acceptance.pass", "competent 登记竣工验收合格，出具验收报告; unit 申请延期验收@2026-10-30", accepted_on="2026-08-13", witness_proc="丁一", settled_total="300.00", surplus="20.00"),
    At("competent", "acceptance.pass", each(TWO, "登记正式投入使用") + "; unit 登记结余资金退回", "正式投入使用 20"),
    By("unit", "operation.start", "competent 登记正式投入使用; unit 登记结余资金退回", operated_on="2026-08-13"),
    At("competent", "operation.start", each(TWO, "登记运行维护管理制度") + "; unit 登记结余资金退回" + AFTER),
    By("unit", "surplus_return.record", each(TWO, "登记运行维护管理制度") + AFTER, amount="20"),
    By("competent", "om_system.record", "unit 登记运行维护管理制度" + AFTER, "运行维护管理制度 21"),
    By("unit", "om_system.record", AFTER),
    "2027-01-11",
    At("unit", "om_filing.submit", "competent 予以备案" + AFTER, "年度运维情况备案 21", period="2026"),
    By("competent", "om_filing.accept", AFTER),
    At("competent", "evaluation.commission", "competent 登记绩效评估报告" + AFTER, "绩效评估 23"),
    By("competent", "evaluation.report", "competent 形成绩效评估结果" + AFTER),
    At("competent", "evaluation.conclude", AFTER),
], ends="done")

# ---- 楚雄州 ----

C_OFFICES = "competent finance cac police crypto audit bureau_lufeng bureau_chuxiong"
BOTH = ("competent", "finance")
C_LIST = [By("competent", "yearly_list.include", "finance 列入本年度拟实施的项目清单", list_year="2025", in_elevated_list="false"),
          At("finance", "yearly_list.include", "competent 出具项目立项批复", "报批立项 16", list_year="2025", in_elevated_list="false")]
C_REVIEW = [At("competent", "application.pass", "competent 邀请相关领域专家评审", "组织评审 16", list_year="2025", **roads.NO_GROUND),
            By("competent", "expert_review.invite", "competent 登记专家评审意见：同意"),
            At("competent", "expert_review.agree", each(BOTH, "列入本年度拟实施的项目清单"), "列入本年度拟实施的项目清单 5")]
C_APPROVED = At("competent", "initiation.approve", "unit 登记开始实施", "实施 23", approved_total="120.00", **roads.NO_GROUND)
FUNDS = "; unit 提出下一年度运维经费申请@2026-06-30"
C_LIFE = Life(C, "lfs_jtj", roads.chuxiong("县级校园安全管理平台", "120.00", owner_area="lufeng", funding_sources=["county"]), C_OFFICES, "unit 提交立项申请", [
    "2025-06-16",
    At("unit", "application.submit", "bureau_lufeng 统一向州发展改革委（州数据局）申报", "立项申请和初审 16"),
    At("bureau_lufeng", "application.collect", "competent 初审通过，纳入当年的待评审项目清单", "立项申请和初审 16"),
    *C_REVIEW, *C_LIST, C_APPROVED,
    "2025-07-14",
    By("bureau_lufeng", "county_plan.decide", "unit 登记开始实施"),
    By("unit", "procurement_plan.draw_up", "unit 登记开始实施; unit 向州发展改革委（州数据局）报备采购方案"),
    By("unit", "procurement_plan.report", "unit 登记开始实施; competent 收到报备", "采购方案报备 19"),
    By("competent", "procurement_plan.accept", "unit 登记开始实施"),
    At("unit", "contract.record", "unit 登记开始实施; unit 报送采购文件与合同备案", title="平台建设合同", supplier="云岭数科有限公司", amount="110", covers_public_resources="false"),
    By("unit", "contract_filing.submit", "unit 登记开始实施; bureau_lufeng 予以备案"),
    By("bureau_lufeng", "contract_filing.accept", "unit 登记开始实施"),
    At("unit", "construction.start", "unit 登记建成或者实施完成", "实施 23"),
    "2025-10-13",
    By("unit", "construction.complete", "unit 登记开始试运行; unit 登记对接、数据共享和数据资源目录", "试运行 25"),
    At("unit", "trial_run.start", "unit 登记对接、数据共享和数据资源目录", until="2025-11-13"),
    By("unit", "docking.record", "bureau_lufeng 确认完成", "与“数智楚雄”州级城市大脑对接 9"),
    By("bureau_lufeng", "docking.confirm", NOBODY),
    ("2025-11-13", NOBODY),  # the trial lasts to the end of this day
    ("2025-11-14", "unit 登记试运行期满"),
    At("unit", "trial_run.finish", "unit 登记验收通过", "验收 25"),
    At("unit", "acceptance.pass", "unit 登记投入运行; unit 报送验收备案", "运行维护 26"),
    By("unit", "acceptance_filing.submit", "unit 登记投入运行; bureau_lufeng 予以备案", "验收备案 25"),
    By("bureau_lufeng", "acceptance_filing.accept", "unit 登记投入运行"),
    At("unit", "operation.start", NOBODY),
    By("unit", "surplus.establish", "unit 缴回财政并报备案", amount="4"),
    By("unit", "surplus.return", "bureau_lufeng 予以备案", "项目净结余资金缴回 33", amount="4"),
    By("bureau_lufeng", "surplus.accept", NOBODY),
    ("2026-01-19", "unit 报送绩效目标执行情况自评" + FUNDS),
    At("unit", "self_evaluation.submit", each(BOTH, "收到自评") + FUNDS, "年度绩效自评 30"),
    By("finance", "self_evaluation.receive", "competent 收到自评" + FUNDS),
    At("competent", "self_evaluation.receive", FUNDS),
    At("finance", "key_evaluation.no_problem", "competent 登记评价结果：没有需要整改的问题" + FUNDS, "重点绩效评价 30"),
    By("competent", "key_evaluation.no_problem", FUNDS),
], ends="done")

# ---- 渝北区 ----

Y_OFFICES = "competent finance ndrc cac audit"
THREE = ("competent", "finance", "ndrc")
Y_APPLY = [At("unit", "application.write", "unit 申报建设需求", "申报建设需求和初步审核 6"),
           At("unit", "application.submit", "competent 通过初步审核", **roads.YUBEI_FORM)]
Y_REVIEW = [At("competent", "application.pass", each(THREE, "组织相关领域信息化专家评审"), "专家评审 7"),
            By("competent", "expert_review.organise", each(THREE[1:], "组织相关领域信息化专家评审"), **roads.YUBEI_PANEL),
            By("finance", "expert_review.organise", each(THREE[2:], "组织相关领域信息化专家评审"), **roads.YUBEI_PANEL),
            By("ndrc", "expert_review.organise", "ndrc 认定属于固定资产投资建设", **roads.YUBEI_PANEL)]


def y_opinions(total):
    return [By("competent", "expert_review.advise", each(THREE, "评审通过")),
            At("competent", "expert_review.pass", each(THREE[1:], "评审通过"), "专家评审 7", reviewed_total=total, opinion="通过"),
            By("finance", "expert_review.pass", each(THREE[2:], "评审通过"), reviewed_total=total, opinion="通过"),
            At("ndrc", "expert_review.pass", "competent 按区委、区政府议事规则提请研究审议", "提请审议 7", reviewed_total=total, opinion="通过"),
            By("competent", "deliberation.present", "competent 登记审议通过; leader 批示")]


Y_KIND = By("ndrc", "expert_review.not_fixed_asset", "competent 登记专家意见")
Y_ADOPTED = At("competent", "deliberation.adopt", "unit 登记开始建设", "建设 13", approved_total="300")
Y_CONTRACT = ["2025-03-10",
              By("finance", "budget.arrange", "unit 登记开始建设", year="2025", amount="300"),
              At("unit", "contract.record", "unit 登记开始建设; unit 报送合同复印件备案@2025-03-19/7", title="平台建设合同", supplier="渝科信息有限公司", amount="280")]
ADVICE = "; competent 会同有关部门组织专家评价"
Y_LIFE = Life(Y, "cgj", roads.yubei("停车资源汇聚平台", "300"), Y_OFFICES, "unit 填写项目需求说明", [
    "2025-02-10", *Y_APPLY, *Y_REVIEW, Y_KIND, *y_opinions("300"), Y_ADOPTED, *Y_CONTRACT,
    By("unit", "contract_filing.submit", "unit 登记开始建设; competent 予以备案"),
    By("competent", "contract_filing.accept", "unit 登记开始建设"),
    At("unit", "construction.start", "unit 登记项目建设完成", "建设 13"),
    By("unit", "payment.record", "unit 登记项目建设完成", amount="90"),
    "2025-07-14",
    At("unit", "construction.complete", "unit 提请会同验收" + ADVICE, "验收 14"),
    By("unit", "acceptance.prepare", each(TWO, "通过验收") + ADVICE, contract_amount="280"),
    At("unit", "acceptance.pass", "competent 通过验收" + ADVICE, "验收 14", contract_amount="280"),
    At("competent", "acceptance.pass", "unit 登记正式交付使用; unit 报送电子文档存档@2025-07-28/10" + ADVICE, "正式交付使用 14", contract_amount="280"),
    By("unit", "archive.submit", "unit 登记正式交付使用; competent 存档备查" + ADVICE),
    By("competent", "archive.accept", "unit 登记正式交付使用" + ADVICE),
    At("unit", "operation.deliver", ADVICE),
    "2026-02-09",
    At("competent", "evaluation.organise_experts", "competent 登记评价报告", "综合评价 17"),
    By("competent", "evaluation.report", "competent 形成评价结果"),
    At("competent", "evaluation.conclude", NOBODY),
], ends="done")

LIVES = [X_LIFE, M_LIFE, L_LIFE, C_LIFE, Y_LIFE]


# ---- the short ones: what went before is gone quickly ----

def quick(*road):
    """The same acts over the JSON twin, no desk looked at: another walk has."""
    return [replace(a, at_browser=False, desks=None, stage="") if isinstance(a, Act) else a[0] if isinstance(a, tuple) else a for a in road]


def short(life, start, road, ends="running", name="", **changes):
    return replace(life, facts={**life.facts, "project_name": f"{life.facts['project_name']}（{name}）", **changes}, start=start, road=road, ends=ends)


def is_late(duty, act):
    """Overdue on the desk, a red card beside it, on the list of who supervises; done all the same, and marked."""
    def look(w):
        who, name, due = next(row for row in w.before if row[1] == act and row[2])
        w.late = duty
        assert w.desks()[who, name, due]["is_overdue"] and w.client(who).get(f"/{w.tenant}/home").json["red_count"] >= 1
        p = w.person(who).go(f"/{w.tenant}/home")
        assert "红牌" in p.section("到期提醒")
        assert "已超期" in p.go(w.path).section("义务与时限"), p.section("义务与时限")
        w.on_lists(True)
    return look


def was_late(w):
    row = next(d for d in w.view()["duties"] if d["id"] == w.late and d["state"] == "done_late")
    assert row["is_done"], row
    p = w.person("unit").go(f"{w.path}?tab=work").press("已经履行的")
    assert "逾期履行" in p.section("义务与时限")
    w.on_lists(False)


def no_urgent_way(w):
    """The regulation knows none: no act of that kind on the page, nothing built before it is approved."""
    words = " ".join(a["name"] + a["procedure_name"] for a in w.view()["acts"])
    assert not any(word in words for word in ("应急", "紧急", "追加", "增补", "补充列入", "新增项目")), words


X_START = quick("2026-09-24", *X_REVIEW, *X_APPROVAL, "2027-01-11", X_BUILD[1], By("unit", "contract.record", "", amount="80", title="开发合同", supplier="武汉云启科技有限公司"), X_BUILD[3])
# who applied may mend and apply again; what only an office could begin again waits for nobody
REFUSED = [
    short(X_LIFE, "unit 送审", quick("2026-09-24", *X_REVIEW[:4]) + [At("tech", "technical_review.fail", "unit 送审", reason="与已建平台功能重复。")], "refused", name="不通过", total_investment="86.50"),
    short(M_LIFE, M_LIFE.start, quick("2024-03-04", *M_EXAMINE[:5]) + [At("competent", "central_review.reject", NOBODY, reason="与城市大脑平台功能重复。")], "refused", name="不同意"),
    short(L_LIFE, L_LIFE.start, quick("2025-06-16", *L_APPLY, *L_SIGN[:2]) + [At("ndrc", "joint_review.reject", NOBODY, reason="投资概算依据不足。")], "refused", name="不通过"),
    short(C_LIFE, C_LIFE.start, quick(*C_LIFE.road[:3]) + [At("competent", "application.refuse", "unit 提交立项申请", reason="与州级统建平台重复。")], "refused", name="初审不通过"),
    short(Y_LIFE, Y_LIFE.start, quick("2025-02-10", *Y_APPLY, *Y_REVIEW, Y_KIND, *y_opinions("300")[:1]) + [At("finance", "expert_review.fail", "unit 填写项目需求说明", reason="预算单价偏高。")], name="评审不通过"),
]
URGENT = [
    short(X_LIFE, NOBODY, ["2026-09-24", No("unit", "technical_review.submit", "6"), At("unit", "supplement.submit", "approval 论证通过，送区发改局", "补充列入年度实施计划 6"),
                           By("approval", "supplement.support", "ndrc 纳入区政府年度投资项目计划"), At("ndrc", "supplement.include", "unit 送审"), X_REVIEW[0]],
          name="汛情", total_investment="86.50", in_annual_plan=False, plan_item_number=None),
    short(M_LIFE, M_LIFE.start, quick("2024-03-04", *M_EXAMINE[:5]) + [
        By("competent", "central_review.approve", "unit 登记同意追加的决定", "追加项目集体研究 13"), At("unit", "addition.resolve", "competent 登记区领导同意; leader 批示", "区领导同意 13"),
        At("competent", "leader_consent.agree", each(BOTH, "纳入本年度项目建设计划"), "追加项目审核 13"), By("competent", "addition_review.include", "finance 纳入本年度项目建设计划"),
        At("finance", "addition_review.include", "unit 申请投资立项", "投资立项审批 4")], name="追加", emergency=True, in_annual_plan=False, plan_item_number=None, major_project=True),
    short(L_LIFE, "unit 向市政府专题请示", ["2026-02-09", At("unit", "addition.submit", "competent 登记市政府批准; leader 批示", "新增项目专题请示 14"), By("competent", "addition.approve", "competent 列入年度计划"),
                                  At("competent", "addition.include", each(TWO, "打捆编制项目建议书并报批") + "; ndrc 登记列入市本级政府性投资项目计划" + BEGIN, "打捆项目建议书审批 9", plan_year="2026")],
          name="新增", plan_addition=True),
    replace(short(C_LIFE, "unit 提出先建设再补手续的请求", [
        "2025-06-16", At("unit", "emergency_consent.submit", "competent 报州政府分管领导", "紧急情况先建设的同意 11"), No("unit", "contract.record", "6", amount="90", covers_public_resources="false"),
        By("competent", "emergency_consent.relay", "competent 登记州政府分管领导同意; leader 批示"), At("competent", "emergency_consent.agree", "unit 提交立项申请; unit 登记开始实施", "实施 23"),
        By("unit", "contract.record", "unit 提交立项申请; unit 登记开始实施; unit 报送采购文件与合同备案", amount="90", title="应急采购合同", supplier="云岭数科有限公司", covers_public_resources="false"),
        At("unit", "construction.start", "unit 提交立项申请; unit 登记建成或者实施完成; unit 报送采购文件与合同备案"),
        At("unit", "application.submit", "competent 初审通过，纳入当年的待评审项目清单; unit 登记建成或者实施完成; unit 报送采购文件与合同备案", "立项申请和初审 16")],
        name="山洪", emergency=True, application_way=None, owner_area="prefecture", funding_sources=["prefecture"]), unit="yjj"),
    short(Y_LIFE, Y_LIFE.start, ["2025-02-10", no_urgent_way, No("unit", "contract.record", "10", amount="280", title="应急合同", supplier="渝科信息有限公司"), No("unit", "payment.record", "18", amount="90"),
                                 No("unit", "construction.start", "18"), At("unit", "application.write", "unit 申报建设需求", "申报建设需求和初步审核 6")], name="抢建"),
]
ADDED = {"cause": "environment", "new_total": "120"}
CHANGED = [
    short(X_LIFE, "unit 送审", X_START + [
        No("unit", "design_change.submit", "14", new_total="86.51"),
        At("unit", "design_change.submit", "approval 批准变更; " + "unit 登记建设任务完成; unit 提交项目绩效评价报告@2027-12-31", "建设内容变更 14", new_total="86.50"),
        At("approval", "design_change.approve", "unit 登记建设任务完成; unit 提交项目绩效评价报告@2027-12-31")], name="变更", total_investment="86.50"),
    short(M_LIFE, M_LIFE.start, quick("2024-03-04", *M_EXAMINE, *M_POOL, *M_TO_CONTRACT, *M_FILED) + [
        At("unit", "change.submit", "competent 审核同意，送立项机关和财政局; unit 登记建设任务完成", "项目变更手续 21", new_total="380"), No("competent", "change.approve", "21"),
        At("competent", "change.forward", "ndrc 批准变更; finance 批准变更; unit 登记建设任务完成"), By("ndrc", "change.approve_jointly", "finance 批准变更; unit 登记建设任务完成", new_total="380"),
        At("finance", "change.approve_jointly", "unit 登记建设任务完成")], name="变更"),
    short(L_LIFE, L_LIFE.start, quick("2025-06-16", *L_APPLY, *L_SIGN, *L_PLAN, *L_PROPOSAL, *L_CONTRACT, *L_START, "2026-04-01") + [
        At("unit", "change.submit", each(FOUR, "审查同意") + ON_TIME, "建设方案调整 15", new_total="300"), By("competent", "change.approve", each(FOUR[1:], "审查同意") + ON_TIME, new_total="300"),
        By("finance", "change.approve", each(FOUR[2:], "审查同意") + ON_TIME), By("ndrc", "change.approve", each(FOUR[3:], "审查同意") + ON_TIME),
        At("crypto", "change.approve", each(TWO, "登记建设完成") + ON_TIME, "建设实施 15")], name="变更"),
    short(C_LIFE, C_LIFE.start, quick(*C_LIFE.road[:3], *C_REVIEW, *C_LIST, C_APPROVED) + [
        By("unit", "change_report.report", "bureau_lufeng 收到报备; unit 登记开始实施", "变更报备 24", amount="12", **ADDED), By("bureau_lufeng", "change_report.accept", "unit 登记开始实施"),
        No("unit", "change_report.report", "24", amount="0.01", **ADDED), At("unit", "change.submit", "bureau_lufeng 批准变更; unit 登记开始实施", "变更审批 24", amount="0.01", **ADDED),
        At("bureau_lufeng", "change.approve", "unit 登记开始实施"), No("unit", "change.submit", "24", amount="12.01", cause="environment", new_total="130"),
        By("unit", "reapproval.submit", "bureau_lufeng 统一向州发展改革委（州数据局）申报; unit 登记开始实施", "追加投资重新报批 16", new_total="130"),
        At("bureau_lufeng", "reapproval.collect", "competent 登记专家评审意见; unit 登记开始实施"), By("competent", "reapproval.opinion", "competent 批复追加投资; unit 登记开始实施"),
        At("competent", "reapproval.approve", "unit 登记开始实施", approved_total="130")], name="变更"),
    short(Y_LIFE, Y_LIFE.start, quick("2025-02-10", *Y_APPLY, *Y_REVIEW, By("ndrc", "expert_review.is_fixed_asset", ""), *y_opinions("300")) + [
        At("competent", "deliberation.adopt", "unit 申请立项", "立项 10", approved_total="300"), By("unit", "initiation.apply", "ndrc 审批通过，下达立项通知"), At("ndrc", "initiation.approve", "unit 登记开始建设", "建设 13"),
        No("unit", "change.apply", "11(2)", amount="30.0001", new_total="330"), At("unit", "change.apply", "competent 批准变更，送区发展改革委批准; unit 登记开始建设", "调整或变更（不超过10%） 11", amount="30", new_total="330"),
        By("competent", "change.forward", "ndrc 批准变更; unit 登记开始建设", new_total="330"), At("ndrc", "change.approve_fixed_asset", "unit 登记开始建设", new_total="330")], name="变更"),
]
LATE = [
    short(X_LIFE, "unit 送审", X_START + quick(By("unit", "annual_performance.submit", ""), "2027-03-15", By("unit", "construction.complete", ""), By("unit", "pre_acceptance.submit", ""), By("tech", "pre_acceptance.confirm", "")) + [
        ("2027-09-16", "unit 申请验收评估@2027-09-15"), is_late("acceptance_application", "申请验收评估"), At("unit", "acceptance.apply", "approval 通过验收", "验收评估 16"), was_late], name="超期", total_investment="86.50"),
    short(M_LIFE, M_LIFE.start, quick("2024-03-04", *M_EXAMINE, *M_POOL, *M_TO_CONTRACT) + [
        ("2024-04-23", "unit 登记开工; unit 报送合同备案@2024-04-22" + SECOND), is_late("contract_filing", "报送合同备案"), At("unit", "contract_filing.submit", "competent 予以备案; unit 登记开工" + SECOND), was_late], name="超期"),
    short(L_LIFE, L_LIFE.start, quick("2025-06-16", *L_APPLY, *L_SIGN, *L_PLAN, *L_PROPOSAL, *L_CONTRACT, *L_START, *L_TRIAL, *L_READY) + [
        ("2026-11-02", "competent 登记竣工验收合格，出具验收报告" + ON_TIME), is_late("acceptance_on_time", "登记竣工验收合格，出具验收报告"),
        At("unit", "acceptance.pass", "competent 登记竣工验收合格，出具验收报告; unit 申请延期验收@2026-10-30", accepted_on="2026-11-02", witness_proc="丁一", settled_total="300.00", surplus="0"),
        At("competent", "acceptance.pass", each(TWO, "登记正式投入使用"), "正式投入使用 20"), was_late], name="超期"),
    short(C_LIFE, C_LIFE.start, quick(*C_LIFE.road[:3], *C_REVIEW, *[By(o, "yearly_list.include", "", list_year="2025", in_elevated_list="true", approve_by="2025-07-31") for o in BOTH]) + [
        ("2025-08-01", "competent 出具项目立项批复@2025-07-31"), is_late("timely_approval", "出具项目立项批复"), C_APPROVED, was_late], name="超期"),
    short(Y_LIFE, Y_LIFE.start, quick("2025-02-10", *Y_APPLY, *Y_REVIEW, Y_KIND, *y_opinions("300"), Y_ADOPTED, *Y_CONTRACT) + [
        ("2025-03-20", "unit 登记开始建设; unit 报送合同复印件备案@2025-03-19"), is_late("contract_filing", "报送合同复印件备案"), At("unit", "contract_filing.submit", "competent 予以备案; unit 登记开始建设"), was_late], name="超期"),
]
SHORT = {"refused": REFUSED, "urgent": URGENT, "changed": CHANGED, "late": LATE}
