"""Who there is to exchange with: each organisation from its first day to its last, and what came after it.

A recipient is always one of these records, never an address that somebody typed.
"""

from gateway.core.partners.checked import Checked
from gateway.core.partners.credentials import Anchor, Awaiting, Certificate
from gateway.core.partners.directory import Directory
from gateway.core.partners.kinds import Carrier, CertificateRole, Channel, PartnerKind
from gateway.core.partners.onboarding import made_live, onboarded
from gateway.core.partners.particulars import (
    Agency,
    Assurance,
    Contact,
    ContractRef,
    MailboxId,
    Phone,
    Post,
    Proof,
    Safeguarding,
    Scheme,
    Verified,
    VerifierKey,
)
from gateway.core.partners.pausing import has_queue, paused, resumed
from gateway.core.partners.records import Partner, Paused, Template
from gateway.core.partners.standing import WARN_DAYS, Lapse, Want, lapsed
from gateway.core.partners.succession import leaning, succession
from gateway.core.partners.telephone import confirmed, denied
from gateway.core.partners.toml import (
    from_register,
    from_toml,
    signatures_in,
    templates_from_toml,
    to_toml,
    with_signatures,
)
from gateway.core.partners.trust import (
    CERTIFICATE_DAYS,
    REASONS,
    WAIT_WORDS,
    Ending,
    Wait,
    added,
    distrusted,
    ending,
    met,
    received,
    revoked,
    sealing,
    signing,
    standing,
    unproven,
    unsettled,
    vouched,
    waits,
)
from gateway.core.partners.unsigned import at_once
from gateway.core.partners.words import ends, fingerprint, in_clear, template_of, told

__all__ = [
    "CERTIFICATE_DAYS",
    "REASONS",
    "WAIT_WORDS",
    "WARN_DAYS",
    "Agency",
    "Anchor",
    "Assurance",
    "Awaiting",
    "Carrier",
    "Certificate",
    "CertificateRole",
    "Channel",
    "Checked",
    "Contact",
    "ContractRef",
    "Directory",
    "Ending",
    "Lapse",
    "MailboxId",
    "Partner",
    "PartnerKind",
    "Paused",
    "Phone",
    "Post",
    "Proof",
    "Safeguarding",
    "Scheme",
    "Template",
    "Verified",
    "VerifierKey",
    "Wait",
    "Want",
    "added",
    "at_once",
    "confirmed",
    "denied",
    "distrusted",
    "ending",
    "ends",
    "fingerprint",
    "from_register",
    "from_toml",
    "has_queue",
    "in_clear",
    "lapsed",
    "leaning",
    "made_live",
    "met",
    "onboarded",
    "paused",
    "received",
    "resumed",
    "revoked",
    "sealing",
    "signatures_in",
    "signing",
    "standing",
    "succession",
    "template_of",
    "templates_from_toml",
    "to_toml",
    "told",
    "unproven",
    "unsettled",
    "vouched",
    "waits",
    "with_signatures",
]
