"""What lies in ``schemas/``: the XSD of each kind and version, all compiled at once, or each when it is asked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.core import documents
from gateway.core.documents import Schemas
from gateway.core.documents.schema import Schema
from gateway.core.terms import Kind


def schemas(folder: Path) -> Schemas:
    """Every ``<family>/<version>/<kind>.xsd``. Raises ValueError for one that is not a schema."""
    asked = AsAsked(folder)
    return {key: asked[key] for key in asked}


def texts(folder: Path) -> dict[tuple[Kind, str], bytes]:
    """The same as they are written."""
    return {(Kind(path.stem), path.parent.name): path.read_bytes() for path in sorted(folder.glob("*/*/*.xsd"))}


class AsAsked(Mapping[tuple[Kind, str], Schema]):
    """The same for a command that ends soon, which compiles those alone that its files need.

    A gateway that runs compiles all of them at its start, so that a wrong one stops the start.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = {(Kind(path.stem), path.parent.name): path for path in sorted(folder.glob("*/*/*.xsd"))}
        self._built: dict[tuple[Kind, str], Schema] = {}

    def __getitem__(self, key: tuple[Kind, str]) -> Schema:
        if key not in self._built:
            self._built[key] = documents.build(key[0], self._paths[key].read_bytes())
        return self._built[key]

    def __iter__(self) -> Iterator[tuple[Kind, str]]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
