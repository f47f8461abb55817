"""Which function takes which step of the offices; the custodians' two need an open vault."""

from collections.abc import Callable, Mapping
from typing import Any

from services.frame import Frame
from services.tips import acts, identity
from services.tips.step import TipCommand
from workflows.tips import TipAction

OFFICE_STEPS: Mapping[TipAction, Callable[[Frame, Any], None]] = {
    TipAction.VERIFY_TIP: acts.verify_tip,
    TipAction.SIGN_TIP_FINDING: acts.sign_tip_finding,
    TipAction.OPEN_TIP_CASE: acts.open_tip_case,
    TipAction.ANSWER_INFORMANT: acts.answer_informant,
    TipAction.PROPOSE_REWARD: acts.propose_reward,
    TipAction.APPROVE_REWARD: acts.approve_reward,
    TipAction.PAY_REWARD: acts.pay_reward,
    TipAction.REQUEST_IDENTITY: identity.ask_identity,
}
# What a step asks for beyond outcome and opinion.
COMMANDS: Mapping[TipAction, type[TipCommand]] = {
    TipAction.OPEN_TIP_CASE: acts.OpenTipCase,
    TipAction.ANSWER_INFORMANT: acts.AnswerInformant,
    TipAction.PROPOSE_REWARD: acts.ProposeReward,
    TipAction.PAY_REWARD: acts.PayReward,
    TipAction.REQUEST_IDENTITY: identity.AskIdentity,
}
