# ruff: noqa: INP001  (a script beside what it writes, not a package)
"""Write the schemas of every version from their masters, or check that they are what the masters say.

``python schemas/build.py`` writes; ``python schemas/build.py --check`` fails and names each file that differs.
"""

import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from lxml import etree

HERE = Path(__file__).resolve().parent
CTF_VERSIONS = tuple(f"{number}.0" for number in range(12, 27))
RETURN_VERSIONS = ("24.0", "25.0", "26.0")
VERSIONS = {"ctf": CTF_VERSIONS, "cml": RETURN_VERSIONS, "cmj": RETURN_VERSIONS}
NOTICE_VERSIONS = ("1.0",)
BORROWED_FROM = "26.0"
MARK = "{urn:gateway:schema-build}"
XS = "{http://www.w3.org/2001/XMLSchema}"
NOTE = " Written by schemas/build.py from the master beside this folder: edit that, not this. "

Element = etree._Element  # noqa: SLF001  (lxml's only name for it)


def built() -> dict[Path, bytes]:
    """Every file with the bytes it should have."""
    wanted = {
        HERE / "ctf" / version / f"{kind}.xsd": _print(_ctf(version, kind), version)
        for kind, versions in VERSIONS.items()
        for version in versions
    }
    for version in NOTICE_VERSIONS:
        for master in sorted((HERE / "notice").glob("*.master.xsd")):
            kind = master.name.partition(".")[0]
            if kind != "shared":
                schema, specimens = _message(master, version)
                wanted[HERE / "notice" / version / f"{kind}.xsd"] = _print(schema, version)
                for name, specimen in specimens.items():
                    wanted[HERE / "notice" / version / f"{kind}{name}.specimen.xml"] = _print(specimen, version)
    return wanted


def differing() -> list[Path]:
    return [path for path, content in built().items() if not path.exists() or path.read_bytes() != content]


def write() -> None:
    for path, content in built().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# -- the Common Transfer File -----------------------------------------------------------------------------------------


def _ctf(version: str, kind: str) -> Element:
    """The master cut down to one version, for the schema of one kind."""
    root = _of_version(_parse(HERE / "ctf" / "ctf.master.xsd"), version)
    for element in list(root.iter(etree.Element)):
        if kind not in element.get(MARK + "kind", kind).split():
            _remove(element)
        element.attrib.pop(MARK + "kind", None)
    return root


def _of_version(root: Element, version: str) -> Element:
    """Without what stands in other versions; 1.10 comes after 1.9."""
    for element in list(root.iter(etree.Element)):
        since, until = (element.attrib.pop(MARK + name, version) for name in ("since", "until"))
        if not _order(since) <= _order(version) <= _order(until):
            _remove(element)
    return root


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


# -- the council messages ---------------------------------------------------------------------------------------------


def _message(master: Path, version: str) -> tuple[Element, dict[str, Element]]:
    """The schema of one kind, which stands alone, and its annotated specimens, by what is added to their names."""
    shared = _of_version(_parse(HERE / "notice" / "shared.master.xsd"), version)
    own = _of_version(_parse(master), version)
    top, examples = _specimens(shared)[""], _specimens(own)
    root = etree.Element(
        f"{XS}schema", {"elementFormDefault": "unqualified", "version": version}, nsmap={"xs": XS[1:-1]}
    )
    for element in _frame(own):
        root.append(element)
    known = {
        element.get("name"): element for source in (_ctf(BORROWED_FROM, "notice"), shared, own) for element in source
    }
    _take_over(root, known)
    specimens = {name: _example(own, top, one) for name, one in examples.items()}
    for specimen in specimens.values():
        _annotate(specimen, root)
    for element in root.iter(f"{XS}element", f"{XS}simpleType"):
        _document(element)
    return root, specimens


def _specimens(master: Element) -> dict[str, Element]:
    """One of each kind; where it may be about several matters, more, each of which says which matter it is about."""
    found = {}
    for one in master.findall(MARK + "specimen"):
        about = one.get(MARK + "about")
        found[f".{about}" if about else ""] = one
        _remove(one)
    return found


def _frame(own: Element) -> Iterator[Element]:
    """The three elements that every message has: the file, its header and its record."""
    root, records, record, most = (own.get(MARK + name) for name in ("root", "records", "record", "most"))
    many = _holding(records, f'<xs:element ref="{record}" maxOccurs="{most}"/>')
    yield _parsed(_holding(root, f'<xs:element ref="Header"/>{many}'))
    middle = '<xs:group ref="Own"/>' if own.find(f"{XS}group[@name='Own']") is not None else ""
    yield _parsed(_holding("Header", f'<xs:group ref="Top"/>{middle}<xs:group ref="Tail"/>'))
    yield _parsed(_holding(record, '<xs:group ref="Record"/>'))


def _holding(name: str, content: str) -> str:
    """An element that holds a sequence."""
    return (
        f'<xs:element name="{name}"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>'
    )


