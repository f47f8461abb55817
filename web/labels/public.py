"""Words of the public pages."""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.disclosure import PublicationKind

# What one publication was about, as its reader is told.
PUBLISHED: Mapping[PublicationKind, str] = MappingProxyType(
    {
        PublicationKind.LISTING: "挂牌信息公开",
        PublicationKind.PROGRESS: "整改进展公开",
        PublicationKind.RESULT: "整改结果公开",
        PublicationKind.CORRECTION: "更正",
        PublicationKind.TAKEDOWN: "撤回公开",
        PublicationKind.BULLETIN: "简报",
    }
)
# What is told of a case, by the name of its column.
PUBLIC_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "exposure": "公开方式",
        "sector": "行业领域",
        "division_code": "属地",
        "listing_body_name": "挂牌督办单位",
        "department_name": "监管部门",
        "case_number": "督办编号",
        "notice_number": "督办通知书文号",
        "title": "隐患名称",
        "party_name": "责任单位",
        "place": "所在地",
        "basis": "判定依据",
        "summary": "隐患情况",
        "progress": "整改进展",
        "result": "整改结果",
        "listed_on": "挂牌日期",
        "limit_on": "整改期限",
        "delisted_on": "摘牌日期",
        "ending": "摘牌方式",
        "pictures": "图片",
    }
)
ALL_FEEDS = "全部"


def site_name(place: str) -> str:
    """What the public pages of an office are called."""
    return f"{place}重大事故隐患挂牌督办公开"


def party_said(party_name: str) -> str:
    """The party, or that it is not named."""
    return party_name or "不公开单位名称"
