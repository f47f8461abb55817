"""The application: everything installed in its order; refuses to start with an undeclared route."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from services import clock
from services.connection import Connection
from services.installation import open_office
from services.keys import KeyFileError
from services.office import Office
from services.settings import ReferralModule, Settings, SettingsInvalidError
from services.sign_in_rules import ABSOLUTE_LIMIT
from services.uploads import RECEIVED_DAYS
from web import (
    assessment_commands,
    audit_commands,
    campaign_commands,
    commands,
    conformance_commands,
    context,
    deadline_commands,
    dossier_commands,
    errors,
    guards,
    headers,
    public_commands,
    referral_commands,
    trace_commands,
    visitors,
    worker_commands,
)
from web.guards import (
    RecordId,
    home_of,
    may_open,
)
from web.in_memory import InMemoryRequest
from web.labels import (
    ADMINISTRATION_FIELDS,
    ADMINISTRATION_SAID,
    ENUMS,
    PROPOSALS,
    both_names,
    field_problem,
    label_of,
    length_said,
    local_time,
    trigger_said,
)
from web.labels.assessment import points, unranked
from web.routes import (
    account,
    administration,
    assessments,
    assignments,
    bans,
    calendar,
    campaigns,
    cases,
    copies,
    custodians,
    deadlines,
    departures,
    diagrams,
    discipline,
    disclosures,
    dissolutions,
    documents,
    dossiers,
    endorsements,
    front,
    handovers,
    head_points,
    home,
    ledger_files,
    listing_batches,
    look_backs,
    own_work,
    paper,
    paper_cases,
    password_links,
    phrases,
    printouts,
    public,
    public_alerts,
    recounts,
    referrals,
    registration,
    reports,
    returns,
    sign_in,
    succession,
    suggestions,
    taking_back,
    tasks,
    tip_posters,
    tip_reports,
    tips,
    tracebacks,
    tracing,
    verification,
    worker,
)
from web.visitors import (
    find_signed_in,
    own_phrases,
)
from workflows.vocabulary import PhotoStage

BLUEPRINTS = (
    front.blueprint,
    public.blueprint,
    public_alerts.blueprint,
    verification.blueprint,
    tip_reports.blueprint,
    tips.blueprint,
    tip_posters.blueprint,
    custodians.blueprint,
    sign_in.blueprint,
    account.blueprint,
    password_links.blueprint,
    administration.blueprint,
    worker.blueprint,
    registration.blueprint,
    endorsements.blueprint,
    home.blueprint,
    cases.blueprint,
    ledger_files.blueprint,
    deadlines.blueprint,
    calendar.blueprint,
    listing_batches.blueprint,
    diagrams.blueprint,
    documents.blueprint,
    printouts.blueprint,
    dossiers.blueprint,
    tasks.blueprint,
    assignments.blueprint,
    copies.blueprint,
    phrases.blueprint,
    taking_back.blueprint,
    own_work.blueprint,
    paper.blueprint,
    paper_cases.blueprint,
    reports.blueprint,
    succession.blueprint,
    suggestions.blueprint,
    departures.blueprint,
    recounts.blueprint,
    dissolutions.blueprint,
    disclosures.blueprint,
    campaigns.blueprint,
    assessments.blueprint,
    head_points.blueprint,
    look_backs.blueprint,
    returns.blueprint,
    tracing.blueprint,
    handovers.blueprint,
    tracebacks.blueprint,
    bans.blueprint,
)
REFERRAL_MODULE = (referrals.blueprint, discipline.blueprint)
RECEIVING_MODULE = (
    front.blueprint,
    sign_in.blueprint,
    account.blueprint,
    password_links.blueprint,
    administration.blueprint,
    discipline.blueprint,
)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
FORM_TEXT_LIMIT_BYTES = 2 * 1024 * 1024


def serve_or_exit() -> Flask:
    """The application of this machine's settings; a setting to be mended ends with one line."""
    try:
        return create_app()
    except (SettingsInvalidError, KeyFileError) as error:
        sys.exit(f"无法启动 Cannot start: {error}")


