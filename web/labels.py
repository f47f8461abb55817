"""Chinese words for enums, refusals and wrong fields. Everything else is said in the templates."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from services.clock import LOCAL_ZONE
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

ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Action: {
        "file_first_report": "填报首报",
        "register_hazard": "登记隐患",
        "supplement_report": "填报续报",
        "record_workforce_report": "登记向职工大会报告情况",
        "sign_double_report": "签署双报告",
        "confirm_criterion": "复核判定依据",
        "order_immediate_measures": "责令采取现场处理措施",
        "lift_immediate_measures": "解除现场处理措施",
        "issue_rectification_order": "下达责令整改指令",
        "verify_hazard": "现场核查",
        "confirm_verdict": "确认判定结论",
        "propose_listing": "提出挂牌建议",
        "review_draft": "审核挂牌文稿",
        "countersign_listing": "会签挂牌督办通知书",
        "sign_listing": "签发挂牌督办通知书",
        "serve_listing_notice": "送达挂牌督办通知书",
        "acknowledge_handover": "签收移交",
        "report_handover_result": "反馈移交办理结果",
        "submit_plan": "报送治理方案",
        "review_plan": "方案审查",
        "report_progress": "报告整改进展",
        "review_progress": "审阅整改进展",
        "apply_for_acceptance": "申请复查验收",
        "endorse_as_parent_company_head": "上级公司主要负责人签字背书",
        "evaluate_effect": "评估治理效果",
        "inspect_rectification": "现场复查验收",
        "approve_acceptance": "审批验收结论",
        "endorse_as_leader_in_charge": "分管领导签字背书",
        "approve_delisting": "审批摘牌销号",
        "withdraw_case": "撤销督办",
        "archive_case": "归档",
    },
    Outcome: {
        "done": "已办理",
        "accepted": "同意",
        "returned": "退回",
        "refused": "不同意",
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
    Track: {"ordinary": "按一般隐患处理", "tracked": "部门跟踪督办", "listed": "挂牌督办"},
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
    "permission_refused": (
        "您现任的岗位不能办理这一步，或者您已在本事项中办理过须由不同人员办理的步骤。"
        "如属误判，请联系本单位系统管理员核对岗位。"
    ),
    "case_not_found": "没有找到这一督办事项，或者它不在您的职责范围内。请从待办或台账中重新打开。",
    "document_not_found": "没有找到这份文书，或者它不在您的职责范围内。请从事项页面重新打开。",
    "draft_not_ready": "签发稿正在生成，须先看到文稿才能签署。请稍等片刻，刷新事项页面后再办理。",
    "invalid_command": "有内容没有填写或者填写有误，请返回修改后再提交。",
    "form_sent_twice": "这张表已经提交过，没有重复登记。请从台账中打开已登记的事项。",
    "password_refused": "新密码不符合要求，请换一个再试。",
    "upload_empty": "附件“{file_name}”是空文件。请检查文件后重新上传。",
    "upload_too_large": "附件“{file_name}”太大。单个文件不得超过 {limit}，请压缩或拆分后重新上传。",
    "upload_type_refused": (
        "附件“{file_name}”的类型不在允许范围内，或者内容与扩展名不符。"
        "请上传 PDF、JPG、PNG 或 DOCX、XLSX 文件。"
    ),
    "upload_unreadable": "附件“{file_name}”无法读取，可能已损坏。请重新导出或扫描后上传。",
    "definition_not_found": "没有找到本事项所用的流程图。请联系系统管理员运行安装检查。",
    "definition_invalid": "流程图有错误，不能使用：{reason}。请联系系统管理员修改后重新装入。",
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
    "too_long": "{label}不得超过 {value} 个字",
    "too_short": "{label}不得少于 {value} 个字",
    "not_a_date": "{label}应为日期，例如 2026-03-01",
    "in_the_future": "{label}不能晚于今天",
    "in_the_past": "{label}不能早于今天",
    "not_a_number": "{label}应为数字",
    "not_a_choice": "{label}不在可选范围内，请重新选择",
    "unknown": "{label}有误，请核对后重新填写",
    "sign_in_failed": "用户名或密码不正确。多次输错后须等待一段时间再试",
    "wrong_password": "当前密码不正确。多次输错后须等待一段时间再试",
    "password_too_short": "{label}至少 12 个字符，可以用一句容易记住的话",
    "password_too_long": "{label}不得超过 128 个字符",
    "password_too_simple": "{label}过于简单，请至少使用 5 个不同的字符",
    "password_contains_username": "{label}不得包含用户名",
    "passwords_differ": "两次输入的新密码不一致",
}


class _Details(dict[str, str]):
    """Values for the placeholders of a sentence; what is not known stays blank."""

    def __missing__(self, key: str) -> str:
        return ""


def label_of(member: StrEnum) -> str:
    """The Chinese word for an enum member."""
    return ENUMS[type(member)][member.value]


def error_sentence(code: str, detail: Mapping[str, str]) -> str:
    """What happened and what to do, for the code of a refusal."""
    return ERRORS[code].format_map(_Details(detail))


def field_problem(code: str, label: str) -> str:
    """What is wrong with a field. A text that is no code of ours is shown as it stands."""
    name, _, value = code.partition(":")
    sentence = FIELD_PROBLEMS.get(name)
    return code if sentence is None else sentence.format(label=label, value=value)


def local_time(moment: datetime) -> str:
    """A moment as the office's clock shows it."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
