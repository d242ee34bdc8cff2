"""Who there is to exchange with: each organisation from its first day to its last, and what came after it.

A recipient is always one of these records, never an address that somebody typed.
"""

from gateway.core.partners.directory import Directory
from gateway.core.partners.kinds import Carrier, CertificateRole, Channel, PartnerKind
from gateway.core.partners.records import Assurance, Certificate, Contact, Partner, Template
from gateway.core.partners.toml import from_toml, templates_from_toml, to_toml

__all__ = [
    "Assurance",
    "Carrier",
    "Certificate",
    "CertificateRole",
    "Channel",
    "Contact",
    "Directory",
    "Partner",
    "PartnerKind",
    "Template",
    "from_toml",
    "templates_from_toml",
    "to_toml",
]
