"""A wrong recipient and the end of a case at the operator's door."""

import re
from datetime import timedelta
from pathlib import Path

from gateway import wiring
from gateway.core.days import LONDON
from gateway.core.terms import BreachId, DisclosureId, Kind, LaEstab, UploadId
from gateway.flows import dispatch, intake
from gateway.flows.intake import Upload
from tests.commands.test_commands import run
from tests.commands.test_guarding import disclosure, kent, notice, refused
from tests.simulator import LARKMERE, leavers

WHY = "It was meant for the council next door."
__all__ = ["kent"]


def people(folder: Path) -> None:
    assert run("--dir", folder, "users", "add", "g.lowe", "--role", "governance", "--of", "council-886").exit_code == 0


def test_an_officer_calls_back_and_governance_keeps_the_record(kent: Path) -> None:
    people(kent)
    sent = disclosure(notice(kent, 11))
    assert "You may not do this." in refused(kent, "recall", sent, "--by", "nobody.here", "--reason", WHY)
    told = run("--dir", kent, "recall", sent, "--by", "a.shah", "--reason", WHY).output
    assert "Withdrawn before they went: 1. Gone, or perhaps gone: 0." in told
    breach = re.search(r"b-[a-z2-7]{26}", told)
    assert breach is not None
    assert "had not gone" in run("--dir", kent, "recalls", "list", "--by", "a.shah").output
    assert "wrong-recipient" in run("--dir", kent, "breaches", "list", "--by", "g.lowe").output
    update = ("--contained", "--risk", "unlikely", "--why", "Nobody ever had it.", "--told-them", "2026-11-23T09:30")
    assert run("--dir", kent, "breaches", "update", breach[0], *update, "--by", "g.lowe").exit_code == 0
    shown = run("--dir", kent, "breaches", "show", breach[0], "--by", "g.lowe").output
    assert "contained: yes" in shown and "Nobody ever had it." in shown and "told 2026-11-23T09:30" in shown
    found = wiring.assemble(kent).store.breach(BreachId(breach[0]))
    assert found is not None and found.children == 1
    heard = run("--dir", kent, "recalls", "heard", sent, "--outcome", "not-found", "--by", "a.shah")
    assert heard.output.strip() == "Written down."
    assert "There is nothing here." in refused(
        kent, "recalls", "answer", sent, "--outcome", "deleted", "--by", "a.shah"
    )


def test_a_file_in_the_inbox_that_is_not_ours_is_closed(kent: Path) -> None:
    installed = wiring.assemble(kent)
    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    given = Upload(UploadId("u-" + "b" * 26), wiring.now(), LARKMERE, made.name, made.content)
    intake.accept(installed.gateway, given)
    (one,) = installed.store.parcels_of(given.id)
    closed = run("--dir", kent, "inbox", "not-ours", one.parcel.id, "--by", "a.shah", "--reason", WHY)
    assert "Closed to all." in closed.output
    assert "Nobody can open this file" in refused(kent, "inbox", "collect", one.parcel.id, "--by", "a.shah")


def test_a_case_is_kept_previewed_held_destroyed_and_certified_and_the_log_is_sound(kent: Path) -> None:
    people(kent)
    sent = disclosure(notice(kent, 12))
    installed = wiring.assemble(kent)
    decided = installed.store.decided(DisclosureId(sent))
    assert decided is not None
    assert run("--dir", kent, "recall", sent, "--by", "a.shah", "--reason", WHY).exit_code == 0
    assert "Essex" in run("--dir", kent, "retention", "classes").output
    mine = '[[class]]\ncode = "case-6"\nwhat = "w"\nevent = "e"\nsource = "our policy"\nyears = 1\n'
    (kent / "reference").mkdir(exist_ok=True)
    (kent / "reference" / "retention.toml").write_text(mine)
    asked = ("--class", "case-6", "--event", "2019-03-01", "--by", "g.lowe")
    assert "kept until 31 December 2020" in run("--dir", kent, "retention", "start", sent, *asked).output
    assert "task" in run("--dir", kent, "retention", "preview", "--by", "g.lowe").output, "the breach still runs"
    left = run("--dir", kent, "retention", "run", "--yes", "--by", "g.lowe").output
    assert "Destroyed: 0. Left: 1. Keys ended: 1." in left
    assert "sound" in run("--dir", kent, "log", "verify").output
    assert run("--dir", kent, "retention", "hold", sent, "--by", "g.lowe", "--reason", WHY).output.strip() == "Held."
    assert run("--dir", kent, "retention", "free", sent, "--by", "g.lowe", "--reason", WHY).exit_code == 0
    assert run("--dir", kent, "retention", "certificate", "--by", "g.lowe").output.strip() == "Nothing."


