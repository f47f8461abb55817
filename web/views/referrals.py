"""One referral as its two sides see it: what may be done, by when, and what each button does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app

from services.clock import local_date
from services.connection import WorkSession
from services.queries.passage import list_advances
from services.queries.referrals import ReferralActRow, ReferralStepRow
from services.reference.profile import Profile
from services.reference.referral_grounds import ReferralGround
from services.referral.package import Material, pack
from web.labels import (
    LETTER_FIELDS,
    REFERRAL_ASKED,
    REFERRAL_DECISIONS,
    RULE_PROPOSED,
    ReferralDecision,
    label_of,
    local_time,
)
from web.views.dossier import find_diagrams, write_dossier
from web.views.knowledge import knowledge_view
from workflows.deadlines import Evidence
from workflows.permissions import Actor
from workflows.referral import (
    REFERRAL_PERMISSIONS,
    CadreLevel,
    ReceiverKind,
    ReferralAction,
    ReferralRule,
    ReferralStanding,
    Route,
    Side,
    may_take,
)

SUBJECT_FIELDS = (
    "ground",
    "about_name",
    "about_post",
    "cadre_level",
    "receiver",
    "facts",
    "measures",
)


@dataclass(frozen=True)
class ReferralOffer:
    """A step that the visitor may take now. `names_subject`: a rule proposed and named nobody.

    `is_on_paper`: the sender puts a receiver's paper on record.
    """

    step: ReferralStepRow
    asked: str
    decisions: tuple[ReferralDecision, ...]
    names_subject: bool
    is_on_paper: bool


@dataclass(frozen=True)
class ReferralLimit:
    """A step that waits, until when, and under which rule."""

    step: ReferralAction
    due_on: date | None
    days_left: int | None
    source: str


def offers_of(
    steps: Sequence[ReferralStepRow], actor: Actor, standing: ReferralStanding, *, by_rule: bool
) -> tuple[ReferralOffer, ...]:
    """The steps that wait and that the visitor may take."""
    return tuple(
        ReferralOffer(
            step,
            REFERRAL_ASKED[step.step],
            REFERRAL_DECISIONS[step.step],
            names_subject=by_rule and step.step is ReferralAction.DECIDE_REFERRAL,
            is_on_paper=standing.is_offline
            and REFERRAL_PERMISSIONS[step.step].side is Side.RECEIVER,
        )
        for step in steps
        if may_take(actor, step.step, standing)
    )


def limits_of(
    steps: Sequence[ReferralStepRow], profile: Profile, now: datetime
) -> tuple[ReferralLimit, ...]:
    """Until when each duty that waits is to be done."""
    return tuple(_limit(step, profile, now) for step in steps if not step.standing)


def letter_lines(letter: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The letter line by line."""
    shown = {name: str(letter.get(name) or "") for name in LETTER_FIELDS}
    shown["receiver"] += f"（{label_of(ReceiverKind(letter['receiver_kind']))}）"
    shown["cadre_level"] = label_of(CadreLevel(letter["cadre_level"]))
    shown["handled_by"] = shown["handled_by"] or RULE_PROPOSED
    shown["basis"] += basis_note(Evidence(letter["basis_evidence"]))
    return tuple((LETTER_FIELDS[name], text) for name, text in shown.items() if text)


def ground_basis(ground: ReferralGround) -> str:
    """Where a ground stands, and how surely."""
    return f"{ground.document}{basis_note(ground.evidence)}"


def basis_note(evidence: Evidence) -> str:
    """How far a source is known, where it was not read in full."""
    return "" if evidence is Evidence.PRIMARY_TEXT else "（未核原文）"


def act_lines(act: ReferralActRow) -> tuple[str, ...]:
    """What an act brought beside its words."""
    content, lines = act.content, []
    if content.get("rule"):
        rule = label_of(ReferralRule(content["rule"]))
        lines.append(f"{RULE_PROPOSED}：{rule}。{content['facts']}")
    if content.get("number"):
        lines.append(f"移送编号：{content['number']}")
    if content.get("route"):
        lines.append(
            f"{label_of(Route(content['route']))}，{content['carrier']}，"
            f"{content['delivered_on']}，回执原件：{content['receipt_place']}"
        )
    if content.get("passed_to"):
        lines.append(f"转送：{content['passed_to']}")
    if content.get("sha256"):
        lines.append(f"校验值 SHA-256：{content['sha256']}")
    if content.get("carried"):
        carried = content["carried"]
        said_at = local_time(datetime.fromisoformat(carried["at"]))
        lines.append(
            f"凭介质登记：{carried['organisation']}{carried['person']}，{said_at}，"
            f"文件校验值 SHA-256：{carried['file']}"
        )
    if content.get("paper_on"):
        lines.append(f"凭来函登记：{content['paper_on']}，原件：{content['paper_place']}")
    return tuple(lines)


def letter_page(letter: Mapping[str, Any]) -> bytes:
    """The letter as a page that stands alone, without the system or a network."""
    template = current_app.jinja_env.get_template("referral_letter.html")
    return template.render(letter=letter, lines=letter_lines(letter)).encode()


def known_page(material: Material) -> bytes:
    """Who knew what when, as a page that stands alone."""
    case = material.dossier.page
    template = current_app.jinja_env.get_template("referral_knowledge.html")
    return template.render(
        number=case.case_number or case.intake_number,
        name=case.hazard_name,
        page=knowledge_view(material.knowledge),
    ).encode()


def bind_package(session: WorkSession, material: Material) -> bytes:
    """Letter, knowledge and dossier as one file."""
    page = material.dossier.page
    advances, diagrams = list_advances(session, page), find_diagrams(session, page)
    with write_dossier(material.dossier, advances, diagrams) as dossier:
        return pack(
            letter_page(material.letter),
            known_page(material),
            dossier.read(),
            page.case_number or page.intake_number,
        )


def _limit(step: ReferralStepRow, profile: Profile, now: datetime) -> ReferralLimit:
    rule = profile.rules.get(step.rule_id)
    due_on = local_date(step.due_at) if step.due_at else None
    left = (due_on - local_date(now)).days if due_on else None
    source = f"{rule.name}：{rule.document}{rule.article}。{rule.note}" if rule else ""
    return ReferralLimit(step.step, due_on, left, source)
