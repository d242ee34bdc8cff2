"""What stands in the way of a recall, or of the end of what is kept."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.CALLED_BACK: Help(
        "Nobody can open this file: it was called back, or somebody said that it is not for you.",
        "Ask your council's information-governance team. If a child is at risk, phone whoever sent it.",
        409,
    ),
    Code.EXPIRED: Help(
        "This file has expired: nobody collected it in time. Nothing was deleted.",
        "Ring whoever sent it, or your council, and ask them to lay it ready again: it stands on their list.",
        409,
    ),
}
