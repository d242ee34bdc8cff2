"""The package around a message: what is read in many forms, and what is refused for its own reason."""

from dataclasses import replace

import pytest

from gateway.core.as4 import As4Error, Cause, Rules, mime
from tests.core.as4.kit import PUPIL, opened, sealed

KIND = 'multipart/related; type="application/soap+xml"; boundary="b1"'
ROOT = b"Content-Type: application/soap+xml; charset=UTF-8\r\nContent-ID: <root>\r\n\r\n<a/>"
PART = b"Content-Type: text/plain\r\nContent-ID: <p1@x>\r\n\r\nhello"


def body_of(*parts: bytes) -> bytes:
    return b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts) + b"--b1--\r\n"


def test_a_package_comes_back_as_it_was_packed() -> None:
    contents = {"1@x": b"", "2@x": b"\r\n--b", "3@x": b"\r\n", "4@x": bytes(range(256)), "5@x": b"\r\n\r\n--bnd\r"}
    kind, body = mime.pack(b"<soap/>", contents, "bnd2")
    found = mime.unpack(kind, body, Rules())
    assert (found.soap, found.charset) == (b"<soap/>", "utf-8")
    assert {cid: bytes(content) for cid, content in found.attachments.items()} == contents


def test_a_package_is_written_in_one_form() -> None:
    assert mime.pack(b"<s/>", {"p@x": b"1"}, "b1") == (
        'multipart/related; type="application/soap+xml"; start="<root@gateway>"; boundary="b1"',
        (
            b"--b1\r\nContent-Type: application/soap+xml; charset=UTF-8\r\nContent-ID: <root@gateway>\r\n\r\n<s/>\r\n"
            b"--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
            b"Content-ID: <p@x>\r\n\r\n1\r\n--b1--\r\n"
        ),
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (KIND, body_of(ROOT, PART)),
        ("multipart/related;boundary=b1", body_of(ROOT, PART)),
        ("Multipart/Related; BOUNDARY=b1; Type=Application/Soap+XML", body_of(ROOT, PART)),
        ('multipart/related;\r\n\tboundary="b\\1";\r\n type="application/soap+xml"', body_of(ROOT, PART)),
        ('multipart/related; boundary = "b1" ; start="<root>"; start-info="a;b"', body_of(ROOT, PART)),
        ("multipart/related; boundary=b1; start=root;", body_of(ROOT, PART)),
        (KIND, b"a preamble\r\n" + body_of(ROOT, PART) + b"an epilogue"),
        (KIND, b"\r\n" + body_of(ROOT, PART)),
        (KIND, body_of(ROOT, PART).replace(b"--b1\r\n", b"--b1 \t \r\n")),
        (KIND, body_of(ROOT, PART).removesuffix(b"\r\n")),
        (KIND, body_of(ROOT, PART.replace(b"Content-ID: <", b"content-id:\r\n <"))),
        (KIND, body_of(ROOT, PART.replace(b"<p1@x>", b"p1@x  "))),
        (KIND, body_of(ROOT, PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: Binary\r\n\r\n"))),
        (KIND, body_of(ROOT.replace(b"; charset=UTF-8", b';\r\n charset="utf-8"; action="x"'), PART)),
        (KIND, body_of(ROOT.replace(b"UTF-8", b"UTF8"), PART)),
        ('multipart/related; boundary=b1; type="application/soap+xml; charset=utf-8"', body_of(ROOT, PART)),
        (
            KIND,
            body_of(
                ROOT,
                PART.replace(
                    b"Content-ID", b'Content-Disposition: attachment; filename="Zo\xc3\xab.xml"\r\nContent-ID'
                ),
            ),
        ),
    ],
)
def test_a_package_is_read_in_every_form_that_others_write(kind: str, body: bytes) -> None:
    found = mime.unpack(kind, body, Rules())
    assert (found.soap, found.charset) == (b"<a/>", "utf-8")
    assert {cid: bytes(content) for cid, content in found.attachments.items()} == {"p1@x": b"hello"}


def test_a_bare_envelope_is_a_package_without_attachments() -> None:
    found = mime.unpack('application/soap+xml; charset="UTF-8"; action="x"', b"<a/>", Rules())
    assert (found.soap, found.charset, found.attachments) == (b"<a/>", "utf-8", {})


ENCODED = PART.replace(b"\r\n\r\nhello", b"\r\nContent-Transfer-Encoding: base64\r\n\r\naGV\r\nsbG8=\r\n")


def test_base64_is_read_from_a_partner_that_may_write_it() -> None:
    found = mime.unpack(KIND, body_of(ROOT, ENCODED), Rules(base64_parts=True))
    assert found.attachments == {"p1@x": b"hello"}


OTHER_FORMS: list[tuple[str, bytes, Cause]] = [
    ("", body_of(ROOT), Cause.MIME_HEADER),
    ("multipart/related", body_of(ROOT), Cause.MIME_TYPE),
    ("multipart/mixed; boundary=b1", body_of(ROOT), Cause.MIME_TYPE),
    ("text/xml", b"<a/>", Cause.MIME_TYPE),
    ('multipart/related; boundary="b1"; type="text/xml"', body_of(ROOT), Cause.MIME_TYPE),
    ('multipart/related; boundary="b1"; type="text/xml; application/soap+xml"', body_of(ROOT), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p\xe9@x>\r\n\r\n"), Cause.MIME_HEADER),
    ("multipart/related; boundary=b1; start=p1@x", body_of(ROOT, PART), Cause.MIME_TYPE),
    (f'multipart/related; boundary="{"b" * 71}"', body_of(ROOT), Cause.MIME_TYPE),
    ('multipart/related; boundary="b\u00e9"', body_of(ROOT), Cause.MIME_TYPE),
    ('multipart/related; boundary="b1 "', body_of(ROOT), Cause.MIME_TYPE),
    ("multipart/related; boundary=b1; Boundary=b2", body_of(ROOT), Cause.MIME_HEADER),
    ('multipart/related; boundary="b1', body_of(ROOT), Cause.MIME_HEADER),
    ("multipart/related; boundary", body_of(ROOT), Cause.MIME_HEADER),
    ("multipart/related; boundary=b1\r\nX-Other: y", body_of(ROOT), Cause.MIME_HEADER),
    (KIND, b"", Cause.MIME_CUT),
    (KIND, b"--b1--\r\n", Cause.MIME_CUT),
    (KIND, body_of(ROOT).replace(b"--b1\r\n", b"--b1\n"), Cause.MIME_CUT),
    (KIND, body_of(ROOT).replace(b"--b1--", b"--b1-"), Cause.MIME_CUT),
    (KIND, body_of(ROOT).replace(b"--b1--", b"--b12--"), Cause.MIME_CUT),
    (KIND, body_of(ROOT).replace(b"--b1--", b"--b1"), Cause.MIME_CUT),
    (KIND, body_of(PART, ROOT), Cause.MIME_TYPE),
    (KIND, body_of(b"\r\n<a/>"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, PART.replace(b"\r\n", b"\n")), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p1@x>"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"no colon here\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p1@x>\r\nContent-Id: <p2@x>\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"X-A: 1\r\nX-a: 1\r\nContent-ID: <p1@x>\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p1@x> <p2@x>\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p\0@x>\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, b"Content-ID: <p1@x>\r\nX: " + b"y" * 8192 + b"\r\n\r\n"), Cause.MIME_HEADER),
    (KIND, body_of(ROOT, PART, PART), Cause.REPEATED_CONTENT_ID),
    (KIND, body_of(ROOT, PART.replace(b"p1@x", b"root")), Cause.REPEATED_CONTENT_ID),
    (KIND, body_of(ROOT, b"Content-Type: text/plain\r\n\r\nhello"), Cause.REPEATED_CONTENT_ID),
    (KIND, body_of(ROOT, b"\r\nhello"), Cause.REPEATED_CONTENT_ID),
    (KIND, body_of(ROOT, ENCODED), Cause.MIME_ENCODING),
    (KIND, body_of(ROOT, ENCODED.replace(b"base64", b"quoted-printable")), Cause.MIME_ENCODING),
    (
        KIND,
        body_of(ROOT.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n")),
        Cause.MIME_ENCODING,
    ),
]


@pytest.mark.parametrize(("kind", "body", "cause"), OTHER_FORMS)
def test_a_package_of_another_form_is_refused_for_its_own_reason(kind: str, body: bytes, cause: Cause) -> None:
    with pytest.raises(As4Error) as caught:
        mime.unpack(kind, body, Rules())
    assert caught.value.cause is cause


@pytest.mark.parametrize("wrong", [b"aGVsbG8", b"aGVs!G8=", b"=aGVsbG8", "aGVsbG8\u00e9".encode()])
def test_base64_that_is_none_is_refused(wrong: bytes) -> None:
    with pytest.raises(As4Error) as caught:
        mime.unpack(KIND, body_of(ROOT, ENCODED.replace(b"aGV\r\nsbG8=", wrong)), Rules(base64_parts=True))
    assert caught.value.cause is Cause.MIME_ENCODING


@pytest.mark.parametrize(
    ("rules", "cause"),
    [
        (Rules(message_bytes=len(body_of(ROOT, PART)) - 1), Cause.TOO_LARGE),
        (Rules(soap_bytes=3), Cause.TOO_LARGE),
        (Rules(parts=0), Cause.TOO_MANY_PARTS),
        (Rules(header_bytes=40), Cause.MIME_HEADER),
    ],
)
def test_each_cap_holds_by_itself(rules: Rules, cause: Cause) -> None:
    exact = Rules(message_bytes=len(body_of(ROOT, PART)), soap_bytes=4, parts=1, header_bytes=75)
    assert mime.unpack(KIND, body_of(ROOT, PART), exact).soap == b"<a/>"
    with pytest.raises(As4Error) as caught:
        mime.unpack(KIND, body_of(ROOT, PART), rules)
    assert caught.value.cause is cause


def test_the_soap_cap_holds_without_a_package_too() -> None:
    with pytest.raises(As4Error) as caught:
        mime.unpack("application/soap+xml", b"<abc/>", Rules(soap_bytes=5))
    assert caught.value.cause is Cause.TOO_LARGE


def test_a_header_of_blanks_takes_no_time() -> None:
    blanks = b"Content-ID: <p1@x>\r\nX:" + b" " * 8000 + b"\x01\r\n\r\n"
    for _ in range(64):
        with pytest.raises(As4Error):
            mime.unpack(KIND, body_of(ROOT, blanks), Rules())


def test_a_message_cut_at_any_byte_is_refused() -> None:
    made = sealed()
    # The last two bytes are the line end after the closing delimiter, which carries nothing.
    whole = len(made.body) - 2
    assert opened(replace(made, body=made.body[:whole])).message.parts[0].content == PUPIL
    for length in range(whole):
        with pytest.raises(As4Error) as caught:
            mime.unpack(made.content_type, made.body[:length], Rules())
        assert caught.value.cause in {Cause.MIME_CUT, Cause.MIME_HEADER}, length
