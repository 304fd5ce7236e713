"""What happens in each district of the demo over its years; story.py tells how it is written."""
from datetime import date, timedelta

import roads
from panel import panel
from roads import FOUR
from story import Fate, Plan

WORDS = {
    "opinion": "材料齐全，方案可行，投资合理。", "content": "按批准的建设方案实施，主要功能和数据范围不变。", "conclusion": "完成全部建设内容，质量符合合同和设计要求。",
    "approved_content": "同意按评审后的建设方案实施，主要建设应用软件、数据归集和配套安全防护。", "summary": "建设任务已全部完成，系统运行正常。",
    "experts": "软件、网络安全、造价专业专家五人", "necessity": "符合职责和规划，建设必要。", "feasibility": "技术路线成熟，实施条件具备。", "technology": "技术方案可行。",
    "security": "网络安全和密码应用方案符合要求。", "budget": "概算编制依据充分，单价合理。", "investment": "投资构成合理。", "budget_detail": "预算明细完整。",
    "progress": "按计划推进，已完成本季度任务。", "report": "试运行期间系统稳定，问题均已整改。", "result": "各项指标达到预期目标。", "participants": "主管部门、财政部门、建设单位和专家",
    "payee": "承建单位", "agency": "江汉信息工程咨询有限公司", "document": "会议纪要〔第 6 次〕", "minutes": "会议纪要第 6 期", "leader": "分管负责同志",
    "data": "业务办理数据和统计数据", "sharing": "按数据资源目录共享", "catalogue": "数据资源目录已编制并更新", "problem": "进度滞后，网络安全责任没有落实。", "measures": "已调整实施计划，补充人员，逐项整改完毕。",
    "cause": "需求变化和机构调整", "grounds": "上级业务规范调整", "facts": "工期滞后三个月以上", "special": "部分服务跨年度验收", "projects": "详见计划附表",
    "responsible_person": "项目分管负责人", "construction": "按批准的内容和工期建设", "funds": "专款专用", "performance": "完成绩效目标", "use": "作为下一年度安排的参考",
    "bundle_projects": "本批次各单位项目", "method": "公开招标", "estimate": "按批准的投资", "departments": "区财政局", "evaluators": "信息化专家三名",
}
SUPPLIERS = ("云启数科有限公司", "智汇信息技术有限公司", "信诚软件有限公司", "方寸网络科技有限公司", "众联数据服务有限公司")


def supplier(s):
    return SUPPLIERS[int(float(s.wan) * 100) % len(SUPPLIERS)]


def year(shift=0):
    return lambda s: str(s.start.year + shift)


def part(percent):
    return lambda s: s.share(percent)


def ago(days):
    """So many days before the day the act is put on record."""
    return lambda s: str(s.today - timedelta(days=days))


def on(month, day, shift=0):
    """That day, counted in years from the year of the start."""
    return lambda s: date(s.start.year + shift, month, day)


def before_end(days):
    return lambda plan: plan.last - timedelta(days=days)


def contract(title="应用软件开发合同", percent=94, **more):
    return {"title": title, "supplier": supplier, "amount": part(percent), **more}


def both(act, organs, **values):
    return [(organ, act, values) for organ in organs]


def asks(organ, act, left=None):
    """Sent back for correction: the first thing that may be mended, within twenty days or so many left on the last day."""
    def ask(s, organ):
        item = s.act_page(organ, act)["correction_items"][0]["item"]
        s.act(organ, act, correction=[{"item": item, "what": "内容不完整，请补充依据和数据共享的说明。"}], until=str(s.today + timedelta(days=20) if left is None else s.plan.last + timedelta(days=left)), reason="材料不完整。")
    return (organ, ask)


def draw(kind, organs, upto="close"):
    """Experts are drawn, meet and hand in their sheets."""
    return (organs, lambda s, organs: panel(s, kind, organs, upto))


# ---- 新洲区 ----

X_REVIEW = [(0, ("unit", "technical_review.submit")), (4, *roads.XINZHOU_REVIEW[1:3]),
            (12, roads.XINZHOU_REVIEW[3], ("tech", "technical_review.pass", {"sharing_opinion": "共享目录明确。", "crypto_opinion": "密码应用方案符合要求。"}))]
X_APPROVAL = [(6, ("unit", "initiation.submit"), ("approval", "initiation.accept")), (9, ("approval", "initiation.approve", {"approved_total": part(97)}))]
X_BUILD = [(18, ("unit", "project_setup.record"), ("unit", "contract.record", contract())), (15, ("unit", "construction.start")),
           (25, ("unit", "payment.record", {"amount": part(28)})), (130, ("unit", "construction.complete"), ("unit", "annual_performance.submit"))]
