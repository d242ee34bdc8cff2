"""Every rule of the catalogue fires where it should, and stays silent right beside it."""

import re
import string

import pytest

from gateway.core.documents import RULES
from gateway.core.errors import Severity
from gateway.core.terms import Upn
from tests.core.documents import samples
from tests.core.documents.samples import CTF_NAME, HEADER, NOTICE_NAME, SCHOOLS, codes, ctf, pupil, reading, upn

Case = tuple[str, str, bytes, bytes]  # rule, file name, content where it fires, content where it does not
LEAVING = "<LeavingDate>2026-10-02</LeavingDate>"
OTHER_SCHOOL = SCHOOLS.replace("1234", "2098").replace(LEAVING, "").removeprefix("<SchoolHistory>")
OTHER_SCHOOL = OTHER_SCHOOL.removesuffix("</SchoolHistory>")


def basic(inside: str) -> bytes:
    return ctf(pupil(blocks=f"<BasicDetails>{inside}</BasicDetails>{SCHOOLS}"))


def numbered(number: str) -> bytes:
    return ctf(pupil(number=number))


def learner(number: str) -> bytes:
    learner_number = f"</UPN><UniqueLearnerNumber>{number}</UniqueLearnerNumber>"
    return ctf(pupil().replace("</UPN>", learner_number))


def born(day: str) -> bytes:
    return ctf(pupil(dob=day, blocks=""))


def schools(old: str = "", new: str = "", *, more: str = "", before: str = "") -> bytes:
    return ctf(
        pupil(blocks=before + SCHOOLS.replace(old, new, 1).replace("</SchoolHistory>", f"{more}</SchoolHistory>"))
    )


def block(text: str) -> bytes:
    return ctf(pupil(blocks=text + SCHOOLS))


def head(*changes: tuple[str, str], pupils: tuple[str, ...] = ()) -> bytes:
    header = HEADER
    for old, new in changes:
        assert old in header
        header = header.replace(old, new, 1)
    return ctf(*pupils, header=header)


def fsm(start: str, end: str) -> bytes:
    return block(
        f"<FSMhistory><FSMinstance><FSMstartDate>{start}</FSMstartDate><FSMendDate>{end}</FSMendDate>"
        "</FSMinstance></FSMhistory>"
    )


def sen(start: str, end: str, need_start: str, need_end: str) -> bytes:
    return block(
        f"<SENhistory><SEN><StartDate>{start}</StartDate><SENprovision>K</SENprovision><EndDate>{end}</EndDate></SEN>"
        f"<SENneeds><SENneed><NeedStartDate>{need_start}</NeedStartDate><NeedEndDate>{need_end}</NeedEndDate>"
        "<SENtype>HI</SENtype></SENneed></SENneeds></SENhistory>"
    )


def sessions(possible: str, authorised: str, attended: str, unauthorised: str) -> bytes:
    parts = zip(
        ("Possible", "Authorised", "Attended", "Unauthorised"),
        (possible, authorised, attended, unauthorised),
        strict=True,
    )
    inside = "".join(f"<Sessions{name}>{count}</Sessions{name}>" for name, count in parts if count)
    return block(
        f"<Attendance><YearData><Year>2026</Year><LEA>881</LEA><Estab>1234</Estab>{inside}</YearData></Attendance>"
    )


def notice(old: str = "", new: str = "", *more: tuple[str, str]) -> bytes:
    text = re.sub(r"\s*<!--.*?-->", "", samples.specimen("notice", "1.0").decode())
    for before, after in ((old, new), *more):
        assert before in text
        text = text.replace(before, after, 1)
    return text.encode()


UNKNOWN_DEST = (("<LEA>205</LEA><Estab>3000", "<LEA>XXX</LEA><Estab>XXXX"),)
UNKNOWN_NAME = "8811234_CTF_XXXXXXX_001.xml"
TO_AUTHORITY = (("<LEA>881</LEA><Estab>1234", "<LEA>881</LEA><Estab>LLLL"),)