def _take_over(root: Element, known: dict[str, Element]) -> None:
    """Append every type and group that ``root`` names, and those that they name, in the order in which they are met."""
    met: set[str] = {element.get("name") for element in root}
    waiting = list(root)
    while waiting:
        element = waiting.pop(0)
        for name in (each.get(key, "") for each in element.iter(etree.Element) for key in ("type", "ref", "base")):
            if name in known and name not in met:
                met.add(name)
                taken = deepcopy(known[name])
                root.append(taken)
                waiting.append(taken)
        for union in element.iter(f"{XS}union"):
            for name in union.get("memberTypes").split():
                if name in known and name not in met:
                    met.add(name)
                    root.append(deepcopy(known[name]))


def _document(element: Element) -> None:
    """What the master says about an element becomes its documentation, and a list of codes an enumeration."""
    words, says = element.attrib.pop(MARK + "words", None), element.attrib.pop(MARK + "says", None)
    if words is not None:
        listed = "".join(f'<xs:enumeration value="{word}"/>' for word in words.split())
        element.append(_parsed(f'<xs:restriction base="xs:token">{listed}</xs:restriction>'))
    if says is not None:
        note = _parsed("<xs:annotation><xs:documentation/></xs:annotation>")
        note[0].text = says
        element.insert(0, note)


def _example(own: Element, top: Element, examples: Element) -> Element:
    """The specimen without its comments: the shared header with what the kind changes and adds, and its records."""
    root = etree.Element(own.get(MARK + "root"))
    root.append(etree.Comment(f" {own.get(MARK + 'title')}. {NOTE.strip()} All children are invented. "))
    header = etree.SubElement(root, "Header")
    etree.SubElement(header, "DocumentName").text = own.get(MARK + "title")
    changed = {element.tag: element for element in examples.iterfind(f"{MARK}top/*")}
    for element in top:
        if element.tag == "Cover":
            header.extend(examples.iterfind(f"{MARK}own/*"))
        header.append(changed.get(element.tag, deepcopy(element)))
    records = etree.SubElement(root, own.get(MARK + "records"))
    records.extend(examples.iterfind(own.get(MARK + "record")))
    etree.cleanup_namespaces(root)
    return root


def _annotate(specimen: Element, schema: Element) -> None:
    """Put what the masters say before the first of each element; a schema element is found by its path."""
    declared = {(element.tag, element.get("name")): element for element in schema}
    told: set[str] = set()
    for top in dict.fromkeys((specimen.find("Header"), specimen[-1][0], specimen[-1][-1])):
        _annotate_below(top, declared[f"{XS}element", top.tag], declared, top.tag, told)


def _annotate_below(
    element: Element, declaration: Element, declared: dict[tuple[str, str | None], Element], path: str, told: set[str]
) -> None:
    below = dict(_children(declaration, declared))
    for child in list(element):
        inner, says = below[child.tag], below[child.tag].get(MARK + "says")
        here = f"{path}/{child.tag}"
        if says and here not in told:
            told.add(here)
            child.addprevious(etree.Comment(f" {says} "))
        _annotate_below(child, inner, declared, here, told)


def _children(
    declaration: Element, declared: dict[tuple[str, str | None], Element]
) -> Iterator[tuple[str | None, Element]]:
    """The elements that may stand below one, by name, however deep in groups and types they are declared."""
    named = declaration.get("type")
    for step in [declared[f"{XS}complexType", named]] if (f"{XS}complexType", named) in declared else declaration:
        if step.tag == f"{XS}element":
            yield step.get("name"), step
        elif step.tag == f"{XS}group":
            yield from _children(declared[f"{XS}group", step.get("ref")], declared)
        elif step.tag in {f"{XS}complexType", f"{XS}sequence", f"{XS}choice"}:
            yield from _children(step, declared)


# -- files ------------------------------------------------------------------------------------------------------------


def _parse(path: Path) -> Element:
    return etree.parse(
        path, etree.XMLParser(remove_blank_text=True, remove_comments=path.name != "ctf.master.xsd")
    ).getroot()


def _parsed(text: str) -> Element:
    """A piece of a schema."""
    return etree.fromstring(f'<x xmlns:xs="{XS[1:-1]}">{text}</x>')[0]


def _remove(element: Element) -> None:
    """Away with it, and with a comment that stands right before it and speaks of it alone."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None and before.tag is etree.Comment and parent is not parent.getroottree().getroot():
        parent.remove(before)
    parent.remove(element)


def _print(root: Element, version: str) -> bytes:
    etree.cleanup_namespaces(root)
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    text = text.replace("@VERSION@", version).replace("@MAJOR@", re.escape(version.partition(".")[0]))
    note = f"<!--{NOTE}-->\n" if root.tag == f"{XS}schema" else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{note}{text}\n'.encode()


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for path in differing():
            print(f"{path.relative_to(HERE)} is not what its master says: run python schemas/build.py")  # noqa: T201
        return 1 if differing() else 0
    if arguments:
        print("usage: python schemas/build.py [--check]", file=sys.stderr)  # noqa: T201
        return 2
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
