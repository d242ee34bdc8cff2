"""What nobody can do without: lxml parses each file and validates its header and its records, and that is all.

A program of its own (``python -m tests.bench.bare XSD FILES``), with the parser's options of ``core.documents.safe``;
it tells how many records were valid, and the seconds it computed for them.
"""

import json
import sys
import time
from pathlib import Path

from lxml import etree


def main(xsd: str, files: list[str]) -> None:
    schema, valid, computing = etree.XMLSchema(etree.parse(xsd)), 0, 0.0
    for path in files:
        content = Path(path).read_bytes()
        began = time.process_time()
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            remove_comments=True, remove_blank_text=True,
        )  # fmt: skip
        root = etree.fromstring(content, parser)
        header, records = root
        if schema.validate(header):
            valid += sum(schema.validate(record) for record in records)
        computing += time.process_time() - began
    sys.stdout.write(json.dumps({"valid": valid, "work": computing, "computing": time.process_time()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
