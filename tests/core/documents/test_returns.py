"""The returns of leavers and joiners: what each needs, what each ground asks for, and when a return is due."""

from datetime import date, timedelta

import pytest

from gateway.core.documents import RULES, Known, Reading, formats
from gateway.core.documents.grounds import Ground, Regulations
from gateway.core.errors import Severity
from gateway.core.terms import Kind
from tests.core.documents import samples
from tests.core.documents.samples import CMJ_NAME, CML_NAME, SCHEMAS

Case = tuple[str, str, str, bytes, bytes]  # rule, path, file name, content where it fires, content where it does not
OWN, CONTACT = "Pupil/SchoolHistory/School", "Pupil/Contacts/Contact"


def changed(kind: str, *changes: tuple[str, str]) -> bytes:
    text = samples.specimen(kind).decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.encode()


def cml(*changes: tuple[str, str]) -> bytes:
    return changed("cml", *changes)


def cmj(*changes: tuple[str, str]) -> bytes:
    return changed("cmj", *changes)


def between(text: str, first: str, last: str) -> str:
    """The first stretch from ``first`` to ``last``, both included."""
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)]


TEXT = samples.specimen("cml").decode()
ADDRESS = between(TEXT, "      <Address>", "      </Address>\n")
PHONES = between(TEXT[TEXT.index("<Contacts>") :], "          <Phones>", "          </Phones>\n")
CONTACTS = between(TEXT, "      <Contacts>", "      </Contacts>\n")
HISTORY = between(TEXT, "      <SchoolHistory>", "      </SchoolHistory>\n")
NEW_SCHOOL = between(TEXT[TEXT.index("RemovalGrounds") :], "        <School>", "        </School>\n")
MOVED = between(CONTACTS[CONTACTS.index("</Contact>") :], "        <Contact>", "        </Contact>\n")
GROUND, LEFT, ENTERED = "<RemovalGrounds>A</RemovalGrounds>", "<LeavingDate>2026-10-09", "<EntryDate>2026-10-05"
NOTE = "<SuppInfo><SuppID>DEMO</SuppID><JointEnquiry>2026-10-01</JointEnquiry></SuppInfo>"


def ground(letter: str, *changes: tuple[str, str]) -> bytes:
    return cml((GROUND, f"<RemovalGrounds>{letter}</RemovalGrounds>"), *changes)


def noted(letter: str, *changes: tuple[str, str]) -> bytes:
    return ground(letter, (f">{letter}</RemovalGrounds>", f">{letter}</RemovalGrounds>{NOTE}"), *changes)


def absent(*marks: str, last: date = date(2026, 10, 9), more: str = "") -> bytes:
    """Ground I with these marks of the weekdays up to ``last``; weekends are closed."""
    days, on = list(marks), []
    day = last
    while days:
        on.append("##" if day.weekday() > 4 else days.pop())
        day -= timedelta(days=1)
    block = (
        "<Attendance><YearData><Year>2026</Year><LEA>881</LEA><Estab>1234</Estab><AttendSessions>"
        f"<AttendanceStartDate>{day + timedelta(days=1)}</AttendanceStartDate>"
        f"<AttendanceMarks>{''.join(reversed(on))}{more}</AttendanceMarks></AttendSessions></YearData></Attendance>"
    )
    return noted(
        "I", (HISTORY.replace(GROUND, f"<RemovalGrounds>I</RemovalGrounds>{NOTE}"),) * 2, (CONTACTS, CONTACTS + block)
    )


