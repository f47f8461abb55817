"""Who may open which page: the table of routes, and the checks before any of them runs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.routing import IntegerConverter, Map

from services.accounts import HeldPost, record_seen, seen_long_enough_ago
from services.queries.registration import DECIDES
from services.settings import ReferralModule
from web.context import in_demonstration, moment, transaction
from web.visitors import find_signed_in, signed_in
from workflows import (
    assessment_round,
    bans,
    disclosure,
    handovers,
    head_points,
    looking_back,
    returns,
    traceback,
)
from workflows.administration import ADMINISTRATORS
from workflows.assessment_round import AssessmentStep
from workflows.campaigns import COMMITTEE, READERS
from workflows.errors import RuleError
from workflows.paper import RECORDING_ROLES
from workflows.permissions import ROLES_OF, STARTING_ACTIONS
from workflows.referral import RECEIVERS, SENDERS, WITHOUT_CASES
from workflows.substitution import HEAD_ROLES
from workflows.tips import CUSTODIAN, TIP_READERS
from workflows.vocabulary import Action, OrganisationKind, Role

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
PROXY_HEADERS = ("Forwarded", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Via")
PROXY_PREFIXES = ("X-Forwarded-", "Cf-")


@dataclass(frozen=True)
class Access:
    """Who may open a route. Without roles, a signed-in route is open to every post but `barred`.

    `concerns`: where the roles alone do not say it, whether a post in its house has to do with it.
    """

    signed_in: bool
    roles: frozenset[Role] = frozenset()
    barred: frozenset[Role] = frozenset()
    concerns: Callable[[Role, OrganisationKind, str | None], bool] | None = None

    def admits(self, held: frozenset[Role]) -> bool:
        """Whether somebody who holds these roles today may pass."""
        return not self.barred & held and (not self.roles or bool(self.roles & held))

    def admits_posts(self, posts: Collection[HeldPost]) -> bool:
        """Whether somebody in these posts may pass, and `concerns` says so of one of them."""
        if not self.admits(frozenset(post.role for post in posts)):
            return False
        return self.concerns is None or any(
            self.concerns(post.role, post.organisation_kind, post.division_code) for post in posts
        )


PUBLIC = Access(signed_in=False)
# Whatever shows cases: the three administrators see none, nor do those who receive referrals.
SIGNED_IN = Access(signed_in=True, barred=ADMINISTRATORS | WITHOUT_CASES)
OWN_ACCOUNT = Access(signed_in=True)
# Each of these pages says itself whom it concerns.
CONCERNED = Access(signed_in=True)


def held_by(*roles: Role) -> Access:
    """Open to those who hold one of these roles today."""
    return Access(signed_in=True, roles=frozenset(roles))


ADMINISTRATION = held_by(*ADMINISTRATORS)
SYSTEM_ADMIN = held_by(Role.SYSTEM_ADMIN)
SECURITY_ADMIN = held_by(Role.SECURITY_ADMIN)
AUDIT_ADMIN = held_by(Role.AUDIT_ADMIN)
PROPOSES_OR_CONFIRMS = held_by(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
REGISTERS = held_by(*DECIDES)
DISCLOSES = held_by(*(role for roles in disclosure.ROLES.values() for role in roles))
PREPARES_DISCLOSURE = held_by(*disclosure.ROLES[disclosure.DisclosureStep.PREPARE])
LOOKS_BACK = held_by(*looking_back.READERS)
RETURNS = held_by(*returns.READERS)
RECEIVES_RETURNS = held_by(*returns.ROLES[returns.ReturnStep.CONFIRM_PAPER])
HANDOVERS = held_by(*handovers.READERS)
ASSESSMENTS = Access(
    signed_in=True,
    roles=frozenset(assessment_round.READERS),
    concerns=assessment_round.takes_part,
)
TRACES_BACK = held_by(*traceback.READERS)
READS_BANS = held_by(*bans.READERS)
KEEPS_BANS = held_by(*bans.KEEPERS)
COMPARES_WITH_BANS = held_by(*bans.COMPARERS)
PREPARES_BULLETIN = held_by(Role.COMMITTEE_OFFICER)
# Who has to do with the end of an organisation.
DISSOLVING = held_by(*ADMINISTRATORS, Role.COMMITTEE_OFFICE_HEAD)


TASK_LISTS = held_by(*READERS)
TIPS = held_by(*TIP_READERS)
CUSTODIANS = held_by(*CUSTODIAN)
REFERS = held_by(*SENDERS)
RECEIVES_REFERRALS = held_by(*RECEIVERS)
POSTERS = held_by(*TIP_READERS, Role.ENTERPRISE_SAFETY_OFFICER, Role.ENTERPRISE_PRINCIPAL)


# Endpoint -> who may open it. What somebody may do there is decided by workflows/permissions.py.
ROUTES: dict[str, Access] = {
    "static": PUBLIC,
    "front.show_front_page": PUBLIC,
    "public.show_front": PUBLIC,
    "public.list_cases": PUBLIC,
    "public.show_case": PUBLIC,
    # Whoever has the address, until the picture is withdrawn.
    "public.show_picture": PUBLIC,
    "public.list_all_bulletins": PUBLIC,
    "public.show_bulletin": PUBLIC,
    "public.show_bulletin_file": PUBLIC,
    "public.show_statistics": PUBLIC,
    "public_alerts.show_form": PUBLIC,
    "public_alerts.send": PUBLIC,
    "public.show_data": PUBLIC,
    "public.download_csv": PUBLIC,
    "public.download_json": PUBLIC,
    "public.show_contacts": PUBLIC,
    "public.show_log": PUBLIC,
    "public.show_feeds": PUBLIC,
    "public.show_atom": PUBLIC,
    "public.show_rss": PUBLIC,
    "verification.show_form": PUBLIC,
    "verification.verify": PUBLIC,
    "verification.look_up": PUBLIC,
    "verification.download_authority": PUBLIC,
    "sign_in.sign_in": PUBLIC,
    "sign_in.sign_out": PUBLIC,
    "account.show_account": OWN_ACCOUNT,
    "account.change_password": OWN_ACCOUNT,
    "account.end_other_sessions": OWN_ACCOUNT,
    "account.begin_device": OWN_ACCOUNT,
    "account.show_device": OWN_ACCOUNT,
    "account.confirm_device": OWN_ACCOUNT,
    "password_links.show_link": PUBLIC,
    "password_links.open_link": PUBLIC,
    "password_links.set_password": PUBLIC,
    "password_links.ask_for_link": PUBLIC,
    "administration.show_overview": ADMINISTRATION,
    "administration.list_organisations": PROPOSES_OR_CONFIRMS,
    "administration.show_organisation": PROPOSES_OR_CONFIRMS,
    "administration.add_organisation": SYSTEM_ADMIN,
    "administration.edit_organisation": SYSTEM_ADMIN,
    "administration.load_holidays": SYSTEM_ADMIN,
    "administration.list_persons": PROPOSES_OR_CONFIRMS,
    "administration.show_person": PROPOSES_OR_CONFIRMS,
    "administration.add_person": SYSTEM_ADMIN,
    "administration.give_post": SYSTEM_ADMIN,
    "administration.end_post": SYSTEM_ADMIN,
    "administration.change_account": SYSTEM_ADMIN,
    "administration.make_link": SYSTEM_ADMIN,
    "administration.set_request_aside": SYSTEM_ADMIN,
    "administration.list_proposals": PROPOSES_OR_CONFIRMS,
    "administration.show_proposal": PROPOSES_OR_CONFIRMS,
    "administration.decide_proposal": SECURITY_ADMIN,
    "administration.withdraw_proposal": SYSTEM_ADMIN,
    "administration.show_log": AUDIT_ADMIN,
    "worker.show_status": SYSTEM_ADMIN,
    "worker.retry": SYSTEM_ADMIN,
    "tip_reports.show_form": PUBLIC,
    "tip_reports.send": PUBLIC,
    "tip_reports.show_employees_form": PUBLIC,
    "tip_reports.send_as_employee": PUBLIC,
    "tip_reports.show_code_form": PUBLIC,
    "tip_reports.show_status": PUBLIC,
    "tip_reports.write": PUBLIC,
    "tips.list_tips": TIPS,
    "tips.show_tip": TIPS,
    "tips.show_picture": TIPS,
    "tips.take_step": TIPS,
    "tips.write": TIPS,
    "tips.show_identity": TIPS,
    "tip_posters.list_posters": POSTERS,
    "tip_posters.show_poster": POSTERS,
    "custodians.show_desk": CUSTODIANS,
    "custodians.make_key": CUSTODIANS,
    "custodians.change_phrase": CUSTODIANS,
    "custodians.open_vault": CUSTODIANS,
    "custodians.close_vault": CUSTODIANS,
    "custodians.hand_over": CUSTODIANS,
    "custodians.show_tip": CUSTODIANS,
    "custodians.show_picture": CUSTODIANS,
    "custodians.register": CUSTODIANS,
    "custodians.reassign": CUSTODIANS,
    "custodians.pass_on": CUSTODIANS,
    "custodians.decide": CUSTODIANS,
    "referrals.list_all": REFERS,
    "referrals.show_new": REFERS,
    "referrals.propose": REFERS,
    "referrals.show": REFERS,
    "referrals.take_step": REFERS,
    "referrals.seal": REFERS,
    "referrals.download": REFERS,
    "discipline.show_inbox": RECEIVES_REFERRALS,
    "discipline.show": RECEIVES_REFERRALS,
    "discipline.take_step": RECEIVES_REFERRALS,
    "discipline.download": RECEIVES_REFERRALS,
    "discipline.write_own_note": RECEIVES_REFERRALS,
    "registration.register": PUBLIC,
    "registration.show_receipt": PUBLIC,
    "registration.list_registrations": REGISTERS,
    "registration.show_registration": REGISTERS,
    "registration.decide": REGISTERS,
    "registration.make_links": REGISTERS,
    "home.show_home": SIGNED_IN,
    "endorsements.show_current": held_by(*ROLES_OF[Action.ENDORSE_MONTHLY_PROGRESS]),
    "endorsements.show_sheet": held_by(*ROLES_OF[Action.ENDORSE_MONTHLY_PROGRESS]),
    "endorsements.sign": held_by(*ROLES_OF[Action.ENDORSE_MONTHLY_PROGRESS]),
    "cases.list_cases": SIGNED_IN,
    "cases.show_case": SIGNED_IN,
    "cases.show_diagram": SIGNED_IN,
    "cases.show_record": SIGNED_IN,
    "cases.show_earlier": SIGNED_IN,
    "cases.show_knowledge": SIGNED_IN,
    "handovers.list_all": HANDOVERS,
    "handovers.show": HANDOVERS,
    "handovers.write": HANDOVERS,
    "handovers.show_letter": HANDOVERS,
    "returns.list_all": RETURNS,
    "returns.show": RETURNS,
    "returns.take": RETURNS,
    "returns.show_file": RETURNS,
    "returns.show_paper": RECEIVES_RETURNS,
    "returns.register_paper": RECEIVES_RETURNS,
    "returns.decide_paper": RECEIVES_RETURNS,
    "returns.download_scan": RETURNS,
    "tracing.show_trace": SIGNED_IN,
    "bans.list_all": READS_BANS,
    "bans.enter": KEEPS_BANS,
    "bans.show": READS_BANS,
    "bans.take": KEEPS_BANS,
    "bans.download_scan": READS_BANS,
    "bans.compare": COMPARES_WITH_BANS,
    "bans.decide": COMPARES_WITH_BANS,
    "tracebacks.list_all": TRACES_BACK,
    "tracebacks.show_new": TRACES_BACK,
    "tracebacks.propose": TRACES_BACK,
    "tracebacks.show": TRACES_BACK,
    "tracebacks.take": TRACES_BACK,
    "tracebacks.record": TRACES_BACK,
    "tracebacks.show_report": TRACES_BACK,
    "tracing.show_as_it_stood": SIGNED_IN,
    "look_backs.list_all": LOOKS_BACK,
    "look_backs.show": SIGNED_IN,
    "look_backs.record": SIGNED_IN,
    "look_backs.set_aside": SIGNED_IN,
    "disclosures.list_all": DISCLOSES,
    "disclosures.show_new": PREPARES_DISCLOSURE,
    "disclosures.prepare": PREPARES_DISCLOSURE,
    "disclosures.show_bulletin": PREPARES_BULLETIN,
    "disclosures.prepare_bulletin": PREPARES_BULLETIN,
    "disclosures.show": DISCLOSES,
    "disclosures.take": DISCLOSES,
    "disclosures.show_picture": DISCLOSES,
    "assessments.list_all": ASSESSMENTS,
    "assessments.begin": held_by(*assessment_round.ROLES[AssessmentStep.SCORE]),
    "assessments.show_composite": ASSESSMENTS,
    "assessments.show": ASSESSMENTS,
    "assessments.take": ASSESSMENTS,
    "assessments.receive": ASSESSMENTS,
    "assessments.show_unit": ASSESSMENTS,
    "assessments.show_fact": ASSESSMENTS,
    "assessments.object_to": ASSESSMENTS,
    "assessments.download_evidence": ASSESSMENTS,
    "assessments.take_evidence": held_by(*assessment_round.OFFICE),
    "assessments.answer": ASSESSMENTS,
    "assessments.find_false": ASSESSMENTS,
    "head_points.list_all": held_by(*head_points.READERS),
    "head_points.take_back": held_by(*head_points.HEADS),
    "campaigns.list_campaigns": TASK_LISTS,
    "campaigns.show_board": TASK_LISTS,
    "campaigns.show_task": TASK_LISTS,
    "campaigns.report": TASK_LISTS,
    "campaigns.set_owner": held_by(*COMMITTEE),
    "dossiers.download": SIGNED_IN,
    "ledger_files.export": SIGNED_IN,
    "ledger_files.show_upload": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.upload": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.download_template": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.show_import": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.confirm_import": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.download_refused": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "ledger_files.national_number": held_by(Role.CASE_OFFICER),
    "deadlines.show_trial": SIGNED_IN,
    "calendar.show_calendar": SIGNED_IN,
    "calendar.make_address": SIGNED_IN,
    "calendar.end_address": SIGNED_IN,
    # Whoever knows the secret address: programs cannot sign in.
    "calendar.show_feed": PUBLIC,
    "recounts.show_moved": held_by(Role.COMMITTEE_OFFICE_HEAD),
    "recounts.accept": held_by(Role.COMMITTEE_OFFICE_HEAD),
    "diagrams.show_source": SIGNED_IN,
    "documents.show_draft": SIGNED_IN,
    "documents.show_issued": SIGNED_IN,
    "documents.open_document": SIGNED_IN,
    "printouts.show_printout": SIGNED_IN,
    "documents.download_attachment": SIGNED_IN,
    "documents.show_attachment": SIGNED_IN,
    "documents.show_picture": SIGNED_IN,
    "documents.show_received": SIGNED_IN,
    "documents.take_attachment_original": SIGNED_IN,
    "tasks.list_tasks": SIGNED_IN,
    "tasks.show_task": SIGNED_IN,
    "tasks.carry_out": SIGNED_IN,
    "tasks.show_criterion": SIGNED_IN,
    "tasks.confirm_criterion": SIGNED_IN,
    "listing_batches.show_form": held_by(*ROLES_OF[Action.PROPOSE_LISTING]),
    "listing_batches.propose": held_by(*ROLES_OF[Action.PROPOSE_LISTING]),
    "listing_batches.show_draft": SIGNED_IN,
    "listing_batches.show_issued": SIGNED_IN,
    "suggestions.dismiss": SIGNED_IN,
    "copies.show_form": SIGNED_IN,
    "copies.send": SIGNED_IN,
    "copies.open_case": SIGNED_IN,
    "copies.acknowledge": SIGNED_IN,
    "phrases.show_phrases": SIGNED_IN,
    "phrases.add": SIGNED_IN,
    "phrases.delete": SIGNED_IN,
    "assignments.show_assignment": SIGNED_IN,
    "assignments.claim": SIGNED_IN,
    "assignments.release": SIGNED_IN,
    "assignments.transfer": SIGNED_IN,
    "assignments.delegate": SIGNED_IN,
    "taking_back.show_taking_back": SIGNED_IN,
    "taking_back.take_back": SIGNED_IN,
    "paper.register": SIGNED_IN,
    "paper.show_sheet": SIGNED_IN,
    "paper.list_registrations": SIGNED_IN,
    "paper.show_registration": SIGNED_IN,
    "paper.decide": SIGNED_IN,
    "paper.download_scan": SIGNED_IN,
    "paper_cases.enter": held_by(*RECORDING_ROLES),
    "paper_cases.show_entry": SIGNED_IN,
    "paper_cases.decide": SIGNED_IN,
    "paper_cases.download_scan": SIGNED_IN,
    "own_work.show_acted": SIGNED_IN,
    "own_work.show_begun": SIGNED_IN,
    "own_work.show_copies": SIGNED_IN,
    "own_work.show_drafts": SIGNED_IN,
    "own_work.delete_draft": SIGNED_IN,
    "reports.file_first_report": held_by(*STARTING_ACTIONS[Action.FILE_FIRST_REPORT]),
    "reports.register_hazard": held_by(*STARTING_ACTIONS[Action.REGISTER_HAZARD]),
    "reports.show_receipt": SIGNED_IN,
    "succession.list_substitutions": CONCERNED,
    "succession.choose_post": CONCERNED,
    "succession.propose": CONCERNED,
    "succession.show_substitution": CONCERNED,
    "succession.confirm": CONCERNED,
    "succession.revoke": CONCERNED,
    "succession.download_authority": CONCERNED,
    "departures.list_departures": CONCERNED,
    "departures.choose_person": held_by(Role.SYSTEM_ADMIN, *HEAD_ROLES),
    "departures.prepare": held_by(Role.SYSTEM_ADMIN, *HEAD_ROLES),
    "departures.show_departure": CONCERNED,
    "departures.confirm": CONCERNED,
    "departures.revoke": CONCERNED,
    "dissolutions.list_dissolutions": DISSOLVING,
    "dissolutions.choose_organisation": SYSTEM_ADMIN,
    "dissolutions.prepare": SYSTEM_ADMIN,
    "dissolutions.show_dissolution": DISSOLVING,
    "dissolutions.confirm": DISSOLVING,
    "dissolutions.revoke": DISSOLVING,
    "dissolutions.download_document": DISSOLVING,
}
# Where somebody lands after signing in: the first of these that is open to the posts held.
HOMES = (
    "home.show_home",
    "administration.show_overview",
    "discipline.show_inbox",
    "account.show_account",
)
# Those of a module that an installation may leave out.
REFERRAL_BLUEPRINTS = ("referrals", "discipline")
# All that a host has which only receives referrals.
RECEIVING_BLUEPRINTS = (
    "static",
    "front",
    "sign_in",
    "account",
    "password_links",
    "administration",
    "discipline",
)
OPEN_BEFORE_PASSWORD_CHANGE = frozenset(
    {"static", "sign_in.sign_out", "account.show_account", "account.change_password"}
)


# Who holds no post today sees nothing but the own account.
OPEN_WITHOUT_POST = OPEN_BEFORE_PASSWORD_CHANGE | {"account.end_other_sessions"}


class NoPostError(RuleError):
    """The visitor holds no post today, and so has nothing to do here."""

    code = "no_post"


class RouteNotDeclaredError(Exception):
    """A route without a row in ROUTES, or a row without a route: the application does not start."""


class PageRefusedError(RuleError):
    """The page belongs to posts that the visitor does not hold."""

    code = "page_refused"


class CrossSiteRefusedError(RuleError):
    """Another site sent this form."""

    code = "cross_site_refused"


class DemonstrationIsLocalError(RuleError):
    """A demonstration answers only to its own machine."""

    code = "demonstration_is_local"


class PasswordChangeNeededError(RuleError):
    """The password was given by somebody else and must be changed first."""

    code = "password_change_needed"


class RecordId(IntegerConverter):
    """The id of a record in an address: what no database column can hold is no such page."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002  # werkzeug's name
        super().__init__(map, *args, **{"max": 2**31 - 1, **kwargs})


