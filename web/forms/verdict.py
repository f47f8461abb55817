"""Verification on the spot, and the verdict."""

from collections.abc import Mapping
from typing import Any

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.criterion import CriterionForm
from web.forms.fields import choice, day, files, flag, line, one_of, paragraph, several
from web.forms.step import DecisionForm
from web.labels import BLANK_CHOICES, CHOICES
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
    production_stopped = flag()

    needs_criterion = False
    uploads = files(photos=True)

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


class ConfirmVerdictForm(DecisionForm):
    """How a major hazard is handled, and who lists it."""

    track = one_of({key: word for key, word in CHOICES["track"].items() if key != "ordinary"})
    listing_body_id = choice({}, BLANK_CHOICES["listing_body_id"])

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Own listing only where it is allowed; bodies that can sign today."""
        offered = {key: word for key, word in CHOICES["track"].items() if key != "ordinary"}
        if not brief.may_list_itself:
            del offered["own_listing"]
        self.track.choices = offered
        bodies = {str(body.organisation_id): body.name for body in brief.listing_bodies}
        self.listing_body_id.choices = {"": BLANK_CHOICES["listing_body_id"], **bodies}

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """What the decision table proposes; the first body that can sign."""
        proposed = brief.proposal.get("proposed_track", "")
        bodies = [str(body.organisation_id) for body in brief.listing_bodies[:1]]
        return {
            "track": "" if proposed == "ordinary" else proposed,
            "listing_body_id": "".join(bodies),
        }

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A major hazard needs its track."""
        problems = super().further_problems(outcome)
        if outcome is Outcome.MAJOR and not self.track.data:
            return {**problems, "track": "choose"}
        return problems
