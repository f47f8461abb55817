"""The profile of 朔州: complete, honest about its sources, and refused when broken."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.reference.errors import ReferenceDataError
from services.reference.profile import FOLDER, load_profile, read_profile
from workflows.deadlines import Evidence
from workflows.vocabulary import Action, DeadlineUnit, DocumentKind

PROFILE = load_profile("shuozhou")
SETTING = "本地督办工作时限（演示设置）"


def test_every_act_has_a_rule_or_a_reason_for_none() -> None:
    limited = {rule.starts for rule in PROFILE.rules.values()}
    for action in Action:
        assert (f"step:{action}" in limited) != (action in PROFILE.without_limit)


def test_numbers_read_as_the_office_writes_them() -> None:
    listing_notice = PROFILE.number_formats[DocumentKind.LISTING_NOTICE]
    assert listing_notice.format(year=2026, number=1) == "朔安督〔2026〕1号"
    assert PROFILE.intake_number_format.format(year=2026, number=1) == "朔隐报2026-0001"
    assert PROFILE.case_number_format.format(year=2026, number=1) == "朔隐督2026-0001"
    assert set(PROFILE.number_formats) == set(DocumentKind)


def test_two_inspectors_and_the_sector_that_lists_itself() -> None:
    assert PROFILE.inspector_count == 2
    assert PROFILE.self_listing_sectors == {"coal_mine"}


def test_other_bodies_number_by_their_own_mark() -> None:
    form = PROFILE.other_number_formats[DocumentKind.LISTING_NOTICE]
    assert form.format(year=2026, number=1, organ="朔能") == "朔能督〔2026〕1号"


def test_own_settings_say_that_they_are_no_law() -> None:
    for rule in PROFILE.rules.values():
        if rule.evidence is Evidence.INFERENCE:
            assert rule.document == SETTING
            assert not rule.verified
            assert rule.words == ""
            assert rule.note


def test_rules_that_name_a_source_say_how_far_it_was_read() -> None:
    named = {rule.id for rule in PROFILE.rules.values() if rule.document != SETTING}
    assert named == {"rectification_limit"}
    for rule_id in named:
        rule = PROFILE.rules[rule_id]
        assert rule.evidence is Evidence.SECONDARY
        assert not rule.verified
        assert rule.words.endswith("（转述）")


def test_rectification_limit_is_a_date_at_most_a_year_ahead() -> None:
    rule = PROFILE.rules["rectification_limit"]
    assert rule.unit is DeadlineUnit.FIXED_DATE
    assert rule.count == 12
    assert rule.starts == "act:issue_rectification_order"
    assert PROFILE.without_limit["apply_for_acceptance"].governed_by == ("rectification_limit",)


def test_inspection_and_approval_share_the_ten_days_of_the_review() -> None:
    rules = PROFILE.rules
    shares = rules["inspect_rectification"].count + rules["approve_acceptance"].count
    assert shares == rules["acceptance_review"].count


def test_every_rule_is_in_force_while_the_demonstration_runs() -> None:
    assert all(rule.is_in_force(date(2025, 1, 1)) for rule in PROFILE.rules.values())


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("profile.toml", "inspector_count = 2", "inspector_count = 1", "at least 2"),
        ("profile.toml", 'name = "朔州市"', 'name = ""', "`name` is empty"),
        ("profile.toml", "朔安督〔{year}〕{number}号", "朔安督〔{year}〕号", "needs both"),
        ("profile.toml", "朔安督〔{year}〕{number}号", "朔安督〔{years}〕{number}号", "only"),
        (
            "profile.toml",
            "朔安督〔{year}〕{number}号",
            "朔" * 40 + "{year}{number}",
            "more than 40",
        ),
        ("profile.toml", "朔安督解〔", "朔安督〔", "same number format"),
        ("profile.toml", "listing_notice =", "listing_note =", "no such kind of document"),
        ("profile.toml", "delisting_notice =", "# =", "`delisting_notice` is missing"),
        ("profile.toml", '"{organ}督〔', '"督〔', "needs {organ}"),
        ("profile.toml", "other_code", "other_word", "`other_code` is missing"),
        ("deadlines.toml", 'id = "sign_listing"', 'id = "review_draft"', "stands twice"),
        ("deadlines.toml", 'starts = "step:archive_case"', 'starts = "step:x"', "no such act"),
        (
            "deadlines.toml",
            'starts = "step:archive_case"',
            'starts = "archive_case"',
            "no such act",
        ),
        ("deadlines.toml", "count = 20", "count = 0", "`count` cannot be '0'"),
        ("deadlines.toml", "count = 20", 'count = "20"', "`count` must be int"),
        ("deadlines.toml", 'ends = ["archive_case"]', "ends = []", "`ends` names no act"),
        ("deadlines.toml", 'unit = "fixed_date"', 'unit = "months"', "must be one of"),
        ("deadlines.toml", "verified = false", "verified = true", "only evidence S"),
        ("deadlines.toml", 'step = "withdraw_case"', 'step = "archive_case"', "has a rule as well"),
        (
            "deadlines.toml",
            'governed_by = ["confirm_verdict"]',
            'governed_by = ["confirm"]',
            "no rule has the id",
        ),
        (
            "deadlines.toml",
            'starts = "step:archive_case"',
            'starts = "act:archive_case"',
            "neither a rule nor a reason for none: archive_case",
        ),
    ],
)
def test_broken_profile_is_refused_with_the_place(
    tmp_path: Path, file: str, old: str, new: str, fault: str
) -> None:
    folder = tmp_path / "shuozhou"
    shutil.copytree(FOLDER / "shuozhou", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=fault) as refused:
        read_profile(folder)
    assert refused.value.file == folder / file


def test_profile_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"profile\.toml"):
        read_profile(tmp_path / "nowhere")
