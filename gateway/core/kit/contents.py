"""What is in the kit, and where: each file is made from the one value that holds all of it."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.core.as4 import Ebms, Profile, certificates, names
from gateway.core.as4.causes import CAUSES
from gateway.core.errors import HELP, Code
from gateway.core.partners import Certificate, CertificateRole, Partner
from gateway.core.sample import Specimen
from gateway.core.terms import Kind

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate of ours in force, or soon, under the name by which it lies in the kit (without an ending)."""

    name: str
    role: CertificateRole
    profile: Profile | None
    fingerprint: str
    first: datetime
    last: datetime
    days: int
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Kit:
    """``theirs`` is the partner for whom it is, as far as the register knows it. ``agreements`` are the values that
    an AgreementRef of ours may have; ``xsds`` go by kind and version.
    """

    ours: Partner
    theirs: Partner
    service: str
    test_service: str
    profiles: tuple[Profile, ...]
    agreements: tuple[str, ...]
    lines: tuple[Line, ...]
    xsds: Mapping[tuple[Kind, str], bytes]
    to_us: tuple[Specimen, ...]
    from_us: tuple[Specimen, ...]

    @property
    def endpoint(self) -> str:
        """Theirs, or one to fill in."""
        return self.theirs.endpoint or "https://YOUR-ACCESS-POINT.example/as4"

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(sorted({str(kind) for kind, _ in self.xsds}))

    def shown(self, role: CertificateRole, profile: Profile | None) -> tuple[Line, ...]:
        """Our certificates for one use, the one that lasts longest first."""
        found = [one for one in self.lines if one.role is role and one.profile is profile]
        return tuple(sorted(found, key=lambda one: one.last, reverse=True))


def lines(partner: Partner, at: datetime) -> tuple[Line, ...]:
    """Every certificate of ours that has not ended, numbered where there are several for one use."""
    found: list[Line] = []
    standing = sorted(_standing(partner.certificates, at), key=lambda one: (one[0].role, one[1].not_valid_before_utc))
    for one, certificate in standing:
        profile = None if one.role is CertificateRole.TLS else certificates.profile_of(certificate)
        stem = "-".join(filter(None, (str(one.role), profile)))
        again = sum(each.role is one.role and each.profile is profile for each in found)
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        name, days = f"{stem}-{again + 1}" if again else stem, (last - at).days
        found.append(Line(name, one.role, profile, one.fingerprint, first, last, days, one))
    return tuple(found)


def _standing(held: Iterable[Certificate], at: datetime) -> Iterator[tuple[Certificate, certificates.Certificate]]:
    for one in held:
        certificate = certificates.load(one.pem)
        if at < certificate.not_valid_after_utc:
            yield one, certificate


def files(kit: Kit) -> Files:
    """Certificates, schemas, specimens and tables."""
    found = {"services.csv": _services(kit), "errors.csv": _errors(), "certificates/fingerprints.csv": _prints(kit)}
    for one in kit.lines:
        found[f"certificates/{one.name}.pem"] = one.certificate.pem.encode()
        found[f"certificates/{one.name}.der"] = one.certificate.der
    for (kind, version), xsd in kit.xsds.items():
        found[xsd_name(kind, version)] = xsd
    for way, specimens in (("to-us", kit.to_us), ("from-us", kit.from_us)):
        for each in specimens:
            found[f"specimens/{way}/{each.kind}-{each.version}/{each.file.name}"] = each.file.content
    return found


def xsd_name(kind: Kind, version: str) -> str:
    return f"schemas/{kind}-{version}.xsd"


# -- tables -----------------------------------------------------------------------------------------------------------


def _services(kit: Kit) -> bytes:
    head = ("kind", "version", "service", "service for specimens", "action", "schema", "specimen for us", "from us")
    mine = {(one.kind, one.version): one.file.name for one in kit.to_us}
    ours = {(one.kind, one.version): one.file.name for one in kit.from_us}
    rows = [
        (
            kind, version, kit.service, kit.test_service, kind, xsd_name(kind, version),
            mine.get((kind, version), "none"), ours.get((kind, version), "none"),
        )
        for kind, version in sorted(kit.xsds, key=lambda one: (one[0], float(one[1])))
    ]  # fmt: skip
    ping = ("test of the connection", "", names.TEST_SERVICE, "", names.TEST_ACTION, "", "any payload", "none")
    return _table(head, [*rows, ping])


def _prints(kit: Kit) -> bytes:
    head = ("file", "use", "profile", "sha-256", "from", "until", "days left")
    rows = [
        (one.name, one.role, one.profile or "every", one.fingerprint, one.first.date(), one.last.date(), one.days)
        for one in kit.lines
    ]
    return _table(head, rows)


_HTTP = (
    ("200", "A signed receipt or a signed error: the transport did its work.", "Read the signal."),
    ("202", "The answer to a message that you pulled was taken.", "Nothing."),
    ("400", "The request broke off, or two programs could read it in two ways.",
     "Send all of it, with one length, each header on one line (Content-Type may have several)."),
    ("403", "Your TLS client certificate is not registered here; the error is signed all the same.",
     "Show the certificate that you gave us, or ask us to register it."),
    ("404", "There is nothing at this address.", "Post to the address in README.md."),
    ("408", "The request came too slowly.", "Send the same bytes again, on a connection that holds."),
    ("413", "The message is larger than we accept.", "Split it."),
    ("431", "The headers of the request are longer than we read.", "Leave out what your proxy or client adds."),
    ("500", "Something failed here, and our operator has been told.", "Send the same bytes again, later."),
    ("501", "The request has a Transfer-Encoding that we do not know.", "Use chunked, or a Content-Length."),
    ("503", "We cannot take it now and have kept nothing of it.",
     "Send the same bytes again after the seconds that Retry-After names."),
)  # fmt: skip
_OF_A_MESSAGE = (
    Code.NOT_A_FILE_WE_KNOW, Code.FILE_NAME, Code.ENCODING, Code.NOT_XML, Code.UNSAFE_XML, Code.UNSAFE_ZIP,
    Code.WRONG_KIND, Code.WRONG_VERSION, Code.TOO_LARGE, Code.FINDINGS, Code.NOT_ENROLLED, Code.WRONG_PARTNER,
    Code.NOT_FOR_US, Code.UNKNOWN_SENDER, Code.KNOWN_ID_OTHER_CONTENT, Code.NO_AGREEMENT, Code.REQUEST_INCOMPLETE,
    Code.NEEDED_FOR, Code.ONBOARDING, Code.SPECIMEN, Code.UNMARKED,
)  # fmt: skip
"""Codes that begin the detail of an error signal."""


def _errors() -> bytes:
    rows = [("HTTP", status, "", sentence, mend) for status, sentence, mend in _HTTP]
    for code, sentence in dict.fromkeys(CAUSES.values()):
        mend = "Nothing: ask again later." if code is Ebms.EMPTY else _MEND[code.origin]
        rows.append(("ebMS", code, code.short, sentence, mend))
    rows += [("our code", one, "", HELP[one].sentence, HELP[one].fix) for one in _OF_A_MESSAGE]
    return _table(("where", "code", "short", "what it means", "what to do"), rows)


_MEND = {
    "security": "Hold your P-Mode and both sides' certificates against README.md.",
    "ebMS": "Mend the message and send it under a new MessageId; the same bytes will be refused again.",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow(head)
    written.writerows(rows)
    return text.getvalue().encode()
