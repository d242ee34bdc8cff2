"""The people's door and its laws: who is let in, what every answer carries, and how what went wrong is told.

The pages themselves are in ``signing`` and ``school``. A session is a row of the database; the one secret here only
signs the tokens of forms, and the vault derives it, so that every process of an installation knows it.
"""

import base64
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import IO, Any, Protocol

from flask import Flask, Request, Response, g, make_response, render_template, request
from flask.sessions import SecureCookieSession, SessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import clocks, law, roles
from gateway.core.errors import HELP, Code, Fault, Help, Refusal
from gateway.core.records import Person
from gateway.core.terms import Draw, PartnerId, digest
from gateway.flows import enquiry, rollcall, sessions
from gateway.flows.ports import Gateway
from gateway.flows.readying import Machine
from gateway.web import (
    access,
    accounts,
    casework,
    connecting,
    desk,
    enclosing,
    fetching,
    filing,
    governance,
    introducing,
    logbook,
    notices,
    openid,
    overview,
    pairing,
    passkeys,
    public,
    reading,
    receipts,
    referring,
    school,
    school_following,
    school_pupils,
    show,
    signing,
    teams,
    transfers,
    watches,
    words,
)
from gateway.web.signing import BEFORE, cookie_name, is_secure

MOST_BYTES = 64 << 10
"""In a form without files."""

LARGER = {
    "partner_brought": introducing.MOST_BYTES,
    "whose_file": school_pupils.MOST_BYTES,
    "enclosed": enclosing.LARGEST,
    "receipt_checked": receipts.MOST_BYTES,
}
"""Other forms with files than what is handed in; that may be as large as a message, as the settings say."""

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LINKS_ALONE = signing.Ways()
NOTHING_TOLD = Machine()
BUSY = Help(
    "The gateway cannot do this now.",
    "Try again in a minute. A file that had arrived gets the same receipt, and goes once.",
    503,
)
"""Of several files some may have been taken before the machine failed, so this promises less than HELP does."""


class Offices(school.Store, school_following.Store, rollcall.Store, Protocol):
    """What the pages of a school ask."""


class Councils(casework.Store, notices.Store, pairing.Store, governance.Store, watches.Store, Protocol):
    """What the pages of a council ask."""


class Operators(overview.Store, connecting.Store, desk.Store, Protocol):
    """What the pages of whoever runs the machine ask."""


class Store(openid.Store, passkeys.Store, accounts.Store, Offices, Councils, logbook.Store, Operators, Protocol):
    """What the pages ask of the database beside what the flows do."""


class Whole(Request):
    """A request whose files stay in memory: a spooled file would lie on a disk as it came."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        _ = total_content_length, content_type, filename, content_length
        return BytesIO()


class FormTokens(SessionInterface):
    """Binds the token of a form to the session that our own cookie names, and sets no cookie of its own.

    Before there is a session, another cookie takes its place, which signs nobody in.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        _ = app
        g.before = request.cookies.get(cookie_name(BEFORE)) or self.draw(16).hex()
        session = request.cookies.get(cookie_name()) or g.before
        return SecureCookieSession({"csrf_token": digest(f"form:{session}".encode())})

    def save_session(self, *_: Any) -> None:
        """Nothing to save."""


