"""The words of monthly returns: figures, drafts, decisions, and what was done."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.queries.campaigns import TaskRow
from services.queries.return_figures import Figure, FigureLine
from workflows.campaigns import TaskState

FIGURES: Mapping[str, str] = {
    "registered": "登记的重大事故隐患事项",
    "listed": "挂牌督办",
    "delisted": "解除挂牌（摘牌）",
    "handed_over": "移交本单位",
    "visited": "现场督导次数",
    "under_supervision": "期末在办的挂牌事项",
    "past_limit": "其中超过整改期限未办结",
    "not_acknowledged": "移交本单位尚未签收",
}
REMARK = "对报表数据的说明"
RETURN_FIELDS: Mapping[str, str] = {"opinion": "意见"}
PAPER_RETURN_FIELDS: Mapping[str, str] = {
    "received_on": "收到日期",
    "delivered_by": "送达人",
    "signed_by": "签署的单位负责人",
    "original_place": "原件存放地点",
    "uploads": "纸质件扫描件",
    "reason": "不一致之处",
}
# What each decision is called, and what follows from it.
RETURN_DECISIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "prepare_return": {
        "done": ("送审", "送本单位负责人审签；报表数据按此刻的记录固定。"),
    },
    "approve_return": {
        "accepted": ("同意报送", "立即报送安委办，内容固定成文件，不能再改动。"),
        "returned": ("退回修改", "退回本单位经办人修改，必须写明意见。"),
    },
    "receive_return": {
        "accepted": ("接收", "出具回执，本月报送办结。"),
        "returned": (
            "退回补正",
            "退回报送单位修改后重新报送，必须写明理由；不改变首次报送的时间。",
        ),
    },
    "close_unreported": {
        "done": ("登记为未报", "本月报送办结，按未报计入考评，不再接收；必须写明理由。"),
    },
    "confirm_paper_return": {
        "done": ("核对一致，确认", "即时接收，出具回执；是否迟报按收到纸质件的日期认定。"),
    },
}
RETURN_SAID: Mapping[str, str] = {
    "prepare_return.done": "已送本单位负责人审签。",
    "approve_return.accepted": "已报送安委办。安委办接收后，本页显示回执。",
    "approve_return.returned": "已退回本单位经办人修改。",
    "receive_return.accepted": "已接收，报送单位可以看到回执。",
    "receive_return.returned": "已退回报送单位补正。",
    "close_unreported.done": "已登记为未报。",
    "paper_registered": "纸质月报已登记，请本办另一人复核。复核确认后才算接收。",
    "paper_confirmed": "已复核确认，月报已接收，报送单位可以看到回执。",
    "paper_refused": "已退回登记。",
}
_STATES: Mapping[TaskState, str] = {
    TaskState.NOT_BEGUN: "未启动",
    TaskState.UNDER_WAY: "推进中",
    TaskState.DONE: "已完成",
}
_MOST_OF_TASK = 60


def summary_draft(as_of: date, lines: Sequence[FigureLine]) -> str:
    """The first paragraph of a summary, from the figures."""
    count = {line.figure: line for line in lines}
    listed, delisted = count[Figure.LISTED], count[Figure.DELISTED]
    happened = (
        f"截至{as_of.year}年{as_of.month}月{as_of.day}日，本月登记重大事故隐患事项"
        f"{count[Figure.REGISTERED].month}件，挂牌督办{listed.month}件，摘牌{delisted.month}件；"
        f"本年累计挂牌{listed.year}件，摘牌{delisted.year}件。"
    )
    standing = (
        f"现有在办挂牌事项{count[Figure.UNDER_SUPERVISION].month}件，"
        f"其中超过整改期限未办结{count[Figure.PAST_LIMIT].month}件。"
    )
    handed = (
        f"本月移交本单位{count[Figure.HANDED_OVER].month}件，"
        f"尚未签收{count[Figure.NOT_ACKNOWLEDGED].month}件；"
        f"现场督导{count[Figure.VISITED].month}次。"
    )
    return happened + standing + handed


def task_line(task: TaskRow) -> str:
    """One task of a list with how far it is."""
    words = task.text.splitlines()[0] if task.text else task.heading
    short = words if len(words) <= _MOST_OF_TASK else f"{words[:_MOST_OF_TASK]}……"
    state = _STATES[task.state] if task.state else "见督办台账"
    report = f"。{' '.join(task.report.split())}" if task.report else ""
    return f"第{task.number}项 {short}：{state}{report}"
