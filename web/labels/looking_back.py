"""The words of recurrence and of the checks after delisting."""

from collections.abc import Mapping

LIKENESS: Mapping[str, str] = {
    "same_clause": "判定依据为同一条款",
    "like_place": "具体部位相同或者相近",
    "like_name": "隐患名称相同或者相近",
}
