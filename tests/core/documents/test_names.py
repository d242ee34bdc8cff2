"""File names are one strict grammar, and two common accidents are told rather than refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.documents import CTF_FILE, FileName, FileType
from gateway.core.documents.layouts import MESSAGES
from gateway.core.documents.names import tidy
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Kind, LaEstab

GOOD = (
    "8864321_CTF_8871234_001.xml",
    "8864321_CTF_887LLLL_999.xml",
    "886LLLL_CTF_8871234_010.xml",
    "886LLLL_CTF_887LLLL_001.xml",
    "8864321_CTF_XXXXXXX_001.xml",
    "8864321_CTF_MMMMMMM_001.xml",
    "8811234_CML_881LLLL_001.xml",
    "8811234_CMJ_881LLLL_001.xml",
    "886LLLL_CME_887LLLL_001.xml",
    "8864321_ABS_886LLLL_001.xml",
    "886LLLL_CHK_886LLLL_001.xml",
)
BAD = (
    "", "export.xml", "8864321_CTF_8871234_001.XML", "8864321_CTF_8871234_001.xml ", "8864321_CTF_8871234_001.xml\n",
    "8864321_CTF_8871234_000.xml", "8864321_CTF_8871234_1.xml", "8864321_CTF_8871234_0001.xml",
    "8864321_ctf_8871234_001.xml", "8864321_PHO_8871234_001.xml", "XXXXXXX_CTF_8871234_001.xml",
    "MMMMMMM_CTF_8871234_001.xml", "8864321_CTF_XXX1234_001.xml", "8864321_CTF_887XXXX_001.xml",
    "8864321_CTF_8871234_001 (1).xml", "٨864321_CTF_8871234_001.xml", "../8864321_CTF_8871234_001.xml",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_name_prints_back_to_the_same_text(text: str) -> None:
    assert str(FileName.parse(text)) == text
    assert CTF_FILE.fullmatch(text)


def test_a_name_says_who_sends_what_to_whom() -> None:
    assert FileName.parse("8864321_CTF_887LLLL_007.xml") == FileName(
        LaEstab("8864321"), FileType.CTF, LaEstab("887LLLL"), 7
    )


@pytest.mark.parametrize("text", BAD)
def test_any_other_name_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        FileName.parse(text)
    assert refused.value.code is Code.FILE_NAME


@given(
    st.from_regex(r"[0-9]{3}([0-9]{4}|LLLL)", fullmatch=True).filter(str.isascii),
    st.sampled_from(FileType),
    st.from_regex(r"[0-9]{3}([0-9]{4}|LLLL)|X{7}|M{7}", fullmatch=True).filter(str.isascii),
    st.integers(1, 999),
)
def test_print_and_parse_are_opposites(source: str, kind: FileType, dest: str, sequence: int) -> None:
    name = FileName(LaEstab(source), kind, LaEstab(dest), sequence)
    assert FileName.parse(str(name)) == name


@pytest.mark.parametrize(("source", "sequence"), [("8864321", 0), ("8864321", 1000), ("XXXXXXX", 1), ("MMMMMMM", 1)])
def test_a_name_that_could_not_be_parsed_cannot_be_made(source: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="001 to 999"):
        FileName(LaEstab(source), FileType.CTF, LaEstab("8871234"), sequence)


def test_the_middle_of_the_name_says_the_kind() -> None:
    assert {kind: kind.kind for kind in FileType} == {
        FileType.CTF: Kind.CTF,
        FileType.CML: Kind.CML,
        FileType.CMJ: Kind.CMJ,
        **{FileType(layout.prefix): layout.kind for layout in MESSAGES},
    }
    assert all(FileType.of(kind).kind is kind for kind in Kind)


@pytest.mark.parametrize(
    ("given", "plain", "rules"),
    [
        ("8864321_CTF_8871234_001.xml", "8864321_CTF_8871234_001.xml", ()),
        ("8864321_CTF_8871234_001 (1).xml", "8864321_CTF_8871234_001.xml", ("NAME-002",)),
        ("8864321_CTF_8871234_001(12).xml", "8864321_CTF_8871234_001.xml", ("NAME-002",)),
        ("8864321_CTF_8871234_001.XML", "8864321_CTF_8871234_001.xml", ("NAME-003",)),
        ("8864321_CTF_8871234_001 (1).Xml", "8864321_CTF_8871234_001.xml", ("NAME-002", "NAME-003")),
        ("8864321_CTF_8871234_001 (x).xml", "8864321_CTF_8871234_001 (x).xml", ()),
        ("8864321_CTF_8871234_001.xml (1)", "8864321_CTF_8871234_001.xml (1)", ()),
        ("8864321_CTF_8871234_001.txt", "8864321_CTF_8871234_001.txt", ()),
    ],
)
def test_a_browsers_number_and_a_capital_extension_are_recognised(
    given: str, plain: str, rules: tuple[str, ...]
) -> None:
    assert tidy(given) == (plain, rules)
