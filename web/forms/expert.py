"""Asking an expert, and the expert's opinion."""

from collections.abc import Mapping
from typing import Any

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import choice, flag, one_of, paragraph
from web.forms.step import DecisionForm, StepForm
from web.labels import BLANK_CHOICES, CHOICES, MUST_STAY_AWAY, label_of
from workflows.vocabulary import Outcome


def experts_offered(brief: Brief) -> dict[str, str]:
    """The pool; beside those who must stay away stands why."""
    return {
        "": BLANK_CHOICES["expert_post_id"],
        **{
            str(row.post_id): f"{row.name}（{row.title}）"
            + (MUST_STAY_AWAY.format(reason=label_of(row.conflict)) if row.conflict else "")
            for row in brief.experts
        },
    }


class ReviewPlanForm(DecisionForm):
    """Accept, return, or ask an expert first."""

    expert_post_id = choice({}, BLANK_CHOICES["expert_post_id"])
    question = paragraph()

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The pool of experts."""
        self.expert_post_id.choices = experts_offered(brief)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Whoever asks says whom and what."""
        problems = dict(super().further_problems(outcome))
        if outcome is Outcome.EXPERT_ASKED and not self.expert_post_id.data:
            problems["expert_post_id"] = "choose"
        if outcome is Outcome.EXPERT_ASKED and not self.question.data:
            problems["question"] = "required"
        return problems

    def values(self) -> dict[str, Any]:
        """The post as a number."""
        return _with_number(super().values())


class InviteExpertForm(StepForm):
    """Whom, and what to answer."""

    expert_post_id = choice({}, BLANK_CHOICES["expert_post_id"], required=True)
    question = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The pool of experts."""
        self.expert_post_id.choices = experts_offered(brief)

    def values(self) -> dict[str, Any]:
        """The post as a number."""
        return _with_number(super().values())


class RecallExpertForm(StepForm):
    """Why it goes on without this opinion."""

    opinion = paragraph(required=True)


class GiveExpertOpinionForm(StepForm):
    """The opinion with the declaration; or why there is none."""

    statement = paragraph()
    problems_found = paragraph()
    suggestions = paragraph()
    no_conflict = flag()
    declined_because = one_of(CHOICES["declined_because"])

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """An opinion needs the declaration; without one the reason is chosen."""
        if outcome is Outcome.DECLINED:
            return {} if self.declined_because.data else {"declined_because": "choose"}
        problems = {} if self.statement.data else {"statement": "required"}
        return problems if self.no_conflict.data else {**problems, "no_conflict": "not_declared"}


def _with_number(values: dict[str, Any]) -> dict[str, Any]:
    chosen = values["expert_post_id"]
    return {**values, "expert_post_id": int(chosen) if chosen else None}
