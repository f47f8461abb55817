"""What is wrong with a case from paper: the act, the field, and what to do."""

from collections.abc import Mapping

from web.labels.enums import ENUMS
from web.labels.fields import FIELD_LABELS
from web.labels.refusals import ERRORS, FIELD_PROBLEMS, NEEDS, error_sentence, field_problem
from workflows.vocabulary import Action

PAPER_CASE_ENTERED = "线下事项已录入，待第二人复核；复核确认之后事项才建立。"
# Fields of the file that no form has.
_FIELDS: Mapping[str, str] = {
    "file": "文件",
    "original_place": "原件存放地点 original_place",
    "acts": "办理事项 acts",
    "action": "环节 action",
    "on": "日期 on",
    "by": "办理人 by",
    "outcome": "决定 outcome",
    "number": "文号 number",
    "case_number": "督办编号 case_number",
    "scans": "扫描件 scans",
    "responsible_party": "责任单位 responsible_party",
    "listing_body": "挂牌单位 listing_body",
    "recorder": "录入人 --as",
}
REPLAY_PROBLEMS: Mapping[str, str] = {
    "not_json": "不是有效的 JSON，请检查引号、逗号和括号",
    "not_utf8": "不是 UTF-8 编码，请另存为 UTF-8",
    "not_a_paper_case": "应为一个对象，只含 original_place 和 acts 两项",
    "begins_no_case": "第一项应为首报或者登记隐患",
    "begins_again": "首报或者登记隐患只能是第一项",
    "before_previous": "早于上一项，请按办理先后排列",
    "not_past": "应早于今天；今天签署的，在该步骤登记线下签署",
    "not_a_list": "应为文件名的列表",
    "notice_not_pdf": "挂牌督办通知书的扫描件应为 PDF，并列在第一个",
    "scan_missing": "没有找到扫描件“{missing}”",
    "unknown_field": "不是这一环节的栏目，请核对名称",
    "unknown_organisation": "系统中没有“{missing}”，请核对单位全称",
    "two_organisations": "系统中有两个“{missing}”，请改用单位代码",
    "two_people": "该单位有两名“{missing}”，无法判断是哪一位，请联系系统管理员",
    "not_entitled": "“{missing}”不是这一步的办理单位，或者没有轮到它办理",
    "not_open": "按流程图此时不能办理这一环节，此时可以办理的是：{missing}",
    "other_office": "不是您所在单位监管或者挂牌的事项，应由主管单位补录",
    "no_officer": "没有“{missing}”这一账号",
    "draft_not_ready": "通知书在纸上审核而没有签发的，只录到提出挂牌建议，其余在系统中办理",
    "permission_refused.need_unmet": "条件尚不具备：{missing}",
    "permission_refused.separation_of_duties": (
        "同一人办理过“{missing}”，按规定应当回避，请核对办理人"
    ),
    "permission_refused.no_post": "所列单位和人员按规定不能办理这一步，请核对",
}


def replay_problem(detail: Mapping[str, str]) -> str:
    """One sentence: the place in the file, the step, the field, and what is wrong with it."""
    place, action, field = detail["place"], detail["action"], detail["field"]
    where = f"第 {place} 项“{ENUMS[Action][action]}”" if action else ""
    if place != "0" and not action:
        where = f"第 {place} 项"
    label = _FIELDS.get(field) or FIELD_LABELS.get(f"{action}.{field}") or FIELD_LABELS.get(field)
    return "：".join(part for part in (where, _what(detail, label or field)) if part) + "。"


def _what(detail: Mapping[str, str], label: str) -> str:
    code = detail["problem"]
    sentence = REPLAY_PROBLEMS.get(code)
    if sentence is not None:
        said = sentence.format(missing=_said(detail.get("missing", "")))
        return f"{label}，{said}" if label else said
    if code.partition(":")[0] in FIELD_PROBLEMS:
        return field_problem(code, label)
    name = code.partition(".")[0]
    return error_sentence(name if name in ERRORS else "rule_refused", detail).rstrip("。")


def _said(text: str) -> str:
    actions = ENUMS[Action]
    words = [NEEDS.get(part) or actions.get(part) or part for part in text.split(",")]
    return "、".join(words)
