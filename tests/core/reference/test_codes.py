"""Code sets, limits and advice: what is shipped holds what the reference says, and all are read strictly."""

from datetime import date
from pathlib import Path

import pytest

from gateway.core.documents import RULES
from gateway.core.reference import advice, codes, limits
from gateway.core.reference.limits import Limits, Sameness, Uci
from gateway.core.terms import Item, Kind
from tests.core.documents import samples

SCHEMAS = Path(__file__).parents[3] / "schemas"
CODES = codes.from_toml((SCHEMAS / "codes.toml").read_text())
LIMITS = limits.from_toml((SCHEMAS / "limits.toml").read_text())
ADVICE = advice.from_toml((SCHEMAS / "hints.toml").read_text())
A_SET = '[[set]]\nitems = ["DOB"]\ncodes = ["A"]\nsource = "x"\n'
MARKS = '[[marks]]\nletters = "AB"\nsource = "x"\n'
HINT = '[[hint]]\nrules = ["UPN-001"]\nsuppliers = ["SIMS"]\nsentence = "Do."\nsource = "x"\n'


@pytest.mark.parametrize(
    ("item", "count", "some"),
    [
        ("BasicDetails/Ethnicity", 107, {"WBRI", "NOBT", "WCOR", "OOEG"}),
        ("BasicDetails/Languages/Type/Language", 255, {"ENG", "ZZZ", "BSL"}),
        ("BasicDetails/Disabilities/Disability", 17, {"PC", "DDA"}),
        ("SENhistory/SENneeds/SENneed/SENtype", 15, {"DS", "BESD"}),
        ("Contacts/Contact/Relationship", 16, {"PAM", "OTH"}),
        ("SchoolHistory/School/LeavingReason", 19, {"PM", "UK"}),
        ("SENhistory/SEN/SENprovision", 9, {"N", "K", "E", "S"}),
    ],
)
def test_the_shipped_sets_are_those_of_the_reference(item: str, count: int, some: set[str]) -> None:
    known = CODES.sets[Item(item)]
    assert len(known) == count
    assert some <= known


def test_every_item_with_a_set_or_asked_about_is_one_of_the_schema() -> None:
    items = samples.schemas()[Kind.CTF, "26.0"].items
    assert set(CODES.sets) | {one.item for one in LIMITS.same} <= items


@pytest.mark.parametrize(
    ("day", "there", "gone"),
    [(date(2024, 8, 18), "HF/\\#-", "KQ"), (date(2024, 8, 19), "KQ/\\#-", "HF")],
)
def test_the_marks_changed_on_19_august_2024(day: date, there: str, gone: str) -> None:
    assert set(there) <= CODES.marks_on(day)
    assert not set(gone) & CODES.marks_on(day)


@pytest.mark.parametrize(
    "text",
    [
        "", A_SET, MARKS, A_SET + A_SET + MARKS, A_SET + MARKS + "[other]\n", A_SET.replace("DOB", "DOB/") + MARKS,
        A_SET.replace('["A"]', '["A", "A"]') + MARKS, A_SET + MARKS.replace("AB", "AA"),
        A_SET + MARKS + "since = 1\n", A_SET + MARKS + "[leaving]\nphase-end = ['PM']\n",
    ],
)  # fmt: skip
def test_codes_are_read_strictly(text: str) -> None:
    assert codes.from_toml(A_SET + MARKS).marks_on(date.max) == {"A", "B"}
    with pytest.raises(ValueError, match=r"codes|set|mark|leaving"):
        codes.from_toml(text)


def test_the_shipped_limits_are_the_named_defaults_and_leave_the_letter_of_a_uci_off() -> None:
    shipped, default = LIMITS, Limits()
    assert (shipped.far, shipped.late, shipped.ahead, shipped.alike, shipped.uci) == (
        default.far, default.late, default.ahead, default.alike, None,
    )  # fmt: skip
    assert limits.from_toml("") == default
    assert Sameness(Item("BasicDetails/EnrolStatus"), frozenset("C")) in shipped.same


def test_a_council_may_set_each_limit() -> None:
    uci = f'[uci]\nletters = "AB"\nweights = {list(range(1, 13))}\nsource = "x"\n'
    made = limits.from_toml(f"far = 5\nlate = 6\nahead = 7\nalike = 8\n{uci}")
    assert made == Limits(5, 6, 7, 8, (), Uci("AB", tuple(range(1, 13))))


@pytest.mark.parametrize(
    "text",
    ["far = 0", "far = 4.5", "near = 3", '[[same]]\nitem = "/"\nsource = "x"', '[[same]]\nitem = "DOB"',
     '[uci]\nletters = "A"\nweights = [1]\nsource = "x"', '[uci]\nletters = "A"\nweights = 1\nsource = "x"'],
)  # fmt: skip
def test_limits_are_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"limits|same|uci"):
        limits.from_toml(text)


def test_advice_is_chosen_by_rule_and_supplier_however_it_is_written() -> None:
    hint = ADVICE.hint("CTF-SCH-001", " scholarpack ")
    assert hint is not None
    assert hint.sentence.startswith("ScholarPack does not import")
    assert hint in ADVICE.about("SCH-001")
    assert ADVICE.hint("CTF-SCH-001", "SIMS") is None
    assert ADVICE.hint("CTF-SCH-002", "ScholarPack") is None


def test_advice_for_every_supplier_stands_behind_that_for_one() -> None:
    known = advice.from_toml(HINT + HINT.replace("SIMS", "*").replace("Do.", "Else."))
    told = [known.hint("CTF-UPN-001", supplier) for supplier in ("SIMS", "Arbor", "")]
    assert [one and one.sentence for one in told] == ["Do.", "Else.", "Else."]


def test_every_shipped_advice_is_about_a_rule_and_names_its_source() -> None:
    assert {rule for rule, _ in ADVICE.rows} <= set(RULES)
    for one in ADVICE.rows.values():
        assert one.sentence.endswith(".")
        assert one.source.startswith(("screens §", "ctf §"))


@pytest.mark.parametrize("text", ["", HINT + HINT, HINT + "more = 1\n", HINT.replace('source = "x"\n', "")])
def test_advice_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match="hint"):
        advice.from_toml(text)
