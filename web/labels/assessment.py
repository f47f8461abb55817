"""The words of assessments that stand in no template: points, what a score is made of, fields."""

from collections.abc import Mapping

from workflows.assessment import Measure

ASSESSMENT_FIELDS: Mapping[str, str] = {
    "opinion": "意见",
    "ground": "异议事由",
    "evidence": "佐证材料说明",
    "uploads": "佐证文件",
    "counts": "更正内容",
    "days": "更正后的天数",
    "outcome": "答复",
    "reason": "认定理由",
    "received_on": "签收日期",
    "received_by": "签收人",
    "month": "月份",
}
ASSESSMENT_SAID: Mapping[str, str] = {
    "begun": "事实已收集，得分已算出。请核对后送各单位核对。",
    "show_scores.done": "已送各单位核对，异议期自次日起计算。",
    "show_scores.declined": "这一轮已作废，不计入任何结果。可以重新收集。",
    "freeze_scores.done": "得分已冻结，等待领导审批排队。",
    "approve_ranking.accepted": "排队已批准，等待印发。",
    "approve_ranking.returned": "已退回，由安委办核对后重新冻结。",
    "publish_ranking.done": "排队结果已印发，列入当月简报附件；请逐份登记抄送回执。",
    "objected": "异议已提出，由安委办没有参与计分的人员答复。",
    "answered.accepted": "异议已采纳，得分已重新计算；原事实和原得分保留。",
    "answered.declined": "异议没有采纳，理由已告知提出单位。",
    "false_closure": "已认定为虚假销号，该单位本月一票否决。",
    "received": "回执已登记。",
    "points_reversed": "这笔记分已撤销，理由和原记录保留。",
}
# Button, and what follows, by step and outcome.
ASSESSMENT_DECISIONS: Mapping[str, tuple[str, str]] = {
    "show_scores.done": (
        "送各单位核对",
        "各单位看到自己的得分和每一分的依据，可以在异议期内提出异议。",
    ),
    "show_scores.declined": ("作废", "这一轮不再使用，写明理由；之后可以重新收集。"),
    "freeze_scores.done": ("冻结得分", "此后得分不再更正，送领导审批排队。"),
    "approve_ranking.accepted": ("批准排队", "得分、等次和名次确定，由安委办印发。"),
    "approve_ranking.returned": ("退回", "写明理由，由安委办核对后重新冻结。"),
    "publish_ranking.done": ("印发", "排队结果列入当月简报附件，向抄送单位各送一份并登记回执。"),
}
CORRECTIONS: Mapping[str, str] = {
    "met": "计为符合",
    "not_met": "计为不符合",
    "left_out": "不计入本单位",
}
ANSWERS: Mapping[str, str] = {"accepted": "采纳", "declined": "不采纳"}
WITHHELD: Mapping[str, str] = {
    "return": "月报由报送单位和安委办查看，您不能打开；这里只列报送是否按期。",
    "publication": "公开的审批记录由公开经办单位查看；公众看到的内容见信息公开网页。",
    "check": "回头看记录由督办一方查看；这里只列检查日期和结果。",
}
NO_FACTS = "本月没有事实，不计分"
NO_RECURRENCE = "本月没有发现复燃"


def points(hundredths: int | None) -> str:
    """Points with two places; a dash where nothing was there to be counted."""
    return "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def unranked(available: int, least_weight: int) -> str:
    """Why a unit without points has no place."""
    if not least_weight:
        return "无可计分的事实，不排名"
    return f"可计分值不足，不排名：可计 {available} 分，最低 {least_weight} 分"


def unranked_briefly(available: int, least_weight: int) -> str:
    """The same for a table whose note says how much is needed."""
    if not least_weight:
        return unranked(available, least_weight)
    return f"可计分值不足，不排名（可计 {available} 分）"


def ranking_note(least_weight: int) -> str:
    """What is said above the ranking."""
    note = "各县（市、区）和市直有关部门分别排队，同分同名次。"
    if not least_weight:
        return note
    return (
        f"{note}本月有事实的指标分值合计不足 {least_weight} 分的，"
        "不计总分、不评等次、不排名，列在末尾（本地设置）。"
    )


def formula(measure: Measure, weight: int, counted: int, met: int, days: int, per_day: int) -> str:
    """How the points of an indicator come about, as a sum that can be done by hand."""
    if not counted:
        return NO_RECURRENCE if measure is Measure.VETO else NO_FACTS
    match measure:
        case Measure.SHARE:
            return f"{met} ÷ {counted} × {weight}"
        case Measure.SHORTFALL:
            return f"（{counted} − {met}）÷ {counted} × {weight}"
        case Measure.DAYS:
            return f"{weight} − {days} 天 × {points(per_day)}，最低 0"
        case Measure.VETO:
            return f"认定 {met} 件" + ("，一票否决" if met else "，不否决")


def total_formula(scored: int, available: int) -> str:
    """How the total comes about."""
    return f"{points(scored)} ÷ {available} × 100"
