"""Short words that pages say in more than one place, and how a moment is written."""

from collections.abc import Mapping
from datetime import datetime

from services.clock import LOCAL_ZONE

# Where a document stands between its draft and its issue.
DOCUMENT_STATES: Mapping[str, str] = {
    "draft": "签发稿",
    "numbered": "已编号",
    "issued": "已印发",
    "void": "已作废",
    "returned": "已退回",
}

# How an authenticator names the codes that it shows for this system.
DEVICE_ISSUER = "挂牌督办"
# The phase of closing where nothing was listed.
CLOSURE_WITHOUT_LISTING = "销号"
# How a case ended -> the stamp on its page.
STAMPS: Mapping[str, str] = {
    "delisted": "已摘牌销号",
    "tracked_closed": "已由部门销号",
    "own_listing_closed": "已自行销号备案",
    "withdrawn": "已撤销",
    "merged": "已并案",
    "listing_revoked": "已撤销挂牌",
    "objection_upheld": "异议成立",
    "ordinary": "按一般隐患处理",
}
# How a case left the path early -> what that means.
LEFT_EARLY: Mapping[str, str] = {
    "withdrawn": "撤销督办，督办程序终止。",
    "merged": "与另一事项是同一隐患，并入该事项继续办理，本事项终止。",
    "listing_revoked": "撤销挂牌，挂牌督办通知书作废，督办程序终止。",
    "objection_upheld": "责任单位对认定结论的异议成立，督办程序终止。",
    "ordinary": "认定为一般隐患，转由企业按一般隐患整改，督办程序终止。",
}
# What a suspension is called while it is in force.
SUSPENSION = "停产停业整顿"
# Who ends a measure in force, and by what.
LIFTED_BY: Mapping[str, str] = {
    "resumption_or_officer": "申请恢复生产，经审查同意；或者由监管经办人按解除事由解除",
    "resumption_or_head": "申请恢复生产，经审查同意；或者由监管部门负责人按解除事由解除",
    "head": "由部门主要负责人同意解除",
    "head_and_receipt": "由部门主要负责人同意并取得恢复回执后解除",
    "government": "由属地政府决定解除",
}
# A circumstance of a case -> what follows from it, and under which rule.
FLAG_NOTICES: Mapping[str, str] = {
    "like_accident": (
        "上级检查发现或者举报查实的重大事故隐患，比照事故进行调查处理（朔安发〔2022〕3号第28条）。"
    ),
    "unlisted": (
        "未列入企业隐患清单、经查实属于重大隐患的，当作事故对待"
        "（朔安发〔2022〕3号附件所列国务院安委会措施，转述）。"
    ),
    "raised": (
        "上级机关已经提级督办：摘牌、延期和撤销由上级决定，本级继续督促整改；"
        "原挂牌、整改期限和办理过程保留。"
    ),
    "stopped": (
        "停产停业不等于隐患消除：整改期限照常计算，不因停产停业验收或者销号。"
        "被责令停产停业的，恢复生产通知书送达之前不得恢复（安全生产法第六十五条第一款第三项）；"
        "恢复生产不等于摘牌销号，摘牌销号也不等于恢复生产。"
    ),
    "suspended": (
        "责令停产停业整顿的处罚决定已经送达：解除或者恢复生产之前不得销号或者撤销。"
        "恢复生产须经申请、验收和审批；恢复生产不等于摘牌销号，摘牌销号也不等于恢复生产。"
    ),
    "refused": (
        "责任单位收到指令、决定后没有执行，监管部门负责人已认定拒不整改；整改期限照常计算。"
        "对拒不整改的，采取停产停工等措施（朔安发〔2022〕3号第27条）。"
    ),
    "legal_hold": "督办期间发生事故，案卷封存：解除之前不得验收合格，不得销号或者撤销。",
}

