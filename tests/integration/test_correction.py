"""A mistake in an issued document: corrected by a notice of its own, never replaced."""

import re
from functools import partial

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.documents.render.process import TEMPLATES
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.document import Document, NumberEntry
from services.queries.case_page import get_case_page
from services.queries.corrections import corrections_of
from services.queries.duties import list_duties
from services.verification import find_issued_pages
from tests.builders import World
from tests.integration.test_issued_documents import decided, delisted, measured, ordered
from tests.integration.test_signing_at_once import at_once
from web.labels import label_of
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, DocumentKind, EscalationKind, Outcome, Phase

K = DocumentKind
PROPOSE, SIGN = Action.PROPOSE_CORRECTION, Action.SIGN_CORRECTION


def document_of(world: World, case_id: int, kind: DocumentKind) -> Document:
    with reading(world.engine) as session:
        newest = sa.select(Document).where(Document.case_id == case_id, Document.kind == kind)
        return session.scalars(newest.order_by(Document.id.desc()).limit(1)).one()


def frozen(document: Document) -> tuple[object, ...]:
    return (
        document.number,
        document.issued_on,
        document.state,
        document.inputs,
        document.issued_sha256,
        document.signatures,
        document.verification_code,
    )


def propose(world: World, case_id: int, kind: DocumentKind, name: str = "case_officer") -> Document:
    document = document_of(world, case_id, kind)
    world.do(name, case_id, PROPOSE, 0, corrected_id=document.id)
    return document


def test_the_document_stays_and_the_correction_has_a_number_of_its_own(each_world: World) -> None:
    world = each_world
    case_id = ordered(world)
    original = propose(world, case_id, K.RECTIFICATION_ORDER)
    before = world.office.files.read(original.issued_sha256 or "")
    world.do("department_head", case_id, SIGN)
    correction = document_of(world, case_id, K.CORRECTION_NOTICE)
    after = document_of(world, case_id, K.RECTIFICATION_ORDER)
    assert frozen(after) == frozen(original)
    assert world.office.files.read(after.issued_sha256 or "") == before
    assert (correction.corrects_id, correction.organ_id) == (original.id, original.organ_id)
    assert correction.state == "issued"
    assert correction.number not in (None, original.number)
    assert correction.inputs["follows"]["number"] == original.number
    assert correction.inputs["addressee"] == original.inputs["addressee"]
    assert next(row["name"] for row in correction.signatures or ()) == "department_head"
    with reading(world.engine) as session:
        series = session.scalars(
            sa.select(NumberEntry.text).where(NumberEntry.series == K.CORRECTION_NOTICE)
        ).all()
    assert series == [correction.number]


