"""What stands in the way of a recall, or of the end of what is kept."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {}
