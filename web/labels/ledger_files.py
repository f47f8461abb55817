"""Words of the ledger as a file: its title, what is wrong with a row, and what to do about it."""

from collections.abc import Mapping

from services.operations.case_import import RowNote, RowResult
from services.workbook.columns import ledger_columns

LEDGER_TITLE = "重大事故隐患挂牌督办台账"
LEDGER_SHEET = "台账"
GUIDE_SHEET = "填写说明"
TEMPLATE_NAME = "督办台账导入模板.xlsx"
EXPORT_NAME = "重大事故隐患挂牌督办台账"
REFUSED_NAME = "有误行"
NUMBER_CHANGED = "国家重大事故隐患数据库编号已保存。"
NOT_FILTERED = "全部（本人职责范围内）"
OVERDUE_ONLY = "只看逾期"
TEMPLATE_HEAD = "自下一行起填写，每行一件；各列填法见第二页“填写说明”。"
ERROR_HEAD = "请按最后一列“问题”修改后，直接上传本文件；已导入的行不在其中。"
EXPORT_HEAD = "筛选条件：{asked}；导出人：{person}；导出时间：{at}；共 {count} 件"
EXPORT_CAPPED = (
    "（符合条件的有 {total} 件，超过上限，只导出受理最早的 {count} 件，请缩小范围分次导出）"
)
CRITERION_SAID = "{document}（{document_number}）{article}：{wording}"
PROGRESS_SAID = "{percent}%　{text}（{on} 报送）"
ASKED_NAMES: Mapping[str, str] = {
    "text": "关键词",
    "phase": "阶段",
    "sector": "行业领域",
    "division": "属地",
    "affiliation": "隶属关系",
    "concern": "情形",
    "late": "已逾期的环节",
}
GUIDE_HEADINGS = ("列名", "填法", "可填内容")

