"""Two offices side by side: cases of one department, and a case of another full of marks.

Whoever has no part in the foreign case must never see `TEXT` or `NAME`; the supervised side of
the own cases must never see `INSIDE`.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from services import accounts
from services.administration.change import Change
from services.administration.proposals import propose
from services.assignments import GiveStep, claim_step, delegate_step, release_step
from services.campaigns import load_campaign
from services.copies import SendCopy, send_copy
from services.database import reading, transaction
from services.drafts import save_draft
from services.models.administration import EnterpriseRegistration, OrganisationSector
from services.models.case import Act, Attachment
from services.models.copy import CaseCopy
from services.models.document import Document
from services.models.organisation import Organisation, Person, Post, PostSector
from services.openings import open_issued
from services.operations.ledger_files import Importer, keep_and_check
from services.phrases import add_phrase
from services.queries.form_key import FormKey
from services.reference.campaigns import task_lists
from services.registration import Registration, register_enterprise
from services.settings import Settings
from services.uploads import AcceptedUpload, Upload
from tests.builders import CITY, COUNTY, SECTOR, World, make_world
from tests.ledgers import sheet_of
from web.app import create_app
from workflows.administration import ChangeKind
from workflows.credit_code import check_character
from workflows.vocabulary import Action, OrganisationKind, PartyKind, Role

TEXT = "CANARY-7f3a"  # what was written, in any field of the foreign case
NAME = "CANARY-name-51c0"  # who and what takes part in it
INSIDE = "INSIDE-9c1e"  # what the supervising side wrote for itself in the own cases
QUERY = "探针词"  # stands beside the marks, so that a search for it would find them
OTHER_SECTOR, OTHER_COUNTY = "noncoal_mine", "140603"
NOBODY = "nobody"
TASK_LIST = "shuozhou_2022"
_MORE_PEOPLE = {
    "other_second_officer": ("other_department", Role.CASE_OFFICER),
    "other_head": ("other_department", Role.DEPARTMENT_HEAD),
    "other_leader": ("committee", Role.LEADER_IN_CHARGE),
    "other_government_officer": ("other_county", Role.GOVERNMENT_OFFICER),
    "retired": ("department", Role.CASE_OFFICER),
}
FAR_SIDE = (
    "rival_principal",
    "other_officer",
    "other_second_officer",
    "other_head",
    "other_leader",
    "other_government_officer",
)


@dataclass(frozen=True)
class Place:
    """One case with what lies in it, by the names that addresses use."""

    case_id: int
    task_id: str
    act_id: int
    document_id: int
    attachment_id: int
    copy_id: int
    import_id: int
    registration_id: int


@dataclass(frozen=True)
class TwoOffices:
    """The world, its cases, and a signed-in browser for everybody."""

    world: World
    app: Flask
    listed: Place
    drafted: Place
    fresh: Place
    far: Place
    far_marks: tuple[str, ...]
    proposal_id: int
    browsers: dict[str, FlaskClient]

    def close(self) -> None:
        """Let go of the application's database."""
        self.app.extensions["guapai"].connection.engine.dispose()


