"""All schemas at once for a gateway that runs, and each as it is asked for by a command that ends soon."""

from pathlib import Path

import pytest

from gateway.core.terms import Kind
from gateway.edge.xsds import AsAsked, schemas

SHIPPED = Path(__file__).parents[2] / "schemas"
GOOD, WRONG = (Kind.CTF, "26.0"), (Kind.CTF, "27.0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One schema that is one, and one that is not."""
    for (kind, version), content in {GOOD: (SHIPPED / "ctf/26.0/ctf.xsd").read_bytes(), WRONG: b"<no/>"}.items():
        path = tmp_path / "ctf" / version / f"{kind}.xsd"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return tmp_path


def test_both_ways_give_the_same_schemas() -> None:
    at_once, asked = schemas(SHIPPED), AsAsked(SHIPPED)
    assert dict(asked) == at_once
    assert len(asked) == len(at_once) > 30


def test_a_wrong_schema_stops_the_start_of_a_gateway_but_no_command_that_does_not_ask_for_it(folder: Path) -> None:
    with pytest.raises(ValueError, match="schema"):
        schemas(folder)
    asked = AsAsked(folder)
    assert set(asked) == {GOOD, WRONG}
    assert asked[GOOD].version == "26.0"
    with pytest.raises(ValueError, match="schema"):
        asked[WRONG]


def test_a_schema_is_compiled_once(folder: Path) -> None:
    asked = AsAsked(folder)
    assert asked[GOOD] is asked[GOOD]
    assert (Kind.CTF, "1.0") not in asked
