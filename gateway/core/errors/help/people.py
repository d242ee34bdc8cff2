"""What a person may not do, or not alone."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.SAFEGUARDING_ONLY: Help(
        "This opens only to your organisation's named safeguarding officers.",
        "Ask one of them.",
        403,
    ),
    Code.ROLE_ONLY: Help(
        "A SEND file opens to your school's SENCo alone, a child-protection file to its designated safeguarding lead.",
        "Tell them that it waits. If they cannot sign in, ask your council to let them in.",
        403,
    ),
    Code.SAME_PERSON: Help("This takes two people, and you are the first of them.", "Ask somebody else to do it.", 409),
    Code.NUMBER_CAME_ALONG: Help(
        "That number came with the record that you want to confirm, so whoever made it up would answer there.",
        "Call a number that you had before, or one from their own public directory.",
        409,
    ),
    Code.KEYS_MOVED: Help(
        "Another address or other keys came meanwhile, so nothing was confirmed.",
        "Open the page of that partner anew, and have them read out what it shows now.",
        409,
    ),
    Code.NO_GLASS_HERE: Help(
        "Only what goes to the police, to social care or to health may go without waiting.",
        "For anybody else ask a second person to release it.",
        403,
    ),
    Code.REASON_WANTED: Help("A reason is wanted, and it stands in the record.", "Say in a sentence why.", 422),
    Code.TWO_NAMED: Help(
        "A case that is closed to others opens to two people at least.", "Name a second one, so that one may be away."
    ),
    Code.SETTLED: Help("Somebody settled this before.", "Look at what they decided.", 409),
    Code.ANOTHER_HOME: Help(
        "You do not act for that council.", "Choose the council that you act for in this case.", 403
    ),
    Code.MINIMUM_ITEMS: Help(
        "What would go is less than this purpose needs, so nobody could act on it.",
        "List in the decision form what identifies the child and what it is about, and send it again. If a life is at "
        "risk, send what there is as an emergency (P34).",
    ),
    Code.NO_CONTACT: Help(
        "Our own record names no telephone number at which a recipient could ask before it acts.",
        "The operator writes the safeguarding contact into the council's own record, and it is released again.",
    ),
}