CASES: list[Case] = [
    ("NAME-004", "8811235_CTF_2053000_001.xml", ctf(), head(("<Estab>1234", "<Estab>1235"))),
    ("NAME-005", "8811234_CTF_205LLLL_001.xml", ctf(), head(("<Estab>3000", "<Estab>LLLL"))),
    ("HEAD-001", CTF_NAME, head(("Common Transfer File", "Admissions Data Transfer File")), ctf()),
    ("HEAD-002", CTF_NAME, head(("T09:15:00", "T24:00:00")), head(("T09:15:00", "T23:59:59"))),
    ("HEAD-003", CTF_NAME, head(("T09:15:00", "T09:15:00Z")), head(("T09:15:00", "T09:15:00.123"))),
    ("HEAD-004", CTF_NAME, head(("Year>2026", "Year>2025")), head(("Year>2026", "Year>2025"), ("2026-10-06T", "2026-08-31T"))),
    ("HEAD-004", CTF_NAME, head(("2026-10-06T", "2026-07-31T")), head(("2026-10-06T", "2026-08-01T"))),
    ("HEAD-004", CTF_NAME, head(("2026-10-06T", "2027-09-01T")), head(("2026-10-06T", "2027-08-31T"))),
    ("HEAD-005", CTF_NAME, head(("<LEA>881</LEA><Estab>1234", "<LEA>881</LEA><Estab>XXXX")), ctf()),
    ("HEAD-005", CTF_NAME, head(("<LEA>881</LEA><Estab>1234", "<LEA>MMM</LEA><Estab>MMMM")), head(*TO_AUTHORITY)),
    ("HEAD-006", CTF_NAME, head(("<Estab>3000", "<Estab>XXXX")), head(("<LEA>205</LEA><Estab>3000", "<LEA>MMM</LEA><Estab>MMMM"))),
    ("HEAD-007", UNKNOWN_NAME, head(*UNKNOWN_DEST, pupils=(pupil(1), pupil(2))), head(*UNKNOWN_DEST)),
    ("HEAD-007", "8811234_CTF_MMMMMMM_001.xml", head(*UNKNOWN_DEST, pupils=(pupil(1), pupil(2))),
     head(("<LEA>205</LEA><Estab>3000", "<LEA>MMM</LEA><Estab>MMMM"), pupils=(pupil(1), pupil(2)))),
    ("HEAD-008", NOTICE_NAME, notice("<LEA>887", "<LEA>886"), notice()),
    ("HEAD-001", NOTICE_NAME, notice("CME Notice", "Common Transfer File"), notice()),
    ("HEAD-002", NOTICE_NAME, notice("T09:15:00", "T24:00:00"), notice()),
    ("UPN-001", CTF_NAME, numbered("A881123424001"), numbered("B881123424001")),
    ("UPN-001", CTF_NAME, numbered("B88112342400S"), numbered("P88112342401B")),
    ("UPN-001", CTF_NAME, numbered("I881123424001"), numbered("R205300019012")),
    ("UPN-001", NOTICE_NAME, notice("B881123424001", "C881123424001"), notice()),
    ("UPN-002", CTF_NAME, numbered("M88112342400A"), numbered("Z213400125117")),
    ("UPN-002", NOTICE_NAME, notice("B881123424001", "M88112342400A"), notice()),
    ("UPN-003", CTF_NAME, ctf(pupil(1), pupil(2), pupil(1)), ctf(pupil(1), pupil(2), pupil(3))),
    ("UPN-004", CTF_NAME, basic("<FormerUPN>A881123424001</FormerUPN>"), basic("<FormerUPN>B881123424001</FormerUPN>")),
    ("UPN-004", CTF_NAME, basic(f"<FormerUPN>{upn(2)}</FormerUPN><FormerUPN>A881123424001</FormerUPN>"), basic("<FormerUPN/>")),
    ("UPN-005", CTF_NAME, basic(f"<FormerUPN>{upn(1)}</FormerUPN>"), basic(f"<FormerUPN>{upn(2)}</FormerUPN>")),
    ("UPN-006", NOTICE_NAME, notice("<UPNunknown>UN3</UPNunknown>", ""), notice()),
    ("ULN-001", CTF_NAME, learner("9276308687"), learner("9276308686")),
    ("ULN-001", CTF_NAME, learner("2481081875"), learner("")),
    ("ULN-001", CTF_NAME, learner("0123456702"), learner("9276308686")),
    ("DOB-001", CTF_NAME, born("2026-10-07"), born("2026-10-06")),
    ("DOB-002", CTF_NAME, born("2000-10-06"), born("2000-10-07")),
    ("DOB-001", NOTICE_NAME, notice("2015-03-02", "2026-10-07"), notice()),
    ("DOB-001", NOTICE_NAME, notice("2014-01-01", "2026-10-07"), notice()),
    ("DOB-002", NOTICE_NAME, notice("2014-01-01", "1990-01-01"), notice()),
    ("DOB-003", NOTICE_NAME, notice("<DOBabout>2014-01-01</DOBabout>", ""), notice()),
    ("DATE-001", CTF_NAME, schools("2026-10-02", "2020-09-06"), schools("2026-10-02", "2020-09-07")),
    ("DATE-001", NOTICE_NAME, notice("2026-09-18", "2021-09-05"), notice("2026-09-18", "2021-09-06")),
    ("DATE-002", CTF_NAME, fsm("2024-09-02", "2024-09-01"), fsm("2024-09-02", "2024-09-02")),
    ("DATE-002", CTF_NAME, fsm("2024-09-02", "2024-09-01"), fsm("2024-09-02", "")),
    ("DATE-002", CTF_NAME, sen("2022-01-10", "2022-01-09", "", ""), sen("2022-01-10", "2022-01-10", "", "")),
    ("DATE-002", CTF_NAME, sen("2022-01-10", "", "2022-02-01", "2022-01-31"), sen("2022-01-10", "", "", "2022-01-31")),
    ("DATE-003", CTF_NAME, schools("2020-09-07", "2015-03-01"), schools("2020-09-07", "2015-03-02")),
    ("DATE-004", NOTICE_NAME, notice("<LastSeen>2026-09-18", "<LastSeen>2026-10-07"), notice("<LastSeen>2026-09-18", "<LastSeen>2026-10-06")),
    ("SCH-001", CTF_NAME, schools(LEAVING), schools(more=OTHER_SCHOOL)),
    ("SCH-001", CTF_NAME, schools("2026-10-02"), head(("full", "partial"), pupils=(pupil(blocks=SCHOOLS.replace(LEAVING, "")),))),
    ("SCH-001", CTF_NAME, ctf(pupil(blocks=SCHOOLS.replace(LEAVING, ""))), head(*TO_AUTHORITY, pupils=(pupil(blocks=SCHOOLS.replace(LEAVING, "")),))),
    ("SCH-001", CTF_NAME,
     schools(more=SCHOOLS[15:-16].replace("2020-09-07", "2026-09-07").replace(LEAVING, "")),
     schools(more=SCHOOLS[15:-16].replace("2020-09-07", "2018-09-07").replace(LEAVING, ""))),
    ("SCH-002", CTF_NAME, ctf(pupil(blocks="")), ctf()),
    ("SCH-002", CTF_NAME, schools("1234", "1235"), head(("full", "partial"), pupils=(pupil(blocks=""),))),
    ("SCH-002", CTF_NAME, ctf(pupil(blocks="")), head(*TO_AUTHORITY)),
    ("SCH-002", CTF_NAME, ctf(pupil(blocks="")), head(("<LEA>881</LEA><Estab>1234", "<LEA>XXX</LEA><Estab>XXXX"))),
    ("SCH-003", CTF_NAME, schools(LEAVING, before="<BasicDetails><EnrolStatus>M</EnrolStatus></BasicDetails>"),
     schools(LEAVING, before="<BasicDetails><EnrolStatus>C</EnrolStatus></BasicDetails>")),
    ("ATT-001", CTF_NAME, sessions("44", "2", "41", "2"), sessions("44", "2", "41", "1")),
    ("ATT-001", CTF_NAME, sessions("44", "0", "0", "0"), sessions("44", "2", "41", "")),
    ("RISK-001", NOTICE_NAME, notice("same-day", "routine"), notice("same-day", "immediate")),
    ("RISK-001", NOTICE_NAME, notice("same-day", "routine"), notice("same-day", "routine", ("social-care-known", "none"))),
    ("XSD-012", CTF_NAME, block("<Email/>"), block("<Email>a@example.org</Email>")),
    ("SCH-004", CTF_NAME, schools("2026-10-02", " "), schools()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "fires", "silent"), CASES)
