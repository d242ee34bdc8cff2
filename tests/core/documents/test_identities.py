"""Two records of one child meet under one key, however each is written, and no identity shows itself."""

from dataclasses import fields
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.documents import Identity, identities, layouts, read
from gateway.core.documents.identities import plain
from gateway.core.sample import invented
from gateway.core.terms import Kind, LaEstab, Upn
from tests.core.documents import samples
from tests.core.documents.samples import ctf, pupil, upn
from tests.core.documents.test_messages import AT, KENT, one_of, reading

BORN = date(2015, 3, 2)
ONE, TWO = Upn(upn(1)), Upn(upn(2))


def of(*blocks: str) -> Identity:
    """The identity of one pupil with these blocks in a transfer file."""
    found = samples.reading(ctf(pupil(1, blocks="".join(blocks)))).document
    assert found is not None
    return identities(found)[1]


def named(*names: tuple[str, str]) -> Identity:
    return Identity(names=names, born=BORN)


def test_a_pupil_of_a_transfer_file_is_known_by_number_names_birth_homes_and_schools() -> None:
    found = of(
        f"<BasicDetails><FormerUPN>{upn(7)}</FormerUPN><PreferredSurname>Quill</PreferredSurname>"
        "<FormerForename>Adelaide</FormerForename></BasicDetails>",
        "<Address><PostCode>zz99 1aa</PostCode></Address>",
        "<Contacts><Contact><Surname>Other</Surname><Address><PostCode>ZZ99 9ZZ</PostCode></Address></Contact></Contacts>",
        samples.SCHOOLS,
    )
    plainly = of()
    (usual,) = plainly.names
    assert found.upns == (upn(1), upn(7))
    assert found.names == (usual, (usual[0], "Adelaide"), ("Quill", usual[1]), ("Quill", "Adelaide"))
    assert (found.postcodes, found.schools) == (("ZZ991AA",), (LaEstab("8811234"),))
    assert (found.born, found.about, found.sex) == (plainly.born, False, plainly.sex) and plainly.born and plainly.sex


@pytest.mark.parametrize("kind", ["cml", "cmj"])
def test_the_pupils_of_a_return_are_found_as_those_of_a_transfer_file(kind: str) -> None:
    name, content = samples.generated(kind, "26.0")
    found = read(name, content, samples.schemas(), samples.known()).document
    assert found is not None
    assert all(len(one.keys()) >= 2 for one in identities(found).values()) and len(identities(found)) == 4


@pytest.mark.parametrize("layout", layouts.MESSAGES, ids=lambda layout: layout.kind)
@pytest.mark.parametrize("seed", range(4))
def test_every_message_that_names_children_says_who_they_are(layout: layouts.Layout, seed: int) -> None:
    message = one_of(layout.kind, seed)
    document = reading(message).document
    assert document is not None
    found = identities(document)
    assert set(found) == ({pupil.number for pupil in document.pupils} if layout.of_children else set())
    for number, record in enumerate(message.records, 1):
        who = getattr(record, "who", None)
        if who is None:
            continue
        assert found[number].upn == who.upn and found[number].sex == who.sex
        assert found[number].born == (who.dob or who.dob_about)
        assert found[number].about is (
            (who.dob is None and who.dob_about is not None) or "DOB" in getattr(who, "about", ())
        )
        assert not (who.surname and who.forename) or (who.surname, who.forename) in found[number].names
        assert len(found[number].names) >= len(who.aliases)


def referred(content: bytes) -> Identity:
    found = read(samples.NAMES["referral"], content, samples.schemas()).document
    assert found is not None
    return identities(found)[1]


def test_the_homes_and_schools_of_a_referral_are_the_childs_old_and_new() -> None:
    top, new, rest = samples.specimen("referral", "1.0").decode().partition("<NewDetails>")
    rest = rest.replace("ZZ99 2BB", "ZZ99 3CC", 1).replace("<LEA>887</LEA>", "<LEA>887</LEA><Estab>4399</Estab>", 1)
    found = referred(f"{top}{new}{rest}".encode())
    assert found.postcodes == ("ZZ991AA", "ZZ992BB", "ZZ993CC")
    assert found.schools == (LaEstab("8864321"), LaEstab("8874399"))


def test_a_birth_date_that_the_message_calls_uncertain_is_a_guess() -> None:
    content = samples.specimen("referral", "1.0")
    assert content.count(b"<About>DOB</About>") == 1
    assert referred(content).about and not referred(content.replace(b"<About>DOB</About>", b"")).about
    assert not any(key.startswith("born:") for key in referred(content).keys())  # noqa: SIM118  (not a mapping)


def test_an_answer_to_a_check_names_nobody() -> None:
    document = reading(invented(Kind.CHECK_ANSWER, 1, KENT, LaEstab("887LLLL"), AT)).document
    assert document is not None
    assert {one.keys() for one in identities(document).values()} == {()}


