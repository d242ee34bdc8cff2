"""The shipped table of purposes: complete, coherent, and strict about its own form."""

from dataclasses import replace

import pytest

from gateway.core import agreements, documents, law
from gateway.core.errors import Code
from gateway.core.law import Class, Exemption, Verdict
from gateway.core.partners import PartnerKind
from gateway.core.recipients import TRANSFERS
from gateway.core.terms import Basis, Kind, PurposeCode
from tests.core.law.made import KENT, TODAY, classes, opening, partner, purposes, schemas

STATE = (PartnerKind.MAINTAINED_SCHOOL, PartnerKind.PUPIL_REFERRAL_UNIT, PartnerKind.SPECIAL_SCHOOL)
CLOSED = ("P27", "P28", "P29", "P30")
ONE = """
[[purpose]]
code = "P01"
name = "INVENTED"
sentence = "A school tells its council."
verdict = "sound"
on = true
answers = "document"
guard_rails = "None."
none_because = "it is invented"

[[purpose.powers]]
from = ["academy"]
to = ["council"]
citation = "PRR24 reg 13"
art6 = ["A6E"]
"""


def test_all_thirty_six_purposes_are_there_and_four_are_off() -> None:
    assert list(purposes()) == [f"P{number:02d}" for number in range(1, 37)]
    assert [code for code, purpose in purposes().items() if not purpose.on] == ["P27", "P28", "P29", "P30"]
    assert [code for code, purpose in purposes().items() if purpose.verdict is Verdict.NO] == ["P28"]


@pytest.mark.parametrize("code", ["P25", "P26", "P33"])
def test_a_contested_check_needs_a_legal_opinion_on_record(code: str) -> None:
    assert law.Paper.LEGAL_OPINION in purposes()[PurposeCode(code)].papers


@pytest.mark.parametrize(
    ("code", "kind", "duty", "basis"),
    [
        *(("P04", kind, True, "A6C") for kind in STATE),
        ("P04", PartnerKind.ACADEMY, False, "A6E"),
        ("P04", PartnerKind.INDEPENDENT_SCHOOL, False, "A6F"),
        *(("P05", kind, True, "A6C") for kind in STATE),
        ("P05", PartnerKind.ACADEMY, False, "A6E"),
        *((code, kind, True, "A6C") for code in ("P01", "P02", "P03") for kind in (*STATE, PartnerKind.ACADEMY)),
        ("P06", PartnerKind.COUNCIL, False, "A6E"),
    ],
)
def test_duty_and_basis_follow_the_kind_of_discloser(code: str, kind: PartnerKind, duty: bool, basis: str) -> None:  # noqa: FBT001
    to = PartnerKind.MAINTAINED_SCHOOL if code == "P04" else PartnerKind.COUNCIL
    power = purposes()[PurposeCode(code)].power(kind, to, TODAY, requested=False)
    assert power is not None
    assert (power.duty, power.art6[0]) == (duty, basis)


def test_no_power_offers_a_public_authority_what_is_closed_to_it() -> None:
    closed = {Basis.A6EA, Basis.A6F}
    for purpose in purposes().values():
        for power in purpose.powers:
            assert not closed & set(power.art6) or not any(kind.public_authority for kind in power.disclosers)
            assert Basis.A6C not in power.art6 or power.duty


def test_the_usual_basis_of_every_power_passes_the_six_tests_once_its_papers_are_there() -> None:
    opened = law.opened(purposes(), map(opening, CLOSED))
    for purpose in opened.values():
        found = {Class.ID} | ({Class.SC} if purpose.art9 else set()) | ({Class.CR} if purpose.art10 else set())
        for sends, takes in {
            (one, two) for power in purpose.powers for one in power.disclosers for two in power.recipients
        }:
            asked = purpose.code == "P27"  # the Home Office has to ask
            power = purpose.power(sends, takes, TODAY, requested=asked)
            assert power is not None
            stated = replace(purpose.usual(power), request="R-1" if asked else "")
            judged = law.judge(purpose, partner(sends, "one"), partner(takes, "two"), frozenset(found), stated, TODAY)
            assert set(judged.reasons) == ({Code.BARRED} if purpose.bars or purpose.papers else set()), purpose.code


def test_every_pattern_of_every_purpose_names_something_in_our_schemas() -> None:
    for purpose in purposes().values():
        for kind, patterns in purpose.items:
            versions = [schema for (of, _), schema in schemas().items() if of is kind]
            for pattern in patterns:
                assert any(agreements.reach((pattern,), schema) for schema in versions), (purpose.code, pattern)


def test_what_a_duty_obliges_is_enough_for_a_valid_document() -> None:
    returns = {"P01": Kind.CML, "P02": Kind.CMJ}
    for code in ("P01", "P02", "P03", "P04", "P05", "P16", "P17"):
        for (kind, version), schema in schemas().items():
            if kind in {Kind.CTF, returns.get(code)}:
                most = agreements.reach(purposes()[PurposeCode(code)].patterns(kind), schema)
                assert documents.required(schema) <= most, (code, version)


