"""The words of the two handovers: fields, and what was done."""

from collections.abc import Mapping

HANDOVER_FIELDS: Mapping[str, str] = {"text": "情况", "period": "月份"}
HANDOVER_SAID: Mapping[str, str] = {
    "progress": "整改推进情况已报送。",
    "tracking": "跟踪督办情况已记录。",
}
