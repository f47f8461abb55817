"""Words for the operator's command line: checks with their mends, and what is wrong with a row."""

from collections.abc import Mapping

from services.operations.case_import import RowResult

CHECKS: Mapping[str, str] = {
    "key_file": "密钥文件及其权限",
    "schema": "数据库结构版本",
    "proxy": "反向代理设置",
    "database_settings": "数据库安全设置",
    "database_integrity": "数据库文件完整性",
    "harfbuzz_subset": "公文生成所需字库组件",
    "fonts": "公文字体",
    "calendar_years": "本年度放假安排",
    "diagrams": "当前流程图",
    "pinned_definitions": "在办事项所用流程图",
    "stuck_cases": "无人办理且无期限的在办事项",
    "incidents": "多次失败的后台任务",
    "audit_chain": "审计链",
    "audit_contents": "办理记录与审计承诺值",
    "administration_log": "管理记录与审计承诺值",
    "cases_without_department": "没有监管部门的在办事项",
}
MENDS: Mapping[str, str] = {
    "key_file": "运行 flask setup；如数据库已有事项，从备份恢复密钥文件并执行 chmod 600",
    "schema": "运行 flask setup 升级数据库",
    "proxy": "经反向代理提供 HTTPS 时，把 GUAPAI_PROXY_HOPS 设为代理层数，"
    "否则所有访问者被当作同一地址，登录限制会误伤",
    "database_settings": "恢复数据库默认安全设置后重启；PostgreSQL 须打开 fsync、full_page_writes、"
    "synchronous_commit",
    "database_integrity": "停止服务，从最近的备份恢复数据库文件",
    "harfbuzz_subset": "运行 make setup 安装 libharfbuzz-subset0，否则每份公文要多花十秒",
    "fonts": "运行 make setup（或 make fonts）安装公文字体",
    "calendar_years": "载入国务院办公厅当年放假通知；在此之前算出的期限均为暂定",
    "diagrams": "运行 flask definitions lint bpmn 查看并修正",
    "pinned_definitions": "相关事项停在旧版流程图上，与现行权限或事实不符，请联系维护人员迁移",
    "stuck_cases": "逐件打开事项核对流程位置，并联系维护人员",
    "incidents": "查看后台任务日志，排除原因后重试",
    "audit_contents": "所示办理记录（序号）在写入后被改动；保留现场，用备份比对",
    "cases_without_department": "为责任单位登记监管部门，并联系维护人员为所示事项补登",
    "administration_log": "所示管理记录（序号）在写入后被改动；保留现场，用备份比对",
    "audit_chain": "保留现场，停止写入，用备份比对所示序号起的审计记录",
}
INIT_REFUSALS: Mapping[str, str] = {
    "other_profile": "辖区配置 {profile} 与设置不符。请先设 GUAPAI_PROFILE={profile}，再执行。",
    "no_name": "三名管理员的姓名都不能为空。",
    "not_empty": "数据库已有数据，没有改动。正式系统须用空的数据库："
    "请另设 GUAPAI_DATA 或 DATABASE_URL（演示数据库不能转为正式系统）。",
    "same_person": "三员须由三人分别担任，三个姓名不能相同。",
    "no_office": "这一辖区还没有核实过来源的机构数据，不能建立。",
}
RESULTS: Mapping[RowResult, str] = {
    RowResult.IMPORTED: "已导入",
    RowResult.UNCHANGED: "已存在，未改动",
    RowResult.WOULD_IMPORT: "可以导入",
    RowResult.REFUSED: "有误，未导入",
}
IMPORT_REFUSALS: Mapping[str, str] = {
    "not_json": "文件不是有效的 JSON，请检查引号、逗号和括号。",
    "not_utf8": "文件不是 UTF-8 编码，请另存为 UTF-8 后重试。",
    "no_list": "文件中没有事项列表。应为 JSON 数组，或含 cases 数组的对象。",
    "no_officer": "--as 指定的账号不存在，或不是监管经办人。",
}
COLUMNS: Mapping[str, str] = {
    "row": "本行",
    "key": "外部编号 key",
    "responsible_party": "责任单位 responsible_party",
    "credit_code": "统一社会信用代码 credit_code",
    "sector": "行业领域 sector",
    "division": "属地 division",
    "division_code": "属地 division",
    "hazard_name": "隐患名称 hazard_name",
    "place": "具体部位 place",
    "description": "隐患情况 description",
    "measures_taken": "已采取措施 measures_taken",
    "found_on": "发现日期 found_on",
    "clause_key": "判定条款 clause_key",
}
PROBLEMS: Mapping[str, str] = {
    "required": "必填",
    "not_text": "应为文本",
    "too_long": "超过长度上限",
    "choice": "代码不在目录中",
    "check_digit": "校验位不符，请核对",
    "not_a_date": "应为 2026-03-01 形式的日期",
    "in_future": "不能晚于今天",
    "unknown_field": "不是可导入的列，请核对列名",
    "not_an_object": "应为 JSON 对象",
    "needs_found_on": "有判定条款时须填写发现日期",
    "other_party": "该信用代码已登记在另一单位名下，请核对",
    "not_in_force": "该条款在发现日期尚未施行或已经废止",
    "other_department": "不归该经办人所在部门监管",
    "no_listing_body": "系统中没有对应的挂牌单位",
}


def import_problem(name: str, code: str) -> str:
    """A column and what is wrong with it; the column alone without a code."""
    column = COLUMNS.get(name, name)
    return f"{column}：{PROBLEMS.get(code, code)}" if code else column
