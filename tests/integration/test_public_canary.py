"""Marks planted wherever the office keeps something to itself reach no byte of the public pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.database import reading, transaction
from services.disclosure.copy import ChosenPicture
from services.models.case import Act, Attachment, SupervisionCase
from services.models.organisation import Person
from services.models.public import PublicPicture
from services.settings import Settings
from tests.builders import World
from tests.integration.test_disclosure import (
    TYPED,
    begin,
    listed,
    picture_of,
    publish,
    take,
)
from web.app import create_app
from workflows.disclosure import DisclosureStep, PublicationKind
from workflows.vocabulary import HazardSource

MARK = "CANARY-5b17"
LINK = re.compile(rb'(?:href|src|action)="(/[^"#]*)"')


@pytest.fixture
def visitor(world: World, tmp_path: Path) -> FlaskClient:
    """Somebody without a session."""
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    return app.test_client()


def plant(world: World, case_id: int) -> None:
    """Put the mark into every text of the case that is not published."""
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        for name in ("hazard_name", "place", "description", "measures_taken"):
            setattr(case, name, f"{MARK}-{name}")
        for act in session.scalars(sa.select(Act).where(Act.case_id == case_id)):
            act.opinion = f"{MARK}-opinion"
            act.content = {**act.content, "note": f"{MARK}-content"}
        for file in session.scalars(sa.select(Attachment)):
            file.file_name = f"{MARK}-file.png"
        for person in session.scalars(sa.select(Person)):
            person.name = f"{MARK}-{person.id}"


def everything(visitor: FlaskClient) -> Iterator[tuple[str, bytes]]:
    """Every public address that can be reached by links, with its bytes and headers."""
    waiting, seen = ["/public", "/", "/verify"], set[str]()
    while waiting:
        address = waiting.pop().replace("&amp;", "&")
        if address in seen:
            continue
        seen.add(address)
        answer = visitor.get(address)
        body = str(answer.headers).encode() + answer.data
        answer.close()
        assert answer.status_code != 500, address
        yield address, body
        if address.startswith("/public"):
            waiting += [found.decode() for found in LINK.findall(body)]


def test_no_mark_reaches_the_public(world: World, visitor: FlaskClient) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    own = listed(world)
    picture = picture_of(world, case_id)
    plant(world, case_id)
    plant(world, own)
    publish(world, case_id, pictures=(ChosenPicture(picture, "灭火装置"),))
    publish(world, own, title="企业自查的隐患", summary="企业自查的隐患，正在整改。")
    publish(world, case_id, PublicationKind.PROGRESS, progress="设备已到货。")
    begin(world, case_id, PublicationKind.CORRECTION, reason="DRAFT-9e2d", title="DRAFT-9e2d")
    found = dict(everything(visitor))
    assert any(address.startswith("/public/cases/") for address in found)
    assert any(address.startswith("/public/pictures/") for address in found)
    told = b"".join(found.values())
    assert TYPED.title.encode() in told  # the crawl reads what is published
    assert MARK.encode() not in told
    assert b"DRAFT-9e2d" not in told
    assert b"mark-of-the-camera" not in told
    page = next(body for body in found.values() if "企业自查的隐患，".encode() in body)
    assert "示例煤业".encode() not in page


def test_a_picture_taken_down_is_gone_at_once(world: World, visitor: FlaskClient) -> None:
    case_id = listed(world, HazardSource.REGULATOR_FINDING)
    publish(world, case_id, pictures=(ChosenPicture(picture_of(world, case_id), "灭火装置"),))
    with reading(world.engine) as session:
        token = session.scalars(sa.select(PublicPicture.token)).one()
    address = f"/public/pictures/{token}"
    assert visitor.get(address).status_code == 200
    publication_id = begin(world, case_id, PublicationKind.TAKEDOWN, reason="挂牌对象有误。")
    take(world, publication_id, DisclosureStep.REVIEW_SECRECY)
    assert visitor.get(address).status_code == 200
    take(world, publication_id, DisclosureStep.APPROVE)
    assert visitor.get(address).status_code == 404