class UnreadableTextError(RuleError):
    """A NUL character, which no text has and PostgreSQL cannot store."""

    code = "unreadable_text"


def require_readable_text() -> None:
    """Refuse NUL characters wherever a request carries text."""
    sent = [request.path, *request.args.values()]
    if request.method not in SAFE_METHODS:
        sent += [text for values in request.form.listvalues() for text in values]
    if any("\0" in text for text in sent):
        raise UnreadableTextError


def install(app: Flask) -> None:
    """Checks that come before the one of form tokens."""
    app.before_request(require_own_machine_in_demonstration)
    app.before_request(require_own_site)
    app.before_request(require_readable_text)


def install_access(app: Flask) -> None:
    """After the check of form tokens: who may open this route."""
    app.before_request(require_access)


def check_routes(endpoints: Iterable[str], routes: Mapping[str, Access]) -> None:
    """Every route is declared, and nothing else is."""
    found, declared = set(endpoints), set(routes)
    if found != declared:
        missing, left_over = sorted(found - declared), sorted(declared - found)
        raise RouteNotDeclaredError(f"without a row: {missing}; without a route: {left_over}")


def routes_of_installation(referrals: ReferralModule) -> Mapping[str, Access]:
    """The rows of the routes that this installation has."""
    return {
        endpoint: access
        for endpoint, access in ROUTES.items()
        if _has(referrals, endpoint.partition(".")[0])
    }


