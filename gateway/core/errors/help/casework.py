"""What cannot be done with a case, a watch, a notice or an enquiry."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {}
