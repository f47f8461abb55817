"""Tips in a world: a custodian with a key, somebody unknown who reports, and the steps after it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.database import transaction
from services.models.organisation import Person, Post
from services.models.tip import Tip, TipOpenStep
from services.tips import acts, custodians, identity
from services.tips.conversation import StatusPage, find_status, note_payment_code
from services.tips.receiving import Picture, SentTip, Subject, prepare, receive_tip
from services.tips.sealing import ItemKind, OpenVault, list_items
from services.tips.step import TipCommand
from services.tips.table import COMMANDS, OFFICE_STEPS
from tests.builders import COUNTY, World
from workflows.tips import IdentityGround, TipAction, TipChannel, TipOutcome
from workflows.vocabulary import Role

PHRASE = "一句只有保密员知道的长口令"
WHAT, PLACE = "井下瓦斯探头被人用塑料袋包住，已经三天。", "二号采区回风巷"
NAME, PHONE = "路人甲乙", "13912345678"


@dataclass
class Tips:
    """What a test does with tips. `number` makes forms different."""

    world: World
    number: int = 0

    def add_custodian(self, name: str = "custodian", house: str = "office") -> None:
        """A person with the post of a custodian, without a key yet."""
        with transaction(self.world.engine) as session:
            person = Person(name=name)
            session.add(person)
            session.flush()
            session.add(
                Post(
                    person_id=person.id,
                    organisation_id=self.world.ids[house],
                    role=Role.INFORMANT_CUSTODIAN.value,
                    title="举报信息保密员",
                    valid_from=date(2025, 1, 1),
                )
            )
            self.world.person_ids[name] = person.id

    def make_key(self, name: str = "custodian", phrase: str = PHRASE) -> str:
        """The custodian's key; returns the recovery code."""
        with transaction(self.world.engine) as session:
            return custodians.make_key(self.world.frame(session, name), phrase)

    def open_vault(self, name: str = "custodian", phrase: str = PHRASE) -> str:
        """Returns the token of the opening."""
        with transaction(self.world.engine) as session:
            frame = self.world.frame(session, name)
            return custodians.begin_opening(frame, custodians.unlock(frame, phrase))

    def vault(self, token: str, name: str = "custodian") -> OpenVault:
        """The key while it is open."""
        with transaction(self.world.engine) as session:
            return custodians.get_vault(self.world.frame(session, name), token)

    def send(self, **changes: object) -> str:
        """A tip by somebody; returns the receipt."""
        sent = self.sent(**changes)
        with transaction(self.world.engine) as session:
            receive_tip(session, self.world.office, sent, self.world.now)
        return sent.receipt

    def sent(self, **changes: object) -> SentTip:
        """What the next form brings."""
        self.number += 1
        values: dict[str, object] = {
            "channel": TipChannel.PUBLIC,
            "subject": Subject.OPERATOR,
            "what": WHAT,
            "place": PLACE,
            "division_code": COUNTY,
            "party": "示例煤业",
            "contact_name": NAME,
            "contact_phone": PHONE,
            "pictures": (Picture("image/png", b"\x89PNG one"), Picture("image/png", b"two")),
        }
        sent = SentTip(**{**values, **changes})  # type: ignore[arg-type]
        return prepare(self.world.office, sent, f"{self.number:032x}")

    def last_tip(self) -> int:
        """The id of the newest tip."""
        with transaction(self.world.engine) as session:
            return session.scalars(sa.select(sa.func.max(Tip.id))).one()

    def task_id(self, tip_id: int, action: TipAction) -> str:
        """The open task of a step."""
        with transaction(self.world.engine) as session:
            return session.scalars(
                sa.select(TipOpenStep.task_id).where(
                    TipOpenStep.tip_id == tip_id, TipOpenStep.step == action
                )
            ).one()

    def open_steps(self, tip_id: int) -> set[TipAction]:
        """What waits in a tip."""
        with transaction(self.world.engine) as session:
            rows = session.scalars(sa.select(TipOpenStep.step).where(TipOpenStep.tip_id == tip_id))
            return {TipAction(row) for row in rows}

    def register(self, tip_id: int, house: str = "department", **changes: object) -> None:
        """The custodian writes the edited copy and gives it to an office."""
        token = self.open_vault()
        with transaction(self.world.engine) as session:
            frame = self.world.frame(session, "custodian")
            pictures = list_items(session, tip_id, ItemKind.PICTURE)
            values: dict[str, object] = {
                "tip_id": tip_id,
                "outcome": TipOutcome.REGISTERED,
                "title": "反映瓦斯监测探头被遮挡",
                "place": "示例煤业二号采区",
                "text": "反映该矿有瓦斯监测探头被遮挡。",
                "handler_id": self.world.ids[house],
                "picture_ids": (pictures[0].id,) if pictures else (),
            }
            command = acts.RegisterTip(**{**values, **changes})  # type: ignore[arg-type]
            acts.register_tip(frame, custodians.get_vault(frame, token), command)

    def take(
        self,
        name: str,
        tip_id: int,
        action: TipAction,
        outcome: TipOutcome,
        opinion: str = "已核查，材料齐全。",
        **more: object,
    ) -> None:
        """One step by one person."""
        if action is TipAction.REQUEST_IDENTITY:
            more = {"ground": IdentityGround.FACTS_UNCLEAR, **more}
        if action is not TipAction.ANSWER_INFORMANT:
            more = {"opinion": opinion, **more}
        command = COMMANDS.get(action, TipCommand)(
            tip_id=tip_id,
            task_id=self.task_id(tip_id, action),
            outcome=outcome,
            **more,  # type: ignore[arg-type]
        )
        with transaction(self.world.engine) as session:
            OFFICE_STEPS[action](self.world.frame(session, name), command)

    def decide_identity(self, tip_id: int, outcome: TipOutcome, name: str = "custodian") -> str:
        """The custodian grants or refuses; returns the code."""
        token = self.open_vault(name)
        command = TipCommand(
            tip_id=tip_id,
            task_id=self.task_id(tip_id, TipAction.DECIDE_IDENTITY_REQUEST),
            outcome=outcome,
            opinion="确需当面核实，限本人使用。",
        )
        with transaction(self.world.engine) as session:
            frame = self.world.frame(session, name)
            return identity.decide_identity(frame, custodians.get_vault(frame, token), command)

    def to_answered(self, tip_id: int, finding: TipOutcome = TipOutcome.PROVEN) -> None:
        """Verified, signed, handled and answered."""
        self.take("case_officer", tip_id, TipAction.VERIFY_TIP, finding)
        self.take("department_head", tip_id, TipAction.SIGN_TIP_FINDING, TipOutcome.SIGNED)
        if finding is not TipOutcome.NOT_PROVEN:
            self.take("case_officer", tip_id, TipAction.OPEN_TIP_CASE, TipOutcome.HANDLED_OTHERWISE)
        answer = {"answer": "经核查属实，已责令整改。"}
        self.take("case_officer", tip_id, TipAction.ANSWER_INFORMANT, TipOutcome.ANSWERED, **answer)

    def status(self, typed: str) -> StatusPage:
        """What the holder of a receipt is told."""
        with transaction(self.world.engine) as session:
            page = find_status(session, self.world.office, typed, self.world.now)
            note_payment_code(session, self.world.office, page)
            return page


def tips_in(world: World) -> Tips:
    """A world where a custodian is at work."""
    tips = Tips(world)
    tips.add_custodian()
    tips.make_key()
    return tips
