"""Bans: how the five years are counted, whom and what they reach, and identity numbers."""

from datetime import date

import pytest

from services.bans.identity import take_fingerprint
from services.errors import InvalidCommandError
from services.keys import InstallationKeys
from services.reference.ban_rule import ban_rule
from tests.builders import KEYS
from web.labels import error_sentence
from workflows.bans import (
    FOLLOWS,
    BanKind,
    BanRefusedError,
    BanState,
    BanStep,
    Bar,
    check_step,
    first_that_stands,
    is_identity_number,
    last_day,
    name_key,
)
from workflows.deadlines import Evidence
from workflows.permissions import Actor, Authority, PostRecord
from workflows.vocabulary import Role

OFFICE = 7
NUMBER = "999999199001010016"
OTHER_NUMBER = "999999199001010024"


@pytest.mark.parametrize(
    ("counted_from", "last"),
    [
        (date(2021, 3, 1), date(2026, 3, 1)),
        (date(2021, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2023, 2, 28), date(2028, 2, 28)),  # the leap day that follows is free
        (date(2023, 3, 1), date(2028, 3, 1)),
    ],
)
def test_the_same_day_five_years_on_is_the_last(counted_from: date, last: date) -> None:
    bar = Bar(BanKind.FIVE_YEARS, counted_from)
    assert last_day(counted_from) == bar.until == last
    assert bar.stands_on(last)
    assert not bar.stands_on(date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize("today", [date(2029, 2, 28), date(2028, 2, 29), date(2026, 3, 1)])
def test_the_list_and_the_rule_end_on_the_same_day(today: date) -> None:
    first = first_that_stands(today)
    assert Bar(BanKind.FIVE_YEARS, first).stands_on(today)
    assert not Bar(BanKind.FIVE_YEARS, date.fromordinal(first.toordinal() - 1)).stands_on(today)


def test_a_ban_for_life_never_ends_and_reaches_one_trade_and_the_unknown() -> None:
    bar = Bar(BanKind.LIFETIME, date(1990, 1, 1), "coal_mine")
    assert bar.until is None
    assert bar.stands_on(date(2999, 1, 1))
    assert bar.reaches("coal_mine")
    assert bar.reaches(None)
    assert not bar.reaches("chemical")


def test_five_years_reach_every_trade() -> None:
    assert Bar(BanKind.FIVE_YEARS, date(2021, 3, 1)).reaches("chemical")


@pytest.mark.parametrize(
    "name", ["阿不都·热合曼", "阿不都 热合曼", "阿不都•热合曼", "阿不都　热合曼"]
)
def test_names_are_compared_without_blanks_and_dots(name: str) -> None:
    assert name_key(name) == name_key("阿不都热合曼")


def test_names_are_compared_in_one_width_and_case() -> None:
    assert name_key("ＬＩ") == name_key("li")
    assert name_key("李甲") != name_key("李乙")
    assert len(name_key("㍿" * 60)) <= 120


def test_a_mistyped_identity_number_is_none() -> None:
    assert is_identity_number(NUMBER)
    assert is_identity_number(OTHER_NUMBER)
    assert is_identity_number("99999919900109001X")
    for wrong in (NUMBER[:-1] + "8", NUMBER[:-1], "999999199013010019", "", "abc"):
        assert not is_identity_number(wrong)


def test_an_identity_number_leaves_a_keyed_hash_and_four_characters() -> None:
    kept = take_fingerprint(KEYS, f" {NUMBER[:6]} {NUMBER[6:]} ")
    assert kept is not None
    assert kept.tail == NUMBER[-4:]
    assert NUMBER not in kept.hash
    assert kept == take_fingerprint(KEYS, NUMBER)
    assert kept != take_fingerprint(KEYS, OTHER_NUMBER)
    elsewhere = InstallationKeys("other", bytes(32), "form", bytes(32))
    assert kept != take_fingerprint(elsewhere, NUMBER)
    assert take_fingerprint(KEYS, "  ") is None
    with pytest.raises(InvalidCommandError):
        take_fingerprint(KEYS, "123")


def keeper(person_id: int, office: int = OFFICE, instead_of: int | None = None) -> Actor:
    authority = Authority(1, instead_of, "甲", frozenset()) if instead_of else None
    post = PostRecord(1, Role.COMMITTEE_OFFICER, office, authority=authority)
    return Actor(person_id, "乙", (post,))


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (keeper(1), "own_entry"),
        (keeper(3, instead_of=1), "own_entry"),
        (keeper(2, instead_of=4), "own_entry"),
        (keeper(3, office=8), "no_post"),
        (Actor(3, "丙", (PostRecord(1, Role.CASE_OFFICER, OFFICE),)), "no_post"),
    ],
)
def test_the_second_person_is_another_one_of_the_same_office(actor: Actor, reason: str) -> None:
    with pytest.raises(BanRefusedError) as refusal:
        check_step(actor, OFFICE, (1, 2))
    assert refusal.value.detail == {"reason": reason}


def test_another_one_of_the_office_may() -> None:
    assert check_step(keeper(3), OFFICE, (1, None)).post_id == 1


def test_what_ended_is_not_begun_again() -> None:
    over = {BanState.REFUSED, BanState.REVOKED}
    assert not [state for state, _ in FOLLOWS if state in over]
    assert FOLLOWS[BanState.REVOKING, BanStep.REFUSE_REVOCATION] is BanState.STANDING


@pytest.mark.parametrize("kind", BanKind)
@pytest.mark.parametrize("likeness", ["namesake", "same"])
def test_a_stop_names_document_term_and_rule(kind: BanKind, likeness: str) -> None:
    detail = {
        "reason": f"{kind.value}_{likeness}",
        "name": "李甲",
        "organ": "示例区人民法院",
        "number": "刑初1号",
        "document_on": "2024-01-02",
        "until": "2029-03-01",
        "trade": "煤矿",
        "law": "安全生产法",
        "article": "第九十四条第三款",
        "source_note": "读自转载，未核对原文",
    }
    told = error_sentence("principal_banned", detail)
    term = "至 2029-03-01 止" if kind is BanKind.FIVE_YEARS else "“煤矿”行业"
    document = "示例区人民法院刑初1号（2024-01-02）"
    rule = "安全生产法第九十四条第三款（读自转载，未核对原文）"
    for words in ("“李甲”", document, term, rule):
        assert words in told
    assert ("没有例外" in told) == (likeness == "same")


def test_the_rule_is_told_as_retold() -> None:
    rule = ban_rule()
    assert rule.article == "第九十四条第三款"
    assert rule.evidence is not Evidence.PRIMARY_TEXT
    assert rule.counting_evidence is Evidence.INFERENCE
    assert "未核对原文" in rule.source_note
