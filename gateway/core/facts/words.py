"""The words that facts are made of: each of one strict grammar or one short list, so that none can hold a name."""

import re
from enum import StrEnum

from gateway.core.terms import Token


class Citation(Token):
    """Where a power stands, in the words of ``partners/purposes.toml``: ``PIR05 reg 9(3)``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9 ().,;:'/&+-]{1,300}")


class Condition(Token):
    """An Article 9 or 10 condition, a Schedule 1 paragraph, an exemption or a policy document: ``S1P18``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")


class Version(Token):
    """A version of a document kind: ``26.0``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")


class LogName(Token):
    """The name of a log, as its checkpoints carry it (c2sp.org/signed-note, Signatures)."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[!-*,-~]{1,200}")


class NoteSignature(Token):
    """The key id and the Ed25519 signature of a signed note, in hexadecimal."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9a-f]{136}")


class What(StrEnum):
    """What a commitment binds to."""

    CHILD = "child"
    ORGANISATION = "organisation"
    PERSON = "person"
    PAYLOAD = "payload"
    TEXT = "text"


class Stale(StrEnum):
    """Why a parcel may not go as it was sealed."""

    AGREEMENT = "agreement"
    RECIPIENT_CERTIFICATE = "recipient-certificate"
    OWN_CERTIFICATE = "own-certificate"


class Role(StrEnum):
    """What somebody who signs in may do."""

    SCHOOL_SENDER = "school-sender"
    SCHOOL_READER = "school-reader"
    OFFICER = "officer"
    MANAGER = "manager"
    GOVERNANCE = "governance"
    OPERATOR = "operator"
    AUDITOR = "auditor"
