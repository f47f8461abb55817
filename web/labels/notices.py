"""What the home page says of work that is no step of a case: by room, then by what waits there."""

from collections.abc import Mapping

# The name of the room, and what stands behind each count.
NOTICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "disclosures": ("信息公开", {"steps": "件待您办理", "unpublished": "件已挂牌、尚未公开"}),
    "referrals": ("移送", {"steps": "件待移送单位办理"}),
    "tips": ("举报", {"steps": "件待您办理"}),
    "look_backs": (
        "回头看",
        {"checks": "件摘牌事项到期待核查", "alerts": "条公众反映未整改到位待处理"},
    ),
    "returns": ("月报", {"steps": "份待您办理"}),
    "assessments": (
        "考核",
        {
            "rounds": "个月度的考核待您办理",
            "objections": "条异议待答复",
            "sheets": "个单位的得分待核对，有出入的在异议期内提出",
        },
    ),
    "bans": ("任职限制", {"steps": "条待您复核"}),
    "tracebacks": ("追溯", {"steps": "件待您办理"}),
}