X_ACCEPT = [(20, ("unit", "pre_acceptance.submit", {"surplus": part(2), "settlement_amount": part(94)}), ("tech", "pre_acceptance.confirm")), (18, ("unit", "acceptance.apply"), ("approval", "acceptance.pass")),
            (12, ("unit", "booking.record"), ("unit", "operation.start"), ("unit", "payment.record", {"amount": part(55)})), (14, ("unit", "surplus_return.record", {"amount": part(2)})),
            (380, ("unit", "self_evaluation.submit")), (9, ("approval", "self_evaluation.accept")),
            (15, *both("effect_evaluation.commission", ("approval", "finance")), ("approval", "effect_evaluation.report"), *both("effect_evaluation.conclude", ("approval", "finance")))]
X_ALL = X_REVIEW + X_APPROVAL + X_BUILD + X_ACCEPT
X_MAJOR = [(0, ("unit", "expert_review.agree")), (8, *roads.XINZHOU_MAJOR[1:])]
X_FILING = [(0, ("unit", "filing.submit")), (5, ("approval", "filing.accept")), (20, ("unit", "project_setup.record"), ("unit", "contract.record", contract("采购合同", 96))), (10, ("unit", "construction.start")),
            (60, ("unit", "construction.complete"))]


def xinzhou_facts(title, wan):
    return roads.xinzhou(title, wan, plan_item_number="区级计划第 12 项", implementing_body="信息中心", responsible_person="项目负责人")


X_RECTIFY = [(30, ("approval", "rectification.order", {"until": lambda s: str(s.today + timedelta(days=20))})), (12, ("unit", "rectification.report")),
             (6, ("approval", "rectification.not_met", {"reason": "工期仍然滞后，整改不到位。"}))]
XINZHOU = Plan("xinzhou", "2024-01-08", "2026-09-24", xinzhou_facts, [
    Fate(X_ALL, 20), Fate(X_MAJOR + X_ALL, 5, wan=(310, 680)), Fate(X_FILING, 7, wan=(6, 19)),
    Fate(X_REVIEW[:2], 2, then=[(15, roads.XINZHOU_REVIEW[3], ("tech", "technical_review.fail", {"reason": "与已建平台功能重复。"}))]),
    Fate(X_REVIEW + X_APPROVAL[:1], 1, then=[(9, ("approval", "initiation.reject", {"reason": "资金来源没有落实。"}))]),
    Fate(X_REVIEW[:1], 1, then=[(3, ("tech", "technical_review.refuse", {"reason": "材料不属于本事项范围。"}))]),
    Fate(X_REVIEW[:1], 2, start=before_end(12), then=[(3, asks("tech", "technical_review.ask_correction"))]),
    Fate(X_REVIEW[:1], 2, then=[(3, asks("tech", "technical_review.ask_correction")), (9, ("unit", "technical_review.submit")), *X_REVIEW[1:], *X_APPROVAL, *X_BUILD]),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD[:2], 3, then=[(30, ("unit", "design_change.submit")), (7, ("approval", "design_change.approve")), (90, ("unit", "construction.complete"))]),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD[:2], 1, start="2025-03-10", then=[*X_RECTIFY, (7, ("approval", "sanction.suspend", {"reason": "整改不到位，暂停建设。"}))]),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD[:2], 1, start="2024-09-02", then=[*X_RECTIFY, (7, ("approval", "sanction.terminate", {"reason": "建设单位职能划转，终止项目。"}))]),
    Fate(X_REVIEW[:2], 2, start=before_end(60)), Fate(X_REVIEW[:2], 2, start=before_end(26)), Fate(X_REVIEW[:1], 2, start=before_end(3)),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD, 2, start="2025-01-13"), Fate(X_REVIEW + X_APPROVAL[:1], 1, start=before_end(30)),
    Fate(X_REVIEW + X_APPROVAL, 1, start="2025-09-08", then=[(3, ("unit", "project_setup.record"), ("unit", "contract.record", contract(signed_on=ago(40)))), (5, ("unit", "construction.start"))]),
    Fate(X_FILING[:1], 1, start=before_end(45), wan=(9, 9), fixed_asset_linked=False,
         then=[(4, ("approval", "gate.lift", {"gate": "filed_before_contract", "reason": "汛期抢修急需，先签合同，备案材料随后补齐。"})), (1, ("unit", "contract.record", contract("应急维修合同", 95)))]),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD[:2], 1, start="2026-02-02", then=[(20, ("unit", "payment.record", {"amount": part(96)}))]),
    Fate(X_REVIEW[:1], 1, start=before_end(9), then=[(2, asks("tech", "technical_review.ask_correction", 1))]), Fate(X_REVIEW[:1], 1, start=before_end(40), then=[(2, asks("tech", "technical_review.ask_correction"))]),
    Fate(X_REVIEW + X_APPROVAL + X_BUILD + X_ACCEPT[:2], 1, start="2024-10-14", then=[(12, ("unit", "booking.record"), ("unit", "operation.start", {"operated_on": ago(40)}))]),
    Fate([], 4, start=before_end(8)),
    Fate(X_FILING[:1], 2, start=before_end(20), wan=(14, 16), unit="shj"),
    Fate([], 1, start=before_end(40), wan=(420, 420), then=[(5, draw("expert_review", ("unit", "tech", "approval")))]),
    Fate([], 1, start=before_end(15), wan=(350, 350), then=[(3, draw("expert_review", ("unit", "tech", "approval"), upto="seal"))]),
], ["jyj:区域教育资源共享", "jyj:中小学考勤与安全管理", "shj:城市内涝监测预警", "shj:河湖长制巡查", "cgj:智慧环卫调度", "cgj:餐厨垃圾收运监管", "wjj:基层医疗电子病历",
    "wjj:慢性病随访管理", "zcj:街道综合治理", "zcj:流动人口服务", "cgj:市容违章处置", "jyj:教师继续教育", "shj:水资源取用监管", "wjj:医疗废物追溯", "zcj:社区网格巡查", "jyj:校园食堂明厨亮灶",
    "shj:泵站远程监控", "cgj:公共停车诱导"], WORDS, keeper="approval", stand_in=("tech", "jiang.nan", "陈磊"))

