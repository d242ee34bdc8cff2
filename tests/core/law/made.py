"""Invented organisations, documents and agreements, and the tables as they are shipped."""

from datetime import date
from functools import cache
from pathlib import Path

from lxml import etree

from gateway.core import documents, law
from gateway.core.agreements import Agreement, Direction, Party, Signatory, Status
from gateway.core.documents import Document, Pupil, Schemas
from gateway.core.law import Classes, Commencement, Opening, Purposes, Sensitive, Stated
from gateway.core.partners import Channel, Directory, Partner, PartnerKind
from gateway.core.terms import Item, Kind, LaEstab, PartnerId, Period, PurposeCode

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 20)
ALWAYS = Period(date(2000, 1, 1))
SPECIMEN = {
    Kind.CTF: "8811234_CTF_2053000_001.xml",
    Kind.CML: "8811234_CML_881LLLL_001.xml",
    Kind.CMJ: "8811234_CMJ_881LLLL_001.xml",
}
"""A message is known by its root, and gets the name that its header gives."""

NEWEST = {kind: "26.0" if kind in {Kind.CTF, Kind.CML, Kind.CMJ} else "1.0" for kind in Kind}


def shipped(name: str) -> str:
    return (ROOT / "partners" / name).read_text()


@cache
def commencement() -> Commencement:
    return law.commencement_from_toml(shipped("commencement.toml"))


@cache
def purposes() -> Purposes:
    return law.from_toml(shipped("purposes.toml"), commencement())


@cache
def classes() -> Classes:
    return law.classes_from_toml(shipped("items.toml"))


@cache
def sensitive() -> Sensitive:
    return law.sensitive_from_toml(shipped("items.toml"))


def opening(code: str, first: date = date(2026, 11, 1), until: date = date(2027, 4, 30)) -> Opening:
    """What opens a purpose that is off, as an installation's own file has it."""
    return Opening(
        PurposeCode(code), Period(first, until), "data-protection officer", "DPO-41", "LEG-17", "opinion.pdf"
    )


@cache
def schemas() -> Schemas:
    built = [
        documents.build(Kind(path.stem), path.read_bytes()) for path in sorted((ROOT / "schemas").glob("*/*/*.xsd"))
    ]
    return {(schema.layout.kind, schema.version): schema for schema in built}


@cache
def specimens() -> tuple[Document, ...]:
    paths = sorted((ROOT / "schemas").glob("*/*/*.specimen.xml"))
    read = [documents.read(SPECIMEN.get(Kind(path.name.split(".")[0])), path.read_bytes(), schemas()) for path in paths]
    return tuple(reading.document for reading in read if reading.document is not None)


def partner(
    kind: PartnerKind,
    name: str = "",
    area: str = "886",
    estab: str = "4321",
    last: date | None = None,
    first: date = ALWAYS.first,
    successor: str | None = None,
) -> Partner:
    """An organisation of a kind; schools and teams are served by the council of their area."""
    council = kind is PartnerKind.COUNCIL
    served = kind.school or kind.own_team
    return Partner(
        PartnerId(name or (f"council-{area}" if council else f"{kind}-{area}")),
        kind,
        "Invented",
        Period(first, last),
        Channel.AS4 if council else Channel.INBOX,
        laestab=LaEstab(area + estab) if kind.school else None,
        la=area if council else None,
        served_by=PartnerId(f"council-{area}") if served else None,
        successor=PartnerId(successor) if successor else None,
    )


KENT = partner(PartnerKind.COUNCIL)
MEDWAY = partner(PartnerKind.COUNCIL, area="887")
ESSEX = partner(PartnerKind.COUNCIL, area="881")
MAINTAINED = partner(PartnerKind.MAINTAINED_SCHOOL, "school-8864321")
ACADEMY = partner(PartnerKind.ACADEMY, "school-8864000", estab="4000")
INDEPENDENT = partner(PartnerKind.INDEPENDENT_SCHOOL, "school-8866001", estab="6001")
ACROSS = partner(PartnerKind.MAINTAINED_SCHOOL, "school-8871234", "887", "1234")
CME = partner(PartnerKind.INTERNAL_TEAM, "council-886-cme")
POLICE = partner(PartnerKind.POLICE, "police-kent")


def directory(*more: Partner) -> Directory:
    return Directory.of((KENT, MEDWAY, ESSEX, MAINTAINED, ACADEMY, INDEPENDENT, ACROSS, CME, POLICE, *more))


def pupil(number: int, *items: str, care: str | None = None) -> Pupil:
    return Pupil(number, number * 10, None, care, frozenset(map(Item, items or ("UPN",))))


def document(
    *pupils: Pupil,
    kind: Kind = Kind.CTF,
    source: str = "8864321",
    dest: str = "8864000",
    name: str = "",
    version: str = "",
) -> Document:
    return Document(
        kind=kind,
        version=version or NEWEST[kind],
        name=name,
        source=LaEstab(source),
        dest=LaEstab(dest),
        partial=False,
        pupils=pupils,
        items=frozenset(item for one in pupils for item in one.items),
        unknown=0,
        content=b"",
        tree=etree.Element("CTfile"),
    )


def agreement(
    sender: Partner,
    recipient: Partner,
    stated: Stated,
    *items: str,
    purpose: str = "P06",
    kind: Kind = Kind.CTF,
    status: Status = Status.ACTIVE,
    last: date | None = date(2027, 8, 31),
    review: date = date(2027, 6, 1),
    direction: Direction = Direction.ONE_WAY,
    max_children: int = 500,
) -> Agreement:
    parties = Party(sender.id), Party(recipient.id)
    return Agreement(
        "invented",
        1,
        "Invented",
        status,
        direction,
        parties[:1],
        parties[1:],
        Period(date(2025, 9, 1), last),
        review,
        ((PurposeCode(purpose), stated),),
        ((kind, items),),
        max_children,
        signatories=tuple(Signatory(one, "Director", date(2025, 8, 1)) for one in dict.fromkeys(parties)),
    )
