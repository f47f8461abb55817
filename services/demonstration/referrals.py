"""Playing the demonstration's referrals: one with the receiver, one settled, one to be decided."""

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.play import Play, actor_of, day_at
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.referral import ReferralOpenStep
from services.queries.people import get_organisation_by_key
from services.reference.tables import Table, read_toml
from services.referral.acts import (
    AcknowledgeReferral,
    DecideReferral,
    DeliverReferral,
    ProposeReferral,
    propose_referral,
)
from services.referral.package import SealPackage, gather, seal_package
from services.referral.step import ReferralCommand
from services.referral.table import STEPS
from services.settings import ReferralModule
from workflows.referral import ReferralAction, ReferralOutcome

FILE = Path(__file__).parent / "referrals.toml"
_COMMANDS: dict[ReferralAction, type[ReferralCommand]] = {
    ReferralAction.DECIDE_REFERRAL: DecideReferral,
    ReferralAction.DELIVER_REFERRAL: DeliverReferral,
    ReferralAction.ACKNOWLEDGE_REFERRAL: AcknowledgeReferral,
}
# What happens on one day happens in this order, minutes apart.
_BETWEEN = timedelta(minutes=10)


@cache
def _referrals() -> tuple[Table, ...]:
    return tuple(read_toml(FILE).tables("referrals", "case"))


def play_referrals(play: Play) -> None:
    """Each as far as it has come; nothing where the module is left out."""
    if play.office.referrals is not ReferralModule.ON:
        return
    for place, row in enumerate(_referrals()):
        referral_id = _propose(play, row, place)
        if "steps" in row.values:
            for number, step in enumerate(row.tables("steps", "step"), 1):
                _take(play, referral_id, step, number)


def _propose(play: Play, row: Table, place: int) -> int:
    with transaction(play.engine) as session:
        kind, _, key = row.text("receiver").partition(":")
        case = session.get_one(SupervisionCase, play.case_ids[row.text("case")])
        command = ProposeReferral(
            case_number=case.intake_number,
            ground=row.text("ground"),
            receiver=f"{kind}:{get_organisation_by_key(session, key).id}",
            about_organisation_id=get_organisation_by_key(session, row.text("about")).id,
            about_name=row.text("about_name"),
            about_post=row.text("about_post"),
            cadre_level=row.text("cadre_level"),
            facts=row.text("facts"),
            measures=row.text("measures"),
            nonce=f"{place:032x}",
        )
        return propose_referral(_frame(play, session, row, 0), command)


def _take(play: Play, referral_id: int, row: Table, number: int) -> None:
    action = row.member("step", ReferralAction)
    outcome = row.member("outcome", ReferralOutcome)
    with transaction(play.engine) as session:
        frame = _frame(play, session, row, number)
        task_id = session.scalars(
            sa.select(ReferralOpenStep.task_id).where(
                ReferralOpenStep.referral_id == referral_id, ReferralOpenStep.step == action
            )
        ).one()
        if action is ReferralAction.SEAL_PACKAGE:
            material = gather(frame, referral_id)
            seal_package(
                frame,
                SealPackage(
                    referral_id=referral_id,
                    task_id=task_id,
                    outcome=outcome,
                    letter=material.letter,
                    content=play.press.bind(session, material),
                ),
            )
            return
        command = _COMMANDS.get(action, ReferralCommand)(
            referral_id=referral_id,
            task_id=task_id,
            outcome=outcome,
            opinion=row.text("opinion", ""),
        )
        STEPS[action](frame, command)


def _frame(play: Play, session: Session, row: Table, number: int) -> Frame:
    day = day_at(play.today, row.get("days", int), play.office.calendar)
    moment = datetime.combine(day, time(10), LOCAL_ZONE) + number * _BETWEEN
    return Frame(session, actor_of(play, session, row.text("by"), moment), moment, play.office)