# ---- 牡丹区 ----

M_EXAMINE = [(0, *roads.MUDAN_INITIATION[:2]), (4, roads.MUDAN_INITIATION[2], ("competent", "central_review.commission")),
             (12, ("competent", "central_review.report", {"assessed_total": part(97)}), ("competent", "central_review.approve", {"suggested_total": part(97)})),
             (6, ("finance", "budget_review.opinion", {"reviewed_total": part(96)}))]
M_LIBRARY = [(8, *both("project_library.include", ("competent", "finance"), budget_year=year())),
             (5, *both("project_library.feedback", ("competent", "finance"), arranged=part(96)))]
M_INITIATE = [(6, ("unit", "initiation.submit")), (9, ("ndrc", "initiation.approve", {"approved_total": part(95)}))]
M_CONTRACT = [(12, ("unit", "responsibility_letter.sign")), (10, ("unit", "contract.record", contract("系统建设合同", 92))), (6, ("unit", "contract_filing.submit")),
              (3, ("competent", "contract_filing.accept"))]
M_BUILD = [(10, ("unit", "construction.start", {"supervisor": "信诚监理有限公司"})), (30, ("unit", "payment.record", {"amount": part(27)}), ("unit", "progress_report.submit", {"spent": part(27)})),
           (110, ("unit", "construction.complete")), (10, ("unit", "data_review.submit"), ("competent", "data_review.pass"))]
M_ACCEPT = [(20, ("unit", "acceptance.pass")), (8, ("unit", "acceptance_filing.submit"), ("competent", "acceptance_filing.accept")),
            (5, *roads.MUDAN_BUILD[7:11]), (6, ("unit", "operation.start"), ("unit", "payment.record", {"amount": part(60)})), (375, ("unit", "self_evaluation.submit")),
            (40, ("competent", "post_evaluation.commission", {"agency": "菏泽数字工程咨询有限公司"}), ("competent", "post_evaluation.report"))]
M_TO_APPROVAL = M_EXAMINE + M_LIBRARY + M_INITIATE
M_ALL = M_TO_APPROVAL + M_CONTRACT + M_BUILD + M_ACCEPT


def mudan_facts(title, wan):
    return roads.mudan(title, wan, plan_item_number="部门计划第 7 项")


M_HALT = [(40, ("competent", "serious_event.discover")), (3, ("unit", "serious_event.report")),
          (5, *both("serious_event.order_suspension", ("competent", "finance"), until=lambda s: str(s.today + timedelta(days=30)))) ]
