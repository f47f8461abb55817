"""An expert with an interest in a case stays away from it."""

from dataclasses import replace

import pytest

from workflows.experts import Conflict, ExpertRecord, Interests, conflict_of

EXPERT = ExpertRecord(7, {1: "示例市安全生产专家库", 2: "示例设计院"})
CASE = Interests(
    responsible_parties=(10,),
    parent_company_id=11,
    agencies=(),
    acted_for_supervised_side=(),
    declared_conflict=(),
)


def test_an_expert_without_interest_may_advise() -> None:
    assert conflict_of(EXPERT, CASE) is None
    assert conflict_of(EXPERT, replace(CASE, parent_company_id=None)) is None


@pytest.mark.parametrize(
    ("changes", "conflict"),
    [
        ({"responsible_parties": (10, 2)}, Conflict.RESPONSIBLE_PARTY),
        ({"parent_company_id": 2}, Conflict.PARENT_COMPANY),
        ({"agencies": ("示例设计院",)}, Conflict.EVALUATING_AGENCY),
        ({"agencies": ("示例设计院（资质证书编号：001）",)}, Conflict.EVALUATING_AGENCY),
        ({"acted_for_supervised_side": (7,)}, Conflict.SUPERVISED_SIDE),
        ({"declared_conflict": (7,)}, Conflict.DECLARED),
    ],
)
def test_each_interest_keeps_the_expert_away(
    changes: dict[str, object], conflict: Conflict
) -> None:
    assert conflict_of(EXPERT, replace(CASE, **changes)) is conflict  # type: ignore[arg-type]


def test_what_concerns_others_does_not() -> None:
    others = replace(CASE, agencies=("他人评价公司",), acted_for_supervised_side=(8,))
    assert conflict_of(EXPERT, replace(others, declared_conflict=(9,))) is None
    assert conflict_of(ExpertRecord(7, {3: ""}), replace(CASE, agencies=("甲公司",))) is None
