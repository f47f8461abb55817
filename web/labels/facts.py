"""What the facts are called that diagrams and decision tables read."""

from collections.abc import Mapping

from web.labels.enums import ENUMS
from workflows.facts import FactValue
from workflows.vocabulary import Lateness, Track

FACT_LABELS: Mapping[str, str] = {
    "reported_by_enterprise": "由企业上报",
    "responsible_party_is_enterprise": "责任单位是企业",
    "verification_returned": "判定结论退回重新核查",
    "judged_ordinary": "确认为一般隐患",
    "is_major": "现场核查核定为重大事故隐患",
    "listing_condition_met": "符合挂牌条件",
    "crosses_counties": "隐患跨县（市、区）",
    "county_unable": "县级难以督促治理",
    "may_cause_mass_casualties": "可能造成群死群伤",
    "draft_accepted": "挂牌文稿审核同意",
    "countersigned": "会签同意",
    "listing_signed": "督办通知书已签发",
    "receiver_count": "接收移交的单位数",
    "handover_answer": "接收单位的答复",
    "visitor_count": "现场督导的单位数",
    "plan_opinion_asked": "先征询专家意见",
    "plan_accepted": "治理方案审查同意",
    "verdict_is_major": "确认为重大事故隐患",
    "lateness": "逾期程度",
    "letters_served": "已向其送达督办函份数",
    "notice_refused": "拒收过通知书",
    "refused_without_penalty": "已认定拒不整改、尚未提出停产停业整顿",
    "escalation_confirmed": "督促措施经审批同意",
    "escalation_by_leader": "须分管领导批准",
    "escalation_approved": "分管领导已批准",
    "escalation_is_talk": "措施为约谈",
    "escalation_answer_due": "须答复",
    "escalation_answered": "答复到位",
    "penalty_is_legal": "法制审核通过",
    "hearing_asked": "当事人要求听证",
    "suspension_imposed": "决定处罚",
    "order_reviewed_first": "措施须先作法制审核",
    "order_is_legal": "措施的法制审核通过",
    "order_heard_first": "措施须先告知当事人",
    "order_approved": "部门主要负责人同意措施",
    "order_by_government": "措施由政府决定",
    "closure_decided": "政府决定关闭",
    "order_executed_by_others": "措施由其他单位执行",
    "order_lifting_confirmed": "同意解除措施",
    "lifting_by_government": "解除由政府决定",
    "restoration_due": "解除须有恢复回执",
    "inquiry_confirmed": "比照事故调查经审定同意",
    "inquiry_opened": "开展调查",
    "inquiry_result": "比照事故调查的批准结果",
    "raise_confirmed": "同意报请提级督办",
    "extension_supported": "延期申请初审同意上报",
    "listed_above": "由上级机关挂牌或者提级督办",
    "application_endorsed": "验收申请经签字背书同意",
    "inspector_count": "应签署意见的验收组成员数",
    "acceptance_passed": "验收审定合格",
    "leader_endorsed": "分管领导同意背书",
    "delisting_approved": "同意摘牌销号",
    "closure_return": "背书或审批退回",
    "may_list_itself": "可由企业自行挂牌",
    "track": "处置方式",
    "to_be_listed": "须挂牌督办",
    "draft_comes_back_to": "退回修改后送",
    "own_closure_approved": "同意自行销号",
    "own_closure_checked": "自行销号核查属实",
    "hazard_closed": "已经销号",
    "new_party_to_be_served": "通知书须送达新责任单位",
    "resumption_approved": "监管部门同意恢复生产",
    "resumption_by_government": "恢复生产须经政府批准（煤矿）",
    "resumption_consented": "矿山安全监察机构审核同意",
    "resumption_signed": "政府批准恢复生产",
    "stoppage_confirmed": "停产停业核实属实",
    "accident_confirmed": "事故与本隐患有关，案卷封存",
    "withdrawal_confirmed": "同意撤销",
    "objection_upheld": "异议成立",
    "early_ending": "提前终止",
}
# The words for values that are neither yes nor no nor a number.
FACT_VALUES: Mapping[str, Mapping[str, str]] = {
    "track": {"undecided": "尚未确定", **ENUMS[Track]},
    "draft_comes_back_to": {"review": "审核", "countersign": "会签", "sign": "签发"},
    "handover_answer": {
        "none": "尚未答复",
        "acknowledged": "签收",
        "passed_on": "转送",
        "disputed": "提出管辖异议",
    },
    "early_ending": {
        "none": "没有终止",
        "withdrawn": "撤销",
        "merged": "并案",
        "listing_revoked": "撤销挂牌",
        "objection_upheld": "异议成立",
    },
    "lateness": ENUMS[Lateness],
    "inquiry_result": {
        "none": "尚未批准",
        "approved": "已批准",
        "finding_returned": "结论退回",
        "not_approved": "未批准不开展调查",
    },
    "closure_return": {
        "none": "没有退回",
        "rectification": "退回继续整改",
        "acceptance": "退回重新验收",
    },
}


def fact_said(name: str, value: FactValue) -> tuple[str, str]:
    """A fact and its value in words; a fact of former days keeps its own name."""
    said = ("是" if value else "否") if isinstance(value, bool) else str(value)
    return FACT_LABELS.get(name, name), FACT_VALUES.get(name, {}).get(said, said)
