"""What cannot be done with a case, a watch, a notice or an enquiry."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.CASE_STEP: Help(
        "This cannot be done with the case as it stands.",
        "Look at the case: it may be closed, merged or with another council already. What is noted lies in the past.",
        409,
    ),
    Code.CASE_MOVED: Help(
        "Somebody else changed the case at the same moment, so nothing was done.",
        "Look at the case again, and repeat what you did if it is still wanted.",
        409,
    ),
    Code.NOT_OVER: Help(
        "It is not over yet, so nobody can say from which day it is kept.",
        "Lift the flag, tell whoever has to be told of the breach, or wait until the year is over; then start its "
        "clock.",
        409,
    ),
    Code.BIRTHDAY_WANTED: Help(
        "This is kept until the child reaches an age, so the day of birth is needed.",
        "Give the child's day of birth, which is no later than the event; only the year of the end is written down.",
    ),
    Code.EVIDENCE_WANTED: Help(
        "A case is not opened or closed without its evidence.",
        "To open one, give the child's number, or the names and the day of birth; of home education that is not "
        "suitable, who assessed it and on which day. To close one, say which school and on which day the child "
        "started; who found the home education suitable, and when; how a move abroad or a death was confirmed; or the "
        "day on which compulsory school age ended.",
    ),
    Code.EXHAUSTED: Help(
        "Only a manager closes a case because every enquiry was made.",
        "Ask a manager of the same council to look at the case and close it.",
        403,
    ),
    Code.ABOVE_ASKED: Help(
        "The answer says more than the other council asked.",
        "Answer with the grade that was asked, or a lower one.",
    ),
}