def create(
    gateway: Gateway,
    store: Store,
    on_fault: Callable[[str, BaseException], None],
    secret: str,
    means: governance.Means,
    ways: signing.Ways = LINKS_ALONE,
    machine: Machine = NOTHING_TOLD,
) -> Flask:
    """The WSGI application of the pages' port. ``secret`` signs the tokens of forms."""
    app = Flask("gateway.web")
    app.request_class = Whole
    app.session_interface = FormTokens(gateway.draw)
    app.config.update(
        SECRET_KEY=secret,
        # the server tells of what nobody expected; Flask's own logger would write out what a message or file said
        PROPAGATE_EXCEPTIONS=True,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session
        WTF_CSRF_SSL_STRICT=False,  # would ask for the Referer that our own policy withholds
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("gateway.web"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    app.jinja_env.filters.update(show.FILTERS)
    app.jinja_env.globals.update(
        words=words, ends=clocks.ends, help=HELP, item_names=law.names(gateway.rulebook.classes),
        purpose_words={code: f"{code}: {one.sentence}" for code, one in gateway.rulebook.purposes.items()},
    )

    _admit(app, gateway, store)
    _sign_in(app, gateway, store, ways)
    _rooms(app, gateway, store, means, ways)
    desk.add(app, gateway, store, machine)
    _protect(app, gateway)
    _answers(app, on_fault)
    access.check(app, frozenset(access.PAGES))
    return app


def _sign_in(app: Flask, gateway: Gateway, store: Store, ways: signing.Ways) -> None:
    """What somebody may do before they have signed in."""
    csrf = CSRFProtect(app)
    signing.add(app, gateway, store, ways)
    openid.add(app, gateway, store, ways.openid)
    passkeys.add(app, gateway, store, ways.passkeys)
    csrf.exempt(app.view_functions["sign_in"])  # there is no session yet, and the link itself is the secret
    receipts.add(app, gateway, csrf)


def _rooms(app: Flask, gateway: Gateway, store: Store, means: governance.Means, ways: signing.Ways) -> None:
    """All other pages, room by room."""
    school.add(app, gateway, store)
    filing.add(app, gateway, store)
    fetching.add(app, gateway, store)
    enclosing.add(app, gateway, store)
    school_following.add(app, gateway, store)
    school_pupils.add(app, gateway, store)
    casework.add(app, gateway, store)
    notices.add(app, gateway, store)
    transfers.add(app, gateway)
    pairing.add(app, gateway, store)
    teams.add(app, gateway, store)
    reading.add(app, gateway, store)
    watches.add(app, gateway, store)
    logbook.add(app, gateway, store)
    overview.add(app, gateway, store)
    connecting.add(app, gateway, store, means.xsds)
    introducing.add(app, gateway, store)
    accounts.add(app, gateway, store, passkeys=ways.passkeys is not None)
    governance.add(app, gateway, store, means)
    referring.add(app, gateway, store, means.statements)
    public.add(app, gateway, store, means.rules, means.statements)


def _admit(app: Flask, gateway: Gateway, store: Store) -> None:
    """Before any view: who is this, may they come in here, and did our own page send them."""

    @app.before_request
    def admit() -> None:
        g.person, g.session, g.nonce = None, None, base64.b64encode(gateway.draw(16)).decode()
        if request.endpoint in {None, "static"}:
            return
        gateway.store.ready()
        session = request.cookies.get(cookie_name())
        if session:
            found = sessions.signed_in(gateway, store, session, gateway.clock())
            if found is not None:
                g.session, g.whole, g.person = found
        allowed = access.PAGES[str(request.endpoint)]
        if allowed is not access.ANYBODY:
            _refuse_unless(g.person, allowed, had_session=bool(session))
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in {
            "same-origin",
            "none",
        }:
            raise Refusal(Code.NOT_ALLOWED)
        larger = {**LARGER, "hand_in": gateway.rules.message_bytes}
        request.max_content_length = larger.get(str(request.endpoint), MOST_BYTES)


def _refuse_unless(person: Person | None, allowed: frozenset[Any], *, had_session: bool) -> None:
    if person is None:
        raise Refusal(Code.SESSION_OVER if had_session else Code.NOT_SIGNED_IN)
    if person.role not in allowed:
        raise Refusal(Code.NOT_ALLOWED)


def _protect(app: Flask, gateway: Gateway) -> None:
    """After any view: what every answer carries, and what every page knows."""

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY.format(nonce=g.get("nonce", ""))
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers.setdefault("Cache-Control", "no-store")
        if is_secure():
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer

    @app.context_processor
    def known() -> dict[str, object]:
        person = g.get("person")
        return {
            "nonce": g.get("nonce", ""),
            "person": person,
            # asked only by pages that show them: the page that tells of a failed database is not one
            "council": lambda: enquiry.name_of(gateway, *gateway.homes),
            "name_of": lambda one: enquiry.name_of(gateway, one),
            "most_mb": gateway.rules.message_bytes >> 20,
            "given": lambda name: request.values.get(name, ""),
            "organisation": lambda: enquiry.name_of(gateway, *_acts_for(gateway, person)) if person else "",
            "several": person is not None and len(g.whole.homes) > 1 and person.role in roles.SEVERAL,
            "at_council": person is not None and person.organisation in gateway.homes,
            "may": lambda endpoint: person is not None and person.role in access.PAGES[endpoint],
        }


def _acts_for(gateway: Gateway, person: Person) -> Sequence[PartnerId]:
    """The controllers for which somebody of a shared team acts, or their one organisation."""
    return sorted(person.homes & set(gateway.homes)) or [person.organisation]


def _answers(app: Flask, on_fault: Callable[[str, BaseException], None]) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> AnyResponse:
        answer = make_response(_told(refusal.help))
        unknown = refusal.code in {Code.NOT_SIGNED_IN, Code.SESSION_OVER}
        return signing.remember_wanted(answer) if unknown else answer

    @app.errorhandler(Fault)
    def fault(error: Fault) -> tuple[str, int, dict[str, str]]:
        on_fault("pages", error)
        # the database may be what failed, so this page asks it nothing
        return render_template("busy.html", words=BUSY), 503, {"Retry-After": "30"}

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(_error: Exception) -> tuple[str, int]:
        return _told(HELP[Code.NOT_FOUND], 404)

    @app.errorhandler(413)
    def large(_error: Exception) -> tuple[str, int]:
        return _told(school.too_much(request.max_content_length or MOST_BYTES), 413)

    @app.errorhandler(CSRFError)
    def old(_error: CSRFError) -> tuple[str, int]:
        return _told(HELP[Code.PAGE_TOO_OLD])


def _told(words: Help, status: int = 0) -> tuple[str, int]:
    return render_template("told.html", words=words), status or words.status
