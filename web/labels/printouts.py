"""The papers of a case that bear no number: what each is called and holds, and who signs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True)
class Printout:
    """A form that is printed on demand from what a reader sees of a case.

    `rests_on`: without one of these acts there is nothing to print; none are needed for what says
    only what every reader of the case sees. `also`: what is printed with it
    where it is there. Of each kind of act those of the newest round, or `every` one. `cites`: the
    document that it names by number. `note`: what stands at its foot.
    """

    title: str
    rests_on: tuple[Action, ...]
    signed_by: tuple[str, ...]
    also: tuple[Action, ...] = ()
    every: bool = False
    cites: DocumentKind | None = None
    note: str = ""


_TWO_OFFICERS = ("检查人员（签名、证号）", "检查人员（签名、证号）")
_PARTY_SIGNS = "责任单位主要负责人（签名、盖章）"
POSTER = "workforce_notice"
# For the notice board: what the public reads of the case, before and after it was delisted.
PUBLIC_POSTER = "public_poster"
ANNOUNCEMENT = "announcement"
LISTED_ANNOUNCEMENT, DELISTED_ANNOUNCEMENT = "重大事故隐患挂牌督办公告", "重大事故隐患摘牌公告"
LISTED_POSTER, DELISTED_POSTER = "重大事故隐患挂牌督办公示", "重大事故隐患摘牌公示"
# No official form of any of these was seen: the fields are those that the case holds. Signatures
# are made by hand on paper.
PRINTOUTS: Mapping[str, Printout] = MappingProxyType(
    {
        "first_report": Printout(
            "重大事故隐患首报",
            (Action.FILE_FIRST_REPORT,),
            ("填报人（签名）", _PARTY_SIGNS),
        ),
        "further_report": Printout(
            "重大事故隐患续报",
            (Action.SUPPLEMENT_REPORT,),
            ("填报人（签名）", _PARTY_SIGNS),
            also=(Action.SIGN_DOUBLE_REPORT, Action.RECORD_WORKFORCE_REPORT),
        ),
        POSTER: Printout("重大事故隐患告知", (), ()),
        "inspection_record": Printout(
            "现场检查记录",
            (Action.REGISTER_HAZARD, Action.VERIFY_HAZARD),
            (*_TWO_OFFICERS, "被检查单位负责人（签名）"),
            note="被检查单位负责人拒绝签字的，由检查人员在本记录上注明情况。",
        ),
        "plan_review": Printout(
            "治理方案审查意见",
            (Action.REVIEW_PLAN,),
            ("审查人（签名）",),
            also=(Action.SUBMIT_PLAN,),
        ),
        "progress_report": Printout(
            "整改进展报告",
            (Action.REPORT_PROGRESS,),
            ("填报人（签名）", _PARTY_SIGNS),
        ),
        "extension_request": Printout(
            "延期申请书",
            (Action.REQUEST_EXTENSION,),
            ("联系人、电话", _PARTY_SIGNS),
            cites=DocumentKind.LISTING_NOTICE,
        ),
        "extension_opinion": Printout(
            "延期审批意见书",
            (Action.DECIDE_EXTENSION,),
            ("签发人（签名、盖章）",),
            also=(Action.REQUEST_EXTENSION, Action.REVIEW_EXTENSION),
            cites=DocumentKind.LISTING_NOTICE,
        ),
        "talk_minutes": Printout(
            "约谈纪要",
            (Action.RECORD_TALK,),
            ("被约谈人（签名）", "约谈人（签名）", "记录人（签名）"),
            cites=DocumentKind.TALK_NOTICE,
        ),
        "letter_answer": Printout(
            "督办函、警示函、约谈回复",
            (Action.ANSWER_ESCALATION,),
            ("填报人（签名）", "回复单位负责人（签名、盖章）"),
            also=(Action.SERVE_ESCALATION, Action.RECORD_TALK),
        ),
        "acceptance_application": Printout(
            "验收申请书",
            (Action.APPLY_FOR_ACCEPTANCE,),
            (_PARTY_SIGNS,),
            also=(Action.EVALUATE_EFFECT,),
            cites=DocumentKind.LISTING_NOTICE,
        ),
        "review_opinion": Printout(
            "整改复查意见书",
            (Action.INSPECT_RECTIFICATION,),
            ("执法人员（签名、证号）", "执法人员（签名、证号）", "被复查单位负责人（签名）"),
            cites=DocumentKind.RECTIFICATION_ORDER,
        ),
        "acceptance_opinion": Printout(
            "验收意见书",
            (Action.APPROVE_ACCEPTANCE,),
            ("验收组成员（签名）", "验收单位负责人（签名、盖章）"),
            also=(
                Action.APPLY_FOR_ACCEPTANCE,
                Action.EVALUATE_EFFECT,
                Action.INSPECT_RECTIFICATION,
            ),
            cites=DocumentKind.LISTING_NOTICE,
        ),
        "endorsements": Printout(
            "整改进展和落实情况签字背书表",
            (
                Action.ENDORSE_MONTHLY_PROGRESS,
                Action.ENDORSE_AS_PARENT_COMPANY_HEAD,
                Action.ENDORSE_AS_LEADER_IN_CHARGE,
            ),
            ("分管领导（签名）", "上级公司主要负责人（签名）"),
            every=True,
        ),
        "service_record": Printout(
            "送达回证",
            (
                Action.SERVE_LISTING_NOTICE,
                Action.SERVE_ON_NEW_PARTY,
                Action.SERVE_ESCALATION,
                Action.SERVE_PENALTY_NOTICE,
                Action.SERVE_SUSPENSION,
                Action.SERVE_ORDER,
                Action.SERVE_RESUMPTION,
            ),
            ("受送达人（签名、盖章）", "送达人（签名）", "见证人（签名）"),
            every=True,
        ),
        "handover_receipt": Printout(
            "交办函回执",
            (Action.ACKNOWLEDGE_HANDOVER,),
            ("接收人（签名）", "接收单位（盖章）"),
            also=(Action.REPORT_HANDOVER_RESULT,),
            every=True,
        ),
    }
)
