"""Which function takes which step that a page offers; sealing needs a packed file beside it."""

from collections.abc import Callable, Mapping
from typing import Any

from services.frame import Frame
from services.referral import acts
from workflows.referral import ReferralAction

STEPS: Mapping[ReferralAction, Callable[[Frame, Any], None]] = {
    ReferralAction.DECIDE_REFERRAL: acts.decide_referral,
    ReferralAction.DELIVER_REFERRAL: acts.deliver_referral,
    ReferralAction.ACKNOWLEDGE_REFERRAL: acts.acknowledge_referral,
    **{
        action: acts.say_and_record(action)
        for action in (
            ReferralAction.DECIDE_FILING,
            ReferralAction.OBJECT_TO_FILING,
            ReferralAction.ANSWER_FILING_OBJECTION,
            ReferralAction.REPORT_REFERRAL_OUTCOME,
            ReferralAction.ASK_SENDER,
            ReferralAction.ANSWER_RECEIVER,
        )
    },
}
