"""The rules that a push access point must keep: the table as it is printed, from a run of the very tests it names.

``python -m tests.core.as4.conformance`` (``make conformance``) runs them and says for each rule what came of it.
"""

import contextlib
import io
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Rule = Mapping[str, Any]
TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("conformance.toml").read_text())
RULES: Sequence[Rule] = TABLE["rule"]

ROOT = Path(__file__).parents[3]
FAILED, SKIPPED, PASSED = "failed", "skipped", "passed"
WORST = (FAILED, PASSED, SKIPPED)
"""What a test of many rows came to: it failed if one did, and was skipped if all were."""


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Outcomes:
    """A plugin of pytest that keeps what came of each test, by the name the table has for it."""

    of: dict[str, str] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != PASSED:
            name = report.nodeid.partition("[")[0]
            self.of[name] = min(report.outcome, self.of.get(name, SKIPPED), key=WORST.index)


def tests_of(rule: Rule) -> Sequence[str]:
    """The tests that show a rule; none for one that nothing here can show."""
    return tuple(rule.get("shown", ()))


def result(rule: Rule, outcomes: Mapping[str, str]) -> str:
    """``met`` when every test that shows it ran and passed; else what came of the worst, or why there is none."""
    if not tests_of(rule):
        return str(rule["result"])
    worst = min((outcomes.get(name, SKIPPED) for name in tests_of(rule)), key=(FAILED, SKIPPED, PASSED).index)
    return str(rule["result"]) if worst == PASSED else worst


def lines(outcomes: Mapping[str, str]) -> Iterator[str]:
    """The table, a rule a row, and the sum below it."""
    known = TABLE["list"]
    yield f"| rule | of the {known['name']} | from | asks | shown by | result |"
    yield "|---|---|---|---|---|---|"
    counted: dict[str, int] = {}
    for rule in RULES:
        shown = "<br>".join(tests_of(rule)) or rule["why"]
        found = result(rule, outcomes)
        counted[found] = counted.get(found, 0) + 1
        yield f"| {rule['id']} | {rule.get('eu', '')} | {', '.join(rule['from'])} | {rule['asks']} | {shown} | {found} |"
    yield ""
    yield f"{len(RULES)} rules: " + ", ".join(f"{count} {word}" for word, count in counted.items())
    yield (
        f"{known['matched']} of the {known['asked']} assertions {known['first']} to {known['last']} are matched by "
        "number: their wording is not at hand, and no number is guessed."
    )


def main() -> int:
    outcomes, said = Outcomes(), io.StringIO()
    names = sorted({name for rule in RULES for name in tests_of(rule)})
    with contextlib.redirect_stdout(said):
        status = pytest.main([f"--rootdir={ROOT}", "-p", "no:cacheprovider", *names], plugins=[outcomes])
    if status != pytest.ExitCode.OK:
        sys.stderr.write(said.getvalue())
    sys.stdout.write("".join(f"{line}\n" for line in lines(outcomes.of)))
    sys.stdout.write("\n" + said.getvalue().strip().rpartition("\n")[2] + "\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
