"""Words of the public pages."""

from collections.abc import Mapping
from types import MappingProxyType

# What is told of a case, by the name of its column, in the order in which it is read.
PUBLIC_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "exposure": "公开方式",
        "title": "隐患名称",
        "party_name": "责任单位",
        "place": "所在地",
        "sector": "行业领域",
        "division_code": "县（市、区）",
        "listing_body_name": "挂牌单位",
        "department_name": "行业主管部门",
        "case_number": "督办编号",
        "notice_number": "通知书文号",
        "basis": "判定依据",
        "summary": "隐患情况",
        "listed_on": "挂牌日期",
        "limit_on": "整改期限",
        "progress": "整改进展",
        "result": "治理结果",
        "delisted_on": "摘牌日期",
        "ending": "摘牌方式",
    }
)
TAKEN_DOWN = "（已撤下）"
# A column of the open data: what is published of a case, and what is worked out from it.
DATA_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **PUBLIC_FIELDS,
        "public_id": "公开编号",
        "page": "网页地址",
        "sector_name": "行业领域名称",
        "division_name": "县（市、区）名称",
        "status": "状态",
        "status_name": "状态名称",
        "published_at": "首次公开时间",
        "changed_at": "最近更新时间",
    }
)
# What a column of the open data holds, where its title does not say it.
DATA_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "public_id": "本网站内的编号，不再变动",
        "exposure": "named 公布单位名称；unnamed 不公布单位名称、督办编号和文号",
        "sector": "代码，名称见 sector_name",
        "division_code": "六位代码，开发区为统计代码，名称见 division_name",
        "basis": "判定为重大事故隐患的依据",
        "limit_on": "公布的整改期限，经批准延期的为延期后的日期；空白为未公布",
        "delisted_on": "空白为尚未公布摘牌",
        "status": "按文件生成当日计算：rectifying 整改中；over_limit 超过公布的整改期限；"
        "delisted 已摘牌",
        "page": "该隐患的公开页面",
    }
)
# Each way of counting: its title, and the heading of its first column.
STATISTICS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "county": ("按县（市、区）", "县（市、区）"),
        "sector": ("按行业领域", "行业领域"),
        "month": ("按挂牌月份（最近 24 个有挂牌的月份）", "月份"),
        "status": ("按状态", "状态"),
    }
)
ALL_FEEDS = "全部"
BAND = 5


def site_name(place: str) -> str:
    """What the public pages of an office are called."""
    return f"{place}重大事故隐患挂牌督办公开"


def band_of(count: int) -> str:
    """The band of a number of which cases that are only counted are a part; none is said as it is.

    An exact one would tell, less the cases that can be read, how many are only counted.
    """
    if count == 0:
        return "0"
    low = count // BAND * BAND
    return f"{low}–{low + BAND - 1}" if low else f"<{BAND}"


def party_said(party_name: str) -> str:
    """The party, or that it is not named."""
    return party_name or "不公布单位名称"
