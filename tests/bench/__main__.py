"""One act without an engine, with ours and the stock serialiser; pages; files; a signed notice."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from unittest import mock

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from services.accounts import create_account, hash_password
from services.database import create_engine_for, reading, transaction
from services.migrate import migrate
from services.models.process import process_instance
from services.queries.duties import count_duties
from services.queries.vacancies import list_vacancies, list_vacant_steps
from services.settings import Settings
from tests.bench import sheet, sweep
from tests.bench.variants import STOCK, stock_complete, without_engine
from tests.builders import World, make_world
from tests.postgresql import running_server
from web.app import create_app
from workflows.engine import runner
from workflows.engine.definitions import parsed
from workflows.engine.state import decode, encode, export_stock, unseal
from workflows.vocabulary import Action

PASSWORD = "一个只用于测量的长密码 measuring"
CASE_COUNTS = (10, 1000)
OPEN_CASES = 100_000
TURNS = (("safety_officer", Action.REPORT_PROGRESS), ("case_officer", Action.REVIEW_PROGRESS))


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: does it run at all?")
    quick = parser.parse_args().quick
    rounds = 5 if quick else 40
    print("中位数，比值取自同一次运行 Medians; ratios of one run\n")
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for name in ("sqlite", "postgresql"):
            url = (
                f"sqlite:///{folder}/bench.sqlite"
                if name == "sqlite"
                else server.create_database().render_as_string(hide_password=False)
            )
            engine = create_engine_for(url)
            migrate(engine)
            _measure(name, engine, url, Path(folder) / name, rounds, quick)
            engine.dispose()
    sheet.measure(rounds, _timed)


def _measure(name: str, engine: Engine, url: str, folder: Path, rounds: int, quick: bool) -> None:
    world = make_world(engine, folder)
    print(f"== {name}")
    first, case_id, without, stock = (_case_under_rectification(world) for _ in range(4))
    few, many = (10, 100) if quick else CASE_COUNTS
    _fill(world, few)
    small = _acts(world, first, rounds)
    _fill(world, many)
    figures = {
        "act": _acts(world, case_id, rounds),
        "rows only": _acts(world, without, rounds, without_engine),
        "stock serialiser": _acts(world, stock, rounds, stock_complete),
    }
    for label, values in figures.items():
        ratio = statistics.median(values) / statistics.median(figures["act"])
        print(f"{label:<18} {_ms(values)}   {ratio:5.2f} x act")
    growth = statistics.median(figures["act"]) / statistics.median(small)
    print(f"act at {many} cases against {few}: {growth:.2f} x")
    _print_state(world, case_id, rounds)
    _print_pages(world, url, folder, case_id, rounds)
    _print_sweep(world, 1_000 if quick else OPEN_CASES, rounds)
    print()


def _case_under_rectification(world: World) -> int:
    world.later(minutes=1)
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    return case_id


def _fill(world: World, cases: int) -> None:
    for _ in range(cases):
        world.later(seconds=1)
        world.register()


def _acts(
    world: World, case_id: int, rounds: int, complete: Callable[..., runner.Advance] | None = None
) -> list[float]:
    """Seconds of each report of progress and each review; the first of each is not counted."""
    seconds = []
    for _ in range(rounds + 1):
        for name, action in TURNS:
            command = world.command(case_id, action)
            with _engine_as(complete):
                seconds.append(_timed(partial(world.act, name, command, action)))
    return seconds[2:]


@contextmanager
def _engine_as(complete: Callable[..., runner.Advance] | None) -> Iterator[None]:
    if complete is None:
        yield
        return
    with mock.patch.object(runner, "complete", complete):
        yield


def _print_state(world: World, case_id: int, rounds: int) -> None:
    definition = world.office.case_definition
    with transaction(world.engine) as session:
        row = session.execute(
            sa.select(process_instance).where(process_instance.c.subject_id == case_id)
        ).one()
    keys = world.office.keys
    payload = unseal(
        bytes(row.state),
        key=keys.state_key,
        key_id=keys.key_id,
        instance_id=row.id,
        version=row.version,
        digest=row.digest,
    )
    specs, engine = parsed(definition), runner.FactEngine({})
    workflow = decode(payload, specs, engine)
    text = export_stock(definition, payload)
    ours = [_timed(lambda: encode(decode(payload, specs, engine), specs)) for _ in range(rounds)]
    stock = [_timed(lambda: runner_stock_round_trip(text)) for _ in range(rounds)]
    ratio = statistics.median(stock) / statistics.median(ours)
    print(f"load + save        {_ms(ours)}   stock {_ms(stock)}   {ratio:.1f} x")
    tasks = len(workflow.tasks) + sum(len(s.tasks) for s in workflow.subprocesses.values())
    print(f"state {len(row.state)} B ({tasks} tasks), stock {len(text.encode())} B")


def runner_stock_round_trip(text: str) -> str:
    """Load and save by the library's own serialiser."""
    return str(STOCK.serialize_json(STOCK.deserialize_json(text)))


def _print_pages(world: World, url: str, folder: Path, case_id: int, rounds: int) -> None:
    client = _signed_in(world, url, folder)
    for label, address in (
        ("case page", f"/cases/{case_id}"),
        ("duties page", "/tasks"),
        ("home page", "/home"),
    ):
        client.get(address)
        seconds = [_timed(partial(client.get, address)) for _ in range(rounds)]
        status = client.get(address).status_code
        print(f"{label:<18} {_ms(seconds)}   status {status}")
    for kind in ("xlsx", "csv"):
        export = partial(client.post, "/cases/export", data={"format": kind})
        seconds = [_timed(export) for _ in range(3)]
        size, peak = len(export().data) // 1024, getrusage(RUSAGE_SELF).ru_maxrss // 1024
        print(f"export {kind:<11} {_ms(seconds)}   {size} KB, {peak} MB at most so far")
    _print_vacancies(world, case_id, rounds)
    with transaction(world.engine) as session:
        actor = world.frame(session, "case_officer").actor
        print(f"duties of the case officer: {count_duties(session, actor)}")


def _print_vacancies(world: World, case_id: int, rounds: int) -> None:
    """What the administrators' page and each case page ask about duties that nobody may do."""
    today = world.now.date()
    with reading(world.engine) as session:
        for label, ask in (
            ("vacancies", partial(list_vacancies, session, world.office.profile, today, 50)),
            ("vacant in a case", partial(list_vacant_steps, session, case_id, today)),
        ):
            ask()
            print(f"{label:<18} {_ms([_timed(ask) for _ in range(rounds)])}")


def _print_sweep(world: World, cases: int, rounds: int) -> None:
    """The worker's look at late deadlines, beside one that loads every open one."""
    print(f"{cases} more open cases, {sweep.DUE_OF_HUNDRED} % of them late")
    for label, seconds in sweep.measure(world, cases, rounds, _timed).items():
        print(f"{label:<18} {_ms(seconds)}")


def _signed_in(world: World, url: str, folder: Path) -> FlaskClient:
    with transaction(world.engine) as session:
        create_account(
            session, world.person_ids["case_officer"], "officer", hash_password(PASSWORD)
        )
    settings = Settings.from_environment({"DATABASE_URL": url, "GUAPAI_DATA": str(folder)})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", data={"username": "officer", "password": PASSWORD})
    return client


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:8.2f} ms"


main()
