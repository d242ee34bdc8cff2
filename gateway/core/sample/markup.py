"""A small tree of elements and its text, for a writer that wants to say everything itself.

No XML library: a sample must be able to be wrong, and this room must not agree with the reader's library by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

Node = tuple[str, "str | tuple[Node, ...]"]
"""A name with a text, or a name with elements. A text of nothing means that there is no value."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a system lays its file out. ``empty`` names what is written as an empty element when it has no value."""

    newline: str
    indent: str
    empty: frozenset[str]


def leaf(name: str, text: object) -> Node:
    return name, str(text)


def branch(name: str, children: Iterable[Node | None]) -> Node | None:
    """An element of elements; nothing at all when none of them is there."""
    present = tuple(child for child in children if child is not None)
    return (name, present) if any(content for _, content in present) else None


def text(node: Node, style: Style, depth: int = 0) -> str:
    """The node as XML, each element on a line of its own when the style has a newline."""
    out: list[str] = []
    _write(node, style, style.newline + style.indent * depth, out)
    return "".join(out)


def _write(node: Node, style: Style, margin: str, out: list[str]) -> None:
    name, content = node
    if isinstance(content, str):
        if content:
            out.append(f"{margin}<{name}>{escape(content)}</{name}>")
        elif name in style.empty:
            out.append(f"{margin}<{name}/>")
        return
    out.append(f"{margin}<{name}>")
    for child in content:
        _write(child, style, margin + style.indent, out)
    out.append(f"{margin}</{name}>")
