"""Cases drawn from a seed, nearly in order so that many are released, and the question that each of them asks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

from gateway.core import decisions, law
from gateway.core.agreements import Agreement, Direction, Party, Signatory, Status
from gateway.core.decisions import Clearance, Decision, OneOff, Origin, Question
from gateway.core.documents import Document
from gateway.core.errors import Code
from gateway.core.facts import Condition, Excuse
from gateway.core.law import Article9, Class, Exemption, Paper, Purposes, Schedule1, Stated
from gateway.core.partners import Assurance, Carrier, Partner, PartnerKind, Scheme
from gateway.core.terms import Basis, Flag, Item, Kind, PartnerId, Period, PersonId, PurposeCode
from tests.core.law import made, oracle, oracle_tables
from tests.core.law.oracle_cases import Agreed, Case, Cleared, Form, Told
from tests.core.law.oracle_cases import Basis as Fields

T = TypeVar("T")

KINDS = tuple(PartnerKind)
HELD = {
    "ctf": (
        "UPN", "Surname", "Forename", "DOB", "Address/PostCode", "Contacts/Contact/Surname", "BasicDetails/Ethnicity",
        "LookedAfter/InCare", "SENhistory/SEN/SENprovision", "Attendance/YearData/AttendSessions/AttendanceMarks",
        "Attendance/YearData/SessionsAttended", "SchoolHistory/School/Estab", "SchoolHistory/School/RemovalGrounds",
    ),
    "cml": ("UPN", "Surname", "Address/PostCode", "SchoolHistory/School/RemovalGrounds"),
    "cmj": ("UPN", "Surname", "Phones/Phone/PhoneNo", "SchoolHistory/School/EntryDate"),
    "notice": ("UPN", "Surname", "Forename", "DOB", "LastSchool/Estab", "BelievedAddress/PostCode", "RiskFlag", "LastSeen"),
    "reply": ("Known", "School/Estab", "Address/PostCode"),
    "check": ("UPN", "Surname", "Forename", "DOB", "Address/PostCode"),
    "check-answer": ("Number", "Answer", "CustodyAnswer"),
    "absence": ("UPN", "Surname", "Forename", "Return", "FirstDay", "Cause"),
    "casefile": ("UPN", "Surname", "Forename", "EHCstatus/Stage", "Address/PostCode"),
    "deletion": ("Surname", "Forename", "SchoolHistory/School/RemovalGrounds", "DestinationEvidence"),
    "rights": ("DisclosureId", "Number", "Item", "Correction", "Addendum"),
}  # fmt: skip
LIFTABLE = {"SchoolHistory/School/RemovalGrounds": "CR", "RiskFlag": "CR", "BasicDetails/Ethnicity": "SC"}
NAMED = ("BasicDetails/*", "SENhistory/*", "Attendance/*", "SchoolHistory/*", "Contacts/*", "Address/*", "School/*")
DAYS = (
    *[made.TODAY] * 40, date(2026, 2, 4), date(2026, 2, 5), date(2024, 8, 18), date(2014, 8, 31), date(2005, 7, 7),
    date(2027, 6, 2), date(2027, 9, 1), date(2027, 9, 2),
)  # fmt: skip
BEGUN = ("ca04-s16la", "ca04-s16lc")
FIRST_BEGUN = date(2000, 1, 1)
PAPERS = frozenset(map(str, Paper))
_AS_USUAL, _BASIS_ALONE = 0.55, 0.75


def cases(seed: int, number: int) -> Sequence[Case]:
    """So many cases; the same for the same seed."""
    chance = Random(seed)
    return [_case(chance) for _ in range(number)]


def decide(case: Case) -> Decision:
    """What the gateway decides of it."""
    agreements = tuple(_agreement(one, case) for one in case.agreements)
    return decisions.decide(
        _question(case), purposes(case.begun, case.opened), made.classes(), agreements, made.schemas(), made.sensitive()
    )


# -- drawing ----------------------------------------------------------------------------------------------------------


def _some(chance: Random, many: Sequence[T], often: float) -> tuple[T, ...]:
    return tuple(one for one in many if chance.random() < often)


def _rare(chance: Random, often: float) -> bool:
    return chance.random() < often


def _case(chance: Random) -> Case:
    row = oracle.table()[chance.choice(_CODES)]
    power = chance.choice(row["powers"])
    sender, recipient = chance.choice(power["from"]), chance.choice(power["to"])
    sender = str(chance.choice(KINDS)) if _rare(chance, 0.03) else sender
    recipient = str(chance.choice(KINDS)) if _rare(chance, 0.03) else recipient
    carried = [kind for kind in row.get("items", {}) if kind in HELD]
    kind = "ctf" if not carried or _rare(chance, 0.05) else chance.choice(carried)
    kind = "rights" if _rare(chance, 0.06) else kind
    items = _some(chance, HELD[kind], 0.6) or HELD[kind][:1]
    items = _whole(items, row, kind) if _rare(chance, 0.7) else items
    flags = frozenset(map(str, chance.sample(tuple(Flag), chance.choice((0, 0, 0, 1, 1, 2)))))
    return Case(
        row["code"] if not _rare(chance, 0.005) else "P99",
        sender,
        recipient,
        chance.choice(DAYS),
        kind,
        items,
        chance.choice((1, 1, 1, 2, 3)) if _rare(chance, 0.97) else chance.choice((35, 36)),
        frozenset(one for one in LIFTABLE.items() if one[0] in items and _rare(chance, 0.1)),
        tuple(_agreed(chance, row, power, kind, number) for number in range(chance.choice((0, 1, 1, 1, 1, 2)))),
        _form(chance, row, power, kind) if _rare(chance, 0.35) else None,
        flags,
        _cleared(chance, flags) if _rare(chance, 0.5) else Cleared(),
        Told(_rare(chance, 0.2), row["code"] if _rare(chance, 0.5) else "P08", _rare(chance, 0.5), _rare(chance, 0.5))
        if _rare(chance, 0.15)
        else None,
        own=_rare(chance, 0.3),
        one_area=_rare(chance, 0.8),
        carrier=chance.choice(("lan", "lan", "lan", "as4", "email", "s2s", "mesh")),
        accepted=frozenset({"as4"}) if _rare(chance, 0.2) else frozenset(),
        sealable=not _rare(chance, 0.03),
        immediate=_rare(chance, 0.1),
        grade=chance.choice((None, 0, 1, 2, 4)),
        lacks=frozenset({"request-incomplete"}) if _rare(chance, 0.02) else frozenset(),
        consented=chance.choice((0, 1, 3)),
        begun=frozenset(_some(chance, BEGUN, 0.15)),
        opened=_rare(chance, 0.3),
        sender_ended=_rare(chance, 0.02),
        recipient_ended=_rare(chance, 0.02),
        assured_until=chance.choice(
            (None, made.TODAY, made.TODAY - timedelta(days=30), made.TODAY - timedelta(days=31))
        ),
        asks_itself=_rare(chance, 0.5),
        days_old=chance.choice((0, 0, 6, 7, 8)),
    )


def _basis(chance: Random, row: dict[str, Any], power: dict[str, list[str]]) -> Fields:
    """The usual one with every paper, and now and then something else."""
    usual = replace(oracle.usual(row, power), papers=PAPERS, exemption="")
    change = chance.random()
    if change < _AS_USUAL:
        return usual
    drawn: dict[str, object] = {
        "art6": chance.choice(power["art6"] if change < _BASIS_ALONE else list(map(str, Basis))),
        "art9": chance.choice(["", *map(str, Article9)]),
        "sch1": chance.choice(["", *map(str, Schedule1)]),
        "art10": chance.choice(["", *map(str, Schedule1)]),
        "exemption": chance.choice(["", *map(str, Exemption)]),
        "apd": _rare(chance, 0.5),
        "request": True,
        "papers": frozenset(_some(chance, sorted(PAPERS), 0.6)),
    }
    chosen = chance.sample(sorted(drawn), chance.choice((1, 1, 2, 3)))
    return replace(usual, **{word: drawn[word] for word in chosen})  # type: ignore[arg-type]


def _patterns(chance: Random, kind: str) -> tuple[str, ...]:
    named = [*_some(chance, HELD[kind], 0.6), *_some(chance, NAMED, 0.3)]
    if _rare(chance, 0.03):
        named.append(
            chance.choice(("BasicDetails/NHSnumber", "HousingBenefit", "Family/ImmigrationStatus", "probation"))
        )
    return tuple(named) or ("UPN",)


def _agreed(chance: Random, row: dict[str, Any], power: dict[str, list[str]], kind: str, number: int) -> Agreed:
    return Agreed(
        chance.choice(("invented", "other")) if number else "invented",
        number + 1,
        str(row["code"]) if not _rare(chance, 0.08) else "P06",
        kind if not _rare(chance, 0.05) else "notice",
        _basis(chance, row, power),
        _patterns(chance, kind),
        _some(chance, HELD[kind], 0.1) if _rare(chance, 0.2) else (),
        chance.choice((*["active"] * 30, "review-due", *map(str, Status))),
        last=chance.choice((None, None, None, None, date(2027, 9, 1), made.TODAY - timedelta(days=1), made.TODAY)),
        review=chance.choice((*[date(2027, 6, 1)] * 12, date(2026, 8, 20), date(2026, 8, 19), date(2026, 8, 1))),
        mirrored=_rare(chance, 0.05),
        both_ways=_rare(chance, 0.3),
        most_children=chance.choice((500, 500, 2, 1)),
        most_a_day=chance.choice((None, None, 5)),
        sent_today=chance.choice((0, 4, 5, 6)),
        carriers=frozenset(chance.choice((("lan", "as4"), ("as4",), ("s2s",)))) if _rare(chance, 0.2) else frozenset(),
        asks_assurance=_rare(chance, 0.15),
        bulk=_rare(chance, 0.5),
        most_days_old=chance.choice((None, None, None, 7)),
    )


def _form(chance: Random, row: dict[str, Any], power: dict[str, list[str]], kind: str) -> Form:
    basis = _basis(chance, row, power)
    basis = replace(basis, request=True) if power.get("on_request") and _rare(chance, 0.8) else basis
    patterns = _patterns(chance, kind)
    items = _whole(patterns, row, kind) if _rare(chance, 0.8) else patterns
    return Form(basis, items, siblings=_rare(chance, 0.3), used=_rare(chance, 0.1))


def _whole(some: tuple[str, ...], row: dict[str, Any], kind: str) -> tuple[str, ...]:
    """With the first item of each line of the purpose's minimum."""
    lines = [line.split(" or ")[0] for line in row.get("minimum", {}).get(kind, ())]
    least = [next((one for one in HELD[kind] if f"{one}/".startswith(f"{line}/")), "UPN") for line in lines]
    return tuple(dict.fromkeys((*some, *least)))


