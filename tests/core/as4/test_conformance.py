"""What the profile asks of a push access point: the table of rules, held against the tests, and the rules of the core."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import As4Error, Cause, Ebms, Profile
from gateway.core.as4.names import EB
from gateway.core.terms import MessageId
from tests.core.as4 import conformance
from tests.core.as4.conformance import ROOT, RULES, TABLE, Rule
from tests.core.as4.keys import identity
from tests.core.as4.kit import (
    AT,
    MESSAGING,
    PUPIL,
    at,
    attachments_of,
    changed,
    message,
    opened,
    packed,
    sealed,
    sign_again,
    soap_of,
)

MET = [rule for rule in RULES if rule["result"] == "met"]
SOURCE = re.compile(r"wire( law)? [0-9]+|ebMS3 core §[0-9.]+|AS4 1\.0 §[0-9.]+|issue|phase4|inferred: .+")
USER = f"{MESSAGING}/eb:UserMessage"
PARTS = f"{USER}/eb:PayloadInfo"


# The table.


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_a_rule_says_what_it_asks_who_asks_it_and_what_came_of_it(rule: Rule) -> None:
    assert (
        {"id", "asks", "from", "result"} <= set(rule) <= {"id", "asks", "from", "result", "shown", "why", "codes", "eu"}
    )
    assert rule["asks"].endswith(".") and rule["from"]
    assert all(SOURCE.fullmatch(source) for source in rule["from"])
    assert rule["result"] in {"met", "not-met", "elsewhere"}
    assert bool(rule.get("shown")) == (rule["result"] == "met") != bool(rule.get("why"))


@pytest.mark.parametrize("rule", MET, ids=lambda rule: rule["id"])
def test_what_shows_a_rule_is_a_test_that_runs(rule: Rule) -> None:
    for shown in rule["shown"]:
        path, _, name = shown.partition("::")
        assert re.fullmatch(r"tests/(\w+/)*test_\w+\.py", path) and name.startswith("test_"), shown
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        test = vars(module).get(name)
        assert inspect.isfunction(test) and test.__module__ == module.__name__, shown
        marks = [*getattr(module, "pytestmark", []), *getattr(test, "pytestmark", [])]
        assert not {"skip", "skipif", "xfail"} & {mark.name for mark in marks}, shown


def test_no_rule_stands_twice_and_every_error_code_has_one() -> None:
    assert len({rule["id"] for rule in RULES}) == len({rule["asks"] for rule in RULES}) == len(RULES)
    assert {code for rule in RULES for code in rule.get("codes", [])} == {code.value for code in Ebms}


def test_the_numbers_of_the_eus_list_stand_where_somebody_compared_them_and_are_counted() -> None:
    known, numbers = TABLE["list"], [rule["eu"] for rule in RULES if "eu" in rule]
    assert all(known["first"] <= number <= known["last"] for number in numbers)
    assert len(set(numbers)) == len(numbers) == known["matched"] <= known["asked"]


def test_the_printed_table_says_of_each_rule_what_came_of_its_tests_in_that_run() -> None:
    ran = {name: conformance.PASSED for rule in RULES for name in conformance.tests_of(rule)}
    sound = [*conformance.lines(ran)]
    assert len(sound) == len(RULES) + 5
    assert sound[-2].endswith(f"{len(MET)} met, {len(RULES) - len(MET)} elsewhere")
    for word in (conformance.FAILED, conformance.SKIPPED):
        name = conformance.tests_of(MET[0])[0]
        first = next(line for line in conformance.lines(ran | {name: word}) if line.startswith(f"| {MET[0]['id']} |"))
        assert first.endswith(f"| {word} |")
    assert not [line for line in conformance.lines({}) if line.endswith("| met |")]


RUN = """import sys, pytest
from tests.core.as4.conformance import Outcomes
kept = Outcomes()
pytest.main(["-p", "no:cacheprovider", "--rootdir", sys.argv[1], sys.argv[1]], plugins=[kept])
print(sorted(kept.of.items()))
"""
ROWS = """import pytest
@pytest.mark.parametrize("one", {rows})
def test_{name}(one):
    pytest.skip() if one == "skipped" else None
    assert one == "passed"
