"""How a time limit is said: its length, the way it is counted, and what starts it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from web.labels.enums import label_of
from workflows.deadlines import DeadlineRule
from workflows.vocabulary import Action, ClockEvent, DeadlineUnit

_LENGTHS: Mapping[DeadlineUnit, str] = {
    DeadlineUnit.WORKING_DAYS: "{count}个工作日",
    DeadlineUnit.CALENDAR_DAYS: "{count}日",
    DeadlineUnit.HOURS: "{count}小时",
    DeadlineUnit.DAY_OF_MONTH: "每月{count}日",
    DeadlineUnit.FIXED_DATE: "文书载明日期，最长{count}个月",
}
_COUNTED: Mapping[DeadlineUnit, str] = {
    DeadlineUnit.WORKING_DAYS: "{count} 个工作日，自起算次日起计算，休息日和法定节假日不计入",
    DeadlineUnit.CALENDAR_DAYS: "{count} 日，自起算次日起按自然日计算，末日为休息日的顺延",
    DeadlineUnit.HOURS: "{count} 小时，自起算时刻连续计算，节假日不扣除",
    DeadlineUnit.DAY_OF_MONTH: "每月 {count} 日（含当日），起算日之后最近的一个；遇休息日不顺延",
    DeadlineUnit.FIXED_DATE: "由文书载明具体日期，最长不超过 {count} 个月",
}
_NO_BOUND = "由文书载明具体日期"
_BACKWARD = (
    "届满前 {count} 个工作日，自届满日起向前倒数（届满日为工作日的计入），休息日和法定节假日不计入"
)

# What a day is called that somebody supposes to be off, or worked, for a count on trial.
ASSUMED_OFF = "假设放假"
ASSUMED_WORKED = "假设上班"


# What a calendar outside of the system says.
CALENDAR_NAME = "挂牌督办期限"
_PROVISIONAL = "暂定：所涉年份的放假通知尚未公布，公布后可能调整。"
_IN_THE_SYSTEM = "请在挂牌督办闭环系统中办理。日历更新可能滞后，以系统所示为准。"


class EventSaid(NamedTuple):
    """One deadline in a calendar: its line, and what opens below."""

    summary: str
    description: str


def due_event_said(
    number: str, name: str, basis: Mapping[str, Any], counted: str, *, provisional: bool
) -> EventSaid:
    """By number, step and rule; nothing of the hazard."""
    lines = [f"编号：{number}", f"规则：{counted}"]
    if basis["document"]:
        lines.append(f"依据：{basis['document']}{basis['article']}")
    if provisional:
        lines.append(_PROVISIONAL)
    mark = "（暂定）" if provisional else ""
    return EventSaid(f"{name}届满{mark} {number}", "\n".join([*lines, _IN_THE_SYSTEM]))


def length_said(rule: DeadlineRule) -> str:
    """The length alone, for a list of rules."""
    if rule.backward:
        return f"届满前{rule.count}个工作日"
    if rule.unit is DeadlineUnit.FIXED_DATE and rule.count == 0:
        return _NO_BOUND
    return _LENGTHS[rule.unit].format(count=rule.count)


def counting_said(unit: DeadlineUnit, count: int, *, backward: bool = False) -> str:
    """The length with the way it is counted."""
    if backward:
        return _BACKWARD.format(count=count)
    if unit is DeadlineUnit.FIXED_DATE and count == 0:
        return _NO_BOUND
    return _COUNTED[unit].format(count=count)


def trigger_said(starts: str) -> str:
    """What starts a clock: a step that opens, an act that is done, an event."""
    kind, _, subject = starts.partition(":")
    if kind == "event":
        return label_of(ClockEvent(subject))
    step = label_of(Action(subject))
    return f"“{step}”环节到达" if kind == "step" else f"“{step}”办结"
