"""Who may come in by which route: one table a door. A route that its table does not name stops the start."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask

from gateway.core import roles
from gateway.core.facts import Role
from gateway.core.roles import Can

CERTIFICATE = "gateway.peer_certificate"
"""Where the server puts the verified client certificate (DER) of a connection."""

ANYBODY = frozenset[Role]()
"""Those who are not signed in come in too."""

EVERY_ROLE = frozenset(Role)
SENDERS, READERS, COLLECTORS = roles.who(Can.SEND), roles.who(Can.READ), roles.who(Can.COLLECT)
OFFICERS = roles.who(Can.EXPLANATIONS)
LOOKERS, BUNDLERS, SCHOOLS = roles.who(Can.LOOK), roles.who(Can.BUNDLE), roles.who(Can.OWN_DISCLOSURES)
OPERATORS = roles.who(Can.OPERATE)
ADMITTERS = roles.who(Can.SEE_ACCOUNTS, Can.VOUCH)
CASEWORKERS, MESSENGERS = roles.who(Can.WORK_CASES), roles.who(Can.MESSAGE)
SPEAKERS = roles.who(Can.SPEAK)
ENCLOSERS = roles.who(Can.SEND_FILES, Can.PROTECTION_FILES)
CONFIRMERS = roles.who(Can.CONFIRM_STARTED)
SETTERS, LIFTERS = roles.who(Can.SET_FLAGS), roles.who(Can.LIFT_FLAGS)
GOVERNORS = roles.who(Can.KEEP)

MACHINES = frozenset({"as4", "uploads", "sent", "checkpoint", "held", "add_checkpoint"})
"""All of these ask for a TLS certificate that is enrolled for a partner in the directory."""

OPERATING = frozenset({"healthz", "readyz", "metrics"})
"""Nobody is asked who they are: this door is opened on the loopback address, and nothing behind it is about anybody."""

PAGES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "static": ANYBODY,
        "accessibility": ANYBODY,
        "signing_in": ANYBODY,
        "receipt_shown": ANYBODY,
        "receipt_checked": ANYBODY,
        "privacy": ANYBODY,
        "privacy_of": ANYBODY,
        "help_list": ANYBODY,
        "refer": ANYBODY,
        "referral": ANYBODY,
        "referred": ANYBODY,
        "referral_taken": ANYBODY,
        "link": ANYBODY,
        "sign_in": ANYBODY,
        "openid_begin": ANYBODY,
        "passkey_in": ANYBODY,
        "mail_link": ANYBODY,
        "openid_back": ANYBODY,
        "sign_out": ANYBODY,
        "start": EVERY_ROLE,
        "passkeys_list": EVERY_ROLE,
        "passkey_add": EVERY_ROLE,
        "passkey_remove": EVERY_ROLE,
        "sessions_list": EVERY_ROLE,
        "session_end": EVERY_ROLE,
        "sessions_end": EVERY_ROLE,
        "acting_for": roles.SEVERAL,
        "act_for": roles.SEVERAL,
        "people_list": ADMITTERS,
        "one_person": ADMITTERS,
        "person_act": ADMITTERS,
        "upload": SENDERS,
        "template": SENDERS,
        "hand_in": SENDERS,
        "returns": SENDERS,
        "file_request": SENDERS,
        "file_asked": SENDERS,
        "awaited": SENDERS,
        "enclosure": ENCLOSERS,
        "enclosed": ENCLOSERS,
        "deletion_return": SENDERS,
        "deletion_checked": SENDERS,
        "new_pupil_return": SENDERS,
        "new_pupil_checked": SENDERS,
        "send": SENDERS | ENCLOSERS,
        "report": READERS,
        "entry": READERS,
        "findings": READERS,
        "sent": READERS,
        "receipt": READERS,
        "note": READERS,
        "inbox": COLLECTORS,
        "not_there": READERS,
        "whose": READERS | COLLECTORS,
        "whose_file": READERS | COLLECTORS,
        "lay_again": SENDERS | ENCLOSERS,
        "not_ours": COLLECTORS,
        "close_not_ours": COLLECTORS,
        "explanations": OFFICERS,
        "explanation": OFFICERS,
        "release": OFFICERS,
        "collect": COLLECTORS,
        "cases_list": CASEWORKERS,
        "new_case": CASEWORKERS,
        "open_case": CASEWORKERS,
        "phone_referral": CASEWORKERS,
        "phone_referred": CASEWORKERS,
        "case": CASEWORKERS,
        "look": CASEWORKERS,
        "pairs_list": CASEWORKERS,
        "pair": CASEWORKERS,
        "paired": CASEWORKERS,
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
        "team_list": SPEAKERS,
        "team_open": SPEAKERS,
        "team_asks": SPEAKERS,
        "team_says": SPEAKERS,
        "team_tells": SPEAKERS,
        "team_told": SPEAKERS,
        "watches": CASEWORKERS | CONFIRMERS,
        "watch_started": CASEWORKERS | CONFIRMERS,
        "confirming": CONFIRMERS,
        "confirm": CONFIRMERS,
        "blocked": CASEWORKERS,
        "blocked_done": CASEWORKERS,
        "transfer": CASEWORKERS,
        "take_up": CASEWORKERS,
        "overview": OPERATORS,
        "resend": OPERATORS,
        "resend_all": OPERATORS,
        "queue_pause": OPERATORS,
        "queue_paused": OPERATORS,
        "queue_resumed": OPERATORS,
        "set_up": OPERATORS,
        "week": OPERATORS,
        "who_did_what": OPERATORS,
        "diagnostics": OPERATORS,
        "partner_list": OPERATORS,
        "partner_shown": OPERATORS,
        "partner_kit": OPERATORS,
        "partner_begin": OPERATORS,
        "partner_live": OPERATORS,
        "log": LOOKERS,
        "log_list": LOOKERS,
        "log_pdf": LOOKERS,
        "log_proofs": BUNDLERS,
        "samples": BUNDLERS,
        "sample_look": BUNDLERS,
        "sample_found": BUNDLERS,
        "child": LOOKERS | SCHOOLS,
        "about_child": LOOKERS | SCHOOLS,
        "enquire": CASEWORKERS,
        "notice_look": CASEWORKERS,
        "notice_send": CASEWORKERS,
        "due": SETTERS,
        "task_done": SETTERS,
        "holds_list": SETTERS,
        "hold": SETTERS,
        "settle": SETTERS,
        "settled": SETTERS,
        "claims": SETTERS,
        "new_claim": SETTERS,
        "open_claim": SETTERS,
        "claim": SETTERS,
        "claim_step": SETTERS,
        "claim_stepped": SETTERS,
        "tell": SETTERS,
        "said_of_it": SETTERS,
        "answered_of_it": SETTERS,
        "sar": SETTERS,
        "sar_made": SETTERS,
        "sar_copy": SETTERS,
        "rights_notice": SETTERS,
        "notice_step": SETTERS,
        "notice_stepped": SETTERS,
        "disclosure_shown": LOOKERS,
        "breach_list": SETTERS,
        "breach_shown": SETTERS,
        "breach_news": GOVERNORS,
        "breach_update": GOVERNORS,
        "recall": SETTERS,
        "recalled": SETTERS,
        "recall_heard": SETTERS,
        "recall_told": SETTERS,
        "recall_answer": SETTERS,
        "recall_answered": SETTERS,
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
