"""Reading a file: one pass, everything wrong said at once, and a document of what is right."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from gateway.core.documents import RULES, Reading, Verdict, build, read
from gateway.core.documents.lines import Lines
from gateway.core.documents.safe import parse
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.sample import Mis
from gateway.core.terms import Kind, LaEstab, Upn
from tests.core.documents import samples
from tests.core.documents.samples import CTF_NAME, HEADER, SCHOOLS, ctf, pupil, reading, upn

MARKER = "Zebrafinch"
BAD_DOB = "2015-02-30"


def told(done: Reading) -> list[tuple[str, int, str, int | None]]:
    return [(finding.code, finding.line, finding.path, finding.pupil) for finding in done.findings]


# -- what is read -----------------------------------------------------------------------------------------------------


def test_a_clean_file_becomes_a_document() -> None:
    done = reading(ctf(pupil(1), pupil(2)))
    assert (done.outcome, done.findings, done.pupils) == (Verdict.CLEAN, (), 2)
    document = done.document
    assert document is not None
    assert (document.kind, document.version, document.name, document.partial) == (Kind.CTF, "26.0", CTF_NAME, False)
    assert (document.source, document.dest, document.unknown) == (LaEstab("8811234"), LaEstab("2053000"), 0)
    assert [(p.number, p.came_as, p.line, p.upn) for p in document.pupils] == [
        (1, 1, 6, Upn(upn(1))),
        (2, 2, 8, Upn(upn(2))),
    ]
    assert document.items == document.pupils[0].items == {
        "UPN", "Surname", "Forename", "DOB", "Sex",
        "SchoolHistory/School/LEA", "SchoolHistory/School/Estab", "SchoolHistory/School/SchoolName",
        "SchoolHistory/School/EntryDate", "SchoolHistory/School/LeavingDate",
    }  # fmt: skip


def test_the_findings_and_the_document_never_print_the_content() -> None:
    done = reading(ctf(pupil(surname=MARKER)))
    assert done.document is not None
    assert MARKER.encode() in done.document.content
    assert MARKER not in repr(done)


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
@pytest.mark.parametrize("mis", list(Mis))
def test_reading_the_content_again_gives_an_equal_document_of_the_same_bytes(kind: str, version: str, mis: Mis) -> None:
    """Every version and kind, as every system writes it: canonical once, and the same for ever."""
    schools = kind in {"ctf", "cml", "cmj"}
    name, content = samples.generated(kind, version, mis) if schools else ("", samples.specimen(kind, version))
    beside = samples.known().meanings()
    first = read(name or None, content, samples.schemas(), beside).document
    assert first is not None
    opening, _, canonical = first.content.partition(b"\n")
    assert opening == b'<?xml version="1.0" encoding="UTF-8"?>'
    assert etree.tostring(etree.fromstring(first.content), method="c14n") == canonical.strip()
    second = read(first.name, first.content, samples.schemas(), beside).document
    assert second == first
    assert second.content == first.content


def test_a_file_with_errors_keeps_what_is_right_and_numbers_it_anew() -> None:
    done = reading(ctf(pupil(1), pupil(2, dob=BAD_DOB), pupil(3), pupil(4, number="A881123424001"), pupil(5)))
    assert done.outcome is Verdict.ERRORS
    assert [(finding.code, finding.pupil) for finding in done.findings] == [("CTF-XSD-004", 2), ("CTF-UPN-001", 4)]
    assert done.pupils == 5
    assert done.document is not None
    assert [(p.number, p.came_as, p.upn) for p in done.document.pupils] == [
        (1, 1, upn(1)),
        (2, 3, upn(3)),
        (3, 5, upn(5)),
    ]
    assert upn(2).encode() not in done.document.content
    again = reading(done.document.content)
    assert (again.outcome, again.document) == (Verdict.CLEAN, done.document)


def test_a_file_with_queries_alone_is_kept_whole() -> None:
    done = reading(ctf(pupil(1, blocks=""), pupil(2)))
    assert (done.outcome, [finding.code for finding in done.findings]) == (Verdict.QUERIES, ["CTF-SCH-002"])
    assert done.document is not None
    assert len(done.document.pupils) == 2


@pytest.mark.parametrize(
    "content",
    [
        ctf(pupil(dob=BAD_DOB)),
        ctf(header=HEADER.replace("full", "half")),
        ctf(header=HEADER.replace("Common", "Uncommon")),
        ctf() + b"<!-- -->",
    ],
)
def test_no_document_comes_of_a_wrong_header_or_without_a_right_pupil(content: bytes) -> None:
    name = "export.xml" if content.endswith(b"-->") else CTF_NAME
    done = reading(content, name)
    assert (done.outcome, done.document, done.pupils) == (Verdict.ERRORS, None, 1)


def test_a_wrong_header_does_not_hide_what_is_wrong_with_the_pupils() -> None:
    done = reading(ctf(pupil(1, dob=BAD_DOB), header=HEADER.replace("<LEA>205", "<LEA>20")), "x.xml")
    assert [(finding.code, finding.pupil) for finding in done.findings] == [
        ("CTF-NAME-001", None),
        ("CTF-XSD-004", None),
        ("CTF-XSD-004", 1),
    ]


def test_the_document_takes_the_tidy_name() -> None:
    done = reading(ctf(), CTF_NAME.replace(".xml", " (2).XML"))
    assert [finding.code for finding in done.findings] == ["CTF-NAME-002", "CTF-NAME-003"]
    assert done.document is not None
    assert done.document.name == CTF_NAME


def test_a_file_without_a_name_gets_the_one_of_its_header() -> None:
    done = reading(ctf(), None)
    assert done.outcome is Verdict.CLEAN
    assert done.document == reading(ctf(), CTF_NAME).document
    notice = reading(samples.specimen("notice", "1.0"), None).document
    assert notice is not None
    assert notice.name == samples.NOTICE_NAME


@pytest.mark.parametrize("source", ["<LEA>XXX</LEA><Estab>XXXX", "<LEA>881</LEA><Estab>XXXX"])
def test_a_header_that_gives_no_name_leaves_no_document(source: str) -> None:
    done = reading(ctf(header=HEADER.replace("<LEA>881</LEA><Estab>1234", source)), None)
    assert "CTF-NAME-001" in [finding.code for finding in done.findings]
    assert done.document is None


@pytest.mark.parametrize(
    ("block", "authority"),
    [
        ("<LookedAfter><InCare>true</InCare><CareAuthority>886</CareAuthority></LookedAfter>", "886"),
        ("<LookedAfter><InCare>1</InCare><CareAuthority> 886 </CareAuthority></LookedAfter>", "886"),
        ("<LookedAfter><InCare>false</InCare><CareAuthority>886</CareAuthority></LookedAfter>", None),
        ("<LookedAfter><InCare>true</InCare><CareAuthority>XXX</CareAuthority></LookedAfter>", None),
        ("<LookedAfter><InCare>true</InCare></LookedAfter>", None),
        ("", None),
    ],
)
def test_the_care_authority_is_a_council_that_has_the_child_in_care(block: str, authority: str | None) -> None:
    document = reading(ctf(pupil(blocks=block + SCHOOLS))).document
    assert document is not None
    assert document.pupils[0].care_authority == authority


def test_elements_that_no_schema_knows_are_counted_and_are_no_items() -> None:
    supplier = "<SuppInfo><SuppID>D</SuppID><Religion>x</Religion><A><B/></A></SuppInfo>"
    wales = "<NAWdetails><SpeakWelsh>2</SpeakWelsh><New/><HomeWelsh><Deep/></HomeWelsh></NAWdetails>"
    header = HEADER.replace("</Header>", "<SuppInfo><SuppID>D</SuppID><Who/></SuppInfo></Header>")
    document = reading(ctf(pupil(1, blocks=wales + SCHOOLS + supplier), pupil(2), header=header)).document
    assert document is not None
    assert [p.unknown for p in document.pupils] == [6, 0]
    assert document.unknown == 7
    assert "NAWdetails/SpeakWelsh" in document.items
    assert not {item for item in document.items if "Supp" in item or "HomeWelsh" in item}


@pytest.mark.parametrize(
    "content",
    [
        ctf().replace(b"<CTfile>", b'<CTfile xmlns="http://www.dcsf.gov.uk/schemas/cbds">'),
        ctf().replace(b"<CTfile>", b'<CTfile xmlns="urn:one-that-nobody-here-knows">'),
        ctf().replace(b"<CTfile>", b"<c:CTfile xmlns:c='http://www.dcsf.gov.uk/schemas/cbds' xmlns:z='urn:z'>").replace(
            b"</CTfile>", b"</c:CTfile>"
        ),
        ctf().replace(
            b"<CTfile>",
            b'<CTfile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://x/">',
        ),
        ctf().replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"),
        b"\xef\xbb\xbf" + ctf(),
        ctf().replace(b"<Surname>Test", b"<!-- a -->\n<Surname>Te<!-- b -->st"[11:]),
    ],
)  # fmt: skip
def test_the_same_file_in_another_dress_is_the_same_document(content: bytes) -> None:
    plain, dressed = reading(ctf()).document, reading(content).document
    assert plain is not None
    assert dressed == plain


def test_a_suppliers_namespaces_survive_in_the_document() -> None:
    supplier = '<SuppInfo><SuppID>D</SuppID><s:X xmlns:s="urn:s" s:a="1"/></SuppInfo>'
    document = reading(ctf(pupil(blocks=SCHOOLS + supplier))).document
    assert document is not None
    assert b'<s:X xmlns:s="urn:s" s:a="1"></s:X>' in document.content
    assert reading(document.content).document == document


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<ATfile/>", Code.WRONG_KIND),
        (b'<CMEnotice xmlns="urn:other"/>', Code.WRONG_KIND),
        (b"<html/>", Code.WRONG_KIND),
        (b"<CTfile/>", Code.WRONG_VERSION),
        (b"<CTfile><Header/></CTfile>", Code.WRONG_VERSION),
        (ctf(header=HEADER.replace("26.0", "11.0")), Code.WRONG_VERSION),
        (ctf(header=HEADER.replace("26.0", "26")), Code.WRONG_VERSION),
        (samples.specimen("notice", "1.0").replace(b"1.0</Not", b"2.0</Not"), Code.WRONG_VERSION),
        (ctf(*["<Pupil/>"] * 5001), Code.TOO_LARGE),
        (b"<CTfile>", Code.NOT_XML),
        (b"<!DOCTYPE x><CTfile/>", Code.UNSAFE_XML),
    ],
)
def test_a_file_of_no_known_kind_or_version_is_refused(content: bytes, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        reading(content)
    assert refused.value.code is code


def test_a_kind_without_a_schema_is_not_known() -> None:
    only = {(Kind.CTF, "26.0"): build(Kind.CTF, samples.xsd("ctf", "26.0"))}
    with pytest.raises(Refusal) as refused:
        read(samples.NOTICE_NAME, samples.specimen("notice", "1.0"), only)
    assert refused.value.code is Code.WRONG_KIND


def test_5000_pupils_are_not_too_many() -> None:
    done = reading(ctf(*["<Pupil/>"] * 5000))
    assert done.pupils == 5000
    assert len(done.findings) == 5001
    assert done.findings[-1].code == "CTF-XML-008"


# -- the schema's findings --------------------------------------------------------------------------------------------

FRAMES = {
    "element beside the header": (ctf().replace(b"</Header>", b"</Header><Secret/>"), [("CTF-XSD-002", 6, "CTfile/*", None)]),
    "second header": (ctf().replace(b"<CTFpupilData>", b"<Header/><CTFpupilData>"), [("CTF-XSD-002", 6, "CTfile/*", None)]),
    "element beside the pupils": (
        ctf(pupil(), "<Secret/>"),
        [("CTF-XSD-002", 8, "CTfile/CTFpupilData/*", None)],
    ),
    "text beside the pupils": (ctf(pupil(), MARKER), [("CTF-XSD-008", 6, "CTfile/CTFpupilData", None)]),
    "text beside the header": (ctf().replace(b"</Header>", b"</Header>x"), [("CTF-XSD-008", 2, "CTfile", None)]),
    "attribute of the root": (ctf().replace(b"<CTfile>", b'<CTfile a="x">'), [("CTF-XSD-007", 2, "CTfile", None)]),
    "attribute of the container": (
        ctf().replace(b"<CTFpupilData>", b'<CTFpupilData a="x">'),
        [("CTF-XSD-007", 6, "CTfile/CTFpupilData", None)],
    ),
    "no pupil": (
        f"<CTfile>{HEADER}<CTFpupilData/></CTfile>".encode(),
        [("CTF-XSD-011", 5, "CTfile/CTFpupilData/Pupil", None)],
    ),
    "no container": (f"<CTfile>{HEADER}</CTfile>".encode(), [("CTF-XSD-011", 1, "CTfile/CTFpupilData", None)]),
    "header last": (
        f"<CTfile><CTFpupilData>{pupil()}</CTFpupilData>\n{HEADER}</CTfile>".encode(),
        [("CTF-XSD-003", 3, "CTfile/Header", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "findings"), FRAMES.values(), ids=FRAMES)
def test_a_wrong_frame_is_told_and_leaves_no_document(
    content: bytes, findings: list[tuple[str, int, str, int | None]]
) -> None:
    done = reading(content)
    assert told(done) == findings
    assert done.document is None


def broken(old: str, new: str, blocks: str = SCHOOLS) -> bytes:
    one = pupil(blocks=blocks)
    assert old in one
    return ctf(one.replace(old, new, 1))


RECORDS = {
    "missing": (broken("<Forename>Ada</Forename>", ""), [("XSD-001", 6, "Pupil/Forename")]),
    "missing at the end": (broken("<Sex>F</Sex>", "", ""), [("XSD-001", 6, "Pupil/Sex")]),
    "two missing": (
        broken("<UPN>" + upn(1) + "</UPN><Surname>Test</Surname>", ""),
        [("XSD-001", 6, "Pupil/UPN"), ("XSD-001", 6, "Pupil/Surname")],
    ),
    "missing deeper": (
        broken("<SchoolHistory>", "<SENhistory><SEN><StartDate>2020-01-01</StartDate></SEN></SENhistory><SchoolHistory>"),
        [("XSD-001", 6, "Pupil/SENhistory/SEN/SENprovision")],
    ),
    "unknown": (broken("<Sex>F</Sex>", "<Sex>F</Sex>\n<Secret/>"), [("XSD-002", 7, "Pupil/*")]),
    "unknown deeper": (broken("<SchoolName>", "\n<Secret/><SchoolName>"), [("XSD-002", 7, "Pupil/SchoolHistory/School/*")]),
    "another version's": (broken("<Sex>F</Sex>", "<Sex>F</Sex><Gender>F</Gender>"), [("XSD-002", 6, "Pupil/*")]),
    "twice": (broken("<Sex>F</Sex>", "<Sex>F</Sex>\n<Sex>F</Sex>"), [("XSD-003", 7, "Pupil/Sex")]),
    "out of order": (broken("</SchoolHistory>", "</SchoolHistory>\n<Email>x</Email>"), [("XSD-003", 8, "Pupil/Email")]),
    "no date": (broken("2015-03-02", BAD_DOB), [("XSD-004", 6, "Pupil/DOB")]),
    "no UPN": (broken(upn(1), MARKER), [("XSD-004", 6, "Pupil/UPN")]),
    "no code": (broken("<Sex>F", f"<Sex>{MARKER}"), [("XSD-005", 6, "Pupil/Sex")]),
    "blank but required": (broken("<Sex>F", "<Sex> "), [("XSD-006", 6, "Pupil/Sex")]),
    "too long": (broken("Ada", "A" * 101), [("XSD-006", 6, "Pupil/Forename")]),
    "attribute": (broken("<Sex>", f'<Sex a="{MARKER}">'), [("XSD-007", 6, "Pupil/Sex")]),
    "attribute of a block": (broken("<School>", '<School a="x">'), [("XSD-007", 6, "Pupil/SchoolHistory/School")]),
    "element in a text": (broken("Ada", "A<Secret/>da"), [("XSD-008", 6, "Pupil/Forename")]),
    "text in a block": (broken("<School>", f"<School>{MARKER}"), [("XSD-008", 6, "Pupil/SchoolHistory/School")]),
    "text in open content": (
        broken("<SchoolHistory>", f"<NAWdetails>{MARKER}</NAWdetails><SchoolHistory>"),
        [("XSD-008", 6, "Pupil/NAWdetails")],
    ),
    "a year that xmlschema stumbles over": (
        ctf(pupil(number=MARKER, dob="99999999999999999999-01-01").replace("<Sex>F", "<Sex>x")),
        [("XSD-004", 6, "Pupil/UPN"), ("XSD-004", 6, "Pupil/DOB"), ("XSD-005", 6, "Pupil/Sex")],
    ),
    "from top to bottom": (
        broken("<Sex>F</Sex>", "\n<Sex>x</Sex>\n<Secret/>\n<Email>" + "a" * 255 + "</Email>"),
        [("XSD-005", 7, "Pupil/Sex"), ("XSD-002", 8, "Pupil/*"), ("XSD-006", 9, "Pupil/Email")],
    ),
    "everything at once": (
        ctf(pupil(number=MARKER, surname=" ", dob=BAD_DOB, blocks="<Email>a</Email><Secret/>")),
        [
            ("XSD-002", 6, "Pupil/*"),
            ("XSD-004", 6, "Pupil/UPN"),
            ("XSD-006", 6, "Pupil/Surname"),
            ("XSD-004", 6, "Pupil/DOB"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "findings"), RECORDS.values(), ids=RECORDS)
def test_what_does_not_fit_the_schema_is_told_by_kind_line_and_path(
    content: bytes, findings: list[tuple[str, int, str]]
) -> None:
    done = reading(content)
    assert told(done) == [(f"CTF-{rule}", line, path, 1) for rule, line, path in findings]
    assert MARKER not in repr(done)
    assert "Secret" not in repr(done)


STEERED = (
    'xsi:type="Words"', 'xsi:nil="true"', 'xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"',
    'xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/x.xsd"',
)  # fmt: skip


@pytest.mark.parametrize("steering", STEERED)
@pytest.mark.parametrize("where", ["Surname", "Pupil", "School", "CTFpupilData", "Header", "SupplierID"])
def test_a_file_cannot_choose_its_own_types_or_schemas(steering: str, where: str) -> None:
    content = ctf().replace(b"<CTfile>", b'<CTfile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')
    done = reading(content.replace(f"<{where}>".encode(), f"<{where} {steering}>".encode(), 1))
    assert [finding.code for finding in done.findings] == ["CTF-XSD-007"]
    assert done.document is None


def test_a_message_names_the_element_of_the_schema() -> None:
    (finding,) = reading(RECORDS["missing"][0]).findings
    assert finding.message == "Forename is missing."
    (finding,) = reading(RECORDS["unknown"][0]).findings
    assert finding.message == "The format does not know this element in this place."


def test_beyond_50_wrong_pupils_libxml2s_own_findings_must_do() -> None:
    wrong = pupil(number=MARKER, dob=BAD_DOB).replace("<Forename>Ada</Forename>", "<Secret/>")
    done = reading(ctf(*[wrong] * 60))
    by_pupil = {n: {finding.code for finding in done.findings if finding.pupil == n} for n in range(1, 61)}
    assert all({"CTF-XSD-001", "CTF-XSD-002", "CTF-XSD-004"} <= by_pupil[n] for n in range(1, 51))
    last = [(finding.code, finding.path) for finding in done.findings if finding.pupil == 60]
    assert last == [("CTF-XSD-001", "Pupil/Forename"), ("CTF-XSD-002", "Pupil/*"), ("CTF-XSD-004", "Pupil/UPN")]
    assert not [finding for finding in done.findings if finding.pupil == 60 and finding.path == "Pupil/DOB"]
    assert MARKER not in repr(done)
    assert "Secret" not in repr(done)


def test_large_records_use_up_the_thorough_explanations_sooner() -> None:
    supplier = f"<SuppInfo><SuppID>D</SuppID><a>{'<x/>' * 4_900}</a></SuppInfo>"
    wrong = pupil(dob=BAD_DOB, blocks=supplier).replace("<Forename>Ada</Forename>", "<Secret/>")
    done = reading(ctf(*[wrong] * 6))
    assert [f.pupil for f in done.findings if f.path == "Pupil/DOB"] == [1, 2, 3, 4]
    assert {f.pupil for f in done.findings if f.path == "Pupil/Forename"} == {1, 2, 3, 4, 5, 6}


def test_a_record_far_too_large_is_not_looked_into() -> None:
    done = reading(ctf(pupil(1, blocks="<Email/>" * 5_001), pupil(2)))
    assert told(done) == [("CTF-XSD-010", 6, "Pupil", 1)]
    assert done.document is not None
    assert [p.came_as for p in done.document.pupils] == [2]


def test_of_very_many_blank_elements_the_first_50_are_told() -> None:
    done = reading(ctf(pupil(blocks="<NAWdetails>" + "<SpeakWelsh/>" * 60 + "</NAWdetails>" + SCHOOLS)))
    assert [finding.code for finding in done.findings] == ["CTF-XSD-012"] * 50


# -- privacy ----------------------------------------------------------------------------------------------------------


def test_no_finding_ever_quotes_a_value() -> None:
    """Every text of a full file replaced by a marker, one at a time: whatever is found, the marker is not told."""
    text = samples.specimen().decode()
    record = text[text.index("<Pupil>") : text.index("</Pupil>")]
    count = 0
    for value in re.finditer(r">[^<>\s][^<>]*<", record):
        marked = f"{record[: value.start()]}>{MARKER}<{record[value.end() :]}"
        done = reading(text.replace(record, marked).encode())
        assert MARKER not in repr(done.findings)
        count += bool(done.findings)
    assert count > 60


def test_every_finding_is_a_row_of_the_catalogue() -> None:
    contents = [content for content, _ in [*FRAMES.values(), *RECORDS.values()]]
    for done in map(reading, contents):
        for finding in done.findings:
            rule = RULES[finding.code.removeprefix("CTF-")]
            assert (finding.severity, finding.fix) == (rule.severity, rule.fix)
            assert finding.severity is Severity.ERROR


# -- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [0, 10, 65_520, 65_534, 65_535, 65_536, 100_000])
def test_a_line_is_right_also_beyond_65535(before: int) -> None:
    top = '<?xml version="1.0" encoding="UTF-8"?>' + "\n" * before
    one = pupil(1).replace("<UPN>", "\n<UPN>").replace("<Sex>", "\n<Sex>")
    two = pupil(2).replace("<DOB>", "\n<!--\n<DOB>\n-->\n<DOB>").replace("2015-03-02", BAD_DOB)
    done = reading(ctf(one, two, "<Secret/>", top=top))
    assert told(done) == [
        ("CTF-XSD-002", before + 15, "CTfile/CTFpupilData/*", None),
        ("CTF-XSD-004", before + 13, "Pupil/DOB", 2),
    ]
    clean = reading(ctf(one, pupil(2), top=top)).document
    assert clean is not None
    assert [p.line for p in clean.pupils] == [before + 5, before + 9]


def test_every_element_of_a_long_file_is_on_its_line() -> None:
    """Counted by a plain search for start tags, one to a line."""
    body = (
        "\n" * 69_999
        + "<r>\n<h>\n<x/>\n</h>\n<d>\n<p>\n<q>a</q>\n<!-- <no> -->\n<s\n t='1'/></p>\n<p><![CDATA[<no>\n]]></p></d></r>"
    )
    root, text = parse(body.encode())
    lines = Lines(text, root)
    assert [(str(e.tag), lines.of(e) - 70_000) for e in root.iter()] == [
        ("r", 0), ("h", 1), ("x", 2), ("d", 4), ("p", 5), ("q", 6), ("s", 8), ("p", 10),
    ]  # fmt: skip


@pytest.mark.parametrize("shift", range(0, 1024, 93))
def test_lines_are_right_wherever_a_block_of_the_text_ends(shift: int) -> None:
    """Tags, ends of tags, comments and character data lie across the ends of blocks, each at its turn."""
    one = "<a>x</a>\n<!-- <no> </no>\n -->\n<b><![CDATA[<no>\n</no>]]>\n</b>\n"
    body = "\n" * 65_600 + " " * shift + "<r><d>" + one * 100 + "</d></r>"
    root, text = parse(body.encode())
    lines, (found,) = Lines(text, root), root
    assert [lines.of(each) - 65_600 for each in found] == [1 + 6 * (n // 2) + 3 * (n % 2) for n in range(200)]


def test_a_utf_16_file_has_the_lines_of_the_file() -> None:
    text = f'<?xml version="1.0"\n encoding="UTF-16"?>\n\n<CTfile>{HEADER}<CTFpupilData>{pupil(dob=BAD_DOB)}</CTFpupilData></CTfile>'
    done = reading(text.encode("utf-16"))
    assert told(done) == [("CTF-XSD-004", 8, "Pupil/DOB", 1)]


# -- many at once -----------------------------------------------------------------------------------------------------


def test_several_threads_may_share_the_schemas() -> None:
    contents = [content for content, _ in RECORDS.values()] * 4
    alone = [told(reading(content)) for content in contents]
    with ThreadPoolExecutor(4) as threads:
        assert [told(done) for done in threads.map(reading, contents)] == alone


@pytest.mark.parametrize(
    "own", ["<Pupil><x/></Pupil>", "<Header/>", "<CTfile><UPN>1</UPN></CTfile>", "<y><Pupil/></y>"]
)
def test_a_suppliers_own_element_may_have_any_name_even_one_of_ours(own: str) -> None:
    supplied = f"<SuppInfo><SuppID>SIMS</SuppID>{own}</SuppInfo>"
    text = samples.specimen().decode()
    done = reading(re.sub(r"<SuppInfo>.*?</SuppInfo>", supplied, text, flags=re.DOTALL).encode())
    assert "<SuppInfo>" in text
    assert told(done) == []
    assert done.document is not None
    assert len(done.document.pupils) == 2