def pressed_on(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do(
        "case_officer",
        case_id,
        Action.PROPOSE_ESCALATION,
        0,
        escalation_kind=EscalationKind.CIRCULAR,
    )
    world.do("department_head", case_id, Action.CONFIRM_ESCALATION)
    world.do("leader", case_id, Action.APPROVE_ESCALATION)
    world.do("case_officer", case_id, Action.SERVE_ESCALATION)
    return case_id


def listed(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    return case_id


@pytest.mark.parametrize(
    ("walk", "kind", "signatory"),
    [
        (listed, K.LISTING_NOTICE, "signatory"),
        (pressed_on, K.CIRCULAR, "leader"),
        (ordered, K.RECTIFICATION_ORDER, "department_head"),
        (measured, K.IMMEDIATE_MEASURES_ORDER, "department_head"),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_whoever_signs_such_documents_signs_the_correction(
    world: World, walk: "object", kind: DocumentKind, signatory: str
) -> None:
    assert callable(walk)
    case_id = walk(world)
    propose(world, case_id, kind)
    everybody = {"signatory", "leader", "department_head", "office_head", "government_principal"}
    for name in everybody:
        with transaction(world.engine) as session:
            frame = world.frame(session, name)
            steps = [row.step for row in list_duties(session, frame.actor, limit=50)]
        assert (SIGN in steps) == (name == signatory), name
    for name in everybody - {signatory}:
        with pytest.raises(PermissionRefusedError):
            world.do(name, case_id, SIGN)
    world.do(signatory, case_id, SIGN)
    correction = document_of(world, case_id, K.CORRECTION_NOTICE)
    assert correction.inputs["signatory_name"] == signatory


def test_a_signed_correction_of_a_correction_names_that(world: World) -> None:
    case_id = ordered(world)
    propose(world, case_id, K.RECTIFICATION_ORDER)
    world.do("department_head", case_id, SIGN)
    first = propose(world, case_id, K.CORRECTION_NOTICE)
    world.do("department_head", case_id, SIGN)
    second = document_of(world, case_id, K.CORRECTION_NOTICE)
    assert (second.corrects_id, second.inputs["said"]["corrected_kind"]) == (first.id, first.kind)


def test_what_is_returned_corrects_nothing_and_may_be_proposed_again(world: World) -> None:
    case_id = ordered(world)
    propose(world, case_id, K.RECTIFICATION_ORDER)
    world.do("department_head", case_id, SIGN, outcome=Outcome.RETURNED, opinion="原文无误。")
    with reading(world.engine) as session:
        kinds = session.scalars(sa.select(Document.kind).filter_by(case_id=case_id)).all()
    assert K.CORRECTION_NOTICE not in kinds
    assert PROPOSE in world.open_steps(case_id)
    propose(world, case_id, K.RECTIFICATION_ORDER)
    with pytest.raises(InvalidCommandError):
        world.do("department_head", case_id, SIGN, outcome=Outcome.RETURNED, opinion="")


def refused(world: World, case_id: int, document_id: int, **changes: object) -> dict[str, str]:
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, PROPOSE, 0, corrected_id=document_id, **changes)
    return dict(refusal.value.fields)


def test_only_what_was_signed_here_and_told_is_corrected(world: World) -> None:
    elsewhere = ordered(world)
    foreign = document_of(world, elsewhere, K.RECTIFICATION_ORDER)
    world.later(minutes=1)
    case_id = decided(world)
    receipt = document_of(world, case_id, K.FIRST_REPORT_RECEIPT)
    untold = document_of(world, case_id, K.UNIT_PENALTY_DECISION)
    order = document_of(world, case_id, K.RECTIFICATION_ORDER)
    for document in (foreign, receipt, untold):
        assert refused(world, case_id, document.id) == {"corrected_id": "choice"}
    same = {"wrong_text": "同", "right_text": "同"}
    assert refused(world, case_id, order.id, **same) == {"right_text": "same_as_wrong_text"}
    assert refused(world, case_id, order.id, correction_reason="") == {
        "correction_reason": "required"
    }
    with transaction(world.engine) as session:
        session.execute(sa.update(Document).filter_by(id=order.id).values(state="void"))
    assert refused(world, case_id, order.id) == {"corrected_id": "choice"}


def test_what_becomes_void_meanwhile_is_not_corrected(world: World) -> None:
    case_id = ordered(world)
    order = propose(world, case_id, K.RECTIFICATION_ORDER)
    with transaction(world.engine) as session:
        session.execute(sa.update(Document).filter_by(id=order.id).values(state="void"))
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("department_head", case_id, SIGN)
    assert refusal.value.fields == {"opinion": "nothing_to_correct"}


def test_a_delisting_notice_is_corrected_until_the_case_is_archived(world: World) -> None:
    case_id = delisted(world)
    propose(world, case_id, K.DELISTING_NOTICE)
    with reading(world.engine) as session:
        assert session.get_one(SupervisionCase, case_id).phase == Phase.DELISTED
    world.do("signatory", case_id, SIGN)
    assert document_of(world, case_id, K.CORRECTION_NOTICE).state == "issued"
    assert sorted(world.open_steps(case_id)) == [Action.ARCHIVE_CASE, PROPOSE]
    world.do("committee_officer", case_id, Action.ARCHIVE_CASE)
    assert world.open_steps(case_id) == []
    with reading(world.engine) as session:
        assert session.get_one(SupervisionCase, case_id).phase == Phase.ARCHIVED


def test_everybody_who_reads_the_document_reads_that_it_was_corrected(world: World) -> None:
    case_id = ordered(world)
    original = propose(world, case_id, K.RECTIFICATION_ORDER)
    with reading(world.engine) as session:
        frame = world.frame(session, "principal")
        page = get_case_page(session, frame.actor, case_id, world.office.profile)
        assert corrections_of(page.documents) == {}
        proposed = next(act for act in page.acts if act.action is PROPOSE)
        assert "right_text" not in proposed.content
    world.do("department_head", case_id, SIGN)
    with reading(world.engine) as session:
        frame = world.frame(session, "principal")
        page = get_case_page(session, frame.actor, case_id, world.office.profile)
        (corrections,) = corrections_of(page.documents).values()
        assert [row.kind for row in corrections] == [K.CORRECTION_NOTICE]
    correction = document_of(world, case_id, K.CORRECTION_NOTICE)
    assert correction.corrects_id == original.id


def test_two_who_sign_at_once_make_one_correction(each_world: World) -> None:
    world = each_world
    case_id = ordered(world)
    propose(world, case_id, K.RECTIFICATION_ORDER)
    commands = [world.command(case_id, SIGN) for _ in range(2)]
    told = at_once(*(partial(world.act, "department_head", command, SIGN) for command in commands))
    assert "done" in told
    world.work()
    with reading(world.engine) as session:
        counted = sa.select(sa.func.count(Document.id)).filter_by(kind=K.CORRECTION_NOTICE)
        assert session.scalars(counted).one() == 1
        taken = sa.select(sa.func.count(NumberEntry.id)).filter_by(series=K.CORRECTION_NOTICE)
        assert session.scalars(taken).one() == 1


def test_a_corrected_document_is_named_on_the_notice_as_on_the_screen() -> None:
    text = (TEMPLATES / "correction_notice.html").read_text(encoding="utf-8")
    named = dict(re.findall(r'"([a-z_]+)": "([^"]+)"', text))
    never = {K.FIRST_REPORT_RECEIPT, K.CLOSURE_PETITION}
    assert named == {kind.value: label_of(kind) for kind in set(DocumentKind) - never}


def test_whoever_checks_the_file_is_told_that_it_was_corrected(world: World) -> None:
    case_id = ordered(world)
    original = propose(world, case_id, K.RECTIFICATION_ORDER)
    world.do("department_head", case_id, SIGN)
    correction = document_of(world, case_id, K.CORRECTION_NOTICE)
    # Pages of the tests are no PDF: what is asked here is not in them.
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Document).filter_by(id=original.id).values(origin="paper", signatures=None)
        )
    with reading(world.engine) as session:
        found = find_issued_pages(session, world.office.files, original.issued_sha256 or "")
    assert found is not None
    assert found.corrections == ((correction.number, correction.issued_on),)
    assert not found.void
