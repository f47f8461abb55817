"""Names, hints and choices of the fields of forms."""

from collections.abc import Mapping

from web.labels.enums import ENUMS
from workflows.vocabulary import Action, DelistingKind, ListingLevel, ServiceMethod

# Names of choices that are no enums: field -> value -> words.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "meeting_kind": {
        "workers_congress": "职工代表大会",
        "workers_meeting": "职工大会",
    },
    "endorses_as": {
        "parent_company_head": "上级公司主要负责人",
        "actual_controller": "无上级公司，由实际控制人背书",
        "government_principal": "无企业主体，由属地政府主要负责人背书",
    },
    "evaluator": {
        "own_experts": "本单位技术人员和专家",
        "agency": "具备相应资质的安全评价机构",
    },
    "listing_conditions": {
        "hard_to_rectify": "危害和整改难度大",
        "needs_suspension": "须全部或者局部停产停业治理",
        "external_cause": "因外部因素影响，单位自身难以排除",
        "mass_casualties": "可能造成群死群伤",
        "grave_nature": "其他性质严重或者社会影响重大的情形",
    },
    "level": ENUMS[ListingLevel],
    "method": ENUMS[ServiceMethod],
    "kind": ENUMS[DelistingKind],
}

# What the first, empty entry of a long list says.
BLANK_CHOICES: Mapping[str, str] = {
    "sector": "同责任单位登记的行业领域",
    "division_code": "同责任单位登记的所在地",
    "responsible_party_id": "请选择",
}

