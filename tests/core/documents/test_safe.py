"""Bytes from a stranger become a tree only when they are harmless, and every attack is refused quickly."""

import time
import tracemalloc

import pytest
from lxml import etree

from gateway.core.documents import safe
from gateway.core.errors import Code, Refusal, Severity
from tests.core.documents import samples

UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'
BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def doctype(inside: str, text: str = "") -> bytes:
    return f"{UTF8}<!DOCTYPE CTfile {inside}><CTfile>{text}</CTfile>".encode()


ATTACKS = {
    "external entity, file": (doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"), Code.UNSAFE_XML),
    "external entity, http": (doctype('[<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]', "&x;"), Code.UNSAFE_XML),
    "parameter entity": (doctype('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]'), Code.UNSAFE_XML),
    "external DTD": (doctype('SYSTEM "http://127.0.0.1:9/ctf.dtd"'), Code.UNSAFE_XML),
    "billion laughs": (doctype(f'[<!ENTITY l0 "ha">{BILLION}]', "&l9;"), Code.UNSAFE_XML),
    "quadratic blow-up": (doctype(f'[<!ENTITY a "{"a" * 50_000}">]', "&a;" * 5_000), Code.UNSAFE_XML),
    "a DOCTYPE that declares nothing": (b"<!DOCTYPE CTfile><CTfile/>", Code.UNSAFE_XML),
    "stylesheet instruction": (UTF8.encode() + b'<?xml-stylesheet href="x.xsl"?><CTfile/>', Code.UNSAFE_XML),
    "instruction inside": (b"<CTfile><?php x ?></CTfile>", Code.UNSAFE_XML),
    "second declaration": (UTF8.encode() * 2 + b"<CTfile/>", Code.UNSAFE_XML),
    "declaration after a blank": (b" " + UTF8.encode() + b"<CTfile/>", Code.NOT_XML),
    "entity nobody declared": (b"<CTfile>&x;</CTfile>", Code.NOT_XML),
    "XML 1.1": (b'<?xml version="1.1" encoding="UTF-8"?><CTfile/>', Code.UNSAFE_XML),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADw-CTfile/+AD4-', Code.ENCODING),
    "UTF-32 with mark": (f"{UTF8}<CTfile/>".encode("utf-32"), Code.ENCODING),
    "UTF-32 without mark": (f"{UTF8}<CTfile/>".encode("utf-32-be"), Code.ENCODING),
    "UTF-16 without mark": (f"{UTF8}<CTfile/>".encode("utf-16-le"), Code.ENCODING),
    "UTF-16 that says UTF-8": (f"{UTF8}<CTfile/>".encode("utf-16"), Code.ENCODING),
    "UTF-8 that says UTF-16": (b'<?xml version="1.0" encoding="UTF-16"?><CTfile/>', Code.ENCODING),
    "UTF-8 that says Latin-1": (b'<?xml version="1.0" encoding="ISO-8859-1"?><CTfile/>', Code.ENCODING),
    "UTF-8 that says EBCDIC": (b'<?xml version="1.0" encoding="cp037"?><CTfile/>', Code.ENCODING),
    "Latin-1 bytes": (f"{UTF8}<CTfile>é</CTfile>".encode("latin-1"), Code.ENCODING),
    "overlong UTF-8": (b"<CTfile>\xc0\xbc</CTfile>", Code.ENCODING),
    "surrogate in UTF-8": (b"<CTfile>\xed\xa0\x80</CTfile>", Code.ENCODING),
    "half a UTF-16 character": ("\ufeff<CTfile/>".encode("utf-16-le") + b"<", Code.ENCODING),
    "NUL": (b"<CTfile>\x00</CTfile>", Code.ENCODING),
    "control character": (b"<CTfile>\x01</CTfile>", Code.NOT_XML),
    "control character by number": (b"<CTfile>&#1;</CTfile>", Code.NOT_XML),
    "broken declaration": (b"<?xml version='1.0' encoding=UTF-8?><CTfile/>", Code.NOT_XML),
    "nothing": (b"", Code.NOT_XML),
    "no XML": (b"UPN,Surname\n", Code.NOT_XML),
    "two roots": (b"<CTfile/><CTfile/>", Code.NOT_XML),
    "data after the root": (b"<CTfile/>PK\x03\x04", Code.NOT_XML),
    "one attribute twice": (b'<CTfile a="1" a="2"/>', Code.NOT_XML),
    "41 levels": (b"<a>" * 41 + b"</a>" * 41, Code.UNSAFE_XML),
    "300 levels": (b"<a>" * 300 + b"</a>" * 300, Code.NOT_XML),
    "100,000 levels": (b"<a>" * 100_000 + b"</a>" * 100_000, Code.NOT_XML),
    "long text": (b"<a>" + b"x" * 65_537 + b"</a>", Code.UNSAFE_XML),
    "long text in pieces": (b"<a>" + b"x" * 40_000 + b"<!-- -->" + b"x" * 40_000 + b"</a>", Code.UNSAFE_XML),
    "long text in CDATA": (b"<a>" + b"<![CDATA[" + b"x" * 40_000 + b"]]>" + b"x" * 40_000 + b"</a>", Code.UNSAFE_XML),
    "20 MB and one byte": (b"<a>" + b" " * 20_000_001 + b"</a>", Code.TOO_LARGE),
    "two million elements": (b"<a>" + b"<b/>" * 2_000_000 + b"</a>", Code.TOO_LARGE),
    "too many attributes": (b"<a>" + b'<b c=""/>' * 100_001 + b"</a>", Code.TOO_LARGE),
    "too many namespaces": (b"<a" + b"".join(b' xmlns:n%d="urn:%d"' % (n, n) for n in range(17)) + b"/>", Code.UNSAFE_XML),
    "relative namespace": (b'<a xmlns:x="rel"><x:b/></a>', Code.UNSAFE_XML),
    "relative namespace, single quotes": (b"<a>\n<b\nxmlns = 'rel/x'/></a>", Code.UNSAFE_XML),
    "relative namespace in disguise": (b'<a xmlns="rel&#58;x"/>', Code.UNSAFE_XML),
}  # fmt: skip


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_at_once_and_quotes_nothing(attack: bytes, code: Code) -> None:
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Refusal) as refused:
        safe.canonical(safe.parse(attack)[0])
    took = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code is code
    (finding,) = refused.value.findings
    assert (finding.severity, finding.path, finding.pupil) == (Severity.ERROR, "", None)
    assert took < 3
    assert peak < 60_000_000
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


