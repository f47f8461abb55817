"""The words of the three disclosures: what the public reads, what the reviewer confirms."""

from collections.abc import Mapping

from web.labels.public import band_of

DISCLOSURE_FIELDS: Mapping[str, str] = {
    "title": "隐患名称（公开）",
    "place": "所在地（公开）",
    "summary": "隐患情况（公开）",
    "progress": "整改进展",
    "result": "治理结果",
    "reason": "更正或者撤下的事由（公开）",
    "basis": "公开依据",
    "pictures": "公开照片",
    "checked": "审查事项",
    "introduction": "导语（可不填）",
    "opinion": "意见",
    "outcome": "办理结果",
}
# Points of the review for secrecy -> what is confirmed, with the article that asks for it.
SECRECY_CHECKS: Mapping[str, str] = {
    "state_secrets": "不涉及国家秘密和法律、行政法规禁止公开的信息（政府信息公开条例第十四条）",
    "public_safety": "公开后不会危及国家安全、公共安全、经济安全、社会稳定（第十四条）",
    "business_secrets": "不涉及商业秘密（第十五条）",
    "privacy": "不涉及个人隐私，不含举报人、联系方式、专家个人信息（第十五条）",
    "internal_matters": "不属于内部事务信息和过程性信息，不含移送线索（第十六条）",
}
# What each decision of a step is called, and what follows.
DISCLOSURE_DECISIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "prepare_disclosure": {
        "done": ("送保密审查", "冻结公开稿，送保密审查人。审查、审批期间内容不再变动。"),
        "declined": ("放弃公开", "这次公开到此结束，理由留在案内；应当公开的仍列在待公开清单。"),
    },
    "review_secrecy": {
        "accepted": ("审查通过", "送审批人。审查通过不等于公开，批准前公众看不到。"),
        "returned": ("退回修改", "退回拟制人，写明哪些内容不能公开。"),
    },
    "approve_disclosure": {
        "accepted": ("批准并公开", "公众立即看到本页的公开稿。以后只能更正或者撤下，均公开留痕。"),
        "returned": ("退回修改", "退回拟制人，重新保密审查。"),
        "declined": ("不公开", "这次公开到此结束，写明理由。"),
    },
}
# Parts of the monthly bulletin.
BULLETIN_PARTS: Mapping[str, str] = {
    "overview": "一、本月概况",
    "listed": "二、本月挂牌",
    "progress": "三、整改推进",
    "delisted": "四、本月摘牌",
    "over_limit": "五、超过公布的整改期限",
    "amended": "六、更正和撤下",
    "ranking": "附件：月度考核排队结果",
}
BULLETIN_HEADS: Mapping[str, tuple[str, ...]] = {
    "listed": ("隐患名称", "责任单位", "属地", "挂牌日期", "整改期限"),
    "progress": ("隐患名称", "责任单位", "公开日期", "整改进展"),
    "delisted": ("隐患名称", "责任单位", "属地", "摘牌日期", "治理结果"),
    "over_limit": ("隐患名称", "责任单位", "属地", "整改期限"),
    "amended": ("隐患名称", "公开日期", "类别", "事由"),
    "ranking": ("类别", "名次", "单位", "得分", "等次"),
}
BULLETIN_NOTHING: Mapping[str, str] = {
    "listed": "本月没有公布新的挂牌事项。",
    "progress": "本月没有公布整改进展。",
    "delisted": "本月没有公布摘牌事项。",
    "over_limit": "公布的事项都没有超过整改期限。",
    "amended": "本月没有更正和撤下。",
}


def bulletin_title(year: int, month: int) -> str:
    """What the bulletin of a month is called."""
    return f"安全生产简报·挂牌督办专刊（{year}年{month}月）"


def bulletin_overview(  # the figures of one sentence
    year: int,
    month: int,
    listed: int,
    delisted: int,
    standing: int,
    over: int,
    counted: tuple[int, int],
) -> str:
    """The month in one sentence. `counted`: cases of which only a band is told."""
    said = (
        f"{year}年{month}月，公布挂牌 {listed} 件、摘牌 {delisted} 件；"
        f"月末仍在督办 {standing} 件，其中超过公布的整改期限 {over} 件。"
    )
    if any(counted):
        bands = tuple(map(band_of, counted))
        said += f"另有自查自报、只计入统计的挂牌 {bands[0]} 件、摘牌 {bands[1]} 件。"
    return said


DISCLOSURE_SAID: Mapping[str, str] = {
    "done": "公开稿已送保密审查。",
    "cleared": "保密审查通过，已送审批。",
    "returned": "已退回拟制人修改。",
    "declined": "这次公开已结束，没有公开任何内容。",
    "published": "已经公开，公众可以在公开网站看到。",
}
EXPOSURE_SAID: Mapping[str, str] = {
    "named": "公布单位名称",
    "unnamed": "不公布单位名称、督办编号和文号",
    "counted": "只计入统计，不公布任何文字和照片",
}


def picture_caption(step: str, day: str) -> str:
    """What stands below a picture: at which step it was handed in, and when."""
    return f"{step}时提交的现场照片（{day}）"