def _cleared(chance: Random, flags: frozenset[str]) -> Cleared:
    people = (("s.second",), ("s.second", "o.officer"), ("o.officer",), ("s.second", "s.second"))
    return Cleared(
        frozenset(_some(chance, sorted(oracle_tables.PEOPLE_CLEAR), 0.85)),
        flags if _rare(chance, 0.85) else frozenset(_some(chance, sorted(flags), 0.5)),
        chance.choice((*people, people[1])),
        frozenset(map(str, _some(chance, tuple(Excuse), 0.4))),
        glass=_rare(chance, 0.25),
    )


_CODES = tuple(code for code in sorted(oracle.table()) for _ in range(4 if "items" in oracle.table()[code] else 1))


# -- the same as the gateway's own values -----------------------------------------------------------------------------


@cache
def purposes(begun: frozenset[str], opened: bool) -> Purposes:  # noqa: FBT001
    rows = (
        f'[[provision]]\nid = "{one}"\nwhat = "begun"\nsource = "invented"\n[[provision.begins]]\nfirst = {FIRST_BEGUN}\n'
        for one in sorted(begun)
    )
    table = law.from_toml(
        made.shipped("purposes.toml"),
        law.commencement_from_toml(made.shipped("commencement.toml"), "\n".join(rows)),
    )
    openings = [made.opening(code, FIRST_BEGUN, date(2099, 1, 1)) for code in sorted(oracle_tables.OFF)]
    return law.opened(table, openings) if opened else table


