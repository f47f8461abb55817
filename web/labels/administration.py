"""Words of the administrators' pages."""

from collections.abc import Mapping
from enum import StrEnum

from services.topics import Topic
from workflows.administration import (
    AccountState,
    ChangeKind,
    EntryKind,
    LinkPurpose,
    ProposalState,
    RegistrationState,
)

ORGANISATION_LEVELS: Mapping[str, str] = {
    "city": "市级",
    "county": "县（市、区）级",
    "national": "国家机关派驻（以函商请，不交办）",
}

# What the first, empty entry of a list says.
ADMINISTRATION_BLANKS: Mapping[str, str] = {
    "choose": "请选择",
    "none": "没有",
    "level": "企业不选",
    "affiliation": "未登记",
}
YES_NO: Mapping[bool, str] = {True: "是", False: "否"}

# Fields of organisations, persons and posts, on forms and in what was changed.
ADMINISTRATION_FIELDS: Mapping[str, str] = {
    "kind": "机构类型",
    "name": "名称",
    "person_name": "姓名",
    "division_code": "所在地（区划）",
    "level": "层级",
    "credit_code": "统一社会信用代码",
    "mark": "机关代字",
    "sector": "行业领域",
    "sectors": "负责的行业领域",
    "affiliation": "隶属关系",
    "parent_id": "上级单位",
    "supervised_by_id": "监管部门",
    "organisation_id": "单位",
    "role": "岗位职责",
    "title": "职务名称",
    "valid_from": "任职起始日",
    "valid_to": "任职截止日",
    "username": "用户名",
    "disabled": "账户停用",
    "purpose": "链接用途",
    "profile": "辖区配置",
    "system_admin": "系统管理员",
    "security_admin": "安全保密管理员",
    "audit_admin": "安全审计员",
    "receipt_number": "回执编号",
    "principal": "主要负责人",
    "officer": "安全生产管理人员",
    "address": "详细地址",
    "contact_person": "联系人",
    "phone": "联系电话",
    "principal_name": "主要负责人姓名",
    "principal_username": "主要负责人用户名",
    "officer_name": "安全生产管理人员姓名",
    "officer_username": "安全生产管理人员用户名",
    "opinion": "意见",
    "year": "年度",
    "notice_title": "通知名称",
    "notice_number": "发文字号",
    "off_days": "放假日期",
    "make_up_days": "调休上班日期",
    "citation": "通知",
    "device": "绑定动态口令设备",
    "reason": "变更依据",
    "incident": "任务编号",
    "topic": "任务",
    "error": "失败原因",
}

ADMINISTRATION_ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    ChangeKind: {
        "add_organisation": "新增单位",
        "edit_organisation": "修改单位信息",
        "add_person": "新增人员和账户",
        "give_post": "任命岗位",
        "end_post": "免去岗位",
        "disable_account": "停用账户",
        "enable_account": "恢复账户",
        "issue_link": "发放密码链接",
        "reset_second_factor": "重置动态口令设备",
        "load_holidays": "录入放假安排",
    },
    ProposalState: {
        "open": "待确认",
        "confirmed": "已生效",
        "refused": "未同意",
        "withdrawn": "已撤回",
    },
    LinkPurpose: {"invitation": "邀请（首次设置密码）", "reset": "重置密码"},
    AccountState: {
        "none": "没有账户",
        "waiting": "尚未设置密码",
        "active": "正常",
        "disabled": "已停用",
    },
    RegistrationState: {"pending": "待审核", "confirmed": "已通过", "refused": "未通过"},
    EntryKind: {
        "installed": "建立系统",
        "proposed": "提出变更",
        "confirmed": "确认变更",
        "refused": "不同意变更",
        "withdrawn": "撤回变更",
        "link_made": "制作密码链接",
        "link_used": "用链接设置密码",
        "request_closed": "不予办理密码申请",
        "registration_confirmed": "企业注册通过",
        "registration_refused": "企业注册未通过",
        "incident_retried": "重试后台任务",
        "feed_made": "生成日程订阅地址",
        "feed_ended": "停用日程订阅地址",
        "device_bound": "绑定动态口令设备",
        "device_reset": "重置动态口令设备",
    },
    Topic: {
        "render_draft": "生成签发稿",
        "render_issued": "生成正式文书",
        "render_batch_draft": "生成合并挂牌签发稿",
        "render_batch_issued": "生成合并挂牌正式文书",
        "render_bulletin": "生成月度简报",
        "render_return": "生成月报文件",
        "render_handover_letter": "生成交办文书",
        "render_traceback_report": "生成追溯报告",
        "settle_departure": "办结离任交接",
    },
}

# After an act of administration, on the page that follows.
ADMINISTRATION_SAID: Mapping[str, str] = {
    "proposed": "变更已提出，等待安全保密管理员确认后生效。",
    "confirmed": "变更已确认并生效，已记入管理日志。",
    "refused": "已记录不同意的意见，变更不生效。",
    "withdrawn": "变更已撤回。",
    "set_aside": "密码申请已关闭，未发放链接。",
    "retried": "已重新排队，后台任务会立即再试，已记入管理日志。请稍后刷新本页查看结果。",
    "registration_confirmed": "企业注册已通过。请制作邀请链接，当面交给两名人员。",
    "registration_refused": "企业注册未通过，理由已记录。请电话告知联系人。",
}


def incident_name(topic: Topic | None) -> str:
    """What failed: a message's topic, or the look at a deadline."""
    return ADMINISTRATION_ENUMS[Topic][topic] if topic else "巡查期限"