"""


def test_a_test_of_many_rows_failed_if_one_did_and_is_skipped_if_all_were(tmp_path: Path) -> None:
    rows = {"a": ["passed", "skipped"], "b": ["passed", "failed", "skipped"], "c": ["skipped"]}
    (tmp_path / "test_x.py").write_text("".join(ROWS.format(name=name, rows=each) for name, each in rows.items()))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    came = [("test_x.py::test_a", "passed"), ("test_x.py::test_b", "failed"), ("test_x.py::test_c", "skipped")]
    assert done.stdout.splitlines()[-1] == str(came)


# The rules of the core that no other test shows.


def test_what_is_pushed_is_on_the_default_channel() -> None:
    assert at(etree.fromstring(soap_of(sealed())), USER).get("mpc") is None


@pytest.mark.parametrize("name", ["MessageId", "Timestamp"])
def test_a_signal_has_an_id_and_a_time_of_its_own(name: str) -> None:
    medway, made = identity("medway"), sealed()
    root = etree.fromstring(as4.receipt(opened(made), medway.signer, MessageId("r@medway.example"), AT))
    found = at(root, f"{MESSAGING}/eb:SignalMessage/eb:MessageInfo/eb:{name}")
    at(root, f"{MESSAGING}/eb:SignalMessage/eb:MessageInfo").remove(found)
    sign_again(root, medway.signing)
    with pytest.raises(As4Error) as caught:
        as4.read_signal(as4.SOAP_CONTENT_TYPE, etree.tostring(root), (medway.signs,), as4.Rules())
    assert caught.value.problem.code in {Ebms.VALUE, Ebms.HEADER}


@pytest.mark.parametrize("side", ["From", "To"])
@pytest.mark.parametrize("name", ["PartyId", "Role"])
@pytest.mark.parametrize("count", [0, 2])
def test_a_side_has_one_party_id_and_one_role(side: str, name: str, count: int) -> None:
    def change(root: etree._Element) -> None:
        parent = at(root, f"{USER}/eb:PartyInfo/eb:{side}")
        if count:
            etree.SubElement(parent, EB + name).text = "council-999"
        else:
            parent.remove(at(parent, f"eb:{name}"))

    error = refusal(changed(sealed(), change, identity("kent").signing))
    assert (error.cause, error.where, error.problem.code) == (Cause.STRUCTURE, side, Ebms.HEADER)


@pytest.mark.parametrize("profile", list(Profile))
def test_attachments_may_travel_in_another_order_than_they_are_declared_in(profile: Profile) -> None:
    made = sealed(message(b"one", b"two", b"three"), profile)
    turned = packed(soap_of(made), dict(reversed(attachments_of(made).items())))
    assert [*attachments_of(turned)] == [*attachments_of(made)][::-1]
    assert [part.content for part in opened(turned, profile=profile).message.parts] == [b"one", b"two", b"three"]


def test_the_body_of_what_we_send_is_empty_and_signed() -> None:
    made = sealed()
    body = at(etree.fromstring(soap_of(made)), "S12:Body")
    assert (len(body), body.text) == (0, None)
    assert f"#{body.get(as4.names.WSU_ID)}" in [reference.uri for reference in made.references]


def test_every_part_we_send_is_gzip_and_says_what_is_in_it() -> None:
    parts = at(etree.fromstring(soap_of(sealed(message(PUPIL, b"two")))), PARTS)
    said = [{each.get("name"): each.text for each in part.iter(EB + "Property")} for part in parts]
    assert said == [{"MimeType": "application/xml", "CompressionType": "application/gzip"}] * 2


def test_a_compressed_part_says_its_mime_type() -> None:
    def change(root: etree._Element) -> None:
        properties = at(root, f"{PARTS}/eb:PartInfo[2]/eb:PartProperties")
        properties.remove(properties[0])

    error = refusal(changed(sealed(), change, identity("kent").signing))
    assert (error.cause, error.problem.code) == (Cause.COMPRESSED_WHAT, Ebms.DECOMPRESSION)


def refusal(made: as4.Sealed) -> As4Error:
    with pytest.raises(As4Error) as caught:
        opened(made)
    return caught.value