KEYS = [  # what is written, and by what it is found: vectors, so that what is blinded in one release is found in the next
    (("Quillfeather", "Ada"), ["born:quillfeather|ada|2015-03-02"]),
    (("O’Brien", "Siân"), ["born:obrien|sian|2015-03-02"]),
    (("o'brien", "SIAN"), ["born:obrien|sian|2015-03-02"]),
    (("van der Berg", "Anne-Marie"), ["born:vanderberg|annemarie|2015-03-02", "born:vanderberg|anne|2015-03-02"]),
    (("Łukasiewicz", "Bjørn"), ["born:lukasiewicz|bjorn|2015-03-02", "born:lukasiewicz|bjoern|2015-03-02"]),
    (("Groß", "Æthel"), ["born:gross|aethel|2015-03-02", "born:gross|athel|2015-03-02"]),
    (("Нгуен", "Ада"), ["born:нгуен|ада|2015-03-02"]),
    (("Quill", ""), []),
    (("", "Ada"), []),
    (("-", "Ada"), []),
]


@pytest.mark.parametrize(("name", "keys"), KEYS, ids="-".join)
def test_a_name_with_its_birth_date_gives_these_keys(name: tuple[str, str], keys: list[str]) -> None:
    assert list(named(name).keys()) == keys


SPELLED = [
    ("Müller", "Mu\u0308ller", "MUELLER", "Muller"), ("Ørsted", "Orsted", "Oersted"), ("Åse", "Aase", "Ase"),
    ("Weiß", "Weiss"), ("Jörg-Ole", "Joerg-Ole", "Jorg-Ole"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [pair for some in SPELLED for pair in permutations(some, 2)])
def test_a_child_is_found_by_either_spelling_of_its_name(one: str, other: str) -> None:
    for written, said in (((one, "Ada"), (other, "Ada")), (("Quill", one), ("Quill", other))):
        assert set(named(written).keys()) & set(named(said).keys())


@pytest.mark.parametrize(("kept", "asked"), [
    ("Müller", "Müller"), ("Müller", "Mueller"), ("Müller", "Muller"), ("Mueller", "Mueller"), ("Mueller", "Müller"),
    ("Orsted", "Ørsted"), ("Oersted", "Ørsted"), ("Aase", "Åse"),
])  # fmt: skip
def test_what_was_blinded_before_a_name_had_several_spellings_is_found_still(kept: str, asked: str) -> None:
    """An older release kept the name without its marks alone."""
    assert f"born:{plain(kept)}|ada|2015-03-02" in named((asked, "Ada")).keys()  # noqa: SIM118


def test_a_name_that_only_sounds_alike_is_not_found() -> None:
    assert not set(named(("Miller", "Ada")).keys()) & set(named(("Müller", "Ada")).keys())


def test_a_guessed_birth_date_gives_no_key_and_a_number_gives_one_of_its_own() -> None:
    guessed = Identity(ONE, (TWO,), (("Quill", "Ada"),), BORN, about=True)
    assert guessed.keys() == (f"upn:{upn(1)}", f"upn:{upn(2)}")
    assert Identity(names=(("Quill", "Ada"),)).keys() == ()


@pytest.mark.parametrize(
    ("alias", "pairs"),
    [
        ("Addie Quill", [("Quill", "Addie")]),
        ("Quill, Addie", [("Quill", "Addie")]),
        ("Ada van der Berg", [("Berg", "Ada van der"), ("der Berg", "Ada van"), ("van der Berg", "Ada")]),
        ("Addie", [("Addie", "Ada"), ("Marrowby", "Addie")]),
        ("Quill,", [("Quill", "Ada"), ("Marrowby", "Quill")]),
    ],
)
def test_an_alias_is_every_name_that_it_may_mean(alias: str, pairs: list[tuple[str, str]]) -> None:
    content = samples.specimen("notice", "1.0").decode()
    first, _, rest = content.partition("<Aliases>")
    ada = (
        first.replace("Quillfeather", "Marrowby")
        + f"<Aliases><Alias>{alias}</Alias></Aliases>"
        + rest.partition("</Aliases>")[2]
    )
    found = read(samples.NOTICE_NAME, ada.encode(), samples.schemas()).document
    assert found is not None
    assert list(identities(found)[1].names) == [("Marrowby", "Ada"), *pairs]


def test_an_identity_shows_nothing_of_itself() -> None:
    full = Identity(
        ONE,
        (TWO,),
        (("Quill", "Ada"),),
        BORN,
        about=True,
        sex="F",
        postcodes=("ZZ991AA",),
        schools=(LaEstab("8811234"),),
    )
    assert repr(full) == "Identity()" and not any(field.repr for field in fields(Identity))


@given(st.text())
def test_a_name_is_compared_in_one_form_whatever_case_it_has(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    assert plain(name.upper().lower()) == plain(name.upper())


def test_a_former_number_with_a_wrong_check_letter_is_nobodys() -> None:
    wrong = "A" + upn(7)[1:] if not upn(7).startswith("A") else "B" + upn(7)[1:]
    assert of(f"<BasicDetails><FormerUPN>{wrong}</FormerUPN></BasicDetails>").former_upns == ()
