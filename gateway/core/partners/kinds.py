"""What organisations there are in law, and how they are reached."""

from enum import StrEnum


class PartnerKind(StrEnum):
    """What an organisation is in law: its powers and its lawful bases follow from this."""

    COUNCIL = "council"
    MAINTAINED_SCHOOL = "maintained-school"
    PUPIL_REFERRAL_UNIT = "pupil-referral-unit"
    SPECIAL_SCHOOL = "special-school"
    NON_MAINTAINED_SPECIAL_SCHOOL = "non-maintained-special-school"
    ACADEMY = "academy"
    ACADEMY_TRUST = "academy-trust"
    INDEPENDENT_SCHOOL = "independent-school"
    ALTERNATIVE_PROVISION = "alternative-provision"
    ATTENDANCE_COMPANY = "attendance-company"
    INTERNAL_TEAM = "internal-team"
    SOCIAL_CARE = "social-care"
    YOUTH_JUSTICE = "youth-justice"
    PROBATION = "probation"
    POLICE = "police"
    NHS_BODY = "nhs-body"
    CHANNEL_PANEL = "channel-panel"
    GOVERNMENT_DEPARTMENT = "government-department"
    REGULATOR = "regulator"
    OUTSIDE_AUTHORITY = "outside-authority"
    COURT = "court"
    LEGAL_ADVISER = "legal-adviser"
    EMPLOYER = "employer"
    PROCESSOR = "processor"
    RESEARCHER = "researcher"
    PUBLIC = "public"

    @property
    def public_authority(self) -> bool:
        """Whether Article 6(1)(ea) and (f) are closed to it in its tasks (DUAA 2025 s70(2)(c))."""
        return self not in _PRIVATE

    @property
    def school(self) -> bool:
        return self in _SCHOOLS

    @property
    def own_team(self) -> bool:
        """Whether it may be a part of the council that serves it, and not a controller of its own."""
        return self in {PartnerKind.INTERNAL_TEAM, PartnerKind.SOCIAL_CARE, PartnerKind.YOUTH_JUSTICE}

    @property
    def may_have_trust(self) -> bool:
        """Whether an academy trust may answer for it: academies are of these kinds too."""
        return self in _OF_TRUSTS


_SCHOOLS = frozenset({
    PartnerKind.MAINTAINED_SCHOOL, PartnerKind.PUPIL_REFERRAL_UNIT, PartnerKind.SPECIAL_SCHOOL,
    PartnerKind.NON_MAINTAINED_SPECIAL_SCHOOL, PartnerKind.ACADEMY, PartnerKind.INDEPENDENT_SCHOOL,
})  # fmt: skip

_OF_TRUSTS = frozenset({
    PartnerKind.ACADEMY, PartnerKind.SPECIAL_SCHOOL, PartnerKind.PUPIL_REFERRAL_UNIT, PartnerKind.ALTERNATIVE_PROVISION,
})  # fmt: skip

_PRIVATE = frozenset({
    PartnerKind.NON_MAINTAINED_SPECIAL_SCHOOL, PartnerKind.INDEPENDENT_SCHOOL, PartnerKind.ALTERNATIVE_PROVISION,
    PartnerKind.ATTENDANCE_COMPANY, PartnerKind.LEGAL_ADVISER, PartnerKind.EMPLOYER, PartnerKind.PROCESSOR,
    PartnerKind.RESEARCHER, PartnerKind.PUBLIC,
})  # fmt: skip


class Carrier(StrEnum):
    """How a file travels, in the terms of PIR05 reg 9(2), which lists what a transfer file may go by."""

    AS4 = "as4"
    LAN = "lan"
    EMAIL = "email"
    S2S = "s2s"
    MESH = "mesh"
    FOLDER = "folder"
    PHONE = "phone"
    LETTER = "letter"
    MEETING = "meeting"
    COURT = "court"


class Channel(StrEnum):
    """How the gateway reaches a partner."""

    AS4 = "as4"
    PULL = "pull"
    INBOX = "inbox"
    FOLDER = "folder"
    MESH = "mesh"

    @property
    def carrier(self) -> Carrier:
        """An inbox is our own closed network (PIR05 reg 9(2)(b)); where a file lies plain in a folder, that is said."""
        return _CARRIERS[self]

    @property
    def sealed(self) -> bool:
        """Whether it is an AS4 message that goes: pushed, waiting until the partner pulls it, or carried by MESH."""
        return self in {Channel.AS4, Channel.PULL, Channel.MESH}


_CARRIERS = {
    Channel.AS4: Carrier.AS4, Channel.PULL: Carrier.AS4, Channel.INBOX: Carrier.LAN, Channel.FOLDER: Carrier.FOLDER,
    Channel.MESH: Carrier.MESH,
}  # fmt: skip


class CertificateRole(StrEnum):
    SIGN = "sign"
    SEAL = "seal"
    TLS = "tls"
