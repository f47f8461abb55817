"""What people let others do for them, at random: substitutes, and signatures on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from services.administration.change import Change
from services.administration.proposals import confirm, propose
from services.clock import local_date
from services.database import reading, transaction
from services.models.organisation import Person, Post
from services.models.paper import PaperRegistration
from services.models.succession import Substitution
from services.paper.confirmation import confirm_paper, refuse_paper
from services.paper.registration import PaperEntry, register_paper
from services.queries.paper import in_question
from services.queries.substitutions import confirmers_of
from services.queries.tasks import TaskRow
from services.succession.substitutions import (
    ProposeSubstitution,
    confirm_substitution,
    propose_substitution,
    revoke_substitution,
)
from services.uploads import AcceptedUpload
from tests.builders import PHOTO, SECTOR
from tests.invariants import CaseSight
from tests.random_walker import RandomWalker
from workflows.administration import ChangeKind
from workflows.paper import PaperState, may_confirm, may_register
from workflows.permissions import holder_of, roles_at_holder
from workflows.substitution import AbsenceReason, actions_of
from workflows.vocabulary import Role

AUTHORITY = AcceptedUpload("授权书.pdf", b"%PDF-1.4 authority", "application/pdf")


@dataclass
class Substitutes:
    """People go away, and colleagues use their posts."""

    walker: RandomWalker

    def somebody_goes_away(self) -> None:
        """Anybody; or an absence ends early."""
        if self.walker.random.random() < 0.2:
            self._revoke()
        else:
            self.send(self.walker.one_of([]))

    def send(self, principal: str) -> str | None:
        """A colleague of this person stands in; the name, or None where a rule refuses."""
        walker = self.walker
        with reading(walker.world.engine) as session:
            posts = session.scalars(
                sa.select(Post)
                .where(Post.person_id == walker.world.person_ids[principal])
                .order_by(Post.id)
            ).all()
            post = walker.random.choice(posts)
            colleagues = self._names(
                session.scalars(
                    sa.select(Post.person_id)
                    .where(
                        Post.organisation_id == post.organisation_id,
                        Post.person_id != post.person_id,
                    )
                    .order_by(Post.id)
                ).all()
            )
        if not colleagues:
            return None
        substitute = walker.random.choice(colleagues)
        command = self._proposal(post, substitute)
        told = f"{principal} sends {substitute} as {post.role}"
        if not walker.attempt(
            told, lambda: walker.in_frame(principal, lambda it: propose_substitution(it, command))
        ):
            return None
        return substitute if self._confirm(command.nonce) else None

    def _proposal(self, post: Post, substitute: str) -> ProposeSubstitution:
        walker = self.walker
        today = local_date(walker.world.now)
        left_out = [one for one in actions_of(Role(post.role)) if walker.random.random() < 0.05]
        return ProposeSubstitution(
            nonce=f"authority {walker.done} {walker.refused}",
            post_id=post.id,
            substitute_id=walker.world.person_ids[substitute],
            from_on=today,
            to_on=today + timedelta(days=walker.random.randrange(5, 25)),
            reason=AbsenceReason.BUSINESS_TRIP,
            excluded=tuple(left_out),
            authority=AUTHORITY,
        )

    def _confirm(self, nonce: str) -> bool:
        walker = self.walker
        with reading(walker.world.engine) as session:
            row = session.scalars(sa.select(Substitution).filter_by(form_nonce=nonce)).one()
            number = row.id
            today = local_date(walker.world.now)
            able = [post.person_id for post in confirmers_of(session, row, today)]
        name = walker.one_of(self._names(able))
        done = walker.attempt(
            f"{name} confirms authority {number}",
            lambda: walker.in_frame(name, lambda it: confirm_substitution(it, number)),
        )
        walker.forget_people()
        return done

    def _revoke(self) -> None:
        walker = self.walker
        with reading(walker.world.engine) as session:
            numbers = session.scalars(sa.select(Substitution.id).order_by(Substitution.id)).all()
            if not numbers:
                return
            number = walker.random.choice(numbers)
            principal = session.get_one(Substitution, number).principal_person_id
        name = walker.one_of(self._names([principal]))
        walker.attempt(
            f"{name} revokes authority {number}",
            lambda: walker.in_frame(name, lambda it: revoke_substitution(it, number)),
        )
        walker.forget_people()

    def _names(self, person_ids: Sequence[int]) -> list[str]:
        names = {number: name for name, number in self.walker.world.person_ids.items()}
        return [names[number] for number in person_ids]


@dataclass
class Appointments:
    """Somebody new takes a post: one administrator proposes it, another confirms."""

    walker: RandomWalker

    def appoint(self, seen: CaseSight, task: TaskRow) -> None:
        """Give somebody new a post by which the step can be done."""
        walker, world = self.walker, self.walker.world
        receiver = seen.receiver_of(task)
        organisation_id = holder_of(task.step, seen.standing, receiver)
        role = roles_at_holder(task.step, seen.standing, receiver)[0]
        name = f"appointed {len(world.person_ids)}"
        content = {
            "name": name,
            "username": name.replace(" ", "."),
            "role": role.value,
            "title": role.value,
            "valid_from": local_date(world.now).isoformat(),
            "sectors": [SECTOR] if role is Role.LEADER_IN_CHARGE else [],
        }
        change = Change(ChangeKind.ADD_PERSON, "任职文件", content, organisation_id=organisation_id)
        with transaction(world.engine) as session:
            proposal_id = propose(world.frame(session, "system_admin"), change)
        walker.in_frame("security_admin", lambda frame: confirm(frame, proposal_id))
        with reading(world.engine) as session:
            world.person_ids[name] = session.scalars(
                sa.select(Person.id).where(Person.name == name)
            ).one()
        walker.forget_people()
        walker.done += 1
        walker.told.append(f"{name} becomes {role} of {organisation_id}, for {task.step}")


@dataclass
class Paper:
    """What is signed on paper: one registers it, a second confirms it."""

    walker: RandomWalker

    def sign(self, seen: CaseSight, task: TaskRow, signer: str) -> bool:
        """Register a signature of this person, and mostly have it decided at once."""
        walker, world = self.walker, self.walker.world
        receiver = seen.receiver_of(task)
        able = [
            name
            for name, actor in walker.people().items()
            if may_register(actor, task.step, seen.standing, receiver)
        ]
        name = walker.one_of(able)
        outcome = walker.outcome(task.step)
        changes = {**walker.writer.content(seen, task.step, outcome), "uploads": (PHOTO,)}
        entry = PaperEntry(
            action=task.step,
            command=world.command(seen.case.id, task.step, walker.place(seen, task), **changes),
            signer_id=world.person_ids[signer],
            signed_on=local_date(world.now),
            original_place="档案室 2 号柜",
        )
        told = f"{name} registers on paper of {signer}: {task.step} {outcome} in {seen.case.id}"
        done = walker.attempt(
            told, lambda: walker.in_frame(name, lambda it: register_paper(it, entry))
        )
        return done and walker.random.random() < 0.8 and self.decide()

    def decide(self) -> bool:
        """Somebody confirms or refuses what waits, the newest first."""
        walker, world = self.walker, self.walker.world
        with reading(world.engine) as session:
            waiting = session.scalars(
                sa.select(PaperRegistration)
                .filter_by(state=PaperState.PENDING)
                .order_by(PaperRegistration.id.desc())
                .limit(1)
            ).first()
            if waiting is None:
                return False
            number, paper = waiting.id, in_question(waiting)
            standing = walker.look_at(waiting.case_id).standing
        able = [
            name for name, actor in walker.people().items() if may_confirm(actor, paper, standing)
        ]
        name = walker.one_of(able)
        if walker.random.random() < 0.15:
            return walker.attempt(
                f"{name} refuses paper {number}",
                lambda: walker.in_frame(name, lambda it: refuse_paper(it, number, "不符。")),
            )
        return walker.attempt(
            f"{name} confirms paper {number} ({paper.action})",
            lambda: walker.in_frame(name, lambda it: confirm_paper(it, number)),
        )
