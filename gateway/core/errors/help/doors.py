"""What is wrong at the door: a message, a sign-in, a page."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.UNKNOWN_SENDER: Help(
        "The sender of the message is not a partner of this gateway, or its certificate is not the registered one.",
        "Ask this council's operator to register your organisation and its certificates.",
        403,
    ),
    Code.NOT_FOR_US: Help(
        "The message is addressed to another organisation.",
        "Check the recipient's PartyId.",
    ),
    Code.WRONG_PARTNER: Help(
        "The connection and the message name different organisations.",
        "Send with the TLS certificate of the organisation that signed the message.",
        403,
    ),
    Code.KNOWN_ID_OTHER_CONTENT: Help(
        "A message with this id was received before with other content.",
        "Send it as a new message with an id of its own.",
        409,
    ),
    Code.CARRIER: Help(
        "The law or the agreement names other ways for this than the one it would go.",
        "Use a way that it names. A transfer file to another area goes by school2school, or sealed from the day on "
        "which the data-protection officer accepts that in the settings. About a child with a stop flag it goes sealed "
        "alone, never by school2school: your council's safeguarding officers let it go or do not.",
    ),
    Code.ONBOARDING: Help(
        "This partner's system is still being connected, so nothing about a real child goes to it or comes from it.",
        "Send it another way for now. Once the rehearsal is done, two people of the council let the partner go live.",
    ),
    Code.SPECIMEN: Help(
        "This is a specimen marked test, and only a partner that is being connected exchanges those.",
        "Send what is real without the mark, or ask the council to put your system back into onboarding.",
    ),
    Code.UNMARKED: Help(
        "A message for the test service names a child that is not marked as invented.",
        "Send no real child's record there: use the specimens of the kit, or surnames that begin with XXTEST.",
    ),
    Code.MESSAGE: Help(
        "The message is not one that the gateway can accept.",
        "See the error signal that answers it.",
        400,
    ),
    Code.NOT_ENROLLED: Help(
        "Your organisation is not enrolled here.",
        "Ask the council's operator to enrol it, and its certificate if a machine of yours sends.",
        403,
    ),
    Code.NOT_ALLOWED: Help("You may not do this.", "It takes somebody whose role allows it, in their own name.", 403),
    Code.ACCOUNT_STOPPED: Help(
        "This account is stopped: nothing is done in its name any more.",
        "Give your own name; if they still work here, 'gateway users confirm' lets the account stand again.",
        403,
    ),
    Code.NOT_FOUND: Help("There is nothing here.", "Check the number or the address: a list shows what there is.", 404),
    Code.NO_FILE: Help("No file was chosen.", "Select a file, or drop it on the page."),
    Code.NOT_ENCLOSED: Help(
        "The selected file must be a PDF, a Word document (.docx) or a zip, and smaller than 10 MB.",
        "Save or print it as a PDF, or put several files into one zip, and choose that.",
    ),
    Code.TEXT_TOO_LONG: Help("An explanation is too long.", "Say it in 500 characters or fewer."),
    Code.CONFIRM_TEXT: Help(
        "An explanation holds something that should rarely stand in it, so nothing was kept or sent.",
        "Take it out, or confirm that the council needs it.",
    ),
    Code.RELEASED: Help(
        "The explanation was released before, and went once.", "Look at what was sent to see where it stands.", 409
    ),
    Code.DRAFT_GONE: Help(
        "Nothing waits here any more: it was sent, or its day is over.",
        "Look under sent files. What is not there has to be uploaded again.",
        409,
    ),
    Code.TOO_MANY_FILES: Help(
        "More than 500 files came at once, so this was not taken.", "Send at most 500 files at a time, zipped or not."
    ),
    Code.LINK_OVER: Help(
        "This link does not work any more.",
        "A link works once, and not for long. If it came to a mailbox, you can have another sent there from the page "
        "to sign in; otherwise ask your council. If nobody you know has used it, tell them so.",
        410,
    ),
    Code.NOT_SIGNED_IN: Help(
        "You are not signed in.", "Go to the page to sign in, or ask your council for a link.", 403
    ),
    Code.SESSION_OVER: Help(
        "Your session has ended, so nothing was done.",
        "It ends after a while without a page, and after a working day at most. Sign in again. What you sent before is "
        "safe.",
        403,
    ),
    Code.TOO_MANY_TRIES: Help(
        "There were too many attempts, so nothing was done.", "Wait a quarter of an hour, then try once more.", 429
    ),
    Code.SIGN_IN_FAILED: Help(
        "You could not be signed in.",
        "Try again. If it goes on, ask your council: it sees whether your account still stands.",
        403,
    ),
    Code.SIGN_IN_ANEW: Help(
        "You signed in too long ago for this.", "Sign out, sign in again, and do it within a quarter of an hour.", 403
    ),
    Code.PAGE_TOO_OLD: Help(
        "The page was out of date, so nothing was done.",
        "Go back to the page, load it again and try once more.",
        400,
    ),
    Code.BUSY: Help("The gateway cannot take this now and has kept nothing of it.", "Try again in a minute.", 503),
}
