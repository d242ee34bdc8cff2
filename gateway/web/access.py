"""Who may come in by which route: one table a door. A route that its table does not name stops the start."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask

from gateway.core.facts import Role
from gateway.flows import breaches, casebook, explaining, flagging, operating, reports, retaining, watching
from gateway.flows.enquiry import searching, viewing

CERTIFICATE = "gateway.peer_certificate"
"""Where the server puts the verified client certificate (DER) of a connection."""

ANYBODY = frozenset[Role]()
"""Those who are not signed in come in too."""

EVERY_ROLE = frozenset(Role)
SENDERS, READERS = frozenset(reports.SENDERS), frozenset(reports.READERS)
OFFICERS = frozenset(explaining.OFFICERS)
LOOKERS, BUNDLERS = viewing.LOOKERS, searching.BUNDLERS
OPERATORS = operating.OPERATORS
CASEWORKERS, MESSENGERS = casebook.OFFICERS, frozenset(flagging.SETTERS)
GOVERNORS = retaining.KEEPERS
LIFTERS, BREACH_KEEPERS = flagging.LIFTERS, breaches.KEEPERS

MACHINES = frozenset({"as4", "uploads", "sent", "checkpoint", "held", "add_checkpoint"})
"""All of these ask for a TLS certificate that is enrolled for a partner in the directory."""

OPERATING = frozenset({"healthz", "readyz", "metrics"})
"""Nobody is asked who they are: this door is opened on the loopback address, and nothing behind it is about anybody."""

PAGES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "static": ANYBODY,
        "accessibility": ANYBODY,
        "privacy": ANYBODY,
        "privacy_of": ANYBODY,
        "help_list": ANYBODY,
        "link": ANYBODY,
        "sign_in": ANYBODY,
        "sign_out": ANYBODY,
        "start": EVERY_ROLE,
        "upload": SENDERS,
        "template": SENDERS,
        "hand_in": SENDERS,
        "send": SENDERS,
        "report": READERS,
        "entry": READERS,
        "findings": READERS,
        "sent": READERS,
        "receipt": READERS,
        "note": READERS,
        "inbox": READERS,
        "explanations": OFFICERS,
        "explanation": OFFICERS,
        "release": OFFICERS,
        "collect": READERS,
        "cases_list": CASEWORKERS,
        "new_case": CASEWORKERS,
        "open_case": CASEWORKERS,
        "case": CASEWORKERS,
        "look": CASEWORKERS,
        "act": CASEWORKERS,
        "acted": CASEWORKERS,
        "notices_list": MESSENGERS,
        "notice": MESSENGERS,
        "phone": MESSENGERS,
        "phoned": MESSENGERS,
        "answers": MESSENGERS,
        "answer": MESSENGERS,
        "answered": MESSENGERS,
        "renewing": MESSENGERS,
        "renew": MESSENGERS,
        "ending": MESSENGERS,
        "end": MESSENGERS,
        "watches": CASEWORKERS | watching.CONFIRMERS,
        "watch_started": CASEWORKERS | watching.CONFIRMERS,
        "confirming": watching.CONFIRMERS,
        "confirm": watching.CONFIRMERS,
        "blocked": CASEWORKERS,
        "blocked_done": CASEWORKERS,
        "transfer": CASEWORKERS,
        "take_up": CASEWORKERS,
        "overview": OPERATORS,
        "resend": OPERATORS,
        "log": LOOKERS,
        "log_list": LOOKERS,
        "log_proofs": BUNDLERS,
        "child": LOOKERS | READERS,
        "about_child": LOOKERS | READERS,
        "enquire": CASEWORKERS,
        "notice_look": CASEWORKERS,
        "notice_send": CASEWORKERS,
        "due": MESSENGERS,
        "task_done": MESSENGERS,
        "holds_list": MESSENGERS,
        "hold": MESSENGERS,
        "settle": MESSENGERS,
        "settled": MESSENGERS,
        "claims": MESSENGERS,
        "new_claim": MESSENGERS,
        "open_claim": MESSENGERS,
        "claim": MESSENGERS,
        "claim_step": MESSENGERS,
        "claim_stepped": MESSENGERS,
        "tell": MESSENGERS,
        "said_of_it": MESSENGERS,
        "answered_of_it": MESSENGERS,
        "sar": MESSENGERS,
        "sar_made": MESSENGERS,
        "sar_copy": MESSENGERS,
        "rights_notice": MESSENGERS,
        "notice_step": MESSENGERS,
        "notice_stepped": MESSENGERS,
        "disclosure_shown": LOOKERS,
        "breach_list": MESSENGERS,
        "breach_shown": MESSENGERS,
        "breach_news": BREACH_KEEPERS,
        "breach_update": BREACH_KEEPERS,
        "recall": MESSENGERS,
        "recalled": MESSENGERS,
        "recall_heard": MESSENGERS,
        "recall_told": MESSENGERS,
        "recall_answer": MESSENGERS,
        "recall_answered": MESSENGERS,
        "agreement_list": LOOKERS,
        "agreement": LOOKERS,
        "review": GOVERNORS,
        "agreement_step": GOVERNORS,
        "agreement_stepped": GOVERNORS,
        "agreement_change": GOVERNORS,
        "agreement_changed": GOVERNORS,
        "new_agreement": GOVERNORS,
        "adopt_agreement": GOVERNORS,
        "public_register": ANYBODY,
        "purposes": LOOKERS,
        "purpose": LOOKERS,
        "retention_queue": GOVERNORS,
        "retention_run": GOVERNORS,
        "retention_ran": GOVERNORS,
        "retention_step": GOVERNORS,
        "retention_stepped": GOVERNORS,
        "certificates": GOVERNORS,
        "chart_page": LOOKERS,
        "board": LOOKERS,
        "board_pdf": LOOKERS,
        "verified": LOOKERS,
        "verify_now": LOOKERS,
        "flags": LIFTERS,
        "flag_step": LIFTERS,
        "flag_stepped": LIFTERS,
    }
)
"""Which roles; that they see only what is their organisation's, the flows see to."""


def check(app: Flask, named: frozenset[str]) -> None:
    """Raise RuntimeError for a route without an entry, or an entry without a route."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != named:
        raise RuntimeError(f"routes and access differ: {sorted(routes ^ named)}")
