"""Referrals in a world: organs that receive them, and the steps of both sides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.database import transaction
from services.models.organisation import Organisation, Person, Post
from services.models.referral import Referral, ReferralOpenStep
from services.referral import acts
from services.referral.package import SealPackage, gather, seal_package
from services.referral.step import ReferralCommand
from services.referral.table import STEPS
from tests.builders import CITY, World, fake_bind
from workflows.referral import ReferralAction, ReferralOutcome
from workflows.vocabulary import OrganisationKind, Role

COMMANDS: dict[ReferralAction, type[ReferralCommand]] = {
    ReferralAction.DECIDE_REFERRAL: acts.DecideReferral,
    ReferralAction.DELIVER_REFERRAL: acts.DeliverReferral,
    ReferralAction.ACKNOWLEDGE_REFERRAL: acts.AcknowledgeReferral,
}
A, R = ReferralAction, ReferralOutcome


@dataclass
class Referrals:
    """What a test does with referrals. `number` makes forms different."""

    world: World
    number: int = 0

    def propose(self, name: str, case_id: int, **changes: object) -> int:
        """A referral of the mine's principal to the police, or as changed."""
        self.number += 1
        command = self.command(case_id, **changes)
        with transaction(self.world.engine) as session:
            return acts.propose_referral(self.world.frame(session, name), command)

    def command(self, case_id: int, **changes: object) -> acts.ProposeReferral:
        """What the next form brings. `about` and `receiver` by the keys of organisations."""
        kind, _, key = str(changes.pop("receiver", "police:police")).partition(":")
        values: dict[str, object] = {
            "case_number": self.intake_number(case_id),
            "about_organisation_id": self.world.ids[str(changes.pop("about", "mine"))],
            "ground": "refusal",
            "receiver": f"{kind}:{self.world.ids[key]}",
            "about_name": "路人甲",
            "about_post": "生产副矿长",
            "cadre_level": "not_managed",
            "facts": "停产整顿决定送达以后仍在生产。",
            "measures": "已责令停产整顿。",
            "nonce": f"{self.number:032x}",
        }
        return acts.ProposeReferral(**{**values, **changes})  # type: ignore[arg-type]

    def to_discipline(self, name: str, case_id: int, **changes: object) -> int:
        """A referral of an inspector of the department to the discipline organ."""
        values: dict[str, object] = {
            "receiver": "discipline:discipline",
            "about": "department",
            "ground": "not_found",
            "about_name": "路人乙",
            "about_post": "科员",
            "cadre_level": "city",
        }
        return self.propose(name, case_id, **{**values, **changes})

    def intake_number(self, case_id: int) -> str:
        """The number by which a case is named."""
        from_case = sa.text("SELECT intake_number FROM supervision_case WHERE id = :id")
        with transaction(self.world.engine) as session:
            return str(session.execute(from_case, {"id": case_id}).scalar_one())

    def task_id(self, referral_id: int, action: ReferralAction) -> str:
        """The open task of a step; empty when it is not open."""
        with transaction(self.world.engine) as session:
            return (
                session.scalar(
                    sa.select(ReferralOpenStep.task_id).where(
                        ReferralOpenStep.referral_id == referral_id,
                        ReferralOpenStep.step == action,
                    )
                )
                or ""
            )

    def open_steps(self, referral_id: int) -> set[ReferralAction]:
        """What waits in a referral."""
        with transaction(self.world.engine) as session:
            rows = session.scalars(
                sa.select(ReferralOpenStep.step).where(ReferralOpenStep.referral_id == referral_id)
            )
            return {ReferralAction(row) for row in rows}

    def take(
        self,
        name: str,
        referral_id: int,
        action: ReferralAction,
        outcome: ReferralOutcome,
        opinion: str = "情况属实。",
        **more: Any,
    ) -> None:
        """One step by one person."""
        command = COMMANDS.get(action, ReferralCommand)(
            referral_id=referral_id,
            task_id=self.task_id(referral_id, action),
            outcome=outcome,
            opinion=opinion,
            **more,
        )
        with transaction(self.world.engine) as session:
            STEPS[action](self.world.frame(session, name), command)

    def seal(self, name: str, referral_id: int) -> None:
        """The package of its letter alone."""
        task_id = self.task_id(referral_id, A.SEAL_PACKAGE)
        with transaction(self.world.engine) as session:
            frame = self.world.frame(session, name)
            material = gather(frame, referral_id)
            seal_package(
                frame,
                SealPackage(
                    referral_id=referral_id,
                    task_id=task_id,
                    outcome=R.SEALED,
                    letter=material.letter,
                    content=fake_bind(session, material),
                ),
            )

    def to_delivered(self, case_id: int) -> int:
        """A referral to the police, approved by the department's head, sealed and delivered."""
        referral_id = self.propose("case_officer", case_id)
        self.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
        self.seal("case_officer", referral_id)
        self.take("case_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
        return referral_id

    def discipline_delivered(self, case_id: int) -> int:
        """One to the discipline organ, proposed and decided in the committee's office."""
        referral_id = self.to_discipline("committee_officer", case_id)
        self.take("office_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
        self.seal("committee_officer", referral_id)
        self.take("committee_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
        return referral_id

    def get(self, referral_id: int) -> Referral:
        """The row."""
        with transaction(self.world.engine) as session:
            return session.get_one(Referral, referral_id)


def referrals_in(world: World) -> Referrals:
    """A world with levels, a police and a second discipline organ, each with who receives."""
    with transaction(world.engine) as session:
        for key in ("office", "department", "discipline", "other_department"):
            session.get_one(Organisation, world.ids[key]).level = "city"
        for key, kind, level in (
            ("police", OrganisationKind.DEPARTMENT, "city"),
            ("procuratorate", OrganisationKind.OTHER_ORGAN, "city"),
            ("second_discipline", OrganisationKind.DISCIPLINE_ORGAN, "city"),
            ("county_discipline", OrganisationKind.DISCIPLINE_ORGAN, "county"),
        ):
            organ = Organisation(
                key=key, kind=kind.value, name=f"示例{key}", division_code=CITY, level=level
            )
            session.add(organ)
            session.flush()
            world.ids[key] = organ.id
        for name, key, role in (
            ("police_liaison", "police", Role.POLICE_LIAISON),
            ("procuratorate_liaison", "procuratorate", Role.PROCURATORATE_LIAISON),
            ("second_receiver", "second_discipline", Role.DISCIPLINE_RECEIVER),
            ("discipline_handler", "discipline", Role.DISCIPLINE_HANDLER),
        ):
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
            session.add(
                Post(
                    person_id=person.id,
                    organisation_id=world.ids[key],
                    role=role.value,
                    title=role.value,
                    valid_from=date(2025, 1, 1),
                )
            )
    return Referrals(world)
