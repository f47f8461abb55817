"""A referral from one installation to another that no network joins, and its words back."""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from services import accounts
from services.database import create_engine_for, reading, transaction
from services.installation import set_up
from services.models.organisation import Organisation, Person, Post
from services.models.referral import Referral, ReferralAct, ReferralLook
from services.referral.carriage import PACKAGE, REPLY, exchange_key, read_file, write_file
from services.referral.wall import WALL
from services.settings import ReferralModule, Settings
from services.vault import encrypt, new_content_key, wrap_key
from tests.builders import CITY, World
from tests.integration.test_referrals_hidden import MAY_BE_ASKED, tables_of
from tests.referrals import A, R, Referrals, referrals_in
from web.app import create_app
from workflows.referral import ReferralAction, ReferralOutcome, ReferralStage
from workflows.vocabulary import OrganisationKind, Role

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TASK = re.compile(r'steps/(\w+)".*?name="task_id" value="(\w+)"', re.DOTALL)
KILLED = 9


@dataclass(frozen=True)
class Host:
    """An installation with its pages and its commands."""

    app: Flask
    world: World | None = None

    @property
    def engine(self) -> sa.Engine:
        engine: sa.Engine = self.app.extensions["guapai"].connection.engine
        return engine

    @property
    def key(self) -> str:
        return exchange_key(self.app.extensions["guapai"].office)

    def run(self, *arguments: object) -> Result:
        """`flask referral ...`"""
        return self.app.test_cli_runner().invoke(args=["referral", *map(str, arguments)])

    def browser(self, username: str) -> FlaskClient:
        client = self.app.test_client()
        with transaction(self.engine) as session:
            person_id = session.scalars(sa.select(Person.id).where(Person.name == username)).one()
            now = self.app.extensions["guapai"].clock()
            token = accounts.open_session(session, accounts.Attempt(None, person_id, None), now)
        client.set_cookie("guapai_session", token)
        return client

    def kept(self) -> list[int]:
        """How many referrals, acts and links of the chain there are."""
        with reading(self.engine) as session:
            counts = (
                sa.select(sa.func.count()).select_from(table)
                for table in (Referral, ReferralAct, WALL.entry)
            )
            return [session.scalar(count) or 0 for count in counts]


@dataclass(frozen=True)
class Trip:
    """Both sides, the referral at the sender, and a folder as the medium."""

    referrals: Referrals
    sender: Host
    receiver: Host
    referral_id: int
    medium: Path

    @property
    def number(self) -> str:
        return str(self.referrals.get(self.referral_id).number)

    def export(self, name: str = "out.bin", *, key: str = "") -> Path:
        """The package on the medium."""
        file = self.medium / name
        done = self.sender.run(
            "export",
            self.number,
            "--to",
            file,
            "--receiver-key",
            key or self.receiver.key,
            "--as",
            "case_officer",
        )
        assert done.exit_code == 0, done.stderr
        return file

    def take_in(self, file: Path, *, key: str = "") -> Result:
        """The package from the medium."""
        return self.receiver.run("import", file, "--sender-key", key or self.sender.key)

    def register_delivery(self) -> None:
        """The sender puts on record that a courier delivered it."""
        self.referrals.take(
            "case_officer",
            self.referral_id,
            A.DELIVER_REFERRAL,
            R.DELIVERED_OFFLINE,
            route="courier",
            carrier="机要员",
            delivered_on=self.referrals.world.now.date(),
            receipt_place="三号柜二卷",
        )

    def received_id(self) -> int:
        """The id that it has at the receiver."""
        with reading(self.receiver.engine) as session:
            return session.scalars(sa.select(Referral.id)).one()

    def act_there(
        self, step: ReferralAction, outcome: ReferralOutcome, opinion: str = "已办。", **more: str
    ) -> int:
        """A step of the receiver, by the buttons of the page; the status of the answer."""
        client = self.receiver.browser("police_liaison")
        mine = f"/discipline/{self.received_id()}"
        page = client.get(mine).text
        token = TOKEN.search(page)
        task = dict(TASK.findall(page)).get(step.value, "")
        data = {
            "csrf_token": token[1] if token else "",
            "task_id": task,
            "outcome": outcome.value,
            "opinion": opinion,
        }
        return client.post(f"{mine}/steps/{step.value}", data=data).status_code

    def words(self, host: Host, name: str, username: str) -> Path:
        """What one side has said, on the medium."""
        file = self.medium / name
        done = host.run("reply", self.number, "--to", file, "--as", username)
        assert done.exit_code == 0, done.stderr
        return file

    def back(self, name: str) -> Result:
        """Words of the receiver, taken in at the sender."""
        file = self.words(self.receiver, name, "police_liaison")
        return self.sender.run("take-reply", file, "--as", "case_officer")

    def onward(self, name: str) -> Result:
        """Words of the sender, taken in at the receiver."""
        file = self.words(self.sender, name, "case_officer")
        return self.receiver.run("take-reply", file, "--as", "police_liaison")


