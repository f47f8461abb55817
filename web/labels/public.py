"""Words of the public pages."""

from collections.abc import Mapping
from types import MappingProxyType

from web.labels.disclosure import PUBLIC_FIELDS

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


def site_name(place: str) -> str:
    """What the public pages of an office are called."""
    return f"{place}重大事故隐患挂牌督办公开"


def bulletin_title(period: str) -> str:
    """What a bulletin is called that bears no title of its own."""
    year, month = period.split("-")
    return f"安全生产简报·挂牌督办专刊（{year}年{int(month)}月）"


def party_said(party_name: str) -> str:
    """The party, or that it is not named."""
    return party_name or "不公布单位名称"
