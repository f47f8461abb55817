"""What the public is told: prepared, reviewed and approved by three, and written only then."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.database import reading, transaction
from services.disclosure.copy import ChosenPicture, TypedCopy
from services.disclosure.pictures import LONGEST_SIDE
from services.disclosure.steps import (
    DisclosureUnderWayError,
    NothingToDiscloseError,
    StepCommand,
    begin_publication,
    first_changed_step,
    take_step,
)
from services.errors import (
    CaseNotFoundError,
    InvalidCommandError,
    RecordNotFoundError,
    ShownChangedError,
)
from services.instances import shown_of
from services.models.case import Attachment, SupervisionCase
from services.models.disclosure import Publication, PublicationStep
from services.models.organisation import Post
from services.models.process import process_instance
from services.models.public import PublicCase, PublicEntry, PublicPicture
from services.queries.disclosure import get_publication, list_owed, read_steps
from services.queries.waiting import count_waiting
from services.sealing import SealReason, seal_when_due
from tests.builders import World
from workflows.disclosure import (
    CHECKS,
    DisclosureRefusedError,
    DisclosureStep,
    PublicationKind,
    PublicationState,
    StepRecord,
    involved_before,
)
from workflows.engine.errors import StateTamperedError
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import (
    Action,
    CaseEnding,
    HazardSource,
    Outcome,
    Role,
    WithdrawalGround,
)

MARKED = PngInfo()
MARKED.add_text("Comment", "mark-of-the-camera")
TYPED = TypedCopy(
    title="主运输皮带防灭火装置失效",
    place="示例区",
    summary="皮带巷自动灭火装置失效，限期修复。",
    basis="《中华人民共和国政府信息公开条例》第二十六条",
)
SENT = {
    DisclosureStep.PREPARE: "committee_officer",
    DisclosureStep.REVIEW_SECRECY: "secrecy_reviewer",
    DisclosureStep.APPROVE: "office_head",
}


def listed(world: World, source: HazardSource | None = None) -> int:
    """A case whose listing was signed; found by the regulator unless the enterprise told."""
    case_id = world.register() if source else world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    return case_id


def picture_of(world: World, case_id: int) -> int:
    """A real photograph among the evidence of the case."""
    target = io.BytesIO()
    Image.new("RGB", (2400, 1200), (90, 120, 90)).save(target, "PNG", pnginfo=MARKED)
    act_id = world.last_act(case_id)
    with transaction(world.engine) as session:
        stored = world.office.files.put(target.getvalue(), "image/png")
        file = Attachment(
            case_id=case_id,
            act_id=act_id,
            sha256=stored.sha256,
            size=stored.size,
            media_type="image/png",
            file_name="张三家的照片.png",
            at=world.now,
        )
        session.add(file)
        session.flush()
        return file.id


def begin(
    world: World, case_id: int, kind: PublicationKind = PublicationKind.LISTING, **typed: Any
) -> int:
    with transaction(world.engine) as session:
        frame = world.frame(session, "committee_officer")
        return begin_publication(frame, case_id, kind, replace(TYPED, **typed), None)


def shown(world: World, publication_id: int) -> str:
    with reading(world.engine) as session:
        return shown_of(session.get_one(Publication, publication_id).content)


def take(
    world: World,
    publication_id: int,
    step: DisclosureStep,
    outcome: Outcome = Outcome.ACCEPTED,
    name: str = "",
    **more: Any,
) -> None:
    command = StepCommand(
        publication_id=publication_id,
        step=step,
        shown=more.pop("shown", "") or shown(world, publication_id),
        outcome=outcome,
        checked=CHECKS if step is DisclosureStep.REVIEW_SECRECY else (),
        **more,
    )
    with transaction(world.engine) as session:
        take_step(world.frame(session, name or SENT[step]), command)


def publish(
    world: World, case_id: int, kind: PublicationKind = PublicationKind.LISTING, **typed: Any
) -> int:
    publication_id = begin(world, case_id, kind, **typed)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    return publication_id


def public_row(world: World, case_id: int) -> PublicCase | None:
    with reading(world.engine) as session:
        found = session.scalars(
            sa.select(PublicCase).where(PublicCase.case_id == case_id)
        ).one_or_none()
        if found is not None:
            session.expunge(found)
        return found


def row_of(world: World, publication_id: int) -> Publication:
    with reading(world.engine) as session:
        found = session.get_one(Publication, publication_id)
        session.expunge(found)
        return found


def test_nothing_is_told_before_the_third_person_has_approved(each_world: World) -> None:
    world = each_world
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publication_id = begin(world, case_id)
    assert public_row(world, case_id) is None
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    assert public_row(world, case_id) is None
    take(world, publication_id, DisclosureStep.APPROVE)
    told = public_row(world, case_id)
    assert told is not None
    assert (told.title, told.party_name, told.exposure) == (TYPED.title, "示例煤业", "named")
    assert told.case_number
    assert told.notice_number
    assert told.limit_on
    assert row_of(world, publication_id).state == PublicationState.PUBLISHED
    with reading(world.engine) as session:
        assert first_changed_step(session) is None
        steps = session.scalars(sa.select(PublicationStep.step).order_by(PublicationStep.id)).all()
    assert steps == [step.value for step in DisclosureStep]


@pytest.mark.parametrize("step", [DisclosureStep.REVIEW_SECRECY, DisclosureStep.APPROVE])
def test_each_step_is_taken_by_whom_it_belongs_to(world: World, step: DisclosureStep) -> None:
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    if step is DisclosureStep.APPROVE:
        take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    other = "office_head" if step is DisclosureStep.REVIEW_SECRECY else "secrecy_reviewer"
    for name in ("committee_officer", other):
        with pytest.raises(DisclosureRefusedError):
            take(world, publication_id, step, name=name)
    for name in ("signatory", "principal", "case_officer", "system_admin"):
        with pytest.raises(RecordNotFoundError):
            take(world, publication_id, step, name=name)
    assert row_of(world, publication_id).waiting_step == step


def test_nobody_takes_two_steps_of_one_copy(world: World) -> None:
    """The reviewer becomes head of the office between review and approval."""
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    with transaction(world.engine) as session:
        head = session.scalars(sa.select(Post).where(Post.role == Role.COMMITTEE_OFFICE_HEAD)).one()
        session.add(
            Post(
                person_id=world.person_ids["secrecy_reviewer"],
                organisation_id=head.organisation_id,
                role=head.role,
                title=head.title,
                valid_from=head.valid_from,
            )
        )
    with pytest.raises(DisclosureRefusedError) as refused:
        take(world, publication_id, DisclosureStep.APPROVE, name="secrecy_reviewer")
    assert refused.value.detail["reason"] == "took_part"


def test_whoever_prepared_it_once_never_approves_it(world: World) -> None:
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY, Outcome.RETURNED, opinion="改写")
    with reading(world.engine) as session:
        taken = read_steps(session, publication_id)
    own = world.person_ids["committee_officer"]
    assert own in involved_before(DisclosureStep.APPROVE, taken)
    anew = (*taken, StepRecord(DisclosureStep.PREPARE, Outcome.DONE, -1))
    assert own in involved_before(DisclosureStep.APPROVE, anew)
    assert world.person_ids["secrecy_reviewer"] not in involved_before(
        DisclosureStep.REVIEW_SECRECY, anew
    )


def test_what_ended_without_delisting_is_to_be_taken_down_once(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id)
    revoked = {"ground": WithdrawalGround.LISTING_REVOKED}
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE, 0, **revoked)
    world.do("signatory", case_id, Action.CONFIRM_WITHDRAWAL)
    assert [one.kind for one in owed_by(world)] == [PublicationKind.TAKEDOWN]
    publish(world, case_id, PublicationKind.TAKEDOWN, reason="挂牌对象有误，督办撤销。")
    assert owed_by(world) == ()


def test_who_reports_its_own_hazard_is_not_named(world: World) -> None:
    case_id = listed(world)
    publish(world, case_id)
    told = public_row(world, case_id)
    assert told is not None
    assert told.exposure == "unnamed"
    assert (told.party_name, told.case_number, told.notice_number) == (None, None, None)
    assert told.title == TYPED.title


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("summary", "联系人电话13803491234。", "private_phone"),
        ("summary", "联系人电话138-0349-1234。", "private_phone"),
        ("summary", "联系人电话１３８ ０３４９ １２３４。", "private_phone"),
        ("summary", "负责人身份证140602198001011234。", "private_id_number"),
        ("summary", "负责人身份证140602 19800101 1234。", "private_id_number"),
        ("summary", "示例 煤业已经整改。", "private_party"),
        ("progress", "", ""),
        ("place", "北纬39.3312，东经112.4321", "private_coordinates"),
        ("title", "示例煤业主皮带失效", "private_party"),
        ("summary", "已由safety_officer整改。", "private_person"),
        ("summary", "请写信到a.b@example.com。", "private_mail"),
    ],
)
def test_what_points_to_a_person_is_refused(
    world: World, field: str, text: str, problem: str
) -> None:
    case_id = listed(world)
    if not problem:
        assert begin(world, case_id)
        return
    with pytest.raises(InvalidCommandError) as refused:
        begin(world, case_id, PublicationKind.LISTING, **{field: text})
    assert refused.value.fields[field].partition(":")[0] == problem
    with reading(world.engine) as session:
        assert session.scalar(sa.select(sa.func.count(Publication.id))) == 0


def test_a_copy_that_has_changed_is_not_approved(world: World) -> None:
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    seen = shown(world, publication_id)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY, Outcome.RETURNED, opinion="改写")
    take(
        world,
        publication_id,
        DisclosureStep.PREPARE,
        Outcome.DONE,
        typed=replace(TYPED, summary="改写后的情况。"),
    )
    with pytest.raises(ShownChangedError):
        take(world, publication_id, DisclosureStep.REVIEW_SECRECY, shown=seen)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    case_id = row_of(world, publication_id).case_id
    assert case_id is not None
    told = public_row(world, case_id)
    assert told is not None
    assert told.summary == "改写后的情况。"


def test_the_reviewer_confirms_every_point(world: World) -> None:
    publication_id = begin(world, listed(world))
    command = StepCommand(
        publication_id=publication_id,
        step=DisclosureStep.REVIEW_SECRECY,
        shown=shown(world, publication_id),
        outcome=Outcome.ACCEPTED,
        checked=CHECKS[1:],
    )
    with transaction(world.engine) as session:
        frame = world.frame(session, "secrecy_reviewer")
        with pytest.raises(InvalidCommandError):
            take_step(frame, command)
        with pytest.raises(InvalidCommandError):  # without a reason
            take_step(frame, replace(command, outcome=Outcome.RETURNED))


def test_one_publication_of_a_case_at_a_time_and_each_in_its_turn(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    with pytest.raises(NothingToDiscloseError):
        begin(world, case_id, PublicationKind.PROGRESS, progress="一半")
    publication_id = begin(world, case_id)
    with pytest.raises(DisclosureUnderWayError):
        begin(world, case_id)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    with pytest.raises(TaskNotReadyError):
        take(world, publication_id, DisclosureStep.APPROVE)
    for kind in (PublicationKind.LISTING, PublicationKind.RESULT):
        with pytest.raises(NothingToDiscloseError):
            begin(world, case_id, kind, result="已治理")
    publish(world, case_id, PublicationKind.PROGRESS, progress="灭火装置已到货。")
    told = public_row(world, case_id)
    assert told is not None
    assert told.progress == "灭火装置已到货。"
    assert told.summary == TYPED.summary


def test_that_it_was_delisted_is_told_with_the_result(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.to_handed_over_after_service(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    assert [one.kind for one in owed_by(world)] == [PublicationKind.LISTING]
    publish(world, case_id)
    told = public_row(world, case_id)
    assert told is not None
    assert told.delisted_on is None
    assert [one.kind for one in owed_by(world)] == [PublicationKind.RESULT]
    publish(world, case_id, PublicationKind.RESULT, result="灭火装置已修复并验收。")
    told = public_row(world, case_id)
    assert told is not None
    assert (told.delisted_on, told.ending) == (world.now.date(), "rectified")
    assert owed_by(world) == ()


@pytest.mark.parametrize(
    "ending", [CaseEnding.WITHDRAWN, CaseEnding.MERGED, CaseEnding.LISTING_REVOKED]
)
def test_a_listing_that_is_gone_is_not_published_any_more(world: World, ending: CaseEnding) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publication_id = begin(world, case_id)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        case.ending, case.ended_at = ending.value, world.now
    with pytest.raises(NothingToDiscloseError):
        take(world, publication_id, DisclosureStep.APPROVE)
    assert public_row(world, case_id) is None
    take(world, publication_id, DisclosureStep.APPROVE, Outcome.DECLINED, opinion="挂牌已撤销")
    with pytest.raises(NothingToDiscloseError):
        begin(world, case_id)


def test_taken_down_nothing_is_left_but_the_line_in_the_log(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    picture = picture_of(world, case_id)
    publish(world, case_id, pictures=(ChosenPicture(picture, "灭火装置"),))
    with reading(world.engine) as session:
        assert session.scalars(sa.select(PublicPicture.revoked_at)).one() is None
    publish(world, case_id, PublicationKind.TAKEDOWN, reason="挂牌对象有误。")
    told = public_row(world, case_id)
    assert told is not None
    assert told.taken_down_at == world.now
    assert (told.title, told.party_name, told.summary, told.limit_on) == (None,) * 4
    with reading(world.engine) as session:
        assert session.scalars(sa.select(PublicPicture.revoked_at)).one() == world.now
        kinds = session.scalars(sa.select(PublicEntry.kind).order_by(PublicEntry.id)).all()
    assert kinds == ["listing", "takedown"]
    publish(world, case_id)  # listed anew where it was taken down by mistake
    again = public_row(world, case_id)
    assert again is not None
    assert again.taken_down_at is None
    assert again.title == TYPED.title


def test_the_public_picture_is_drawn_anew(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id, pictures=(ChosenPicture(picture_of(world, case_id), "灭火装置"),))
    with reading(world.engine) as session:
        shown_picture = session.scalars(sa.select(PublicPicture)).one()
        content = world.office.files.read(shown_picture.sha256)
    assert content.startswith(b"\xff\xd8\xff")
    assert b"mark-of-the-camera" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert max(image.size) == LONGEST_SIDE
        assert not image.getexif()


@pytest.mark.parametrize("kind", [PublicationKind.CORRECTION, PublicationKind.TAKEDOWN])
def test_what_amends_brings_no_picture(world: World, kind: PublicationKind) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id)
    picture = ChosenPicture(picture_of(world, case_id), "灭火装置")
    publish(world, case_id, kind, reason="挂牌对象有误。", pictures=(picture,))
    with reading(world.engine) as session:
        assert session.scalars(sa.select(PublicPicture.id)).all() == []


def test_what_is_owed_and_by_when(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    owed = owed_by(world)
    assert [(one.case_id, one.kind) for one in owed] == [(case_id, PublicationKind.LISTING)]
    # Monday 2 March: five working days from the day after.
    assert owed[0].due_on.isoformat() == "2026-03-09"
    publication_id = begin(world, case_id)
    assert owed_by(world) == ()
    with reading(world.engine) as session:
        assert count_waiting(session, world.actor("secrecy_reviewer")).publications == 1
        assert count_waiting(session, world.actor("office_head")).publications == 0
        assert count_waiting(session, world.actor("principal")).publications == 0
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    take(world, publication_id, DisclosureStep.APPROVE)
    assert owed_by(world) == ()
    world.now += timedelta(days=31)
    assert [one.kind for one in owed_by(world)] == [PublicationKind.PROGRESS]


def test_others_find_neither_publication_nor_case(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publication_id = begin(world, case_id)
    with reading(world.engine) as session:
        for name in ("principal", "other_officer", "signatory", "discipline_receiver"):
            with pytest.raises(RecordNotFoundError):
                get_publication(session, world.actor(name), publication_id)
    with transaction(world.engine) as session:
        frame = world.frame(session, "other_officer")
        with pytest.raises(CaseNotFoundError):
            begin_publication(frame, case_id, PublicationKind.LISTING, TYPED, None)


def test_a_state_put_back_is_found(world: World) -> None:
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    with transaction(world.engine) as session:
        where = process_instance.c.subject_kind == "publication"
        old = session.execute(sa.select(process_instance).where(where)).one()
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    with transaction(world.engine) as session:
        back = {"state": old.state, "version": old.version}
        session.execute(sa.update(process_instance).where(where).values(back))
    with pytest.raises((StateTamperedError, TaskNotReadyError)):
        take(world, publication_id, DisclosureStep.APPROVE)


def test_a_step_changed_behind_the_chain_is_found(world: World) -> None:
    publication_id = begin(world, listed(world, HazardSource.REGULATOR_FINDING))
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    with transaction(world.engine) as session:
        step = session.scalars(sa.select(PublicationStep).order_by(PublicationStep.id)).first()
        assert step is not None
        changed: Mapping[str, Any] = {**step.content, "checked": ["privacy"]}
        session.execute(sa.update(PublicationStep).values(content=changed))
        number = step.id
    with reading(world.engine) as session:
        assert first_changed_step(session) == number


def owed_by(world: World) -> tuple[Any, ...]:
    with reading(world.engine) as session:
        actor = world.actor("committee_officer")
        return list_owed(session, actor, world.office, world.now.date())


def test_a_publication_is_sealed_at_the_next_beat(world: World) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    assert seal_when_due(world.engine, world.office.sealer, world.now) is SealReason.DAILY
    world.later(minutes=1)
    publication_id = begin(world, case_id)
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    assert seal_when_due(world.engine, world.office.sealer, world.now) is None
    take(world, publication_id, DisclosureStep.APPROVE)
    assert seal_when_due(world.engine, world.office.sealer, world.now) is SealReason.PUBLICATION
    world.later(minutes=1)
    assert seal_when_due(world.engine, world.office.sealer, world.now) is None
