"""What is counted: charts with their tables, the board's page, and whether the log is what was written."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Protocol

from flask import Flask, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import days
from gateway.core.errors import Code, Refusal
from gateway.core.facts import TaskKind
from gateway.core.law.plainly import BASES
from gateway.core.records import Act, Proven, Tally
from gateway.core.terms import PartnerId
from gateway.flows import acts, doubting, enquiry, proving, reminding
from gateway.flows.enquiry import Between
from gateway.flows.enquiry.counting import Tallied
from gateway.flows.enquiry.viewing import counted_homes
from gateway.flows.ports import Gateway
from gateway.web import charts, prints
from gateway.web.asked import person, today
from gateway.web.charts import Chart
from gateway.web.files import download

MONTHS = 12
MOST_BARS = 12


class Store(Tallied, reminding.Waiting, acts.Acts, Protocol):
    """What these pages ask of the database beside what the flows do."""

    def proven(self, at: datetime) -> Proven: ...


def add(app: Flask, gateway: Gateway, store: Store, verify: Callable[[], str]) -> None:
    """The routes of counts."""
    _add_badge(app, gateway, store, verify)

    @app.get("/charts")
    def chart_page() -> str:
        return render_template("charts.html", charts=_charts(gateway, store), wide=charts.WIDE)

    @app.get("/board")
    def board() -> str:
        return render_template("board.html", pdf=prints.ready(), **_board(gateway, store))

    @app.get("/board.pdf")
    def board_pdf() -> AnyResponse:
        if not prints.ready():
            raise Refusal(Code.NOT_FOUND)
        shown = _board(gateway, store)
        return download(prints.pdf(render_template("board-print.html", **shown)), "board.pdf", "application/pdf")


def _add_badge(app: Flask, gateway: Gateway, store: Store, verify: Callable[[], str]) -> None:
    def page(said: str = "") -> str:
        at = gateway.clock()
        homes = counted_homes(gateway, person())
        found = [one for one in store.tasks(homes) if one.kind is TaskKind.LOG_TROUBLE]
        troubles = [(one.opened_at, doubting.words_of(one)) for one in found]
        proven, last = proving.words(store.proven(at)), None
        try:
            last = proving.last_check(gateway, store)
        except ValueError:
            said = said or proving.ALTERED
        return render_template("verified.html", said=said, at=at, proven=proven, troubles=troubles, last=last)

    @app.get("/verified")
    def verified() -> str:
        return page()

    @app.post("/verified")
    def verify_now() -> str:
        counted_homes(gateway, person())
        said = verify()
        proving.checked(gateway, person(), said, gateway.clock())
        return page(said)


# -- the numbers ------------------------------------------------------------------------------------------------------


def _charts(gateway: Gateway, store: Store) -> Sequence[Chart]:
    """Releases of the last twelve months: by month, by recipient and by legal basis."""
    homes, months = counted_homes(gateway, person()), _months(today(gateway))
    found = [_released(store, homes, since, until) for since, until in pairwise(months)]
    each = [(f"{since:%B %Y}", sum(one.lines for one in some)) for since, some in zip(months, found, strict=False)]
    partners, bases = Counter[str](), Counter[str]()
    for one in (tally for some in found for tally in some):
        partners[enquiry.name_of(gateway, one.partner) if one.partner else "Not known any more"] += one.lines
        bases[BASES[one.basis].capitalize() if one.basis else "Not known any more"] += one.lines
    return (
        charts.bars("month", "Disclosures by month", ("Month", "Disclosures"), each),
        charts.bars("partner", "Disclosures by recipient", ("Recipient", "Disclosures"), _most(partners)),
        charts.bars("basis", "Disclosures by legal basis", ("Legal basis", "Disclosures"), _most(bases)),
    )


def _released(store: Store, homes: Sequence[PartnerId], since: date, until: date) -> Sequence[Tally]:
    found = store.tallies(homes, days.begins(since), days.begins(until))
    return [one for one in found if one.act is Act.RELEASE]


def _most(counted: Counter[str]) -> list[tuple[str, int]]:
    """The largest, and all others together."""
    shown = counted.most_common(MOST_BARS)
    rest = counted.total() - sum(number for _, number in shown)
    return [*shown, *([("All others", rest)] if rest else [])]


def _months(today: date) -> Sequence[date]:
    """The first days of the last twelve months and of the next one."""
    number = today.year * 12 + today.month
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS, number + 1)]


# -- the board --------------------------------------------------------------------------------------------------------


def _board(gateway: Gateway, store: Store) -> dict[str, object]:
    """The lines of one quarter, named in the address as ``2026-4``; without one of that which runs."""
    day = today(gateway)
    year, quarter = _quarter(request.args.get("quarter", f"{day.year}-{(day.month + 2) // 3}"))
    first = date(year, 3 * quarter - 2, 1)
    end = date(year + quarter // 4, 1 + 3 * quarter % 12, 1)
    period = Between(days.begins(first), days.begins(end))
    lines = enquiry.board(gateway, store, person(), period, gateway.clock())
    before = f"{year}-{quarter - 1}" if quarter > 1 else f"{year - 1}-4"
    after = (f"{year}-{quarter + 1}" if quarter < 4 else f"{year + 1}-1") if end <= day else ""  # noqa: PLR2004
    named = f"{year}-{quarter}"
    shown = {"lines": lines, "first": first, "last": end - timedelta(days=1), "runs": first <= day < end}
    return {**shown, "named": named, "before": before, "after": after}


def _quarter(text: str) -> tuple[int, int]:
    year, _, quarter = text.partition("-")
    if len(year) == 4 and year.isascii() and year.isdigit() and year > "2000" and quarter in {"1", "2", "3", "4"}:  # noqa: PLR2004
        return int(year), int(quarter)
    raise Refusal(Code.NOT_FOUND)
