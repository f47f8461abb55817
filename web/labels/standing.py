"""Under which headings the acts stand that may be done at any time, the usual ones first."""

from collections.abc import Mapping

from workflows.vocabulary import Action

DAILY_ACTS = "日常办理"
STANDING_GROUPS: Mapping[str, tuple[Action, ...]] = {
    DAILY_ACTS: (
        Action.REPORT_PROGRESS,
        Action.UPDATE_FIVE_IN_PLACE,
        Action.REQUEST_EXTENSION,
        Action.RECORD_VISIT,
        Action.RECORD_SPOT_CHECK,
        Action.ADD_FINDING,
        Action.ANSWER_FINDER,
        Action.REQUEST_COORDINATION,
        Action.INVITE_EXPERT,
        Action.RECALL_EXPERT,
    ),
    "督促措施": (Action.PROPOSE_ESCALATION, Action.PROPOSE_RAISE),
    "执法措施": (
        Action.ORDER_IMMEDIATE_MEASURES,
        Action.LIFT_IMMEDIATE_MEASURES,
        Action.PROPOSE_ORDER,
        Action.LIFT_ORDER,
        Action.RECORD_REFUSAL,
        Action.LIFT_REFUSAL,
        Action.PROPOSE_SUSPENSION,
        Action.RECORD_NO_ANSWER,
        Action.LIFT_SUSPENSION,
    ),
    "事故和调查": (
        Action.PROPOSE_INQUIRY,
        Action.RECORD_ACCIDENT,
        Action.LIFT_LEGAL_HOLD,
    ),
    "事项变动": (
        Action.REPORT_STOPPAGE,
        Action.REPORT_RESTART,
        Action.APPLY_FOR_RESUMPTION,
        Action.CHANGE_RESPONSIBLE_PARTY,
        Action.PROPOSE_CORRECTION,
        Action.OBJECT_TO_VERDICT,
        Action.WITHDRAW_CASE,
    ),
}
_HEADINGS = {action: heading for heading, acts in STANDING_GROUPS.items() for action in acts}


def heading_of(action: Action) -> str:
    """The heading under which a standing act is looked for; what has none is daily work."""
    return _HEADINGS.get(action, DAILY_ACTS)
