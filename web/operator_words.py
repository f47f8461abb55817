"""Words for the operator's command line: checks with their mends."""

from collections.abc import Mapping
from typing import Any

from web.labels import label_of
from workflows.vocabulary import Action, Phase

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
    "vacant_steps": "任职人员都不能办理的环节",
    "worker": "后台任务进程",
    "incidents": "多次失败的后台任务",
    "audit_chain": "审计链",
    "audit_contents": "办理记录与审计承诺值",
    "deed_contents": "人员变动、机构撤并记录与审计承诺值",
    "disclosure_contents": "公开环节与审计承诺值",
    "look_back_contents": "回头看、公众反映处理记录与审计承诺值",
    "return_contents": "月报环节与审计承诺值",
    "paper_return_contents": "纸质月报登记与审计承诺值",
    "handover_note_contents": "移交事项的推进情况、跟踪记录与审计承诺值",
    "tip_contents": "举报的审计链与办理记录",
    "referral_contents": "移送的审计链与办理记录",
    "campaign_contents": "任务进度报告与审计承诺值",
    "assessment_contents": "考核事实、环节、更正与审计承诺值",
    "point_contents": "记分撤销记录与审计承诺值",
    "ban_contents": "任职限制登记、核对记录与审计承诺值",
    "traceback_contents": "追溯环节和处理结果与审计承诺值",
    "administration_log": "管理记录与审计承诺值",
    "assignment_contents": "领办、转办、交办记录与审计承诺值",
    "copy_contents": "抄送记录与审计承诺值",
    "suggestion_contents": "不采纳督促建议的记录与审计承诺值",
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
    "vacant_steps": "所示单位的任职人员或已离任，或因经办过须分开的环节不得办理；由系统管理员提出、"
    "安全保密管理员确认，增补任职",
    "worker": "最近一次活动见上（never 为从未启动），期间文书不生成、逾期不催办；"
    "用 make run 或 flask worker run 启动，再用 flask worker status 查看",
    "incidents": "用 flask worker status 查看原因，排除后用 flask worker retry 重试",
    "copy_contents": "所示抄送记录（序号）在写入后被改动；保留现场，用备份比对",
    "suggestion_contents": "所示建议（序号）的不采纳理由在写入后被改动；保留现场，用备份比对",
    "assignment_contents": "所示领办、转办、交办记录（序号）在写入后被改动；保留现场，用备份比对",
    "referral_contents": "移送的审计链断开，或者所示记录在写入后被改动；保留现场，用备份比对",
    "tip_contents": "举报的审计链断开，或者所示记录（序号）在写入后被改动；保留现场，用备份比对",
    "look_back_contents": "所示回头看（lookback_check）或公众反映处理（public_alert）记录"
    "在写入后被改动；保留现场，用备份比对",
    "deed_contents": "所示人员变动（departure）或机构撤并（dissolution）记录在写入后被改动；"
    "保留现场，用备份比对",
    "handover_note_contents": "所示推进情况、跟踪记录（序号）在写入后被改动；保留现场，用备份比对",
    "return_contents": "所示月报环节（序号）在写入后被改动；保留现场，用备份比对",
    "paper_return_contents": "所示纸质月报登记（序号）在写入后被改动；保留现场，用备份比对",
    "disclosure_contents": "所示公开环节（序号）在写入后被改动；保留现场，用备份比对",
    "campaign_contents": "所示任务进度报告（序号）在写入后被改动；保留现场，用备份比对",
    "assessment_contents": "所示考核环节（assessment_step）、轮次的事实（assessment_round）或者更正"
    "（assessment_correction）在写入后被改动；保留现场，用备份比对",
    "ban_contents": "所示任职限制登记（ban）、环节（ban_step）或者核对（ban_comparison）记录"
    "在写入后被改动；保留现场，用备份比对",
    "traceback_contents": "所示追溯环节或者处理结果的记录在写入后被改动；保留现场，用备份比对",
    "point_contents": "所示记分撤销记录（point_reversal）在写入后被改动；保留现场，用备份比对",
    "audit_contents": "所示办理记录（序号）在写入后被改动；保留现场，用备份比对",
    "cases_without_department": "为责任单位登记监管部门，并联系维护人员为所示事项补登",
    "administration_log": "所示管理记录（序号）在写入后被改动；保留现场，用备份比对",
    "audit_chain": "保留现场，停止写入，用备份比对所示序号起的审计记录",
}
# An installation that has not all of the module of referrals.
REFERRAL_MODULES: Mapping[str, str] = {
    "off": "未装  移送模块（GUAPAI_REFERRALS=off）：没有移送页面，规则不提出移送",
    "receive": "单设  移送接收主机（GUAPAI_REFERRALS=receive）：只有移送收件箱，没有督办事项",
}
# What `flask referral` says; why it refuses stands with the other refusals.
REFERRAL_FILES: Mapping[str, str] = {
    "key": "本机交换公钥  {key}",
    "fingerprint": "指纹          {fingerprint}",
    "handed": "请当面或者电话核对指纹，不要把公钥和材料放在同一介质上。",
    "written": "已写入 {file}，只有持有该公钥的主机打得开；取用已记入移送记录。",
    "imported": "已导入 {number}  {title}。请接收人员在移送收件箱签收。",
    "taken": "{number}：已登记 {count} 步。",
    "exists": "{file} 已存在，没有写入。请另给一个文件名。",
    "unwritable": "写不进 {file}（{error}）。取用已记入移送记录，请换一个位置再导出。",
    "nobody": "没有在用的用户名 {username}，请核对。",
    "not_found": "没有编号为 {number} 的移送，或者不由 {username} 办理，请核对。",
    "no_file_of_ours": "没有文件所指的移送，或者不由 {username} 办理。没有登记任何内容。",
}
# What `flask worker` says.
WORKER: Mapping[str, str] = {
    "healthy": "后台任务正常 Healthy",
    "not_healthy": "后台任务异常 Not healthy",
    "workers": "进程 Workers",
    "heard": "  {name}  {seconds} 秒前有活动，启动于 {started}，最近办理 {worked}",
    "silent": "  {name}  失联，最后活动 {beat}，启动于 {started}，最近办理 {worked}",
    "no_worker": "  没有，用 flask worker run 启动",
    "messages": "队列 Messages",
    "topic": "  {topic}：等待 {waiting}（超过 1 分钟 {late}，最早 {oldest}），"
    "正在办理 {leased}，失败待再试 {put_back}",
    "no_message": "  没有等待的任务",
    "sweep": "期限巡查 Deadlines：等待 {waiting}（最早 {oldest}），失败待再试 {put_back}",
    "incidents": "多次失败 Incidents：{count}",
    "incident": "  {ref}  {task}  已试 {attempts} 次  {error}  {since}",
    "one_or_all": "写一个任务编号，或者写 --all。编号见 flask worker status。",
    "retried": "已重新排队 {count} 项，已记入管理日志",
    "nothing_failed": "没有多次失败的任务",
}
CHAIN_FAULTS: Mapping[str, str] = {
    "sequence": "序号不连续，有记录被删除、插入或者调换",
    "previous_hash": "与上一条不衔接",
    "case_link": "与同一事项的上一条不衔接",
    "content": "内容与其校验值不符，写入后被改动",
    "checkpoint": "前后衔接，但与已签名的检查点不符，有一段被整体重造",
    "truncated": "检查点签过这些记录，现在没有了，末尾被截去",
    "signature": "检查点的签名不成立",
}
INIT_REFUSALS: Mapping[str, str] = {
    "other_profile": "辖区配置 {profile} 与设置不符。请先设 GUAPAI_PROFILE={profile}，再执行。",
    "no_name": "三名管理员的姓名都不能为空。",
    "not_empty": "数据库已有数据，没有改动。正式系统须用空的数据库："
    "请另设 GUAPAI_DATA 或 DATABASE_URL（演示数据库不能转为正式系统）。",
    "same_person": "三员须由三人分别担任，三个姓名不能相同。",
    "no_office": "这一辖区还没有核实过来源的机构数据，不能建立。",
}


# After a case from paper was entered.
ENTERED = "已录入（第 {number} 号），待第二人在“线下签署和登记”中复核确认；确认之后事项才建立。"


def preview_line(preview: Mapping[str, Any]) -> str:
    """Where a case from paper would stand."""
    steps = "、".join(label_of(Action(step["step"])) for step in preview["steps"])
    parts = (
        "可以补录",
        str(preview["hazard_name"]),
        f"阶段：{label_of(Phase(preview['phase']))}",
        f"待办：{steps or '无'}",
    )
    return "  ".join(parts)
