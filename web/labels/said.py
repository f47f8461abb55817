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

# On the page of the case, after a form that began it arrived once more.
SENT_TWICE = "这张表已经提交过，没有重复登记。本页就是它登记的事项。"
# On the list of drafts, after one was deleted.
GOVERNMENT_STANDS_IN = "{name}（无企业主体的隐患）"
DRAFT_DELETED = "草稿已删除。"


def local_time(moment: datetime) -> str:
    """A moment as the office's clock shows it."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
