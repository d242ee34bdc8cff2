"""What the rules know beside a file: which versions are current, which words hint at a stop flag, strictly read."""

import pytest

from gateway.core.documents import Known, formats
from gateway.core.documents.formats import Formats
from gateway.core.documents.hints import Hint
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Kind
from tests.core.documents import samples
from tests.core.documents.samples import CTF_NAME, HEADER, SCHOOLS, ctf, pupil

TEXT = (samples.SCHEMAS / "formats.toml").read_text()


def versioned(version: str, at: str = "2026-10-06", year: str = "2026") -> bytes:
    header = HEADER.replace("26.0", version).replace("2026-10-06", at).replace("Year>2026", f"Year>{year}")
    header = header.replace("<URN>100000</URN>", "")
    one = pupil(blocks="", dob="2009-03-02")
    return ctf(one if version >= "25" else one.replace("Sex>", "Gender>"), header=header.replace("full", "partial"))


def ordered(value: str, *, name: str = "CourtOrder") -> bytes:
    inside = f"<SuppInfo><SuppID>SIMS</SuppID><{name}>{value}</{name}></SuppInfo>"
    return ctf(pupil(blocks=f"<Contacts><Contact><Surname>T</Surname>{inside}</Contact></Contacts>{SCHOOLS}"))


def living(line: str, *, contact: bool = False) -> bytes:
    address = f"<Address><AddressLines><AddressLine1>{line}</AddressLine1></AddressLines></Address>"
    if contact:
        address = (
            f"<Contacts><Contact><Surname>T</Surname><Responsibility>1</Responsibility>{address}</Contact></Contacts>"
        )
    return ctf(pupil(blocks=address + SCHOOLS))


def checked(result: str, component: str = "MTC") -> bytes:
    return ctf(
        pupil(
            blocks="<StageAssessments><KeyStage><Stage>KS2</Stage><StageAssessment><Locale>ENG</Locale><Year>2025</Year>"
            f"<Subject>MAT</Subject><Method>TT</Method><Component>{component}</Component><ResultQualifier>MT"
            f"</ResultQualifier><Result>{result}</Result></StageAssessment></KeyStage></StageAssessments>{SCHOOLS}"
        )
    )


CASES = [  # rule, content where it fires, content where it does not
    ("VER-001", versioned("23.0"), versioned("24.0")),
    ("VER-001", versioned("24.0", "2027-08-31", "2026").replace(b"24.0", b"23.0"), versioned("24.0", "2027-08-31", "2026")),
    ("VER-001", versioned("22.0", "2025-09-01", "2025"), versioned("22.0", "2025-08-31", "2024")),
    ("VER-002", versioned("18.0", "2018-10-06", "2018"), versioned("19.0", "2019-10-06", "2019")),
    ("VER-002", versioned("12.0"), versioned("19.0")),
    ("VER-003", versioned("26.0", "2026-07-31", "2025"), versioned("26.0", "2026-08-01", "2025")),
    ("FLAG-001", ordered("Y"), ordered("N")),
    ("FLAG-001", ordered("true"), ordered("false")),
    ("FLAG-001", ordered(" 1 "), ordered("")),
    ("FLAG-001", ordered("y"), ordered("Y", name="Religion")),
    ("FLAG-001", ordered("Yes"), ordered("No")),
    ("FLAG-002", living("Women's Refuge, 1 The Row"), living("1 Refugee Road")),
    ("FLAG-002", living("DO  NOT-DISCLOSE"), living("do disclose")),
    ("FLAG-002", living("witness protection", contact=True), living("2 Witness Lane", contact=True)),
    ("RES-001", checked("26"), checked("25")),
    ("RES-001", checked("naa"), checked("NAA")),
    ("RES-001", checked("01"), checked("26", "GPS")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "quiet"), CASES)
def test_a_rule_that_needs_a_table_fires_where_it_should(rule: str, fires: bytes, quiet: bytes) -> None:
    assert f"CTF-{rule}" in samples.codes(fires, CTF_NAME, samples.known())
    assert f"CTF-{rule}" not in samples.codes(quiet, CTF_NAME, samples.known())
    assert f"CTF-{rule}" not in samples.codes(fires)


@pytest.mark.parametrize("kind", ["cml", "cmj"])
def test_the_versions_of_returns_are_those_of_the_transfer_file(kind: str) -> None:
    early = samples.specimen(kind, "24.0").replace(b"<DateTime>2024", b"<DateTime>2023")
    assert f"{kind.upper()}-VER-003" in samples.codes(early, samples.NAMES[kind], samples.known())


