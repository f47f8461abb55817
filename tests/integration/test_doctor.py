"""The doctor: sound on a sound installation, and every fault it looks for is found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.database import create_engine_for, transaction
from services.installation import open_office, set_up
from services.keys import KeyFileError
from services.models.audit import AuditEntry
from services.models.ban import Ban
from services.models.campaign import CampaignProgress
from services.models.deadline import Deadline
from services.models.process import definition_file, open_task, outbox
from services.models.tip import TipAct
from services.operations.doctor import examine
from services.operations.lint import lint_files, lint_folder
from services.settings import REPOSITORY, Settings
from tests.builders import START, World, make_world
from tests.integration.test_bans import ban
from tests.integration.test_campaigns import load, report
from tests.tips import tips_in


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Settings, Engine, World]:
    """A set-up installation with one case, sealed by its own keys."""
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path / "data")})
    engine = create_engine_for(settings.database_url)
    set_up(settings, engine)
    world = make_world(engine, settings.data_folder)
    world.office = open_office(settings, engine)
    world.file_report()
    return settings, engine, world


def _faults(settings: Settings, engine: Engine, now: datetime = START) -> set[str]:
    return {check.name for check in examine(settings, engine, now) if not check.sound}


def test_a_sound_installation_has_no_fault(installed: tuple[Settings, Engine, World]) -> None:
    settings, engine, _world = installed
    assert [check for check in examine(settings, engine, START) if not check.sound] == []


def test_a_key_file_that_others_can_read_is_a_fault(
    installed: tuple[Settings, Engine, World],
) -> None:
    settings, engine, _world = installed
    settings.key_file.chmod(0o644)
    assert _faults(settings, engine) == {"key_file"}


def test_a_lost_key_is_never_made_anew(installed: tuple[Settings, Engine, World]) -> None:
    settings, engine, _world = installed
    settings.key_file.unlink()
    with pytest.raises(KeyFileError):
        open_office(settings, engine)
    assert _faults(settings, engine) == {"key_file"}


def test_a_case_that_nobody_holds_is_a_fault(installed: tuple[Settings, Engine, World]) -> None:
    settings, engine, _world = installed
    with transaction(engine) as session:
        session.connection().execute(sa.delete(open_task).where(open_task.c.standing.is_(False)))
        session.execute(sa.update(Deadline).values(ended_at=START))
    assert _faults(settings, engine) == {"stuck_cases"}


def test_a_year_without_a_notice_is_a_fault(installed: tuple[Settings, Engine, World]) -> None:
    settings, engine, _world = installed
    assert "calendar_years" in _faults(settings, engine, datetime(2031, 5, 1, tzinfo=UTC))


def test_broken_chain_incident_and_changed_definition_are_faults(
    installed: tuple[Settings, Engine, World],
) -> None:
    settings, engine, _world = installed
    with transaction(engine) as session:
        session.execute(sa.update(AuditEntry).values(body={}))
        session.connection().execute(
            sa.insert(outbox).values(
                idempotency_key="x",
                topic="render_draft",
                payload={},
                made_at=START,
                not_before=START,
                attempts=5,
                incident="failed",
            )
        )
        content = session.execute(
            sa.select(definition_file.c.content).where(definition_file.c.name == "handover.bpmn")
        ).scalar_one()
        session.connection().execute(
            sa.update(definition_file)
            .where(definition_file.c.name == "handover.bpmn")
            .values(content=bytes(content).replace(b"report_handover_result", b"unknown_step"))
        )
    assert {"audit_chain", "incidents", "pinned_definitions"} <= _faults(settings, engine)


def test_a_changed_word_about_a_tip_is_a_fault(
    installed: tuple[Settings, Engine, World],
) -> None:
    settings, engine, world = installed
    tips = tips_in(world)
    tips.send()
    tips.register(tips.last_tip())
    assert "tip_contents" not in _faults(settings, engine)
    with transaction(engine) as session:
        session.execute(sa.update(TipAct).values(opinion="改过的话"))
    assert "tip_contents" in _faults(settings, engine)


def test_a_changed_report_on_a_listed_task_is_a_fault(
    installed: tuple[Settings, Engine, World],
) -> None:
    settings, engine, world = installed
    load(world)
    report(world, "committee_officer")
    assert "campaign_contents" not in _faults(settings, engine)
    with transaction(engine) as session:
        session.execute(sa.update(CampaignProgress).values(text="改过的话"))
    assert "campaign_contents" in _faults(settings, engine)


def test_a_changed_entry_of_the_register_of_bans_is_a_fault(
    installed: tuple[Settings, Engine, World],
) -> None:
    settings, engine, world = installed
    ban(world)
    assert "ban_contents" not in _faults(settings, engine)
    with transaction(engine) as session:
        session.execute(sa.update(Ban).values(document_number="另一份文书"))
    assert "ban_contents" in _faults(settings, engine)


def test_an_unreachable_database_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path / "none")})
    engine = create_engine_for(f"sqlite:///{tmp_path}/no/such/folder.sqlite")
    assert {"schema", "database_settings", "stuck_cases"} <= _faults(settings, engine)


def test_our_diagrams_lint_clean_and_a_step_without_permission_does_not() -> None:
    folder = REPOSITORY / "bpmn"
    assert lint_folder(folder) == []
    files = {p.name: p.read_bytes() for p in folder.glob("*.bpmn")}
    files |= {p.name: p.read_bytes() for p in folder.glob("*.dmn")}
    files["closure.bpmn"] = files["closure.bpmn"].replace(b"approve_delisting", b"approve_it")
    assert {finding.code for finding in lint_files(files)} >= {"action_unknown"}