def receiving_host(url: str, folder: Path, world: World) -> Host:
    settings = Settings.from_environment(
        {"GUAPAI_DATA": str(folder), "DATABASE_URL": url, "GUAPAI_REFERRALS": "receive"}
    )
    engine = create_engine_for(url)
    set_up(settings, engine)
    with transaction(engine) as session:
        police = Organisation(
            key="police",
            kind=OrganisationKind.DEPARTMENT.value,
            name="示例police",
            division_code=CITY,
            level="city",
        )
        person = Person(name="police_liaison")
        session.add_all([police, person])
        session.flush()
        session.add(
            Post(
                person_id=person.id,
                organisation_id=police.id,
                role=Role.POLICE_LIAISON.value,
                title="联络员",
                valid_from=date(2025, 1, 1),
            )
        )
        accounts.create_account(session, person.id, "police_liaison", "no password")
    engine.dispose()
    return Host(create_app(settings, now=lambda: world.now))


def a_trip(world: World, receiver_url: str, folder: Path) -> Trip:
    referrals = referrals_in(world)
    case_id = world.file_report()
    world.to_listing(case_id)
    with transaction(world.engine) as session:
        for name in ("case_officer", "department_head", "principal"):
            accounts.create_account(session, world.person_ids[name], name, "no password")
    settings = Settings.from_environment(
        {
            "GUAPAI_DATA": str(folder / "sender"),
            "DATABASE_URL": world.engine.url.render_as_string(hide_password=False),
        }
    )
    sender = Host(create_app(settings, office=world.office, now=lambda: world.now), world)
    referral_id = referrals.propose("case_officer", case_id)
    referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    client = sender.browser("case_officer")
    page = client.get(f"/referrals/{referral_id}").text
    token = TOKEN.search(page)
    data = {
        "csrf_token": token[1] if token else "",
        "task_id": referrals.task_id(referral_id, A.SEAL_PACKAGE),
        "outcome": R.SEALED.value,
    }
    assert client.post(f"/referrals/{referral_id}/seal", data=data).status_code == 303
    medium = folder / "medium"
    medium.mkdir()
    receiver = receiving_host(receiver_url, folder / "receiver", world)
    return Trip(referrals, sender, receiver, referral_id, medium)