RESULTS: Mapping[RowResult, str] = {
    RowResult.IMPORTED: "已导入",
    RowResult.NUMBER_ADDED: "已存在，已补填国家数据库编号",
    RowResult.UNCHANGED: "已存在，未改动",
    RowResult.REFUSED: "有误，未导入",
}
CHECK_RESULTS: Mapping[RowResult, str] = {
    **RESULTS,
    RowResult.IMPORTED: "可以导入",
    RowResult.NUMBER_ADDED: "已存在，将补填国家数据库编号",
    RowResult.REFUSED: "有误，不会导入",
}
ROW_NOTES: Mapping[RowNote, str] = {
    RowNote.LISTED_ON_PAPER: (
        "填有挂牌文号或日期：事项只登记到核实环节，文号随登记记录保存，挂牌情况须另行补录"
    ),
    RowNote.NUMBER_UNKNOWN: "所填受理编号或督办编号在您的职责范围内没有，按新事项另编受理编号",
}
# The file as a whole.
WORKBOOK_REFUSALS: Mapping[str, str] = {
    "not_xlsx": "只接收 .xlsx 文件。旧格式（.xls）或带宏的文件（.xlsm），请用 Excel 或 WPS "
    "打开后另存为“Excel 工作簿（.xlsx）”。",
    "old_format": "这是旧格式或设有密码的 Excel 文件。请去除密码，"
    "另存为“Excel 工作簿（.xlsx）”后再上传。",
    "broken": "文件打不开，可能已损坏，或者不是 Excel 工作簿。请重新另存为 .xlsx 后上传。",
    "too_large": "文件太大或展开后太大。请只保留台账一页，去除图片，分成几个文件上传。",
    "active_content": "文件含有宏、外部链接、嵌入对象或其他不应出现的内容，不能接收。"
    "请新建工作簿，只把台账的值复制过去（选择性粘贴—数值）后上传。",
    "too_many_rows": "超过 5000 行。请删除末尾的空行，或者分成几个文件上传。",
    "too_many_columns": "列数超过 100 列。请删除右侧多余的列后上传。",
    "no_headings": "没有找到台账的表头。前 20 行中须有一行含“隐患名称”和“责任单位”，"
    "列名与模板一致；隐藏的工作表不读取。",
    "several_ledgers": "有两个以上的工作表都像台账。请只保留一个，或者隐藏其余的。",
    "heading_twice": "表头中“{what}”出现了两次。请删除或改名其中一列。",
    "heading_missing": "表头中缺少必填的列：{what}。请对照模板补上。",
    "no_rows": "表头下面没有内容。请填写后上传。",
}
# The whole import, from the command line.
IMPORT_REFUSALS: Mapping[str, str] = {
    "not_json": "文件不是有效的 JSON，请检查引号、逗号和括号。",
    "not_utf8": "文件不是 UTF-8 编码，请另存为 UTF-8 后重试。",
    "no_list": "文件中没有事项列表。应为 JSON 数组，或含 cases 数组的对象。",
    "no_officer": "--as 指定的账号不存在，或不是监管经办人。",
}
# Code of what is wrong with a cell -> what to do. A value follows a colon.
PROBLEMS: Mapping[str, str] = {
    "required": "必填，请填写",
    "not_text": "应为文本，请重新填写",
    "too_long": "不得超过 {value} 个字，请删减",
    "choice": "不在目录中，请按模板“填写说明”填写名称或代码",
    "eighteen": "应为 18 位，请核对",
    "check_digit": "校验位不符，请对照营业执照核对",
    "digits_lost": "以数值保存，末位数字已丢失；请把单元格设为文本，重新填写全部数字",
    "formula": "是公式，请复制后选择性粘贴为数值",
    "cell_error": "是错误值（如 #N/A），请重新填写",
    "merged": "是合并单元格的一部分，请取消合并，逐行填写",
    "hidden": "在表中被隐藏或筛选掉，请取消隐藏；不导入的请删除",
    "not_a_date": "不是有效日期，应如 2026-03-01",
    "in_future": "不能晚于今天，请核对",
    "unknown_field": "不是可导入的列，请核对列名",
    "not_an_object": "应为 JSON 对象",
    "needs_found_on": "填有判定条款时须填写发现日期",
    "not_in_force": "该条款不在此行业的目录中，或者在发现日期不施行；请核对，或留空待核查时录入",
    "other_party": "该信用代码已登记在另一单位名下，请核对名称和代码",
    "other_code": "该单位已登记的信用代码与此不同，请核对",
    "no_enterprise": "是机关，不是生产经营单位；无主或由政府负责的隐患，请在“登记隐患”中登记",
    "several_of_that_name": "系统中有几家同名单位，请填写统一社会信用代码",
    "other_department": "该单位不归导入人所在部门监管，请交由其监管部门导入",
    "other_case": "本系统中这一编号是另一事项；新事项请清空编号，更正名称请在事项中办理",
    "already_ended": "已经摘牌或办结的事项不作为新隐患导入，请删除本行",
    "recurrence": "与一件已办结的事项相同而发现日期更晚，疑为复燃，请在“登记隐患”中登记",
    "taken": "这一编号已登记在另一事项上，请核对",
    "blanks_within": "不能含有空格或换行，请删除",
    "no_listing_body": "系统中没有对应的挂牌单位，请联系系统管理员",
}
_ROW = "本行"


def column_name(name: str) -> str:
    """The heading of a column, by the name that rows and services know it under."""
    if name == "row":
        return _ROW
    column = ledger_columns().get("division" if name == "division_code" else name)
    return column.heading if column else name


def row_problem(name: str, code: str) -> str:
    """A column and what to do about it."""
    kind, _, value = code.partition(":")
    said = PROBLEMS.get(kind, code).format(value=value)
    return f"{column_name(name)}{said}" if name == "row" else f"{column_name(name)}：{said}"


def differing(names: tuple[str, ...]) -> str:
    """That a case says something else than the file, and stays as it is."""
    return f"与系统中不一致，未改动：{'、'.join(map(column_name, names))}" if names else ""


def workbook_refusal(problem: str, what: str) -> str:
    """Why a file is not read, and what to do."""
    return WORKBOOK_REFUSALS[problem].format(what=what)
