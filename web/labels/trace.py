"""The words of traceback: the chain backwards, and a case as it stood on a day."""

from collections.abc import Mapping
from enum import StrEnum

from services.queries.trace import Stage

TRACE_ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Stage: {
        "after_the_end": "办结以后",
        "published": "公开",
        "signed": "销号签批",
        "accepted": "整改验收",
        "supervised": "督促整改",
        "listed": "挂牌",
        "judged": "核查认定",
        "found": "发现",
        "looked_before": "发现之前到过现场而没有发现",
    },
}
# How a limit had ended -> what that is called.
DEADLINE_ENDS: Mapping[str, str] = {
    "met": "已办",
    "ended": "已终止",
    "passed_on": "已转出",
    "suspended": "已中止",
    "taken_back": "随撤回终止",
}
RAN, RAN_LATE = "计时中", "已逾期"
PUBLIC_SAID: Mapping[str, str] = {
    "nothing": "尚未公开，公众看不到本事项。",
    "taken_down": "公开内容已撤下，公众看不到本事项的内容。",
    "counted": "只计入统计，公众看不到本事项的内容。",
    "shown": "公众看到的内容如下。",
}
