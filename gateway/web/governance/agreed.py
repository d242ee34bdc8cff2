"""The pages of the agreement register: what is agreed and whether it stands, signing, reviews, drafts and the public's.

A version is never changed: what is agreed anew is a draft with the next number, shown as the file that it would be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import agreements, days
from gateway.core.agreements import Agreement, Party, Status
from gateway.core.agreements.publishing import printed
from gateway.core.agreements.publishing import register as public
from gateway.core.errors import Code, Refusal
from gateway.core.law import plainly, standing
from gateway.core.terms import AgreementRef, Period, PurposeCode
from gateway.flows import agreements as life
from gateway.flows import enquiry, retaining
from gateway.flows.ports import Gateway
from gateway.web.asked import again, asked, filled_in, parsed, person, posted, today
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance import drafting, spoken

TOML = Field("toml", "The agreement as a file", Shape.AREA, "Read it, and change what the questions do not ask.",
             "Paste the agreement", most=60_000)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done with an agreement in ``states``: its form, and what it does."""

    link: str
    states: frozenset[Status]
    form: Callable[[Agreement], tuple[str, tuple[Field, ...]]]
    do: Callable[[Gateway, Agreement, Filled, datetime], Agreement]


def add(app: Flask, gateway: Gateway) -> None:
    """The routes of agreements."""
    _add_public(app, gateway)
    _add_purposes(app, gateway)
    _add_drafts(app, gateway)

    @app.get("/agreements")
    def agreement_list() -> str:
        day = today(gateway)
        found = sorted(gateway.store.register().agreements, key=lambda one: (one.name, -one.version))
        near = {one.agreement: one for one in life.reminders(found, day)}
        return render_template("agreements.html", rows=found, near=near, day=day, said=spoken)

    @app.get("/agreements/<ref>")
    def agreement(ref: str) -> str:
        one = _found(gateway, ref)
        page = printed(one, _themes(gateway), lambda whom: enquiry.name_of(gateway, whom), today(gateway))
        doing = [(name, step.link) for name, step in STEPS.items() if one.status in step.states]
        shown = {"blank": agreements.blank(one), "wanting": agreements.wanting(one), "toml": agreements.to_toml(one)}
        return render_template(
            "agreement.html", one=one, page=page, doing=doing, said=spoken, day=today(gateway), **shown
        )

    @app.get("/agreements/<ref>/review")
    def review(ref: str) -> str:
        one = _found(gateway, ref)
        since = days.begins(one.in_force.first)
        used = life.usage(gateway, one.ref, since)
        return render_template("review.html", one=one, used=used, day=today(gateway), said=spoken)

    @app.get("/agreements/<ref>/<step>")
    def agreement_step(ref: str, step: str) -> str:
        one = _found(gateway, ref)
        return asked(_form(one, _step(one, step)))

    @app.post("/agreements/<ref>/<step>")
    def agreement_stepped(ref: str, step: str) -> AnyResponse:
        _refuse_stranger(gateway)
        one = _found(gateway, ref)
        what = _step(one, step)

        def do(filled: Filled) -> AnyResponse:
            made = what.do(gateway, one, filled, gateway.clock())
            return redirect(url_for("agreement", ref=made.ref), 303)

        return posted(_form(one, what), do)


def _add_public(app: Flask, gateway: Gateway) -> None:
    @app.get("/register")
    def public_register() -> str:
        listed = gateway.store.register().agreements
        page = public(listed, _themes(gateway), lambda whom: enquiry.name_of(gateway, whom), today(gateway))
        return render_template("public-register.html", page=page)


def _add_purposes(app: Flask, gateway: Gateway) -> None:
    @app.get("/purposes")
    def purposes() -> str:
        day = today(gateway)
        rows = [(one, standing(one, day)) for _, one in sorted(gateway.rulebook.purposes.items())]
        return render_template("purposes.html", rows=rows)

    @app.get("/purposes/<purpose>")
    def purpose(purpose: str) -> str:
        found = next((one for code, one in gateway.rulebook.purposes.items() if code == purpose), None)
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        area = gateway.store.register().directory.get(gateway.homes[0]).area
        return render_template("purpose.html", one=found, lines=list(plainly(found, today(gateway), area)))


def _add_drafts(app: Flask, gateway: Gateway) -> None:
    @app.get("/agreements/<ref>/change")
    def agreement_change(ref: str) -> str:
        one = _found(gateway, ref)
        return asked(drafting.form(one, url_for("agreement", ref=ref)))

    @app.post("/agreements/<ref>/change")
    def agreement_changed(ref: str) -> AnyResponse:
        _refuse_stranger(gateway)
        one = _found(gateway, ref)
        form = drafting.form(one, url_for("agreement", ref=ref))
        newest = max(each.version for each in gateway.store.register().agreements if each.name == one.name)

        def do(filled: Filled) -> str | AnyResponse:
            try:
                made = drafting.drafted(one, newest + 1, filled)
            except ValueError as error:
                return again(form, filled.saying("items", f"{str(error).capitalize()}."))
            return _as_file(agreements.to_toml(made), made)

        return posted(form, do)

    @app.get("/agreements/new")
    def new_agreement() -> str:
        return _as_file("", None)

    @app.post("/agreements/new")
    def adopt_agreement() -> AnyResponse:
        _refuse_stranger(gateway)
        form = _file()

        def do(filled: Filled) -> AnyResponse:
            try:
                made = life.adopt(gateway, agreements.from_toml(filled.answers["toml"]), gateway.clock())
            except life.OtherTerms:
                return again(
                    form, filled.saying("toml", "The register has other terms under this number: take the next")
                )
            except ValueError as error:
                return again(form, filled.saying("toml", f"The file cannot be read: {error}"))
            return redirect(url_for("agreement", ref=made.ref), 303)

        return posted(form, do, filled_in(form))


