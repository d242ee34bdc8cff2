"""A form is complete or says everything that it lacks at once, and prints back to the same bytes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core import forms
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Condition
from gateway.core.forms import Decided, DecisionForm, PoliceForm, Result, decision, deletion, police
from gateway.core.forms.decision import BASIS
from gateway.core.forms.lines import FIXES, SENTENCES, Line, Rule
from gateway.core.forms.ranks import is_secure, is_vague, may_authorise, names_one
from gateway.core.law import Article9, Paper, Schedule1, Stated
from gateway.core.terms import Basis, PartnerId, PurposeCode, RuleCode

VECTORS = Path(__file__).parent / "vectors"
TEXTS = {kind: (VECTORS / f"{kind}.toml").read_text() for kind in forms.KINDS}
CODES = {"decision": Code.DECISION_FORM, "police": Code.POLICE_FORM, "deletion": Code.DELETION_FORM}
LINES: Mapping[str, tuple[Line, ...]] = {
    "decision": decision.LINES, "police": police.LINES, "deletion": deletion.LINES,
}  # fmt: skip


def lacks(kind: str, text: str) -> list[tuple[str, str]]:
    """What is wrong with a form: the rule and the line."""
    with pytest.raises(Refusal) as refused:
        forms.KINDS[kind].from_toml(text)
    assert refused.value.code is CODES[kind]
    assert all(found.message and found.fix for found in refused.value.findings)
    return [(found.code, found.path) for found in refused.value.findings]


def changed(kind: str, line: str, to: str) -> str:
    """The form with the first line (or text) that begins so in another way."""
    made, times = re.subn(rf"(?m)^{re.escape(line)}.*?$", lambda _: to, TEXTS[kind], count=1)
    assert times == 1, line
    return made


@pytest.mark.parametrize("kind", forms.KINDS)
def test_a_form_prints_back_to_the_same_bytes(kind: str) -> None:
    assert forms.KINDS[kind].to_toml(forms.KINDS[kind].from_toml(TEXTS[kind])) == TEXTS[kind]


@pytest.mark.parametrize("kind", forms.KINDS)
def test_an_empty_form_lists_every_line_that_has_to_be_filled_in(kind: str) -> None:
    needed = {line.key for line in LINES[kind] if line.needed and not line.below and line.key != "form"}
    said = lacks(kind, forms.KINDS[kind].empty())
    assert needed <= {path for rule, path in said if rule == Rule.MISSING}
    assert {rule for rule, _ in said} <= {Rule.MISSING, Rule.NOT_IDENTIFIED}


@pytest.mark.parametrize("kind", forms.KINDS)
def test_the_empty_form_has_every_line_once_with_a_sentence_before_it(kind: str) -> None:
    text = forms.KINDS[kind].empty()
    basis = () if kind == "deletion" else BASIS
    for line in (one for top in (*LINES[kind], *basis) for one in (top, *top.below)):
        assert re.search(rf"(?m)^# .+\n(?:# )?(?:{line.key} = |\[.*{line.key}\])", text), line.key
    assert max(map(len, text.splitlines())) <= 120


def test_the_decision_form_gives_the_legal_fields_and_items_that_a_decision_stands_on() -> None:
    form = decision.from_toml(TEXTS["decision"])
    assert form.stated() == Stated(
        Basis.A6E, Article9.A9G, Schedule1.S1P6, apd=Condition("APD-7"),
        request="MED-2026-114, Education Act 1996 s436A", papers=((Paper.NECESSITY, "N-12"),),
    )  # fmt: skip
    assert (form.items, form.siblings, form.shares) == (("Surname", "Forename", "LastSchool/*"), True, True)
    assert not replace(form, decision=Decided.REFUSE).shares


def test_the_police_form_is_itself_the_paper_that_the_purpose_needs() -> None:
    form = police.from_toml(TEXTS["police"])
    stated = form.stated()
    assert stated is not None
    assert dict(stated.papers)[Paper.REQUEST_FORM] == "46/1234/26"
    assert stated.request == "46/1234/26: Children Act 1989 s46"
    assert (form.items, form.shares, form.siblings) == (("Surname", "Forename", "Address/*"), True, True)


def test_a_police_form_without_our_decision_is_a_request_that_discloses_nothing() -> None:
    form = police.from_toml(TEXTS["police"].partition("\n[decision]")[0])
    assert (form.settled, form.items, form.shares, form.stated()) == (None, (), False, None)
    assert police.from_toml(police.to_toml(form)) == form
    assert form.settled is None
    full = police.from_toml(TEXTS["police"])
    assert full.settled is not None
    assert not replace(full, settled=replace(full.settled, result=Result.REFUSED)).shares


@pytest.mark.parametrize("kind", forms.KINDS)
def test_a_form_shows_no_name_and_no_text_of_its_own(kind: str) -> None:
    shown = repr(forms.KINDS[kind].from_toml(TEXTS[kind]))
    for word in ("Maud", "Bram", "Addie", "Quill", "Marrowby", "c-7f3k2m9q", "01632", "@", "needed"):
        assert word not in shown


ONE_FAULT = [  # the form, the line as it begins, what stands there instead, and the one finding that it gives
    ("deletion", "phone", "", Rule.MISSING, "phone"),
    ("deletion", "forename", "", Rule.MISSING, "forename"),
    ("deletion", "day", "", Rule.MISSING, "day"),
    ("deletion", "ground", 'ground = "P"', Rule.WRONG, "ground"),
    ("deletion", "upn", 'upn = "A881123424001"', Rule.WRONG, "upn"),
    ("deletion", "next_school", 'next_school = "887LLLL"', Rule.WRONG, "next_school"),
    ("deletion", "first_day", "first_day = 2026-11-02", Rule.LATER, "first_day"),
    ("deletion", "next_school", "", Rule.MISSING, "next_school"),
    ("deletion", "born", "born = 2026-11-04", Rule.LATER, "day"),
    ("decision", "discloser", 'discloser = "Kent Council"', Rule.WRONG, "discloser"),
    ("decision", "requester_name", "", Rule.MISSING, "requester_name"),
    ("decision", "requester_position", "", Rule.MISSING, "requester_position"),
    ("decision", "received", "", Rule.MISSING, "received"),
    ("decision", "received", "received = 2026-10-07", Rule.LATER, "day"),
    ("decision", "request =", "", Rule.MISSING, "request"),
    ("decision", "request =", 'request = "MED-2026-114, n/a"', Rule.NO_STATUTE, "request"),
    ("decision", "power", 'power = "DPA 2018 Sch 2 para 2"', Rule.NO_STATUTE, "power"),
    ("decision", "power", 'power = "none"', Rule.NO_STATUTE, "power"),
    ("decision", "not_told_because", "", Rule.MISSING, "not_told_because"),
    ("decision", "reasons", 'reasons = "It is needed."', Rule.SHORT, "reasons"),
    ("decision", "reasons", 'reasons = "' + "because " * 12 + '"', Rule.SHORT, "reasons"),
    ("decision", "detriment_reason", 'detriment_reason = "see above"', Rule.SHORT, "detriment_reason"),
    ("decision", "detriment =", "detriment = true", Rule.DETRIMENT, "detriment"),
    ("decision", "detriment =", 'detriment = "no"', Rule.WRONG, "detriment"),
    ("decision", "recipient", 'recipient = "council-886"', Rule.TO_ITSELF, "recipient"),
    ("decision", "decided_by", 'decided_by = "  "', Rule.WRONG, "decided_by"),
    ("decision", "day", 'day = "6 October"', Rule.WRONG, "day"),
    ("decision", "art6", 'art6 = "consent"', Rule.WRONG, "basis.art6"),
    ("decision", "apd", 'apd = "APD-7"\nexemption = "X4"', Rule.WRONG, "basis.exemption"),
    ("decision", "dpia =", 'dpia = "done"\nrating = 5', Rule.UNKNOWN, "rating"),
    ("decision", "dpia =", 'dpia = "done"\n"Ada Quill" = 5', Rule.UNKNOWN, "?"),
    ("decision", "form", "", Rule.MISSING, "form"),
    ("decision", "form", 'form = "police"', Rule.WRONG, "form"),
    ("police", "authoriser_rank", 'authoriser_rank = "Police Sergeant"', Rule.RANK, "authoriser_rank"),
    ("police", "email", 'email = "bram@example.org"', Rule.SECURE_MAIL, "email"),
    ("police", "would_prejudice", "", Rule.MISSING, "purpose"),
    ("police", "power", 'power = "s29(3) DPA 1998"', Rule.NO_STATUTE, "power"),
    ("police", '    "last known address"', '    "all information",', Rule.VAGUE, "sought"),
    ("police", "necessary", 'necessary = "ongoing investigation"', Rule.SHORT, "necessary"),
    ("police", 'name = "Addie Quill"', 'name = "Addie"', Rule.NOT_NAMED, "subject.1.name"),
    ("police", 'name = "Addie Quill"', 'name = "All pupils"', Rule.NOT_NAMED, "subject.1.name"),
    ("police", "born", "", Rule.NOT_IDENTIFIED, "subject.1.born"),
    ("police", "sibling", "sibling = false", Rule.UNRELATED, "subject"),
    ("police", "sibling", "", Rule.UNRELATED, "subject"),
    ("police", "day", "day = 2026-10-07", Rule.LATER, "decision.day"),
    ("police", 'power = "CDA98 s115"', 'power = "UK GDPR"', Rule.NO_STATUTE, "decision.power"),
    ("police", "by", "", Rule.MISSING, "decision.by"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "to", "rule", "path"), ONE_FAULT)
def test_each_fault_gives_its_one_finding_at_its_line(kind: str, line: str, to: str, rule: Rule, path: str) -> None:
    assert lacks(kind, changed(kind, line, to)) == [(rule, path)]


def test_a_police_decision_that_discloses_names_its_items() -> None:
    text = re.sub(r"(?s)items = \[.*?\]\n", "", TEXTS["police"])
    assert lacks("police", text) == [("FRM-POL-007", "decision.items")]
    assert not police.from_toml(text.replace('result = "part"', 'result = "refused"')).shares


def test_who_acts_of_its_own_accord_names_no_requester() -> None:
    lines = ("on_request", "requester", "received", "request ")
    kept = [line for line in TEXTS["decision"].splitlines(keepends=True) if not line.startswith(lines)]
    form = decision.from_toml("".join(kept).replace("siblings = true", "on_request = false"))
    assert (form.on_request, form.received, form.stated().request, form.siblings) == (False, None, "", False)
    assert decision.from_toml(decision.to_toml(form)) == form


def test_everything_wrong_is_said_at_once() -> None:
    text = changed("decision", "power", 'power = "n/a"').replace('"A6E"', '"A6X"').replace("told = false", "")
    assert lacks("decision", text) == [
        (Rule.MISSING, "told"), (Rule.WRONG, "basis.art6"), (Rule.NO_STATUTE, "power"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", forms.KINDS)
@pytest.mark.parametrize("text", ["", "form", "form = 'x", "basis = 3\nsubject = 3\ndecision = 3", "subject = [3]"])
def test_what_is_no_form_is_refused_and_never_fails(kind: str, text: str) -> None:
    assert lacks(kind, text)


def test_every_rule_of_a_form_has_words_and_a_code_that_lines_can_hold() -> None:
    assert set(SENTENCES) == set(Rule)
    assert set(Rule) - set(FIXES) == {Rule.MISSING, Rule.WRONG}  # mended as the line itself says
    assert all(RuleCode(rule) for rule in Rule)
    assert {rule for *_, rule, _ in ONE_FAULT} | {Rule.NOT_TOML, Rule.NO_ITEMS, Rule.ANOTHER} == set(Rule)


@pytest.mark.parametrize(
    "rank",
    ["Inspector", "Detective Inspector", "DI", "D/Insp", "T/DCI", "Acting Insp.", "Ch. Insp", "Det Supt", "A/Supt",
     "Detective Chief Superintendent", "Chief Constable", "Senior manager", "Temporary Det. Ch. Insp.", "DCI"],
)  # fmt: skip
def test_an_inspector_or_above_may_authorise_however_the_rank_is_written(rank: str) -> None:
    assert may_authorise(rank)


@pytest.mark.parametrize(
    "rank", ["", "PC", "DC", "Det. Sgt", "Police Sergeant", "Inspector's assistant", "PCSO", "Acting"]
)
def test_nobody_below_may(rank: str) -> None:
    assert not may_authorise(rank)


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("a@kent.police.uk", True), ("a@kent.pnn.police.uk", True), ("a@x.cjsm.net", True), ("a@homeoffice.gov.uk", True),
        ("a@gmail.com", False), ("a@police.uk.example.com", False), ("a@notpolice.uk", False), ("kent.police.uk", False),
        ("a@kent.police.uk, b@x.org", False), ("@police.uk", False), ("A@KENT.POLICE.UK", True),
    ],
)  # fmt: skip
def test_an_address_is_secure_by_where_it_ends(address: str, *, secure: bool) -> None:
    assert is_secure(address) is secure


def test_one_person_is_named_and_items_are_exact() -> None:
    assert names_one("Quill, Addie") and names_one("Ada van der Berg")
    assert not names_one("Addie") and not names_one("Unknown Male") and not names_one("Quill ?")
    assert is_vague(" All  information. ") and not is_vague("address since 2024")


def test_the_forms_are_values_of_their_kinds() -> None:
    assert isinstance(decision.from_toml(TEXTS["decision"]), DecisionForm)
    assert isinstance(police.from_toml(TEXTS["police"]), PoliceForm)


KENT, MEDWAY, FORCE = (PartnerId(one) for one in ("council-886", "council-887", "police-kent"))


@pytest.mark.parametrize(
    ("kind", "purpose", "discloser", "recipient", "keys"),
    [
        ("decision", "P06", KENT, MEDWAY, []),
        ("decision", "P07", KENT, MEDWAY, ["purpose"]),
        ("decision", "P06", MEDWAY, MEDWAY, ["discloser"]),
        ("decision", "P06", KENT, FORCE, ["recipient"]),
        ("decision", "P12", KENT, FORCE, ["form", "purpose", "recipient"]),
        ("police", "P12", KENT, FORCE, []),
        ("police", "P29", MEDWAY, FORCE, []),
        ("police", "P13", KENT, FORCE, ["form"]),
        ("police", "P12", KENT, MEDWAY, ["force"]),
    ],
)
def test_a_form_lets_out_the_disclosure_it_is_about_and_no_other(
    kind: str, purpose: str, discloser: PartnerId, recipient: PartnerId, keys: list[str]
) -> None:
    found = forms.misfits(forms.KINDS[kind].from_toml(TEXTS[kind]), PurposeCode(purpose), discloser, recipient)
    assert [(one.code, one.path) for one in found] == [("FRM-FIT-001", key) for key in keys]