MUDAN = Plan("mudan", "2023-05-15", "2025-04-28", mudan_facts, [
    Fate(M_ALL, 24), Fate(M_TO_APPROVAL + M_CONTRACT, 4, start="2024-10-14"),
    Fate([], 2, then=[(0, ("unit", "ex_ante_evaluation.record_poor", {"reason": "绩效目标不明确。"}))]),
    Fate(M_EXAMINE[:2], 2, then=[(12, ("competent", "central_review.report")), (2, ("competent", "central_review.reject", {"reason": "与城市大脑平台功能重复。"}))]),
    Fate(M_EXAMINE + M_LIBRARY + M_INITIATE[:1], 1, then=[(8, ("ndrc", "initiation.reject", {"reason": "建设内容与批准的规划不一致。"}))]),
    Fate(M_EXAMINE[:1], 2, start=before_end(12), then=[(3, asks("competent", "application.ask_correction"))]),
    Fate(M_EXAMINE[:1], 2, then=[(3, asks("competent", "application.ask_correction")), (7, ("unit", "application.submit")), *M_EXAMINE[1:]]),
    Fate(M_TO_APPROVAL + M_CONTRACT + M_BUILD[:1], 2, start="2024-04-15", then=[(30, ("unit", "change.submit", {"amount": part(4), "new_total": part(95)})), (4, ("competent", "change.approve")), (120, ("unit", "construction.complete"))]),
    Fate(M_TO_APPROVAL, 1, start="2024-05-20", then=[(8, ("unit", "adjustment.record", {"amount": part(4), "new_total": part(95)})), (4, ("competent", "adjustment.accept")), *M_CONTRACT, *M_BUILD[:1]]),
    Fate(M_TO_APPROVAL + M_CONTRACT + M_BUILD[:1], 2, start="2024-05-13", then=M_HALT),
    Fate(M_TO_APPROVAL + M_CONTRACT + M_BUILD[:1], 1, start="2024-03-11", then=[*M_HALT, (20, ("unit", "serious_event.rectified")), (5, *both("serious_event.confirm", ("competent", "finance"))), (60, ("unit", "construction.complete"))]),
    Fate(M_EXAMINE[:1], 3, start=before_end(4)), Fate(M_EXAMINE[:2], 2, start=before_end(20)),
    Fate(M_TO_APPROVAL + M_CONTRACT[:2], 2, start=before_end(95)), Fate(M_TO_APPROVAL + M_CONTRACT[:2], 2, start=before_end(120)),
    Fate(M_TO_APPROVAL + M_CONTRACT[:1], 1, start="2024-06-17", then=[(40, ("unit", "contract.record", contract("系统建设合同", 90, signed_on=ago(110)))), (4, ("unit", "contract_filing.submit")), (3, ("competent", "contract_filing.accept"))]),
    Fate(M_EXAMINE[:2], 1, in_annual_plan=False, plan_item_number=None, start="2024-08-12", then=[(10, ("competent", "central_review.report")),
         (3, ("competent", "gate.lift", {"gate": "in_department_plan", "reason": "上级专项资金年中下达，来不及列入部门计划。"})), (1, ("competent", "central_review.approve"))]),
    Fate(M_TO_APPROVAL + M_CONTRACT + M_BUILD[:1], 1, start="2024-07-08", then=[(20, ("unit", "payment.record", {"amount": part(95)}))]),
    Fate(M_EXAMINE[:1], 1, start=before_end(9), then=[(2, asks("competent", "application.ask_correction", 1))]), Fate(M_EXAMINE[:1], 1, start=before_end(40), then=[(2, asks("competent", "application.ask_correction"))]),
    Fate([], 4, start=before_end(9)),
], ["mzj:养老机构监管", "mzj:社会救助信息核对", "jtj:学籍数据治理", "jtj:校园安全预警", "mzj:残疾人两项补贴审核", "jtj:课后服务管理", "mzj:地名地址管理", "jtj:教师信息管理", "mzj:婚姻登记预约", "jtj:青少年体质监测",
    "mzj:慈善组织监管", "jtj:学区划片和入学服务", "mzj:殡葬服务监管", "jtj:教育督导评估", "mzj:社区服务综合", "jtj:实验教学管理"], WORDS, stand_in=("competent", "xie.lan", "朱琳"), upper=("heze", "initiation.approve"))

# ---- 六安市 ----

TWO = ("unit", "competent")


def l_signed(act, organs, **values):
    return [(organs[0], act, values), *[(o, act) for o in organs[1:]]]


L_APPLY = [(0, ("unit", "application.submit")), (6, ("competent", "application.pass"))]
L_REVIEW = [(on(8, 4), ("competent", "joint_review.argue")), (on(8, 6), *l_signed("joint_review.record", FOUR, plan_year=year(1), reviewed_total=lambda s: s.wan, isolated="false"))]
L_PLAN = [(on(12, 18), *l_signed("annual_plan.propose", ("competent", "finance"), plan_year=year(1), plan_part="construction_plan", arranged=lambda s: s.wan)),
          (on(12, 25), ("competent", "annual_plan.approve", {"plan_item_number": "年度实施计划第 9 项"}))]
L_PROPOSAL = [(on(1, 16, 1), *l_signed("bundled_proposal.compile", ("competent", "unit"), bundle_number="第1批")), (on(1, 29, 1), ("ndrc", "bundled_proposal.approve", {"approved_total": part(98)})),
              (on(2, 19, 1), ("ndrc", "investment_plan.list"))]
L_BUILD = [(on(3, 12, 1), *l_signed("contract.record", TWO, **contract("开发合同", 93, accept_by=lambda s: f"{s.start.year + 1}-11-30"))),
           (on(3, 24, 1), *l_signed("construction.start", TWO, supervisor="江淮信息监理公司"), ("competent", "payment.record", {"amount": part(30), "payee": supplier})),
           (on(8, 20, 1), *l_signed("construction.complete", TWO)), (on(8, 28, 1), *l_signed("software_tests.record", TWO), ("unit", "trial_run.start"))]
L_ACCEPT = [(on(10, 12, 1), ("unit", "trial_run.finish"), ("unit", "acceptance_application.submit"), ("competent", "acceptance_application.agree")),
            (on(10, 26, 1), *l_signed("acceptance.pass", TWO, settled_total=part(93), surplus=part(5), witness_proc="见证人")),
            (on(11, 5, 1), *l_signed("operation.start", TWO), ("unit", "surplus_return.record", {"amount": part(5)})),
            (on(1, 12, 2), ("unit", "om_filing.submit", {"period": year(1)})), (on(1, 20, 2), ("competent", "om_filing.accept")),
            (on(3, 3, 2), ("competent", "evaluation.commission", {"agency": "皖西工程咨询有限公司"}), ("competent", "evaluation.report"), ("competent", "evaluation.conclude"))]
