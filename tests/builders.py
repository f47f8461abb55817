"""A small world to act in: one city, one enterprise, one person for each post."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.action_table import ACTIONS
from services.actions.confirm_criterion import ConfirmCriterion
from services.actions.file_first_report import FileFirstReport
from services.actions.register_hazard import RegisterHazard
from services.actions.take_back import TakeBack
from services.criterion import CriterionEntry
from services.database import transaction
from services.definitions import (
    ASSESSMENT,
    DISCLOSURE,
    ESCALATION_STEP,
    MONTHLY_RETURN,
    REFERRAL_PROCESS,
    SCORE_OBJECTION,
    TIP_PROCESS,
    TRACEBACK,
    current_definition,
)
from services.files import FileStore
from services.frame import Frame, Receipt, TaskCommand
from services.keys import InstallationKeys
from services.models.case import Act
from services.models.document import Document
from services.models.organisation import Organisation, Person, Post, PostSector
from services.models.process import open_task
from services.office import Office
from services.plan import PlanStep
from services.queries.people import find_actor
from services.queries.shown import find_listing_draft, shown_sha256
from services.reference.profile import load_profile
from services.referral.package import Material
from services.sealer import Sealer
from services.settings import REPOSITORY
from services.signing import Signatory
from services.uploads import AcceptedUpload
from services.worker import Workshop, work_off
from workflows.credit_code import check_character
from workflows.permissions import Actor
from workflows.vocabulary import (
    OPERATING,
    Action,
    Addressee,
    DelistingKind,
    DocumentKind,
    EscalationKind,
    HazardSource,
    InquiryKind,
    LiftingGround,
    MinutesSigning,
    OrderKind,
    OrganisationKind,
    Outcome,
    PartyAnswer,
    RaiseGround,
    Role,
    ServiceMethod,
    StoppageKind,
    Track,
    WithdrawalGround,
)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECTOR = "coal_mine"
CITY, COUNTY = "140600", "140602"
MINE_CODE = "91140602MA000001A" + check_character("91140602MA000001A")
KEYS = InstallationKeys("k1", b"k" * 32, "f" * 32, b"s" * 32)
CLAUSE = CriterionEntry(
    document="示例判定标准",
    document_number="示例〔2026〕1号",
    article="第四条",
    wording="存在示例情形的，为重大事故隐患。",
)
PHOTO = AcceptedUpload("现场照片.png", b"\x89PNG picture", "image/png")

# key: kind, name, division, parent, supervised by
ORGANISATIONS: Mapping[str, tuple[OrganisationKind, str, str | None, str | None, str | None]] = {
    "committee": (OrganisationKind.SAFETY_COMMITTEE, "示例市安全生产委员会", CITY, None, None),
    "office": (OrganisationKind.COMMITTEE_OFFICE, "示例市安委办", CITY, None, None),
    "department": (OrganisationKind.DEPARTMENT, "示例市应急管理局", CITY, None, None),
    "other_department": (OrganisationKind.DEPARTMENT, "示例市住建局", CITY, None, None),
    "fire_brigade": (OrganisationKind.DEPARTMENT, "示例市消防救援支队", CITY, None, None),
    "county": (OrganisationKind.GOVERNMENT, "示例区人民政府", COUNTY, None, None),
    "city": (OrganisationKind.GOVERNMENT, "示例市人民政府", CITY, None, None),
    "discipline": (OrganisationKind.DISCIPLINE_ORGAN, "示例市纪委监委", CITY, None, None),
    "group": (OrganisationKind.ENTERPRISE, "示例集团", None, None, None),
    "second_county": (OrganisationKind.GOVERNMENT, "示例县人民政府", "140621", None, None),
    "pool": (OrganisationKind.EXPERT_POOL, "示例市安全生产专家库", CITY, None, None),
    "mine": (OrganisationKind.ENTERPRISE, "示例煤业", COUNTY, "group", "department"),
    "private_mine": (OrganisationKind.ENTERPRISE, "示例民营煤业", COUNTY, None, "department"),
    "rival": (OrganisationKind.ENTERPRISE, "他人煤业", COUNTY, None, "other_department"),
    "school": (OrganisationKind.INSTITUTION, "示例中学", COUNTY, None, "department"),
    "trader": (OrganisationKind.SOLE_TRADER, "示例小吃店", COUNTY, None, "department"),
}
# person: organisation, role
PEOPLE: Mapping[str, tuple[str, Role]] = {
    "safety_officer": ("mine", Role.ENTERPRISE_SAFETY_OFFICER),
    "principal": ("mine", Role.ENTERPRISE_PRINCIPAL),
    "group_head": ("group", Role.PARENT_COMPANY_HEAD),
    "private_officer": ("private_mine", Role.ENTERPRISE_SAFETY_OFFICER),
    "private_principal": ("private_mine", Role.ENTERPRISE_PRINCIPAL),
    "controller": ("private_mine", Role.ACTUAL_CONTROLLER),
    "rival_principal": ("rival", Role.ENTERPRISE_PRINCIPAL),
    "trader_principal": ("trader", Role.ENTERPRISE_PRINCIPAL),
    "group_officer": ("group", Role.ENTERPRISE_SAFETY_OFFICER),
    "group_principal": ("group", Role.ENTERPRISE_PRINCIPAL),
    "group_leader": ("group", Role.LEADER_IN_CHARGE),
    "group_signatory": ("group", Role.AUTHORISED_SIGNATORY),
    "department_leader": ("department", Role.LEADER_IN_CHARGE),
    "department_signatory": ("department", Role.AUTHORISED_SIGNATORY),
    "case_officer": ("department", Role.CASE_OFFICER),
    "second_officer": ("department", Role.CASE_OFFICER),
    "department_head": ("department", Role.DEPARTMENT_HEAD),
    "legality_reviewer": ("department", Role.LEGALITY_REVIEWER),
    "reviewer": ("department", Role.ACCEPTANCE_REVIEWER),
    "second_reviewer": ("department", Role.ACCEPTANCE_REVIEWER),
    "other_officer": ("other_department", Role.CASE_OFFICER),
    "fire_officer": ("fire_brigade", Role.CASE_OFFICER),
    "committee_officer": ("office", Role.COMMITTEE_OFFICER),
    "office_head": ("office", Role.COMMITTEE_OFFICE_HEAD),
    "leader": ("committee", Role.LEADER_IN_CHARGE),
    "signatory": ("committee", Role.AUTHORISED_SIGNATORY),
    "government_officer": ("county", Role.GOVERNMENT_OFFICER),
    "second_government_officer": ("second_county", Role.GOVERNMENT_OFFICER),
    "government_principal": ("county", Role.GOVERNMENT_PRINCIPAL),
    "expert": ("pool", Role.EXPERT),
    "second_expert": ("pool", Role.EXPERT),
    "secrecy_reviewer": ("office", Role.SECRECY_REVIEWER),
    "discipline_receiver": ("discipline", Role.DISCIPLINE_RECEIVER),
    "system_admin": ("office", Role.SYSTEM_ADMIN),
    "security_admin": ("office", Role.SECURITY_ADMIN),
    "audit_admin": ("office", Role.AUDIT_ADMIN),
}


def fake_render(template: str, inputs: Mapping[str, Any]) -> bytes:
    """Pages that differ when the inputs differ; no typesetting."""
    return f"%PDF {template} {sorted(inputs.items())!r}".encode()


def fake_sign(pages: bytes, signatories: Sequence[Signatory], _now: datetime) -> bytes:
    """Pages that name who signed them; no signatures."""
    return pages + "".join(f" {one.reason}:{one.name}" for one in signatories).encode()


def fake_bind(_session: Session, material: Material) -> bytes:
    """A package of its letter alone."""
    return str(dict(material.letter)).encode()


@dataclass
class World:
    """One office and its people, with a clock that stands until it is moved."""

    engine: Engine
    office: Office
    now: datetime = START
    ids: dict[str, int] = field(default_factory=dict)
    person_ids: dict[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short: what a failing example prints holds neither diagrams nor keys."""
        return f"World({self.engine.dialect.name})"

    def actor(self, name: str) -> Actor:
        """A person of the world with today's posts."""
        with transaction(self.engine) as session:
            actor = find_actor(session, self.person_ids[name], self.now.date())
        assert actor is not None
        return actor

    def experts_post(self, name: str) -> int:
        """The post by which this person is in the pool of experts."""
        return next(post.post_id for post in self.actor(name).posts if post.role is Role.EXPERT)

    def order_id(self) -> int:
        """The newest rectification order."""
        with transaction(self.engine) as session:
            return session.scalars(
                sa.select(sa.func.max(Document.id)).where(
                    Document.kind == DocumentKind.RECTIFICATION_ORDER
                )
            ).one()

    def later(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)

    def frame(self, session: Session, name: str) -> Frame:
        """The frame in which this person acts now."""
        actor = find_actor(session, self.person_ids[name], self.now.date())
        assert actor is not None
        return Frame(session, actor, self.now, self.office)

    def act(self, name: str, command: TaskCommand, action: Action) -> Receipt:
        """One act by one person in one transaction."""
        with transaction(self.engine) as session:
            return ACTIONS[action].carry_out(self.frame(session, name), command)

    def file_report(self, name: str = "safety_officer", **changes: object) -> int:
        """A first report; returns the id of its case."""
        values: dict[str, object] = {
            "nonce": f"n{self.now.timestamp()}-{len(self.ids)}-{name}",
            "hazard_name": "主运输皮带防灭火系统失效",
            "place": "主斜井皮带巷",
            "description": "皮带巷自动灭火装置失效，未及时处理。",
            "measures_taken": "已停止该皮带运行，撤出作业人员。",
            "sector": SECTOR,
            "division_code": COUNTY,
            "found_on": date(2026, 3, 1),
            "criterion": CLAUSE,
            "uploads": (PHOTO,),
        }
        command = FileFirstReport(**{**values, **changes})  # type: ignore[arg-type]
        return self.act(name, command, Action.FILE_FIRST_REPORT).case_id

    def register(self, name: str = "case_officer", **changes: object) -> int:
        """A regulator's finding; returns the id of its case."""
        values: dict[str, object] = {
            "nonce": f"r{self.now.timestamp()}-{name}",
            "responsible_party_id": self.ids["mine"],
            "hazard_name": "采掘工作面通风系统不合理",
            "place": "2号采区",
            "description": "采掘工作面未形成独立通风系统。",
            "measures_taken": "责令停止作业。",
            "sector": SECTOR,
            "division_code": COUNTY,
            "found_on": date(2026, 3, 1),
            "inspectors": "甲（证号001）、乙（证号002）",
            "criterion": CLAUSE,
            "uploads": (PHOTO,),
        }
        command = RegisterHazard(**{**values, **changes})  # type: ignore[arg-type]
        return self.act(name, command, Action.REGISTER_HAZARD).case_id

    def open_steps(self, case_id: int) -> list[Action]:
        """The open steps of a case, standing ones included."""
        with transaction(self.engine) as session:
            rows = session.connection().execute(
                sa.select(open_task.c.step_id)
                .where(open_task.c.case_id == case_id)
                .order_by(open_task.c.step_id, open_task.c.position)
            )
            return [Action(row.step_id) for row in rows]

    def task_id(self, case_id: int, action: Action, position: int = 0) -> str:
        """The open task of a step."""
        with transaction(self.engine) as session:
            rows = session.connection().execute(
                sa.select(open_task.c.task_id)
                .where(open_task.c.case_id == case_id, open_task.c.step_id == action)
                .order_by(open_task.c.position)
            )
            found: list[str] = list(rows.scalars())
            return found[position]

    def command(
        self, case_id: int, action: Action, position: int = 0, **changes: object
    ) -> TaskCommand:
        """The command of a step with honest default content."""
        with transaction(self.engine) as session:
            shown = shown_sha256(session, case_id, action)
            draft = find_listing_draft(session, case_id)
        defaults = dict(CONTENT.get(action, _nothing)(self))
        if action is Action.SIGN_LISTING:
            defaults["draft_sha256"] = draft.draft_sha256 if draft else ""
        task = {"task_id": self.task_id(case_id, action, position)}
        if action is Action.CONFIRM_CRITERION:
            task = {}
        values = {"case_id": case_id, "shown": shown, **task, **defaults, **changes}
        return ACTIONS[action].command(**cast("Any", values))

    def do(
        self, name: str, case_id: int, action: Action, position: int = 0, **changes: object
    ) -> Receipt:
        """Complete an open step, then let the worker work."""
        receipt = self.act(name, self.command(case_id, action, position, **changes), action)
        self.work()
        return receipt

    def last_act(self, case_id: int) -> int:
        """The id of the newest act of a case."""
        with transaction(self.engine) as session:
            return session.scalars(
                sa.select(sa.func.max(Act.id)).where(Act.case_id == case_id)
            ).one()

    def take_back(self, name: str, case_id: int, act_id: int | None = None) -> Receipt:
        """Take an act back, the newest one unless another is named."""
        taken = self.last_act(case_id) if act_id is None else act_id
        command = TakeBack(case_id=case_id, act_id=taken, opinion="填错了。")
        return self.act(name, command, Action.TAKE_BACK)

    def work(self) -> int:
        """Let the worker handle everything that waits."""
        return work_off(Workshop(self.engine, self.office.files, fake_render, fake_sign), self.now)

    def confirm_criterion(self, case_id: int, name: str = "second_officer") -> None:
        """A second person confirms the typed clause."""
        with transaction(self.engine) as session:
            shown = shown_sha256(session, case_id, Action.CONFIRM_CRITERION)
        command = ConfirmCriterion(case_id=case_id, shown=shown)
        self.act(name, command, Action.CONFIRM_CRITERION)

    def walk(self, case_id: int, *steps: tuple[str, Action]) -> None:
        """Complete several steps in order."""
        for name, action in steps:
            self.do(name, case_id, action)

    def to_listing(self, case_id: int, **verdict: object) -> None:
        """From intake to the listing proposal, or to what another track asks for."""
        self.confirm_criterion(case_id)
        self.walk(
            case_id,
            ("case_officer", Action.VERIFY_HAZARD),
            ("case_officer", Action.ISSUE_RECTIFICATION_ORDER),
        )
        self.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, **verdict)

    def to_signed(self, case_id: int) -> None:
        """From the proposal to the signed notice."""
        self.walk(
            case_id,
            ("committee_officer", Action.PROPOSE_LISTING),
            ("office_head", Action.REVIEW_DRAFT),
            ("leader", Action.COUNTERSIGN_LISTING),
            ("signatory", Action.SIGN_LISTING),
        )

    def to_handed_over(self, case_id: int) -> None:
        """Service, receipts and results of both receivers."""
        self.walk(
            case_id,
            ("committee_officer", Action.SERVE_LISTING_NOTICE),
        )
        self.to_handed_over_after_service(case_id)

    def to_handed_over_after_service(self, case_id: int) -> None:
        """Receipts and results of the two that lead."""
        self.walk(
            case_id,
            ("government_officer", Action.ACKNOWLEDGE_HANDOVER),
            ("case_officer", Action.ACKNOWLEDGE_HANDOVER),
            ("government_officer", Action.REPORT_HANDOVER_RESULT),
            ("case_officer", Action.REPORT_HANDOVER_RESULT),
        )

    def complete_double_report(self, case_id: int) -> None:
        """Supplement, signature and the workforce leg."""
        self.walk(
            case_id,
            ("safety_officer", Action.SUPPLEMENT_REPORT),
            ("principal", Action.SIGN_DOUBLE_REPORT),
            ("safety_officer", Action.RECORD_WORKFORCE_REPORT),
        )

    def withdraw(self, case_id: int, **request: object) -> None:
        """Ask for the end of a case that is not listed yet, and have it decided."""
        self.do("case_officer", case_id, Action.WITHDRAW_CASE, 0, **request)
        self.do("department_head", case_id, Action.CONFIRM_WITHDRAWAL)

    def rectify(self, case_id: int) -> None:
        """One round of rectification up to the endorsed application."""
        self.walk(
            case_id,
            ("safety_officer", Action.SUBMIT_PLAN),
            ("case_officer", Action.REVIEW_PLAN),
            ("principal", Action.APPLY_FOR_ACCEPTANCE),
            ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
        )

    def accept(self, case_id: int) -> None:
        """One round of acceptance that passes."""
        self.walk(
            case_id,
            ("safety_officer", Action.EVALUATE_EFFECT),
            ("reviewer", Action.INSPECT_RECTIFICATION),
            ("second_reviewer", Action.INSPECT_RECTIFICATION),
            ("department_head", Action.APPROVE_ACCEPTANCE),
        )

    def inquire(self, case_id: int) -> None:
        """An inquiry as into an accident, from its proposal to the approved finding."""
        self.walk(
            case_id,
            ("case_officer", Action.PROPOSE_INQUIRY),
            ("office_head", Action.CONFIRM_INQUIRY),
            ("case_officer", Action.RECORD_INQUIRY_FINDING),
            ("leader", Action.APPROVE_INQUIRY),
        )

    def raise_case(self, case_id: int, **proposal: object) -> None:
        """From the proposal to the answer of the level above, which takes the case over."""
        self.do("committee_officer", case_id, Action.PROPOSE_RAISE, 0, **proposal)
        self.walk(
            case_id,
            ("office_head", Action.CONFIRM_RAISE),
            ("committee_officer", Action.PETITION_RAISE),
            ("committee_officer", Action.RECORD_RAISE_ANSWER),
        )

    def close(self, case_id: int) -> None:
        """Endorsement by the leader and delisting."""
        self.walk(
            case_id,
            ("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE),
            ("signatory", Action.APPROVE_DELISTING),
        )


def _nothing(_world: World) -> Mapping[str, object]:
    return {}


_ACCEPT = {"outcome": Outcome.ACCEPTED, "opinion": "同意。"}
CONTENT: Mapping[Action, Callable[[World], Mapping[str, object]]] = {
    Action.SUPPLEMENT_REPORT: lambda world: {
        "current_state_and_cause": "传感器老化。",
        "harm_and_difficulty": "可能引发火灾，整改难度中等。",
        "measures": "更换灭火装置。",
        "responsibility": "矿长负责。",
        "funds": "80万元。",
        "time_limit": "两个月。",
        "contingency_plan": "专项应急预案。",
        "rectification_lead": "矿长",
    },
    Action.RECORD_WORKFORCE_REPORT: lambda world: {
        "meeting_kind": "workers_congress",
        "held_on": world.now.date(),
        "attendees": 60,
        "summary": "向职工代表通报隐患及措施。",
        "uploads": (PHOTO,),
    },
    Action.ORDER_IMMEDIATE_MEASURES: lambda world: {
        "measures": "撤出作业人员，停用皮带。",
        "area": "主斜井",
        "co_officer": "乙（证号002）",
    },
    Action.LIFT_IMMEDIATE_MEASURES: lambda world: {
        "lifting_ground": LiftingGround.REVOKED,
        "opinion": "现场处理措施决定已经撤销。",
    },
    Action.ISSUE_RECTIFICATION_ORDER: lambda world: {
        "requirements": "更换灭火装置并调试合格。",
        "limit_on": world.now.date() + timedelta(days=90),
        "co_officer": "乙（证号002）",
    },
    Action.VERIFY_HAZARD: lambda world: {
        "outcome": Outcome.MAJOR,
        "verified_on": world.now.date(),
        "findings": "现场核实属实。",
        "co_officer": "乙（证号002）",
        "listing_conditions": ("needs_suspension",),
        "may_cause_mass_casualties": True,
    },
    Action.CONFIRM_VERDICT: lambda world: {
        "outcome": Outcome.MAJOR,
        "opinion": "同意认定。",
        "track": Track.LISTED,
    },
    Action.PROPOSE_LISTING: lambda world: {
        "reason": "可能造成群死群伤。",
        "requirements": "更换灭火装置。\n完善巡检制度。",
    },
    Action.REVIEW_DRAFT: lambda world: _ACCEPT,
    Action.COUNTERSIGN_LISTING: lambda world: _ACCEPT,
    Action.SIGN_LISTING: lambda world: _ACCEPT,
    Action.SERVE_LISTING_NOTICE: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "矿长",
    },
    Action.RESOLVE_COMPETENCE_DISPUTE: lambda world: {
        "outcome": Outcome.KEPT,
        "opinion": "属该单位职责范围。",
    },
    Action.REPORT_HANDOVER_RESULT: lambda world: {"result": "已落实督促整改责任。"},
    Action.SUBMIT_PLAN: lambda world: {
        "rectification_lead": "甲某",
        "lead_post": "矿长",
        "objectives": "消除隐患。",
        "methods": "更换装置。",
        "funds": "80万元，自筹。",
        "organisation": "机电科。",
        "schedule": "六十日内完成。",
        "safety_measures": "停机施工，编制应急预案。",
        "finish_on": world.now.date() + timedelta(days=30),
    },
    Action.REVIEW_PLAN: lambda world: _ACCEPT,
    Action.GIVE_EXPERT_OPINION: lambda world: {
        "statement": "更换方案可行，建议增加温度监测。",
        "suggestions": "增设温度传感器。",
        "no_conflict": True,
    },
    Action.INVITE_EXPERT: lambda world: {
        "expert_post_id": world.experts_post("expert"),
        "question": "是否还有遗留风险？",
    },
    Action.RECALL_EXPERT: lambda world: {"opinion": "逾期未出具意见。"},
    Action.REPORT_PROGRESS: lambda world: {
        "percent": 50,
        "progress": "装置已到货。",
        "next_steps": "安装调试。",
    },
    Action.REVIEW_PROGRESS: lambda world: _ACCEPT,
    Action.REQUEST_COORDINATION: lambda world: {
        "obstacle": "供电线路跨县，改造须两县配合。",
        "tried": "已两次致函邻县，未获答复。",
        "wanted": "请协调邻县供电公司三月底前停电改造。",
    },
    Action.ANSWER_COORDINATION: lambda world: {
        "outcome": Outcome.ACCEPTED,
        "decision": "由市能源局牵头，三月二十五日前完成停电改造。",
    },
    Action.PROPOSE_ESCALATION: lambda world: {
        "escalation_kind": EscalationKind.SUPERVISION_LETTER,
        "addressee": Addressee.PARTY,
        "ground": "进展报告逾期十日。",
        "demands": "五日内报告到货计划。",
    },
    Action.CONFIRM_ESCALATION: lambda world: _ACCEPT,
    Action.APPROVE_ESCALATION: lambda world: _ACCEPT,
    Action.SERVE_ESCALATION: lambda world: {
        "served_on": world.now.date(),
        "received_by": "矿长",
    },
    Action.RECORD_TALK: lambda world: {
        "held_on": world.now.date(),
        "venue": "市应急局二楼会议室",
        "chaired_by": "丁某，市应急局副局长",
        "attending_for_office": "戊某，市应急局科长；记录人己某。",
        "talked_to": "甲某，矿长",
        "questions_raised": "进展报告逾期十日，到货计划不落实。",
        "requirements_set": "三月二十日前到货，四月五日前安装完毕。",
        "undertakings": (PlanStep("阻燃皮带到货", world.now.date() + timedelta(days=15), "甲某"),),
        "minutes_signing": MinutesSigning.SIGNED,
        "signing_note": "甲某签字。",
        "uploads": (PHOTO,),
    },
    Action.ANSWER_ESCALATION: lambda world: {"answer": "已落实到货计划，三月二十日到矿。"},
    Action.REVIEW_ESCALATION_ANSWER: lambda world: _ACCEPT,
    Action.PROPOSE_SUSPENSION: lambda world: {
        "clause_violated": "《安全生产法》第四十一条第二款。",
        "penalty_basis": "《安全生产法》第一百零二条，责令消除后拒不执行。",
        "facts_and_evidence": "三月一日检查发现皮带仍在运行，有现场检查记录和照片。",
        "unit_penalty": "责令停产停业整顿三十日。",
        "head_name": "甲某",
        "head_penalty": "罚款六万元。",
        "leniency": "自查上报后未有效消除，不适用不予处罚。",
        "uploads": (PHOTO,),
    },
    Action.REVIEW_LEGALITY: lambda world: _ACCEPT,
    Action.SERVE_PENALTY_NOTICE: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "矿长",
    },
    Action.ANSWER_PENALTY_NOTICE: lambda world: {
        "outcome": Outcome.STATED,
        "statement": "皮带已经停用，请求从轻。",
    },
    Action.RECORD_HEARING: lambda world: {
        "notified_on": world.now.date() - timedelta(days=19),
        "held_on": world.now.date(),
        "attendees": "甲某及代理人、调查人员、记录人。",
        "minutes": "当事人对事实无异议，请求从轻。",
        "uploads": (PHOTO,),
    },
    Action.REVIEW_AFTER_HEARING: lambda world: _ACCEPT,
    Action.DECIDE_SUSPENSION: lambda world: {
        "outcome": Outcome.IMPOSED,
        "opinion": "同意处罚。",
        "answer_considered": "经复核，理由不成立，不予采纳。",
        "discussed_on": world.now.date(),
        "discussion": "三名负责人一致同意。",
        "unit_penalty": "责令停产停业整顿三十日。",
        "head_name": "甲某",
        "head_penalty": "罚款六万元。",
    },
    Action.SERVE_SUSPENSION: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "办公室主任",
        "head_received_by": "甲某",
    },
    Action.RECORD_REFUSAL: lambda world: {
        "order_id": world.order_id(),
        "had_order_on": world.now.date(),
        "refused_on": world.now.date(),
        "refusal_facts": "三月二日送达后，皮带仍在运行，有现场检查记录和视频。",
        "co_officer": "乙（证号002）",
        "uploads": (PHOTO,),
    },
    Action.CONFIRM_REFUSAL: lambda world: _ACCEPT,
    Action.PROPOSE_CORRECTION: lambda world: {
        "corrected_id": world.order_id(),
        "wrong_text": "第二项：主斜井皮带巷。",
        "right_text": "第二项：副斜井皮带巷。",
        "correction_reason": "部位笔误，现场检查记录记载为副斜井。",
    },
    Action.SIGN_CORRECTION: lambda world: _ACCEPT,
    Action.LIFT_REFUSAL: lambda world: {"opinion": "皮带已经停用，经现场核实。"},
    Action.PROPOSE_ORDER: lambda world: {
        "enforcement_kind": OrderKind.POWER_STOP,
        "order_ground": "拒不执行停产决定，皮带仍在运行，有发生事故的现实危险。",
        "facts_and_evidence": "三月一日现场检查记录、照片。",
        "order_text": "停止对皮带巷及采区变电所供电，保留通风、排水电源。",
        "decision_refused": "现场处理措施决定书，当日送达，仍继续生产。",
        "uploads": (PHOTO,),
    },
    Action.REVIEW_ORDER: lambda world: _ACCEPT,
    Action.HEAR_PARTY: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "矿长",
        "party_answer": PartyAnswer.STATED,
        "heard_on": world.now.date(),
        "statement": "请求从轻处理。",
        "uploads": (PHOTO,),
    },
    Action.APPROVE_ORDER: lambda world: _ACCEPT,
    Action.DECIDE_CLOSURE: lambda world: {
        **_ACCEPT,
        "decision_number": "示例政决〔2026〕9号",
        "decided_on": world.now.date(),
    },
    Action.SERVE_ORDER: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "矿长",
        "told_at": world.now,
        "stops_at": world.now + timedelta(hours=24),
        "executor": "示例供电公司",
        "executor_method": ServiceMethod.DIRECT,
        "executor_served_on": world.now.date(),
    },
    Action.RECORD_ORDER_RECEIPT: lambda world: {
        "received_by": "供电调度乙某",
        "receipt_on": world.now.date(),
        "executed_on": world.now.date(),
        "uploads": (PHOTO,),
    },
    Action.LIFT_ORDER: lambda world: {
        "enforcement_kind": OrderKind.POWER_STOP,
        "opinion": "企业已停产撤人，现场核查属实。",
    },
    Action.CONFIRM_ORDER_LIFTING: lambda world: _ACCEPT,
    Action.DECIDE_CLOSURE_LIFTING: lambda world: {
        **_ACCEPT,
        "decision_number": "示例政决〔2026〕12号",
        "decided_on": world.now.date(),
    },
    Action.RECORD_RESTORATION: lambda world: {
        "executor_served_on": world.now.date(),
        "received_by": "供电调度乙某",
        "restored_on": world.now.date(),
        "uploads": (PHOTO,),
    },
    Action.PROPOSE_INQUIRY: lambda world: {
        "inquiry_kind": InquiryKind.OPENED,
        "inquiry_ground": "省督导检查发现，查清装置为何长期失效。",
        "inquiry_members": "丙某（市应急局监察科）\n丁某（市安委办督办科）",
    },
    Action.CONFIRM_INQUIRY: lambda world: _ACCEPT,
    Action.RECORD_INQUIRY_FINDING: lambda world: {
        "concluded_on": world.now.date(),
        "inquiry_cause": "装置失效后没有列入检修计划。",
        "unit_responsibility": "责任单位未按规定检修。",
        "inquiry_measures": "责任单位四月底前完善检修制度。",
        "uploads": (PHOTO,),
    },
    Action.APPROVE_INQUIRY: lambda world: _ACCEPT,
    Action.PROPOSE_RAISE: lambda world: {
        "raise_ground": RaiseGround.LEVEL_UNABLE,
        "reason": "涉及省属企业，市级多次督促未果。",
        "superior_name": "示例省安全生产委员会",
    },
    Action.CONFIRM_RAISE: lambda world: _ACCEPT,
    Action.PETITION_RAISE: lambda world: {
        "paper_number": "示例安办请〔2026〕3号",
        "petitioned_on": world.now.date(),
    },
    Action.RECORD_RAISE_ANSWER: lambda world: {
        "outcome": Outcome.TAKEN_OVER,
        "paper_number": "示例省安办函〔2026〕8号",
        "decided_on": world.now.date(),
        "uploads": (PHOTO,),
    },
    Action.LIFT_SUSPENSION: lambda world: {
        "lifting_ground": LiftingGround.REVOKED,
        "opinion": "处罚决定经复议撤销。",
    },
    Action.APPLY_FOR_RESUMPTION: lambda world: {
        "self_checked_on": world.now.date(),
        "self_check": "矿长组织自检，逐项合格。",
        "mended": "自动灭火装置已更换并试运行。",
        "uploads": (PHOTO,),
    },
    Action.INSPECT_RESUMPTION: lambda world: {
        "outcome": Outcome.PASSED,
        "inspected_on": world.now.date(),
        "findings": "现场查验具备恢复条件。",
    },
    Action.APPROVE_RESUMPTION: lambda world: _ACCEPT,
    Action.RECORD_RESUMPTION_CONSENT: lambda world: {
        **_ACCEPT,
        "paper_number": "示例矿安〔2026〕7号",
        "paper_on": world.now.date(),
        "uploads": (PHOTO,),
    },
    Action.SIGN_RESUMPTION: lambda world: _ACCEPT,
    Action.SERVE_RESUMPTION: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "矿长",
    },
    Action.REQUEST_EXTENSION: lambda world: {
        "asked_until": world.now.date() + timedelta(days=200),
        "reason": "进口装置到货推迟。",
        "progress": "土建完成，装置未到。",
        "safeguards": "皮带停用，专人值守。",
    },
    Action.REVIEW_EXTENSION: lambda world: {
        "outcome": Outcome.ACCEPTED,
        "opinion": "属实，拟同意。",
        "findings": "合同和停用情况属实。",
    },
    Action.DECIDE_EXTENSION: lambda world: {
        "outcome": Outcome.ACCEPTED,
        "opinion": "同意。",
        "granted_until": world.now.date() + timedelta(days=190),
        "conditions": "每月报告到货情况。",
    },
    Action.PETITION_EXTENSION: lambda world: {"paper_number": "朔安办〔2026〕9号"},
    Action.RECORD_EXTERNAL_EXTENSION: lambda world: {
        "outcome": Outcome.ACCEPTED,
        "opinion": "同意延期。",
        "paper_number": "晋安办函〔2026〕5号",
        "paper_on": world.now.date(),
        "granted_until": world.now.date() + timedelta(days=190),
    },
    Action.UPDATE_FIVE_IN_PLACE: lambda world: {
        "measures": "更换灭火装置，增设温度监测。",
        "responsibility": "矿长负责。",
        "funds": "95万元。",
        "time_limit": "两个月。",
        "contingency_plan": "专项应急预案。",
        "rectification_lead": "矿长",
        "opinion": "增加温度监测，追加资金。",
    },
    Action.RECORD_VISIT: lambda world: {
        "visited_on": world.now.date(),
        "co_officer": "乙（安全生产监察科科员）",
        "findings": "装置已到货，皮带停用措施落实。",
        "problems_found": "调试方案未报审。",
        "demands": "三日内报审调试方案。",
        "uploads": (PHOTO,),
    },
    Action.APPLY_FOR_ACCEPTANCE: lambda world: {
        "finished_on": world.now.date(),
        "summary": "已更换装置并试运行。",
        "spent": "76",
    },
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: lambda world: _ACCEPT,
    Action.EVALUATE_EFFECT: lambda world: {
        "evaluator": "own_experts",
        "technicians": "丁（机电工程师）",
        "experts": "戊（示例设计院，通风专业）",
        "conclusion": "治理效果达到要求。",
    },
    Action.INSPECT_RECTIFICATION: lambda world: {
        "outcome": Outcome.PASSED,
        "inspected_on": world.now.date(),
        "findings": "现场查验合格。",
    },
    Action.APPROVE_ACCEPTANCE: lambda world: {"outcome": Outcome.PASSED, "opinion": "合格。"},
    Action.ENDORSE_AS_LEADER_IN_CHARGE: lambda world: _ACCEPT,
    Action.RECORD_SPOT_CHECK: lambda world: {
        "outcome": Outcome.PASSED,
        "checked_on": world.now.date(),
        "co_officer": "乙（督办科科员）",
        "findings": "装置运行正常。",
        "problems_found": "",
    },
    Action.APPROVE_DELISTING: lambda world: {**_ACCEPT, "kind": DelistingKind.RECTIFIED},
    Action.WITHDRAW_CASE: lambda world: {
        "opinion": "重复登记。",
        "ground": WithdrawalGround.REGISTERED_IN_ERROR,
    },
    Action.CONFIRM_WITHDRAWAL: lambda world: _ACCEPT,
    Action.OBJECT_TO_VERDICT: lambda world: {"opinion": "不符合判定标准所列情形。"},
    Action.DECIDE_OBJECTION: lambda world: _ACCEPT,
    Action.ADD_FINDING: lambda world: {
        "source": HazardSource.HIGHER_INSPECTION,
        "finder": "省督导检查组",
        "finder_reference": "示例督〔2026〕3号",
        "found_on": world.now.date(),
        "description": "检查发现同一问题。",
    },
    Action.ANSWER_FINDER: lambda world: {
        "answered_on": world.now.date(),
        "answer": "已立案督办，责令限期整改。",
    },
    Action.CHANGE_RESPONSIBLE_PARTY: lambda world: {
        "new_party_id": world.ids["private_mine"],
        "opinion": "经营权已经转移。",
    },
    Action.CONFIRM_PARTY_CHANGE: lambda world: _ACCEPT,
    Action.SERVE_ON_NEW_PARTY: lambda world: {
        "method": ServiceMethod.DIRECT,
        "served_on": world.now.date(),
        "received_by": "新矿长",
    },
    Action.REPORT_STOPPAGE: lambda world: {
        "stoppage_kind": StoppageKind.OWN_DECISION,
        "stopped_on": world.now.date(),
        "scope": "全矿停产。",
    },
    Action.CONFIRM_STOPPAGE: lambda world: {
        **_ACCEPT,
        "checked_on": world.now.date(),
        "findings": "已停产，风险受控。",
    },
    Action.REPORT_RESTART: lambda world: {
        "restarted_on": world.now.date(),
        "approved_by": "矿长",
    },
    Action.RECORD_ACCIDENT: lambda world: {
        "happened_on": world.now.date(),
        "deaths": 0,
        "injuries": 1,
        "description": "皮带着火。",
    },
    Action.CONFIRM_ACCIDENT: lambda world: _ACCEPT,
    Action.LIFT_LEGAL_HOLD: lambda world: {
        "paper_number": "示例调〔2026〕1号",
        "opinion": "事故已结案。",
    },
    Action.CLOSE_TRACKED_CASE: lambda world: {"kind": DelistingKind.RECTIFIED},
    Action.RECORD_EXTERNAL_LISTING: lambda world: {
        "listed_by": "示例省安全生产委员会",
        "paper_number": "示例省督〔2026〕1号",
        "listed_on": world.now.date(),
        "limit_on": world.now.date() + timedelta(days=60),
        "uploads": (PHOTO,),
    },
    Action.PETITION_DELISTING: lambda world: {
        "paper_number": "示例请〔2026〕1号",
        "petitioned_on": world.now.date(),
    },
    Action.RECORD_EXTERNAL_DELISTING: lambda world: {
        **_ACCEPT,
        "paper_number": "示例省复〔2026〕1号",
        "decided_on": world.now.date(),
        "kind": DelistingKind.RECTIFIED,
        "uploads": (PHOTO,),
    },
    Action.LIST_OWN_HAZARD: lambda world: {
        "paper_number": "示例煤督〔2026〕1号",
        "listed_on": world.now.date(),
        "supervisor": "总工程师",
        "limit_on": world.now.date() + timedelta(days=60),
    },
    Action.ACCEPT_OWN_RECTIFICATION: lambda world: {
        "accepted_on": world.now.date(),
        "evaluator": "own_experts",
        "participants": "总工程师、机电科长、外聘专家一人",
        "conclusion": "治理效果达到要求。",
        "uploads": (PHOTO,),
    },
    Action.CLOSE_OWN_LISTING: lambda world: {**_ACCEPT, "kind": DelistingKind.RECTIFIED},
    Action.CHECK_OWN_CLOSURE: lambda world: {
        **_ACCEPT,
        "checked_on": world.now.date(),
        "co_officer": "乙（证号002）",
        "findings": "现场核查属实。",
    },
}