CASES: list[Case] = [
    ("HEAD-009", "Header/DestSchool", "8811234_CML_8812000_001.xml", cml(("LLLL", "2000")), cml()),
    ("HEAD-009", "Header/DestSchool", "8811234_CMJ_XXXXXXX_001.xml", cmj(("<LEA>881</LEA>\n      <Estab>LLLL", "<LEA>XXX</LEA><Estab>XXXX")), cmj()),
    ("HEAD-010", "Header/DocumentName", CML_NAME, cml(("Common Transfer File", "CME Leavers")), cml()),
    ("RET-001", "Pupil/Address", CML_NAME, cml((ADDRESS, "")), cml()),
    ("RET-001", "Pupil/Address", CMJ_NAME, cmj((ADDRESS, "")), cmj()),
    ("RET-001", f"{CONTACT}", CML_NAME, cml((CONTACTS, "")), cml()),
    ("RET-001", f"{OWN}/RemovalGrounds", CML_NAME, cml((GROUND, "")), cml()),
    ("RET-001", f"{OWN}/RemovalGrounds", CML_NAME, cml((GROUND, "<RemovalGrounds/>")), cml()),
    ("RET-001", f"{OWN}/LeavingDate", CML_NAME, cml((f"{LEFT}</LeavingDate>", "")), cml()),
    ("RET-001", f"{OWN}/LeavingDate", CML_NAME, cml((HISTORY, "")), cml()),
    ("RET-001", f"{OWN}/RemovalGrounds", CML_NAME, cml(("<SchoolHistory>\n        <School>\n          <LEA>881", "<SchoolHistory>\n        <School>\n          <LEA>882")), cml()),
    ("RET-001", f"{OWN}/EntryDate", CMJ_NAME, cmj((f"{ENTERED}</EntryDate>", "")), cmj()),
    ("RET-002", f"{OWN}/EntryDate", CML_NAME, cml(("<EntryDate>2021-09-06</EntryDate>", "")), cml()),
    ("RET-002", f"{OWN}/LeavingReason", CML_NAME, cml(("<LeavingReason>IM</LeavingReason>", "")), cml()),
    ("RET-002", "Pupil/BasicDetails/NCyearActual", CMJ_NAME, cmj(("<NCyearActual>6</NCyearActual>", "")), cmj()),
    ("RET-002", f"{CONTACT}/Phones/Phone/PhoneNo", CML_NAME, cml((PHONES, "")), cml((PHONES, ""), ("Responsibility>true", "Responsibility>false"))),
    ("RET-002", f"{CONTACT}/Address", CMJ_NAME, cmj(("<AddressAsPupil>true</AddressAsPupil>", "")), cmj()),
    ("GRD-001", f"{OWN}/RemovalGrounds", CML_NAME, ground("P"), ground("a")),
    ("GRD-001", f"{OWN}/RemovalGrounds", CML_NAME, ground("9(1)(a)"), ground(" A ")),
    ("GRD-002", f"{OWN}/RemovalGrounds", CML_NAME, ground("H"), noted("H")),
    ("GRD-002", f"{OWN}/RemovalGrounds", CML_NAME, ground("I"), noted("i")),
    ("GRD-003", f"{OWN}/RemovalGrounds", CML_NAME, absent(*["OO"] * 19), absent(*["OO"] * 20)),
    ("GRD-003", f"{OWN}/RemovalGrounds", CML_NAME, absent(*["GN"] * 10, "I/", *["OO"] * 12), absent("I/", *["GN"] * 10, *["OO"] * 10)),
    ("GRD-003", f"{OWN}/RemovalGrounds", CML_NAME, absent(*["OO"] * 19, "O/"), absent(*["OO"] * 20, more="/\\")),
    ("GRD-004", f"{OWN}/RemovalGrounds", CML_NAME, cml((NEW_SCHOOL, "")), cml()),
    ("GRD-004", f"{OWN}/RemovalGrounds", CML_NAME, cml(("2026-10-12</EntryDate>", "2026-10-08</EntryDate>")), cml(("2026-10-12</EntryDate>", "2026-10-09</EntryDate>"))),
    ("GRD-004", f"{OWN}/RemovalGrounds", CML_NAME, cml(("<LEA>205", "<LEA>XXX")), cml(("<LEA>205</LEA>\n          <Estab>3000", "<LEA>MMM</LEA><Estab>MMMM"))),
    ("GRD-005", f"{OWN}/RemovalGrounds", CML_NAME, ground("G", (MOVED, "")), ground("G")),
    ("GRD-005", f"{OWN}/RemovalGrounds", CML_NAME, ground("F", (MOVED, "")), ground("F")),
    ("LATE-001", f"{OWN}/EntryDate", CMJ_NAME, cmj((ENTERED, "<EntryDate>2026-09-30")), cmj((ENTERED, "<EntryDate>2026-10-01"))),
    ("LATE-002", f"{OWN}/LeavingDate", CML_NAME, cml((LEFT, "<LeavingDate>2026-10-05")), cml((LEFT, "<LeavingDate>2026-10-06"))),
    ("DATE-005", f"{OWN}/EntryDate", CMJ_NAME, cmj((ENTERED, "<EntryDate>2026-10-07")), cmj((ENTERED, "<EntryDate>2026-10-06"))),
    ("DATE-006", f"{OWN}/LeavingDate", CML_NAME, cml((LEFT, "<LeavingDate>2026-12-06")), cml((LEFT, "<LeavingDate>2026-12-05"))),
    ("YEAR-001", "Pupil/BasicDetails/NCyearActual", CML_NAME, cml((LEFT, "<LeavingDate>2026-07-21")), cml((LEFT, "<LeavingDate>2026-07-09"))),
    ("YEAR-001", "Pupil/BasicDetails/NCyearActual", CML_NAME, cml((LEFT, "<LeavingDate>2026-07-21")), cml((LEFT, "<LeavingDate>2026-07-21"), ("NCyearActual>6", "NCyearActual>5"))),
    ("YEAR-002", "Pupil/BasicDetails/NCyearActual", CMJ_NAME, cmj((ENTERED, "<EntryDate>2026-09-02"), ("NCyearActual>6", "NCyearActual>R")), cmj((ENTERED, "<EntryDate>2026-09-02"))),
    ("YEAR-002", "Pupil/BasicDetails/NCyearActual", CMJ_NAME, cmj((ENTERED, "<EntryDate>2026-09-02"), ("NCyearActual>6", "NCyearActual>7")), cmj(("NCyearActual>6", "NCyearActual>7"))),
]  # fmt: skip


