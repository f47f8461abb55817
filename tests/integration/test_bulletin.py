"""The monthly bulletin: made from what was published, by three persons, with the chain's head."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.audit import read_chain
from services.database import reading, transaction
from services.disclosure.bulletin import BulletinText, printed_bulletin
from services.disclosure.steps import NothingToDiscloseError, StepCommand, begin_bulletin, take_step
from services.documents.render import render_pdf
from services.errors import InvalidCommandError
from services.models.public import PublicBulletin
from services.queries.months import Month
from services.queries.public.bulletins import find_bulletin, list_bulletins
from tests.builders import World
from tests.integration.test_disclosure import listed, publish, shown, take
from tests.integration.test_render import text_of
from web.labels.public import TAKEN_DOWN
from web.views.bulletins import bulletin_text
from web.views.public_bulletins import bulletin_view
from workflows.disclosure import DisclosureStep, PublicationKind
from workflows.vocabulary import HazardSource, Outcome

MARCH = Month(2026, 3)


def after_march(world: World) -> None:
    world.now += timedelta(days=40)


def text(world: World, introduction: str = "") -> BulletinText:
    with reading(world.engine) as session:
        return bulletin_text(world.frame(session, "committee_officer"), MARCH, introduction)


def begin(world: World, introduction: str = "", month: Month = MARCH) -> int:
    made = text(world, introduction)
    with transaction(world.engine) as session:
        frame = world.frame(session, "committee_officer")
        return begin_bulletin(frame, world.ids["office"], month, made)


def told(made: BulletinText) -> str:
    return str(made.sections)


def test_it_says_what_was_published_and_nothing_else(world: World) -> None:
    named = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, named, title="通风系统不合理")
    publish(world, named, PublicationKind.PROGRESS, progress="风门已安装。")
    hidden = listed(world)  # listed, and nothing published of it
    after_march(world)
    said = told(text(world))
    assert "通风系统不合理" in said
    assert "风门已安装。" in said
    assert "公布挂牌 1 件、摘牌 0 件" in said
    assert hidden != named
    assert "主运输皮带" not in said


def test_three_persons_publish_it_and_the_worker_prints_it(each_world: World) -> None:
    world = each_world
    publish(world, listed(world, HazardSource.REGULATOR_FINDING), title="通风系统不合理")
    after_march(world)
    publication_id = begin(world, "本月各单位按要求推进整改。")
    with pytest.raises(NothingToDiscloseError):
        begin(world)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    world.work()
    with reading(world.engine) as session:
        bulletin = session.scalars(sa.select(PublicBulletin)).one()
        entries = {entry["sequence"]: entry["entry_hash"] for entry in read_chain(session)}
        inputs = printed_bulletin(bulletin)
    assert bulletin.number.endswith("第1期")
    assert entries[bulletin.audit_size] == bulletin.audit_head
    assert bulletin.sha256 is not None
    printed = text_of(render_pdf("bulletin.html", inputs, fonts_folder=None))
    for words in (
        "安全生产简报",
        "通风系统不合理",
        "本月各单位按要求推进整改",
        bulletin.audit_head,
    ):
        assert words in printed


def test_returned_it_is_made_anew_from_what_is_published_now(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id, title="通风系统不合理")
    after_march(world)
    publication_id = begin(world)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY, Outcome.RETURNED, opinion="补充导语")
    anew = text(world, "导语。")
    command = StepCommand(
        publication_id=publication_id,
        step=DisclosureStep.PREPARE,
        shown=shown(world, publication_id),
        outcome=Outcome.DONE,
        typed=anew,
    )
    with transaction(world.engine) as session:
        take_step(world.frame(session, "committee_officer"), command)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    with reading(world.engine) as session:
        content = session.scalars(sa.select(PublicBulletin)).one().content
    assert content["sections"][0]["paragraphs"] == ["导语。"]


@pytest.mark.parametrize("amending", [PublicationKind.CORRECTION, PublicationKind.TAKEDOWN])
def test_what_was_taken_down_meanwhile_is_not_published_by_a_bulletin(
    world: World, amending: PublicationKind
) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id, title="通风系统不合理")
    after_march(world)
    publication_id = begin(world)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    world.now += timedelta(hours=1)
    publish(world, case_id, amending, title="风门未安装", reason="挂牌对象有误。")
    with pytest.raises(NothingToDiscloseError):
        take(world, publication_id, DisclosureStep.APPROVE)
    take(world, publication_id, DisclosureStep.APPROVE, Outcome.RETURNED, opinion="按现状重新拟制")
    world.now += timedelta(hours=1)
    command = StepCommand(
        publication_id=publication_id,
        step=DisclosureStep.PREPARE,
        shown=shown(world, publication_id),
        outcome=Outcome.DONE,
        typed=text(world),
    )
    with transaction(world.engine) as session:
        take_step(world.frame(session, "committee_officer"), command)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    with reading(world.engine) as session:
        content = session.scalars(sa.select(PublicBulletin)).one().content
    assert "通风系统不合理" not in str(content)


def test_what_is_taken_down_later_is_shown_by_no_bulletin_before(world: World) -> None:
    first, second = listed(world, HazardSource.REGULATOR_FINDING), listed(world)
    publish(world, first, title="通风系统不合理")
    publish(world, second, title="顶板离层超限")
    after_march(world)
    publication_id = begin(world)
    for step in (DisclosureStep.REVIEW_SECRECY, DisclosureStep.APPROVE):
        take(world, publication_id, step)
    world.work()
    with reading(world.engine) as session:
        (whole,) = list_bulletins(session, 9)
    assert whole.is_offered
    assert "通风系统不合理" in str(bulletin_view(whole))
    world.now += timedelta(hours=1)
    publish(world, first, PublicationKind.TAKEDOWN, reason="挂牌对象有误。")
    with reading(world.engine) as session:
        found = find_bulletin(session, whole.bulletin_id)
    assert found is not None
    assert not found.is_offered
    said = str(bulletin_view(found).sections)
    assert "通风系统不合理" not in said
    assert "顶板离层超限" in said
    assert TAKEN_DOWN in said


def test_a_month_under_way_and_a_telephone_number_are_refused(world: World) -> None:
    with pytest.raises(NothingToDiscloseError):
        begin(world)
    after_march(world)
    with pytest.raises(InvalidCommandError):
        begin(world, "请联系13800001111。")
    made = replace(text(world), introduction="")
    assert made.title.endswith("（2026年3月）")
