"""The words that diagrams may use: the steps of people and the facts, of every process."""

from collections.abc import Mapping

from workflows.assessment_round import ASSESSMENT_FACTS, AssessmentStep
from workflows.disclosure import DISCLOSURE_FACTS, DisclosureStep
from workflows.facts import FACTS, LATE_FACTS, FactKind
from workflows.permissions import PERMISSIONS
from workflows.referral import REFERRAL_FACTS, REFERRAL_PERMISSIONS
from workflows.returns import RETURN_FACTS, ReturnStep
from workflows.tips import TIP_FACTS, TIP_PERMISSIONS
from workflows.traceback import TRACEBACK_FACTS, TracebackStep

# A step that nobody may take is none.
STEPS: frozenset[str] = frozenset(
    {
        *(row.action.value for row in PERMISSIONS),
        *DisclosureStep,
        *ReturnStep,
        *AssessmentStep,
        *TIP_PERMISSIONS,
        *REFERRAL_PERMISSIONS,
        *TracebackStep,
    }
)
# What is known when an instance moves; the facts of lateness come to diagrams of cases alone.
DIAGRAM_FACTS: Mapping[str, FactKind] = {
    **FACTS,
    **DISCLOSURE_FACTS,
    **TIP_FACTS,
    **RETURN_FACTS,
    **ASSESSMENT_FACTS,
    **REFERRAL_FACTS,
    **TRACEBACK_FACTS,
}
ALL_FACTS: Mapping[str, FactKind] = {**DIAGRAM_FACTS, **LATE_FACTS}
