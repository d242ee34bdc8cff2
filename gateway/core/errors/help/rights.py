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
        "Put on record who judged that and what they saw: "
        "“Judged whether the child can decide” on the page of the request, or 'gateway rights step'.",
    ),
    Code.NO_SUCH_RIGHT: Help(
        "There is no such right against what is held on this legal basis.",
        "Refuse, and say so; offer what there is instead: a correction, a statement beside it, a restriction.",
    ),
    Code.TELL_FIRST: Help(
        "The person who asked for the restriction has not been told that it will be lifted.",
        "Tell them, put it on record at the page of the request or with 'gateway rights step', and lift it then.",
    ),
    Code.WHICH_ONE: Help(
        "The item stands there more than once, or in another shape, and the request does not say which one is wrong.",
        "Ask who asked which one it is, and put it on record with 'gateway rights which'. Where a line of an address "
        "is a house and a street in another file, ask for each of them by itself. A partner who asked so is declined.",
    ),
}
