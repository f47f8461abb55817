"""The demonstration: loaded by real acts, marked for good, and never in place of real data."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import accounts
from services.audit import first_broken_link
from services.bans.register import first_changed_ban
from services.clock import LOCAL_ZONE, local_date
from services.database import create_engine_for, reading, transaction
from services.demonstration import play
from services.demonstration.cases import FILE, read_cases
from services.demonstration.loader import (
    DEMONSTRATION_DEVICE,
    DEMONSTRATION_PASSWORD,
    NotADemonstrationError,
    NotEmptyError,
    is_empty,
    list_accounts,
    load_demonstration,
    reset_demonstration,
)
from services.demonstration.organisations import load
from services.demonstration.play import DemonstrationUnfinishedError, Press, day_at
from services.documents.render import RenderFailedError
from services.models.account import Account, SignInAttempt
from services.models.case import Act, Attachment, FormDraft, SupervisionCase
from services.models.document import Document
from services.models.installation import Installation
from services.models.organisation import Organisation, Person, Post
from services.models.process import open_task, outbox
from services.office import Office
from services.queries.bans import BanFilter, find_hits, list_bans, list_comparisons
from services.queries.campaigns import list_boards
from services.queries.facts import load_record, standing_of
from services.queries.installation import is_demonstration
from services.queries.people import find_account_holder, find_actor
from services.queries.principals import list_candidates
from services.queries.referrals import list_received
from services.reference.calendar import load_calendar
from services.reference.errors import ReferenceDataError
from services.second_factor import code_at, counter_at, told_next
from tests.builders import fake_bind, fake_render, fake_sign, make_office
from web.views.tracebacks import report_inputs
from workflows.bans import BanKind
from workflows.campaigns import TaskState
from workflows.permissions import holds_duty
from workflows.referral import ReferralStage
from workflows.vocabulary import Action, CaseEnding, DocumentKind, HazardSource, Outcome, Phase
from workflows.working_days import is_working_day

NOW = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
NEW_YEAR_HOLIDAY = datetime(2026, 1, 3, 16, 30, tzinfo=UTC)
FAKE_PRESS = Press(fake_render, fake_sign, fake_bind, report_inputs)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """As by default: whoever signs types a code. What is played was signed long ago."""
    return replace(make_office(tmp_path_factory.mktemp("office")), second_factor=True)


@pytest.fixture(scope="module")
def loaded(
    office: Office, sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One loaded demonstration for all tests that only look."""
    path = tmp_path_factory.mktemp("demonstration") / "guapai.sqlite"
    path.write_bytes(sqlite_template)
    engine = create_engine_for(f"sqlite:///{path}")
    load_demonstration(engine, office, FAKE_PRESS, NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with reading(loaded) as session:
        yield session


def _cases(session: Session) -> list[SupervisionCase]:
    return list(session.scalars(sa.select(SupervisionCase).order_by(SupervisionCase.id)))


def _case_in(session: Session, phase: Phase, **further: object) -> SupervisionCase:
    return session.scalars(
        sa.select(SupervisionCase)
        .filter_by(phase=phase.value, **further)
        .order_by(SupervisionCase.id.desc())
        .limit(1)
    ).one()


def _open_steps(session: Session, case: SupervisionCase) -> list[str]:
    steps = sa.select(open_task.c.step_id).where(
        open_task.c.case_id == case.id, open_task.c.standing.is_(False)
    )
    return sorted(session.connection().execute(steps).scalars())


def test_there_is_a_case_in_every_phase(session: Session) -> None:
    assert {case.phase for case in _cases(session)} == {phase.value for phase in Phase}


def test_the_cases_stand_where_a_visitor_expects_them(session: Session) -> None:
    assert Action.REVIEW_DRAFT in _open_steps(session, _case_in(session, Phase.LISTING))
    assert Action.ACKNOWLEDGE_HANDOVER in _open_steps(session, _case_in(session, Phase.HANDOVER))
    assert _open_steps(session, _case_in(session, Phase.ACCEPTANCE)) == [
        Action.INSPECT_RECTIFICATION
    ]
    assert _open_steps(session, _case_in(session, Phase.CLOSURE)) == [
        Action.ENDORSE_AS_LEADER_IN_CHARGE
    ]
    assert _open_steps(session, _case_in(session, Phase.DELISTED)) == [Action.ARCHIVE_CASE]
    again = _case_in(session, Phase.RECTIFICATION, round_number=2)
    assert _open_steps(session, again) == [Action.APPLY_FOR_ACCEPTANCE, Action.REVIEW_PROGRESS]
    first = _case_in(session, Phase.RECTIFICATION, round_number=1)
    inquired = [Action.APPLY_FOR_ACCEPTANCE, Action.RECORD_INQUIRY_FINDING]
    assert _open_steps(session, first) == inquired
    signing = _case_in(session, Phase.LISTING, sector="transport")
    assert _open_steps(session, signing) == [Action.SIGN_LISTING, Action.SUBMIT_PLAN]
    assert _case_in(session, Phase.ARCHIVED, ending=CaseEnding.WITHDRAWN).case_number is None
    assert _case_in(session, Phase.ARCHIVED, ending=CaseEnding.DELISTED).case_number


def test_a_finding_of_the_regulator_waits_for_the_second_person(session: Session) -> None:
    source = HazardSource.REGULATOR_FINDING
    case = _case_in(session, Phase.INTAKE, source=source.value)
    assert case.criterion is not None
    assert (case.criterion.verified, case.criterion.confirmed_by_id) == (False, None)
    kinds = sa.select(Document.kind).where(Document.case_id == case.id)
    assert list(session.scalars(kinds)) == [DocumentKind.IMMEDIATE_MEASURES_ORDER]


def test_a_plan_was_returned_and_an_acceptance_failed(session: Session) -> None:
    returned = sa.select(sa.func.count(Act.id)).where(
        Act.action == Action.REVIEW_PLAN, Act.outcome == Outcome.RETURNED
    )
    failed = sa.select(sa.func.count(Act.id)).where(
        Act.action == Action.APPROVE_ACCEPTANCE, Act.outcome == Outcome.FAILED
    )
    assert (session.scalar(returned), session.scalar(failed)) == (1, 1)


def test_one_step_is_overdue_and_the_others_are_not(session: Session) -> None:
    late = sa.select(open_task.c.step_id).where(open_task.c.due_at < NOW)
    assert list(session.connection().execute(late).scalars()) == [Action.ACKNOWLEDGE_HANDOVER]


def test_the_audit_chain_is_unbroken(session: Session) -> None:
    assert first_broken_link(session) is None


def test_nobody_acts_in_the_future_or_outside_working_hours(session: Session) -> None:
    calendar = load_calendar()
    for act in session.scalars(sa.select(Act)):
        local = act.at.astimezone(LOCAL_ZONE)
        assert NOW - timedelta(days=125) < act.at < NOW
        assert is_working_day(local.date(), calendar)
        assert time(8, 30) <= local.time() <= time(17, 30)


def test_acts_and_numbers_follow_the_order_of_time(session: Session) -> None:
    moments = list(session.scalars(sa.select(Act.at).order_by(Act.id)))
    assert moments == sorted(moments)
    cases = _cases(session)
    assert [case.intake_number for case in cases] == sorted(case.intake_number for case in cases)


def test_every_open_step_falls_to_somebody_who_can_act(session: Session, office: Office) -> None:
    ids = session.scalars(sa.select(Person.id)).all()
    found = [find_actor(session, person_id, NOW.date()) for person_id in ids]
    actors = [actor for actor in found if actor is not None]
    rows = session.connection().execute(sa.select(open_task).where(open_task.c.standing.is_(False)))
    for row in rows.all():
        case = session.get_one(SupervisionCase, row.case_id)
        record = load_record(session, case, office.profile)
        standing = standing_of(session, case, record)
        receiver = standing.receiver_at(row.process_id, row.position)
        action = Action(row.step_id)
        assert any(holds_duty(actor, action, standing, receiver) for actor in actors), row


def test_drafts_and_notices_exist_as_pages(session: Session, office: Office) -> None:
    waiting = sa.select(outbox.c.id).where(outbox.c.done_at.is_(None))
    assert session.connection().execute(waiting).all() == []
    notices = list(session.scalars(sa.select(Document).filter_by(kind=DocumentKind.LISTING_NOTICE)))
    assert {notice.state for notice in notices} == {"draft", "issued"}
    for notice in notices:
        pages = notice.issued_sha256 if notice.state == "issued" else notice.draft_sha256
        assert office.files.read(pages or "").startswith(b"%PDF")


def test_pictures_are_small_and_real(session: Session, office: Office) -> None:
    attachments = list(session.scalars(sa.select(Attachment)))
    assert len(attachments) > 20
    for attachment in attachments:
        assert attachment.size < 60_000
        assert office.files.read(attachment.sha256).startswith(b"\x89PNG")


def test_the_printed_accounts_can_walk_one_case_and_sign_in(session: Session) -> None:
    printed = list_accounts()
    whole = _case_in(session, Phase.ARCHIVED, ending=CaseEnding.DELISTED)
    needed = sa.select(Post.role).join(Act, Act.post_id == Post.id).filter(Act.case_id == whole.id)
    assert set(session.scalars(needed)) <= {account.role.value for account in printed}
    stored = {row.username: row for row in session.scalars(sa.select(Account))}
    assert {account.username for account in printed} <= stored.keys()
    assert len({row.password_hash for row in stored.values()}) == 1
    assert not any(row.must_change for row in stored.values())
    row = stored[printed[0].username]
    attempt = accounts.Attempt(id=1, person_id=row.person_id, password_hash=row.password_hash)
    assert accounts.password_matches(attempt, DEMONSTRATION_PASSWORD)
    assert len(DEMONSTRATION_PASSWORD) >= 12


def test_loading_twice_is_refused(loaded: Engine, office: Office) -> None:
    assert not is_empty(loaded)
    with pytest.raises(NotEmptyError):
        load_demonstration(loaded, office, FAKE_PRESS, NOW)


def test_an_attempt_to_sign_in_leaves_a_database_empty(sqlite_engine: Engine) -> None:
    with transaction(sqlite_engine) as session:
        session.add(SignInAttempt(username_key="0" * 64, network="::1", at=NOW, succeeded=False))
    assert is_empty(sqlite_engine)


@pytest.mark.parametrize(
    "real",
    [
        Installation(profile="shuozhou", demonstration=False, made_at=NOW),
        Organisation(key="real", kind="enterprise", name="真实企业"),
    ],
    ids=["marked as real", "not marked"],
)
def test_a_real_installation_is_neither_filled_nor_emptied(
    sqlite_engine: Engine, office: Office, real: Installation | Organisation
) -> None:
    kind = type(real)
    with transaction(sqlite_engine) as session:
        session.merge(real)
    with pytest.raises(NotEmptyError):
        load_demonstration(sqlite_engine, office, FAKE_PRESS, NOW)
    with pytest.raises(NotADemonstrationError):
        reset_demonstration(sqlite_engine, office, FAKE_PRESS, NOW)
    with reading(sqlite_engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(kind)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0
        assert not is_demonstration(session)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def each_engine(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    return engine


def test_a_reset_makes_all_anew_over_the_turn_of_a_year(
    each_engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first loading breaks off half-way; the mark is there already, so that it can be reset."""

    def out_of_order(template: str, inputs: Mapping[str, Any]) -> bytes:
        raise RenderFailedError(template=template, reason="out of order")

    monkeypatch.setattr(play, "PATIENCE_SECONDS", 0.2)
    broken = Press(out_of_order, fake_sign, fake_bind, report_inputs)
    with pytest.raises(DemonstrationUnfinishedError):
        reset_demonstration(each_engine, office, broken, NEW_YEAR_HOLIDAY)
    monkeypatch.undo()
    with transaction(each_engine) as session:
        assert is_demonstration(session)
        person_id = session.scalars(sa.select(Person.id).limit(1)).one()
        session.add(FormDraft(person_id=person_id, form_key="x", values={}, saved_at=NOW))
    reset_demonstration(each_engine, office, FAKE_PRESS, NEW_YEAR_HOLIDAY)
    with reading(each_engine) as session:
        assert is_demonstration(session)
        assert first_broken_link(session) is None
        assert {case.phase for case in _cases(session)} == {phase.value for phase in Phase}
        assert session.scalar(sa.select(sa.func.count(FormDraft.id))) == 0
        assert session.scalar(sa.select(sa.func.count(Installation.id))) == 1
        newest = session.scalars(sa.select(sa.func.max(Act.at))).one()
        assert newest < NEW_YEAR_HOLIDAY


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (1, date(2026, 9, 30)),
        (-1, date(2026, 10, 8)),
        (0, date(2026, 10, 4)),
        (9, date(2026, 9, 18)),
    ],
)
def test_days_are_counted_over_holidays(place: int, expected: date) -> None:
    in_the_holiday = datetime(2026, 10, 3, 20, 0, tzinfo=UTC)
    assert day_at(local_date(in_the_holiday), place, load_calendar()) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('party = "chemical_3"', 'party = "nobody"'),
        ('by = "safety.chemical3"', 'by = "nobody"'),
        ('at = "1 09:35"', 'at = "morgen"'),
        ('at = "1 09:35"', 'at = "0 09:35"'),
        ("measures_taken =", "measures_tekan ="),
        ('action = "file_first_report"', 'action = "submit_plan"'),
        ('key = "blocked_exits"', 'key = "hydrogen_filling"'),
        ('    "signatory",', '    "nobody",'),
    ],
)
def test_a_fault_in_the_cases_is_named(tmp_path: Path, before: str, after: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "cases.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError):
        read_cases(file, load())


def test_every_account_signs_with_the_demonstrations_device(loaded: Engine, office: Office) -> None:
    with reading(loaded) as session:
        for person_id in session.scalars(sa.select(Account.person_id)):
            told = told_next(session, office.keys, person_id, DEMONSTRATION_DEVICE, NOW)
            assert told == code_at(DEMONSTRATION_DEVICE, counter_at(NOW))


def test_bans_stand_and_wait_and_stop_none_of_the_principals(session: Session) -> None:
    today = local_date(NOW)
    shown = {
        chosen: [row.bar.kind for row in list_bans(session, "", chosen, today, 0).rows]
        for chosen in (BanFilter.STANDING, BanFilter.WAITING)
    }
    assert shown == {
        BanFilter.STANDING: [BanKind.LIFETIME, BanKind.FIVE_YEARS],
        BanFilter.WAITING: [BanKind.FIVE_YEARS],
    }
    candidates = list_candidates(session, today)
    assert find_hits(session, candidates) == ()
    (line,) = list_comparisons(session)
    assert line.name in {candidate.name for candidate in candidates}
    assert first_changed_ban(session) is None


def test_the_jurisdictions_own_task_list_is_loaded_with_owners_and_reports(
    session: Session,
) -> None:
    boards = list_boards(session)
    assert [board.key for board in boards] == ["shuozhou_2022"]
    assert boards[0].states == {
        TaskState.NOT_BEGUN: 52,
        TaskState.UNDER_WAY: 2,
        TaskState.DONE: 3,
    }
    assert sum(task.owner_id is not None for task in boards[0].tasks) == 8


@pytest.mark.parametrize(
    ("username", "stage"),
    [
        ("discipline", ReferralStage.WITH_RECEIVER),
        ("cadres", ReferralStage.DELIVERED),
        ("police", ReferralStage.SETTLED),
        ("procurator", ReferralStage.WITH_RECEIVER),
    ],
)
def test_every_organ_that_receives_has_a_referral(
    session: Session, username: str, stage: ReferralStage
) -> None:
    actor = find_account_holder(session, username, local_date(NOW))
    assert actor is not None
    assert [row.stage for row in list_received(session, actor)] == [stage]
