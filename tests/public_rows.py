"""Published cases, pictures and log lines, as approved publications leave them."""

import secrets
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from services.connection import Connection
from services.database import transaction
from services.models.disclosure import Publication
from services.models.public import PublicBulletin, PublicCase, PublicEntry, PublicPicture
from services.settings import Settings
from tests.builders import COUNTY, SECTOR, World
from web.app import create_app
from workflows.disclosure import Exposure, PublicationKind, PublicationState

PICTURE = b"\x89PNG a picture drawn anew"
_NAMED_ONLY = ("case_number", "notice_number", "party_name")
_TOLD = (
    *_NAMED_ONLY,
    *("department_name", "title", "place", "basis", "summary", "progress", "result"),
    *("limit_on", "ending"),
)


def app_of(world: World, folder: Path) -> Flask:
    """The pages of a world."""
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    app.extensions["guapai"].connection = Connection(world.engine)  # closed with the world
    return app


def put_public(world: World, **changes: object) -> int:
    """A case before the public, with the log line of its listing; returns its public id."""
    world.later(seconds=1)
    case_id = changes.pop("case_id", None) or world.register()
    with transaction(world.engine) as session:
        values: dict[str, object] = {
            "case_id": case_id,
            "exposure": Exposure.NAMED.value,
            "sector": SECTOR,
            "division_code": COUNTY,
            "listing_body_name": "示例市安全生产委员会",
            "department_name": "示例市应急管理局",
            "case_number": f"示隐督2026-{case_id:04d}",
            "notice_number": f"示安督〔2026〕{case_id}号",
            "title": "采掘工作面通风系统不合理",
            "party_name": "示例煤业有限公司",
            "place": "示例乡",
            "basis": "《煤矿重大事故隐患判定标准》第九条",
            "summary": "采掘工作面未形成独立通风系统。",
            "listed_on": date(2026, 3, 2),
            "limit_on": date(2026, 6, 1),
            "published_at": world.now,
            "changed_at": world.now,
            **changes,
        }
        if values["exposure"] == Exposure.UNNAMED.value:
            values |= dict.fromkeys(_NAMED_ONLY)
        elif values["exposure"] == Exposure.COUNTED.value:
            values |= dict.fromkeys(_TOLD)
        case = PublicCase(**values)
        session.add(case)
        session.flush()
        public_id = case.id
    add_entry(world, public_id, PublicationKind.LISTING)
    return public_id


def add_entry(world: World, public_id: int, kind: PublicationKind, **changes: object) -> int:
    """A line of the log; returns the id of its publication."""
    with transaction(world.engine) as session:
        case_id = session.get_one(PublicCase, public_id).case_id
        publication_id = add_publication(world, session, kind, case_id=case_id)
        values: dict[str, object] = {
            "reason": "按月公开",
            "basis": "《中华人民共和国政府信息公开条例》第二十六条",
            "fields": [],
            "at": world.now,
            **changes,
        }
        session.add(
            PublicEntry(
                public_case_id=public_id,
                publication_id=publication_id,
                kind=kind.value,
                **values,
            )
        )
    return publication_id


def add_picture(world: World, public_id: int, content: bytes = PICTURE, **changes: object) -> str:
    """A picture of a published case; returns its token."""
    stored = world.office.files.put(content, "image/png")
    publication_id = add_entry(world, public_id, PublicationKind.PROGRESS)
    token = secrets.token_urlsafe(32)
    with transaction(world.engine) as session:
        values: dict[str, object] = {"caption": "整改后的通风设施", **changes}
        session.add(
            PublicPicture(
                public_case_id=public_id,
                publication_id=publication_id,
                token=token,
                sha256=stored.sha256,
                media_type=stored.media_type,
                **values,
            )
        )
    return token


def take_down(world: World, public_id: int, reason: str = "涉及商业秘密") -> None:
    """As a takedown leaves it: only that it was, and why."""
    basis = "《中华人民共和国政府信息公开条例》第十五条"
    add_entry(world, public_id, PublicationKind.TAKEDOWN, reason=reason, basis=basis)
    with transaction(world.engine) as session:
        case = session.get_one(PublicCase, public_id)
        for name in _TOLD:
            setattr(case, name, None)
        case.changed_at = case.taken_down_at = world.now


def put_bulletin(world: World, period: str = "2026-10", **changes: object) -> int:
    """A bulletin with a table and its printed file; returns its id."""
    stored = world.office.files.put(f"%PDF {period}".encode(), "application/pdf")
    sections = [
        {
            "heading": "一、总体情况",
            "paragraphs": ["本月新增挂牌 2 件，摘牌 1 件。"],
            "rows": [],
            "cases": [],
        },
        {
            "heading": "二、新增挂牌",
            "paragraphs": [],
            "rows": [["隐患名称", "责任单位"], ["通风系统不合理", "示例煤业有限公司"]],
            "cases": [0],
        },
    ]
    with transaction(world.engine) as session:
        values: dict[str, object] = {
            "publication_id": add_publication(world, session, PublicationKind.BULLETIN),
            "number": f"示安简〔{period}〕",
            "period": period,
            "content": {"title": "安全生产简报", "organ": "示例市安委办", "sections": sections},
            "audit_size": 345,
            "audit_head": "ab" * 32,
            "sha256": stored.sha256,
            "published_at": world.now,
            **changes,
        }
        bulletin = PublicBulletin(**values)
        session.add(bulletin)
        session.flush()
        return bulletin.id


def add_publication(
    world: World, session: Session, kind: PublicationKind, **changes: object
) -> int:
    """What the public log refers to and never shows."""
    publication = Publication(
        kind=kind.value,
        office_id=world.ids["committee"],
        content={},
        state=PublicationState.PUBLISHED.value,
        made_at=world.now,
        ended_at=world.now,
        **changes,
    )
    session.add(publication)
    session.flush()
    return publication.id