def _file() -> Form:
    intro = (
        "A version is never changed: what is agreed anew has a new number.",
        "It is a draft until it was laid before its parties and all of them have signed.",
    )
    return Form("Take an agreement into the register", "Take it into the register", (TOML,), intro,
                url_for("agreement_list"), action=url_for("adopt_agreement"))  # fmt: skip


def _as_file(toml: str, made: Agreement | None) -> str:
    open_ = (*agreements.wanting(made), *agreements.blank(made)) if made else ()
    return render_template("form.html", form=_file(), filled=Filled({"toml": toml}), open=open_)


# -- the steps --------------------------------------------------------------------------------------------------------


def _plain(words: str) -> Callable[[Agreement], tuple[str, tuple[Field, ...]]]:
    return lambda _: (words, ())


def _signing(one: Agreement) -> tuple[str, tuple[Field, ...]]:
    parties = tuple((str(party), str(party)) for party in one.unsigned)
    fields = (
        Field("party", "For which party?", Shape.CHOICE, "", "Choose for which party", parties),
        Field("role", "Which senior officer signs?", Shape.TEXT, "The role and never a name, such as Director of "
              "Education.", "Write the role"),
    )  # fmt: skip
    return "Put it on record when you hold the signature.", fields


def _renewing(one: Agreement) -> tuple[str, tuple[Field, ...]]:
    fields = (
        Field("first", "First day of the new version", Shape.DAY, "", "Write the first day"),
        Field("last", "Its last day", Shape.DAY, "", "Write the last day"),
        Field("review", "Its review", Shape.DAY, "Within twelve months of the first day.", "Write its review"),
        Field("words", "What did the review come to?", Shape.TEXT, "It stands in the change log.",
              "Write what the review came to", value="Reviewed; nothing changed"),
    )  # fmt: skip
    return f"The same terms as {one.ref}, for every party to sign anew.", fields


def _sign(gateway: Gateway, one: Agreement, filled: Filled, at: datetime) -> Agreement:
    return life.sign(gateway, one.ref, Party.parse(filled.answers["party"]), filled.answers["role"], at)


def _renew(gateway: Gateway, one: Agreement, filled: Filled, at: datetime) -> Agreement:
    first, last, next_review = filled.day("first"), filled.day("last"), filled.day("review")
    assert first is not None
    assert last is not None
    assert next_review is not None
    if last < first:
        raise Refusal(Code.AGREEMENT_STEP)
    return life.renew(gateway, one.ref, Period(first, last), next_review, filled.answers["words"], at)


def _states(status: Status) -> frozenset[Status]:
    """From where it may come to stand so."""
    return frozenset(one for one, after in agreements.STEPS.items() if status in after)


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "consult": Step(
            "Lay it before the parties", _states(Status.IN_CONSULTATION),
            _plain("From then on they may sign."),
            lambda gateway, one, _, at: life.consult(gateway, one.ref, person().id, at),
        ),
        "sign": Step("Put a signature on record", frozenset({Status.IN_CONSULTATION}), _signing, _sign),
        "activate": Step(
            "Put it into force", _states(Status.ACTIVE), _plain("It takes the place of the older versions."),
            lambda gateway, one, _, at: life.activate(gateway, one.ref, person().id, at),
        ),
        "suspend": Step(
            "Suspend it", _states(Status.SUSPENDED),
            _plain("Nothing leaves under it until it is put into force again, not even what is queued."),
            lambda gateway, one, _, at: life.suspend(gateway, one.ref, person().id, at),
        ),
        "withdraw": Step(
            "End it", _states(Status.WITHDRAWN),
            _plain("Nothing leaves under it any more, not even what is queued. It cannot be undone."),
            lambda gateway, one, _, at: life.withdraw(gateway, one.ref, person().id, at),
        ),
        "renew": Step("Renew it without a change", frozenset(one for one in Status if one.adopted), _renewing, _renew),
    }
)  # fmt: skip
"""By the last part of its address."""


def _step(one: Agreement, name: str) -> Step:
    found = STEPS.get(name)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if one.status not in found.states:  # somebody took it further since the page was shown
        raise Refusal(Code.AGREEMENT_STEP)
    return found


def _form(one: Agreement, step: Step) -> Form:
    intro, fields = step.form(one)
    about = {Code.AGREEMENT_STEP: "review"} if any(field.name == "review" for field in fields) else {}
    return Form(step.link, step.link, fields, (f"{one.ref}: {one.title}.", intro), url_for("agreement", ref=one.ref),
                about=about)  # fmt: skip


def _found(gateway: Gateway, text: str) -> Agreement:
    ref = parsed(AgreementRef, text)
    for one in gateway.store.register().agreements:
        if one.ref == ref:
            return one
    raise Refusal(Code.NOT_FOUND)


def _refuse_stranger(gateway: Gateway) -> None:
    """The register is this installation's: only people of its homes change it."""
    retaining.homes_of(gateway, person())


def _themes(gateway: Gateway) -> Mapping[PurposeCode, str]:
    return {code: one.sentence for code, one in gateway.rulebook.purposes.items()}