def test_a_return_has_a_purpose_of_its_own_and_no_school_sends_it_as_anything_else() -> None:
    carrying = {kind: [str(code) for code, one in purposes().items() if one.patterns(kind)] for kind in Kind}
    assert (carrying[Kind.CML], carrying[Kind.CMJ]) == (["P01", "P06"], ["P02", "P06"])


def test_telling_another_council_takes_no_special_category_item_from_a_transfer_file() -> None:
    schema = schemas()[Kind.CTF, "26.0"]
    most = agreements.reach(purposes()[PurposeCode("P06")].patterns(Kind.CTF), schema)
    assert law.classes_of(most, classes(), Kind.CTF) == {Class.ID, Class.CO, Class.ED}


def test_each_purpose_names_its_messages_or_says_why_there_is_none() -> None:
    inbound = {PurposeCode("P32")}  # a referral comes in under it, and nothing leaves
    for code, purpose in purposes().items():
        assert bool(purpose.messages) != bool(purpose.none_because), code
        carried = {kind for kind, _ in purpose.items} - TRANSFERS
        assert carried == (set() if code in inbound else set(purpose.messages)), code
    named = {kind for purpose in purposes().values() for kind in purpose.messages}
    assert named == set(Kind) - TRANSFERS, "and no kind is without a purpose"


def test_who_told_is_let_out_by_no_purpose() -> None:
    schema = schemas()[Kind.REFERRAL, "1.0"]
    told = {item for item in schema.items if item.startswith("Referrer/")}
    assert len(told) == 7
    for purpose in purposes().values():
        assert not told & agreements.reach(purpose.patterns(Kind.REFERRAL), schema), purpose.code


@pytest.mark.parametrize("code", ["P06", "P07", "P08", "P10", "P25", "P26", "P14", "P17", "P20", "P03", "P01"])
def test_a_message_of_a_purpose_can_go_with_what_the_purpose_lets_through(code: str) -> None:
    for kind in purposes()[PurposeCode(code)].messages:
        schema = schemas()[kind, "1.0"]
        assert documents.required(schema) <= agreements.reach(purposes()[PurposeCode(code)].patterns(kind), schema), (
            kind
        )


def test_a_purpose_that_is_off_can_be_opened_and_no_other_is_touched() -> None:
    opened = law.opened(purposes(), [opening("P29")])
    assert [code for code, purpose in opened.items() if not purpose.is_on(TODAY)] == ["P27", "P28", "P30"]
    assert opened[PurposeCode("P01")] == purposes()[PurposeCode("P01")]


def test_an_opened_purpose_still_needs_its_papers() -> None:
    purpose = law.opened(purposes(), [opening("P30")])[PurposeCode("P30")]
    revenue = partner(PartnerKind.GOVERNMENT_DEPARTMENT, "revenue")
    stated = purpose.usual(purpose.powers[0])
    assert law.judge(purpose, KENT, revenue, frozenset(), stated, TODAY).reasons == (Code.BARRED,)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", None),
        ('name = "INVENTED"\n', "", "purpose 1: missing key name"),
        ("on = true", "on = true\ncolour = 1", "purpose 1: unknown key colour"),
        ("on = true", 'on = "yes"', "purpose 1: on is not as it should be"),
        ('art6 = ["A6E"]', 'art6 = ["A6Z"]', "power 1: art6 is not as it should be"),
        ('art6 = ["A6E"]', 'art6 = ["A6C"]', "P01 offers A6C without a duty"),
        ("on = true", 'on = true\nexemptions = ["X4"]', "P01 offers the immigration exemption"),
        ('to = ["council"]', "to = []", "power 1: to is not as it should be"),
        ('none_because = "it is invented"', 'messages = ["notice"]', None),
        ('none_because = "it is invented"', 'messages = ["letter"]', "purpose 1: messages is not as it should be"),
        ('none_because = "it is invented"', 'none_because = ""', "purpose 1: none_because is not as it should be"),
        ('none_because = "it is invented"\n', "", "P01 names either its messages or why there is none"),
        ("on = true", 'on = true\nmessages = ["notice"]', "P01 names either its messages or why there is none"),
    ],
)
def test_the_table_is_read_strictly(old: str, new: str, says: str | None) -> None:
    text = ONE.replace(old, new) if old else ONE
    if says is None:
        assert list(law.from_toml(text)) == ["P01"]
    else:
        with pytest.raises(ValueError, match=says):
            law.from_toml(text)


def test_a_code_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two purposes"):
        law.from_toml(ONE + ONE)


def test_no_shipped_purpose_offers_the_immigration_exemption() -> None:
    assert all(Exemption.X4 not in purpose.exemptions for purpose in purposes().values())