L_ALL = L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL + L_BUILD + L_ACCEPT


def luan_starts(count, years=(2023, 2024, 2025, 2026)):
    """Applications come in before the round closes at the end of July."""
    return [f"{years[i % len(years)]}-{5 + i % 3:02}-{3 + i * 5 % 24:02}" for i in range(count)]


LUAN = Plan("luan", "2023-05-08", "2026-07-20", lambda title, wan: roads.luan(title, wan), [
    *[Fate(L_ALL, start=s, wan=(60, 460)) for s in luan_starts(28, (2023, 2024, 2025))],
    *[Fate(L_APPLY[:1 + i % 2], start=s) for i, s in enumerate(("2026-07-01", "2026-07-06", "2026-07-09", "2026-07-13", "2026-07-15", "2026-07-16"))],
    *[Fate(L_APPLY[:1], start=s, then=[(5, ("competent", "application.refuse", {"reason": "与省级统建系统重复。"}))]) for s in ("2024-06-11", "2025-06-24")],
    *[Fate(L_APPLY + L_REVIEW[:1], start=s, then=[(on(8, 12), ("finance", "joint_review.reject", {"reason": "投资概算依据不足。"}))]) for s in ("2024-07-02", "2025-07-09")],
    *[Fate(L_APPLY + L_REVIEW, start=s, then=[(on(12, 20), ("finance", "annual_plan.leave_out", {"reason": "年度资金有限，暂不安排。"}))]) for s in ("2024-05-21", "2025-05-27")],
    *[Fate(L_APPLY[:1], start=s, then=[(4, asks("competent", "application.ask_correction"))]) for s in ("2026-07-07", "2026-07-10")],
    *[Fate(L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL + L_BUILD[:2], start=s, then=[(on(5, 11, 1), ("unit", "change.submit", {"new_total": part(97)})),
           (on(5, 20, 1), *l_signed("change.approve", FOUR, new_total=part(97))), (on(9, 10, 1), *l_signed("construction.complete", TWO))]) for s in ("2023-06-19", "2024-06-17", "2025-06-16")],
    *[Fate(L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL + L_BUILD[:1], start=s, wan=(150, 190), then=[(on(3, 26, 1), ("competent", "gate.lift", {"gate": "supervision", "reason": "建设内容为成熟软件部署，由主管部门直接监督。"})),
           (on(3, 30, 1), *l_signed("construction.start", TWO))]) for s in ("2024-06-05", "2025-06-04")],
    *[Fate(L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL, start=s, then=[(on(4, 20, 1), *l_signed("contract.record", TWO, **contract("开发合同", 90, signed_on=lambda st: f"{st.start.year + 1}-01-20", accept_by=lambda st: f"{st.start.year + 1}-06-30"))),
           (on(4, 27, 1), *l_signed("construction.start", TWO, supervisor="江淮信息监理公司"))]) for s in ("2024-07-04", "2025-07-03")],
    *[Fate(L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL + L_BUILD[:1], start=s, wan=(120, 130), then=[(on(3, 27, 1), *l_signed("construction.start", TWO, supervisor="江淮信息监理公司"),
           ("competent", "payment.record", {"amount": part(97), "payee": supplier}))]) for s in ("2025-05-20",)],
    Fate(L_APPLY[:1], 1, start=before_end(9), then=[(2, asks("competent", "application.ask_correction", 1))]), Fate(L_APPLY[:1], 1, start=before_end(40), then=[(2, asks("competent", "application.ask_correction"))]),
    Fate(L_APPLY + L_REVIEW + L_PLAN + L_PROPOSAL + L_BUILD + L_ACCEPT[:2], start="2024-06-20", then=[(on(11, 12, 1), *l_signed("operation.start", TWO, operated_on=ago(30)))]),
    Fate(L_APPLY, 2, start="2026-06-15", wan=(300, 340), unit="zgh"),
    Fate([], 4, start=before_end(7)),
    Fate(L_APPLY, start="2025-06-18", wan=(320, 320), then=[(on(8, 4), draw("joint_review", ("competent", "finance", "ndrc"))), (on(8, 6), ("competent", "joint_review.argue"))]),
    Fate(L_APPLY, start="2025-06-20", wan=(280, 280), then=[(on(8, 5), draw("joint_review", ("competent", "finance", "ndrc"), upto="seal"))]),
], ["mzj:困难群众救助协同", "rsj:就业失业登记服务", "wjw:全民健康信息", "fybj:孕产妇保健管理", "mzj:养老服务监管", "rsj:劳动关系风险预警", "wjw:疾病监测预警", "zgh:职工维权服务", "mzj:儿童福利信息管理",
    "rsj:社会保障卡应用", "wjw:医疗机构执业监管", "fybj:儿童健康随访", "zgh:困难职工帮扶", "rsj:职业技能培训监管", "wjw:血液管理", "mzj:社会组织信用监管"], WORDS, keeper="competent")

# ---- 楚雄州 ----

