"""A page for people who have no gateway: headings, paragraphs and tables, written as plain HTML or as Markdown.

The HTML holds no script and loads nothing: it can stand on any council's site, be printed and be read aloud
(WCAG 2.2 AA: a language, one h1, a caption and headed columns for each table).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

Cell = str


@dataclass(frozen=True, slots=True)
class Table:
    """``caption`` names it; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands under it. A table shows its caption, so one alone needs no heading."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]


_STYLE = (
    "body{font:1.1rem/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2rem}"
    "caption{text-align:left;font-weight:bold;padding:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;border-bottom:1px solid #505a5f;padding:.5rem 1rem .5rem 0;"
    "overflow-wrap:anywhere}"
)


def html(page: Page) -> str:
    """The page as one file."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(page.title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{escape(page.title)}</h1>",
            *_paragraphs(page.paragraphs),
            *(line for section in page.sections for line in _section(section)),
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def markdown(page: Page) -> str:
    """The same page as Markdown."""
    lines = [f"# {_flat(page.title)}", *map(_flat, page.paragraphs)]
    for section in page.sections:
        lines += [f"## {_flat(section.heading)}", *map(_flat, section.paragraphs)]
        for table in section.tables:
            rows = (table.columns, ("---",) * len(table.columns), *table.rows)
            lines += [f"**{_flat(table.caption)}**", "\n".join(_row(row) for row in rows)]
    return "\n\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{escape(section.heading)}</h2>"
    yield from _paragraphs(section.paragraphs)
    for table in section.tables:
        yield "<table>"
        yield f"<caption>{escape(table.caption)}</caption>"
        yield f"<thead><tr>{''.join(_headed('col', one) for one in table.columns)}</tr></thead>"
        yield "<tbody>"
        for first, *others in table.rows:
            yield f"<tr>{_headed('row', first)}{''.join(f'<td>{escape(one)}</td>' for one in others)}</tr>"
        yield "</tbody>"
        yield "</table>"
    yield "</section>"


def _headed(scope: str, words: str) -> str:
    return f'<th scope="{scope}">{escape(words)}</th>'


def _paragraphs(words: tuple[str, ...]) -> Iterator[str]:
    yield from (f"<p>{escape(one)}</p>" for one in words)


def _row(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_flat(cell) for cell in cells) + " |"


def _flat(words: str) -> str:
    """Words that stay words: on one line, and nothing in them is taken for a mark or a tag."""
    shown = " ".join(words.split())
    for mark in "\\|*_`[]<>#":
        shown = shown.replace(mark, "\\" + mark)
    return shown