@pytest.fixture
def trip(world: World, tmp_path: Path) -> Iterator[Trip]:
    made = a_trip(world, f"sqlite:///{tmp_path / 'receiver.sqlite'}", tmp_path)
    yield made
    for host in (made.sender, made.receiver):
        host.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def each_trip(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[Trip]:
    url = f"sqlite:///{tmp_path / 'receiver.sqlite'}"
    if request.param == "postgresql":
        engine: sa.Engine = request.getfixturevalue("postgresql_engine")
        url = engine.url.render_as_string(hide_password=False)
    made = a_trip(world, url, tmp_path)
    yield made
    for host in (made.sender, made.receiver):
        host.engine.dispose()


def test_a_referral_goes_there_and_its_outcome_comes_back(each_trip: Trip) -> None:
    trip, world = each_trip, each_trip.referrals.world
    file = trip.export()
    assert file.stat().st_mode & 0o077 == 0
    done = trip.take_in(file)
    assert done.exit_code == 0, done.stderr
    assert trip.number in done.stdout
    trip.register_delivery()
    client = trip.receiver.browser("police_liaison")
    assert trip.number in client.get("/discipline").text
    page = client.get(f"/discipline/{trip.received_id()}").text
    assert "凭介质收到" in page
    assert "移送单位登记以后才看到" in page
    assert "系统规则" not in page
    assert "路人甲" in page
    package = client.get(f"/discipline/{trip.received_id()}/package")
    assert package.data.startswith(b"PK")
    package.close()
    world.later(hours=1)
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    assert trip.act_there(A.ASK_SENDER, R.ASKED, "何时送达？") == 303
    world.later(hours=1)
    taken = trip.back("1.bin")
    assert taken.exit_code == 0, taken.stderr
    assert "已登记 2 步" in taken.stdout
    trip.referrals.take("case_officer", trip.referral_id, A.ANSWER_RECEIVER, R.ANSWERED, "五日。")
    answered = trip.onward("2.bin")
    assert answered.exit_code == 0, answered.stderr
    client = trip.receiver.browser("police_liaison")
    assert "五日。" in client.get(f"/discipline/{trip.received_id()}").text
    assert trip.act_there(A.DECIDE_FILING, R.NOT_FILED, "证据不足。") == 303
    assert trip.back("3.bin").exit_code == 0
    trip.referrals.take("department_head", trip.referral_id, A.OBJECT_TO_FILING, R.OBJECTED)
    assert trip.onward("4.bin").exit_code == 0
    assert trip.act_there(A.ANSWER_FILING_OBJECTION, R.FILED, "") == 303
    assert trip.act_there(A.REPORT_REFERRAL_OUTCOME, R.SANCTIONED, "已追究。") == 303
    assert trip.back("5.bin").exit_code == 0
    referral = trip.referrals.get(trip.referral_id)
    assert referral.stage == ReferralStage.SETTLED
    with reading(trip.receiver.engine) as session:
        there = session.scalars(sa.select(Referral)).one()
        assert (there.stage, there.number) == (ReferralStage.SETTLED, referral.number)
        assert (there.case_id, there.sender_id) == (None, None)
        assert WALL.first_wrong(session) is None
    with reading(world.engine) as session:
        assert WALL.first_wrong(session) is None
        kinds = session.scalars(
            sa.select(ReferralLook.kind).where(ReferralLook.referral_id == trip.referral_id)
        ).all()
    assert kinds == ["medium"] * 3
    shown = trip.sender.browser("case_officer").get(f"/referrals/{trip.referral_id}").text
    assert "已追究。" in shown
    assert "凭介质登记：示例policepolice_liaison" in shown


def test_the_medium_reads_nothing_without_the_key(trip: Trip) -> None:
    file = trip.export().read_bytes()
    for word in ("路人甲", trip.number, trip.sender.key, trip.receiver.key, "guapai", "PK\x03\x04"):
        assert word.encode() not in file
        assert bytes.fromhex(trip.sender.key)[:32] not in file
    assert len(set(file[:4096])) > 250


def test_a_key_is_shown_and_a_wrong_one_refused(trip: Trip) -> None:
    said = trip.receiver.run("key").stdout
    assert trip.receiver.key in said
    assert len(trip.receiver.key) == 128
    refused = trip.sender.run(
        "export", trip.number, "--to", trip.medium / "x", "--receiver-key", "12", "--as",
        "case_officer",
    )  # fmt: skip
    assert refused.exit_code == 2
    assert "公钥应当是" in refused.stderr
    assert not (trip.medium / "x").exists()


def test_only_a_party_takes_it_along_and_only_where_it_goes_so(trip: Trip) -> None:
    def export(number: str, username: str) -> Result:
        return trip.sender.run(
            "export", number, "--to", trip.medium / "y", "--receiver-key", trip.receiver.key,
            "--as", username,
        )  # fmt: skip

    for number, username in ((trip.number, "principal"), ("没有", "case_officer")):
        refused = export(number, username)
        assert (refused.exit_code, "没有编号为" in refused.stderr) == (2, True)
    assert export(trip.number, "nobody").exit_code == 2
    trip.referrals.take("case_officer", trip.referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
    refused = export(trip.number, "case_officer")
    assert (refused.exit_code, "不用介质送达" in refused.stderr) == (2, True)
    assert list(trip.medium.iterdir()) == []


def test_what_is_on_a_medium_is_not_delivered_online_too(trip: Trip) -> None:
    trip.export()
    client = trip.sender.browser("case_officer")
    page = client.get(f"/referrals/{trip.referral_id}").text
    token = TOKEN.search(page)
    data = {
        "csrf_token": token[1] if token else "",
        "task_id": trip.referrals.task_id(trip.referral_id, A.DELIVER_REFERRAL),
        "outcome": R.DELIVERED_ONLINE.value,
    }
    answer = client.post(f"/referrals/{trip.referral_id}/steps/deliver_referral", data=data)
    assert answer.status_code == 422
    assert "已经导出到介质" in answer.text, re.sub(r"<[^>]+>|\s+", " ", answer.text)
    assert "导出到介质" in page


def test_a_file_is_written_once(trip: Trip) -> None:
    file = trip.export()
    kept = file.read_bytes()
    again = trip.sender.run(
        "export", trip.number, "--to", file, "--receiver-key", trip.receiver.key, "--as",
        "case_officer",
    )  # fmt: skip
    assert (again.exit_code, "已存在" in again.stderr) == (2, True)
    assert file.read_bytes() == kept


def test_where_nothing_can_be_written_one_line_says_so(trip: Trip) -> None:
    nowhere = trip.medium / "none" / "out.bin"
    refused = trip.sender.run(
        "export", trip.number, "--to", nowhere, "--receiver-key", trip.receiver.key, "--as",
        "case_officer",
    )  # fmt: skip
    assert (refused.exit_code, "写不进" in refused.stderr) == (2, True), refused.stderr


def test_a_changed_file_is_refused_wherever_it_was_changed(trip: Trip) -> None:
    content = trip.export().read_bytes()
    changed = trip.medium / "changed"
    places = [0, 31, 32, 60, 91, 92, 120, len(content) // 2, len(content) - 1]
    for place in places:
        wrong = bytearray(content)
        wrong[place] ^= 1
        changed.write_bytes(wrong)
        refused = trip.take_in(changed)
        assert (refused.exit_code, "打不开" in refused.stderr) == (2, True), place
    for cut in (b"", content[:50], content[:-1], content + b"x"):
        changed.write_bytes(cut)
        assert trip.take_in(changed).exit_code == 2
    assert trip.receiver.kept() == [0, 0, 0]


def test_it_is_taken_in_once(trip: Trip) -> None:
    assert trip.take_in(trip.export("a")).exit_code == 0
    kept = trip.receiver.kept()
    for file in (trip.medium / "a", trip.export("b")):
        again = trip.take_in(file)
        assert (again.exit_code, "已经导入过" in again.stderr) == (2, True)
    assert trip.receiver.kept() == kept


def test_a_package_for_another_or_of_another_is_refused(trip: Trip, tmp_path: Path) -> None:
    world = trip.referrals.world
    other = receiving_host(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", world)
    for_other = trip.export("other", key=other.key)
    refused = trip.take_in(for_other)
    assert (refused.exit_code, "打不开" in refused.stderr) == (2, True)
    file = trip.export("mine")
    unknown = trip.take_in(file, key=other.key)
    assert (unknown.exit_code, "不是所给公钥的主机签名的" in unknown.stderr) == (2, True)
    assert trip.receiver.kept() == [0, 0, 0]
    # A receiver who seals anew for somebody else what was signed for them alone.
    office = other.app.extensions["guapai"].office
    opened = read_file(office, PACKAGE, for_other.read_bytes())
    forged = write_file(office, trip.receiver.key, PACKAGE, opened.manifest, opened.content)
    (trip.medium / "forged").write_bytes(forged)
    assert trip.take_in(trip.medium / "forged").exit_code == 2
    assert trip.receiver.kept() == [0, 0, 0]
    other.engine.dispose()


def test_nobody_signs_for_another(trip: Trip) -> None:
    """Sealed to the receiver's public key, which is no secret, with a signature made up."""
    key = new_content_key()
    signer = bytes.fromhex(trip.sender.key)[:32]
    stated = b'{"number":"1"}'
    inner = signer + bytes(64) + len(stated).to_bytes(4) + stated
    wrapped = wrap_key(bytes.fromhex(trip.receiver.key)[32:], key, PACKAGE)
    file = trip.medium / "made-up"
    file.write_bytes(wrapped + encrypt(key, inner, PACKAGE))
    refused = trip.take_in(file)
    assert (refused.exit_code, "不合格式" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sha256": "0" * 64}, "校验值不符"),
        ({"receiver_kind": "organisation"}, "没有登记文件所写的接收机关"),
        ({"letter": {}}, "不合格式"),
        ({"steps": []}, "不合格式"),
        ({"sealed_at": "yesterday"}, "不合格式"),
    ],
)
def test_what_a_sender_states_wrongly_is_refused(
    trip: Trip, change: dict[str, object], said: str
) -> None:
    office = trip.receiver.app.extensions["guapai"].office
    opened = read_file(office, PACKAGE, trip.export().read_bytes())
    file = trip.medium / "wrong"
    sender = trip.referrals.world.office
    manifest = {**opened.manifest, **change}
    file.write_bytes(write_file(sender, trip.receiver.key, PACKAGE, manifest, opened.content))
    refused = trip.take_in(file)
    assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr
    assert trip.receiver.kept() == [0, 0, 0]


def test_a_dossier_that_does_not_verify_is_refused(trip: Trip) -> None:
    office, sender = trip.receiver.app.extensions["guapai"].office, trip.referrals.world.office
    opened = read_file(office, PACKAGE, trip.export().read_bytes())
    with zipfile.ZipFile(io.BytesIO(opened.content)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    (inner,) = (name for name in files if name.startswith("案卷-"))
    with zipfile.ZipFile(io.BytesIO(files[inner])) as dossier:
        papers = {name: dossier.read(name) for name in dossier.namelist()}
    for wrong in ({**papers, "acts.json": papers["acts.json"] + b" "}, None):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            if wrong is not None:
                changed = io.BytesIO()
                with zipfile.ZipFile(changed, "w") as dossier:
                    for name, content in wrong.items():
                        dossier.writestr(name, content)
                package.writestr(inner, changed.getvalue())
        content = out.getvalue()
        manifest = {**opened.manifest, "sha256": hashlib.sha256(content).hexdigest()}
        file = trip.medium / "wrong"
        file.write_bytes(write_file(sender, trip.receiver.key, PACKAGE, manifest, content))
        refused = trip.take_in(file)
        assert (refused.exit_code, "未能通过核验" in refused.stderr) == (2, True), refused.stderr
    assert trip.receiver.kept() == [0, 0, 0]


def test_a_host_with_cases_takes_nothing_in(trip: Trip) -> None:
    """The sender's own database, opened as a receiver's."""
    world = trip.referrals.world
    settings = Settings.from_environment(
        {
            "GUAPAI_DATA": str(trip.medium.parent / "sender"),
            "DATABASE_URL": world.engine.url.render_as_string(hide_password=False),
            "GUAPAI_REFERRALS": "receive",
        }
    )
    both = Host(
        create_app(
            settings,
            office=replace(world.office, referrals=ReferralModule.RECEIVE),
            now=lambda: world.now,
        )
    )
    refused = both.run("import", trip.export(key=both.key), "--sender-key", trip.sender.key)
    assert (refused.exit_code, "有督办事项" in refused.stderr) == (2, True), refused.stderr
    both.engine.dispose()


def test_an_organ_without_a_receiver_gets_nothing(trip: Trip) -> None:
    with transaction(trip.receiver.engine) as session:
        session.execute(sa.update(Post).values(valid_to=date(2025, 2, 1)))
    refused = trip.take_in(trip.export())
    assert (refused.exit_code, "接收机关" in refused.stderr) == (2, True), refused.stderr
    assert trip.receiver.kept() == [0, 0, 0]


def test_killed_meanwhile_nothing_is_half_done(each_trip: Trip) -> None:
    """The process ends without cleaning up after each step of an import and of a reply in turn."""
    trip, file = each_trip, each_trip.export()
    for steps in range(1, 5):
        killed_after(trip.receiver, steps, "import", file, "--sender-key", trip.sender.key)
        assert trip.receiver.kept() == [0, 0, 0]
    assert trip.take_in(file).exit_code == 0
    trip.register_delivery()
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    assert trip.act_there(A.DECIDE_FILING, R.FILED) == 303
    words = trip.words(trip.receiver, "words", "police_liaison")
    kept = trip.sender.kept()
    for steps in (1, 2):
        killed_after(trip.sender, steps, "take-reply", words, "--as", "case_officer")
        assert trip.sender.kept() == kept
    assert trip.sender.run("take-reply", words, "--as", "case_officer").exit_code == 0


def killed_after(host: Host, steps: int, *arguments: object) -> None:
    """Run a command in a process of its own that ends after so many steps were put on record."""
    host.engine.dispose()
    child = os.fork()
    if child == 0:  # pragma: no cover  the child is killed
        left = [steps]
        append_act = type(WALL).append_act

        def counted(*given: object, **more: object) -> None:
            append_act(*given, **more)  # type: ignore[arg-type]
            left[0] -= 1
            if not left[0]:
                os._exit(KILLED)

        type(WALL).append_act = counted  # type: ignore[method-assign]
        try:
            host.run(*arguments)
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED


def test_words_are_taken_once_and_a_lost_file_is_made_good_by_the_next(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    nothing = trip.receiver.run(
        "reply", trip.number, "--to", trip.medium / "none", "--as", "police_liaison"
    )
    assert (nothing.exit_code, "还没有可以带给对方" in nothing.stderr) == (2, True)
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    first = trip.words(trip.receiver, "first", "police_liaison")
    # Not registered as delivered yet.
    early = trip.sender.run("take-reply", first, "--as", "case_officer")
    assert (early.exit_code, "还没有登记线下送达" in early.stderr) == (2, True)
    trip.register_delivery()
    assert trip.act_there(A.DECIDE_FILING, R.FILED) == 303
    second = trip.back("second")
    assert (second.exit_code, "已登记 2 步" in second.stdout) == (0, True)
    kept = trip.sender.kept()
    for file in (first, trip.medium / "second"):
        again = trip.sender.run("take-reply", file, "--as", "case_officer")
        assert (again.exit_code, "没有新的内容" in again.stderr) == (2, True)
    assert trip.sender.kept() == kept


def test_what_came_on_paper_meanwhile_is_not_taken_again_nor_contradicted(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    trip.register_delivery()
    paper: dict[str, Any] = {
        "paper_on": trip.referrals.world.now.date(),
        "paper_place": "三号柜三卷",
    }
    acknowledged = (A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    trip.referrals.take("case_officer", trip.referral_id, *acknowledged, **paper)
    assert trip.act_there(*acknowledged) == 303
    assert trip.act_there(A.DECIDE_FILING, R.FILED) == 303
    done = trip.back("1")
    assert (done.exit_code, "已登记 1 步" in done.stdout) == (0, True)
    assert trip.act_there(A.REPORT_REFERRAL_OUTCOME, R.SANCTIONED) == 303
    outcome = (A.REPORT_REFERRAL_OUTCOME, R.NOT_SANCTIONED)
    trip.referrals.take("case_officer", trip.referral_id, *outcome, **paper)
    refused = trip.back("2")
    assert (refused.exit_code, "不一致" in refused.stderr) == (2, True)


def test_words_of_a_stranger_or_for_a_stranger_are_refused(trip: Trip, tmp_path: Path) -> None:
    world = trip.referrals.world
    other = receiving_host(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", world)
    assert trip.take_in(trip.export()).exit_code == 0
    trip.register_delivery()
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    file = trip.words(trip.receiver, "words", "police_liaison")
    for username in ("principal", "department_head_of_nowhere"):
        assert trip.sender.run("take-reply", file, "--as", username).exit_code == 2
    office = other.app.extensions["guapai"].office
    told = read_file(world.office, REPLY, file.read_bytes()).manifest
    (trip.medium / "forged").write_bytes(write_file(office, trip.sender.key, REPLY, told))
    forged = trip.sender.run("take-reply", trip.medium / "forged", "--as", "case_officer")
    assert (forged.exit_code, "不是所给公钥的主机签名的" in forged.stderr) == (2, True)
    # A package is no reply, and the other way round.
    crossed = trip.sender.run("take-reply", trip.medium / "out.bin", "--as", "case_officer")
    assert crossed.exit_code == 2
    assert trip.take_in(file).exit_code == 2
    assert trip.referrals.get(trip.referral_id).stage == ReferralStage.DELIVERED
    other.engine.dispose()


def test_after_a_reply_the_package_goes_to_no_other_host(trip: Trip, tmp_path: Path) -> None:
    world = trip.referrals.world
    other = receiving_host(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", world)
    trip.export("wrong", key=other.key)
    assert trip.take_in(trip.export("right")).exit_code == 0
    trip.register_delivery()
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    assert trip.back("words").exit_code == 0
    refused = trip.sender.run(
        "export", trip.number, "--to", trip.medium / "late", "--receiver-key", other.key, "--as",
        "case_officer",
    )  # fmt: skip
    assert (refused.exit_code, "不能改给别的主机" in refused.stderr) == (2, True)
    other.engine.dispose()


def test_returned_by_the_own_host_is_over_on_both_sides(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    trip.register_delivery()
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.RETURNED, "不属本机关管辖。") == 303
    assert trip.back("words").exit_code == 0
    assert trip.referrals.get(trip.referral_id).stage == ReferralStage.RETURNED


def test_on_a_host_of_its_own_no_page_asks_a_table_of_cases(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    mine = f"/discipline/{trip.received_id()}"
    client = trip.receiver.browser("police_liaison")
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    sa.event.listen(trip.receiver.engine, "before_cursor_execute", note)
    for path in ("/", "/discipline", mine, f"{mine}/package", "/account", "/discipline/1"):
        client.get(path).close()
    assert trip.act_there(A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED) == 303
    assert trip.act_there(A.ASK_SENDER, R.ASKED) == 303
    trip.words(trip.receiver, "words", "police_liaison")
    sa.event.remove(trip.receiver.engine, "before_cursor_execute", note)
    tables = {each for each in tables_of(asked) if not each.startswith("referral")}
    assert tables <= MAY_BE_ASKED | {"sign_in_attempt"}  # of signing in


def test_whoever_bears_the_name_of_the_reported_does_not_receive_it(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    with transaction(trip.receiver.engine) as session:
        session.execute(sa.update(Person).values(name="路人甲"))
    client = trip.receiver.browser("路人甲")
    assert client.get(f"/discipline/{trip.received_id()}").status_code == 404
    assert trip.number not in client.get("/discipline").text


# Every page of a host that only receives; nothing that shows or handles a case.
PAGES_OF_A_RECEIVING_HOST = {
    "static",
    "front.show_front_page",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "account.show_account",
    "account.change_password",
    "account.end_other_sessions",
    "account.begin_device",
    "account.show_device",
    "account.confirm_device",
    "password_links.show_link",
    "password_links.open_link",
    "password_links.set_password",
    "password_links.ask_for_link",
    "administration.show_overview",
    "administration.list_organisations",
    "administration.show_organisation",
    "administration.add_organisation",
    "administration.edit_organisation",
    "administration.load_holidays",
    "administration.list_persons",
    "administration.show_person",
    "administration.add_person",
    "administration.give_post",
    "administration.end_post",
    "administration.change_account",
    "administration.make_link",
    "administration.set_request_aside",
    "administration.list_proposals",
    "administration.show_proposal",
    "administration.decide_proposal",
    "administration.withdraw_proposal",
    "administration.show_log",
    "discipline.show_inbox",
    "discipline.show",
    "discipline.take_step",
    "discipline.download",
    "discipline.write_own_note",
}
COMMANDS_OF_A_RECEIVING_HOST = {
    "init",
    "setup",
    "doctor",
    "account",
    "definitions",
    "audit",
    "referral",
    "worker",
}


def test_a_receiving_host_answers_to_these_pages_and_commands_alone(trip: Trip) -> None:
    app = trip.receiver.app
    found = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert found == PAGES_OF_A_RECEIVING_HOST
    assert set(app.cli.commands) == COMMANDS_OF_A_RECEIVING_HOST
    assert "export" not in app.cli.commands["referral"].commands  # type: ignore[attr-defined]
    assert "import" not in trip.sender.app.cli.commands["referral"].commands  # type: ignore[attr-defined]
    client = trip.receiver.browser("police_liaison")
    for path in ("/cases", "/cases/1", "/home", "/tasks", "/public", "/tips", "/referrals"):
        assert client.get(path).status_code == 404, path


def test_the_pages_of_a_receiving_host_lead_nowhere_else(trip: Trip) -> None:
    assert trip.take_in(trip.export()).exit_code == 0
    adapter = trip.receiver.app.url_map.bind("localhost")
    mine = f"/discipline/{trip.received_id()}"
    with transaction(trip.receiver.engine) as session:
        organisation_id = session.scalars(sa.select(Organisation.id)).first()
        for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
            person = Person(name=role.value)
            session.add(person)
            session.flush()
            since = {"valid_from": date(2025, 1, 1), "organisation_id": organisation_id}
            session.add(Post(person_id=person.id, role=role.value, title=role.value, **since))
            accounts.create_account(session, person.id, role.value, "no password")
    for name, paths in {
        "": ("/", "/sign-in", "/forgotten-password"),
        "police_liaison": ("/", "/discipline", mine, "/account", "/none"),
        "system_admin": ("/administration", "/administration/organisations", "/account"),
        "security_admin": ("/administration", "/administration/changes"),
        "audit_admin": ("/administration", "/administration/log"),
    }.items():
        client = trip.receiver.browser(name) if name else trip.receiver.app.test_client()
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == (404 if path == "/none" else 200), path
            for address in re.findall(r'(?:href|action)="(/[^"#?]*)', answer.text):
                assert adapter.test(address, "GET") or adapter.test(address, "POST"), address
            answer.close()
    assert (
        "单设  移送接收主机" in trip.receiver.app.test_cli_runner().invoke(args=["doctor"]).output
    )
