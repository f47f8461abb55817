"""Who sends this request: the session cookie, the signed-in person, the frame of what they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import Flask, Request, request
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from services import accounts
from services.accounts import SignedIn, find_session
from services.clock import local_date
from services.connection import WorkSession
from services.frame import Frame
from services.queries.people import find_actor
from services.queries.phrases import PhraseRow, list_phrases
from services.second_factor import CheckedCode, SecondFactorError, check_code
from services.sign_in_rules import network_of
from web.context import moment, office, reading, surroundings, transaction
from workflows.errors import RuleError
from workflows.permissions import Actor


class SignInNeededError(RuleError):
    """Nobody is signed in, or the session is over."""

    code = "sign_in_needed"


@dataclass(frozen=True)
class Visitor:
    """The signed-in person in the form that Flask-Login asks for."""

    signed_in: SignedIn
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Flask-Login's name for the person."""
        return str(self.signed_in.person_id)


def install(app: Flask) -> None:
    """Identify the visitor by the session cookie; nothing of Flask-Login's own sessions is used."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.request_loader(_load_visitor)


def find_signed_in() -> SignedIn | None:
    """Who is signed in, or None."""
    return current_user.signed_in if current_user.is_authenticated else None


def signed_in() -> SignedIn:
    """Who is signed in; SignInNeededError otherwise."""
    found = find_signed_in()
    if found is None:
        raise SignInNeededError
    return found


@contextmanager
def acting() -> Iterator[Frame]:
    """The frame of one act: `with acting() as frame: approve_delisting(frame, command)`."""
    with transaction() as session:
        yield Frame(session, _actor(session), moment(), office())


@contextmanager
def signing(typed: str) -> Iterator[Frame]:
    """The frame of a signature. The code is looked at before, on its own, so that a wrong one
    counts whatever becomes of the act; it is used up with the act. SecondFactorError.
    """
    code = _checked(typed) if office().second_factor else None
    with acting() as frame:
        yield replace(frame, code=code)


@contextmanager
def looking() -> Iterator[Frame]:
    """The frame of a page that only looks."""
    with reading() as session:
        yield Frame(session, _actor(session), moment(), office())


def password_is_right(password: str) -> bool:
    """Whether the visitor's own password was typed again; a wrong one is a failed sign-in."""
    with transaction() as session:
        attempt = accounts.begin_attempt(
            session, signed_in().username, network_of(request.remote_addr or ""), moment()
        )
    if not accounts.password_matches(attempt, password):
        return False
    with transaction() as session:
        accounts.record_success(session, attempt)
    return True


def own_phrases() -> tuple[PhraseRow, ...]:
    """The visitor's stock phrases, for a form that asks for an opinion."""
    with reading() as session:
        return list_phrases(session, signed_in().person_id)


def session_cookie_name() -> str:
    """The cookie that holds the session token; bound to the host where there is HTTPS."""
    return "__Host-guapai" if surroundings().settings.https else "guapai_session"


def set_session_cookie(response: Response, token: str) -> None:
    """Hand the token to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        session_cookie_name(),
        token,
        httponly=True,
        samesite="Lax",
        secure=surroundings().settings.https,
        path="/",
    )


def delete_session_cookie(response: Response) -> None:
    """Take the token back; the server forgets it by itself."""
    response.delete_cookie(
        session_cookie_name(),
        httponly=True,
        samesite="Lax",
        secure=surroundings().settings.https,
        path="/",
    )


def session_token() -> str:
    """The token that the browser sent; may be worthless."""
    return request.cookies.get(session_cookie_name(), "")


def _load_visitor(_request: Request) -> Visitor | None:
    token = session_token()
    if not token:
        return None
    with reading() as session:
        found = find_session(session, token, moment())
    return None if found is None else Visitor(found)


def _checked(typed: str) -> CheckedCode:
    with transaction() as session:
        found = check_code(session, office().keys, signed_in().person_id, typed, moment())
    if isinstance(found, SecondFactorError):
        raise found
    return found


def _actor(session: WorkSession) -> Actor:
    actor = find_actor(session, signed_in().person_id, local_date(moment()))
    if actor is None:
        raise SignInNeededError
    return actor
