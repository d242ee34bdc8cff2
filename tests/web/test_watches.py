"""Nobody falls between, at the pages: who is watched, the school that confirms its list, and whom to call about."""

from gateway.core import sample
from gateway.core.documents import RULES
from gateway.core.facts import Role
from gateway.core.sample import Mistake, Wish
from gateway.core.terms import Kind, LaEstab
from gateway.web import words
from tests.flows.watch import lines
from tests.simulator import KENT, LARKMERE, NUMBERS, TIDEWAY, World, leavers
from tests.web.office import Office


def leaving(world: World, pupils: int = 3) -> None:
    """Pupils leave Larkmere for Tideway, who are of age to go to school."""
    made = leavers(pupils=pupils, dest=NUMBERS[TIDEWAY])
    world.upload(made.content, made.name)


def test_a_council_sees_who_is_watched_and_says_who_has_started(world: World) -> None:
    office = Office(world, Role.OFFICER, KENT, "c.hall")
    assert "Nobody is watched." in office.get("/watches").text
    leaving(world)
    page = office.get("/watches")
    assert page.heading == "Left, and not seen elsewhere yet" and page.text.count("Has started") == 3
    action = next(str(one.get("action")) for one in page.tree.iter("form") if "/started" in str(one.get("action")))
    assert office.follow(office.post(action)).text.count("Has started") == 2
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == ["person"]
    assert office.post(action).status == 404, "it is over"


def test_a_school_confirms_its_list_once_all_here_but(world: World) -> None:
    leaving(world)
    school = Office(world, Role.SCHOOL_SENDER, TIDEWAY, "t.office", home=KENT)
    page = school.get("/watches")
    assert page.heading == "Expected here" and page.text.count("Has started") == 3
    form = school.get("/watches/confirm")
    assert "3 children are expected at" in form.text
    missing = next(str(one.get("value")) for one in form.tree.iter("input") if one.get("name") == "but")
    done = school.post("/watches/confirm", but=missing)
    assert done.heading == "The list is confirmed" and "2 children have started. 1 child left and has not" in done.text
    assert "Left, not arrived" in school.get("/watches").text
    assert len(lines(world.kent, "WatchOverdue")) == 1


def test_another_school_sees_nobody_of_them(world: World) -> None:
    leaving(world)
    larkmere = Office(world, Role.SCHOOL_SENDER, LARKMERE, "l.office")
    assert "Nobody is watched." in larkmere.get("/watches").text
    (watch, *_) = world.kent.store.watches([KENT])
    assert larkmere.post(f"/watches/{watch.id}/started").status == 404
    assert larkmere.get("/blocked").status == 403


def test_whose_return_an_error_stopped_is_called_about_and_ticked_off(world: World) -> None:
    office = Office(world, Role.OFFICER, KENT, "c.hall")
    assert "There is nobody to call about." in office.get("/blocked").text
    at = world.clock().replace(tzinfo=None)
    wish = Wish(
        source=NUMBERS[LARKMERE], dest=LaEstab("886LLLL"), kind=Kind.CML, at=at,
        leaving=at.date(), ground="F", faults=(Mistake.UPN_CHECK_LETTER,), pupils=2,
    )  # fmt: skip
    made = sample.ctf(wish)
    world.upload(made.content, made.name)
    world.clock.on(days=4)
    office.sign_in()
    page = office.get("/blocked")
    assert "wrong check letter" in page.text and "Ground F" in page.text and "Call the school" in page.text
    row = next(str(one.get("value")) for one in page.tree.iter("input") if one.get("name") == "row")
    assert "an error elsewhere stopped the file" in page.text, "the other pupil has none of its own"
    left = office.follow(office.post("/blocked/done", row=row))
    assert (page.text.count("Nothing is left to do"), left.text.count("Nothing is left to do")) == (2, 1)
    assert office.post("/blocked/done", row=row).status == 404


def test_what_stopped_a_file_is_said_in_words_whatever_it_was() -> None:
    assert words.broken("CML-UPN-001") == "The UPN has the wrong check letter. (CML-UPN-001)"
    assert words.broken("") == "Nothing about this pupil: an error elsewhere stopped the file."
    assert words.broken("no-agreement").startswith("There is no sharing agreement")
    for code in RULES:
        assert "{" not in words.broken(f"CTF-{code}"), code
