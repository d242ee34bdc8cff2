"""File names of transfer files and notices: one strict grammar that prints back to the same text.

``8864321_CTF_8871234_001.xml`` (ctf.md §2). Common accidents are recognised and said, not refused: the ``(1)`` that a
browser adds, an extension in capitals, and what a mail program or school2school puts before the name.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gateway.core.errors import Code, Refusal
from gateway.core.terms import Kind, LaEstab

CTF_FILE = re.compile(
    r"(?P<source>[0-9]{3}(?:[0-9]{4}|LLLL))_(?P<type>CTF|CML|CMJ|CME|ENQ|RPL|TRF|TRA|CLO|JEL|RQF|ACK|RFS|RCL|RCA|BRE|RGT|REF"
    r"|CHK|CHA|ABS|CAS|DEL|ENC)_"
    r"(?P<dest>[0-9]{3}(?:[0-9]{4}|LLLL)|X{7}|M{7})_(?P<sequence>[0-9]{3})\.xml"
)
S2S_FILE = re.compile(
    r"(?P<sender>[0-9]{3}(?:[0-9]{4}|LLLL))_(?P<receiver>[0-9]{3}(?:[0-9]{4}|LLLL)|DFES[A-Z]{3})_"
    r"[A-Za-z0-9-]{1,15}\.[A-Za-z0-9]{2,4}"
)
"""A generic file of school2school: sender, receiver, and up to 15 characters of the sender's own (ctf.md §2)."""

_BROWSER = re.compile(r"(?: ?\([0-9]{1,3}\)| - Copy(?: \([0-9]{1,3}\))?)(?=\.[A-Za-z]{3}\Z)")
_BEFORE = re.compile(rf"[^/\\]{{0,80}}[^A-Za-z0-9/\\](?={CTF_FILE.pattern}\Z)")
LAST = 999


class FileType(StrEnum):
    """The middle of the name. CML and CMJ are a school's CME leavers and joiners; from CME on they are our messages."""

    CTF = "CTF"
    CML = "CML"
    CMJ = "CMJ"
    CME = "CME"
    ENQ = "ENQ"
    RPL = "RPL"
    TRF = "TRF"
    TRA = "TRA"
    CLO = "CLO"
    JEL = "JEL"
    RQF = "RQF"
    ACK = "ACK"
    RFS = "RFS"
    RCL = "RCL"
    RCA = "RCA"
    BRE = "BRE"
    RGT = "RGT"
    REF = "REF"
    CHK = "CHK"
    CHA = "CHA"
    ABS = "ABS"
    CAS = "CAS"
    DEL = "DEL"
    ENC = "ENC"

    @property
    def kind(self) -> Kind:
        return _KINDS[self]

    @classmethod
    def of(cls, kind: Kind) -> "FileType":
        """The type of a kind."""
        return next(one for one, named in _KINDS.items() if named is kind)


_KINDS = {
    FileType.CTF: Kind.CTF,
    FileType.CML: Kind.CML,
    FileType.CMJ: Kind.CMJ,
    FileType.CME: Kind.NOTICE,
    FileType.ENQ: Kind.ENQUIRY,
    FileType.RPL: Kind.REPLY,
    FileType.TRF: Kind.TRANSFER,
    FileType.TRA: Kind.TRANSFER_ANSWER,
    FileType.CLO: Kind.CLOSURE,
    FileType.JEL: Kind.JOINT_LOG,
    FileType.RQF: Kind.REQUEST,
    FileType.ACK: Kind.ACKNOWLEDGEMENT,
    FileType.RFS: Kind.REFUSAL,
    FileType.RCL: Kind.RECALL,
    FileType.RCA: Kind.RECALL_ANSWER,
    FileType.BRE: Kind.BREACH,
    FileType.RGT: Kind.RIGHTS,
    FileType.REF: Kind.REFERRAL,
    FileType.CHK: Kind.CHECK,
    FileType.CHA: Kind.CHECK_ANSWER,
    FileType.ABS: Kind.ABSENCE,
    FileType.CAS: Kind.CASEFILE,
    FileType.DEL: Kind.DELETION,
    FileType.ENC: Kind.ENCLOSURE,
}


@dataclass(frozen=True, slots=True)
class FileName:
    """``sequence`` is 1 to 999: the number of this file among those from the same source to the same destination."""

    source: LaEstab
    type: FileType
    dest: LaEstab
    sequence: int

    def __post_init__(self) -> None:
        if not 1 <= self.sequence <= LAST or self.source.unknown or self.source.outside:
            raise ValueError("a file comes from a school or an authority, and its number is 001 to 999")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The opposite of ``str``; raises Refusal(FILE_NAME) for any other form."""
        found = CTF_FILE.fullmatch(text)
        if found is None or found["sequence"] == "000":
            raise Refusal(Code.FILE_NAME)
        return cls(LaEstab(found["source"]), FileType(found["type"]), LaEstab(found["dest"]), int(found["sequence"]))

    def __str__(self) -> str:
        return f"{self.source}_{self.type}_{self.dest}_{self.sequence:03d}.xml"


def s2s_sender(text: str) -> LaEstab | None:
    """Whom the name of a generic school2school file names as its sender; None for any other name."""
    found = S2S_FILE.fullmatch(_BROWSER.sub("", text))
    return LaEstab(found["sender"]) if found else None


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without the accidents that were recognised in it, and the rule of each."""
    rules = []
    plain = _BROWSER.sub("", text)
    if plain != text:
        rules.append("NAME-002")
    if plain[-4:].lower() == ".xml" and not plain.endswith(".xml"):
        rules.append("NAME-003")
        plain = plain[:-4] + ".xml"
    if before := _BEFORE.match(plain):
        rules.append("NAME-006")
        plain = plain[before.end() :]
    return plain, tuple(rules)
