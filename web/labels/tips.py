"""Chinese words about tips: steps, decisions, what a step does, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.tips.receiving import Subject
from workflows.tips import (
    IdentityGround,
    OrganReports,
    TipAction,
    TipChannel,
    TipOutcome,
    TipStage,
)

TIP_ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    TipAction: {
        "register_tip": "登记举报",
        "verify_tip": "核查举报",
        "reassign_tip": "改派举报",
        "sign_tip_finding": "审签核查结论",
        "open_tip_case": "举报立案",
        "answer_informant": "答复举报人",
        "propose_reward": "提出奖励",
        "approve_reward": "审批奖励",
        "pay_reward": "发放奖励",
        "request_identity": "申请了解举报人身份",
        "decide_identity_request": "审批身份申请",
    },
    TipOutcome: {
        "registered": "受理",
        "not_taken": "不予受理",
        "proven": "属实",
        "partly_proven": "部分属实",
        "not_proven": "不属实",
        "not_ours": "不归本单位办理",
        "reassigned": "已改派",
        "signed": "同意并签字",
        "sent_back": "退回补充核查",
        "case_opened": "已立案",
        "handled_otherwise": "另行处理",
        "answered": "已答复",
        "proposed": "建议奖励",
        "no_reward": "不予奖励",
        "approved": "批准",
        "refused": "不同意",
        "paid": "已发放",
        "unclaimed": "无人领取",
        "requested": "已申请",
        "granted": "同意",
    },
    TipChannel: {"public": "公众举报", "employee": "职工举报"},
    TipStage: {
        "received": "已收到，待登记",
        "under_verification": "核查中",
        "verified": "已核查，待答复",
        "answered": "已答复",
        "not_taken": "不予受理",
    },
    IdentityGround: {
        "facts_unclear": "事实不清，须向举报人当面核实",
        "on_the_spot": "须举报人到现场指认",
        "evidence": "须举报人提供证据原件",
        "protection": "举报人可能受到打击报复，须予保护",
    },
    OrganReports: {"not_stored": "不存储，告知上级渠道", "routed_past": "绕开被反映的机关办理"},
    Subject: {
        "operator": "企业、单位的安全隐患或者违法行为",
        "organ": "政府、监管部门或者其负责人、工作人员",
    },
}

TIP_FIELDS: Mapping[str, str] = {
    "pictures": "照片",
    "subject": "反映的是",
    "about_organ_id": "被反映的机关",
    "division_code": "所在县（市、区）",
    "place": "具体地点",
    "party": "企业或者单位名称",
    "what": "什么情况",
    "contact_name": "您的姓名",
    "contact_phone": "联系电话",
    "code": "查询码",
    "text": "内容",
    "title": "摘要标题",
    "handler_id": "办理单位",
    "picture_ids": "转给办理单位的照片",
    "answer": "给举报人的答复",
    "opinion": "意见",
    "intake_number": "受理编号",
    "grade": "奖励等次",
    "payment_code": "领奖码",
    "ground": "事由",
    "phrase": "口令",
    "phrase_again": "再次输入口令",
    "phrase_new": "新口令",
    "identity_code": "查看码",
}


@dataclass(frozen=True)
class TipDecision:
    """A button of a step, and what it does."""

    outcome: TipOutcome
    button: str
    effect: str
    favourable: bool = True


TIP_DECISIONS: Mapping[TipAction, tuple[TipDecision, ...]] = {
    TipAction.VERIFY_TIP: (
        TipDecision(TipOutcome.PROVEN, "属实", "送本单位负责人审签，签字后立案并答复举报人。"),
        TipDecision(
            TipOutcome.PARTLY_PROVEN, "部分属实", "送本单位负责人审签，签字后就属实部分立案并答复。"
        ),
        TipDecision(
            TipOutcome.NOT_PROVEN, "不属实", "送本单位负责人审签，签字后答复举报人并办结。", False
        ),
        TipDecision(
            TipOutcome.NOT_OURS,
            "不归本单位办理",
            "退给举报信息保密员改派，必须写明理由。核查期限不重新起算。",
            False,
        ),
    ),
    TipAction.SIGN_TIP_FINDING: (
        TipDecision(
            TipOutcome.SIGNED, "同意并签字", "核查结论成立，答复期限从今天起算，立案或者答复开始。"
        ),
        TipDecision(
            TipOutcome.SENT_BACK,
            "退回补充核查",
            "退回核查人，必须写明缺什么。核查期限不变。",
            False,
        ),
    ),
    TipAction.OPEN_TIP_CASE: (
        TipDecision(
            TipOutcome.CASE_OPENED,
            "已登记重大事故隐患，关联事项",
            "核对该事项以“举报查实”登记、写明本件编号后关联。",
        ),
        TipDecision(
            TipOutcome.HANDLED_OTHERWISE,
            "另行处理",
            "不立重大事故隐患，必须在意见中写明去向，例如责令立即整改。",
            False,
        ),
    ),
    TipAction.ANSWER_INFORMANT: (
        TipDecision(
            TipOutcome.ANSWERED, "发出答复", "举报人凭查询码立即可以看到，发出后不能撤回。"
        ),
    ),
    TipAction.PROPOSE_REWARD: (
        TipDecision(TipOutcome.PROPOSED, "建议奖励", "按所选等次的数额送本单位负责人审批。"),
        TipDecision(TipOutcome.NO_REWARD, "不予奖励", "办结，必须写明理由。", False),
    ),
    TipAction.APPROVE_REWARD: (
        TipDecision(
            TipOutcome.APPROVED, "批准", "举报人凭查询码看到数额和领奖码，凭码领取，不问姓名。"
        ),
        TipDecision(TipOutcome.REFUSED, "不同意", "办结，不发奖励，必须写明理由。", False),
    ),
    TipAction.PAY_REWARD: (
        TipDecision(TipOutcome.PAID, "领奖码无误，已发放", "核对领奖码后办结。不登记领奖人姓名。"),
        TipDecision(TipOutcome.UNCLAIMED, "无人领取", "办结，必须写明已等待多久。", False),
    ),
    TipAction.REQUEST_IDENTITY: (
        TipDecision(
            TipOutcome.REQUESTED,
            "提出申请",
            "送举报信息保密员审批。同意的，只对您本人开放24小时，每次打开都有记录。",
        ),
    ),
}
TIP_ASKED: Mapping[TipAction, str] = {
    TipAction.VERIFY_TIP: "请按摘要核查是否属实，在意见中写明核查经过和结论。",
    TipAction.SIGN_TIP_FINDING: "请审核核查结论并签字；您本人核查的，由其他负责人审签。",
    TipAction.OPEN_TIP_CASE: "请登记重大事故隐患并关联，或者写明其他处理。不得写举报人身份。",
    TipAction.ANSWER_INFORMANT: "请答复举报人，不写能认出举报人的内容。",
    TipAction.PROPOSE_REWARD: "请按等次提出奖励，或者写明不予奖励的理由。",
    TipAction.APPROVE_REWARD: "请审批奖励；您本人提出的，由其他负责人审批。",
    TipAction.PAY_REWARD: "有人凭领奖码来领取时，核对领奖码并发放。",
    TipAction.REQUEST_IDENTITY: "确需知道举报人身份的，写明事由和理由。",
}
TIP_SAID: Mapping[str, str] = {
    "taken": "已办理并记入办理过程。",
    "written": "已发给举报人，凭查询码可以看到。",
    "reassigned": "已改派，原办理单位不能再看到。",
    "passed_on": "已处理这条补充。",
    "registered": "已登记并转交办理单位。",
    "not_taken": "已登记为不予受理，举报人凭查询码可以看到理由。",
    "opened": "保管库已打开，15 分钟后自动关闭。",
    "closed": "保管库已关闭。",
    "phrase_changed": "口令已更换，旧口令作废。请用新口令打开保管库。",
    "refused": "已答复申请人：不同意。",
    "handed_over": "已移交，该保密员现在可以打开全部原件。",
}
VIEW_KINDS: Mapping[str, str] = {
    "copy": "查看摘要",
    "original": "打开原件",
    "identity": "打开举报人身份",
}
TIP_ERRORS: Mapping[str, str] = {
    "tip_refused": (
        "您现在的岗位不能办理这件举报的这一步，或者您在前一步已经办理过，须由他人办理。"
        "请打开举报页面，查看这一步由谁办理。"
    ),
    "tip_not_found": "没有这件举报，或者不由您所在的单位办理。请从“举报”列表中打开。",
    "tips_full": (
        "今天收到的举报已经超过可以处理的数量，这一件没有收下。请明天再试；"
        "情况紧急的，请立即拨打 12350。"
    ),
    "guesses_stopped": "输入有误的查询码过多，暂停一分钟。请核对 20 位数字后再试。",
    "receipt_unknown": "没有这个查询码。请核对 20 位数字，一个都不能错。",
    "no_custodian": ("现在没有举报信息保密员在岗，为保护您，网上暂时不收举报。请拨打 12350。"),
    "seal_broken": "原件打不开：封存内容已被改动，或者封存时您的密钥未启用。请由其他保密员移交。",
    "vault_locked": "保管库已关闭。请输入口令重新打开，再继续办理。",
    "wrong_phrase": "口令不正确，或者十分钟内试得过多。请核对后稍等再试，也可以使用恢复码。",
    "custodian_key_exists": "您已经有密钥。忘记口令的，用恢复码更换口令。",
    "superior_channel": (
        "反映机关及其负责人的举报不能由本机关收取，本系统没有保存任何内容。"
        "请按页面所列的渠道向上级反映。"
    ),
}
TIP_PROBLEMS: Mapping[str, str] = {
    "tip_finished": "这件举报已经办结，不能再写",
    "identity_in_copy": "{label}中有举报人的姓名或者电话，请删去",
    "no_such_case": "没有这个受理编号，或者您看不到该事项",
    "case_without_tip": "该事项不是以“举报查实”登记的，或者没有写明本件举报的编号",
    "payment_code_wrong": "领奖码不正确，请核对 12 位数字；举报人须先用查询码看过领奖码",
    "tip_anonymous": "这件举报是匿名的，没有可以了解的身份",
    "phrases_differ": "两次输入的口令不一样",
    "picture_only": "{label}只收 JPG 和 PNG",
}
