"""The rules of the house, checked on the code itself."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from gateway.core import facts
from gateway.core.errors import HELP, Code
from gateway.core.facts import Fact
from gateway.core.terms import Token

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gateway"

MAY_IMPORT = {
    "core": {"core"},
    "flows": {"core", "flows"},
    "edge": {"core", "edge"},
    "web": {"core", "flows", "web"},
}
CORE_ORDER = (
    "terms", "errors", "tables", "days", "citations", "facts", "roles", "log", "delivery", "measures", "as4", "reference",
    "clocks", "documents", "sample", "partners", "law", "forms", "requests", "matching", "agreements", "recipients",
    "decisions", "sharing", "suppression", "rights", "tasks", "notices", "reminders", "cases", "retention", "records",
    "explaining", "bundle", "checkup", "kit",
)  # fmt: skip
ONE_ROOM = {
    "lxml": {"core/documents", "core/as4"},
    "xmlschema": {"core/documents"},
    "xlsxwriter": {"core/documents"},
    "cryptography": {"core/as4", "core/log", "edge/vault", "edge/certificates"},
    "sqlalchemy": {"edge/store"},
    "alembic": {"edge/store"},
    "apscheduler": {"edge/timetable"},
    "requests": {"edge/transport", "edge/mesh", "edge/openid", "edge/govuk"},
    "authlib": {"edge/openid"},
    "joserfc": {"edge/openid", "edge/govuk"},
    "webauthn": {"edge/passkeys"},
    "urllib3": {"edge/transport", "edge/mesh", "edge/addresses"},
    "mesh_client": {"edge/mesh"},
    "h11": {"edge/server"},
    "flask": {"web"},
    "werkzeug": {"web"},
    "flask_wtf": {"web"},
    "jinja2": {"web"},
    "holidays": {"core/days"},
    "smtplib": {"edge/mail"},
    "weasyprint": {"web/prints"},
    "click": {"commands"},
    "rich": {"commands"},
}
EFFECTS = {
    "os", "socket", "random", "secrets", "time", "uuid", "pathlib", "logging", "subprocess", "threading", "asyncio",
    "sqlalchemy", "flask", "requests", "tempfile", "shutil", "smtplib",
}  # fmt: skip
TABLES_OF = ("web/", "commands/", "edge/store/migrations/")  # one function holds a table of routes or columns
BANNED = re.compile(
    r"(^|_)(manager|handler|helper|helpers|utils|util|service|process|data|info|common|base)(_|$)", re.IGNORECASE
)
SPOKEN_BY_OTHERS = {"write_info"}  # eb:MessageInfo is the specification's own word


def rooms(folder: Path = PACKAGE) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix().removesuffix(".py")


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_a_floor_calls_only_down(floor: str) -> None:
    for path in rooms(PACKAGE / floor):
        used = {name.split(".")[1] for name in imports(path) if name.startswith("gateway.") and name.count(".")}
        assert used <= MAY_IMPORT[floor], f"{place(path)} reaches into {sorted(used - MAY_IMPORT[floor])}"


def test_core_rooms_only_look_down() -> None:
    assert {place(path).split("/")[1] for path in rooms(PACKAGE / "core")} - {"__init__"} == set(CORE_ORDER)
    for path in rooms(PACKAGE / "core"):
        here = place(path).split("/")[1]
        for name in imports(path):
            parts = name.split(".")
            if parts[:2] == ["gateway", "core"] and len(parts) > 2 and here != "__init__":
                assert CORE_ORDER.index(parts[2]) <= CORE_ORDER.index(here), f"{place(path)} looks up to {name}"


def test_core_has_no_hands_and_no_clock() -> None:
    for path in rooms(PACKAGE / "core"):
        effects = {name.split(".")[0] for name in imports(path)} & EFFECTS
        # the generator of invented children draws from random.Random(seed), which is as pure as arithmetic
        assert effects <= ({"random"} if "sample" in path.parts else set()), place(path)
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.(now|utcnow|today)\(", text), place(path)
        assert "open(" not in re.sub(r"\w+open\(|_open\(|def open", "", text) or "zip" in text.lower(), place(path)


def test_the_day_of_an_instant_is_londons() -> None:
    """Agreements, posts and clocks turn at midnight there; what a message bears is UTC, as its header is."""
    messages = {"wording", "asking", "replying", "filing", "transferring", "casework"}
    for floor in ("flows", "web", "wiring"):
        for path in rooms(PACKAGE / floor):
            found = re.search(r"\b(at|now\(\)|clock\(\))\.date\(\)", path.read_text(encoding="utf-8"))
            assert found is None or path.stem in messages, place(path)


@pytest.mark.parametrize("library", ONE_ROOM)
def test_one_library_one_room(library: str) -> None:
    for path in rooms():
        if any(name.split(".")[0] == library for name in imports(path)):
            here = place(path)
            assert any(here == room or here.startswith(room + "/") for room in ONE_ROOM[library]), (
                f"{library} in {here}"
            )


def test_only_wiring_and_the_hall_join_the_floors() -> None:
    hall = {"wiring", "settings", "__main__", "__init__"}
    for path in rooms():
        floor = place(path).split("/")[0]
        if floor not in {*MAY_IMPORT, "commands"}:
            assert floor in hall, f"{place(path)} stands on no floor"


def test_rooms_and_functions_are_small() -> None:
    for path in rooms():
        source = path.read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 340, f"{place(path)} is two things"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and not place(path).startswith(TABLES_OF):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno <= 45, f"{place(path)}:{node.name}"


def test_every_room_says_what_it_promises() -> None:
    for path in rooms():
        source = path.read_text(encoding="utf-8")
        assert not source or ast.get_docstring(ast.parse(source)), place(path)


def test_names_say_what_things_are() -> None:
    for path in rooms():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)
                assert not BANNED.search(words) or node.name in SPOKEN_BY_OTHERS, f"{place(path)}: {node.name}"


def test_values_are_frozen() -> None:
    for path in rooms(PACKAGE / "core"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                called = ast.unparse(decorator)
                if called.startswith("dataclass"):
                    assert "frozen=True" in called, f"{place(path)}: {called}"


def test_every_reason_of_a_fault_is_told_in_words() -> None:
    from gateway.core.errors import WORDS, Reason
    from gateway.core.facts import Stale
    from gateway.flows import enquiry

    assert set(WORDS) == set(Reason)
    assert all(enquiry.reason_words(one) for one in (*Reason, *Stale))


def test_every_refusal_has_a_sentence_and_a_way_to_mend_it() -> None:
    assert set(HELP) == set(Code)
    for words in HELP.values():
        assert words.sentence.endswith(".") and words.fix.endswith(".") and 400 <= words.status < 600


@pytest.mark.parametrize("kind", facts.FACTS.values())
def test_no_fact_can_hold_free_text(kind: type[Fact]) -> None:
    hints = get_type_hints(kind)
    for field in fields(kind):
        for leaf in leaves(hints[field.name]):
            assert leaf is not str, f"{kind.__name__}.{field.name} is free text"
            assert (
                issubclass(leaf, Token | int)
                or leaf.__module__ in {"datetime", "builtins"}
                or hasattr(leaf, "__members__")
            )


def leaves(hint: object) -> Iterator[type]:
    inner = [one for one in get_args(hint) if one is not Ellipsis and one is not type(None)]
    if inner:
        for one in inner:
            yield from leaves(one)
    elif isinstance(hint, type) and hint is not type(None):
        yield hint


def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a checkout of the repository")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_no_key_database_or_secret_is_in_git() -> None:
    private = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]")
    for name in tracked():
        assert not name.endswith((".pem", ".key", ".p12", ".sqlite", ".sqlite3", ".db", ".jks")), name
        content = (ROOT / name).read_bytes()
        assert not private.search(content), name
        assert not content.startswith(b"SQLite format 3"), name


def test_keys_folder_ignores_everything_but_its_page() -> None:
    assert [name for name in tracked() if name.startswith("keys/")] == ["keys/.gitignore", "keys/README.md"]


def test_every_pinned_dependency_says_its_version() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    required = re.findall(r'^    "([^"]+)",', text, re.MULTILINE)
    assert len(required) > 15
    for one in required:
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9][0-9a-z.]*|ANN401|COM812|[A-Z0-9, \"]+", one), one


def test_pictures_of_the_readme_are_there_and_small() -> None:
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 4
    for name in shown:
        assert name in tracked(), name
        content = (ROOT / name).read_bytes()
        assert content.startswith(b"\x89PNG") and len(content) < 80_000, name