NO = roads.NO_GROUND
BOTH_C = ("competent", "finance")


def c_approval(local=None):
    collect = [(local, "application.collect")] if local else []
    return [(0, ("unit", "application.submit")), (3, *collect, ("competent", "application.pass", {"list_year": year(), **NO})), (8, ("competent", "expert_review.invite")),
            (7, ("competent", "expert_review.agree", {"assessed_total": part(98)})), (8, *both("yearly_list.include", BOTH_C, list_year=year(), in_elevated_list="false", approve_by=lambda s: str(s.today + timedelta(days=30)))),
            (12, ("competent", "initiation.approve", {"approved_total": part(97), **NO}))]


def old_systems(s):
    """What every third of them takes the place of."""
    if len(s.title) % 3:
        return []
    return [{"system": f"{s.topic()}单机版系统", "handling": "ended"}, {"system": f"{s.topic()}旧系统", "handling": "replaced"}]


def c_build(local="competent", county=False):
    plan = [(5, (local, "county_plan.decide"))] if county else [(5, *both("fund_plan.draft", BOTH_C, plan_year=year(), amount=part(97))), (4, ("competent", "fund_plan.approve"))]
    return [*plan, (5, ("unit", "procurement_plan.draw_up", {"estimate": part(96)}), ("unit", "procurement_plan.report"), ("competent", "procurement_plan.accept")),
            (16, ("unit", "contract.record", contract("平台建设合同", 92, covers_public_resources="false"))), (4, ("unit", "contract_filing.submit"), (local, "contract_filing.accept")),
            (5, ("unit", "construction.start")), (15, ("unit", "payment.record", {"amount": part(30), "budget_year": lambda s: str(s.today.year)})), (60, ("unit", "construction.complete")),
            (4, ("unit", "trial_run.start", {"until": lambda s: str(s.today + timedelta(days=30))}), ("unit", "docking.record"), (local, "docking.confirm")),
            (34, ("unit", "trial_run.finish")), (6, ("unit", "acceptance.pass")), (4, ("unit", "acceptance_filing.submit"), (local, "acceptance_filing.accept")), (5, ("unit", "operation.start", {"old_systems": old_systems}), ("unit", "surplus.establish", {"amount": part(4)})),
            (12, ("unit", "surplus.return", {"amount": part(4)}), (local, "surplus.accept")), (40, *both("key_evaluation.no_problem", BOTH_C))]


def chuxiong_facts(title, wan):
    return roads.chuxiong(title, wan)


