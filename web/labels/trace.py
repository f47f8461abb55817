"""The words of traceback: the chain backwards, and a case as it stood on a day."""

from collections.abc import Mapping
from enum import StrEnum

from services.queries.trace import Stage
from workflows.traceback import (
    DispositionKind,
    TracebackDecision,
    TracebackStep,
    TracebackTrigger,
)

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
    TracebackTrigger: {
        "recurrence": "隐患复燃",
        "accident": "发生事故",
        "late": "严重逾期",
        "not_handled": "接而不办",
        "false_closure": "虚假办结",
        "demand": "上级要求",
    },
    TracebackStep: {
        "compile_traceback": "编制追溯报告",
        "review_traceback": "审核追溯报告",
        "decide_accountability": "决定责任追究",
    },
    TracebackDecision: {
        "handed_to_head": "交负责人研究",
        "measures": "约谈、通报等",
        "none": "不予追究",
    },
    DispositionKind: {
        "talk": "约谈",
        "circular": "通报",
        "disposition": "处分、处理（任免机关反馈）",
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
TRACEBACK_FIELDS: Mapping[str, str] = {
    "trigger": "追溯事由",
    "ground": "事由说明",
    "findings": "查明的情况",
    "responsibility": "责任分析",
    "opinion": "意见",
    "decision": "处理决定",
    "kind": "处理方式",
    "subject": "处理对象（人员或者单位）",
    "organ_name": "作出处理的机关",
    "document_number": "文号",
    "done_on": "处理日期",
    "note": "说明",
}
DECISION_HINTS: Mapping[TracebackDecision, str] = {
    TracebackDecision.HANDED_TO_HEAD: "交负责人研究是否移送；移送与否不在这里记录。",
    TracebackDecision.MEASURES: "由本机关约谈、通报，或者由任免机关处理；结果登记在本页。",
    TracebackDecision.NONE: "查明情况后不追究责任，理由写在意见中。",
}
# What to write beside a step.
OPINION_HINTS: Mapping[TracebackStep, str] = {
    TracebackStep.COMPILE: "可以不填。退回后重新送审的，写明修改了什么。",
    TracebackStep.REVIEW: "退回的必须写明意见。",
    TracebackStep.DECIDE: "决定和退回都必须写明理由。",
}
# Step and outcome -> what the button says, and what follows.
TRACEBACK_DECISIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "compile_traceback": {
        "done": ("送法制审核", "固定报告内容，送法制审核人；追溯链按此刻的记录列入报告。"),
    },
    "review_traceback": {
        "accepted": ("审核通过", "送没有参与认定、验收、签批的负责人决定。"),
        "returned": ("退回修改", "写明意见，退回编制人修改后重新送审。"),
    },
    "decide_accountability": {
        "accepted": (
            "作出决定",
            "由您签发：报告编号、生成文书、加盖电子印章，不能再改；追溯办结。",
        ),
        "returned": ("退回补充", "写明意见，退回编制人补充后重新审核。"),
    },
}
TRACEBACK_SAID: Mapping[str, str] = {
    "proposed": "追溯已提出，请编制追溯报告。",
    "compile_traceback.done": "追溯报告已送法制审核。",
    "review_traceback.accepted": "审核已通过，送负责人决定。",
    "review_traceback.returned": "追溯报告已退回修改。",
    "decide_accountability.accepted": "决定已记录，追溯报告已编号，正在生成文书。",
    "decide_accountability.returned": "追溯报告已退回补充。",
    "disposition": "处理结果已登记。",
}
TRACEBACK_BARRED: Mapping[str, str] = {
    "no_post": "当前环节由其他岗位的人员办理。",
    "took_part": (
        "您已办理过这次追溯的另一个环节。编制、审核、决定须由三人分别办理，请转告其他人员。"
    ),
    "reported": "您参与过本事项的认定、验收或者签批，应当回避，请转告其他人员。",
}