class _Marks:
    """Marked texts, each of them unlike the others."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, about: str) -> str:
        text = f"{TEXT}-{about}-"
        self.given.append(text)
        return f"{text} {QUERY}"


def build(engine: Engine, folder: Path) -> TwoOffices:
    """Fill an empty database, and sign everybody in."""
    world = make_world(engine, folder)
    _settle_more(world)
    with transaction(engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
        load_campaign(session, task_lists()[TASK_LIST], world.now)
    fresh, drafted, listed = _near_case(world), _near_case(world), _near_case(world)
    _to_draft(world, drafted)
    world.do("office_head", drafted, Action.REVIEW_DRAFT, opinion=f"同意。{INSIDE}")
    _to_service(world, listed)
    marks = _Marks()
    far = _far_case(world, marks)
    for name in FAR_SIDE:
        _rename(engine, Person, world.person_ids[name], f"{NAME}-{name}")
    near_office = _paper(world, "case_officer", SECTOR, COUNTY, "皮带老化", "示例煤业")
    other_office = _paper(
        world, "other_officer", OTHER_SECTOR, OTHER_COUNTY, marks("imported"), f"{NAME}-rival"
    )
    places = [
        _place(world, fresh, Action.VERIFY_HAZARD, near_office),
        _place(world, drafted, Action.COUNTERSIGN_LISTING, near_office),
        _place(world, listed, Action.SUBMIT_PLAN, near_office),
        _place(world, far, Action.REVIEW_PLAN, other_office),
    ]
    for place in places:
        _open_issued(world, place, "rival_principal" if place.case_id == far else "principal")
    url = engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return TwoOffices(
        world=world,
        app=app,
        fresh=places[0],
        drafted=places[1],
        listed=places[2],
        far=places[3],
        far_marks=tuple(marks.given),
        proposal_id=_proposal(world),
        browsers=_sign_in(world, app),
    )


def _settle_more(world: World) -> None:
    with transaction(world.engine) as session:
        county = Organisation(
            key="other_county",
            kind=OrganisationKind.GOVERNMENT,
            name="示例乙区人民政府",
            division_code=OTHER_COUNTY,
            level="county",
        )
        session.add(county)
        session.flush()
        world.ids["other_county"] = county.id
        rival = session.get_one(Organisation, world.ids["rival"])
        rival.name, rival.sector, rival.division_code = f"{NAME}-rival", OTHER_SECTOR, OTHER_COUNTY
        for key, sector in (("department", SECTOR), ("other_department", OTHER_SECTOR)):
            session.add(OrganisationSector(organisation_id=world.ids[key], sector=sector))
        for name, (key, role) in _MORE_PEOPLE.items():
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
            leads = role is Role.LEADER_IN_CHARGE
            session.add(
                Post(
                    person_id=person.id,
                    organisation_id=world.ids[key],
                    role=role.value,
                    title=role.value,
                    valid_from=date(2025, 1, 1),
                    valid_to=date(2025, 12, 31) if name == "retired" else None,
                    sectors=[PostSector(sector=OTHER_SECTOR)] if leads else [],
                )
            )


def _near_case(world: World) -> int:
    """Found at the mine, of which another enterprise owns a part."""
    world.later(minutes=1)
    owners = {"party_kind": PartyKind.SEVERAL_OWNERS, "co_owners": "示例民营煤业"}
    photo = AcceptedUpload("现场照片.png", b"\x89PNG picture", "image/png", b"\x89PNG as sent")
    return world.register(uploads=(photo,), **owners)


def _to_draft(world: World, case_id: int) -> None:
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        claim_step(frame, case_id, task_id)
        release_step(frame, case_id, task_id, f"分工调整 {INSIDE}")
    world.to_listing(case_id)
    marked = {"reason": f"可能造成群死群伤。{INSIDE}", "requirements": f"更换装置。{INSIDE}"}
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING, 0, **marked)


def _to_service(world: World, case_id: int) -> None:
    """Signed and served; what was said about the draft stays inside."""
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    for name, action in (
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
    ):
        world.do(name, case_id, action, opinion=f"同意。{INSIDE}")
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    _send_copy(world, "case_officer", case_id, "department_head", f"请阅 {INSIDE}")


def _far_case(world: World, mark: _Marks) -> int:
    """A case of the other department, with a mark in whatever can be written."""
    world.later(minutes=1)
    photo = AcceptedUpload(
        f"{mark('file')}.png", b"\x89PNG " + TEXT.encode(), "image/png", b"\x89PNG as sent"
    )
    case_id = world.file_report(
        "rival_principal",
        hazard_name=mark("hazard"),
        place=mark("place"),
        description=mark("description"),
        measures_taken=mark("measures"),
        sector=OTHER_SECTOR,
        division_code=OTHER_COUNTY,
        uploads=(photo,),
    )
    world.confirm_criterion(case_id, "other_second_officer")
    order = mark("order")
    for name, action, changes in (
        ("rival_principal", Action.SUPPLEMENT_REPORT, {"funds": mark("funds")}),
        ("other_officer", Action.VERIFY_HAZARD, {"findings": mark("findings")}),
        ("other_officer", Action.ISSUE_RECTIFICATION_ORDER, {"requirements": order}),
        ("other_head", Action.CONFIRM_VERDICT, {"opinion": mark("verdict")}),
        ("committee_officer", Action.PROPOSE_LISTING, {"reason": mark("reason")}),
        ("office_head", Action.REVIEW_DRAFT, {"opinion": mark("review")}),
        ("other_leader", Action.COUNTERSIGN_LISTING, {"opinion": mark("countersign")}),
        ("signatory", Action.SIGN_LISTING, {"opinion": mark("sign")}),
        ("committee_officer", Action.SERVE_LISTING_NOTICE, {"received_by": mark("received")}),
        ("rival_principal", Action.SUBMIT_PLAN, {"objectives": mark("plan")}),
    ):
        world.do(name, case_id, action, 0, **changes)
    _send_copy(world, "other_officer", case_id, "other_head", mark("copy"))
    task_id = world.task_id(case_id, Action.REVIEW_PLAN)
    with transaction(world.engine) as session:
        given = GiveStep(
            case_id=case_id,
            task_id=task_id,
            to_person_id=world.person_ids["other_officer"],
            reason=mark("instruction"),
        )
        delegate_step(world.frame(session, "other_head"), given)
        key = str(FormKey(Action.REVIEW_PLAN, case_id, task_id))
        officer = world.person_ids["other_officer"]
        save_draft(session, officer, key, {"opinion": [mark("draft")]}, world.now)
        add_phrase(session, officer, mark("phrase"), world.now)
    return case_id


def _send_copy(world: World, name: str, case_id: int, to: str, note: str) -> None:
    command = SendCopy(
        case_id=case_id,
        act_id=None,
        person_ids=(world.person_ids[to],),
        note=note,
        nonce=f"{case_id:032x}",
    )
    with transaction(world.engine) as session:
        send_copy(world.frame(session, name), command)


def _rename(engine: Engine, table: type[Person], number: int, name: str) -> None:
    with transaction(engine) as session:
        session.get_one(table, number).name = name


def _paper(
    world: World, officer: str, sector: str, division: str, hazard: str, party: str
) -> tuple[int, int]:
    """What came in at an office: a ledger handed in by its officer, and an enterprise's request."""
    row = {
        "hazard_name": hazard,
        "division": "朔城区",
        "sector": "煤矿",
        "responsible_party": party,
        "place": "主斜井",
        "found_on": date(2026, 2, 1),
    }
    person_id = world.person_ids[officer]
    importer = Importer(world.engine, world.office, person_id, officer, world.now)
    import_id = keep_and_check(importer, Upload("台账.xlsx", sheet_of([row])))
    body = f"91140602MA00000{2 if party.startswith(NAME) else 3}X"
    sent = Registration(
        nonce=f"{person_id:032x}",
        name=f"新建企业 {hazard}",
        credit_code=body + check_character(body),
        division_code=division,
        address="示例路 1 号",
        sector=sector,
        contact_person="联系人甲",
        phone="0349-1234567",
        principal_name="负责人乙",
        principal_username=f"principal.of.{person_id}",
        officer_name="安全员丙",
        officer_username=f"officer.of.{person_id}",
    )
    with transaction(world.engine) as session:
        number = register_enterprise(session, sent, CITY, "10.0.0.1", world.now)
        chosen = sa.select(EnterpriseRegistration.id).filter_by(receipt_number=number)
        return import_id, session.scalars(chosen).one()