def _has(referrals: ReferralModule, blueprint: str) -> bool:
    if referrals is ReferralModule.RECEIVE:
        return blueprint in RECEIVING_BLUEPRINTS
    return referrals is ReferralModule.ON or blueprint not in REFERRAL_BLUEPRINTS


def may_open(endpoint: str) -> bool:
    """Whether the visitor may open a route; False for one that does not exist."""
    access = ROUTES.get(endpoint)
    if access is None or endpoint not in current_app.view_functions:
        return False
    if not access.signed_in:
        return True
    found = find_signed_in()
    if found is None or (not found.posts and endpoint not in OPEN_WITHOUT_POST):
        return False
    return access.admits_posts(found.posts)


def home_of(roles: frozenset[Role]) -> str:
    """The endpoint where somebody with these roles begins."""
    return next(
        endpoint
        for endpoint in HOMES
        if endpoint in current_app.view_functions and ROUTES[endpoint].admits(roles)
    )


def is_own_path(target: str) -> bool:
    """Whether an address stays on this site: an absolute path and nothing that means another."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if not target.isprintable():
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def require_own_machine_in_demonstration() -> None:
    """No proxy header is believed, and one that came along means that a proxy stands before us."""
    if not in_demonstration():
        return
    through_proxy = any(
        name.title() in PROXY_HEADERS or name.title().startswith(PROXY_PREFIXES)
        for name in request.headers.keys()  # noqa: SIM118  # iterating gives pairs
    )
    if through_proxy or not _is_loopback(request.remote_addr):
        raise DemonstrationIsLocalError


def require_own_site() -> None:
    """Refuse forms that the browser says come from another site; older browsers say nothing."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITE:
        raise CrossSiteRefusedError


def require_access() -> None:
    """The row of the table, the password to be changed first, and the life of the session."""
    if request.endpoint is None:
        return
    access = ROUTES[request.endpoint]
    if not access.signed_in:
        return
    person = signed_in()
    if person.must_change and request.endpoint not in OPEN_BEFORE_PASSWORD_CHANGE:
        raise PasswordChangeNeededError
    if not person.posts and request.endpoint not in OPEN_WITHOUT_POST:
        raise NoPostError
    if not access.admits_posts(person.posts):
        raise PageRefusedError
    if seen_long_enough_ago(person, moment()):
        with transaction() as session:
            record_seen(session, person, moment())


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
