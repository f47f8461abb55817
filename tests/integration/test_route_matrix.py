"""Every route, every method, every kind of visitor, against a table that is written down here.

The table is made from what the product says about who may do what, never from the application's
own tables. A route that has no row here fails.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from services.database import create_engine_for, reading
from services.models.case import FormDraft
from services.models.phrase import StockPhrase
from tests.builders import MINE_CODE
from tests.two_offices import (
    FAR_SIDE,
    INSIDE,
    NAME,
    NOBODY,
    QUERY,
    TASK_LIST,
    TEXT,
    TwoOffices,
    build,
)

OFFICERS = frozenset({"case_officer", "second_officer"})
HEAD = frozenset({"department_head"})
DEPARTMENT = OFFICERS | HEAD | {"reviewer"}
COMMITTEE = frozenset({"committee_officer", "office_head", "leader", "signatory"})
SUPERVISING = DEPARTMENT | COMMITTEE
ENTERPRISE = frozenset({"safety_officer", "principal"})
CO_PARTY = frozenset({"private_officer", "private_principal"})
SUPERVISED = ENTERPRISE | CO_PARTY | {"group_head"}
# The territory visits from the first day; the parent's officer registers its head's signature.
CONCERNED = (
    SUPERVISING | SUPERVISED | {"government_principal", "government_officer", "group_officer"}
)
BEFORE_HANDOVER = CONCERNED
SYSTEM, SECURITY, AUDIT = (
    frozenset({name}) for name in ("system_admin", "security_admin", "audit_admin")
)
ADMINISTRATORS = SYSTEM | SECURITY | AUDIT
FAR = frozenset(FAR_SIDE)
ALL_OF_BOTH = frozenset({"committee_officer", "office_head", "signatory"})
OTHERS = frozenset(
    {
        "controller",
        "group_officer",
        "group_principal",
        "group_leader",
        "group_signatory",
        "department_leader",
        "department_signatory",
        "discipline_receiver",
        "secrecy_reviewer",
        "retired",
    }
)
SIGNED_IN = CONCERNED | FAR | OTHERS | ADMINISTRATORS
EVERYBODY = SIGNED_IN | {NOBODY}
# Whoever holds no post any more is left with the own account.
RETIRED = "retired"
STAFF = SIGNED_IN - {RETIRED}
RECEIVER = frozenset({"discipline_receiver"})
# Who receives referrals sees no case, as little as the administrators do.
BUSINESS = STAFF - ADMINISTRATORS - RECEIVER
HEADS = frozenset(
    {
        "principal",
        "private_principal",
        "rival_principal",
        "group_principal",
        "group_head",
        "department_head",
        "other_head",
        "office_head",
        "government_principal",
    }
)
CASE_OFFICERS = OFFICERS | {"other_officer", "other_second_officer"}
ENTERPRISES = frozenset(
    {*ENTERPRISE, *CO_PARTY, "rival_principal", "group_officer", "group_principal"}
)
# The officers of departments and of committee offices, and their heads.
TIP_READERS = CASE_OFFICERS | HEAD | {"other_head", "committee_officer", "office_head"}
FOREIGN_TO = EVERYBODY - FAR - ALL_OF_BOTH


@dataclass(frozen=True)
class Row:
    """Who may open a route; None: the route has no such method.

    `sees`: who knows that the thing exists, and is `told` that it is not for them. Everybody else
    is told that there is no such thing (404); the three administrators that cases are not theirs.
    `case`: which of the cases the address is about.
    """

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    sees: frozenset[str] = SIGNED_IN
    case: str = "listed"
    told: int = 403
    administrators_told: int = 403
    receiver_told: int | None = None  # None: what the administrators are told


def page(get: frozenset[str]) -> Row:
    return Row(get=get)


def form(who: frozenset[str]) -> Row:
    return Row(get=who, post=who)


def button(who: frozenset[str]) -> Row:
    return Row(post=who)


def of_step(get: frozenset[str] | None = None, post: frozenset[str] | None = None) -> Row:
    return Row(get, post, sees=BEFORE_HANDOVER, case="fresh")


OF_CASE = Row(get=CONCERNED, sees=CONCERNED)
DISSOLVING = ADMINISTRATORS | {"office_head"}
NO_DISSOLUTION = Row(get=frozenset(), sees=STAFF - DISSOLVING, administrators_told=404)
NO_DISSOLUTION_TO_CHANGE = Row(post=frozenset(), sees=STAFF - DISSOLVING, administrators_told=404)
ENDORSING = frozenset(
    {
        "leader",
        "other_leader",
        "group_leader",
        "department_leader",
        "group_head",
    }
)
PROPOSING = CASE_OFFICERS | {
    "committee_officer",
    "safety_officer",
    "private_officer",
    "group_officer",
}
DISCLOSING = (
    CASE_OFFICERS
    | HEAD
    | {
        "other_head",
        "committee_officer",
        "office_head",
        "secrecy_reviewer",
    }
)
PREPARING = CASE_OFFICERS | {"committee_officer"}
# Task lists: the committee's office, and the officers of governments and departments.
TASK_READERS = CASE_OFFICERS | {
    "department_head",
    "other_head",
    "government_officer",
    "other_government_officer",
    "committee_officer",
    "office_head",
}
# Monthly returns: the units, their leaders, and the committee's office.
REPORTING = TASK_READERS | {"government_principal"}
# Assessments: those units, the office, and leaders; of other bodies they find no round here.
# Leaders of the committee; those of a group or of a department have no part in rounds.
ASSESSED = REPORTING | {"leader", "other_leader", "signatory"}
# Tracebacks: whoever takes a step in them anywhere.
TRACING = (
    CASE_OFFICERS
    | HEAD
    | COMMITTEE
    | {"other_head", "other_leader", "group_leader", "group_signatory"}
    | {"department_leader", "department_signatory"}
)
COMPARING = OFFICERS | HEAD | SECURITY | {"committee_officer", "office_head"}
ASSIGNING = frozenset({"committee_officer", "office_head"})
EXPECTED: Mapping[str, Row] = {
    # open to all
    "static": page(EVERYBODY),
    "front.show_front_page": page(EVERYBODY),
    "public.show_front": page(EVERYBODY),
    "public.list_cases": page(EVERYBODY),
    "public.show_case": page(EVERYBODY),  # nothing has been published here
    "public.show_picture": page(EVERYBODY),
    "public.list_all_bulletins": page(EVERYBODY),
    "public.show_bulletin": page(EVERYBODY),
    "public.show_bulletin_file": page(EVERYBODY),
    "public.show_statistics": page(EVERYBODY),
    "public.show_data": page(EVERYBODY),
    "public.download_csv": page(EVERYBODY),
    "public.download_json": page(EVERYBODY),
    "public.show_contacts": page(EVERYBODY),
    "public.show_log": page(EVERYBODY),
    "public.show_feeds": page(EVERYBODY),
    "public.show_atom": page(EVERYBODY),
    "public.show_rss": page(EVERYBODY),
    "verification.show_form": page(EVERYBODY),
    "verification.verify": button(EVERYBODY),
    "verification.look_up": button(EVERYBODY),
    "public_alerts.show_form": page(EVERYBODY),  # nothing has been published here
    "public_alerts.send": button(EVERYBODY),
    "verification.download_authority": page(EVERYBODY),
    "sign_in.sign_in": form(EVERYBODY),
    "sign_in.sign_out": button(EVERYBODY),
    "password_links.show_link": page(EVERYBODY),
    "password_links.open_link": button(EVERYBODY),
    "password_links.set_password": button(EVERYBODY),
    "password_links.ask_for_link": form(EVERYBODY),
    "registration.register": form(EVERYBODY),
    "registration.show_receipt": page(EVERYBODY),
    "calendar.show_feed": page(EVERYBODY),  # none of the addresses tried here is one
    # tips: this world has no custodian, so none is taken, and no tip, so nobody finds one
    "tip_reports.show_form": page(EVERYBODY),
    "tip_reports.send": button(EVERYBODY),
    "tip_reports.show_employees_form": page(EVERYBODY),
    "tip_reports.send_as_employee": button(EVERYBODY),
    "tip_reports.show_code_form": page(EVERYBODY),
    "tip_reports.show_status": button(EVERYBODY),
    "tip_reports.write": button(EVERYBODY),
    "tips.list_tips": page(TIP_READERS),
    "tips.show_tip": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "tips.show_picture": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "tips.take_step": Row(post=frozenset(), sees=EVERYBODY - TIP_READERS),
    "tips.write": Row(post=frozenset(), sees=EVERYBODY - TIP_READERS),
    "tips.show_identity": Row(post=frozenset(), sees=EVERYBODY - TIP_READERS),
    "tip_posters.list_posters": page(TIP_READERS | ENTERPRISES),
    "tip_posters.show_poster": Row(
        get=ENTERPRISE | OFFICERS | HEAD | {"committee_officer", "office_head"},
        sees=EVERYBODY - TIP_READERS - ENTERPRISES,
    ),
    # referrals: nothing was referred in this world, so nobody finds one
    "referrals.list_all": page(TIP_READERS),
    "referrals.show_new": page(TIP_READERS),
    "referrals.propose": button(TIP_READERS),
    "referrals.show": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "referrals.take_step": Row(post=frozenset(), sees=EVERYBODY - TIP_READERS),
    "referrals.seal": Row(post=frozenset(), sees=EVERYBODY - TIP_READERS),
    "referrals.download": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "discipline.show_inbox": page(RECEIVER),
    "discipline.show": Row(get=frozenset(), sees=EVERYBODY - RECEIVER, receiver_told=404),
    "discipline.take_step": Row(post=frozenset(), sees=EVERYBODY - RECEIVER, receiver_told=404),
    "discipline.download": Row(get=frozenset(), sees=EVERYBODY - RECEIVER, receiver_told=404),
    "discipline.write_own_note": Row(
        post=frozenset(), sees=EVERYBODY - RECEIVER, receiver_told=404
    ),
    "custodians.show_desk": page(frozenset()),
    "custodians.make_key": button(frozenset()),
    "custodians.change_phrase": button(frozenset()),
    "custodians.open_vault": button(frozenset()),
    "custodians.close_vault": button(frozenset()),
    "custodians.hand_over": button(frozenset()),
    "custodians.show_tip": page(frozenset()),
    "custodians.show_picture": page(frozenset()),
    "custodians.register": button(frozenset()),
    "custodians.reassign": button(frozenset()),
    "custodians.pass_on": button(frozenset()),
    "custodians.decide": button(frozenset()),
    # one's own
    "account.show_account": page(SIGNED_IN),
    "account.change_password": button(SIGNED_IN),
    "account.end_other_sessions": button(SIGNED_IN),
    "account.begin_device": button(STAFF),
    "account.show_device": page(STAFF),
    "account.confirm_device": button(STAFF),
    "phrases.show_phrases": page(BUSINESS),
    "phrases.add": button(BUSINESS),
    "phrases.delete": button(BUSINESS),
    "own_work.show_acted": page(BUSINESS),
    "own_work.show_begun": page(BUSINESS),
    "own_work.show_copies": page(BUSINESS),
    "own_work.show_drafts": page(BUSINESS),
    "own_work.delete_draft": button(BUSINESS),
    "tasks.list_tasks": page(BUSINESS),
    "home.show_home": page(BUSINESS),
    "cases.list_cases": page(BUSINESS),
    "deadlines.show_trial": page(BUSINESS),
    "calendar.show_calendar": page(BUSINESS),
    "calendar.make_address": button(BUSINESS),
    "calendar.end_address": button(BUSINESS),
    "recounts.show_moved": page(frozenset({"office_head"})),
    "recounts.accept": button(frozenset({"office_head"})),
    "ledger_files.export": button(BUSINESS),
    # the three administrators, each apart
    "administration.show_overview": page(ADMINISTRATORS),
    "administration.list_organisations": page(SYSTEM | SECURITY),
    "administration.show_organisation": page(SYSTEM | SECURITY),
    "administration.add_organisation": form(SYSTEM),
    "administration.edit_organisation": form(SYSTEM),
    "administration.load_holidays": form(SYSTEM),
    "administration.list_persons": page(SYSTEM | SECURITY),
    "administration.show_person": page(SYSTEM | SECURITY),
    "administration.add_person": form(SYSTEM),
    "administration.give_post": form(SYSTEM),
    "administration.end_post": button(SYSTEM),
    "administration.change_account": button(SYSTEM),
    "administration.make_link": button(SYSTEM),
    "administration.set_request_aside": button(SYSTEM),
    "administration.list_proposals": page(SYSTEM | SECURITY),
    "administration.show_proposal": page(SYSTEM | SECURITY),
    "administration.decide_proposal": button(SECURITY),
    "administration.withdraw_proposal": button(SYSTEM),
    "administration.show_log": page(AUDIT),
    "worker.show_status": page(SYSTEM),
    "worker.retry": button(SYSTEM),
    # enterprises that ask to be registered: the office to which the request went
    "registration.list_registrations": page(CASE_OFFICERS | {"committee_officer"}),
    "registration.show_registration": Row(
        get=OFFICERS, sees=EVERYBODY - CASE_OFFICERS - {"committee_officer"}
    ),
    "registration.decide": Row(
        post=OFFICERS, sees=EVERYBODY - CASE_OFFICERS - {"committee_officer"}
    ),
    "registration.make_links": Row(
        post=OFFICERS, sees=EVERYBODY - CASE_OFFICERS - {"committee_officer"}
    ),
    # task lists: the task tried here has no owner, so only the committee's office reports on it
    "campaigns.list_campaigns": page(TASK_READERS),
    "campaigns.show_board": page(TASK_READERS),
    "campaigns.show_task": page(TASK_READERS),
    "campaigns.report": button(ASSIGNING),
    "campaigns.set_owner": button(ASSIGNING),
    # beginning a case
    "reports.file_first_report": form(ENTERPRISES),
    "reports.register_hazard": form(CASE_OFFICERS),
    "ledger_files.show_upload": page(CASE_OFFICERS),
    "ledger_files.upload": button(CASE_OFFICERS),
    "ledger_files.download_template": page(CASE_OFFICERS),
    "ledger_files.show_import": Row(
        get=frozenset({"case_officer"}), sees=EVERYBODY - CASE_OFFICERS
    ),
    "ledger_files.confirm_import": Row(
        post=frozenset({"case_officer"}), sees=EVERYBODY - CASE_OFFICERS
    ),
    "ledger_files.download_refused": Row(
        get=frozenset({"case_officer"}), sees=EVERYBODY - CASE_OFFICERS
    ),
    # a case: those concerned; for everybody else there is none
    "cases.show_case": OF_CASE,
    "cases.show_diagram": OF_CASE,
    "cases.show_record": OF_CASE,
    "cases.show_earlier": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "cases.show_knowledge": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "tracing.show_trace": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "tracing.show_as_it_stood": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "dossiers.download": Row(post=SUPERVISING, sees=CONCERNED, told=404),
    "diagrams.show_source": OF_CASE,
    "reports.show_receipt": OF_CASE,
    "documents.show_issued": OF_CASE,
    "documents.open_document": Row(post=CONCERNED, sees=CONCERNED),
    "printouts.show_printout": OF_CASE,
    "documents.show_draft": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "documents.download_attachment": OF_CASE,
    "documents.show_attachment": OF_CASE,
    "documents.show_picture": OF_CASE,
    # of nobody but its sender; the token tried here is none
    "documents.show_received": Row(get=frozenset(), sees=frozenset()),
    "documents.take_attachment_original": Row(post=SUPERVISING, sees=CONCERNED, told=404),
    "ledger_files.national_number": Row(
        get=OFFICERS, post=OFFICERS, sees=EVERYBODY - CASE_OFFICERS
    ),
    "tasks.show_task": of_step(get=OFFICERS),
    "tasks.carry_out": of_step(post=OFFICERS),
    "tasks.show_criterion": of_step(get=HEAD | {"second_officer"}),
    "tasks.confirm_criterion": of_step(post=HEAD | {"second_officer"}),
    "assignments.show_assignment": of_step(get=BEFORE_HANDOVER),
    "assignments.claim": of_step(post=OFFICERS),
    "assignments.release": of_step(post=OFFICERS),
    "assignments.transfer": of_step(post=OFFICERS),
    "assignments.delegate": of_step(post=HEAD),
    "taking_back.show_taking_back": Row(
        get=frozenset({"office_head"}), sees=BEFORE_HANDOVER, case="drafted"
    ),
    "taking_back.take_back": Row(
        post=frozenset({"office_head"}), sees=BEFORE_HANDOVER, case="drafted"
    ),
    # substitutes: who arranges a post; the world holds no authority, so nobody finds one
    "succession.list_substitutions": page(STAFF),
    "succession.choose_post": page(STAFF),
    "succession.propose": Row(
        get=ENTERPRISE, post=ENTERPRISE, sees=frozenset(), administrators_told=404
    ),
    "succession.show_substitution": Row(get=frozenset(), sees=frozenset(), administrators_told=404),
    "succession.download_authority": Row(
        get=frozenset(), sees=frozenset(), administrators_told=404
    ),
    "succession.confirm": Row(post=frozenset(), sees=frozenset(), administrators_told=404),
    "succession.revoke": Row(post=frozenset(), sees=frozenset(), administrators_told=404),
    # who leaves, and what is dissolved: heads and administrators; the world holds no such deed
    "departures.list_departures": page(STAFF),
    "departures.choose_person": page(HEADS | SYSTEM),
    "departures.prepare": Row(get=HEAD | SYSTEM, post=HEAD | SYSTEM, sees=STAFF - HEADS),
    "departures.show_departure": Row(get=frozenset(), sees=frozenset(), administrators_told=404),
    "departures.confirm": Row(post=frozenset(), sees=frozenset(), administrators_told=404),
    "departures.revoke": Row(post=frozenset(), sees=frozenset(), administrators_told=404),
    "dissolutions.list_dissolutions": page(DISSOLVING),
    "dissolutions.choose_organisation": page(SYSTEM),
    "dissolutions.prepare": form(SYSTEM),
    "dissolutions.show_dissolution": NO_DISSOLUTION,
    "dissolutions.download_document": NO_DISSOLUTION,
    "dissolutions.confirm": NO_DISSOLUTION_TO_CHANGE,
    "dissolutions.revoke": NO_DISSOLUTION_TO_CHANGE,
    # the monthly sheet: leaders in charge and the heads above an enterprise
    "endorsements.show_current": page(ENDORSING),
    "endorsements.show_sheet": page(ENDORSING),
    "endorsements.sign": button(ENDORSING),
    # what the public is told; nothing is under way here, and no case is named
    # after delisting; a blank form is sent back to whoever reads the inside
    "look_backs.list_all": page(
        CASE_OFFICERS | HEAD | {"committee_officer", "office_head", "other_head"}
    ),
    "look_backs.show": Row(get=SUPERVISING, sees=CONCERNED, told=404),
    "look_backs.record": Row(post=SUPERVISING, sees=CONCERNED, told=404),
    "look_backs.set_aside": Row(post=SUPERVISING, sees=CONCERNED, told=404),
    # the two handovers: whose they are is asked in test_handover_notes.py
    "handovers.list_all": page(REPORTING),
    "handovers.show": Row(get=frozenset(), sees=EVERYBODY - REPORTING),
    "handovers.write": Row(post=frozenset(), sees=EVERYBODY - REPORTING),
    "handovers.show_letter": Row(get=frozenset(), sees=EVERYBODY - REPORTING),
    # bans: none is on record here; who compares the principal of the mine
    "bans.list_all": page(TIP_READERS),
    "bans.enter": form(ASSIGNING),
    "bans.show": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "bans.take": Row(post=frozenset(), sees=EVERYBODY - ASSIGNING),
    "bans.download_scan": Row(get=frozenset(), sees=EVERYBODY - TIP_READERS),
    "bans.compare": Row(get=COMPARING, sees=EVERYBODY - TIP_READERS),
    "bans.decide": Row(post=COMPARING, sees=EVERYBODY - TIP_READERS),
    # points: no act counted here
    "head_points.list_all": page(TASK_READERS - {"government_officer", "other_government_officer"}),
    "head_points.take_back": Row(
        post=frozenset(), sees=EVERYBODY - {"department_head", "other_head", "office_head"}
    ),
    # assessments: no month was assessed here, and none is named
    "assessments.list_all": page(ASSESSED),
    "assessments.begin": Row(post=frozenset(), sees=EVERYBODY - {"committee_officer"}),
    "assessments.show_composite": page(ASSESSED),
    "assessments.show": Row(get=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.take": Row(post=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.receive": Row(post=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.show_unit": Row(get=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.show_fact": Row(get=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.object_to": Row(post=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.download_evidence": Row(get=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.take_evidence": Row(
        post=frozenset(), sees=EVERYBODY - {"committee_officer", "office_head"}
    ),
    "assessments.answer": Row(post=frozenset(), sees=EVERYBODY - ASSESSED),
    "assessments.find_false": Row(post=frozenset(), sees=EVERYBODY - ASSESSED),
    # tracebacks: none is under way here
    "tracebacks.list_all": page(TRACING),
    "tracebacks.show_new": Row(
        get=frozenset({"committee_officer"}), sees=EVERYBODY - TRACING | {"committee_officer"}
    ),
    "tracebacks.propose": Row(
        post=frozenset({"committee_officer"}), sees=EVERYBODY - TRACING | {"committee_officer"}
    ),
    "tracebacks.show": Row(get=frozenset(), sees=EVERYBODY - TRACING),
    "tracebacks.take": Row(post=frozenset(), sees=EVERYBODY - TRACING),
    "tracebacks.record": Row(post=frozenset(), sees=EVERYBODY - TRACING),
    "tracebacks.show_report": Row(get=frozenset(), sees=EVERYBODY - TRACING),
    # monthly returns: nobody owes one here yet
    "returns.list_all": page(REPORTING),
    "returns.show": Row(get=frozenset(), sees=EVERYBODY - REPORTING),
    "returns.take": Row(post=frozenset(), sees=EVERYBODY - REPORTING),
    "returns.show_file": Row(get=frozenset(), sees=EVERYBODY - REPORTING),
    "returns.show_paper": Row(get=frozenset(), sees=EVERYBODY - ASSIGNING),
    "returns.register_paper": Row(post=frozenset(), sees=EVERYBODY - ASSIGNING),
    "returns.decide_paper": Row(post=frozenset(), sees=EVERYBODY - ASSIGNING),
    "returns.download_scan": Row(get=frozenset(), sees=EVERYBODY - REPORTING),
    "disclosures.list_all": page(DISCLOSING),
    "disclosures.show_new": Row(get=frozenset(), sees=EVERYBODY - PREPARING),
    "disclosures.prepare": Row(post=frozenset(), sees=EVERYBODY - PREPARING),
    "disclosures.show_bulletin": Row(
        get=frozenset(), sees=EVERYBODY - {"committee_officer"}
    ),  # the month here is not over
    "disclosures.prepare_bulletin": Row(post=frozenset(), sees=EVERYBODY - {"committee_officer"}),
    "disclosures.show": Row(get=frozenset(), sees=EVERYBODY - DISCLOSING),
    "disclosures.take": Row(post=frozenset(), sees=EVERYBODY - DISCLOSING),
    "disclosures.show_picture": Row(get=frozenset(), sees=EVERYBODY - DISCLOSING),
    # one notice for several cases; who reads the whole is asked in test_listing_batches.py
    "listing_batches.show_form": page(PROPOSING),
    "listing_batches.propose": button(PROPOSING),
    "listing_batches.show_draft": Row(get=frozenset(), sees=frozenset()),
    "listing_batches.show_issued": Row(get=frozenset(), sees=frozenset()),
    # signed on paper: a verification is registered by the officers; nothing waits in this world, so
    # nobody finds a registration (who opens a real one is asked in test_paper_pages.py)
    "paper.register": of_step(get=OFFICERS, post=OFFICERS),
    "paper.show_sheet": of_step(get=OFFICERS),
    "paper.list_registrations": page(BUSINESS),
    "paper.show_registration": Row(get=frozenset(), sees=frozenset()),
    "paper.decide": Row(post=frozenset(), sees=frozenset()),
    "paper.download_scan": Row(get=frozenset(), sees=frozenset()),
    "paper_cases.enter": form(CASE_OFFICERS | {"committee_officer"}),
    "paper_cases.show_entry": Row(get=frozenset(), sees=frozenset()),
    "paper_cases.decide": Row(post=frozenset(), sees=frozenset()),
    "paper_cases.download_scan": Row(get=frozenset(), sees=frozenset()),
    "copies.show_form": Row(get=SUPERVISING | ENTERPRISE | {"government_officer"}, sees=CONCERNED),
    "copies.send": Row(post=SUPERVISING | ENTERPRISE | {"government_officer"}, sees=CONCERNED),
    "suggestions.dismiss": Row(post=frozenset(), sees=frozenset()),
    "copies.open_case": Row(post=HEAD, sees=frozenset()),
    "copies.acknowledge": Row(post=HEAD, sees=frozenset()),
}
REFUSED = (401, 403, 404)
FAULTS = (400, 405, 500)
# Redirects that belong to the page itself.
ELSEWHERE = {
    "public.show_case": (404,),
    "public_alerts.show_form": (404,),
    "public_alerts.send": (404,),
    "public.show_picture": (404,),
    "public.show_bulletin": (404,),
    "public.show_bulletin_file": (404,),
    "registration.show_receipt": (302,),
    "succession.choose_post": (200, 302),
    "endorsements.show_current": (302,),
    "account.show_device": (303,),
    "calendar.show_feed": (404, 429),
    "verification.download_authority": (404,),  # nothing has been signed here
    "tip_reports.show_form": (503,),
    "tip_reports.show_employees_form": (503,),
}
ONE_OF_EACH = (NOBODY, "case_officer")
# They change by being here.
NOT_COMPARED = {"login_session", "sign_in_attempt"}


@dataclass(frozen=True)
class Answer:
    """What one visitor got: the status, and all the text in it."""

    status: int
    text: str


@pytest.fixture(scope="module")
def two(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoOffices]:
    """One world for the whole module; nothing but the last test changes it."""
    folder = tmp_path_factory.mktemp("two offices")
    (folder / "guapai.sqlite").write_bytes(sqlite_template)
    engine = create_engine_for(f"sqlite:///{folder / 'guapai.sqlite'}")
    found = build(engine, folder)
    yield found
    found.close()
    engine.dispose()


@pytest.fixture(scope="module")
def answers(two: TwoOffices) -> dict[tuple[str, str], Answer]:
    """Every page that can be asked for, by everybody, by (name, endpoint)."""
    return {
        (name, rule.endpoint): read(two.browsers[name].get(address(two, rule)))
        for rule in rules_of(two)
        if "GET" in methods(rule) and rule.endpoint in EXPECTED
        for name in sorted(EVERYBODY)
    }


def rules_of(two: TwoOffices) -> list[Rule]:
    """Every route."""
    return list(two.app.url_map.iter_rules())


def methods(rule: Rule) -> set[str]:
    return set(rule.methods or ())


def address(two: TwoOffices, rule: Rule, case: str = "") -> str:
    place = getattr(two, case or EXPECTED[rule.endpoint].case)
    known: dict[str, object] = {
        "filename": "theme.css",
        "organisation_id": two.world.ids["mine"],
        "person_id": two.world.person_ids["case_officer"],
        "post_id": 1,
        "phrase_id": 1,
        "proposal_id": two.proposal_id,
        **dict.fromkeys(("substitution_id", "departure_id", "dissolution_id"), 1),
        "batch_id": 1,
        "publication_id": 1,
        "return_id": 1,
        "paper_id": 1,
        "sha256": "0",
        **dict.fromkeys(("handover_id", "letter_id"), 0),
        **dict.fromkeys(("round_id", "unit_id", "fact_id"), 1),
        "traceback_id": 1,
        "step": "approve_disclosure",
        "number": 0,
        "suggestion_id": 1,
        "alert_id": 1,
        "token": "none",
        **dict.fromkeys(("public_id", "bulletin_id"), 1),
        "name": "all",
        "kind": "workforce_notice",
        **dict.fromkeys(("entry_id", "scan_id"), 1),
        "process_id": "hazard_supervision",
        "month": f"{two.world.now:%Y-%m}",
        **dict.fromkeys(
            ("tip_id", "referral_id", "picture_id", "request_id", "item_id", "message_id"), 1
        ),
        "key_id": 1,
        "ban_id": 1,
        "subject": "person",
        "subject_id": two.world.person_ids["principal"],
        "code": MINE_CODE,
        "key": TASK_LIST,
    }
    if rule.endpoint.startswith("campaigns."):
        known["number"] = 1
    if rule.endpoint.startswith("assessments."):
        known |= {"copy_id": 1, "objection_id": 1, "number": 1}
    if rule.endpoint.startswith("head_points."):
        known["act_id"] = 0
    if rule.endpoint.startswith("bans."):
        known["step"] = "confirm"
    if rule.endpoint.startswith("tracebacks."):
        known["step"] = "review_traceback"
    if rule.endpoint.startswith("returns."):
        known["step"] = "approve_return"
    if rule.endpoint.startswith("tips."):
        known["step"] = "verify_tip"
    if rule.endpoint.startswith("paper."):  # of a signature, not of an enterprise
        known["registration_id"] = 1
    values = {part: known.get(part, getattr(place, part, None)) for part in rule.arguments}
    with two.app.test_request_context():
        found: str = two.app.url_for(rule.endpoint, **values)  # type: ignore[arg-type]
    return found


def read(answer: TestResponse) -> Answer:
    """Status, headers and body; of a workbook what its parts say."""
    body = answer.data
    texts = [str(answer.headers), body.decode(errors="replace")]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            texts += [parts.read(part).decode(errors="replace") for part in parts.namelist()]
    answer.close()
    return Answer(answer.status_code, "\n".join(texts))


def expected_get(name: str, endpoint: str) -> tuple[int, ...]:
    row = EXPECTED[endpoint]
    assert row.get is not None, endpoint
    if name in row.get:
        return ELSEWHERE.get(endpoint, (200,))
    return (302,) if name in (NOBODY, RETIRED) else (refusal(name, row),)


def refusal(name: str, row: Row) -> int:
    if name == NOBODY:
        return 401
    if name == RETIRED:
        return 403
    if name in ADMINISTRATORS:
        return row.administrators_told
    if name in RECEIVER:
        seen = row.told if name in row.sees else row.administrators_told
        return row.receiver_told or seen
    return row.told if name in row.sees else 404


def filled(two: TwoOffices, token: str) -> dict[str, object]:
    """A form that is complete where one is asked for, so that it is the person who is refused."""
    colleague = two.world.person_ids["second_officer"]
    return {
        "csrf_token": token,
        "release-reason": "分工调整",
        **{f"{kind}-to_person_id": colleague for kind in ("transfer", "delegate")},
        **{f"{kind}-reason": "分工调整" for kind in ("transfer", "delegate")},
    }


def token_of(browser: FlaskClient, name: str) -> str:
    """A true token: the refusal that follows is not for want of one."""
    text = browser.get("/sign-in" if name == NOBODY else "/account").text
    return text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def contents(engine: Engine) -> dict[str, str]:
    """A hash of every table, apart from what looking alone may change."""
    tables = sorted(set(sa.inspect(engine).get_table_names()) - NOT_COMPARED)
    with engine.connect() as connection:
        return {
            table: hashlib.sha256(
                repr(
                    sorted(map(repr, connection.execute(sa.text(f'SELECT * FROM "{table}"'))))
                ).encode()
            ).hexdigest()
            for table in tables
        }


def test_every_route_has_its_row_and_every_row_its_route(two: TwoOffices) -> None:
    found: dict[str, set[str]] = {}
    for rule in rules_of(two):
        found.setdefault(rule.endpoint, set()).update(methods(rule) & {"GET", "POST"})
    written = {
        endpoint: {name for name, who in (("GET", row.get), ("POST", row.post)) if who is not None}
        for endpoint, row in EXPECTED.items()
    }
    assert found == written
    for rule in rules_of(two):
        assert methods(rule) <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_page_opens_to_those_written_down_and_to_nobody_else(
    answers: dict[tuple[str, str], Answer],
) -> None:
    wrong = {
        (name, endpoint): (answer.status, expected_get(name, endpoint))
        for (name, endpoint), answer in answers.items()
        if answer.status not in expected_get(name, endpoint)
    }
    assert not wrong, "\n".join(map(str, wrong.items()))


def test_no_other_method_is_answered(two: TwoOffices) -> None:
    adapter = two.app.url_map.bind("localhost")
    for rule in rules_of(two):
        where = address(two, rule)
        others = {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(adapter.allowed_methods(where))
        for name in ONE_OF_EACH:
            for method in others:
                answer = two.browsers[name].open(where, method=method)
                assert answer.status_code == 405, (name, method, rule.endpoint)


# ------------------------------------------------------------------ marks


def test_no_page_that_opens_shows_a_mark_of_the_foreign_case(
    answers: dict[tuple[str, str], Answer],
) -> None:
    shown = [
        key
        for key, answer in answers.items()
        if key[0] in FOREIGN_TO
        and (TEXT in answer.text or (NAME in answer.text and key[0] not in ADMINISTRATORS))
    ]
    assert shown == []


def test_whatever_is_known_of_the_foreign_case_answers_as_if_it_did_not_exist(
    two: TwoOffices,
) -> None:
    for rule in rules_of(two):
        if "GET" not in methods(rule) or not rule.arguments & set(vars(two.far)):
            continue
        where = address(two, rule, "far")
        for name in sorted(FOREIGN_TO):
            answer = read(two.browsers[name].get(where))
            led_away = name in (NOBODY, RETIRED)
            allowed = (302,) if led_away else (403,) if name in ADMINISTRATORS else (403, 404)
            assert answer.status in allowed, (name, where)
            assert TEXT not in answer.text, (name, where)
            assert NAME not in answer.text, (name, where)
            if (
                rule.endpoint.startswith(("cases.", "documents.", "printouts."))
                and name in BUSINESS
            ):
                assert answer.status == 404, (name, where)


def test_searches_and_exports_find_nothing_of_the_foreign_case(two: TwoOffices) -> None:
    for name in sorted(FOREIGN_TO):
        browser = two.browsers[name]
        found = [read(browser.get("/cases", query_string={"text": QUERY}))]
        token = token_of(browser, name)
        for text in ("", QUERY):
            for kind in ("xlsx", "csv"):
                data = {"format": kind, "text": text, "csrf_token": token}
                found.append(read(browser.post("/cases/export", data=data)))
        for answer in found:
            assert TEXT not in answer.text, name
            assert NAME not in answer.text, name
        if name in BUSINESS:
            assert [answer.status for answer in found] == [200] * 5


def test_a_post_to_the_foreign_case_says_nothing_and_changes_nothing(two: TwoOffices) -> None:
    before = contents(two.world.engine)
    for name in sorted(FOREIGN_TO):
        token = token_of(two.browsers[name], name)
        for rule in rules_of(two):
            if "POST" not in methods(rule) or not rule.arguments & set(vars(two.far)):
                continue
            where = address(two, rule, "far")
            answer = read(two.browsers[name].post(where, data={"csrf_token": token}))
            assert answer.status in REFUSED, (name, where)
            assert TEXT not in answer.text, (name, where)
            assert NAME not in answer.text, (name, where)
    assert contents(two.world.engine) == before


def test_every_mark_was_there_to_be_seen(two: TwoOffices) -> None:
    """Each mark is found by somebody whom the case does concern, so that the tests above bite."""
    texts = []
    own = ("tasks.", "own_work.", "phrases.", "cases.", "registration.")
    rules = [
        rule
        for rule in rules_of(two)
        if "GET" in methods(rule)
        and (rule.arguments & set(vars(two.far)) or rule.endpoint.startswith(own))
    ]
    for name in sorted(FAR | {"committee_officer"}):
        browser = two.browsers[name]
        texts += [read(browser.get(address(two, rule, "far"))).text for rule in rules]
        data = {"format": "xlsx", "text": QUERY, "csrf_token": token_of(browser, name)}
        texts.append(read(browser.post("/cases/export", data=data)).text)
    everything = "\n".join(texts)
    assert [mark for mark in (*two.far_marks, f"{NAME}-rival") if mark not in everything] == []


def test_drafts_and_phrases_of_others_are_out_of_reach(two: TwoOffices) -> None:
    with reading(two.world.engine) as session:
        key = session.scalars(sa.select(FormDraft.form_key)).one()
        phrase_id = session.scalars(sa.select(StockPhrase.id)).one()
    before = contents(two.world.engine)
    for name in sorted(BUSINESS - {"other_officer"}):
        browser = two.browsers[name]
        data = {"form_key": key, "csrf_token": token_of(browser, name)}
        browser.post("/tasks/drafts/delete", data=data)
        browser.post(f"/account/phrases/{phrase_id}/delete", data=data)
    assert contents(two.world.engine) == before


def test_what_was_said_inside_never_reaches_the_supervised_side(
    two: TwoOffices, answers: dict[tuple[str, str], Answer]
) -> None:
    seen_inside = 0
    for case in ("drafted", "listed"):
        for rule in rules_of(two):
            if "GET" not in methods(rule) or not rule.arguments & set(vars(two.far)):
                continue
            where = address(two, rule, case)
            for name in sorted(SUPERVISED):
                assert INSIDE not in read(two.browsers[name].get(where)).text, (name, where)
            seen_inside += INSIDE in read(two.browsers["department_head"].get(where)).text
    assert [key for key, answer in answers.items() if reaches_outside(key[0], answer)] == []
    for name in sorted(SUPERVISED):
        token = token_of(two.browsers[name], name)
        for kind in ("xlsx", "csv"):
            data = {"format": kind, "csrf_token": token}
            answer = read(two.browsers[name].post("/cases/export", data=data))
            assert answer.status == 200
            assert INSIDE not in answer.text, name
    assert seen_inside > 2


def reaches_outside(name: str, answer: Answer) -> bool:
    return name not in SUPERVISING | {"government_officer", "government_principal"} and (
        INSIDE in answer.text
    )


# ------------------------------------------------------------------ forms


def test_no_form_is_taken_without_its_token(two: TwoOffices) -> None:
    before = contents(two.world.engine)
    for rule in rules_of(two):
        for name in sorted(EVERYBODY) if "POST" in methods(rule) else ():
            answer = two.browsers[name].post(address(two, rule))
            assert answer.status_code == 400, (name, rule.endpoint)
    assert contents(two.world.engine) == before


def test_a_form_of_the_wrong_person_is_refused_and_changes_nothing(two: TwoOffices) -> None:
    before = contents(two.world.engine)
    wrong = {}
    for name in sorted(EVERYBODY):
        token = token_of(two.browsers[name], name)
        for rule in rules_of(two):
            row = EXPECTED[rule.endpoint]
            if row.post is None or name in row.post or "POST" not in methods(rule):
                continue
            answer = two.browsers[name].post(address(two, rule), data=filled(two, token))
            if answer.status_code != refusal(name, row):
                wrong[name, rule.endpoint] = (answer.status_code, refusal(name, row))
        assert contents(two.world.engine) == before, name
    assert not wrong, "\n".join(map(str, wrong.items()))


@pytest.mark.postgresql
def test_the_pages_of_a_case_open_alike_on_postgresql(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    two = build(postgresql_engine, tmp_path)
    wrong = {}
    for rule in rules_of(two):
        if "GET" in methods(rule) and rule.arguments & {"case_id", "document_id", "attachment_id"}:
            for name in sorted(EVERYBODY):
                answer = read(two.browsers[name].get(address(two, rule)))
                if answer.status not in expected_get(name, rule.endpoint):
                    wrong[name, rule.endpoint] = (answer.status, expected_get(name, rule.endpoint))
                if name in FOREIGN_TO:
                    assert TEXT not in answer.text
    two.close()
    assert not wrong, "\n".join(map(str, wrong.items()))


def test_a_form_of_the_right_person_is_not_refused_as_such(two: TwoOffices) -> None:
    """The last test of the module: it changes the world, and signs everybody out."""
    refused = {}
    rules = [rule for rule in rules_of(two) if "POST" in methods(rule)]
    for name in sorted(EVERYBODY):
        token = token_of(two.browsers[name], name)
        for rule in sorted(rules, key=lambda rule: rule.endpoint == "sign_in.sign_out"):
            if name in (EXPECTED[rule.endpoint].post or ()):
                answer = two.browsers[name].post(address(two, rule), data={"csrf_token": token})
                answer.close()  # a dossier is a file
                elsewhere = ELSEWHERE.get(rule.endpoint, ())
                if answer.status_code in {*REFUSED, *FAULTS} - set(elsewhere):
                    refused[name, rule.endpoint] = answer.status_code
    assert refused == {}
