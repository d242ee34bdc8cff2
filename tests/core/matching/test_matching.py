"""Two records of one child are found, two children are kept apart, and only what is certain is called certain."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.documents import Identity
from gateway.core.matching import Candidates, Match, Part, Rule, Verdict, match
from gateway.core.matching.rules import TABLE, Known, rule
from gateway.core.matching.sounds import alike, slips, soundex
from gateway.core.terms import LaEstab, Upn
from tests.core.documents.samples import upn

ONE, TWO, THREE = (Upn(upn(serial)) for serial in (1, 2, 3))
BORN = date(2015, 3, 2)
ADA = Identity(
    ONE, (), (("Quillfeather", "Ada"),), BORN, sex="F", postcodes=("ZZ991AA",), schools=(LaEstab("8811234"),)
)
UNNUMBERED = replace(ADA, upn=None)
NOWHERE = replace(UNNUMBERED, postcodes=(), schools=())


def named(who: Identity, *names: tuple[str, str]) -> Identity:
    return replace(who, names=names)


VERDICTS = [  # another record of Ada or of somebody else: the rule that fires, and the parts that it says differ
    (ADA, Rule.ALL, ()),
    (named(ADA, ("QUILL-FEATHER", "Áda")), Rule.ALL, ()),
    (replace(ADA, postcodes=(), schools=(), sex=""), Rule.ALL, ()),
    (replace(ADA, sex="M"), Rule.NUMBER, (Part.SEX,)),
    (named(ADA, ("Marrowby", "Ada")), Rule.NUMBER, (Part.SURNAME,)),
    (named(ADA, ("Quillfeather", "Adelaide"), ("Quillfeather", "Ada")), Rule.NUMBER, (Part.FORENAME,)),
    (replace(ADA, born=date(2015, 3, 3)), Rule.NUMBER, (Part.BORN,)),
    (replace(ADA, about=True), Rule.NUMBER, (Part.BORN,)),
    (replace(ADA, born=None), Rule.NUMBER, (Part.BORN,)),
    (named(replace(ADA, born=None)), Rule.NUMBER, (Part.SURNAME, Part.FORENAME, Part.BORN)),
    (replace(ADA, upn=TWO, former_upns=(ONE,)), Rule.FORMER_NUMBER, (Part.UPN,)),
    (
        named(replace(UNNUMBERED, former_upns=(ONE,)), ("Marrowby", "Bram")),
        Rule.FORMER_NUMBER,
        (Part.SURNAME, Part.FORENAME),
    ),
    (UNNUMBERED, Rule.NAME_BIRTH_PLACE, ()),
    (replace(ADA, upn=TWO), Rule.NAME_BIRTH_PLACE, (Part.UPN,)),
    (replace(UNNUMBERED, postcodes=()), Rule.NAME_BIRTH_PLACE, ()),
    (replace(UNNUMBERED, schools=()), Rule.NAME_BIRTH_PLACE, ()),
    (named(UNNUMBERED, ("Marrowby", "Ada"), ("Quillfeather", "Ada")), Rule.NAME_BIRTH_PLACE, (Part.SURNAME,)),
    (NOWHERE, Rule.NAME_BIRTH, ()),
    (named(NOWHERE, ("Quilfeather", "Ada")), Rule.ALIKE_BIRTH, (Part.SURNAME,)),
    (named(NOWHERE, ("Quillfeather-Marrowby", "Ada Rose")), Rule.ALIKE_BIRTH, (Part.SURNAME, Part.FORENAME)),
    (named(NOWHERE, ("Ada", "Quillfeather")), Rule.ALIKE_BIRTH, (Part.SURNAME, Part.FORENAME)),
    (replace(UNNUMBERED, born=date(2015, 2, 3)), Rule.NAME_PLACE, (Part.BORN,)),
    (replace(UNNUMBERED, born=date(2014, 3, 2)), Rule.NAME_PLACE, (Part.BORN,)),
    (replace(UNNUMBERED, born=date(2014, 9, 1), about=True), Rule.NAME_PLACE, (Part.BORN,)),
    (named(replace(ADA, upn=TWO), ("Quillfeather", "Bram")), Rule.TWIN, (Part.UPN, Part.FORENAME)),
    (named(NOWHERE, ("Quillfeather", "Bram")), Rule.TWIN, (Part.FORENAME,)),
    (replace(ADA, upn=TWO, born=date(2011, 8, 30)), Rule.NAME, (Part.UPN, Part.BORN)),
    (replace(UNNUMBERED, born=None), Rule.NAME, (Part.BORN,)),
    (replace(NOWHERE, born=date(2014, 9, 1), about=True), Rule.NAME, (Part.BORN,)),
    (named(replace(ADA, upn=TWO), ("Marrowby", "Bram")), Rule.NOTHING, None),
    (Identity(), Rule.NOTHING, None),
]


@pytest.mark.parametrize(("other", "fired", "differs"), VERDICTS)
def test_the_rule_that_fires_says_which_parts_differ(
    other: Identity, fired: Rule, differs: tuple[Part, ...] | None
) -> None:
    for found in (match(ADA, [other]), match(other, [ADA])):
        assert found == (Match(fired, None if differs is None else 0, differs or (), certain=fired is Rule.ALL),)
        assert found[0].verdict is fired.verdict


def test_every_rule_stands_in_the_table_once_in_order_and_fires_in_a_test() -> None:
    assert [name for name, _ in TABLE] == list(Rule) and {fired for _, fired, _ in VERDICTS} == set(Rule)
    assert {one for one in Rule if one.verdict is Verdict.MATCHED} == {Rule.ALL}
    assert all(one.words.endswith(".") for one in Rule)


def test_the_best_comes_first_and_a_twin_is_always_named() -> None:
    twin = named(replace(ADA, upn=TWO), ("Quillfeather", "Bram"))
    namesake = replace(ADA, upn=THREE, born=date(2011, 8, 30))
    found = match(ADA, [namesake, twin, NOWHERE, ADA])
    assert [(one.rule, one.candidate) for one in found] == [(Rule.ALL, 3), (Rule.NAME_BIRTH, 2), (Rule.TWIN, 1)]
    assert [one.certain for one in found] == [True, False, False]


@pytest.mark.parametrize("rival", [ADA, replace(ADA, born=None), replace(ADA, upn=TWO, former_upns=(ONE,))])
def test_two_with_one_number_make_nobody_certain(rival: Identity) -> None:
    assert [one.certain for one in match(ADA, [ADA, rival])] == [False, False]


def test_nobody_to_look_among_is_unmatched() -> None:
    assert match(ADA, []) == (Match(Rule.NOTHING),) == match(Identity(), [Identity(), ADA])


def test_a_match_shows_nothing_of_a_child() -> None:
    shown = repr((match(ADA, [ADA, NOWHERE]), Candidates.of([ADA]), Known.of(ADA)))
    assert not any(word in shown for word in ("uill", "Ada", "2015", ONE, "ZZ99", "8811234"))


# -- laws -------------------------------------------------------------------------------------------------------------

NAMES = st.tuples(
    st.sampled_from(["Quill", "Quil", "Marrowby", "Marowby", "O'Brien", "Quill-Marrowby", "", "Ada"]),
    st.sampled_from(["Ada", "Ida", "Ada Rose", "Bram", "", "Quill"]),
)
IDENTITIES = st.builds(
    Identity,
    upn=st.sampled_from([None, ONE, TWO, THREE]),
    former_upns=st.sampled_from([(), (ONE,), (TWO, THREE)]),
    names=st.lists(NAMES, max_size=3).map(tuple),
    born=st.sampled_from([None, BORN, BORN + timedelta(1), date(2015, 2, 3), date(2011, 1, 1)]),
    about=st.booleans(),
    sex=st.sampled_from(["", "F", "M", "U"]),
    postcodes=st.sampled_from([(), ("ZZ991AA",)]),
    schools=st.sampled_from([(), (LaEstab("8811234"),)]),
)


@given(IDENTITIES, IDENTITIES)
def test_it_does_not_matter_which_record_is_asked_about(one: Identity, other: Identity) -> None:
    assert match(one, [other]) == match(other, [one])


@given(IDENTITIES, IDENTITIES)
def test_the_index_overlooks_nothing_that_a_rule_would_find(one: Identity, other: Identity) -> None:
    assert match(one, [other])[0].rule is rule(Known.of(one), Known.of(other))


@given(IDENTITIES, IDENTITIES)
def test_nothing_matches_on_names_alone(one: Identity, other: Identity) -> None:
    bare = replace(one, upn=None, former_upns=(), born=None), replace(other, upn=None, former_upns=())
    assert match(bare[0], [bare[1]])[0].verdict is Verdict.UNMATCHED


@given(IDENTITIES, st.lists(IDENTITIES, max_size=5))
def test_what_is_certain_has_one_number_one_name_and_one_birth(one: Identity, others: list[Identity]) -> None:
    certain = [found for found in match(one, others) if found.certain]
    assert len(certain) <= 1
    for found in certain:
        assert found.candidate is not None and found.verdict is Verdict.MATCHED and not found.differs
        other = others[found.candidate]
        assert one.upn == other.upn is not None and one.born == other.born is not None
        assert not one.about and not other.about


@given(st.lists(IDENTITIES, max_size=4), IDENTITIES)
def test_one_more_candidate_never_turns_a_certain_match_into_another(others: list[Identity], more: Identity) -> None:
    before = {found.candidate for found in match(ADA, [*others, ADA]) if found.certain}
    after = {found.candidate for found in match(ADA, [*others, ADA, more]) if found.certain}
    assert after <= before


@given(IDENTITIES)
def test_only_a_whole_record_matches_itself(one: Identity) -> None:
    whole = one.upn and one.names and all(one.names[0]) and one.born and not one.about
    assert (match(one, [one])[0].verdict is Verdict.MATCHED) is bool(whole)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [("robert", "R163"), ("rupert", "R163"), ("ashcraft", "A261"), ("tymczak", "T522"), ("pfister", "P236"),
     ("honeyman", "H555"), ("lee", "L000"), ("", ""), ("нгуен", "")],
)  # fmt: skip
def test_soundex_is_that_of_the_archives(name: str, code: str) -> None:
    assert soundex(name) == code


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("ada", "ada", 0),
        ("ada", "aad", 1),
        ("marrowby", "marowby", 1),
        ("marrowby", "marowbi", 2),
        ("ada", "bram", 3),
        ("a", "abcd", 3),
    ],
)
def test_a_slip_is_a_letter_added_left_out_changed_or_swapped(one: str, other: str, count: int) -> None:
    assert slips(one, other, 2) == slips(other, one, 2) == count


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (("Quillfeather", "Ada"), ("Quilfeather", "Ada"), True),
        (("Smith", "Jon"), ("Smyth", "John"), True),
        (("Smith-Jones", "Ada"), ("Jones", "Ada"), True),
        (("Quill", "Ada"), ("Ada", "Quill"), True),
        (("Quill", "Ada"), ("Quill", "Eva"), False),
        (("Quill", "Ada"), ("Marrowby", "Ada"), False),
        (("Quill", ""), ("Quill", ""), False),
        (("Nguyen", "Lan"), ("Nguyen", "Mai"), False),
    ],
)
def test_names_are_alike_when_both_parts_may_be_the_same(
    one: tuple[str, str], other: tuple[str, str], *, may_be: bool
) -> None:
    assert alike(one, other) is alike(other, one) is may_be
