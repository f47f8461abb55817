"""The words of task lists: fields, and what was done."""

from collections.abc import Mapping

CAMPAIGN_FIELDS: Mapping[str, str] = {
    "state": "进展状态",
    "text": "工作进度",
    "evidence": "佐证材料",
    "owner_id": "主责单位",
}
CAMPAIGN_SAID: Mapping[str, str] = {
    "reported": "进度已报告。报告留痕，不改动、不删除；有新进展的，再次报告。",
    "assigned": "主责单位已更新。",
}
NO_OWNER = "未确定"
