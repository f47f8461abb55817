"""A further party reads what it handed in itself, never what the other parties did."""

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import DocumentNotFoundError
from services.models.case import Act, Attachment
from services.queries.brief import get_visible_attachment
from services.queries.case_page import CasePage, get_case_page
from services.queries.duties import list_duties
from services.queries.ledger import LedgerFilter
from services.queries.ledger_sheet import SheetCase, get_ledger_sheet
from tests.builders import PHOTO, World
from workflows.vocabulary import Action, PartyKind, Track

MARK = "金丝雀"


def shared(world: World) -> int:
    """Owned by two: the mine answers for it, the private mine takes part."""
    case_id = world.register(party_kind=PartyKind.SEVERAL_OWNERS, co_owners="示例民营煤业")
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT, rectification_lead=MARK)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN, methods=MARK, uploads=(PHOTO,))
    world.do("case_officer", case_id, Action.REVIEW_PLAN, opinion="请按方案整改。")
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS, progress=MARK)
    world.do("case_officer", case_id, Action.REVIEW_PROGRESS)
    return case_id


def page_of(world: World, name: str, case_id: int) -> CasePage:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def sheet_of(world: World, name: str) -> SheetCase:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_ledger_sheet(session, actor, LedgerFilter()).cases[0]


def test_it_reads_its_own_submissions_and_the_offices_words(each_world: World) -> None:
    world = each_world
    case_id = shared(world)
    world.do("private_officer", case_id, Action.REPORT_PROGRESS, progress="本方已完成。")
    page = page_of(world, "private_principal", case_id)
    said = {act.action: act for act in page.acts}
    assert MARK not in str([(act.content, act.opinion) for act in page.acts])
    assert said[Action.SUBMIT_PLAN].is_of_another_party
    assert said[Action.REVIEW_PLAN].opinion == "请按方案整改。"
    assert said[Action.REPORT_PROGRESS].content["progress"] == "本方已完成。"
    assert MARK in str([act.content for act in page_of(world, "principal", case_id).acts])
    assert MARK in str([act.content for act in page_of(world, "case_officer", case_id).acts])


def test_its_ledger_tells_nothing_that_the_others_reported(world: World) -> None:
    shared(world)
    assert MARK in str(sheet_of(world, "principal"))
    assert MARK not in str(sheet_of(world, "private_principal"))


def test_files_of_the_others_are_not_there(world: World) -> None:
    case_id = shared(world)
    actor, party = world.actor("private_principal"), world.actor("principal")
    with transaction(world.engine) as session:
        number = session.scalars(
            sa.select(Attachment.id)
            .join(Act, Act.id == Attachment.act_id)
            .where(Act.case_id == case_id, Act.action == Action.SUBMIT_PLAN)
        ).one()
        assert get_visible_attachment(session, party, number, world.office.profile).sha256
        with pytest.raises(DocumentNotFoundError):
            get_visible_attachment(session, actor, number, world.office.profile)


def test_a_sole_trader_among_several_owners_is_endorsed_by_the_government(world: World) -> None:
    several = PartyKind.SEVERAL_OWNERS
    case_id = world.register(
        party_kind=several, responsible_party_id=world.ids["trader"], co_owners="某业主"
    )
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("trader_principal", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    world.do("trader_principal", case_id, Action.APPLY_FOR_ACCEPTANCE)
    endorse = Action.ENDORSE_AS_PARENT_COMPANY_HEAD
    actor = world.actor("government_principal")
    with transaction(world.engine) as session:
        assert endorse in {row.step for row in list_duties(session, actor, limit=50)}
    world.do("government_principal", case_id, endorse)
