"""Enforcement orders: proposal, hearing, decision, service, receipt, lifting, restoration."""

from collections.abc import Iterable, Mapping

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import day, files, line, moment, one_of, paragraph
from web.forms.listing import ServeListingNoticeForm
from web.forms.step import DecisionForm, StepForm
from web.labels import CHOICES
from workflows.orders import RULES, OrderRule, orders_of
from workflows.vocabulary import OrderKind, Outcome, PartyAnswer

_HEARD = (PartyAnswer.STATED, PartyAnswer.HEARING_HELD)


class ProposeOrderForm(StepForm):
    """What is to be ordered, on which ground and facts, and the text that goes out."""

    LAST = ("uploads",)

    opinion = None

    enforcement_kind = one_of(CHOICES["enforcement_kind"], required=True)
    order_ground = paragraph(required=True)
    facts_and_evidence = paragraph(required=True)
    order_text = paragraph(required=True)
    decision_refused = paragraph()
    emergency = paragraph()

    def fit(self, brief: Brief, profile: Profile) -> None:
        """What is in force already is not offered."""
        in_force = orders_of(brief.page.counting_acts).in_force
        self.enforcement_kind.choices = _offered(kind for kind in OrderKind if kind not in in_force)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Only some kinds enforce a decision, and only some are told beforehand."""
        if self.enforcement_kind.errors or not self.enforcement_kind.data:
            return {}
        rule = RULES[OrderKind(self.enforcement_kind.data)]
        problems = {}
        if rule.compels_a_decision and not self.decision_refused.data:
            problems["decision_refused"] = "required"
        if self.emergency.data and not rule.told_beforehand:
            problems["emergency"] = "told_afterwards_anyway"
        return problems


class HearPartyForm(ServeListingNoticeForm):
    """How it was told, and what the party said."""

    LAST = ("opinion", "uploads")

    party_answer = one_of(CHOICES["party_answer"], required=True)
    heard_on = day()
    statement = paragraph()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """What was said has a day and, unless everything was waived, a content and its paper."""
        problems = dict(super().further_problems(outcome))
        answer = self.party_answer.data
        if answer and answer != PartyAnswer.NOTHING and not self.heard_on.data:
            problems["heard_on"] = "required"
        if answer in _HEARD and not self.statement.data:
            problems["statement"] = "required"
        if answer in _HEARD and not self.has_files():
            problems["uploads"] = "upload_required"
        return problems


class GovernmentDecisionForm(DecisionForm):
    """The number and the day of the government's own decision."""

    FIRST = ("decision_number", "decided_on")

    decision_number = line()
    decided_on = day()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A decision in favour has both."""
        problems = dict(super().further_problems(outcome))
        if outcome is Outcome.ACCEPTED:
            empty = (name for name in self.FIRST if not self[name].data)
            problems |= dict.fromkeys(empty, "required")
        return problems


class ServeOrderForm(ServeListingNoticeForm):
    """On the party; on whoever carries it out; and when the party was told beforehand."""

    told_at = moment(required=True)
    stops_at = moment(required=True)
    executor = line(required=True)
    executor_method = one_of(CHOICES["executor_method"], required=True)
    executor_served_on = day(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Only what the kind asks for."""
        rule = _rule_proposed(brief)
        if not rule.told_beforehand:
            self.leave_out(("told_at", "stops_at"))
        if not rule.executed_by_others:
            self.leave_out(("executor", "executor_method", "executor_served_on"))


class RecordOrderReceiptForm(StepForm):
    """Who signed, when, and since when the order is carried out."""

    FIRST = ("received_by", "receipt_on", "executed_on")

    received_by = line(required=True)
    receipt_on = day(required=True)
    executed_on = day(required=True)
    uploads = files(required=True)


class LiftOrderForm(StepForm):
    """Which order, and why."""

    enforcement_kind = one_of(CHOICES["enforcement_kind"], required=True)
    opinion = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Only what is in force."""
        self.enforcement_kind.choices = _offered(orders_of(brief.page.counting_acts).in_force)


class RecordRestorationForm(StepForm):
    """To whom the notice went, and since when all is as before."""

    FIRST = ("executor_served_on", "received_by", "restored_on")

    executor_served_on = day(required=True)
    received_by = line(required=True)
    restored_on = day(required=True)
    uploads = files(required=True)


def _offered(kinds: Iterable[OrderKind]) -> dict[str, str]:
    return {kind.value: CHOICES["enforcement_kind"][kind] for kind in kinds}


def _rule_proposed(brief: Brief) -> OrderRule:
    """The rule of the order under way; of none, as when nothing is known yet, the barest."""
    pending = orders_of(brief.page.counting_acts).pending
    return RULES[pending] if pending else OrderRule()
