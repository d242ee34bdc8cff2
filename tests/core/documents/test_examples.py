"""Every row of the catalogue has an example that breaks it and one that does not, and both are run."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

import pytest

from gateway.core.documents import RULES, Member, Rule, catalogue, examples, members, read
from gateway.core.documents.catalogue import (
    archives,
    beside,
    frame,
    heading,
    messages,
    pupils,
    returns,
    strangers,
    tables,
)
from gateway.core.documents.examples import Example
from gateway.core.errors import Finding, Refusal
from tests.core.documents import samples
from tests.core.documents.recipes import RECIPES


def content(example: Example) -> bytes:
    if example.recipe:
        return RECIPES[example.recipe]()
    kind, _, version = example.of.partition(" ")
    newest = max((at for at in samples.SHELVES if at[0] == kind), key=lambda at: float(at[1]))[1]
    return examples.made(example, samples.specimen(kind, version or newest))


def told(one: Member) -> tuple[Finding, ...]:
    if one.refusal is not None:
        return one.refusal.findings
    return read(one.name or None, one.content, samples.schemas(), samples.everything()).findings


def broken(text: str) -> set[str]:
    """The rules that the example breaks, without the prefix of its kind."""
    example = Example.parse(text)
    try:
        found = [finding for one in members(example.name or "", content(example)) for finding in told(one)]
    except Refusal as refusal:
        found = list(refusal.findings)
    return {finding.code.partition("-")[2] for finding in found}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_breaks_by_its_example_and_no_other_does(rule: str) -> None:
    assert broken(RULES[rule].fires) == {rule} | Example.parse(RULES[rule].fires).also


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_quiet_beside_its_example(rule: str) -> None:
    assert broken(RULES[rule].quiet) == Example.parse(RULES[rule].quiet).also - {rule}


@pytest.mark.parametrize("rule", RULES)
def test_an_example_says_nothing_twice_and_calls_for_no_recipe_that_is_not_there(rule: str) -> None:
    fires, quiet = RULES[rule].fires, RULES[rule].quiet
    assert fires != quiet
    assert {Example.parse(fires).recipe, Example.parse(quiet).recipe} <= {"", *RECIPES}


def test_no_two_families_share_a_row() -> None:
    families = (archives, beside, frame, heading, messages, pupils, returns, strangers, tables)
    rows = [
        row
        for room in families
        for name, rows in vars(room).items()
        if name.isupper() and isinstance(rows, dict)
        for row in rows
    ]
    assert sorted(rows) == sorted(RULES)


def test_every_recipe_is_called_for() -> None:
    assert {Example.parse(text).recipe for row in RULES.values() for text in (row.fires, row.quiet)} == {"", *RECIPES}


@pytest.mark.parametrize(
    "text",
    [
        "", "UPN", "UPN=A", "upn = A", "UPN = A & of ctf", "UPN =A", "/UPN = A", "UPN/ = A", "UPN/@x = A", "UPN[0] -",
        "pupils = 10", "pupils = 1", "top words", "UPN + words", "also UPN", "of CTF", "of ctf 26", "name =", "//UPN -",
    ],
)  # fmt: skip
def test_the_language_is_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"statement|first"):
        Example.parse(text)


@pytest.mark.parametrize(
    "text", ["SENhistory/Nothing = 1", "Pupil[3]/UPN -", "Header/UPN -", "text nowhere => here", "DOB/UPN = 1"]
)
def test_an_edit_changes_only_what_is_there(text: str) -> None:
    with pytest.raises(ValueError, match="the specimen has no"):
        content(Example.parse(text))


def edited(text: str) -> str:
    return content(Example.parse(text)).decode()


def test_edits_do_what_they_say() -> None:
    assert "<Surname>Quill&amp;Co</Surname>" in edited("Surname = Quill&Co")
    assert edited("Pupil[2]/Surname = Brook").count("<Surname>Brook</Surname>") == 1
    assert edited("Pupil[2] - & text </CTfile> => </CTfile>").count("<Pupil>") == 1
    assert "<Email/>" in edited("Email =")
    assert "ada@example.org" not in edited("Email -")
    assert "<Sex>F</Sex><A>1</A><B/>" in edited("Sex + <A>1</A><B/>").replace("\n", "").replace("  ", "")
    assert "<!-- x --><CTfile>" in edited("top <!-- x -->")


def test_copies_of_a_pupil_differ_in_number_and_forename_alone() -> None:
    done = read(None, content(Example.parse("pupils = 9")), samples.schemas())
    assert not done.findings
    assert done.pupils == 9
    assert done.document is not None
    assert len({pupil.upn for pupil in done.document.pupils}) == 9


def test_no_two_rows_have_one_name() -> None:
    """Two rooms that chose one name would be one row, and a rule of the one would tell of the other."""
    rooms = [
        import_module(f"gateway.core.documents.catalogue.{room.name}") for room in iter_modules(catalogue.__path__)
    ]
    tables = {id(each): each for room in rooms for each in vars(room).values() if isinstance(each, Mapping)}
    named = [name for table in tables.values() for name, row in table.items() if isinstance(row, Rule)]
    assert sorted(named) == sorted(RULES)
