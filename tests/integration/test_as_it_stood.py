"""A case as it stood on a day: the same as what a copy of the database made on that day shows."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.administration.change import Change
from services.administration.proposals import confirm, propose
from services.as_it_stood import CaseState, RecordUnclearError, read_as_of, read_present
from services.database import create_engine_for, reading, transaction
from services.models.case import SupervisionCase
from services.models.process import step_event
from services.national_number import change_number
from services.queries.administration.organisations import get_organisation
from tests.builders import CLAUSE, PHOTO, World, make_world
from tests.integration import test_dissolutions as dissolutions
from tests.integration.test_disclosure import publish
from workflows.administration import ChangeKind
from workflows.disclosure import PublicationKind
from workflows.vocabulary import Action, OrganisationKind, Outcome, Phase

A = Action


class Copies:
    """The world's database, copied on each day that is asked for."""

    def __init__(self, world: World, copy: Callable[[Engine, str], Engine]) -> None:
        self.world, self._copy = world, copy
        self.made: list[tuple[datetime, Engine]] = []

    def day_over(self) -> None:
        """Copy the database at the end of a day, then let days pass."""
        self.world.work()
        self.made.append((self.world.now, self._copy(self.world.engine, f"{len(self.made)}")))
        self.world.later(days=2)

    def differences(self, case_id: int) -> list[str]:
        """What time travel on the last database says otherwise than the copy of that day."""
        return [
            f"{at:%m-%d} {name}: {then!r} != {told!r}"
            for at, engine in self.made
            for name, then, told in _unlike(self.present(engine, case_id), self.as_of(case_id, at))
        ]

    def present(self, engine: Engine, case_id: int) -> CaseState | None:
        with reading(engine) as session:
            if session.get(SupervisionCase, case_id) is None:
                return None
            return read_present(session, case_id, self.world.office.profile)

    def as_of(self, case_id: int, at: datetime) -> CaseState | None:
        with reading(self.world.engine) as session:
            return read_as_of(session, case_id, self.world.office.profile, at)


def _unlike(
    present: CaseState | None, told: CaseState | None
) -> Iterator[tuple[str, object, object]]:
    if present is None or told is None:
        if present is not told:
            yield "case", present, told
        return
    for field in fields(CaseState):
        then, now = getattr(present, field.name), getattr(told, field.name)
        if then != now:
            yield field.name, then, now


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    """A world on each database in turn, with a way to copy it."""
    world = make_world(request.getfixturevalue(f"{request.param}_engine"), tmp_path)
    engines: list[tuple[Engine, sa.URL | None]] = []

    def copy(engine: Engine, name: str) -> Engine:
        made, url = _copied(request, engine, tmp_path / f"copy-{name}.sqlite")
        engines.append((made, url))
        return made

    yield Copies(world, copy)
    for engine, url in engines:
        engine.dispose()
        if url is not None:
            request.getfixturevalue("postgresql_server").drop_database(url)


def _copied(
    request: pytest.FixtureRequest, engine: Engine, path: Path
) -> tuple[Engine, sa.URL | None]:
    engine.dispose()
    if engine.dialect.name == "postgresql":
        url = request.getfixturevalue("postgresql_server").create_database(template=engine.url)
        return create_engine_for(url.render_as_string(hide_password=False)), url
    path.write_bytes(Path(engine.url.database or "").read_bytes())
    return create_engine_for(f"sqlite:///{path}"), None