# After the notice of a flag that calls for an inquiry, by whether it is settled.
INQUIRY_SAID: Mapping[bool, str] = {
    True: "比照事故调查{stage}，不再因此限制销号。",
    False: "比照事故调查：{stage}；结论批准之前不得销号。",
}
# On the page of the case, after a form that began it arrived once more.
SENT_TWICE = "这张表已经提交过，没有重复登记。本页就是它登记的事项。"
# On the list of drafts, after one was deleted.
GOVERNMENT_STANDS_IN = "{name}（无企业主体的隐患）"
# On the list of duties, after an act by which a case left the sight of whoever did it.
LEFT_ONES_SIGHT = (
    "已办结：{action}。本事项不再由您办理，已不在您的查看范围内；办理记录保留在案卷中。"
)
# Beside an expert who has an interest in the case.
MUST_STAY_AWAY = "，须回避：{reason}"
DRAFT_DELETED = "草稿已删除。"
# After a copy was sent or acknowledged, and after one's phrases were changed.
COPY_SENT = "已抄送。对方是否已阅，可在本页“抄送”中查看。"
COPY_READ = "已登记为已阅。"
PHRASE_ADDED = "常用语已保存。"
PHRASE_DELETED = "常用语已删除。"
# After a step was given back or on.
STEP_RELEASED = "已退回公共待办，同岗位的人员都可以办理。期限不变。"
STEP_TRANSFERRED = "已转办，由对方一人办理。期限不变。"
STEP_DELEGATED = "已交办，由所选人员一人办理。期限不变。"
# After a signature on paper was registered, or its registration sent back.
PAPER_REGISTERED = "线下签署已登记，待第二人复核；复核确认之后才生效。"
PAPER_REFUSED = "已退回登记人，并告知理由；本次登记没有生效。"

# After a step with a written authority.
AUTHORITY_SAID: Mapping[str, str] = {
    "proposed": "代办授权已提交，经批准后生效。",
    "confirmed": "代办授权已批准。",
    "revoked": "代办授权已撤销，即时失效。",
}
DEPARTURE_SAID: Mapping[str, str] = {
    "proposed": "交接单已提交，经确认后生效。",
    "confirmed": "交接单已确认。",
    "revoked": "交接单已撤回。",
}
DISSOLUTION_SAID: Mapping[str, str] = {
    "proposed": "机构撤并手续已提交，经确认后生效。",
    "confirmed": "机构撤并已生效，事项、期限和岗位已由承接单位承接。",
    "revoked": "机构撤并手续已撤回。",
}
# As what an organisation stood in a case.
PLACES: Mapping[str, str] = {
    "parent": "上级公司",
    "competent_department": "行业主管部门",
    "territory": "属地政府",
    "listing_body": "挂牌单位",
    "listing_office": "挂牌单位办公室",
    "safety_committee": "安全生产委员会",
    "superior_office": "提级督办的上级安委办",
    "receiver": "移交接收单位",
    "co_party": "其他责任方",
}


def both_names(name: str, principal: str) -> str:
    """Who did it; a substitute with the one in whose name."""
    return f"{name}代{principal}" if principal else name


def recounted(count: int) -> str:
    """After limits were moved by a changed calendar."""
    return f"已核定 {count} 项期限，原日期保留在期限计算说明中。"


SUGGESTION_DISMISSED = "已记录不采纳的理由。"


def sheet_signed(signed: int, before: int) -> str:
    """After a sitting: how many cases were signed, and how many had been signed before."""
    now = f"已签字背书 {signed} 件。" if signed else "没有新的签字。"
    return f"{now}其中 {before} 件此前已由您签字，没有重复签字。" if before else now


# Why a draft for several cases can only be returned, on the button that would agree to it.
BATCH_OBSTACLES: Mapping[str, str] = {
    "dissolved": "这份合并挂牌文稿已由其他环节退回，不再有效，只能退回重新提出。",
    "left": "合并挂牌的事项中，有的已经撤销、并案、异议成立或者退回，只能退回重新提出。",
    "not_all_here": "合并挂牌的事项中，有的还没有办完审核或者会签；全部到达签发环节后才能签发。",
    "not_all_yours": "合并挂牌的事项中，有的已由他人领办，或者因回避不能由您签发。",
}


def batch_proposed(count: int) -> str:
    """After several cases were proposed by one notice."""
    return f"已合并提出挂牌建议，共 {count} 件，送审核。签发稿正在生成。"


def batch_decided(count: int) -> str:
    """After a decision that counts in several cases."""
    return f"这是合并挂牌的文稿，本次决定同时记入 {count} 件事项。"


def local_time(moment: datetime) -> str:
    """A moment as the office's clock shows it."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
