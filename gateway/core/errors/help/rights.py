"""What stands in the way of what somebody asks for about themselves."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.RIGHTS_STEP: Help(
        "The request cannot take that step from where it stands.",
        "Look at where it stands: identity comes first, then the work, then the answer.",
    ),
    Code.RESPONSIBILITY_WANTED: Help(
        "Nobody has shown yet that this person has parental responsibility for the child.",
        "Ask for the evidence, which stops the clock, and record it when it comes; or refuse, and say why.",
    ),
    Code.CHILD_TO_ASK: Help(
        "The child is old enough to be asked before a parent is answered.",
        "Ask the child and record it, or record why not and decide again with that reason.",
    ),
    Code.COMPETENCE_WANTED: Help(
        "A child asks for itself, and nobody has recorded that it is old enough to understand what it asks.",
        "Record who judged that, how and on which day, with 'gateway rights step … competence-judged --reason'.",
    ),
    Code.NO_SUCH_RIGHT: Help(
        "There is no such right against what is held on this legal basis.",
        "Refuse, and say so; offer what there is instead: a correction, a statement beside it, a restriction.",
    ),
    Code.TELL_FIRST: Help(
        "The person who asked for the restriction has not been told that it will be lifted.",
        "Tell them, record it with 'gateway rights step … told', and lift it then.",
    ),
    Code.WHICH_ONE: Help(
        "The item stands there more than once, and the request does not say which one is wrong.",
        "Say what stands there now, or which contact or entry it is; to a partner who asked so, decline and say it.",
    ),
}