def _proposal(world: World) -> int:
    """A person to be entered, proposed by one administrator and not yet confirmed."""
    content = {
        "name": "新人",
        "username": "new.person",
        "role": "case_officer",
        "title": "监察员",
        "valid_from": world.now.date().isoformat(),
    }
    department = world.ids["department"]
    change = Change(ChangeKind.ADD_PERSON, "任职文件", content, organisation_id=department)
    with transaction(world.engine) as session:
        return propose(world.frame(session, "system_admin"), change)


def _place(world: World, case_id: int, step: Action, papers: tuple[int, int]) -> Place:
    with reading(world.engine) as session:
        act, document, attachment, copy = (
            session.scalar(sa.select(sa.func.max(table.id)).where(table.case_id == case_id)) or 0
            for table in (Act, Document, Attachment, CaseCopy)
        )
    task_id = world.task_id(case_id, step)
    return Place(case_id, task_id, act, document, attachment, copy, *papers)


def _open_issued(world: World, place: Place, name: str) -> None:
    """The party's people read what they have opened; before, they are sent to open it."""
    with transaction(world.engine) as session:
        document = session.get(Document, place.document_id)
        if document is not None and document.issued_sha256 is not None:
            open_issued(world.frame(session, name), document.id)


def _sign_in(world: World, app: Flask) -> dict[str, FlaskClient]:
    """A browser for everybody, with a session each; nobody has none."""
    browsers = {NOBODY: app.test_client()}
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            attempt = accounts.Attempt(None, person_id, None)
            browsers[name] = app.test_client()
            browsers[name].set_cookie(
                "guapai_session", accounts.open_session(session, attempt, world.now)
            )
    return browsers
