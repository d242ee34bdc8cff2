"""Every example of GOV.UK Frontend comes out of the Jinja macros as it comes out of its own Nunjucks ones.

The examples are in npm's package, of the very version whose styles the pages carry: a bump of either is safe or seen.
"""

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, select_autoescape
from lxml import html

from tests.needs import needs
from tests.web import vendored

PLACE = re.compile(r"components/([a-z-]+)/fixtures\.json")
KNOWN = 657
"""Examples of 6.3.0: if there are fewer, this looks at something else."""
Shape = tuple[str, tuple[tuple[str, str], ...], tuple[Any, ...]]


def test_every_example_of_the_design_system_comes_out_the_same() -> None:
    needs(shutil.which("npm") is not None, "npm (nodejs)")
    ours = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=select_autoescape(["html"]), trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    differ, count = [], 0
    for component, example in examples():
        macro = "govuk" + "".join(word.capitalize() for word in component.split("-"))
        template = ours.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
        made = str(getattr(template.module, macro)(example["options"]))
        count += 1
        if shapes(made) != shapes(example["html"]):
            differ.append(f"{component}: {example['name']}")
    assert (differ, count) == ([], KNOWN)


def test_a_difference_is_seen() -> None:
    one = '<a class="a  b" href="#">Back <b>now</b></a>'
    assert shapes(one) == shapes('<a href="#"\n class="a b">\n Back\n<b>now</b></a>')
    for other in (one.replace("b", "c", 1), one.replace("Back", "back"), one.replace("<b>now</b>", "now"), one + one):
        assert shapes(one) != shapes(other)


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, content in sorted(vendored.packed().items()):
        if found := PLACE.fullmatch(name):
            for one in json.loads(content)["fixtures"]:
                yield found[1], one


def shapes(text: str) -> tuple[Shape | str, ...]:
    """What a browser makes of it: names, attributes in any order, and words without the space around them."""
    tree = html.fragment_fromstring(text, create_parent=True)
    return _inside(tree)


def _inside(tree: html.HtmlElement) -> tuple[Any, ...]:
    found: list[Any] = [_words(tree.text)]
    for one in tree:
        if isinstance(one.tag, str):
            attributes = tuple(sorted((str(name), _words(str(value))) for name, value in one.attrib.items()))
            found.append((one.tag, attributes, _inside(one)))
        found.append(_words(one.tail))
    return tuple(one for one in found if one)


def _words(text: str | None) -> str:
    return " ".join((text or "").split())
