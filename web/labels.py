"""Chinese words for enums, refusals and wrong fields. Everything else is said in the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.clock import LOCAL_ZONE
from workflows.deadlines import Evidence
from workflows.vocabulary import (
    Action,
    CaseEnding,
    DeadlineUnit,
    DelistingKind,
    DocumentKind,
    HazardSource,
    ListingLevel,
    OrganisationKind,
    Outcome,
    Phase,
    Role,
    ServiceMethod,
    Track,
)
from workflows.working_days import DaySource

ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Action: {
        "file_first_report": "填报首报",
        "register_hazard": "登记隐患",
        "supplement_report": "填报续报",
        "record_workforce_report": "向职工大会报告",
        "sign_double_report": "签署双报告",
        "confirm_criterion": "复核判定依据",
        "order_immediate_measures": "采取现场处理措施",
        "lift_immediate_measures": "解除现场处理措施",
        "issue_rectification_order": "下达整改指令书",
        "verify_hazard": "现场核查",
        "confirm_verdict": "确认判定结论",
        "propose_listing": "提出挂牌建议",
        "review_draft": "审核挂牌文稿",
        "countersign_listing": "会签督办通知书",
        "sign_listing": "签发督办通知书",
        "serve_listing_notice": "送达督办通知书",
        "acknowledge_handover": "签收移交",
        "report_handover_result": "反馈办理结果",
        "submit_plan": "报送治理方案",
        "review_plan": "方案审查",
        "report_progress": "报送整改进展",
        "review_progress": "审核整改进展",
        "apply_for_acceptance": "申请复查验收",
        "endorse_as_parent_company_head": "上级公司签字背书",
        "evaluate_effect": "评估治理效果",
        "inspect_rectification": "现场复查验收",
        "approve_acceptance": "审定验收意见",
        "endorse_as_leader_in_charge": "分管领导签字背书",
        "approve_delisting": "审批摘牌销号",
        "withdraw_case": "撤销督办事项",
        "archive_case": "归档",
    },
    Outcome: {
        "done": "已办理",
        "accepted": "同意",
        "returned": "退回",
        "ordinary": "一般隐患",
        "major": "重大事故隐患",
        "passed": "合格",
        "failed": "不合格",
        "return_to_rectification": "退回继续整改",
        "return_to_acceptance": "退回重新验收",
    },
    Role: {
        "enterprise_safety_officer": "企业安全生产管理人员",
        "enterprise_principal": "企业主要负责人",
        "parent_company_head": "上级公司主要负责人",
        "actual_controller": "实际控制人",
        "case_officer": "监管经办人",
        "legality_reviewer": "法制审核人",
        "acceptance_reviewer": "验收组成员",
        "department_head": "监管部门负责人",
        "committee_officer": "安委办经办人",
        "committee_office_head": "安委办主任",
        "authorised_signatory": "授权签发人",
        "leader_in_charge": "分管领导",
        "government_officer": "属地政府经办人",
        "government_principal": "属地政府主要负责人",
        "township_officer": "乡镇经办人",
        "expert": "专家",
        "secrecy_reviewer": "公开保密审查人",
        "discipline_receiver": "案件监督管理室",
        "discipline_handler": "纪检监察承办人",
        "police_liaison": "公安机关联络人",
        "organisation_liaison": "组织部门联络人",
        "procuratorate_liaison": "检察机关联络人",
        "informant_custodian": "举报信息保密员",
        "system_admin": "系统管理员",
        "security_admin": "安全保密管理员",
        "audit_admin": "安全审计员",
    },
    Phase: {
        "intake": "受理核查",
        "listing": "挂牌",
        "handover": "移交",
        "rectification": "整改",
        "acceptance": "复查验收",
        "closure": "摘牌销号",
        "delisted": "已摘牌",
        "archived": "已归档",
    },
    CaseEnding: {"delisted": "摘牌销号", "withdrawn": "撤销", "ordinary": "按一般隐患处理"},
    Track: {"ordinary": "按一般隐患处理", "listed": "挂牌督办"},
    ListingLevel: {"county": "县级挂牌", "city": "市级挂牌"},
    HazardSource: {"enterprise_report": "企业上报", "regulator_finding": "监管发现"},
    OrganisationKind: {
        "government": "人民政府",
        "department": "监管部门",
        "safety_committee": "安全生产委员会",
        "committee_office": "安委会办公室",
        "discipline_organ": "纪检监察机关",
        "enterprise": "企业",
    },
    DocumentKind: {
        "listing_notice": "挂牌督办通知书",
        "delisting_notice": "解除挂牌督办通知书",
        "rectification_order": "责令限期整改指令书",
        "immediate_measures_order": "现场处理措施决定书",
        "acceptance_opinion": "复查验收意见书",
        "handover_letter": "移交函",
        "first_report_receipt": "首报回执",
    },
    Evidence: {
        "S": "已核原文",
        "P": "转引未核",
        "M": "一般知识未核",
        "I": "本地设置",
    },
    DaySource: {
        "ordinary": "工作日",
        "weekend": "周末",
        "notice": "放假通知",
        "statutory": "法定节日（放假通知尚未公布）",
        "make_up": "调休上班",
    },
    DeadlineUnit: {
        "working_days": "个工作日",
        "calendar_days": "日",
        "hours": "小时",
        "fixed_date": "固定日期",
    },
    ServiceMethod: {"direct": "直接送达", "left_at_premises": "留置送达", "post": "邮寄送达"},
    DelistingKind: {
        "rectified": "治理",
        "demolished": "拆除",
        "closed_down": "关闭",
        "tailings_pond_closed": "闭库",
    },
}

# Code of a refusal -> what happened and what to do. Placeholders are filled from its `detail`.
ERRORS: Mapping[str, str] = {
    "rule_refused": "按规定不能这样办理。请返回事项页面，查看当前可以办理的内容。",
    "task_not_ready": (
        "这一步现在不能办理：可能已由他人办结，或者还没有轮到。"
        "请打开事项页面查看办理过程，确认下一步由谁办理。"
    ),
    "shown_changed": (
        "您打开页面之后，事项内容有了变化，本次提交没有生效。"
        "请重新打开事项，核对最新内容后再提交；您填写的内容保留在下方。"
    ),
    "task_not_ready.done": (
        "这一步已由{person}于 {at} 办结，您的提交没有生效。"
        "请打开事项页面查看办理过程；您填写的内容保留在下方，可以复制。"
    ),
    "permission_refused": (
        "您现任的岗位不能办理“{action}”。请从待办中打开由您办理的事项；"
        "如属误判，请联系本单位系统管理员核对岗位。"
    ),
    "permission_refused.need_unmet": (
        "“{action}”现在还不能办理：{missing}。请先在事项页面查看还缺什么，具备条件后再办理。"
    ),
    "permission_refused.separation_of_duties": (
        "您在本事项中办理过“{missing}”，不能再办理“{action}”，须由其他人员办理。"
        "请转告同岗位的其他人员从待办中打开。"
    ),
    "case_not_found": "没有找到这一督办事项，或者它不在您的职责范围内。请从待办或台账中重新打开。",
    "document_not_found": "没有找到这份文书，或者它不在您的职责范围内。请从事项页面重新打开。",
    "draft_not_ready": "签发稿正在生成，须先看到文稿才能签署。请稍等片刻，刷新事项页面后再办理。",
    "invalid_command": "有内容没有填写或者填写有误，请返回修改后再提交。",
    "form_sent_twice": "这张表已经提交过，没有重复登记。请从台账中打开已登记的事项。",
    "password_refused": "新密码不符合要求，请换一个再试。",
    "upload_refused": "附件“{file_name}”不能接收，没有保存。请更换文件后重新提交。",
    "upload_type": (
        "附件“{file_name}”不是允许的类型，或者内容与扩展名不符，没有保存。"
        "请上传 PDF、JPG 或 PNG 文件；纸质材料请扫描成 PDF。"
    ),
    "upload_too_large": (
        "附件“{file_name}”太大或页数太多，没有保存。单个文件不得超过 20 MB，请压缩或拆分。"
    ),
    "upload_broken": "附件“{file_name}”打不开，可能已损坏，没有保存。请重新导出或扫描后上传。",
    "upload_empty": "附件“{file_name}”是空文件，没有保存。请检查文件后重新上传。",
    "upload_active_content": (
        "附件“{file_name}”含有脚本、嵌入文件或设有密码，没有保存。"
        "请去除密码，另存为普通 PDF 或打印成 PDF 后重新上传。"
    ),
    "definition_not_found": "没有找到本事项所用的流程图。请联系系统管理员运行安装检查。",
    "definition_invalid": "流程图有错误，不能使用：{reason}。请联系系统管理员修改后重新装入。",
    "draft_too_large": "草稿文字过多，无法暂存。请删减后再存，详细材料可作为附件上传。",
    "unreadable_text": "填写的内容含有无法识别的字符，请删除后重新输入。",
    "organ_mark_missing": "{organ}尚未登记机关代字，不能编发文号。请联系系统管理员登记后再办理。",
    "definition_changed": "已存的流程图与其校验值不符，不能使用。请联系系统管理员核查数据库。",
    "expression_not_allowed": "流程图中的条件含有不允许的写法。请联系系统管理员修改流程图。",
    "fact_missing": "流程图引用了系统不掌握的事实。请联系系统管理员修改流程图。",
    "instance_count": "没有可以移交或验收的对象，流程无法继续。请先补充接收单位或验收人员。",
    "script_not_allowed": "流程图含有脚本，不予执行。请联系系统管理员修改流程图。",
    "diagram_failed": "流程图执行失败，本次办理没有生效。请联系系统管理员，并告知事项编号。",
    "state_tampered": (
        "本事项的流程状态未通过完整性校验，已停止办理以保护案卷。请立即联系系统管理员。"
    ),
    "state_format": "本事项的流程状态由另一版本的系统保存，暂不能办理。请联系系统管理员升级数据。",
    "deadline_rule_invalid": "期限规则有错误，无法计算期限。请联系系统管理员核对期限规则。",
    "fixed_date_out_of_range": "所选日期超出允许范围，请重新选择日期。",
    "render_failed": "文书生成失败，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "render_inputs_too_large": "文书内容或附图太大，无法生成。请精简内容后重新办理。",
    "render_timed_out": "文书生成超时，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "renderer_died": "文书生成程序意外退出，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "sign_in_needed": (
        "您还没有登录，或者因长时间未操作已自动退出，本次提交没有生效。"
        "请重新登录后再办理；您填写的内容保留在下方，可以复制。"
    ),
    "page_refused": (
        "您现任的岗位不能打开这个页面。"
        "请从上方菜单进入您可以办理的事项；如属误判，请联系本单位系统管理员核对岗位。"
    ),
    "cross_site_refused": "这次提交来自其他网站，已被拒绝。请从本系统的页面重新打开并提交。",
    "demonstration_is_local": (
        "这是演示系统，只能在安装它的计算机上直接访问，不对外提供服务。"
        "正式使用请另行安装，不要使用演示数据库。"
    ),
    "password_change_needed": "您的密码由管理员设置，须先修改密码才能办理事项。",
    "form_token_missing": (
        "页面已过期或提交不完整，本次提交没有生效。"
        "请返回上一页，刷新后重新提交；您填写的内容保留在下方，可以复制。"
    ),
    "http_400": "提交的内容无法识别。请返回上一页，刷新后重新提交。",
    "http_401": "请先登录。",
    "http_403": "您不能打开这个页面。",
    "http_404": "没有这个页面，网址可能有误或已失效。请从上方菜单重新进入。",
    "http_405": "这个网址不能这样打开。请从上方菜单重新进入，再按页面上的按钮办理。",
    "http_413": "提交的内容太大，没有保存。请压缩或减少附件，分几次上传。",
    "http_500": (
        "系统内部出错，本次提交没有生效，原有数据没有改变。"
        "请稍后重试；如再次出现，请把下面的错误编号告诉系统管理员。"
    ),
}

# Needs of the permission table -> why the act must wait.
NEEDS: Mapping[str, str] = {
    "has_parent_company": "责任单位没有上级公司",
    "no_parent_company": "责任单位有上级公司，应由上级公司主要负责人签字背书",
    "no_enterprise": "有责任企业，应由企业一方签字背书",
    "not_listed_yet": "已经挂牌督办",
    "listed": "尚未挂牌督办",
    "listing_served": "挂牌督办通知书尚未送达",
    "every_receiver_reported": "接收移交的单位尚未全部反馈办理结果",
    "measures_in_force": "没有正在执行的现场处理措施",
    "no_measures_in_force": "现场处理措施尚未解除",
    "criterion_confirmed": "判定依据尚未经第二人复核",
    "criterion_on_record": "尚未登记判定依据",
    "nothing_missing": "还有待补的内容",
    "double_report_complete": "双报告尚未完成，缺企业负责人签署或向职工大会报告的记录",
}

# Status of an answer -> its heading.
TITLES: Mapping[int, str] = {
    400: "无法处理这次提交",
    401: "请先登录",
    403: "不能办理或查看",
    404: "没有找到",
    405: "打开方式不对",
    409: "情况有变，未能办理",
    413: "内容太大",
    422: "请修改后再提交",
    500: "系统出错",
    503: "暂时无法办理",
}

# Code of a wrong field -> what to do. `{label}` is the field's; `{value}` follows a colon.
FIELD_PROBLEMS: Mapping[str, str] = {
    "required": "请填写{label}",
    "choose": "请选择{label}",
    "upload_required": "请上传{label}",
    "too_many_files": "{label}一次最多 {value} 个文件",
    "between": "{label}应为 {value} 之间的整数",
    "criterion_twice": "判定依据请从目录选择，或者手工录入，不要两处都填",
    "too_long": "{label}不得超过 {value} 个字",
    "too_short": "{label}不得少于 {value} 个字",
    "not_a_date": "{label}应为日期，例如 2026-03-01",
    "in_future": "{label}不能晚于今天",
    "not_in_future": "{label}应晚于今天",
    "before_issue": "{label}不能早于文书签发日期",
    "beyond_limit": "{label}不能晚于责令整改指令规定的整改期限",
    "over_one_year": "{label}不能超过一年",
    "range": "{label}应为 0 到 100 之间的数字",
    "not_a_number": "{label}应为数字",
    "choice": "{label}不在可选范围内，请重新选择",
    "before_application": "{label}不能早于本轮申请复查验收的日期",
    "before_finding": "{label}不能早于隐患发现日期",
    "own_name": "{label}应为另一名执法人员，不能填写本人",
    "scan_required": "手工录入判定条文时，请同时上传条文的扫描件",
    "not_in_force": "所选条款在发现日期尚未施行或已经废止，请重新选择{label}",
    "no_rectification_order": "尚未下达责令整改指令，请先下达",
    "no_listing_body": "系统中没有登记{label}对应的挂牌单位，请联系系统管理员",
    "unknown": "{label}有误，请核对后重新填写",
    "sign_in_failed": "用户名或密码不正确。多次输错后须等待一段时间再试",
    "wrong_password": "当前密码不正确。多次输错后须等待一段时间再试",
    "password_too_short": "{label}至少 12 个字符，可以用一句容易记住的话",
    "password_too_long": "{label}不得超过 128 个字符",
    "password_too_simple": "{label}过于简单，请至少使用 5 个不同的字符",
    "password_contains_username": "{label}不得包含用户名",
    "passwords_differ": "两次输入的新密码不一致",
}

# Where a document stands between its draft and its issue.
DOCUMENT_STATES: Mapping[str, str] = {
    "draft": "签发稿",
    "numbered": "已编号",
    "issued": "已印发",
    "void": "已作废",
    "returned": "已退回",
}

# On the page of the case, after a form that began it arrived once more.
SENT_TWICE = "这张表已经提交过，没有重复登记。本页就是它登记的事项。"
# On the list of drafts, after one was deleted.
GOVERNMENT_STANDS_IN = "{name}（无企业主体的隐患）"
DRAFT_DELETED = "草稿已删除。"

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


@dataclass(frozen=True)
class Decision:
    """One button: what it says, and what will happen when it is pressed."""

    button: str
    consequence: str


DECISIONS: Mapping[tuple[Action, Outcome], Decision] = {
    (Action.FILE_FIRST_REPORT, Outcome.DONE): Decision(
        "提交首报", "立即给出受理编号，送监管部门核查；续报和向职工报告随后按期补办。"
    ),
    (Action.REGISTER_HAZARD, Outcome.DONE): Decision(
        "登记隐患", "立即立案并给出受理编号；随即可以责令采取现场处理措施、下达整改指令。"
    ),
    (Action.SUPPLEMENT_REPORT, Outcome.DONE): Decision(
        "提交续报", "送本企业主要负责人签署双报告。"
    ),
    (Action.RECORD_WORKFORCE_REPORT, Outcome.DONE): Decision(
        "登记报告情况", "双报告中向职工报告一项办结；主要负责人签署后，双报告全部办结。"
    ),
    (Action.SIGN_DOUBLE_REPORT, Outcome.DONE): Decision(
        "签署双报告", "您对报告内容的真实、完整负责。双报告全部办结是摘牌销号的前提之一。"
    ),
    (Action.CONFIRM_CRITERION, Outcome.DONE): Decision(
        "确认与原文一致", "该条文固定为本事项的判定依据，不再更改；部门负责人可据此确认判定结论。"
    ),
    (Action.ORDER_IMMEDIATE_MEASURES, Outcome.DONE): Decision(
        "作出决定", "立即编号登记，措施自现在起生效；解除之前不能摘牌销号。"
    ),
    (Action.LIFT_IMMEDIATE_MEASURES, Outcome.DONE): Decision(
        "解除措施", "现场处理措施自现在起解除；需要时可以再次责令采取措施。"
    ),
    (Action.ISSUE_RECTIFICATION_ORDER, Outcome.DONE): Decision(
        "下达指令", "立即编号登记，整改期限按所填日期确定；判定结论确认后，进入挂牌和整改。"
    ),
    (Action.VERIFY_HAZARD, Outcome.MAJOR): Decision(
        "核定为重大事故隐患", "系统据此提出处置建议，送本部门负责人确认判定结论。"
    ),
    (Action.VERIFY_HAZARD, Outcome.ORDINARY): Decision(
        "核定为一般隐患", "送本部门负责人确认；确认后督办程序结束，由企业按一般隐患整改。"
    ),
    (Action.CONFIRM_VERDICT, Outcome.MAJOR): Decision(
        "确认为重大事故隐患", "责令整改指令下达后，转安委办提出挂牌建议，企业同时编制治理方案。"
    ),
    (Action.CONFIRM_VERDICT, Outcome.ORDINARY): Decision(
        "确认为一般隐患", "督办程序立即结束，未办的步骤和期限一并终止。须写明理由。"
    ),
    (Action.CONFIRM_VERDICT, Outcome.RETURNED): Decision(
        "退回重新核查", "退回监管经办人重新现场核查，核查期限重新起算。须写明理由。"
    ),
    (Action.PROPOSE_LISTING, Outcome.DONE): Decision(
        "提出挂牌建议",
        "生成并冻结签发稿，送安委办主任审核；此后审核、会签、签发的是同一份。",
    ),
    (Action.REVIEW_DRAFT, Outcome.ACCEPTED): Decision(
        "同意，送会签", "送分管该行业领域的领导会签。"
    ),
    (Action.REVIEW_DRAFT, Outcome.RETURNED): Decision(
        "退回修改", "退回安委办经办人重新提出建议，另行生成签发稿。须写明理由。"
    ),
    (Action.COUNTERSIGN_LISTING, Outcome.ACCEPTED): Decision("同意会签", "送授权签发人签发。"),
    (Action.COUNTERSIGN_LISTING, Outcome.RETURNED): Decision(
        "退回修改", "退回安委办经办人重新提出建议，另行生成签发稿。须写明理由。"
    ),
    (Action.SIGN_LISTING, Outcome.ACCEPTED): Decision(
        "签发",
        "即时取得通知书文号和督办编号；由安委办送达责任单位，并办理两移交。",
    ),
    (Action.SIGN_LISTING, Outcome.RETURNED): Decision(
        "退回修改", "不签发，退回安委办经办人重新提出建议。须写明理由。"
    ),
    (Action.SERVE_LISTING_NOTICE, Outcome.DONE): Decision(
        "登记送达", "通知书送达在案，事项移交属地人民政府和行业主管部门签收。"
    ),
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.DONE): Decision(
        "签收", "签收时间记录在案；本单位承担相应责任，并须按期反馈办理结果。"
    ),
    (Action.REPORT_HANDOVER_RESULT, Outcome.DONE): Decision(
        "反馈结果", "结果报安委办；接收单位全部反馈后，才能审批摘牌销号。"
    ),
    (Action.SUBMIT_PLAN, Outcome.DONE): Decision(
        "报送方案", "送监管部门审查；审查同意后，整改完成即可申请复查验收。"
    ),
    (Action.REVIEW_PLAN, Outcome.ACCEPTED): Decision(
        "审查同意", "企业按方案整改，期间报告进展，完成后申请复查验收。"
    ),
    (Action.REVIEW_PLAN, Outcome.RETURNED): Decision(
        "退回修改", "退回企业修改后重新报送，整改期限不变。须写明理由。"
    ),
    (Action.REPORT_PROGRESS, Outcome.DONE): Decision(
        "报送进展", "送监管经办人审核；审核之后可以报送下一次进展。"
    ),
    (Action.REVIEW_PROGRESS, Outcome.ACCEPTED): Decision(
        "审核通过", "意见反馈企业，企业继续整改。"
    ),
    (Action.REVIEW_PROGRESS, Outcome.RETURNED): Decision(
        "指出问题", "意见反馈企业，企业须在下次报告中说明改正情况。须写明问题。"
    ),
    (Action.APPLY_FOR_ACCEPTANCE, Outcome.DONE): Decision(
        "申请验收", "送上级公司主要负责人签字背书；没有上级公司的，由实际控制人背书。"
    ),
    (Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.ACCEPTED): Decision(
        "同意背书", "您对整改进展和落实情况签字背书；进入复查验收，企业先评估治理效果。"
    ),
    (Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.RETURNED): Decision(
        "不同意，退回", "退回企业继续整改、重新申请，整改期限不变。须写明理由。"
    ),
    (Action.EVALUATE_EFFECT, Outcome.DONE): Decision(
        "提交评估结论", "复查验收总时限开始计算，由验收组成员分别到现场复查。"
    ),
    (Action.INSPECT_RECTIFICATION, Outcome.PASSED): Decision(
        "复查合格", "记为您本人的意见；验收组成员都签署后，送监管部门负责人审定。"
    ),
    (Action.INSPECT_RECTIFICATION, Outcome.FAILED): Decision(
        "复查不合格", "记为您本人的意见；验收组成员都签署后，送监管部门负责人审定。"
    ),
    (Action.APPROVE_ACCEPTANCE, Outcome.PASSED): Decision(
        "验收合格", "复查验收结束，转分管领导签字背书。"
    ),
    (Action.APPROVE_ACCEPTANCE, Outcome.FAILED): Decision(
        "验收不合格", "进入下一轮整改，企业重新报送治理方案，整改期限不变。须写明理由。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.ACCEPTED): Decision(
        "同意背书", "您对整改结果签字背书；送挂牌单位授权签发人审批摘牌销号。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.RETURN_TO_RECTIFICATION): Decision(
        "退回继续整改", "进入下一轮整改，企业重新报送治理方案，整改期限不变。须写明理由。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.RETURN_TO_ACCEPTANCE): Decision(
        "退回重新验收", "进入下一轮复查验收，企业重新评估效果后再行复查。须写明理由。"
    ),
    (Action.APPROVE_DELISTING, Outcome.ACCEPTED): Decision(
        "同意摘牌销号", "取得解除挂牌督办通知书文号，督办结束，未办期限一并终止；转安委办归档。"
    ),
    (Action.APPROVE_DELISTING, Outcome.RETURN_TO_RECTIFICATION): Decision(
        "退回继续整改", "不予摘牌，进入下一轮整改，整改期限不变。须写明理由。"
    ),
    (Action.APPROVE_DELISTING, Outcome.RETURN_TO_ACCEPTANCE): Decision(
        "退回重新验收", "不予摘牌，进入下一轮复查验收。须写明理由。"
    ),
    (Action.WITHDRAW_CASE, Outcome.DONE): Decision(
        "撤销督办", "督办立即结束，未办的步骤和期限一并终止，不能恢复；理由永久保留在案卷中。"
    ),
    (Action.ARCHIVE_CASE, Outcome.DONE): Decision("归档", "案卷归档，本事项办理全部结束。"),
}

# What a step asks of the person who holds it.
ASKED: Mapping[Action, str] = {
    Action.FILE_FIRST_REPORT: "报告隐患的部位、情况和已采取的措施。",
    Action.REGISTER_HAZARD: "登记检查发现的重大事故隐患。",
    Action.SUPPLEMENT_REPORT: "补充隐患现状及原因、危害程度，逐项报告“五到位”落实情况。",
    Action.RECORD_WORKFORCE_REPORT: "向职工大会或者职工代表大会报告隐患情况，在此登记并上传证明。",
    Action.SIGN_DOUBLE_REPORT: "审阅续报内容，由主要负责人签署。",
    Action.CONFIRM_CRITERION: "对照扫描件或正式文本，逐字核对他人手工录入的判定依据。",
    Action.ORDER_IMMEDIATE_MEASURES: "发现现实危险时，责令撤出人员、暂时停产停业或者停用设施设备。",
    Action.LIFT_IMMEDIATE_MEASURES: "危险排除并经审查同意后，解除已采取的现场处理措施。",
    Action.ISSUE_RECTIFICATION_ORDER: "责令责任单位限期整改，确定整改要求和整改期限。",
    Action.VERIFY_HAZARD: "到现场核查隐患是否属实、是否构成重大事故隐患、依据哪一条判定标准。",
    Action.CONFIRM_VERDICT: "审核现场核查意见，确认判定结论和处置方式。",
    Action.PROPOSE_LISTING: "提出挂牌建议，拟定挂牌督办通知书。",
    Action.REVIEW_DRAFT: "审核挂牌督办通知书签发稿。",
    Action.COUNTERSIGN_LISTING: "会签挂牌督办通知书签发稿。",
    Action.SIGN_LISTING: "签发挂牌督办通知书。签发的就是下面这份签发稿，一字不改。",
    Action.SERVE_LISTING_NOTICE: "将挂牌督办通知书送达责任单位，登记送达情况。",
    Action.ACKNOWLEDGE_HANDOVER: "签收移交给本单位的挂牌督办事项。",
    Action.REPORT_HANDOVER_RESULT: "反馈本单位督促整改或者跟踪督办的结果。",
    Action.SUBMIT_PLAN: "编制并报送重大事故隐患治理方案，六项内容缺一不可。",
    Action.REVIEW_PLAN: "审查企业报送的治理方案是否可行、是否赶得上整改期限。",
    Action.REPORT_PROGRESS: "报告整改进展。",
    Action.REVIEW_PROGRESS: "审核企业报送的整改进展。",
    Action.APPLY_FOR_ACCEPTANCE: "整改完成后，由主要负责人申请复查验收。",
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: "对整改进展和落实情况签字背书。",
    Action.EVALUATE_EFFECT: "组织评估治理效果，提交评估结论。",
    Action.INSPECT_RECTIFICATION: "到现场复查整改情况，签署您本人的意见。",
    Action.APPROVE_ACCEPTANCE: "根据验收组意见，作出验收结论。",
    Action.ENDORSE_AS_LEADER_IN_CHARGE: "对整改结果签字背书。",
    Action.APPROVE_DELISTING: "审批摘牌销号。谁挂牌，谁摘牌。",
    Action.WITHDRAW_CASE: "不应继续督办的，撤销本事项。",
    Action.ARCHIVE_CASE: "在事项页面核对文书、附件和办理过程是否齐全，然后归档。",
}

# A need that is not met -> who does what about it; said after the sentence of NEEDS.
MENDS: Mapping[str, str] = {
    "listing_served": "请等待安委办送达并登记。",
    "every_receiver_reported": "请等待属地政府和主管部门全部反馈。",
    "measures_in_force": "无须解除。",
    "no_measures_in_force": "请先由监管经办人解除。",
    "criterion_on_record": "请退回现场核查，由监管经办人补充。",
    "criterion_confirmed": "请先由录入人以外的监管人员对照原文复核。",
    "nothing_missing": "请先由监管部门补齐下列内容。",
    "double_report_complete": "请督促企业补办。",
}

# A value that the engine's decision proposed -> what it proposes.
PROPOSALS: Mapping[str, Mapping[str, str]] = {
    "proposed_track": ENUMS[Track],
    "proposed_level": ENUMS[ListingLevel],
}
PROPOSAL_NAMES: Mapping[str, str] = {
    "proposed_track": "系统建议的处置方式",
    "proposed_level": "系统建议的挂牌层级",
}


class _Details(dict[str, str]):
    """Values for the placeholders of a sentence; what is not known stays blank."""

    def __missing__(self, key: str) -> str:
        return ""


def label_of(member: StrEnum) -> str:
    """The Chinese word for an enum member."""
    return ENUMS[type(member)][member.value]


def error_sentence(code: str, detail: Mapping[str, str]) -> str:
    """What happened and what to do; more exactly where the detail of the refusal allows."""
    reason = "done" if "person" in detail else detail.get("reason", "")
    sentence = ERRORS.get(f"{code}.{reason}") or ERRORS[code]
    return sentence.format_map(_Details({name: _said(text) for name, text in detail.items()}))


# What somebody did in a case that is no act of its own.
_DEEDS: Mapping[str, str] = {"criterion": "录入判定依据"}


def _said(text: str) -> str:
    """A value of a refusal's detail in words: an action, a need, a time, or itself."""
    known = NEEDS.get(text) or ENUMS[Action].get(text) or _DEEDS.get(text)
    if known is not None:
        return known
    try:
        return local_time(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def field_problem(code: str, label: str) -> str:
    """What is wrong with a field. A text that is no code of ours is shown as it stands."""
    name, _, value = code.partition(":")
    sentence = FIELD_PROBLEMS.get(name)
    return code if sentence is None else sentence.format(label=label, value=value)


def local_time(moment: datetime) -> str:
    """A moment as the office's clock shows it."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")


def field_label(action: Action, name: str) -> str:
    """The word for a field of an act."""
    return FIELD_LABELS.get(f"{action}.{name}") or FIELD_LABELS[name]


def field_hint(action: Action, name: str) -> str:
    """What helps to fill in a field; empty where the label says enough."""
    return FIELD_HINTS.get(f"{action}.{name}") or FIELD_HINTS.get(name, "")