HARMLESS = {
    "as SIMS writes": f"{UTF8}\n<a>é</a>".encode(),
    "with byte-order mark": b"\xef\xbb\xbf" + f"{UTF8}\n<a>é</a>".encode(),
    "without declaration": "<a>é</a>".encode(),
    "small letters, single quotes": "<?xml version='1.0' encoding='utf-8' standalone='yes' ?><a>é</a>".encode(),
    "no encoding": '<?xml version="1.0"?><a>é</a>'.encode(),
    "UTF-16, little end first": '\ufeff<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16-le"),
    "UTF-16, big end first": '\ufeff<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16-be"),
    "UTF-16 without declaration": "\ufeff<a>é</a>".encode("utf-16-le"),
    "40 levels": b"<a>" * 40 + "é".encode() + b"</a>" * 40,
    "16 namespaces": b"<a" + b"".join(b' xmlns:n%d="urn:%d"' % (n, n) for n in range(16)) + ">é</a>".encode(),
    "a namespace taken back": '<x:b xmlns:x="urn:x" xmlns=""><a xmlns="">é</a></x:b>'.encode(),
    "CDATA": "<a><![CDATA[é]]></a>".encode(),
    "a text of 64 kB": b"<b><a>" + "é".encode() + b"</a>" + b"x" * 65_536 + b"</b>",
}  # fmt: skip


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_what_real_systems_write_is_read(content: bytes) -> None:
    root, _ = safe.parse(content)
    assert [element.text for element in root.iter("a") if element.text] == ["é"]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("GEN<!--x-->UINE", "GENUINE"),
        ("<!--x-->GENUINE<!--y-->", "GENUINE"),
        ("GEN<![CDATA[UI]]>NE", "GENUINE"),
        ("GEN<!-- <b/> --><![CDATA[<b/>]]>UINE", "GEN<b/>UINE"),
        ("GEN&#85;INE", "GENUINE"),
    ],
)
def test_a_comment_inside_a_text_loses_none_of_it(inside: str, text: str) -> None:
    root, _ = safe.parse(f"<a>{inside}</a>".encode())
    assert (root.text, len(root)) == (text, 0)


@pytest.mark.parametrize(
    "content",
    [
        '<CTfile xmlns="http://www.dcsf.gov.uk/schemas/cbds"><Header/></CTfile>',
        '<c:CTfile xmlns:c="http://www.dcsf.gov.uk/schemas/cbds"><c:Header/></c:CTfile>',
    ],
)
def test_the_old_namespace_of_the_department_is_taken_off(content: str) -> None:
    assert safe.canonical(safe.parse(content.encode())[0]).endswith(b"<CTfile><Header></Header></CTfile>")


