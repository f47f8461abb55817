"""One case on the monthly sheet of endorsements."""

from collections.abc import Mapping

from wtforms import HiddenField

from web.forms.fields import one_of
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, CHOICES
from workflows.vocabulary import Outcome, Stance


class EndorseMonthlyProgressForm(StepForm):
    """What the endorser says of one case; a case without a stance is left open."""

    month = HiddenField()
    stance = one_of({"": BLANK_CHOICES["stance"], **CHOICES["stance"]})

    @property
    def is_left_open(self) -> bool:
        """Whether nothing was said of this case."""
        return not self.stance.data and not self["opinion"].data

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A demand or an objection says what and why; words alone are no opinion."""
        if self["opinion"].data and not self.stance.data:
            return {"stance": "choose"}
        if self.stance.data in (Stance.DEMANDS, Stance.OBJECTS) and not self["opinion"].data:
            return {"opinion": "required"}
        return {}
