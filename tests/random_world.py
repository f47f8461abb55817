"""The world of the random acts: people of many posts, cases to begin, what is written in acts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from services.database import reading, transaction
from services.models.case import SupervisionCase
from services.models.organisation import Person, Post, PostSector
from tests.builders import CLAUSE, PHOTO, SECTOR, World
from tests.invariants import CaseSight
from workflows.vocabulary import Action, HazardSource, Outcome, PartyKind, Role, Track
from workflows.vocabulary import WithdrawalGround as Ground

# People of several posts: only the separation of duties stands between them and everything.
MANY_POSTS: Mapping[str, Sequence[tuple[str, Role]]] = {
    "department_all": (
        ("department", Role.CASE_OFFICER),
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
    ),
    "committee_all": (
        ("office", Role.COMMITTEE_OFFICER),
        ("office", Role.COMMITTEE_OFFICE_HEAD),
        ("committee", Role.LEADER_IN_CHARGE),
        ("committee", Role.AUTHORISED_SIGNATORY),
    ),
    "mine_and_group": (
        ("mine", Role.ENTERPRISE_PRINCIPAL),
        ("group", Role.PARENT_COMPANY_HEAD),
    ),
    "mine_and_department": (
        ("mine", Role.ENTERPRISE_SAFETY_OFFICER),
        ("department", Role.CASE_OFFICER),
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
        ("committee", Role.LEADER_IN_CHARGE),
    ),
    "everything_above": (
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
        ("office", Role.COMMITTEE_OFFICE_HEAD),
        ("committee", Role.LEADER_IN_CHARGE),
        ("committee", Role.AUTHORISED_SIGNATORY),
    ),
}
BEGINNINGS: Sequence[Callable[[World], int]] = (
    lambda world: world.file_report("safety_officer"),
    lambda world: world.file_report("private_officer", criterion=None, description=""),
    lambda world: world.file_report("trader_principal"),
    lambda world: world.register(
        source=HazardSource.HIGHER_INSPECTION,
        finder="省督导检查组",
        finder_reference="示例督〔2026〕3号",
    ),
    lambda world: world.register(
        responsible_party_id=world.ids["county"],
        party_kind=PartyKind.ILLEGAL_SITE,
        illegal_operators="不明",
    ),
    lambda world: world.register(
        source=HazardSource.VERIFIED_TIP,
        on_units_list="not_listed",
        party_kind=PartyKind.SEVERAL_OWNERS,
        co_owners="示例民营煤业\n未登记的业主",
    ),
    lambda world: world.register(
        responsible_party_id=world.ids["private_mine"],
        party_kind=PartyKind.CONTRACT_PARTIES,
        client="示例煤业",
        contractor="某施工公司",
        criterion=None,
    ),
)
# The tracks, and who lists; each is taken once, if it can be, before chance decides.
WAYS_ON: Sequence[tuple[Track, str]] = (
    (Track.OWN_LISTING, "committee"),
    (Track.EXTERNAL_LISTING, "committee"),
    (Track.LISTED, "committee"),
    (Track.TRACKED, "committee"),
    (Track.LISTED, "department"),
    (Track.LISTED, "group"),
    (Track.LISTED, "county"),
)


@dataclass
class Writer:
    """Writes what an act says: honest defaults with whatever the case and chance ask for."""

    world: World
    random: Random

    def content(self, seen: CaseSight, action: Action, outcome: Outcome) -> dict[str, object]:
        """The fields of a command that differ from the builders' defaults."""
        more: dict[str, object] = {"outcome": outcome, "opinion": "情况属实。"}
        match action:
            case Action.VERIFY_HAZARD:
                more["production_stopped"] = self.random.random() < 0.8
                if seen.case.criterion is None:
                    more |= {"criterion": CLAUSE, "uploads": (PHOTO,), "description": "失效。"}
            case Action.CONFIRM_VERDICT if outcome is Outcome.MAJOR:
                more |= self._way_on(seen)
            case Action.COUNTERSIGN_LISTING | Action.SIGN_LISTING:
                more["comes_back"] = self.random.choice(("straight", "step_by_step"))
            case Action.WITHDRAW_CASE:
                more["ground"] = self.random.choice(list(Ground))
                more["merged_into"] = self._other_number(seen.case.id)
            case Action.CHANGE_RESPONSIBLE_PARTY:
                party = self.random.choice(("mine", "private_mine", "trader", "county"))
                more["new_party_id"] = self.world.ids[party]
        return more | self._days(seen, action)

    def _days(self, seen: CaseSight, action: Action) -> dict[str, object]:
        """Limits that lie ahead; for a hearing, the time until it is held goes by."""
        limit, today = seen.case.rectification_limit_on, self.world.now.date()
        match action:
            case Action.ISSUE_RECTIFICATION_ORDER:
                return {"limit_on": today + timedelta(days=self.random.randrange(30, 300))}
            case Action.SUBMIT_PLAN:
                return {"finish_on": min(today + timedelta(days=30), limit or date.max)}
            case Action.LIST_OWN_HAZARD:
                return {"limit_on": limit or today + timedelta(days=60)}
            case Action.RECORD_HEARING:
                self.world.later(days=20)
        return {}

    def _way_on(self, seen: CaseSight) -> dict[str, object]:
        """One that no case has gone yet; chance decides when all of them were."""
        with reading(self.world.engine) as session:
            gone = {
                (row.track, row.listing_body_id)
                for row in session.execute(
                    sa.select(SupervisionCase.track, SupervisionCase.listing_body_id)
                )
            }
        fitting = [
            (track, body)
            for track, body in WAYS_ON
            if (track, self.world.ids[body]) not in gone
            and (track is not Track.OWN_LISTING or seen.standing.needs_met["may_list_itself"])
        ]
        track, body = fitting[0] if fitting else self.random.choice(WAYS_ON)
        return {"track": track, "listing_body_id": self.world.ids[body]}

    def _other_number(self, case_id: int) -> str:
        with reading(self.world.engine) as session:
            numbers = session.scalars(
                sa.select(SupervisionCase.intake_number)
                .where(SupervisionCase.id != case_id)
                .order_by(SupervisionCase.id)
            ).all()
        return self.random.choice(numbers) if numbers else ""


def add_people_of_many_posts(world: World) -> None:
    with transaction(world.engine) as session:
        for name, posts in MANY_POSTS.items():
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
            for organisation, role in posts:
                post = Post(
                    person_id=person.id,
                    organisation_id=world.ids[organisation],
                    role=role.value,
                    title=role.value,
                    valid_from=date(2025, 1, 1),
                )
                if role is Role.LEADER_IN_CHARGE:
                    post.sectors = [PostSector(sector=SECTOR)]
                session.add(post)
