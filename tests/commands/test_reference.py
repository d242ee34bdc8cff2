"""The commands about what is known beside the files: rules, establishments, places."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands import gateway
from gateway.core import forms, requests, sample
from gateway.core.documents import RULES
from gateway.core.terms import LaEstab

ROOT = Path(__file__).parents[2]
INVENTED = ROOT / "partners" / "invented"
LINKS = INVENTED / "establishment-links.csv"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(gateway, [str(word) for word in words], catch_exceptions=False)


def test_the_page_of_rules_is_the_catalogue() -> None:
    page = (ROOT / "schemas" / "RULES.md").read_text(encoding="utf-8")
    assert run("rules", "list", "--format", "md").output == page, "gateway rules list --format md > schemas/RULES.md"


def test_every_rule_is_listed_in_each_form() -> None:
    listed = [json.loads(line) for line in run("rules", "list", "--format", "json").output.splitlines()]
    assert [one["code"] for one in listed] == [*RULES, *requests.WORDS, *forms.WORDS]
    assert {(one["severity"], one["fires"], one["quiet"]) for one in listed} >= {
        ("error", "UPN = A881123424001", "UPN = B881123424001")
    }
    text = run("rules", "list").output
    assert all(code in text for code in (*RULES, *requests.WORDS, *forms.WORDS))


@pytest.mark.parametrize("code", [*requests.WORDS, "CME-ASK-005", *forms.WORDS])
def test_what_a_request_or_a_form_lacks_is_shown_too(code: str) -> None:
    rows = (*requests.WORDS.items(), *forms.WORDS.items())
    words = {str(rule): said for rule, said in rows}[code.removeprefix("CME-")]
    shown = " ".join(run("rules", "show", code).output.split())
    assert " ".join(words[0].replace("{key}", "‹line of the form›").split()) in shown
    assert " ".join(words[1].split()) in shown and "law.md" in shown and "Breaks" not in shown


@pytest.mark.parametrize("code", ["CTF-SCH-001", "CML-SCH-001", "SCH-001", "ctf-sch-001"])
def test_a_rule_is_shown_by_the_code_of_a_finding(code: str) -> None:
    shown = run("rules", "show", code).output
    row = RULES["SCH-001"]
    assert all(words in shown.replace("\n", " ") for words in (row.sentence, row.fix, row.source, row.fires, row.quiet))
    assert "In ScholarPack: ScholarPack does not import" in shown.replace("\n", " ")


@pytest.mark.parametrize("code", ["CTF-SCH-999", "SCH", "", "CTF-CTF-SCH-001"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    refused = run("rules", "show", code)
    assert refused.exit_code == 2
    assert "rules list" in refused.output


def a_file(folder: Path, **wish: object) -> Path:
    made = sample.ctf(sample.Wish(source=LaEstab("8869001"), **wish))  # type: ignore[arg-type]
    path = folder / made.name
    path.write_bytes(made.content)
    return path


def test_an_imported_directory_is_what_a_check_goes_by(tmp_path: Path) -> None:
    path = a_file(tmp_path, dest=LaEstab("2054001"))
    before = json.loads(run("--dir", tmp_path, "check", path, "--format", "json").output)
    assert "CTF-EST-003" not in {finding["code"] for finding in before["findings"]}
    said = run("--dir", tmp_path, "establishments", "import", INVENTED / "establishments.csv", "--links", LINKS)
    assert said.output.startswith("16 establishments are in ")
    after = json.loads(run("--dir", tmp_path, "check", path, "--format", "json").output)
    told = {finding["code"]: finding["message"] for finding in after["findings"]}
    assert "2054002" in told["CTF-EST-003"]
    assert after["destinations"] == [
        {"laestab": "2054001", "name": "Winterhythe Old School", "town": "Winterhythe", "pupils": 1}
    ]


def test_imported_postcodes_are_what_a_check_goes_by(tmp_path: Path) -> None:
    run("--dir", tmp_path, "establishments", "import", INVENTED / "establishments.csv")
    assert "10 postcodes are in " in run("--dir", tmp_path, "places", "import", INVENTED / "places.csv").output
    specimen = (ROOT / "schemas" / "ctf" / "26.0" / "ctf.specimen.xml").read_text(encoding="utf-8")
    path = tmp_path / "8811234_CTF_2054005_001.xml"
    path.write_text(specimen.replace("<Estab>3000", "<Estab>4005", 1), encoding="utf-8")
    told = json.loads(run("--dir", tmp_path, "check", path, "--format", "json").output)
    assert [finding["code"] for finding in told["findings"]].count("CTF-DST-002") == 2


@pytest.mark.parametrize("what", ["establishments", "places"])
def test_a_file_that_is_none_changes_nothing(tmp_path: Path, what: str) -> None:
    good = INVENTED / f"{what}.csv"
    run("--dir", tmp_path, what, "import", good)
    kept = (tmp_path / "reference" / f"{what}.table").read_bytes()
    for wrong in (b"a,b\n1,2\n", b"\x81", good.read_bytes().replace(b"473500", b"none").replace(b"ZZ99 3AA", b"here")):
        path = tmp_path / "wrong.csv"
        path.write_bytes(wrong)
        if what == "establishments" and b"URN" in wrong:
            path.write_bytes(wrong.replace(b"01-09-2014", b"someday"))
        refused = run("--dir", tmp_path, what, "import", path)
        assert refused.exit_code == 1, wrong[:40]
        assert "Nothing was imported:" in refused.output
    assert (tmp_path / "reference" / f"{what}.table").read_bytes() == kept


def test_a_councils_own_file_stands_before_the_shipped_one(tmp_path: Path) -> None:
    path = a_file(tmp_path, mis=sample.Mis.SCHOLARPACK)
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "hints.toml").write_text(
        '[[hint]]\nrules = ["CAP-001"]\nsuppliers = ["ScholarPack"]\nsentence = "Ask Maud."\nsource = "Maud"\n'
    )
    told = run("--dir", tmp_path, "check", path).output
    assert "Maud." in told
    assert "goes to 8879002 (no directory of schools here to name it by): 1 pupil" in told
    (tmp_path / "reference" / "limits.toml").write_text("near = 3\n")
    refused = run("--dir", tmp_path, "check", path)
    assert refused.exit_code == 1
    assert "limits.toml: limits: unknown key near" in refused.output.replace("\n", "")


@pytest.mark.parametrize("dest", ["XXXXXXX", "MMMMMMM", "887LLLL"])
def test_a_destination_that_is_no_school_is_told_in_words(tmp_path: Path, dest: str) -> None:
    words = {"X": "a school not known", "M": "outside the maintained sector", "8": "the council"}[dest[0]]
    assert f"goes to {dest} ({words}): 1 pupil" in run("check", a_file(tmp_path, dest=LaEstab(dest))).output
