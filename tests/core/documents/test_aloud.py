"""A message read aloud: every text that stands in it, once, under words that a person knows."""

import pytest

from gateway.core import documents, sample
from gateway.core.terms import Kind, LaEstab
from tests.simulator import NOON, rulebook


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.ENQUIRY, Kind.TRANSFER, Kind.RECALL, Kind.CHECK, Kind.REFERRAL])
def test_nothing_of_a_message_is_left_out_and_no_list_is_named_beside_what_it_holds(kind: Kind) -> None:
    made = sample.message(kind, 4, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON)
    document = documents.read(made.name, made.content, rulebook().schemas, rulebook().known).document
    assert document is not None
    groups = documents.aloud(document)
    assert groups[0][0] == "The message"
    assert all(title.split()[0] in {"The", "Child", "About"} for title, _ in groups)
    whole = [text.strip() for one in document.tree.iter() if not len(one) and (text := str(one.text or "")).strip()]
    assert sorted(text for _, said in groups for _, text in said) == sorted(whole)
    names = {name for _, said in groups for name, _ in said}
    assert not [name for name in names if "Contacts" in name or "Phones" in name or "Address lines" in name]
