"""Kept drafts: anything within reason, and the last one that could be kept stays."""

import pytest

from services.database import transaction
from services.drafts import MOST_CHARACTERS, DraftTooLargeError, find_draft, save_draft
from tests.builders import World


def test_a_draft_beyond_reason_is_refused_and_the_earlier_one_stays(world: World) -> None:
    person = world.person_ids["safety_officer"]
    with transaction(world.engine) as session:
        save_draft(session, person, "file_first_report", {"place": ["皮带巷"]}, world.now)
    too_much = {"description": ["字" * (MOST_CHARACTERS + 1)]}
    with pytest.raises(DraftTooLargeError), transaction(world.engine) as session:
        save_draft(session, person, "file_first_report", too_much, world.now)
    with transaction(world.engine) as session:
        kept = find_draft(session, person, "file_first_report")
    assert kept is not None
    assert kept.values == {"place": ["皮带巷"]}