COUNTY = {"owner_area": "lufeng", "funding_sources": ["county"]}
YUANMOU = {"owner_area": "yuanmou", "funding_sources": ["county"]}
SMALL = {"application_way": None, "below_procurement_limit": True, "in_central_catalogue": False}
C_FILING = [(0, ("unit", "local_filing.submit")), (4, ("competent", "local_filing.accept", {"approved_total": part(98)}))]
CHUXIONG = Plan("chuxiong", "2025-05-12", "2026-09-22", chuxiong_facts, [
    Fate(c_approval() + c_build(), 14, wan=(60, 300)),
    Fate(c_approval("bureau_lufeng") + c_build("bureau_lufeng", True), 6, unit="lfs_jtj", wan=(60, 240), **COUNTY),
    Fate(c_approval("bureau_yuanmou") + c_build("bureau_yuanmou", True), 5, unit="ymx_nyj", wan=(60, 240), **YUANMOU),
    Fate(C_FILING, 5, wan=(8, 40), then=[(10, ("unit", "contract.record", contract("采购合同", 95, covers_public_resources="false"))), (12, ("unit", "construction.start"))], **SMALL),
    Fate(c_approval()[:1], 2, then=[(4, ("competent", "application.refuse", {"reason": "与州级统建平台重复。"}))]),
    Fate(c_approval()[:3], 2, then=[(7, ("competent", "expert_review.disagree", {"reason": "技术路线不成熟。"}))]),
    Fate(c_approval()[:5], 1, then=[(9, ("competent", "initiation.reject", {"reason": "建设内容超出职责。"}))]),
    Fate(c_approval()[:4], 3, then=[(8, *both("yearly_list.reserve", BOTH_C))]),
    Fate(c_approval()[:4], 1, then=[(8, *both("yearly_list.case_by_case", BOTH_C, reason="州政府专题会议确定，一事一议。"))]),
    Fate(c_approval()[:1], 2, start=before_end(10), then=[(3, asks("competent", "application.ask_correction"))]),
    Fate(c_approval() + c_build()[:6], 3, start="2025-07-14", then=[(20, ("unit", "change_report.report", {"amount": part(6), "new_total": part(97), "cause": "environment"})), (4, ("competent", "change_report.accept"))]),
    Fate(c_approval() + c_build()[:6], 1, start="2025-06-23", then=[(20, ("unit", "change.submit", {"amount": part(15), "new_total": part(97), "cause": "environment"})), (6, ("competent", "change.approve"))]),
    Fate([], 1, start="2025-06-30", emergency=True, application_way=None, then=[(0, ("unit", "emergency_consent.submit"), ("competent", "emergency_consent.relay")),
         (1, ("competent", "emergency_consent.agree")), (3, ("unit", "contract.record", contract("应急采购合同", 75, covers_public_resources="false"))), (2, ("unit", "construction.start"))]),
    Fate(c_approval()[:1], 2, start="2026-03-09", systems_after=13, then=[(3, ("competent", "gate.lift", {"gate": "fewer_systems", "reason": "上级统一要求新建，原系统过渡期后下线。"})), (1, ("competent", "application.pass", {"list_year": year(), **NO}))]),
    Fate(c_approval() + c_build()[:3], 1, start="2025-09-08", then=[(30, ("unit", "contract.record", contract("平台建设合同", 90, covers_public_resources="false", signed_on=ago(80)))), (10, ("unit", "construction.start"))]),
    Fate(c_approval() + c_build()[:6], 1, start="2025-10-13", then=[(20, ("unit", "payment.record", {"amount": part(96), "budget_year": lambda s: str(s.today.year)}))]),
    Fate(c_approval()[:1], 2, start=before_end(3)), Fate(c_approval("bureau_lufeng")[:1], 1, start=before_end(6), unit="lfs_jtj", wan=(60, 240), **COUNTY),
    Fate(c_approval() + c_build()[:4], 2, start=before_end(75)), Fate(c_approval()[:5], 1, start=before_end(60)),
    Fate(c_approval()[:1], 1, start=before_end(9), then=[(2, asks("competent", "application.ask_correction", 1))]), Fate(c_approval()[:1], 1, start=before_end(40), then=[(2, asks("competent", "application.ask_correction"))]),
    Fate(C_FILING, 2, start=before_end(30), wan=(30, 40), unit="fgw", **SMALL),
    Fate([], 3, start=before_end(9)),
    Fate(c_approval()[:2], start=before_end(50), wan=(240, 240), then=[(4, draw("expert_review", ("competent", "finance", "cac"))), (9, ("competent", "expert_review.invite"), ("competent", "expert_review.agree"))]),
    Fate(c_approval()[:2], start=before_end(14), wan=(220, 220), then=[(4, draw("expert_review", ("competent", "finance", "cac"), upto="seal"))]),
], ["yjj:特种作业考试管理", "jtj:全州学籍与招生", "wjw:县域医共体协同", "yjj:山洪灾害预警", "jtj:校园安全视频汇聚", "wjw:远程会诊", "fgw:重点项目调度", "yjj:森林防火监测", "jtj:教育资源公共服务", "wjw:公共卫生应急指挥",
    "yjj:危险化学品监管", "fgw:价格监测预警", "lfs_jtj:校园安全管理", "lfs_jtj:教育数据统计", "lfs_jtj:教师培训", "ymx_nyj:农产品质量追溯", "ymx_nyj:农田水利监测", "ymx_nyj:农机作业服务"], WORDS, keeper="competent")

# ---- 渝北区 ----

Y_THREE = ("competent", "finance", "ndrc")


def y_form(s):
    return {**roads.YUBEI_FORM, "filled_on": str(s.today), "period_from": f"{s.start.year}-04", "period_to": f"{s.start.year + 1}-03", "budget_total": s.wan, "budget_city": s.share(30),
            "budget_district": f"{float(s.wan) - float(s.share(30)):.2f}"}


def y_submit(s, organ):
    return s.act(organ, "application.submit", **y_form(s))


def y_panel(s, organ):
    for o in Y_THREE:
        s.act(o, "expert_review.organise", held_on=str(s.today), experts="三名信息化专家")


Y_APPLY = [(0, ("unit", "application.write"), ("unit", y_submit)), (7, ("competent", "application.pass"))]
Y_REVIEW = [(12, ("competent", y_panel)), (3, ("ndrc", "expert_review.not_fixed_asset", {"reason": "不含土建和固定设施。"}), ("competent", "expert_review.advise")),
            (4, *both("expert_review.pass", Y_THREE, reviewed_total=part(98), opinion="通过")), (10, ("competent", "deliberation.present")), (9, ("competent", "deliberation.adopt", {"approved_total": part(97)}))]
Y_BUILD = [(20, ("finance", "budget.arrange", {"year": lambda s: str(s.today.year), "amount": part(97)}), ("unit", "contract.record", contract("建设合同", 93))),
           (5, ("unit", "contract_filing.submit"), ("competent", "contract_filing.accept")), (8, ("unit", "construction.start")), (30, ("unit", "payment.record", {"amount": part(30)})),
           (100, ("unit", "construction.complete"))]
Y_ACCEPT = [(15, ("unit", "acceptance.prepare", {"contract_amount": part(93)})), (8, *both("acceptance.pass", ("unit", "competent"), contract_amount=part(93))),
            (6, ("unit", "archive.submit"), ("competent", "archive.accept")), (6, ("unit", "operation.deliver"), ("unit", "payment.record", {"amount": part(55)})),
            (200, ("competent", "evaluation.organise_experts"), ("competent", "evaluation.report"), ("competent", "evaluation.conclude"))]
