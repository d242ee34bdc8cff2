"""Everything that can go wrong, in two families, and the words for it.

A ``Refusal`` is the gateway doing its work: somebody must mend a file or an agreement. A ``Fault`` is the world
failing: a machine must be tried again. Neither carries personal data, and neither quotes what was found in a file.
"""

from gateway.core.errors.codes import Code
from gateway.core.errors.faults import WORDS, Fault, Reason
from gateway.core.errors.help import HELP, Help
from gateway.core.errors.refusals import Finding, Refusal, Severity

__all__ = ["HELP", "WORDS", "Code", "Fault", "Finding", "Help", "Reason", "Refusal", "Severity"]
