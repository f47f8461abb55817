"""Verification on the spot, and the verdict."""

from collections.abc import Mapping
from typing import Any

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.criterion import CriterionForm
from web.forms.fields import day, flag, line, paragraph, several
from web.labels import CHOICES
from workflows.vocabulary import Outcome

# A condition of its own, asked once: it decides the level as well.
MASS_CASUALTIES = "mass_casualties"
FACTS = ("place", "description", "found_on", "measures_taken")


class VerifyHazardForm(CriterionForm):
    """The finding, what decides the level, and what the report left open."""

    verified_on = day(required=True)
    findings = paragraph(required=True)
    co_officer = line(required=True)
    place = line(300)
    description = paragraph()
    found_on = day()
    measures_taken = paragraph()
    listing_conditions = several(
        {key: word for key, word in CHOICES["listing_conditions"].items() if key != MASS_CASUALTIES}
    )
    crosses_counties = flag()
    county_unable = flag()
    may_cause_mass_casualties = flag()

    needs_criterion = False

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Ask only for what is missing; a clause that does not apply can be chosen anew."""
        self.leave_out(name for name in FACTS if name not in brief.page.missing_fields)
        self.needs_criterion = brief.page.criterion is None

    def values(self) -> dict[str, Any]:
        """What may cost many lives is a condition for listing, too."""
        values = super().values()
        if values["may_cause_mass_casualties"]:
            values["listing_conditions"] = [*values["listing_conditions"], MASS_CASUALTIES]
        return values

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A major hazard needs its clause, and all that its listing will ask for."""
        problems = {**self.scan_problems(), **self.criterion_problems()}
        if outcome is Outcome.MAJOR:
            problems |= {name: "required" for name in FACTS if name in self and not self[name].data}
            if self.needs_criterion and self.criterion() is None:
                problems["clause_key"] = "choose"
        return problems
