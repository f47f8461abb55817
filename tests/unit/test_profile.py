"""The profile of 朔州: complete, honest about its sources, and refused when broken."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.reference.errors import ReferenceDataError
from services.reference.profile import FOLDER, load_profile, profile_names, read_profile
from workflows.deadlines import Evidence
from workflows.vocabulary import Action, ClockEvent, DeadlineUnit, DocumentKind

PROFILE = load_profile("shuozhou")
SETTING = "本地督办工作时限（演示设置）"
# Rules whose law was read in full, and the article.
TEXT_READ = {
    "disclose_information": "第二十六条",
    "review_coal_resumption": "第四十八条",
    "publish_coal_stoppage": "第四十九条",
    "publish_coal_resumption": "第四十九条",
    "decide_transfer": "第五条",
    "hand_over_to_police": "第五条",
    "publish_penalty": "第七十八条",
    "answer_penalty_notice": "第六十四条第一项、第八十五条",
    "notify_of_hearing": "第六十四条第二项、第八十五条",
    "conclude_penalty": "第六十条",
    "serve_suspension": "第六十一条、第八十五条",
}


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


def test_two_inspectors_and_what_holds_for_coal_alone() -> None:
    assert PROFILE.inspector_count == 2
    assert PROFILE.self_listing_sectors == {"coal_mine"}
    assert PROFILE.government_resumption_sectors == {"coal_mine"}


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
    of_transfers = {
        "acknowledge_police_referral",
        "decide_police_filing",
        "object_to_filing",
        "answer_filing_objection",
    }
    others = {"rectification_limit", "notify_of_power_stop", "acknowledge_clue", *of_transfers}
    assert named == {*others, *TEXT_READ}
    for rule_id in of_transfers:
        rule = PROFILE.rules[rule_id]
        assert (rule.evidence, rule.verified) == (Evidence.PRIMARY_TEXT, False)
        assert rule.words.endswith("（转述）")
    clue = PROFILE.rules["acknowledge_clue"]
    assert (clue.evidence, clue.verified) == (Evidence.SECONDARY, False)
    retold = PROFILE.rules["notify_of_power_stop"]
    assert (retold.evidence, retold.verified) == (Evidence.PRIMARY_TEXT, False)
    assert retold.words.endswith("（转述）")
    limit = PROFILE.rules["rectification_limit"]
    assert (limit.evidence, limit.verified) == (Evidence.SECONDARY, False)
    assert limit.words.endswith("（转述）")
    for rule_id, article in TEXT_READ.items():
        rule = PROFILE.rules[rule_id]
        assert (rule.evidence, rule.verified, rule.article) == (
            Evidence.PRIMARY_TEXT,
            True,
            article,
        )
        assert "转述" not in rule.words
        assert len(rule.words) > 15


@pytest.mark.parametrize(
    ("rule_id", "unit", "count"),
    [
        ("file_listing", DeadlineUnit.WORKING_DAYS, 3),
        ("publish_listing", DeadlineUnit.WORKING_DAYS, 5),
        ("publish_delisting", DeadlineUnit.WORKING_DAYS, 5),
        ("disclose_information", DeadlineUnit.WORKING_DAYS, 20),
        ("extension_lead", DeadlineUnit.WORKING_DAYS, 15),
        ("answer_escalation", DeadlineUnit.WORKING_DAYS, 10),
        ("acceptance_review", DeadlineUnit.WORKING_DAYS, 10),
        ("review_coal_resumption", DeadlineUnit.CALENDAR_DAYS, 20),
        ("publish_coal_stoppage", DeadlineUnit.WORKING_DAYS, 5),
        ("publish_coal_resumption", DeadlineUnit.WORKING_DAYS, 5),
        ("decide_transfer", DeadlineUnit.CALENDAR_DAYS, 3),
        ("hand_over_to_police", DeadlineUnit.HOURS, 24),
        ("transfer_clue", DeadlineUnit.WORKING_DAYS, 15),
        ("answer_tip", DeadlineUnit.CALENDAR_DAYS, 10),
        ("monthly_return", DeadlineUnit.DAY_OF_MONTH, 2),
        ("publish_penalty", DeadlineUnit.WORKING_DAYS, 7),
        ("answer_penalty_notice", DeadlineUnit.WORKING_DAYS, 5),
        ("notify_of_hearing", DeadlineUnit.WORKING_DAYS, 7),
        ("conclude_penalty", DeadlineUnit.CALENDAR_DAYS, 90),
        ("serve_suspension", DeadlineUnit.WORKING_DAYS, 7),
        ("notify_of_power_stop", DeadlineUnit.HOURS, 24),
    ],
)
def test_limits_have_the_numbers_of_their_sources(
    rule_id: str, unit: DeadlineUnit, count: int
) -> None:
    rule = PROFILE.rules[rule_id]
    assert (rule.unit, rule.count) == (unit, count)


def test_every_event_starts_a_limit_and_no_limit_waits_for_an_unknown_one() -> None:
    for name in profile_names():
        kinds = [rule.starts.partition(":") for rule in load_profile(name).rules.values()]
        events = {subject for kind, _, subject in kinds if kind == "event"}
        assert events == set(ClockEvent)
        assert {kind for kind, _, _ in kinds} == {"event", "step", "act"}


def test_where_sources_differ_the_others_are_listed_and_the_choice_explained() -> None:
    differing = {rule.id for rule in PROFILE.rules.values() if rule.conflicts}
    assert differing >= {
        "acceptance_review",
        "report_progress",
        "extension_lead",
        "decide_extension",
        "publish_listing",
        "review_coal_resumption",
        "decide_transfer",
    }
    says = {source.says for source in PROFILE.rules["extension_lead"].conflicts}
    assert says == {"届满前15个工作日申请延期", "届满前20个工作日"}
    for rule_id in differing:
        assert PROFILE.rules[rule_id].choice


@pytest.mark.parametrize(("name", "days"), [("shuozhou", 15), ("datong", 20)])
def test_the_notice_states_the_lead_that_the_extension_rule_counts(name: str, days: int) -> None:
    profile = load_profile(name)
    assert profile.rules["extension_lead"].backward
    assert profile.extension_lead_working_days == days


def test_another_jurisdiction_is_other_data_on_the_same_rows() -> None:
    assert profile_names() == ("datong", "shuozhou")
    other = load_profile("datong")
    assert (other.name, other.division_code) == ("大同市", "140200")
    assert set(other.rules) == set(PROFILE.rules)
    assert other.without_limit == PROFILE.without_limit
    changed = {name for name, rule in other.rules.items() if rule != PROFILE.rules[name]}
    assert changed == {"monthly_return", "report_progress", "extension_lead"}
    assert other.rules["monthly_return"].count == 27
    formats = set(other.number_formats.values())
    assert not formats & {f for f in PROFILE.number_formats.values() if "{organ}" not in f}
    for rule in other.rules.values():
        assert rule.verified or rule.document in {SETTING, PROFILE.rules[rule.id].document}


def test_a_profile_may_stand_on_another_but_only_on_a_first_one(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "datong", tmp_path / "third")
    file = tmp_path / "third" / "deadlines.toml"
    text = file.read_text(encoding="utf-8")
    assert read_profile(tmp_path / "third").rules["report_progress"].count == 15
    for name, fault in (("nowhere", "no profile has the name"), ("datong", "itself based on")):
        file.write_text(text.replace('"shuozhou"', f'"{name}"'), encoding="utf-8")
        with pytest.raises(ReferenceDataError, match=fault):
            read_profile(tmp_path / "third")


def test_an_own_limit_takes_the_place_of_the_others_reason_for_none(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "datong", tmp_path / "third")
    file = tmp_path / "third" / "deadlines.toml"
    text = file.read_text(encoding="utf-8")
    step = 'starts = "step:withdraw_case"\nends = ["withdraw_case"]'
    row = text[text.index('[[rules]]\nid = "report_progress"') :].split("\n\n")[0]
    row = row.replace("report_progress", "withdraw_case")
    assert step in row
    file.write_text(f"{text}\n{row}\n", encoding="utf-8")
    profile = read_profile(tmp_path / "third")
    assert "withdraw_case" not in profile.without_limit
    assert profile.rules["withdraw_case"].count == 15


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
        ("deadlines.toml", '"event:tip_verified"', '"event:tip"', "no such event"),
        (
            "deadlines.toml",
            'unit = "day_of_month"\ncount = 2',
            'unit = "day_of_month"\ncount = 29',
            "`count` cannot be '29'",
        ),
        (
            "deadlines.toml",
            'unit = "hours"\ncount = 24',
            'unit = "hours"\ncount = 24\nbackward = true',
            "`backward` cannot be 'hours'",
        ),
        ("deadlines.toml", 'choice = "取10个工作日：这是', 'note2 = "', "`choice` cannot be ''"),
        ("deadlines.toml", 'says = "每月底报省安委办"', "", "`says` is missing"),
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