@cache
def _document(kind: str, items: tuple[str, ...], children: int) -> Document:
    return made.document(*(made.pupil(number, *items) for number in range(1, children + 1)), kind=Kind(kind))


@cache
def _partner(kind: str, name: str, area: str, ended: bool, assured: date | None) -> Partner:  # noqa: FBT001
    last = date(2000, 12, 31) if ended else None
    found = made.partner(PartnerKind(kind), name, area, "1234", last)
    return replace(found, assurance=(Assurance(Scheme.DSPT, assured),) if assured else ())


@cache
def _stated(basis: Fields) -> Stated:
    return Stated(
        Basis(basis.art6),
        Article9(basis.art9) if basis.art9 else None,
        Schedule1(basis.sch1) if basis.sch1 else None,
        Schedule1(basis.art10) if basis.art10 else None,
        Exemption(basis.exemption) if basis.exemption else None,
        Condition("apd-invented") if basis.apd else None,
        "R-1" if basis.request else "",
        tuple((Paper(one), "P-1") for one in sorted(basis.papers)),
    )


_SENDER, _RECIPIENT = PartnerId("the-sender"), PartnerId("the-recipient")
_BOTH = Party(_SENDER), Party(_RECIPIENT)
_SIGNED = tuple(Signatory(one, "Director", date(2025, 8, 1)) for one in _BOTH)