def first(reading: Reading) -> set[tuple[str, str]]:
    """What is said about the file and its first pupil: the second is always right."""
    return {(finding.code, finding.path) for finding in reading.findings if finding.pupil != 2}


@pytest.mark.parametrize(("rule", "path", "name", "fires", "quiet"), CASES)
def test_a_rule_of_returns_fires_where_it_should_and_not_beside_it(
    rule: str, path: str, name: str, fires: bytes, quiet: bytes
) -> None:
    code = f"{name[8:11]}-{rule}"
    usual = CML_NAME if "CML" in name else CMJ_NAME
    assert (code, path) in first(samples.reading(fires, name, samples.known()))
    assert (code, path) not in first(samples.reading(quiet, usual, samples.known()))


@pytest.mark.parametrize(("kind", "name"), [("cml", CML_NAME), ("cmj", CMJ_NAME)])
def test_a_return_in_which_nobody_has_parental_responsibility_is_asked_about(kind: str, name: str) -> None:
    nobody = samples.specimen(kind).replace(b"<Responsibility>true<", b"<Responsibility>false<")
    assert f"{kind.upper()}-CON-001" in samples.codes(nobody, name, samples.known())
    assert f"{kind.upper()}-CON-001" not in samples.codes(samples.specimen(kind), name, samples.known())


def test_the_rules_of_returns_are_silent_where_nothing_is_known_beside_the_file() -> None:
    for rule, _, name, fires, _ in CASES:
        if rule != "HEAD-009":  # a return goes to a council by law, not by a table
            assert f"{name[8:11]}-{rule}" not in samples.codes(fires, name)


def test_a_leaver_without_a_ground_is_left_out_and_one_with_a_query_goes() -> None:
    without = samples.reading(cml((GROUND, "")), CML_NAME, samples.known()).document
    late = samples.reading(cml((LEFT, "<LeavingDate>2026-10-05")), CML_NAME, samples.known()).document
    assert without is not None
    assert [pupil.came_as for pupil in without.pupils] == [2]
    assert late is not None
    assert len(late.pupils) == 2


@pytest.mark.parametrize("line", samples.known().formats.lines)
@pytest.mark.parametrize("severity", [None, *Severity])
@pytest.mark.parametrize("kind", [Kind.CML, Kind.CMJ])
def test_every_line_of_a_return_may_be_an_error_a_query_or_nothing(
    line: formats.Line, severity: Severity | None, kind: Kind
) -> None:
    """The table decides, not the schema: any line can be turned about without a new gateway."""
    text = (SCHEMAS / "formats.toml").read_text()
    start, end = text.index("[[line]]"), text.index("# What a return may have")
    wanted = f'{kind} = "{severity}"' if severity else f'{"cmj" if kind is Kind.CML else "cml"} = "error"'
    row = f'[[line]]\npath = "{line.path}"\nwithin = "{line.within}"\n{wanted}\n'
    beside = Known(formats=formats.from_toml(text[:start] + row + text[end:]))
    bare = changed(
        kind,
        (ADDRESS, ""),
        (between(samples.specimen(kind).decode(), "      <SchoolHistory>", "      </SchoolHistory>\n"), ""),
    )
    contacts = between(bare.decode(), "      <Contacts>", "      </Contacts>\n")
    parent = "<Contacts><Contact><Surname>T</Surname><Responsibility>1</Responsibility></Contact></Contacts>"
    bare = bare.replace(contacts.encode(), b"" if line.path == "Contacts/Contact" else parent.encode(), 1)
    bare = bare.replace(b"<NCyearActual>6</NCyearActual>", b"", 1)
    told = samples.reading(bare, samples.NAMES[kind], beside).findings
    found = [finding.severity for finding in told if "-RET-" in finding.code and finding.pupil == 1]
    assert found == ([severity] if severity else [])


