"""An organisation is dissolved: the successor stands in its place, and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.audit import AuditEntry
from services.models.case import Handover, SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document
from services.models.organisation import Organisation, Post
from services.models.process import open_task
from services.models.succession import Dissolution
from services.queries.case_page import CasePage, get_case_page
from services.queries.dissolutions import CO_PARTY, PLACES, RECEIVER
from services.queries.duties import list_duties
from services.queries.scope import VISITOR_COLUMNS
from services.succession.deeds import (
    DeedNotFoundError,
    DeedRefusedError,
    DeedSettledError,
    first_changed_deed,
)
from services.succession.dissolutions import (
    PrepareDissolution,
    confirm_dissolution,
    prepare_dissolution,
    revoke_dissolution,
)
from services.uploads import AcceptedUpload
from tests.builders import COUNTY, PEOPLE, SECTOR, World
from tests.integration import test_departures as departures
from tests.integration.test_substitutions import add_post
from web.labels import PLACES as PLACE_NAMES
from workflows.permissions import Relation
from workflows.vocabulary import Action, OrganisationKind, Outcome, Role

SCAN = AcceptedUpload("通知.pdf", b"%PDF-1.4 document", "application/pdf")
NEW = "示例市应急局（新）"


def add_organisation(
    world: World, key: str, kind: OrganisationKind, division: str | None = None, **values: Any
) -> None:
    with transaction(world.engine) as session:
        row = Organisation(
            key=key, kind=kind.value, name=NEW, division_code=division, mark=key, **values
        )
        session.add(row)
        session.flush()
        world.ids[key] = row.id


def prepare(world: World, old: str, new: str, by: str = "keeper", **changes: Any) -> int:
    if "keeper" not in world.person_ids:
        add_post(world, "keeper", "office", Role.SYSTEM_ADMIN)
    with transaction(world.engine) as session:
        posts = session.scalars(
            sa.select(Post.id).where(Post.organisation_id == world.ids[old])
        ).all()
    values = {
        "nonce": f"{old}-{new}-{world.now.timestamp()}",
        "organisation_id": world.ids[old],
        "successor_id": world.ids[new],
        "dissolved_on": world.now.date(),
        "document_number": "示例编〔2026〕1号",
        "document": SCAN,
        "post_ids": tuple(posts),
        **changes,
    }
    with transaction(world.engine) as session:
        return prepare_dissolution(world.frame(session, by), PrepareDissolution(**values))


def confirm(world: World, number: int, by: str = "office_head") -> None:
    with transaction(world.engine) as session:
        confirm_dissolution(world.frame(session, by), number)


def page_of(world: World, name: str, case_id: int) -> CasePage:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def due_dates(world: World) -> list[tuple[Any, ...]]:
    with transaction(world.engine) as session:
        rows = session.execute(
            sa.select(Deadline.id, Deadline.due_at, Deadline.ended_at).order_by(Deadline.id)
        )
        steps = session.connection().execute(
            sa.select(open_task.c.task_id, open_task.c.due_at).order_by(open_task.c.task_id)
        )
        return [*map(tuple, rows), *map(tuple, steps)]


def test_a_department_is_succeeded_in_the_middle_of_a_case(each_world: World) -> None:
    world = each_world
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.do("case_officer", case_id, Action.ACKNOWLEDGE_HANDOVER, position=1)
    before = due_dates(world)
    confirm(world, prepare(world, "department", "new_department"))
    assert due_dates(world) == before
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.competent_department_id == world.ids["new_department"]
        assert world.ids["department"] not in set(session.scalars(sa.select(Handover.receiver_id)))
        holders = session.scalars(
            sa.select(Deadline.holder_id).where(Deadline.ended_at.is_(None))
        ).all()
        assert world.ids["department"] not in holders
        assert world.ids["new_department"] in holders
        ended = session.scalars(
            sa.select(Deadline.holder_id).where(Deadline.ended_at.is_not(None))
        ).all()
        assert world.ids["department"] in ended
        mine = session.get_one(Organisation, world.ids["mine"])
        assert mine.supervised_by_id == world.ids["new_department"]
    world.do("case_officer", case_id, Action.REPORT_HANDOVER_RESULT)
    page = page_of(world, "case_officer", case_id)
    assert page.department_name == NEW
    assert page.acts[-1].organisation_name == NEW
    earlier = [act for act in page.acts if act.action is Action.VERIFY_HAZARD]
    assert [act.organisation_name for act in earlier] == ["示例市应急管理局"]
    assert [row.organisation_name for row in page.successions] == ["示例市应急管理局"]
    assert set(page.successions[0].places) == {"competent_department", RECEIVER}


def test_the_people_go_on_and_who_is_left_out_does_not(each_world: World) -> None:
    world = each_world
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    case_id = world.file_report()
    with transaction(world.engine) as session:
        kept = session.scalars(
            sa.select(Post.id).where(
                Post.organisation_id == world.ids["department"],
                Post.person_id != world.person_ids["second_officer"],
            )
        ).all()
    confirm(world, prepare(world, "department", "new_department", post_ids=tuple(kept)))
    actor = world.actor("case_officer")
    with transaction(world.engine) as session:
        assert {row.case_id for row in list_duties(session, actor, 10)} == {case_id}
    with pytest.raises(CaseNotFoundError):
        page_of(world, "second_officer", case_id)
    world.later(days=1)
    assert world.actor("second_officer").posts == ()
    assert [post.organisation_id for post in world.actor("department_head").posts] == [
        world.ids["new_department"]
    ]


def test_a_leaver_stays_a_leaver(world: World) -> None:
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    number = departures.prepare(world, "second_reviewer", {})
    departures.confirm(world, number)
    confirm(world, prepare(world, "department", "new_department"))
    assert len(world.actor("second_reviewer").posts) == 2
    world.later(days=1)
    assert world.actor("second_reviewer").posts == ()


def test_new_cases_begin_with_the_successor(each_world: World) -> None:
    world = each_world
    add_organisation(world, "new_county", OrganisationKind.GOVERNMENT, COUNTY, level="county")
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    confirm(world, prepare(world, "county", "new_county"))
    world.later(minutes=1)
    confirm(world, prepare(world, "department", "new_department"))
    case_id = world.file_report()
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.territorial_government_id == world.ids["new_county"]
        assert case.competent_department_id == world.ids["new_department"]


def test_a_successor_elsewhere_is_found_by_the_old_division(world: World) -> None:
    add_organisation(world, "neighbour", OrganisationKind.GOVERNMENT, "140603", level="county")
    confirm(world, prepare(world, "county", "neighbour"))
    case_id = world.file_report()
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.territorial_government_id == world.ids["neighbour"]


def test_a_parent_company_is_succeeded(world: World) -> None:
    case_id = world.file_report()
    add_organisation(world, "new_group", OrganisationKind.ENTERPRISE, sector=SECTOR)
    confirm(world, prepare(world, "group", "new_group"))
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.parent_company_id == world.ids["new_group"]
        assert session.get_one(Organisation, world.ids["mine"]).parent_id == world.ids["new_group"]
    assert page_of(world, "group_head", case_id).case_id == case_id


def test_ended_cases_keep_the_old_organisation(world: World) -> None:
    case_id = world.file_report()
    with transaction(world.engine) as session:
        session.get_one(SupervisionCase, case_id).ending = "withdrawn"
        session.connection().execute(sa.delete(open_task))
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    confirm(world, prepare(world, "department", "new_department"))
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.competent_department_id == world.ids["department"]


def test_a_responsible_party_is_not_succeeded_by_this_deed(world: World) -> None:
    world.file_report()
    add_organisation(world, "new_mine", OrganisationKind.ENTERPRISE, sector=SECTOR)
    with pytest.raises(DeedRefusedError) as refused:
        prepare(world, "mine", "new_mine")
    assert refused.value.detail == {"reason": "is_responsible_party", "count": "1"}


def test_pages_before_the_signatory_are_signed_or_returned_first(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    add_organisation(world, "new_committee", OrganisationKind.SAFETY_COMMITTEE)
    with pytest.raises(DeedRefusedError) as refused:
        prepare(world, "committee", "new_committee")
    assert refused.value.detail["reason"] == "drafts_unsigned"
    world.walk(
        case_id,
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
    )
    confirm(world, prepare(world, "committee", "new_committee"))
    with transaction(world.engine) as session:
        notice = session.scalars(sa.select(Document).where(Document.kind == "listing_notice")).one()
        assert notice.organ_id == world.ids["committee"]
        case = session.get_one(SupervisionCase, case_id)
        assert case.listing_body_id == case.safety_committee_id == world.ids["new_committee"]


def test_an_earlier_act_does_not_bring_the_old_organisation_back(each_world: World) -> None:
    world = each_world
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    case_id = world.file_report()
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
    assert page_of(world, "safety_officer", case_id).act_to_take_back is not None
    confirm(world, prepare(world, "department", "new_department"))
    assert page_of(world, "safety_officer", case_id).act_to_take_back is None


def test_it_takes_effect_on_its_day_by_a_second_person(world: World) -> None:
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    add_post(world, "guard", "office", Role.SECURITY_ADMIN)
    tomorrow = world.now.date() + timedelta(days=1)
    number = prepare(world, "department", "new_department", dissolved_on=tomorrow)
    for name in sorted({*PEOPLE, "keeper"} - {"office_head", "security_admin"}):
        with pytest.raises(DeedRefusedError) as refused:
            confirm(world, number, name)
        assert refused.value.detail["reason"] == "not_the_second_person"
    with pytest.raises(DeedRefusedError) as refused:
        confirm(world, number)
    assert refused.value.detail["reason"] == "day_not_come"
    world.later(days=1)
    confirm(world, number, "guard")
    with pytest.raises(DeedSettledError):
        confirm(world, number)
    with transaction(world.engine) as session, pytest.raises(DeedSettledError):
        revoke_dissolution(world.frame(session, "keeper"), number)


def test_what_cannot_be_dissolved_into_what(world: World) -> None:
    add_organisation(world, "unmarked", OrganisationKind.DEPARTMENT)
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["unmarked"]).mark = None
    for new, problem in (
        ("department", "choice"),
        ("county", "choice"),
        ("unmarked", "without_mark"),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            prepare(world, "department", new)
        assert refused.value.fields == {"successor_id": problem}
    wrong: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"document": None}, {"document": "required"}),
        ({"document_number": ""}, {"document_number": "required"}),
        ({"dissolved_on": None}, {"dissolved_on": "required"}),
        ({"post_ids": (10_000,)}, {"post_ids": "choice"}),
    ]
    for changes, problems in wrong:
        with pytest.raises(InvalidCommandError) as refused:
            prepare(world, "department", "other_department", **changes)
        assert refused.value.fields == problems
    for stranger in ("department_head", "office_head"):
        with pytest.raises(DeedNotFoundError):
            prepare(world, "department", "other_department", by=stranger)
    confirm(world, prepare(world, "department", "other_department"))
    world.later(minutes=1)
    with pytest.raises(DeedRefusedError) as refused_again:
        prepare(world, "department", "other_department")
    assert refused_again.value.detail["reason"] == "already_dissolved"
    with pytest.raises(InvalidCommandError):
        prepare(world, "other_department", "department")


def test_the_deed_is_in_the_chain_of_each_case(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    number = prepare(world, "department", "new_department")
    confirm(world, number)
    with transaction(world.engine) as session:
        bodies = session.scalars(
            sa.select(AuditEntry.body).where(AuditEntry.case_id == case_id)
        ).all()
        assert [body["dissolution_id"] for body in bodies if "dissolution_id" in body] == [number]
        assert audit.first_broken_link(session) is None
        assert first_changed_deed(session) is None
        session.get_one(Dissolution, number).document_number = "另一文号"
        session.flush()
        assert first_changed_deed(session) == f"dissolution {number}"


def test_an_expert_who_is_asked_goes_on_at_the_new_house(each_world: World) -> None:
    world = each_world
    add_organisation(world, "new_pool", OrganisationKind.EXPERT_POOL)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    with transaction(world.engine) as session:
        post = session.scalars(
            sa.select(Post).where(
                Post.person_id == world.person_ids["expert"], Post.role == Role.EXPERT
            )
        ).one()
        post_id = post.id
    world.do(
        "case_officer",
        case_id,
        Action.REVIEW_PLAN,
        outcome=Outcome.EXPERT_ASKED,
        opinion="",
        expert_post_id=post_id,
        question="更换方案是否可行？",
    )
    confirm(world, prepare(world, "pool", "new_pool", post_ids=(post_id,)))
    world.do("expert", case_id, Action.GIVE_EXPERT_OPINION)


def test_every_relation_of_the_table_is_passed_on() -> None:
    passed = {*PLACES, RECEIVER, CO_PARTY}
    same = {"listing_body_sector": "listing_body", "committee_sector": "safety_committee"}
    # Visitors follow their places, who is asked for an opinion follows the post, and the
    # government of a department is found by the department.
    otherwise = {
        Relation.OWN,
        Relation.VISITOR,
        Relation.INVITED,
        Relation.DEPARTMENTS_GOVERNMENT,
    }
    relations = {same.get(relation.value, relation.value) for relation in set(Relation) - otherwise}
    assert relations <= passed
    assert {column.key for column in VISITOR_COLUMNS} <= {column.key for column in PLACES.values()}
    assert passed == set(PLACE_NAMES)
