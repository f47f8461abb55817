"""The audit chain: whatever is changed, removed, or put in between is found."""

import hashlib
import random

import pytest
import sqlalchemy as sa

from services.audit import first_broken_link
from services.chain import canonical, commitment
from services.database import transaction
from services.frame import first_changed_act
from services.models.audit import AuditEntry
from services.models.case import Act, Attachment
from tests.builders import PHOTO, World
from workflows.vocabulary import Action


@pytest.fixture
def chained_world(each_world: World) -> World:
    """Two cases whose acts alternate in the chain."""
    first, second = each_world.file_report(), each_world.register()
    for case_id in (first, second, first, second):
        step = Action.VERIFY_HAZARD if case_id == first else Action.ISSUE_RECTIFICATION_ORDER
        if step in each_world.open_steps(case_id):
            each_world.do("case_officer", case_id, step)
    return each_world


def test_an_untouched_chain_holds(chained_world: World) -> None:
    with transaction(chained_world.engine) as session:
        assert first_broken_link(session) is None


def test_every_single_change_is_found_at_or_right_after_its_place(chained_world: World) -> None:
    changes = random.Random(7)
    with transaction(chained_world.engine) as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)).all()
        last = entries[-1].sequence
        for entry in entries:
            before = dict(entry.body)
            field = changes.choice(sorted(before))
            entry.body = {**before, field: "changed"}
            session.flush()
            assert first_broken_link(session) == entry.sequence
            entry.body = before
            session.flush()
            if entry.sequence < last:
                with session.begin_nested() as savepoint:
                    session.execute(
                        sa.delete(AuditEntry).where(AuditEntry.sequence == entry.sequence)
                    )
                    assert first_broken_link(session) == entry.sequence
                    savepoint.rollback()


def test_the_entry_commits_to_the_content_without_carrying_it(chained_world: World) -> None:
    with transaction(chained_world.engine) as session:
        act = session.scalars(sa.select(Act).order_by(Act.id)).first()
        assert act is not None
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence).limit(1)).one()
        files = [hashlib.sha256(PHOTO.data).hexdigest()]
        committed = commitment(act.nonce, [act.opinion, act.content, files])
        assert entry.body["content"] == committed
        assert str(act.content["description"]) not in str(entry.body)


def test_the_canonical_form_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": ["隐患", True]}) == canonical({"a": ["隐患", True], "b": 1})
    assert canonical({"a": "隐患"}) == '{"a":"隐患"}'.encode()


def test_a_changed_opinion_or_file_no_longer_fits_what_the_chain_committed_to(
    chained_world: World,
) -> None:
    with transaction(chained_world.engine) as session:
        assert first_changed_act(session) is None
        act = session.scalars(sa.select(Act).order_by(Act.id.desc()).limit(1)).one()
        act.opinion = "改过的意见"
        session.flush()
        assert first_changed_act(session) == act.id
        session.rollback()
    with transaction(chained_world.engine) as session:
        file = session.scalars(sa.select(Attachment).order_by(Attachment.id).limit(1)).one()
        file.sha256 = "0" * 64
        session.flush()
        assert first_changed_act(session) == file.act_id