# "field", or "action.field" where an act has its own word.
FIELD_LABELS: Mapping[str, str] = {
    "opinion": "备注",
    "uploads": "附件",
    "hazard_name": "隐患名称",
    "place": "具体部位",
    "description": "现状描述",
    "measures_taken": "已采取的措施",
    "sector": "行业领域",
    "division_code": "所在地",
    "found_on": "发现日期",
    "responsible_party_id": "责任单位",
    "inspectors": "检查人员及证号",
    "criterion": "判定依据",
    "clause_key": "判定条款",
    "document": "文件名称",
    "document_number": "文号或令号",
    "article": "条款",
    "wording": "条文原文",
    "file_first_report.uploads": "现场照片和材料",
    "register_hazard.uploads": "现场照片和检查记录",
    "current_state_and_cause": "隐患现状及产生原因",
    "harm_and_difficulty": "危害程度和整改难易程度",
    "measures": "整改措施",
    "responsibility": "整改责任",
    "funds": "整改资金",
    "time_limit": "整改时限",
    "contingency_plan": "应急预案",
    "rectification_lead": "领衔整治人",
    "supplement_report.uploads": "五到位清单等材料",
    "meeting_kind": "报告方式",
    "endorses_as": "背书身份",
    "held_on": "报告日期",
    "attendees": "参加人数",
    "summary": "报告内容摘要",
    "record_workforce_report.uploads": "会议记录、签到表或照片",
    "order_immediate_measures.measures": "现场处理措施",
    "area": "适用的区域、设备",
    "co_officer": "共同执法人员及证号",
    "lift_immediate_measures.opinion": "解除理由",
    "order_immediate_measures.uploads": "现场检查记录、照片",
    "requirements": "整改要求",
    "limit_on": "整改期限",
    "verified_on": "核查日期",
    "findings": "核查情况",
    "listing_conditions": "符合的挂牌条件",
    "crosses_counties": "隐患跨县（市、区）",
    "county_unable": "县级难以督促治理",
    "may_cause_mass_casualties": "可能造成群死群伤",
    "verify_hazard.co_officer": "共同核查人员及证号",
    "verify_hazard.uploads": "核查记录、照片",
    "level": "挂牌层级",
    "reason": "挂牌理由",
    "propose_listing.requirements": "通知书中的整改要求",
    "draft_sha256": "签发稿校验值",
    "method": "送达方式",
    "served_on": "送达日期",
    "received_by": "签收人或见证人",
    "serve_listing_notice.opinion": "送达情况说明",
    "serve_listing_notice.uploads": "送达回证、照片",
    "result": "办理结果",
    "objectives": "治理的目标和任务",
    "methods": "采取的方法和措施",
    "submit_plan.funds": "经费和物资的落实",
    "organisation": "负责治理的机构和人员",
    "schedule": "治理的时限和要求",
    "safety_measures": "安全措施和应急预案",
    "finish_on": "计划完成日期",
    "submit_plan.uploads": "治理方案文本",
    "percent": "完成比例（%）",
    "progress": "进展情况",
    "next_steps": "下一步安排",
    "report_progress.uploads": "进展照片和材料",
    "finished_on": "整改完成日期",
    "apply_for_acceptance.summary": "整改完成情况",
    "spent": "实际投入（万元）",
    "apply_for_acceptance.uploads": "验收申请书、整改前后照片",
    "evaluator": "评估方式",
    "agency": "评价机构名称及资质",
    "conclusion": "评估结论",
    "evaluate_effect.uploads": "治理效果评估报告",
    "inspected_on": "复查日期",
    "inspect_rectification.findings": "复查情况",
    "inspect_rectification.uploads": "复查记录、照片",
    "kind": "销号方式",
    "withdraw_case.opinion": "撤销理由",
    "confirm_verdict.opinion": "意见",
    "review_draft.opinion": "审核意见",
    "countersign_listing.opinion": "会签意见",
    "sign_listing.opinion": "签发意见",
    "review_plan.opinion": "审查意见",
    "review_progress.opinion": "审核意见",
    "endorse_as_parent_company_head.opinion": "背书意见",
    "approve_acceptance.opinion": "审定意见",
    "endorse_as_leader_in_charge.opinion": "背书意见",
    "approve_delisting.opinion": "审批意见",
}
FIELD_HINTS: Mapping[str, str] = {
    "uploads": "可选多个文件；PDF、JPG、PNG。",
    "hazard_name": "一句话说明是什么隐患，例如“主运输皮带自动灭火装置失效”。",
    "place": "写到车间、工作面、设备。",
    "description": "隐患是什么样子、怎样发现的。",
    "measures_taken": "撤人、停用设备、停产、设置警戒等；尚未采取的，写明正在做什么。",
    "inspectors": "不得少于两人。例如：张某（证号 1234）、李某（证号 5678）。",
    "document": "判定标准的全称。",
    "article": "例如：第四条第（二）项。",
    "wording": "逐字录入，不要概括。",
    "responsibility": "责任部门和责任人。",
    "supplement_report.funds": "金额和来源。",
    "rectification_lead": "领衔整治的主要负责人姓名、职务。",
    "attendees": "实际到会人数。",
    "record_workforce_report.uploads": "至少一份：会议记录、签到表或会场照片。",
    "order_immediate_measures.measures": "撤出人员、暂时停产停业、停用设施设备等，逐项写明。",
    "co_officer": "执法人员不得少于两人。写明姓名和执法证号。",
    "limit_on": "自下达之日起最长一年（本地设置）；挂牌期限与之相同。",
    "issue_rectification_order.requirements": "每项一行，写明问题和要求。",
    "propose_listing.requirements": "每项一行，原样印入通知书。已带出责令整改指令书中的要求。",
    "listing_conditions": "可多选；“可能造成群死群伤”在下面勾选。一项都不符合的，也可核定为重大。",
    "received_by": "留置送达的，写明见证人姓名、单位。",
    "serve_listing_notice.opinion": "留置送达的必须写明拒收经过和见证情况。",
    "result": "已采取的督促或跟踪督办措施及结果。",
    "finish_on": "不得晚于整改期限。",
    "percent": "0 到 100，由企业自行估计。",
    "spent": "可以不填。",
    "agency": "委托机构评估的必填。",
    "kind": "同意摘牌时必填。",
    "lift_immediate_measures.opinion": "写明危险如何排除、由谁审查同意。",
    "confirm_verdict.opinion": "认定为一般隐患或者退回的，必须写明理由。",
    "approve_acceptance.opinion": "不合格的，必须写明理由和须整改的内容。",
    "reasoned.opinion": "不同意或者退回的，必须写明理由。",
}

# "action.field" of the first field of a group -> the heading of the group.
FIELD_GROUPS: Mapping[str, str] = {
    "supplement_report.measures": "“五到位”清单（措施、责任、资金、时限、预案缺一不可）",
    "submit_plan.objectives": "治理方案六项内容",
    "verify_hazard.place": "补充基本情况",
    "verify_hazard.listing_conditions": "挂牌条件",
    "verify_hazard.crosses_counties": "挂牌层级（有下列情形之一的，建议由市级挂牌）",
}


def field_label(action: Action, name: str) -> str:
    """The word for a field of an act."""
    return FIELD_LABELS.get(f"{action}.{name}") or FIELD_LABELS[name]


def field_hint(action: Action, name: str) -> str:
    """What helps to fill in a field; empty where the label says enough."""
    return FIELD_HINTS.get(f"{action}.{name}") or FIELD_HINTS.get(name, "")