def make_office(folder: Path) -> Office:
    """An office with real rules and diagrams, its files in a temporary folder, signing without
    a second factor.
    """
    return Office(
        profile=load_profile("shuozhou"),
        keys=KEYS,
        files=FileStore(folder / "files"),
        case_definition=current_definition(REPOSITORY / "bpmn"),
        escalation_step=current_definition(REPOSITORY / "bpmn", ESCALATION_STEP),
        disclosure=current_definition(REPOSITORY / "bpmn", DISCLOSURE),
        tip_definition=current_definition(REPOSITORY / "bpmn", TIP_PROCESS),
        monthly_return=current_definition(REPOSITORY / "bpmn", MONTHLY_RETURN),
        traceback=current_definition(REPOSITORY / "bpmn", TRACEBACK),
        assessment=current_definition(REPOSITORY / "bpmn", ASSESSMENT),
        score_objection=current_definition(REPOSITORY / "bpmn", SCORE_OBJECTION),
        referral_definition=current_definition(REPOSITORY / "bpmn", REFERRAL_PROCESS),
        upload_limit_bytes=1_000_000,
        sealer=Sealer(KEYS.sealing_key, folder / "checkpoints"),
        second_factor=False,
        received_folder=folder / "received",
        verify_address="https://guapai.example/verify",
    )


def make_world(engine: Engine, folder: Path) -> World:
    """Fill an empty database with the organisations and people above."""
    world = World(engine, make_office(folder))
    with transaction(engine) as session:
        for key, (kind, name, division, parent, supervisor) in ORGANISATIONS.items():
            organisation = Organisation(
                key=key,
                kind=kind.value,
                name=name,
                division_code=division,
                level="county" if key == "county" else None,
                mark=key,
                credit_code=MINE_CODE if key == "mine" else None,
                sector=SECTOR if kind in OPERATING else None,
                parent_id=world.ids.get(parent or ""),
                supervised_by_id=world.ids.get(supervisor or ""),
            )
            session.add(organisation)
            session.flush()
            world.ids[key] = organisation.id
        for name, (organisation_key, role) in PEOPLE.items():
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
            post = Post(
                person_id=person.id,
                organisation_id=world.ids[organisation_key],
                role=role.value,
                title=role.value,
                valid_from=date(2025, 1, 1),
            )
            if role is Role.LEADER_IN_CHARGE:
                post.sectors = [PostSector(sector=SECTOR)]
            session.add(post)
    return world