def test_a_return_without_a_name_is_known_by_its_header() -> None:
    for kind in ("cml", "cmj"):
        assert samples.reading(samples.specimen(kind), None, samples.known()).kind is Kind(kind)
        assert samples.reading(samples.specimen(kind), None).kind is Kind.CTF
    assert samples.reading(samples.specimen("ctf"), None, samples.known()).kind is Kind.CTF


def test_the_name_of_a_file_says_more_than_its_header() -> None:
    assert samples.reading(samples.specimen("cml"), CMJ_NAME, samples.known()).kind is Kind.CMJ
    assert samples.reading(samples.specimen("ctf"), CML_NAME, samples.known()).kind is Kind.CML
    assert samples.reading(samples.specimen("cml"), samples.CTF_NAME, samples.known()).kind is Kind.CTF
    assert (
        samples.reading(samples.specimen("cml"), CML_NAME.replace(".xml", " (1).XML"), samples.known()).kind is Kind.CML
    )


# -- grounds ----------------------------------------------------------------------------------------------------------


def grounds_of(content: bytes) -> list[Ground | None]:
    document = samples.reading(content, CML_NAME, samples.known()).document
    assert document is not None
    return [pupil.ground for pupil in document.pupils]


@pytest.mark.parametrize(
    ("left", "regulations"), [("2024-08-18", Regulations.OF_2006), ("2024-08-19", Regulations.OF_2024)]
)
def test_a_ground_belongs_to_the_regulations_of_the_leaving_day(left: str, regulations: Regulations) -> None:
    assert grounds_of(cml((LEFT, f"<LeavingDate>{left}")))[0] == Ground("A", regulations)


def test_either_case_of_a_letter_is_the_same_ground() -> None:
    assert grounds_of(cml()) == [Ground("A", Regulations.OF_2024), Ground("F", Regulations.OF_2024)]


def test_without_what_is_known_no_letter_has_a_meaning() -> None:
    document = samples.reading(cml(), CML_NAME).document
    assert document is not None
    assert [pupil.ground for pupil in document.pupils] == [None, None]


def test_the_letters_of_2006_mean_what_the_table_of_the_law_says() -> None:
    """law.md §4.3: the old letters in order, each with what it is now."""
    grounds = samples.known().formats.grounds
    now = ["DE", "A", "C", "F", "G", "H", "", "I", "J", "K", "L", "N", "O", "B", "M"]
    for letter, means in zip("ABCDEFGHIJKLMNO", now, strict=True):
        assert grounds.meaning(Ground(letter, Regulations.OF_2006)) == set(means)
        assert grounds.meaning(Ground(letter, Regulations.OF_2024)) == {letter}


def test_what_a_ground_asks_for_follows_its_meaning_and_not_its_letter() -> None:
    """H of 2006 is the twenty school days of I; F of 2006 is the leave of absence of H."""
    old = (LEFT, "<LeavingDate>2024-06-28")
    assert "CML-GRD-002" in samples.codes(ground("H", old), CML_NAME, samples.known())
    assert "CML-GRD-002" not in samples.codes(ground("I", old), CML_NAME, samples.known())
    assert "CML-GRD-005" not in samples.codes(ground("F", old, (MOVED, "")), CML_NAME, samples.known())
    assert "CML-GRD-005" in samples.codes(ground("D", old, (MOVED, "")), CML_NAME, samples.known())


@pytest.mark.parametrize("letter", ["", "AB", "a", "1", "Ä"])
def test_a_ground_is_one_capital_letter(letter: str) -> None:
    with pytest.raises(ValueError, match="one capital"):
        Ground(letter, Regulations.OF_2024)


def test_every_return_rule_has_a_case_here() -> None:
    ours = {rule for rule in RULES if rule.split("-")[0] in {"RET", "GRD", "LATE", "YEAR"}} - {"LATE-003"}
    assert ours <= {case[0] for case in CASES}
