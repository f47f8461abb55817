"""The words of recurrence and of the checks after delisting."""

from collections.abc import Mapping

LIKENESS: Mapping[str, str] = {
    "same_clause": "判定依据为同一条款",
    "like_place": "具体部位相同或者相近",
    "like_name": "隐患名称相同或者相近",
}
LOOK_BACK_RESULTS: Mapping[str, str] = {
    "holds": "整改到位，没有反弹",
    "recurred": "隐患复燃",
    "not_reachable": "未能核查（现场不具备条件、联系不上等），另行安排",
}
LOOK_BACK_FIELDS: Mapping[str, str] = {
    "done_on": "核查日期",
    "result": "核查结果",
    "note": "核查情况",
    "reason": "处理情况",
    "text": "您看到的情况",
}
LOOK_BACK_SAID: Mapping[str, str] = {
    "holds": "回头看结果已记录。",
    "recurred": "隐患复燃已记录。这件事项已经办结，请立即登记新的隐患，按程序办理。",
    "not_reachable": "未能核查已记录，这次回头看仍待办理。",
    "set_aside": "处理情况已记录。",
}