Y_ALL = Y_APPLY + Y_REVIEW + Y_BUILD + Y_ACCEPT


def y_om(s, organ):
    form = {**y_form(s), "project_class": "maintenance", "budget_city": "0", "budget_district": s.wan}
    return s.act(organ, "om_application.submit", **form)


OM = {"project_class": "maintenance", "maintained_system": "智慧停车管理平台", "needs_procurement": "true", "investment_mode": "government_maintained", "build_mode": None, "phased": None,
      "fixed_asset_investment": None, "maintenance_year": lambda s: str(s.start.year + 1)}
YUBEI = Plan("yubei", "2024-01-08", "2026-09-23", lambda title, wan: roads.yubei(title, wan), [
    Fate(Y_ALL, 24), Fate([(0, ("unit", y_om)), (6, ("competent", "om_application.accept")), (10, ("competent", "om_evaluation.organise_experts")), (8, ("competent", "om_evaluation.report"), ("competent", "om_evaluation.approve", {"approved_total": part(95)}))], 6, wan=(12, 60), **OM),
    Fate(Y_APPLY[:1], 2, then=[(6, ("competent", "application.fail", {"reason": "需求与既有平台重复。"}))]),
    Fate(Y_APPLY + Y_REVIEW[:2], 1, then=[(4, ("finance", "expert_review.fail", {"reason": "预算单价偏高，依据不足。"}))]),
    Fate(Y_APPLY + Y_REVIEW[:4], 1, then=[(9, ("competent", "deliberation.reject", {"reason": "区政府常务会议决定暂缓。"}))]),
    Fate(Y_APPLY[:1], 2, start=before_end(12), then=[(4, asks("competent", "application.ask_correction"))]),
    Fate(Y_APPLY + Y_REVIEW + Y_BUILD[:3], 3, start="2025-03-10", then=[(30, ("unit", "change.apply", {"amount": part(6), "new_total": part(99)})), (6, ("competent", "change.approve", {"new_total": part(99)})), (60, ("unit", "construction.complete"))]),
    Fate(Y_APPLY + Y_REVIEW + Y_BUILD[:3], 2, start="2025-05-12", then=[(60, ("competent", "serious_event.discover")), (3, ("unit", "serious_event.report")), (5, *both("serious_event.order_suspension", ("competent", "finance"), until=lambda s: str(s.today + timedelta(days=30))))]),
    Fate(Y_APPLY[:1], 2, needs_cloud="false", start="2026-06-08", then=[(4, ("unit", "exemption.apply", {"kinds": ["cloud"]})), (5, ("competent", "exemption.confirm", {"kinds": ["cloud"], "reason": "市级主管部门文件明确要求独立部署。"})), (2, ("competent", "application.pass"))]),
    Fate(Y_APPLY + Y_REVIEW, 2, start="2025-09-15", then=[(50, ("unit", "contract.record", contract("建设合同", 90, signed_on=ago(75)))), (4, ("unit", "contract_filing.submit"), ("competent", "contract_filing.accept"))]),
    Fate(Y_APPLY + Y_REVIEW + Y_BUILD[:3], 1, start="2026-01-12", then=[(20, ("unit", "payment.record", {"amount": part(96)}))]),
    Fate(Y_APPLY[:1], 3, start=before_end(3)), Fate(Y_APPLY, 1, start=before_end(24)), Fate(Y_APPLY + Y_REVIEW + Y_BUILD[:1], 3, start=before_end(72)),
    Fate(Y_APPLY[:1], 1, start=before_end(9), then=[(2, asks("competent", "application.ask_correction", 1))]), Fate(Y_APPLY[:1], 1, start=before_end(40), then=[(2, asks("competent", "application.ask_correction"))]),
    Fate(Y_APPLY + Y_REVIEW + Y_BUILD + Y_ACCEPT[:3], start="2025-02-17", then=[(5, ("unit", "operation.deliver", {"delivered_on": ago(20)}))]),
    Fate(Y_ALL[:-3], 2, start="2025-06-09"), Fate([], 4, start=before_end(8)),
    Fate(Y_APPLY, start=before_end(60), wan=(300, 300), then=[(6, draw("expert_review", Y_THREE)), (6, ("competent", y_panel))]),
    Fate(Y_APPLY, start=before_end(20), wan=(260, 260), then=[(4, draw("expert_review", Y_THREE, upto="seal"))]),
], ["cgj:市政设施巡查", "jyw:教育质量监测", "wjw:基层卫生一体化", "lxj:社区治理数据", "cgj:城市照明监控", "jyw:校园安防联网", "wjw:家庭医生签约服务", "yfs:农村集体资产管理", "zgh:职工普惠服务", "rmt:融媒体内容管理",
    "gzy:国有资产租赁监管", "cgj:桥梁健康监测", "jyw:教师研修", "wjw:医疗废弃物监管", "lxj:楼宇经济服务", "yfs:森林防火视频"], WORDS, keeper="competent")

ALL = (XINZHOU, MUDAN, LUAN, CHUXIONG, YUBEI)
