"""What each kind of document looks like from outside: which element holds what, and how many records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gateway.core.documents.known import Known
from gateway.core.documents.names import FileName, tidy
from gateway.core.documents.trees import Element
from gateway.core.errors import Refusal
from gateway.core.terms import Kind


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame of one kind. ``record`` is the element that stands for one child, or for one message that is meant.

    ``title`` is the document name in the header; of an ``extensible`` kind a newer minor version is read by an older
    schema, because what it adds stands in an Extension.
    """

    kind: Kind
    prefix: str
    root: str
    header: str
    version: str
    records: str
    record: str
    most_records: int
    title: str = ""
    extensible: bool = False

    @property
    def of_children(self) -> bool:
        """Whether a record is a child's; otherwise it is a message that is meant."""
        return self.record != "Message"


CTF = Layout(Kind.CTF, "CTF", "CTfile", "Header", "CTFversion", "CTFpupilData", "Pupil", 5_000)
CML, CMJ = replace(CTF, kind=Kind.CML, prefix="CML"), replace(CTF, kind=Kind.CMJ, prefix="CMJ")


def _message(kind: Kind, prefix: str, root: str, title: str, record: str = "Child", most: int = 20) -> Layout:
    records = {"Child": "Children", "Message": "Messages"}[record]
    return Layout(kind, prefix, root, "Header", "NoticeVersion", records, record, most, title, extensible=True)


MESSAGES = (
    _message(Kind.NOTICE, "CME", "CMEnotice", "CME Notice"),
    _message(Kind.ENQUIRY, "ENQ", "CMEenquiry", "CME Enquiry"),
    _message(Kind.REPLY, "RPL", "CMEreply", "CME Reply"),
    _message(Kind.TRANSFER, "TRF", "CMEtransfer", "CME Transfer of Responsibility"),
    _message(Kind.TRANSFER_ANSWER, "TRA", "CMEtransferAnswer", "CME Transfer Answer"),
    _message(Kind.CLOSURE, "CLO", "CMEclosure", "CME Closure"),
    _message(Kind.JOINT_LOG, "JEL", "CMEjointLog", "CME Joint Enquiry Log"),
    _message(Kind.REQUEST, "RQF", "CMErequest", "CME Request for a File"),
    _message(Kind.ACKNOWLEDGEMENT, "ACK", "CMEacknowledgement", "CME Acknowledgement", "Message"),
    _message(Kind.REFUSAL, "RFS", "CMErefusal", "CME Refusal", "Message"),
    _message(Kind.RECALL, "RCL", "CMErecall", "CME Recall", "Message"),
    _message(Kind.RECALL_ANSWER, "RCA", "CMErecallAnswer", "CME Recall Answer", "Message"),
    _message(Kind.BREACH, "BRE", "CMEbreach", "CME Breach", "Message"),
    _message(Kind.RIGHTS, "RGT", "CMErights", "CME Rights Notice", "Message"),
    _message(Kind.REFERRAL, "REF", "CMEreferral", "CME Referral"),
    _message(Kind.CHECK, "CHK", "CMEcheck", "CME Check"),
    _message(Kind.CHECK_ANSWER, "CHA", "CMEcheckAnswer", "CME Check Answer"),
    _message(Kind.ABSENCE, "ABS", "CMEabsence", "CME Absence Return", most=200),
    _message(Kind.CASEFILE, "CAS", "CMEcasefile", "CME Case File"),
    _message(Kind.DELETION, "DEL", "CMEdeletion", "CME Deletion Return"),
    _message(Kind.ENCLOSURE, "ENC", "CMEenclosure", "CME Enclosure", most=1),
)

BY_ROOT: Mapping[str, Layout] = MappingProxyType({layout.root: layout for layout in (CTF, *MESSAGES)})
"""The returns of leavers and joiners have the root of a transfer file: ``of`` tells them apart."""

TRANSFERS = frozenset({Kind.CTF, Kind.CML, Kind.CMJ})
"""The kinds whose record is that of a transfer file."""

REGISTERS = TRANSFERS | {Kind.DELETION}
"""The kinds whose record says, as a register does, where the child lives and which schools it has been at."""

BY_KIND: Mapping[Kind, Layout] = MappingProxyType({layout.kind: layout for layout in (CTF, CML, CMJ, *MESSAGES)})


def of(root: Element, name: str | None, known: Known) -> Layout | None:
    """The layout of a file, or None when no kind has such a root. Its name says which return it is, or its header."""
    layout = BY_ROOT.get(str(root.tag))
    if layout is not CTF:
        return layout
    named = _named(name)
    if named is not None:
        return named if named.root == layout.root else layout
    told = (kind for path, text, kind in known.formats.told if (root.findtext(f"Header/{path}") or "").strip() == text)
    return BY_KIND[next(told, Kind.CTF)]


def _named(name: str | None) -> Layout | None:
    try:
        return BY_KIND[FileName.parse(tidy(name)[0]).type.kind] if name else None
    except Refusal:
        return None