def test_a_certificate_says_what_the_recipient_said_of_its_own_copy(kent: Path) -> None:
    people(kent)
    sent = disclosure(notice(kent, 13))
    installed = wiring.assemble(kent)
    dispatch.send_due(installed.gateway)  # nobody answers there; it may have arrived all the same
    asked = ("--class", "case-6", "--event", "2012-03-01", "--by", "g.lowe")
    assert "is kept until" in run("--dir", kent, "retention", "start", sent, *asked).output
    told = run("--dir", kent, "recall", sent, "--by", "a.shah", "--reason", WHY).output
    breach = re.search(r"b-[a-z2-7]{26}", told)
    assert breach is not None and "Gone, or perhaps gone: 1." in told
    update = ("--contained", "--risk", "unlikely", "--why", "It is deleted.", "--told-them", "2026-11-23T09:30")
    assert run("--dir", kent, "breaches", "update", breach[0], *update, "--by", "g.lowe").exit_code == 0
    heard = ("--outcome", "deleted", "--opened-by", "0", "--by", "a.shah")
    assert run("--dir", kent, "recalls", "heard", sent, *heard).exit_code == 0
    for task in installed.store.tasks_about(sent):
        assert run("--dir", kent, "tasks", "done", task.id, "--by", "g.lowe").exit_code == 0
    set_up = kent / "config" / "gateway.toml"
    set_up.write_text(set_up.read_text().replace("backups_kept_days = 90", "backups_kept_days = 7"))
    gone = run("--dir", kent, "retention", "run", "--yes", "--by", "g.lowe").output
    assert "Destroyed: 1. Left: 0." in gone
    certificate = " ".join(run("--dir", kent, "retention", "certificate", "--by", "g.lowe").output.split())
    assert re.search(
        rf"Medway \(council-887\) got {sent}: deleted, opened by nobody \(written down here [^,]*, line [0-9]+ of",
        certificate,
    )
    week = wiring.now().astimezone(LONDON).date() + timedelta(days=7)
    assert f"the last backup that holds a salt ends on {week}" in certificate


def test_a_closed_case_and_its_papers_get_their_clock_by_their_numbers(kent: Path) -> None:
    people(kent)
    assert run("--dir", kent, "users", "add", "m.head", "--role", "manager", "--of", "council-886").exit_code == 0
    installed = wiring.assemble(kent)
    made = leavers(pupils=1, kind=Kind.CML, dest=LaEstab("886LLLL"), ground="G")
    intake.accept(installed.gateway, Upload(UploadId("u-" + "c" * 26), wiring.now(), LARKMERE, made.name, made.content))
    listed = run("--dir", kent, "cases", "list", "--by", "m.head").output
    found = re.search(r"c-[a-z2-7]{26}", listed)
    assert found is not None
    asked = ("--class", "cme-35", "--event", "2026-11-20", "--by", "g.lowe")
    assert "cannot be done with the case" in refused(kent, "retention", "start", found[0], *asked)
    told = run("--dir", kent, "cases", "close", found[0], "enquiries-exhausted", "--reason", WHY, "--by", "m.head")
    assert told.exit_code == 0, told.output
    waits = run("--dir", kent, "retention", "waiting", "--by", "g.lowe").output
    assert f"{found[0]}  case: choose a class" in waits
    waiting = re.findall(r"[cu]-[a-z2-7]{26}", waits)
    assert {found[0], "u-" + "c" * 26} <= set(waiting)
    assert run("--dir", kent, "retention", "waiting", "--before", "2020-01-01", "--by", "g.lowe").output == "Nothing.\n"
    kept = run("--dir", kent, "retention", "start", *waiting, *asked).output
    assert kept.count("is kept until 31 December 2061 (cme-35).") == len(waiting)
    assert found[0] in run("--dir", kent, "retention", "preview", "--until", "2063-01-01", "--by", "g.lowe").output