def create_app(
    settings: Settings | None = None,
    *,
    office: Office | None = None,
    now: Callable[[], datetime] = clock.now,
) -> Flask:
    """An application of one installation, ready to serve."""
    app = Flask(__name__)
    app.request_class = InMemoryRequest
    chosen = settings or Settings.from_environment()
    connection = Connection.to(chosen.database_url)
    here = office or open_office(chosen, connection.engine)
    context.attach(app, context.Surroundings(chosen, connection, here, now))
    _configure(app, chosen, here.keys.form_key)
    if chosen.proxy_hops:  # believed only as far as the operator says that proxies stand before us
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's documentation does
            app.wsgi_app, x_for=chosen.proxy_hops, x_proto=chosen.proxy_hops, x_host=0
        )
    app.url_map.converters["int"] = RecordId
    visitors.install(app)
    guards.install(app)
    CSRFProtect(app)
    guards.install_access(app)
    headers.install(app, https=chosen.https)
    errors.install(app)
    _set_up_templates(app)
    for blueprint in _blueprints(here.referrals):
        app.register_blueprint(blueprint)
    _install_commands(app, here.referrals)
    declared = guards.routes_of_installation(here.referrals)
    guards.check_routes((rule.endpoint for rule in app.url_map.iter_rules()), declared)
    return app


def _blueprints(chosen: ReferralModule) -> Sequence[Blueprint]:
    match chosen:
        case ReferralModule.RECEIVE:
            return RECEIVING_MODULE
        case ReferralModule.ON:
            return (*BLUEPRINTS, *REFERRAL_MODULE)
        case ReferralModule.OFF:
            return BLUEPRINTS


def _install_commands(app: Flask, chosen: ReferralModule) -> None:
    commands.install(app)
    audit_commands.install(app)
    referral_commands.install(app, chosen)
    worker_commands.install(app)
    if chosen is ReferralModule.RECEIVE:
        return
    commands.install_for_cases(app)
    deadline_commands.install(app)
    conformance_commands.install(app)
    trace_commands.install(app)
    dossier_commands.install(app)
    public_commands.install(app)
    campaign_commands.install(app)
    assessment_commands.install(app)


def _configure(app: Flask, settings: Settings, form_key: str) -> None:
    app.config.update(
        SECRET_KEY=form_key,
        SESSION_COOKIE_NAME="__Host-guapai-form" if settings.https else "guapai_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        TRUSTED_HOSTS=trusted_hosts(settings),
        # One request may bring several files and the texts of a form.
        MAX_CONTENT_LENGTH=3 * settings.upload_limit_bytes,
        MAX_FORM_MEMORY_SIZE=FORM_TEXT_LIMIT_BYTES,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=int(ABSOLUTE_LIMIT.total_seconds()),
        # Our pages send no Referer, so it cannot be checked; web/guards.py reads Sec-Fetch-Site.
        WTF_CSRF_SSL_STRICT=False,
    )


def trusted_hosts(settings: Settings) -> list[str]:
    """The names under which this installation answers."""
    return sorted({*LOOPBACK_HOSTS, settings.host, *settings.public_hosts})


def _set_up_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(label_of, "label")
    app.add_template_filter(field_problem, "problem")
    app.add_template_filter(local_time, "local_time")
    app.add_template_filter(points, "points")
    app.add_template_filter(unranked, "unranked")
    app.add_template_filter(both_names, "both_names")
    app.add_template_filter(PROPOSALS["escalation_ground"].__getitem__, "suggested_because")
    app.add_template_filter(length_said, "length_said")
    app.add_template_filter(trigger_said, "trigger_said")
    # Functions, so that a page which shows neither person nor banner asks no database.
    app.jinja_env.globals.update(
        may_open=may_open,
        find_visitor=find_signed_in,
        home_of=home_of,
        administration_fields=ADMINISTRATION_FIELDS,
        administration_said=ADMINISTRATION_SAID,
        in_demonstration=context.in_demonstration,
        own_phrases=own_phrases,
        received_days=RECEIVED_DAYS,
        photo_stages=ENUMS[PhotoStage],
    )