def test_a_case_with_turns_stands_on_each_day_as_a_copy_of_that_day_shows(copies: Copies) -> None:
    world = copies.world
    copies.day_over()  # nothing was filed yet
    case_id = world.register(criterion=None, measures_taken="")
    copies.day_over()
    verify = {"measures_taken": "停产撤人。", "criterion": CLAUSE, "uploads": (PHOTO,)}
    world.do("case_officer", case_id, A.VERIFY_HAZARD, 0, **verify)
    copies.day_over()
    world.take_back("case_officer", case_id)
    copies.day_over()
    world.do("case_officer", case_id, A.VERIFY_HAZARD, 0, **verify)
    copies.day_over()
    world.confirm_criterion(case_id)
    copies.day_over()
    world.do("department_head", case_id, A.CONFIRM_VERDICT, 0, outcome=Outcome.RETURNED)
    copies.day_over()
    world.do("case_officer", case_id, A.VERIFY_HAZARD)
    world.do("case_officer", case_id, A.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", case_id, A.CONFIRM_VERDICT)
    copies.day_over()
    _number(world, case_id, "", "G14-001")
    world.walk(
        case_id,
        ("committee_officer", A.PROPOSE_LISTING),
        ("office_head", A.REVIEW_DRAFT),
        ("leader", A.COUNTERSIGN_LISTING),
    )
    copies.day_over()
    world.do("signatory", case_id, A.SIGN_LISTING)
    copies.day_over()
    world.do("committee_officer", case_id, A.SERVE_LISTING_NOTICE)
    publish(world, case_id)
    copies.day_over()
    _number(world, case_id, "G14-001", "G14-002")
    world.do(
        "government_officer",
        case_id,
        A.ACKNOWLEDGE_HANDOVER,
        outcome=Outcome.DISPUTED,
        opinion="不属本区管辖。",
    )
    copies.day_over()
    world.do("office_head", case_id, A.RESOLVE_COMPETENCE_DISPUTE)
    copies.day_over()
    world.to_handed_over_after_service(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, A.SUBMIT_PLAN)
    world.do("case_officer", case_id, A.REVIEW_PLAN)
    copies.day_over()
    world.do("principal", case_id, A.REQUEST_EXTENSION)
    world.do("case_officer", case_id, A.REVIEW_EXTENSION)
    world.do("signatory", case_id, A.DECIDE_EXTENSION)
    publish(world, case_id, PublicationKind.PROGRESS, progress="整改过半。")
    copies.day_over()
    world.do("principal", case_id, A.APPLY_FOR_ACCEPTANCE)
    copies.day_over()
    world.do("group_head", case_id, A.ENDORSE_AS_PARENT_COMPANY_HEAD)
    copies.day_over()
    world.do("safety_officer", case_id, A.EVALUATE_EFFECT)
    world.do("reviewer", case_id, A.INSPECT_RECTIFICATION)
    world.do("second_reviewer", case_id, A.INSPECT_RECTIFICATION)
    world.do(
        "department_head", case_id, A.APPROVE_ACCEPTANCE, outcome=Outcome.FAILED, opinion="未到位"
    )
    copies.day_over()
    world.rectify(case_id)
    world.accept(case_id)
    copies.day_over()
    world.close(case_id)
    publish(world, case_id, PublicationKind.RESULT, result="整改到位。")
    copies.day_over()
    world.do("committee_officer", case_id, A.ARCHIVE_CASE)
    copies.day_over()
    assert copies.differences(case_id) == []
    phases = [s.phase for at, _ in copies.made[1:] if (s := copies.as_of(case_id, at))]
    assert set(phases) >= {
        Phase.INTAKE,
        Phase.LISTING,
        Phase.HANDOVER,
        Phase.RECTIFICATION,
        Phase.ACCEPTANCE,
        Phase.ARCHIVED,
    }


def test_organisations_bear_the_names_that_they_had_then(copies: Copies) -> None:
    world, of_department = copies.world, {"level": "city", "sectors": ["coal_mine"]}
    case_id = world.register()
    world.to_listing(case_id)
    copies.day_over()
    _rename(world, "mine", "示例煤业有限公司")
    _rename(world, "department", "示例市应急管理和消防局", **of_department)
    copies.day_over()
    _rename(world, "department", "示例市应急局", **of_department)
    _rename(world, "office", "示例市安委会办公室", level="city")
    world.to_signed(case_id)
    copies.day_over()
    assert copies.differences(case_id) == []
    told = [copies.as_of(case_id, at) for at, _ in copies.made]
    assert [(state.party_name, state.department_name) for state in told if state] == [
        ("示例煤业", "示例市应急管理局"),
        ("示例煤业有限公司", "示例市应急管理和消防局"),
        ("示例煤业有限公司", "示例市应急局"),
    ]
    first = told[0]
    assert first is not None
    assert {act.organisation_name for act in first.acts} == {"示例市应急管理局"}


def _rename(world: World, key: str, name: str, **more: object) -> None:
    with reading(world.engine) as session:
        values = dict(get_organisation(session, world.ids[key], world.now.date()).values)
    content = {**values, "name": name, **more}
    change = Change(ChangeKind.EDIT_ORGANISATION, "更名", content, organisation_id=world.ids[key])
    with transaction(world.engine) as session:
        proposal_id = propose(world.frame(session, "system_admin"), change)
    with transaction(world.engine) as session:
        confirm(world.frame(session, "security_admin"), proposal_id)


def _number(world: World, case_id: int, shown: str, typed: str) -> None:
    with transaction(world.engine) as session:
        change_number(world.frame(session, "case_officer"), case_id, shown, typed)


def test_who_stood_where_is_told_as_it_was(copies: Copies) -> None:
    world = copies.world
    dissolutions.add_organisation(world, "new_department", OrganisationKind.DEPARTMENT)
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, A.SERVE_LISTING_NOTICE)
    copies.day_over()
    world.do(
        "case_officer",
        case_id,
        A.CHANGE_RESPONSIBLE_PARTY,
        new_party_id=world.ids["private_mine"],
    )
    world.do("department_head", case_id, A.CONFIRM_PARTY_CHANGE)
    copies.day_over()
    number = dissolutions.prepare(world, "department", "new_department")
    dissolutions.confirm(world, number)
    copies.day_over()
    world.do("case_officer", case_id, A.SERVE_ON_NEW_PARTY)
    copies.day_over()
    assert copies.differences(case_id) == []
    first = copies.as_of(case_id, copies.made[0][0])
    assert first is not None
    assert (first.party_name, first.department_name) == ("示例煤业", "示例市应急管理局")


def test_what_is_taken_down_was_read_before(copies: Copies) -> None:
    world = copies.world
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    publish(world, case_id)
    copies.day_over()
    publish(world, case_id, PublicationKind.TAKEDOWN, reason="挂牌对象有误。")
    copies.day_over()
    world.do("committee_officer", case_id, A.WITHDRAW_CASE)
    world.do("signatory", case_id, A.CONFIRM_WITHDRAWAL)
    copies.day_over()
    assert copies.differences(case_id) == []
    told = copies.as_of(case_id, copies.made[0][0])
    assert told is not None
    assert told.published is not None
    assert told.published.title


def test_a_record_that_does_not_lead_there_is_not_guessed(world: World) -> None:
    case_id = world.register()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, A.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        session.connection().execute(
            sa.update(step_event).where(step_event.c.version == 2).values(passed=[["x", "y", []]])
        )
    with reading(world.engine) as session, pytest.raises(RecordUnclearError):
        read_as_of(session, case_id, world.office.profile, world.now)


def test_before_it_was_filed_there_was_no_case(world: World) -> None:
    case_id = world.register()
    with reading(world.engine) as session:
        before = world.now - timedelta(days=1)
        assert read_as_of(session, case_id, world.office.profile, before) is None
        told = read_as_of(session, case_id, world.office.profile, world.now)
        assert told is not None
        assert told.found_on == date(2026, 3, 1)
