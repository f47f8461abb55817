"""Receivers of the two handovers as a profile names them."""

from pathlib import Path

import pytest

from services.reference.errors import ReferenceDataError
from services.reference.profile import FOLDER, load_profile, read_profile
from workflows.handovers import HandoverLevel, HandoverReceiver

NAMED = 'receivers = ["territorial_government", "competent_department"]'


def _profile_with(folder: Path, old: str, new: str) -> Path:
    own = folder / "elsewhere"
    own.mkdir()
    for name in ("profile.toml", "deadlines.toml"):
        text = (FOLDER / "shuozhou" / name).read_text(encoding="utf-8")
        (own / name).write_text(text.replace(old, new), encoding="utf-8")
    return own


def test_the_shipped_profiles_name_territory_and_department() -> None:
    for name in ("shuozhou", "datong"):
        assert load_profile(name).handover.receivers == tuple(HandoverReceiver)


@pytest.mark.parametrize("organ", ["discipline_organ", "judicial_organ"])
def test_discipline_and_justice_are_referred_and_receive_no_handover(
    tmp_path: Path, organ: str
) -> None:
    own = _profile_with(tmp_path, NAMED, f'receivers = ["territorial_government", "{organ}"]')
    with pytest.raises(ReferenceDataError, match="referred"):
        read_profile(own)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NAMED, 'receivers = ["territorial_government", "somebody"]'),
        (NAMED, "receivers = []"),
        (NAMED, 'receivers = ["territorial_government", "territorial_government"]'),
        ('level = "city"', 'level = "village"'),
        ("opens_days_before_due = 7", "opens_days_before_due = 30"),
        ('campaign = "shuozhou_2022"', 'campaign = ""'),
        ('covers = "month_before"', 'covers = "some_month"'),
    ],
)
def test_a_profile_that_says_it_wrongly_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ReferenceDataError):
        read_profile(_profile_with(tmp_path, old, new))


def test_a_province_hands_over_to_the_city_and_its_own_department(tmp_path: Path) -> None:
    own = _profile_with(tmp_path, 'level = "city"\nreceivers', 'level = "province"\nreceivers')
    assert read_profile(own).handover.level is HandoverLevel.PROVINCE
