"""Invented files for the tests of this room: small ones with one thing changed, and large ones."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.core import sample
from gateway.core.documents import NOTHING, Known, Reading, Schemas, build, formats, layouts, read
from gateway.core.reference.limits import Uci
from gateway.core.sample import Mis, Wish
from gateway.core.terms import Kind, LaEstab, Upn
from gateway.edge import shelves

XS = "http://www.w3.org/2001/XMLSchema"
SCHEMAS = Path(__file__).parents[3] / "schemas"
MESSAGES = tuple(layout.kind.value for layout in layouts.MESSAGES)
FAMILY = {"ctf": "ctf", "cml": "ctf", "cmj": "ctf", **dict.fromkeys(MESSAGES, "notice")}
EVERY = tuple(sorted((path.stem, path.parent.name) for path in SCHEMAS.glob("*/*/*.xsd")))
"""The kind and version of each schema. A specimen stands only where a schema differs in its structure."""

SHELVES = tuple((kind, version) for kind, version in EVERY if list(SCHEMAS.glob(f"*/{version}/{kind}.specimen.xml")))
CTF_NAME = "8811234_CTF_2053000_001.xml"
NOTICE_NAME = "886LLLL_CME_887LLLL_001.xml"
CML_NAME, CMJ_NAME = "8811234_CML_881LLLL_001.xml", "8811234_CMJ_881LLLL_001.xml"
OWN = "8864321_{}_886LLLL"
FROM_TO = {
    "absence": OWN,
    "casefile": OWN,
    "deletion": OWN,
    "enclosure": "8864321_{}_8874123",
    "referral": "886LLLL_{}_886LLLL",
}
NAMES = {"ctf": CTF_NAME, "cml": CML_NAME, "cmj": CMJ_NAME} | {
    layout.kind.value: FROM_TO.get(layout.kind, "886LLLL_{}_887LLLL").format(layout.prefix) + "_001.xml"
    for layout in layouts.MESSAGES
}

HEADER = """<Header><DocumentName>Common Transfer File</DocumentName><CTFversion>26.0</CTFversion>
<DateTime>2026-10-06T09:15:00</DateTime><DocumentQualifier>full</DocumentQualifier><SupplierID>DEMO</SupplierID>
<SourceSchool><LEA>881</LEA><Estab>1234</Estab><URN>100000</URN><SchoolName>Example Primary</SchoolName>
<AcademicYear>2026</AcademicYear></SourceSchool>
<DestSchool><LEA>205</LEA><Estab>3000</Estab></DestSchool></Header>"""

SCHOOLS = """<SchoolHistory><School><LEA>881</LEA><Estab>1234</Estab><SchoolName>Example Primary</SchoolName>
<EntryDate>2020-09-07</EntryDate><LeavingDate>2026-10-02</LeavingDate></School></SchoolHistory>"""


@cache
def known() -> Known:
    """What is shipped beside the schemas."""
    return Known(formats=formats.from_toml((SCHEMAS / "formats.toml").read_text()))


@cache
def schemas() -> Schemas:
    return {(Kind(kind), version): build(Kind(kind), xsd(kind, version)) for kind, version in EVERY}


@cache
def everything() -> Known:
    """The invented schools, postcodes and terms, as the demo has them, and the letters of a UCI switched on."""
    with TemporaryDirectory() as folder:
        shelves.lend_invented(SCHEMAS.parent / "partners" / "invented", Path(folder))
        made = shelves.known(SCHEMAS, SCHEMAS.parent / "partners", Path(folder))
    return replace(made, limits=replace(made.limits, uci=Uci("ABCDEFGHKLMRTVWXY", tuple(range(16, 4, -1)))))


def xsd(kind: str, version: str) -> bytes:
    return (SCHEMAS / FAMILY[kind] / version / f"{kind}.xsd").read_bytes()


def specimen(kind: str = "ctf", version: str = "26.0") -> bytes:
    return (SCHEMAS / FAMILY[kind] / version / f"{kind}.specimen.xml").read_bytes()


@cache
def generated(kind: str, version: str, mis: Mis = Mis.GENERIC) -> tuple[str, bytes]:
    """Invented children as a system would export them, with the name of the file: for versions without a specimen."""
    made = Wish(
        kind=Kind(kind), version=version, pupils=4, mis=mis, sessions=True, care_authority="887",
        dest=LaEstab("8871234" if kind == "ctf" else "886LLLL"),
    )  # fmt: skip
    return made.name, sample.ctf(made).content


def upn(serial: int) -> str:
    """A UPN with a right check letter, the ``serial``-th that one school gave out."""
    tail = f"8811234{24 + serial // 1000:02d}{serial % 1000:03d}"
    return Upn.check_letter(tail) + tail


def pupil(
    serial: int = 1, *, blocks: str = SCHOOLS, surname: str = "Test", number: str | None = None, dob: str = "2015-03-02"
) -> str:
    """A small pupil. ``blocks`` stand after Sex; ``number`` replaces the UPN."""
    return (
        f"<Pupil><UPN>{number or upn(serial)}</UPN><Surname>{surname}</Surname>"
        f"<Forename>Ada{chr(96 + serial) if 1 < serial <= 26 else ''}{'n' * (serial // 27)}</Forename>"
        f"<DOB>{dob}</DOB><Sex>F</Sex>{blocks}</Pupil>"
    )


def ctf(*pupils: str, header: str = HEADER, top: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    body = "\n".join(pupils or (pupil(),))
    return f"{top}<CTfile>{header}<CTFpupilData>{body}</CTFpupilData></CTfile>".encode()


def reading(content: bytes, name: str | None = CTF_NAME, beside: Known = NOTHING) -> Reading:
    return read(name, content, schemas(), beside)


def codes(content: bytes, name: str | None = CTF_NAME, beside: Known = NOTHING) -> list[str]:
    return [finding.code for finding in reading(content, name, beside).findings]


def large(pupils: int) -> bytes:
    """A full file of about 7 kB a pupil: the specimen's first pupil over and over, each with a UPN of its own."""
    text = specimen().decode()
    start, end = text.index("    <Pupil>"), text.index("    </Pupil>") + len("    </Pupil>\n")
    one = text[start:end].replace("<UniqueLearnerNumber>9276308686</UniqueLearnerNumber>\n", "")
    result = one[one.index("          <StageAssessment>") : one.index("        </KeyStage>")]
    one = one.replace(result, result * 3)
    tail = text[text.index("  </CTFpupilData>") :]
    many = "".join(one.replace("B881123424001", upn(serial)) for serial in range(pupils))
    return (text[:start] + many + tail).encode()


def later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()