def test_a_rule_fires_where_it_should_and_not_beside_it(rule: str, name: str, fires: bytes, silent: bytes) -> None:
    code = f"{'CME' if name == NOTICE_NAME else 'CTF'}-{rule}"
    assert code in codes(fires, name)
    assert code not in codes(silent, name)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (CTF_NAME, []),
        ("8811234_CTF_2053000_001 (1).xml", ["CTF-NAME-002"]),
        ("8811234_CTF_2053000_001.XML", ["CTF-NAME-003"]),
        ("export.xml", ["CTF-NAME-001"]),
        ("8811234_CTF_2053000_000.xml", ["CTF-NAME-001"]),
        ("8811234_CML_2053000_001.xml", ["CML-HEAD-009"]),
        ("886LLLL_CME_887LLLL_001.xml", ["CTF-NAME-001"]),
        ("../8811234_CTF_2053000_001.xml", ["CTF-NAME-001"]),
    ],
)
def test_a_name_is_that_of_a_transfer_file(name: str, found: list[str]) -> None:
    assert codes(ctf(), name) == found


def test_a_notice_has_the_name_of_a_notice() -> None:
    assert codes(notice(), "886LLLL_CTF_887LLLL_001.xml") == ["CME-NAME-001"]
    assert codes(notice(), "887LLLL_CME_886LLLL_001.xml") == ["CME-NAME-004", "CME-NAME-005"]


