"""The demo, as somebody runs it: it tells its story to the end, beside another one, and goes quietly."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

STORY = (
    "A school sends a leaver file with mistakes",
    "CTF-UPN-001",
    "The file is mended and sent again",
    "PIR05 reg 9(3) · A6C · statutory duty, no agreement needed",
    "signed receipt back",
    "A pupil whose destination nobody knows",
    "agreement kent-medway-cme.v1",
    "withheld: Contacts/Contact",
    "failed (unreachable)",
    "Medway is back: delivered",
    "is not in force today",
    "Kent's disclosure log is sound",
    "Medway's disclosure log is sound",
    "The log was altered",
    "Every step held",
)


def start(*words: str) -> "subprocess.Popen[str]":
    asked = [sys.executable, "-m", "gateway", "demo", *words]
    return subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def test_two_demos_at_once_both_tell_the_story_and_leave_what_they_were_asked_to(tmp_path: Path) -> None:
    began = time.monotonic()
    running = [start("--once", "--seed", str(seed), "--dir", str(tmp_path / str(seed))) for seed in (1, 7)]
    told = [one.communicate(timeout=280)[0] for one in running]
    print(f"two demos at once: {time.monotonic() - began:.0f} s")
    for text, one in zip(told, running, strict=True):
        assert one.returncode == 0, text
        at = -1
        for words in STORY:
            found = text.find(words, at + 1)
            assert found > at, f"{words!r} is missing, or comes too early, in\n{text}"
            at = found
    assert (tmp_path / "7" / "kent" / "gateway.sqlite").is_file()
    assert (tmp_path / "7" / "proof.zip").is_file()


def test_demo_without_once_stays_up_with_a_way_in_until_it_is_stopped(tmp_path: Path) -> None:
    running = start("--seed", "3", "--dir", str(tmp_path))
    assert running.stdout is not None
    text = ""
    while "destination-unknown" not in text:
        line = running.stdout.readline()
        assert line, text
        text += line
    school, other, *staff = re.findall(r"  ([^\n]+)\n\s+(http://\S+/link/\S+)", text)
    assert (school[0], other[0]) == ("the office of Larkmere Primary School", "the office of Tideway Academy")
    assert [who for who, _ in staff] == [
        "an officer of Kent", "an officer of Medway", "information governance of Kent", "the operator of Kent"
    ]  # fmt: skip
    try_these = [Path(one) for one in re.findall(r"^\s+(/\S+\.xml)$", text, re.MULTILINE)]
    assert [path.is_file() for path in try_these] == [True] * 3
    assert "To mend" in _as_somebody(school[1], try_these[0])
    assert "13 pupils from Larkmere Primary School" in _as_somebody(other[1])
    for (_, link), first in zip(staff, ("Cases", "Cases", "Disclosure log", "How it stands"), strict=True):
        assert first in _as_somebody(link)
    os.kill(running.pid, signal.SIGINT)
    rest, _ = running.communicate(timeout=150)
    assert running.returncode == 0, text + rest
    assert "Traceback" not in rest


def _as_somebody(link: str, *files: Path) -> str:
    """Sign in by a link, send files, and read the first page."""
    site = link.partition("/link/")[0]
    with requests.Session() as browser:
        assert browser.post(link, timeout=60).url == f"{site}/"
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(site, timeout=60).text)[0]
        for path in files:
            sent = {"files": (path.name, path.read_bytes())}
            report = browser.post(f"{site}/upload", data={"csrf_token": token}, files=sent, timeout=60)
            assert "12 of 13 pupils are ready, nothing was sent" in report.text
        return browser.get(site, timeout=60).text


def test_demo_that_does_not_hold_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "kent" / "config").mkdir(parents=True)
    (tmp_path / "kent" / "config" / "gateway.toml").write_text("homes = []")
    running = start("--once", "--dir", str(tmp_path))
    text, _ = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "is set up already" in text
    assert "Traceback" not in text
