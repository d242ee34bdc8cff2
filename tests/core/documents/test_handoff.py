"""What is handed to school2school has the name that it asks for, is one plain zip, and is the same file inside."""

from dataclasses import replace
from random import Random

import pytest

from gateway.core.documents import Document, members, read
from gateway.core.documents.handoff import for_s2s, generic
from gateway.core.documents.names import S2S_FILE
from gateway.core.errors import Code, Refusal
from gateway.core.terms import LaEstab
from tests.core.documents.samples import CTF_NAME, NOTICE_NAME, ctf, known, schemas, specimen


def document(name: str, content: bytes) -> Document:
    made = read(name, content, schemas(), known()).document
    assert made is not None
    return made


def test_transfer_file_is_zipped_under_its_own_name() -> None:
    came = document(CTF_NAME, ctf())
    name, content = for_s2s(came)
    assert name == CTF_NAME.replace(".xml", ".zip")
    assert [(one.name, one.content) for one in members(name, content)] == [(CTF_NAME, came.content)]
    assert for_s2s(came) == (name, content)


def test_anything_else_is_a_generic_file() -> None:
    name, _ = for_s2s(document(NOTICE_NAME, specimen("notice", "1.0")))
    assert name == "886LLLL_887LLLL_001.zip"
    for words in ("leavers", "a list of leavers in autumn", "../x", "", "Žemyna"):
        assert S2S_FILE.fullmatch(generic(LaEstab("8864321"), LaEstab("887LLLL"), words))


def test_what_is_larger_than_the_service_takes_is_refused() -> None:
    came = replace(document(CTF_NAME, ctf()), content=Random(1).randbytes(4_100_000))
    with pytest.raises(Refusal) as refused:
        for_s2s(came)
    assert refused.value.code is Code.TOO_LARGE
