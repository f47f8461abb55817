"""Chinese words of the register of bans: entries, steps, comparisons, refusals."""

from collections.abc import Mapping
from enum import StrEnum

from services.queries.bans import BanFilter
from workflows.bans import BanGround, BanKind, BanState, BanStep, Likeness

BAN_ENUMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    BanKind: {"five_years": "五年限制", "lifetime": "终身限制（本行业）"},
    BanGround: {"sentence": "受到刑事处罚，刑罚执行完毕", "dismissal": "受到撤职处分"},
    BanState: {
        "pending": "待复核",
        "standing": "有效",
        "refused": "复核不通过",
        "revoking": "有效，撤销待复核",
        "revoked": "已撤销",
    },
    BanStep: {
        "enter": "登记",
        "confirm": "复核通过",
        "refuse": "复核不通过",
        "propose_revocation": "提出撤销",
        "confirm_revocation": "同意撤销",
        "refuse_revocation": "不同意撤销",
    },
    Likeness: {"same": "是同一人", "different": "经核对不是同一人"},
    BanFilter: {
        "waiting": "待复核",
        "standing": "有效",
        "ended": "期限已满",
        "revoked": "已撤销",
        "refused": "复核不通过",
    },
}
BAN_FIELDS: Mapping[str, str] = {
    "name": "姓名",
    "kind": "限制种类",
    "ground": "事由",
    "counted_from": "起算日",
    "sector": "行业领域",
    "organ": "作出决定的机关",
    "document_number": "文书名称和文号",
    "document_on": "文书日期",
    "note": "说明",
    "identity_number": "身份证件号码",
    "scan": "文书扫描件",
    "reason": "理由",
    "compared": "核对情况",
}
# What each button does: its words, and what follows.
BAN_DECISIONS: Mapping[BanStep, tuple[str, str]] = {
    BanStep.CONFIRM: (
        "核对无误，复核通过",
        "登记自此有效：同名的人登记、任职、代办主要负责人时被拦下；现任的同名主要负责人列入待核对。",
    ),
    BanStep.REFUSE: ("复核不通过", "登记不生效，写明理由；记录保留，可以另行登记。"),
    BanStep.PROPOSE_REVOCATION: (
        "提出撤销",
        "裁判改判、处分撤销等，写明依据的文书和文号；另一人同意之前，登记继续有效。",
    ),
    BanStep.CONFIRM_REVOCATION: ("同意撤销", "登记自此不再拦截任何人；记录保留。"),
    BanStep.REFUSE_REVOCATION: ("不同意撤销", "写明理由；登记继续有效。"),
}
# What the reason is asked for, by where the entry stands.
BAN_REASONS: Mapping[BanState, str] = {
    BanState.PENDING: "请先对照文书原件。复核不通过的必须填写。",
    BanState.STANDING: "写明裁判改判、处分撤销等的文书和文号。",
    BanState.REVOKING: "请先对照改判、撤销的文书。不同意的必须填写。",
}
BAN_SAID: Mapping[str, str] = {
    "enter": "已登记，待本办公室另一人复核；复核通过之前不拦截任何人。",
    "confirm": "复核通过，登记已生效。",
    "refuse": "已记录复核不通过，登记不生效。",
    "propose_revocation": "撤销已提出，待另一人复核；在此之前登记继续有效。",
    "confirm_revocation": "登记已撤销，不再拦截任何人。",
    "refuse_revocation": "已记录不同意撤销，登记继续有效。",
    "same": "已记录：是同一人。限制期内不能担任主要负责人，没有例外。",
    "different": "已记录：经核对不是同一人。这条登记不再拦截此人，可以返回继续办理。",
}
_DOCUMENT = "登记所依据的文书：{organ}{number}（{document_on}）。"
_FIVE_YEARS = "五年限制，至 {until} 止（含当日），其间不能担任任何生产经营单位的主要负责人。"
_LIFETIME = "终身限制，不能担任“{trade}”行业生产经营单位的主要负责人。"
_RULE = "依据：{law}{article}（{source_note}）。"
_NAMESAKE = "“{name}”与任职限制登记中的人员同名，没有办理，也没有改动。"
_SAME = "“{name}”经核对就是任职限制登记中的人员，不能担任，没有办理，也没有改动。"
_COMPARE = (
    "请退回；或者先核对：是否同一人，比对了什么，由您或者安委办在核对页写明。"
    "经核对不是同一人的，再来办理。"
)
_NO_WAY = "限制期内没有例外，请退回，由该单位另行确定人选；登记有误的，由安委办复核后撤销登记。"
BAN_ERRORS: Mapping[str, str] = {
    "ban_refused": "您不能办理这条任职限制登记。请返回登记簿查看由谁办理。",
    "ban_refused.no_post": (
        "任职限制由登记它的安委办的经办人和主任办理，您没有相应岗位。"
        "发现应当登记或者撤销的，请将文书送安委办。"
    ),
    "ban_refused.own_entry": (
        "登记、撤销须由两人分别办理：这一步之前的一步由您（或者您所代办的人）办理。"
        "请转告本办公室另一人复核。"
    ),
    "ban_over": "这条登记已由他人办理，您的提交没有生效。请刷新页面查看现在的状态。",
    "principal_banned": "任职限制登记拦下了这次办理。请返回查看。",
    "principal_banned.untold": (
        "“{name}”担任主要负责人须先由监管部门核对，没有办理，也没有改动。"
        "请联系监管本单位的部门或者安委办，核对之后再办理。"
    ),
    "principal_banned.five_years_namesake": _NAMESAKE + _DOCUMENT + _FIVE_YEARS + _RULE + _COMPARE,
    "principal_banned.five_years_same": _SAME + _DOCUMENT + _FIVE_YEARS + _RULE + _NO_WAY,
    "principal_banned.lifetime_namesake": _NAMESAKE + _DOCUMENT + _LIFETIME + _RULE + _COMPARE,
    "principal_banned.lifetime_same": _SAME + _DOCUMENT + _LIFETIME + _RULE + _NO_WAY,
}
BAN_PROBLEMS: Mapping[str, str] = {
    "identity_number": "{label}应为 18 位，并与校验位相符，请核对；没有的留空",
    "lifetime_only": "五年限制不分行业，{label}请留空",
    "ban_there": "同一人、同一文书、同一种类已有登记（第 {value} 号），没有重复登记",
    "identity_same": "{label}与登记的号码一致，是同一人，不能选“经核对不是同一人”",
    "identity_differs": "{label}与登记的号码不同，不是同一人，请选“经核对不是同一人”",
    "found_same": (
        "已经核对为同一人。只有登记和本次都填写身份证件号码且号码不同的，才能更正；"
        "登记没有号码的，请安委办撤销后补充号码重新登记"
    ),
    "choose_likeness": "请按“经核对不是同一人”或者“是同一人”提交",
    "compared_before": "这条登记与此人已经核对过，或者不再拦截此人，没有重复记录",
}
