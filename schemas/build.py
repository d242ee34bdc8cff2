# ruff: noqa: INP001  (a script beside what it writes, not a package)
"""Write the schemas of every version from the two masters, or check that they are what the masters say.

``python schemas/build.py`` writes; ``python schemas/build.py --check`` fails and names each file that differs.
"""

import sys
from pathlib import Path

from lxml import etree

HERE = Path(__file__).resolve().parent
CTF_VERSIONS = tuple(f"{number}.0" for number in range(12, 27))
RETURN_VERSIONS = ("24.0", "25.0", "26.0")
VERSIONS = {"ctf": CTF_VERSIONS, "cml": RETURN_VERSIONS, "cmj": RETURN_VERSIONS}
NOTICE_VERSIONS = ("1.0",)
BORROWED_FROM = "26.0"
MARK = "{urn:gateway:schema-build}"
NOTE = " Written by schemas/build.py from the master beside this folder: edit that, not this. "


def built() -> dict[Path, bytes]:
    """Every schema file with the bytes it should have."""
    wanted = {
        HERE / "ctf" / version / f"{kind}.xsd": _print(_ctf(version, kind), version)
        for kind, versions in VERSIONS.items()
        for version in versions
    }
    for version in NOTICE_VERSIONS:
        wanted[HERE / "notice" / version / "notice.xsd"] = _print(_notice(), version)
    return wanted


def differing() -> list[Path]:
    return [path for path, content in built().items() if not path.exists() or path.read_bytes() != content]


def write() -> None:
    for path, content in built().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _ctf(version: str, kind: str) -> etree._Element:
    """The master cut down to one version, for the schema of one kind."""
    root = _parse(HERE / "ctf" / "ctf.master.xsd")
    for element in list(root.iter(etree.Element)):
        since, until = element.get(MARK + "since", version), element.get(MARK + "until", version)
        outside = not float(since) <= float(version) <= float(until)
        if outside or kind not in element.get(MARK + "kind", kind).split():
            _remove(element)
        for name in list(element.attrib):
            if name.startswith(MARK):
                del element.attrib[name]
    return root


def _notice() -> etree._Element:
    root = _parse(HERE / "notice" / "notice.master.xsd")
    borrowed = _ctf(BORROWED_FROM, "notice")
    for name in root.attrib.pop(MARK + "borrow").split():
        (found,) = borrowed.xpath("*[@name=$name]", name=name)
        root.append(found)
    return root


def _parse(path: Path) -> etree._Element:
    return etree.parse(path, etree.XMLParser(remove_blank_text=True)).getroot()


def _remove(element: etree._Element) -> None:
    """Away with it, and with a comment that stands right before it and speaks of it alone."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None and before.tag is etree.Comment and parent is not parent.getroottree().getroot():
        parent.remove(before)
    parent.remove(element)


def _print(root: etree._Element, version: str) -> bytes:
    etree.cleanup_namespaces(root)
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode").replace("@VERSION@", version)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!--{NOTE}-->\n{text}\n'.encode()


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
