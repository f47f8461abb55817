"""What is often said with a decision; offered, never filled in by itself."""

from collections.abc import Mapping

from workflows.vocabulary import Outcome

PHRASES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.DONE: ("情况属实。", "已按要求办理。"),
    Outcome.ACCEPTED: ("同意。", "情况属实，同意。", "同意，请按期落实。"),
    Outcome.RETURNED: (
        "材料不齐，请补充后重新报送。",
        "措施不具体，请明确责任人和完成时间。",
        "与现场情况不符，请核实后重新报送。",
    ),
    Outcome.ORDINARY: ("经核查，按一般隐患处理，请企业限期整改。",),
    Outcome.MAJOR: ("情况属实，同意认定为重大事故隐患。",),
    Outcome.PASSED: ("现场查验合格。", "隐患已消除，同意通过验收。"),
    Outcome.FAILED: ("现场查验不合格，隐患尚未消除，请继续整改。",),
    Outcome.RETURN_TO_RECTIFICATION: ("整改不到位，退回继续整改。",),
    Outcome.PASSED_ON: ("不属本单位管辖，转请有管辖权的单位接收。",),
    Outcome.DISPUTED: ("按职责分工不属本单位管辖，请裁定接收单位。",),
    Outcome.KEPT: ("属该单位职责范围，仍由其接收。",),
    Outcome.REASSIGNED: ("经核对职责分工，改由所选单位接收。",),
    Outcome.EXPERT_ASKED: ("方案涉及专业问题，先征询专家意见。",),
    Outcome.DECLINED: ("本人不宜就本事项出具意见。",),
    Outcome.STATED: ("事实不符，证据附后。",),
    Outcome.HEARING_ASKED: ("对拟处罚的事实有异议，要求听证。",),
    Outcome.WAIVED: ("放弃陈述、申辩和听证。",),
    Outcome.IMPOSED: ("经集体讨论，决定处罚。",),
    Outcome.NOT_IMPOSED: ("违法行为轻微，依法不予处罚。", "违法事实不能成立，不予处罚。"),
    Outcome.TAKEN_OVER: ("上级同意提级督办。",),
    Outcome.NOT_TAKEN_OVER: ("上级认为仍可由本级督办。",),
    Outcome.PETITION_WITHDRAWN: ("情况已有变化，不再需要提级。",),
    Outcome.RETURN_TO_ACCEPTANCE: ("验收依据不充分，请重新组织复查验收。",),
}
