"""Chinese words about referrals: steps, decisions, what a step does, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.referral import (
    CadreLevel,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralRule,
    ReferralStage,
    Route,
)

REFERRAL_ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    ReferralAction: {
        "propose_referral": "提出移送",
        "decide_referral": "审批移送",
        "seal_package": "封存移送材料",
        "deliver_referral": "送达移送材料",
        "acknowledge_referral": "签收移送材料",
        "decide_filing": "决定是否立案",
        "object_to_filing": "提请复议",
        "answer_filing_objection": "复议决定",
        "report_referral_outcome": "反馈办理结果",
        "ask_sender": "向移送单位询问",
        "answer_receiver": "答复接收机关",
    },
    ReferralOutcome: {
        "proposed": "已提出",
        "approved": "批准移送",
        "refused": "不予移送",
        "sealed": "已封存",
        "delivered_online": "网上送达",
        "delivered_offline": "机要或者专人送达",
        "came_on_medium": "凭介质收到",
        "acknowledged": "已签收",
        "passed_on": "已转送",
        "returned": "已退回",
        "filed": "立案",
        "not_filed": "不立案",
        "objected": "提请复议",
        "no_objection": "没有异议",
        "upheld": "维持不立案",
        "sanctioned": "已给予处分或者追究责任",
        "not_sanctioned": "不予处分、不追究责任",
        "replied": "已了结并答复",
        "asked": "已询问",
        "answered": "已答复",
    },
    ReceiverKind: {
        "discipline": "纪检监察机关案件监督管理室",
        "organisation": "组织部门",
        "police": "公安机关",
        "procuratorate": "检察机关",
    },
    CadreLevel: {
        "province": "省管干部",
        "city": "市管干部",
        "county": "县管干部",
        "not_managed": "不属于干部管理权限范围",
    },
    ReferralStage: {
        "proposed": "待审批",
        "approved": "已批准，待送达",
        "delivered": "已送达，待签收",
        "with_receiver": "接收机关办理中",
        "refused": "不予移送",
        "returned": "已退回",
        "not_filed": "不立案",
        "settled": "已反馈结果",
    },
    Route: {"confidential_post": "机要交通", "courier": "专人送达"},
    ReferralRule: {
        "refusal": "确认拒不整改",
        "found_by_others": "检查未发现问题之后被他人发现",
        "recurrence": "摘牌后再次出现",
        "overdue": "整改期限届满后长期未申请验收",
    },
}
REFERRAL_FIELDS: Mapping[str, str] = {
    "case_number": "督办事项编号",
    "ground": "移送依据",
    "receiver": "接收机关",
    "about_organisation_id": "被反映人所在单位",
    "about_name": "被反映人",
    "about_post": "被反映人职务",
    "cadre_level": "干部管理权限",
    "facts": "事实摘要",
    "measures": "已采取的措施",
    "opinion": "意见",
    "route": "送达方式",
    "carrier": "送达人",
    "delivered_on": "送达日期",
    "receipt_place": "回执原件存放处",
    "passed_to": "转送给",
    "paper_on": "来函日期",
    "paper_place": "来函原件存放处",
    "text": "记录",
    "outcome": "办理结果",
}


@dataclass(frozen=True)
class ReferralDecision:
    """A button of a step, and what it does."""

    outcome: ReferralOutcome
    button: str
    effect: str
    favourable: bool = True


_D, _O = ReferralDecision, ReferralOutcome
REFERRAL_DECISIONS: Mapping[ReferralAction, tuple[ReferralDecision, ...]] = {
    ReferralAction.DECIDE_REFERRAL: (
        _D(_O.APPROVED, "批准移送", "取得移送编号，由提出人或者负责人封存材料并送达。"),
        _D(_O.REFUSED, "不予移送", "办结。必须写明理由，理由长期保存。", favourable=False),
    ),
    ReferralAction.SEAL_PACKAGE: (
        _D(_O.SEALED, "封存", "把督办案卷和移送函按现在的样子固定下来，以后的变化不再进入材料。"),
    ),
    ReferralAction.DELIVER_REFERRAL: (
        _D(_O.DELIVERED_ONLINE, "网上送达", "接收机关的指定人员立即可以签收，只看得到这份材料。"),
        _D(
            _O.DELIVERED_OFFLINE,
            "登记线下送达",
            "材料不在网上交给接收机关。须填写送达方式、送达人、日期和回执原件存放处，"
            "之后的签收、询问和反馈由本单位凭来函登记。",
        ),
    ),
    ReferralAction.ACKNOWLEDGE_REFERRAL: (
        _D(_O.ACKNOWLEDGED, "签收", "由本机关办理，移送单位看到已签收。"),
        _D(
            _O.PASSED_ON,
            "转送",
            "转给有管辖权的机关签收，移送单位看到转送去向和理由；转出后本机关不能再打开材料。",
            favourable=False,
        ),
        _D(_O.RETURNED, "退回", "退回移送单位并办结，必须写明理由。", favourable=False),
    ),
    ReferralAction.DECIDE_FILING: (
        _D(_O.FILED, "立案", "移送单位看到已立案，办结后反馈结果。"),
        _D(
            _O.NOT_FILED,
            "不立案",
            "必须写明理由。移送公安机关的，移送单位三日内可以提请复议；其他的办结。",
            favourable=False,
        ),
    ),
    ReferralAction.OBJECT_TO_FILING: (
        _D(_O.OBJECTED, "提请复议", "必须写明理由，由公安机关作出复议决定。"),
        _D(_O.NO_OBJECTION, "没有异议", "办结。应当给予行政处罚的，另行依法处罚。"),
    ),
    ReferralAction.ANSWER_FILING_OBJECTION: (
        _D(_O.FILED, "立案", "移送单位看到已立案，办结后反馈结果。"),
        _D(_O.UPHELD, "维持不立案", "办结，必须写明理由。", favourable=False),
    ),
    ReferralAction.REPORT_REFERRAL_OUTCOME: (
        _D(_O.SANCTIONED, "已处分或者追究责任", "办结，移送单位看到结果。必须写明处理情况。"),
        _D(_O.NOT_SANCTIONED, "不予处分、不追究", "办结，移送单位看到结果。必须写明理由。"),
        _D(_O.REPLIED, "了结并答复", "办结，移送单位看到答复。必须写明答复内容。"),
    ),
    ReferralAction.ASK_SENDER: (
        _D(_O.ASKED, "发出询问", "移送单位的提出人和负责人看到问题并答复，不影响办理期限。"),
    ),
    ReferralAction.ANSWER_RECEIVER: (
        _D(_O.ANSWERED, "发出答复", "接收机关立即看到，发出后不能撤回。"),
    ),
}
REFERRAL_ASKED: Mapping[ReferralAction, str] = {
    ReferralAction.DECIDE_REFERRAL: (
        "请决定是否移送。您本人提出的、被反映人在本单位或者上级单位的，须由他人决定。"
    ),
    ReferralAction.SEAL_PACKAGE: "请核对移送函内容后封存。封存之后材料不再变化。",
    ReferralAction.DELIVER_REFERRAL: (
        "请选择网上送达，或者登记线下送达，二者效力相同。接收机关单设不联网主机的，"
        "先由运维人员把材料导出到介质，交出以后登记线下送达。"
    ),
    ReferralAction.ACKNOWLEDGE_REFERRAL: "请签收；不属于本机关管辖的，转送或者退回并写明理由。",
    ReferralAction.DECIDE_FILING: "请登记是否立案。",
    ReferralAction.OBJECT_TO_FILING: "公安机关决定不立案，请决定是否提请复议。",
    ReferralAction.ANSWER_FILING_OBJECTION: "移送单位提请复议，请登记复议决定。",
    ReferralAction.REPORT_REFERRAL_OUTCOME: "请把办理结果反馈给移送单位。",
    ReferralAction.ASK_SENDER: "材料不清的，写明需要移送单位说明或者补充什么。",
    ReferralAction.ANSWER_RECEIVER: "接收机关有询问，请答复。",
}
REFERRAL_SAID: Mapping[str, str] = {
    "proposed": "已提出移送，等待负责人审批。",
    "taken": "已办理并记入移送记录。",
    "sealed": "材料已封存，请送达。",
    "noted": "记录已保存，只有本机关看得到。",
}
LOOK_KINDS: Mapping[str, str] = {"page": "打开材料", "file": "下载材料", "medium": "导出到介质"}
RULE_PROPOSED = "系统规则"
LETTER_FIELDS: Mapping[str, str] = {
    "number": "移送编号",
    "receiver": "主送",
    "sender": "移送单位",
    "about_name": "被反映人",
    "about_post": "职务",
    "about_organisation": "所在单位",
    "cadre_level": "干部管理权限",
    "ground": "移送依据",
    "basis": "依据出处",
    "basis_words": "依据原文",
    "facts": "事实摘要",
    "measures": "已采取的措施",
    "case_number": "督办编号",
    "hazard_name": "隐患",
    "party": "责任单位",
    "approved_by": "移送单位负责人",
    "approved_on": "批准日期",
    "handled_by": "经办人",
    "sealed_on": "封存日期",
    "documents": "文书（份）",
    "attachments": "附件（份）",
}
REFERRAL_ERRORS: Mapping[str, str] = {
    "referral_not_found": "没有这件移送，或者不由您办理。请从列表中打开。",
    "referral_refused": "您现在的岗位不能办理这件移送的这一步。请打开移送页面，查看由谁办理。",
    "referral_refused.acted": "您在前一步已经办理过，这一步须由其他负责人办理。",
    "referral_refused.concerned": (
        "被反映人就在您的单位或者您的上级单位，须由链外的单位提出，例如市安委会办公室。"
        "没有保存任何内容。"
    ),
    "carriage_refused": "介质上的文件没有收下。没有保存任何内容。请与对方核对。",
    "carriage_refused.key": (
        "公钥应当是 128 位十六进制数，由对方运行 flask referral key 显示。请核对后再试。"
    ),
    "carriage_refused.closed": (
        "打不开：不是移送文件，不是发给本机的，或者在途中被改动、损坏。没有保存任何内容。"
        "请核对公钥，请对方重新导出。"
    ),
    "carriage_refused.form": (
        "文件打开后内容不合格式，可能不是本系统写出的。没有保存任何内容。请与对方核对。"
    ),
    "carriage_refused.signer": (
        "文件不是所给公钥的主机签名的。没有保存任何内容。请当面或者电话与对方核对公钥指纹。"
    ),
    "carriage_refused.changed": (
        "移送材料与签名清单的校验值不符。没有保存任何内容。请对方重新导出。"
    ),
    "carriage_refused.dossier": (
        "材料中的督办案卷未能通过核验（清单、签名或者记录链不一致）。没有保存任何内容。"
        "请与移送单位核对。"
    ),
    "carriage_refused.holds_cases": (
        "本机数据库里有督办事项，不能用作单设的移送接收主机。没有保存任何内容。请另设数据库。"
    ),
    "carriage_refused.twice": "这一件已经导入过，没有再次导入。请在移送收件箱中打开。",
    "carriage_refused.number_taken": (
        "本机已有相同编号而内容不同的材料。没有保存任何内容。请与移送单位核对。"
    ),
    "carriage_refused.no_such_receiver": (
        "本机没有登记文件所写的接收机关。没有保存任何内容。请由系统管理员按全称登记该机关，再试。"
    ),
    "carriage_refused.nobody_receives": (
        "文件所写的接收机关在本机还没有接收人员。没有保存任何内容。请先为其增补接收岗位，再试。"
    ),
    "carriage_refused.not_sealed": "这一件还没有封存材料。请先封存，再导出。",
    "carriage_refused.not_this_way": "这一件已经网上送达或者已经办结，不用介质送达。没有导出。",
    "carriage_refused.other_peer": (
        "这一件已经导出给另一台主机，而且已有回执，不能改给别的主机。没有导出。"
    ),
    "carriage_refused.not_carried": "这一件没有用介质送达。请核对编号。",
    "carriage_refused.nothing_said": "这一件还没有可以带给对方的办理。",
    "carriage_refused.other_package": (
        "文件所指的材料与这一件的校验值不符。没有登记任何内容。请与对方核对。"
    ),
    "carriage_refused.differs": "文件与已经登记的办理不一致。没有登记任何内容。请与对方核对原件。",
    "carriage_refused.nothing_new": "文件里没有新的内容，已经登记过。",
    "carriage_refused.not_open": (
        "文件所写的办理现在不能登记：还没有登记线下送达，或者这一件已经办结。没有登记任何内容。"
    ),
}
REFERRAL_PROBLEMS: Mapping[str, str] = {
    "referred_already": "{label}在本事项中已经以同一依据移送这一机关，一人一件，请打开原来的一件",
    "ground_goes_elsewhere": "这一移送依据不移送所选机关，请核对依据说明",
    "not_by_cadre_level": "须按被反映人的干部管理权限移送同级机关，请核对级别",
    "not_same_level": "须移送与移送单位同级的机关",
    "receiver_concerned": "被反映人就在该机关，请移送其他机关",
    "on_medium": "材料已经导出到介质，须线下送达，请登记线下送达",
    "nobody_receives_online": "该机关没有在本系统指定接收人员，请登记线下送达",
}