def test_a_declaration_below_the_first_line_is_said_to_be_no_xml_and_nothing_worse() -> None:
    with pytest.raises(Refusal) as refused:
        safe.parse(b"\r\n" + samples.ctf())
    assert refused.value.code is Code.NOT_XML
    assert [(finding.code, finding.line) for finding in refused.value.findings] == [("DOC-XML-005", 1)]


def test_a_file_cut_at_any_byte_is_refused() -> None:
    content = samples.ctf().rstrip()
    assert safe.parse(content)[0].tag == "CTfile"
    for length in range(len(content)):
        with pytest.raises(Refusal) as refused:
            safe.parse(content[:length])
        assert refused.value.code is (Code.UNSAFE_XML if 2 <= length < 5 else Code.NOT_XML)  # "<?" is an instruction


def test_a_utf_16_file_cut_at_any_byte_is_refused() -> None:
    text = samples.ctf().decode().replace("UTF-8", "UTF-16")
    content = text.encode("utf-16")
    assert safe.parse(content)[0].tag == "CTfile"
    for length in range(len(content)):
        with pytest.raises(Refusal):
            safe.parse(content[:length])


def test_the_line_of_a_broken_file_is_told() -> None:
    with pytest.raises(Refusal) as refused:
        safe.parse(b'<?xml version="1.0"\n?>\n<a>\n<b>\n</a>')
    assert [finding.line for finding in refused.value.findings] == [5]


def test_canonical_form_is_a_declaration_and_canonical_xml() -> None:
    root, _ = safe.parse(b"<a  c='2' b=\"1\"><!-- x --><d/>\r\n<e>&#62;&#13;</e></a>")
    assert safe.canonical(root) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<a b="1" c="2"><d></d><e>&gt;&#xD;</e></a>'
    )
    assert safe.canonical(safe.parse(safe.canonical(root))[0]) == safe.canonical(root)


@pytest.mark.parametrize("layout", ["", "\n", "\r\n  ", "\t \n\n"])
def test_a_document_is_laid_out_in_one_way_whatever_its_layout_was(layout: str) -> None:
    """What is blank between elements would be a place to hide something in; what is blank in a leaf is its text."""
    parts = (
        "<a b='>' xmlns:x='urn:x'>",
        "<c>",
        "<d>1 > 0 <![CDATA[<e></e>]]></d>",
        "<d> </d>",
        "<d></d>",
        "</c>",
        "</a>",
    )
    root, _ = safe.parse(layout.join(parts).encode())
    assert safe.laid_out(root).decode().splitlines()[1:] == [
        '<a xmlns:x="urn:x" b=">">', "<c>", "<d>1 &gt; 0 &lt;e&gt;&lt;/e&gt;</d>", "<d> </d>", "<d></d></c></a>",
    ]  # fmt: skip
    assert safe.laid_out(safe.parse(safe.laid_out(root))[0]) == safe.laid_out(root)


@pytest.mark.parametrize("before", range(12))
def test_a_large_document_is_laid_out_as_a_small_one_is(before: int) -> None:
    """It is written in pieces, which may end between any two bytes."""
    one = f"<a>{'x' * before}</a>"
    content = "<r>" + "".join(f"{one}<b></b><c><d>{n}</d></c>" for n in range(3_000)) + "</r>"
    laid = safe.laid_out(safe.parse(content.encode())[0]).decode()
    assert (
        laid.partition("\n")[2]
        == "<r>\n" + "".join(f"{one}\n<b></b>\n<c>\n<d>{n}</d></c>\n" for n in range(3_000)).removesuffix("\n") + "</r>"
    )


def test_a_tree_without_canonical_form_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        safe.canonical(etree.fromstring('<a xmlns:x="relative"><x:b/></a>'))
    assert refused.value.code is Code.UNSAFE_XML


@pytest.mark.parametrize("spaces", ["", " xmlns", " xmlns:", ' xmlns="', " xmlns='", "xmlns:x"])
def test_looking_for_namespaces_takes_time_in_proportion(spaces: str) -> None:
    content = f"<a>{spaces * 400_000}</a>".encode()[:8_000_000]
    began = time.process_time()
    with pytest.raises(Refusal):
        safe.parse(content + b"<")
    assert time.process_time() - began < 5