def test_all_who_share_a_upn_are_left_out() -> None:
    done = reading(ctf(pupil(1), pupil(2), pupil(1), pupil(3), pupil(1)))
    assert [(finding.code, finding.pupil) for finding in done.findings] == [("CTF-UPN-003", n) for n in (1, 3, 5)]
    assert done.document is not None
    assert [p.upn for p in done.document.pupils] == [upn(2), upn(3)]


@pytest.mark.parametrize("letter", [letter for letter in string.ascii_uppercase if letter != "B"])
def test_only_one_letter_is_right(letter: str) -> None:
    assert codes(numbered(f"{letter}881123424001")) == ["CTF-UPN-001"]


def test_a_closed_councils_upn_is_still_a_upn() -> None:
    number = Upn.check_letter("820123404001") + "820123404001"
    assert codes(numbered(number)) == []


def test_a_query_keeps_the_pupil_and_an_error_does_not() -> None:
    for rule, name, fires, _ in CASES:
        done = reading(fires, name)
        prefix = "CME" if name == NOTICE_NAME else "CTF"
        wrong = {f.pupil for f in done.findings if f.code == f"{prefix}-{rule}"}
        kept = set() if done.document is None else {p.came_as for p in done.document.pupils}
        if RULES[rule].severity is Severity.ERROR:
            assert wrong == {None} or not wrong & kept, rule
        elif all(finding.severity is Severity.QUERY for finding in done.findings):
            assert kept == set(range(1, done.pupils + 1)), rule


def test_a_finding_stands_at_its_line_and_path() -> None:
    done = reading(schools("2026-10-02", "2020-09-06"))
    assert [(f.code, f.line, f.path) for f in done.findings] == [
        ("CTF-DATE-001", 7, "Pupil/SchoolHistory/School/LeavingDate")
    ]
    done = reading(basic("\n<FormerUPN>A881123424001</FormerUPN>"))
    assert [(f.code, f.line, f.path) for f in done.findings] == [("CTF-UPN-004", 7, "Pupil/BasicDetails/FormerUPN")]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_is_wrong_how_to_mend_it_and_whence_it_comes(rule: str) -> None:
    row = RULES[rule]
    assert row.sentence.endswith((".", "?"))
    assert row.fix.endswith(".")
    assert row.source
    assert not row.sentence.format(name="X", word="Y").count("{")
