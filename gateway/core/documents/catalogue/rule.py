"""One row of the catalogue, and the few ways of mending that many rows share."""

from dataclasses import dataclass

from gateway.core.errors import Severity

ERROR, QUERY = Severity.ERROR, Severity.QUERY
AGAIN = "Export the file again from your system and send it unopened."
SUPPLIER = "Export the file again. If it comes out the same, show this to the supplier of your system."
MEND = "Mend it in the pupil's record in your system and export the file again."


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong. ``source`` names the chapter of the reference, law or standard.

    ``fires`` and ``quiet`` are examples in the language of ``documents.examples``: with the first, this rule and no
    other breaks; with the second it does not. A test runs both of every row.
    """

    severity: Severity
    sentence: str
    fix: str
    source: str
    fires: str = ""
    quiet: str = ""