def _agreement(one: Agreed, _case: Case) -> Agreement:
    senders, recipients = (_BOTH[1:], _BOTH[:1]) if one.mirrored else (_BOTH[:1], _BOTH[1:])
    return Agreement(
        one.name,
        one.version,
        "Invented",
        Status(one.status),
        Direction.BOTH_WAYS if one.both_ways else Direction.ONE_WAY,
        senders,
        recipients,
        Period(one.first, one.last),
        one.review,
        ((PurposeCode(one.purpose), _stated(one.basis)),),
        ((Kind(one.kind), one.items),),
        one.most_children,
        tuple(map(Carrier, sorted(one.carriers))),
        max_messages=one.most_a_day,
        bulk=one.bulk,
        assurance=(Scheme.DSPT,) if one.asks_assurance else (),
        max_age=((Kind(one.kind), one.most_days_old),) if one.most_days_old is not None else (),
        forbidden=((Kind(one.kind), one.forbidden),) if one.forbidden else (),
        signatories=_SIGNED,
    )


def _question(case: Case) -> Question:
    form, told, said = case.form, case.told, case.cleared
    numbers = tuple(range(1, case.children + 1))
    return Question(
        PurposeCode(case.purpose),
        _partner(case.sender, _SENDER, "886", case.sender_ended, None),
        _partner(
            case.recipient, _RECIPIENT, "886" if case.one_area else "887", case.recipient_ended, case.assured_until
        ),
        _document(case.kind, case.items, case.children),
        numbers,
        case.day,
        Carrier(case.carrier),
        case.accepted,
        frozenset((Item(item), Class(of)) for item, of in case.lifted),
        OneOff(_stated(form.basis), form.items, PersonId(form.by), siblings=form.siblings, used=form.used)
        if form
        else None,
        frozenset(map(Flag, case.flags)),
        case.own,
        Origin(
            _RECIPIENT if told.by_recipient else PartnerId("another"),
            PurposeCode(told.purpose),
            told.onward,
            told.reuse,
        )
        if told
        else None,
        Clearance(
            frozenset(map(Code, said.reasons)),
            frozenset(map(Flag, said.knowing)),
            tuple(map(PersonId, said.by)),
            frozenset(map(Excuse, said.excuses)),
            glass=said.glass,
        ),
        tuple((_agreement(one, case).ref, one.sent_today) for one in case.agreements if one.most_a_day is not None),
        case.sealable,
        case.immediate,
        case.grade,
        tuple(map(Code, sorted(case.lacks))),
        frozenset(numbers[: case.consented]),
        made=case.day - timedelta(days=case.days_old),
        to_asker=case.asks_itself,
    )