@pytest.mark.parametrize("result", ["0", "7", "25", *"ABJLUZXHQ", "NAA"])
def test_every_outcome_of_the_multiplication_check_is_known(result: str) -> None:
    assert samples.codes(checked(result), CTF_NAME, samples.known()) == []


@pytest.mark.parametrize("version", ["11.0", "27.0", "26.1", "26", ""])
def test_a_version_outside_is_refused(version: str) -> None:
    with pytest.raises(Refusal) as refused:
        samples.codes(versioned(version), CTF_NAME, samples.known())
    assert refused.value.code is Code.WRONG_VERSION


# -- hints ------------------------------------------------------------------------------------------------------------


def hints_of(content: bytes, beside: Known) -> frozenset[Hint]:
    document = samples.reading(content, CTF_NAME, beside).document
    assert document is not None
    return document.pupils[0].hints


def test_a_hint_says_which_stop_flag_may_be_called_for() -> None:
    known = samples.known()
    assert hints_of(ordered("Y"), known) == {Hint.RESPONSIBILITY_RESTRICTED}
    assert hints_of(living("Refuge"), known) == {Hint.ADDRESS_CONFIDENTIAL}
    assert hints_of(ordered("N"), known) == hints_of(living("1 The Row"), known) == frozenset()
    assert hints_of(ordered("Y"), Known()) == frozenset()


def test_a_hint_is_never_in_an_extract_and_a_finding_never_quotes_it() -> None:
    from gateway.core.documents import cut

    content = living("Zebrafinch Refuge").replace(b"<SchoolHistory>", ordered("Y").partition(b"<Contacts>")[2].partition(b"<School")[0].join([b"<Contacts>", b"<SchoolHistory>"]))  # fmt: skip
    reading = samples.reading(content, CTF_NAME, samples.known())
    assert reading.document is not None
    assert reading.document.pupils[0].hints == set(Hint)
    assert {finding.code for finding in reading.findings} == {"CTF-FLAG-001", "CTF-FLAG-002", "CTF-CON-001"}
    assert "ebrafinch" not in repr(reading.findings)
    whole = cut(reading.document, samples.schemas()[Kind.CTF, "26.0"].items, samples.schemas())
    assert whole.document.pupils[0].hints == frozenset()
    assert b"CourtOrder" not in whole.document.content


# -- the table --------------------------------------------------------------------------------------------------------


def test_every_version_of_the_table_has_a_schema_and_every_schema_a_row() -> None:
    editions = samples.known().formats.versions.editions
    assert [edition.version for edition in editions] == [version for kind, version in samples.EVERY if kind == "ctf"]
    days = [day for edition in editions for day in (edition.accepted, edition.current)]
    assert days == sorted(days)


def test_every_path_of_the_table_is_one_of_the_schema() -> None:
    record = samples.schemas()[Kind.CML, "26.0"].record
    known = samples.known().formats
    assert known.returns is not None
    within = {"record": "", "own-school": "SchoolHistory/School/", "parent": "Contacts/Contact/"}
    paths = [within[line.within] + line.path for line in known.lines]
    for path in (*paths, *known.returns.future_address):
        node = record
        for step in path.split("/"):
            node = node.children[step]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[versions]", "[version]", "unknown key version; file: missing key versions"),
        ("before = 2", "before = 0", "versions: before is not as it should be"),
        ("accepted = 2026-08-01", 'accepted = "2026"', "edition 15: accepted is not as it should be"),
        ('kind = "cml"', 'kind = "cmx"', "told 1: kind is not as it should be"),
        ('letters = "ABC', 'letters = "aBC', "regulations 1: letters is not as it should be"),
        ('cml = "query"', 'cml = "warning"', "line 1: cml is not as it should be"),
        ('within = "parent"', 'within = "aunt"', "line 4: within is not as it should be"),
        ('leaving_span = ["07-10"', 'leaving_span = ["07-32"', "returns: leaving_span is not as it should be"),
        ('letter = "A"', 'letter = "AB"', "a ground is one capital letter"),
    ],
)
def test_the_table_is_read_strictly(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=says):
        formats.from_toml(TEXT.replace(old, new, 1))


def test_an_empty_table_keeps_every_rule_silent() -> None:
    assert samples.codes(versioned("12.0"), CTF_NAME, Known(formats=Formats())) == []
