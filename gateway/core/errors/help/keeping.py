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
    Code.KEPT_BECAUSE: Help(
        "It is not deleted, and nobody says why it is kept.",
        "Say which of these it is, with “Why is it kept?” on the page or --kept-because: needed-to-protect-a-child, "
        "legal-claim, statutory-record, with-another-body. If it is none of them, delete it.",
    ),
    Code.PASSED_ON_TO: Help(
        "It was passed on and is not deleted here: to whom it went and why it is kept must both be said.",
        "Name each of them, on the page or with --passed-on, once for each; and say why it is kept, with “Why is it "
        "kept?” on the page or --kept-because: needed-to-protect-a-child, legal-claim, statutory-record, "
        "with-another-body. If you delete yours, answer that it is deleted, and name them all the same.",
    ),
    Code.EXPIRED: Help(
        "This file has expired: nobody collected it in time. Nothing was deleted.",
        "Ring whoever sent it, or your council, and ask them to lay it ready again: it stands on their list.",
        409,
    ),
}
