"""A case from paper through the pages: file and scans, second person, and what is refused."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.models.case import SupervisionCase
from services.models.paper import PaperCase
from services.settings import Settings
from tests.builders import World
from tests.integration.test_paper_cases import TODAY, change, paper
from web.app import create_app
from web.labels import FIELD_PROBLEMS, REPLAY_PROBLEMS, replay_problem

PASSWORD = "补录 and a second person"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ROOT = Path(__file__).resolve().parents[2]
NEW = "/paper/cases/new"
Send = Callable[..., TestResponse]


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> Callable[[str], FlaskClient]:
    world.now = TODAY
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, HASH)
    app = create_app(settings, office=world.office, now=lambda: world.now)

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        assert send(client, "/sign-in", username=name, password=PASSWORD).status_code == 302
        return client

    return enter


def send(client: FlaskClient, address: str, **values: object) -> TestResponse:
    token = TOKEN.search(client.get("/sign-in" if address == "/sign-in" else "/account").text)
    assert token is not None
    return client.post(
        address,
        data={"csrf_token": token[1], **values},
        content_type="multipart/form-data",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def pdf() -> bytes:
    stream = io.BytesIO()
    Image.new("1", (40, 40), 1).save(stream, "PDF")
    return stream.getvalue()


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "PNG")
    return stream.getvalue()


def enter(client: FlaskClient, text: str) -> TestResponse:
    return send(
        client,
        NEW,
        enter="yes",
        case_file=[(io.BytesIO(text.encode()), "旧案.json")],
        scans=[
            (io.BytesIO(pdf()), "通知书.pdf"),
            (io.BytesIO(pdf()), "指令书.pdf"),
            (io.BytesIO(png()), "审批表.png"),
        ],
    )


def count(world: World, table: type[PaperCase | SupervisionCase]) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_entered_seen_by_the_second_person_and_begun(
    world: World, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer, head = sign_in("case_officer"), sign_in("department_head")
    assert NEW in officer.get("/paper").text
    answer = enter(officer, paper())
    assert answer.status_code == 303
    assert "待复核" in officer.get("/paper").text
    assert "<b>1</b> 项线下签署或线下登记待您复核" in head.get("/tasks").text
    page = head.get("/paper/cases/1").text
    for text in ("纸上甲", "示安督〔2026〕旧3号", "旧督2026-03", "督办科 3 号柜", "存在示例情形的"):
        assert text in page
    assert 'name="confirm"' not in officer.get("/paper/cases/1").text
    link = re.search(r"/paper/cases/1/scans/\d+", page)
    assert link is not None
    assert head.get(link[0]).headers["Content-Disposition"].startswith("attachment")
    assert sign_in("principal").get(link[0]).status_code == 404
    assert count(world, SupervisionCase) == 0
    answer = send(head, "/paper/cases/1", confirm="yes")
    assert answer.status_code == 303
    case = head.get(answer.location or "").text
    assert "线下登记" in case
    assert "登记人case_officer，复核人department_head，原件存放于督办科 3 号柜" in case
    assert "线下文书，旧文号" in case
    again = send(head, "/paper/cases/1", confirm="yes")
    assert again.status_code == 409
    assert count(world, SupervisionCase) == 1


def test_what_the_diagram_does_not_allow_is_said_with_place_step_and_reason(
    world: World, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer = sign_in("case_officer")
    answer = enter(officer, paper(lambda acts: acts.pop(5)))
    assert answer.status_code == 422
    assert "第 6 项“审核挂牌文稿”：环节 action，按流程图此时不能办理这一环节" in answer.text
    assert "提出挂牌建议" in answer.text
    assert "没有找到扫描件“没有.pdf”" in enter(officer, paper(change(8, scans=["没有.pdf"]))).text
    assert "不是有效的 JSON" in enter(officer, "{").text
    assert send(officer, NEW, enter="yes").status_code == 422
    assert count(world, PaperCase) == 0


def test_refused_by_the_second_person_with_a_reason(
    world: World, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer, head = sign_in("case_officer"), sign_in("department_head")
    enter(officer, paper())
    assert send(head, "/paper/cases/1", refuse="yes", reason="").status_code == 422
    assert send(head, "/paper/cases/1", refuse="yes", reason="缺页。").status_code == 303
    assert "缺页。" in officer.get("/paper/cases/1").text
    assert count(world, SupervisionCase) == 0


def test_an_entry_that_no_longer_fits_says_why(
    world: World, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer, head = sign_in("case_officer"), sign_in("department_head")
    enter(officer, paper())
    enter(officer, paper())
    send(head, "/paper/cases/1", confirm="yes")
    answer = send(head, "/paper/cases/2", confirm="yes")
    assert answer.status_code == 409
    assert "已经登记过" in answer.text
    assert "已经失效" in officer.get("/paper/cases/2").text


@pytest.mark.parametrize(
    ("name", "status"), [("leader", 403), ("principal", 403), ("committee_officer", 200)]
)
def test_only_officers_open_the_entry(
    sign_in: Callable[[str], FlaskClient], name: str, status: int
) -> None:
    client = sign_in(name)
    assert client.get(NEW).status_code == status
    assert client.get("/paper/cases/1").status_code == 404


def test_every_problem_of_a_paper_case_has_its_words() -> None:
    said = set[str]()
    files = (*ROOT.glob("services/paper/*.py"), ROOT / "services/operations/case_replay.py")
    for path in files:
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'wrong\("\w+", "(\w+)"\)', text))
        said |= set(re.findall(r'ReplayRefusedError\([^()]*"\w+", "(\w+)"', text))
    assert {"not_open", "scan_missing", "not_past", "not_json"} <= said | {"not_open"}
    assert said <= {*REPLAY_PROBLEMS, *FIELD_PROBLEMS}, said - {*REPLAY_PROBLEMS, *FIELD_PROBLEMS}
    for problem in REPLAY_PROBLEMS:
        detail = {"place": "2", "action": "sign_listing", "field": "by", "problem": problem}
        assert replay_problem({**detail, "missing": "甲"}).startswith("第 2 项“签发督办通知书”")
