"""What can be wrong with a school's return of a leaver or a joiner."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, MEND, QUERY, Rule

RETURNS: Mapping[str, Rule] = {
    "RET-001": Rule(
        ERROR,
        "{name} is missing, and the return needs it.",
        MEND,
        "SI 2024/208 reg 13; ctf §7",
        fires="of cml & SchoolHistory/School/RemovalGrounds -",
        quiet="of cml",
    ),
    "RET-002": Rule(
        QUERY,
        "{name} is missing, and the return should have it if you know it.",
        "Enter it and export the file again, or say that it is not known.",
        "SI 2024/208 reg 13; ctf §7",
        fires="of cmj & BasicDetails/NCyearActual -",
        quiet="of cmj",
    ),
    "GRD-001": Rule(
        ERROR,
        "The ground for removal is not one of the Regulations in force on the day of leaving.",
        "Choose the ground again, A to O, by the Regulations of that day: their letters changed on 19 August 2024.",
        "SI 2024/208 reg 9(1); law §4.3",
        fires="of cml & SchoolHistory/School/RemovalGrounds = P",
        quiet="of cml & SchoolHistory/School/RemovalGrounds = a",
    ),
    "GRD-002": Rule(
        QUERY,
        "There is no note that school and council have made their enquiries together, as this ground needs.",
        "Agree the enquiries with your council and say so before the pupil is taken off the roll.",
        "SI 2024/208 reg 9(1)(h), (i); law §4.3",
        fires="of cml & SchoolHistory/School/RemovalGrounds = H",
        quiet=(
            "of cml & SchoolHistory/School/RemovalGrounds = H & SchoolHistory/School/RemovalGrounds + <SuppI"
            "nfo><SuppID>DEMO</SuppID><JointEnquiry>2026-10-01</JointEnquiry></SuppInfo>"
        ),
    ),
    "GRD-003": Rule(
        QUERY,
        "The attendance marks do not show 20 school days in a row with no code but G, N and O.",
        "Check the marks before the day of leaving: any other code means that this ground is not met.",
        "SI 2024/208 reg 9(1)(i); law §4.3",
        fires=(
            "of cml & SchoolHistory/School/RemovalGrounds = I & SchoolHistory/School/RemovalGrounds + <SuppI"
            "nfo><SuppID>DEMO</SuppID><JointEnquiry>2026-10-01</JointEnquiry></SuppInfo> & Contacts + <Atten"
            "dance><YearData><Year>2026</Year><LEA>881</LEA><Estab>1234</Estab><AttendSessions><AttendanceSt"
            "artDate>2026-09-15</AttendanceStartDate><AttendanceMarks>OOOOOOOO####OOOOOOOOOO####OOOOOOOOOO##"
            "##OOOOOOOOOO</AttendanceMarks></AttendSessions></YearData></Attendance>"
        ),
        quiet=(
            "of cml & SchoolHistory/School/RemovalGrounds = I & SchoolHistory/School/RemovalGrounds + <SuppI"
            "nfo><SuppID>DEMO</SuppID><JointEnquiry>2026-10-01</JointEnquiry></SuppInfo> & Contacts + <Atten"
            "dance><YearData><Year>2026</Year><LEA>881</LEA><Estab>1234</Estab><AttendSessions><AttendanceSt"
            "artDate>2026-09-14</AttendanceStartDate><AttendanceMarks>OOOOOOOOOO####OOOOOOOOOO####OOOOOOOOOO"
            "####OOOOOOOOOO</AttendanceMarks></AttendSessions></YearData></Attendance>"
        ),
    ),
    "GRD-004": Rule(
        QUERY,
        "The pupil leaves for another school, and that school is not named.",
        "Enter the new school and the first day there.",
        "SI 2024/208 regs 8(3), 9(1)(a); law §4.3",
        fires="of cml & SchoolHistory/School[2] -",
        quiet="of cml",
    ),
    "GRD-005": Rule(
        QUERY,
        "No address is given at which the child will live.",
        "Enter the future address, or say that it is not known: the council will then look for the child.",
        "SI 2024/208 regs 8(3), 9(1)(f), (g); law §4.3",
        fires="of cml & SchoolHistory/School/RemovalGrounds = G & Contacts/Contact[2] -",
        quiet="of cml & SchoolHistory/School/RemovalGrounds = G",
    ),
    "LATE-001": Rule(
        QUERY,
        "The return was made later than the fifth day after the pupil came.",
        "Send it all the same, and say why it is late.",
        "SI 2024/208 reg 13(1)",
        fires="of cmj & SchoolHistory/School/EntryDate = 2026-09-30",
        quiet="of cmj & SchoolHistory/School/EntryDate = 2026-10-01",
    ),
    "LATE-002": Rule(
        QUERY,
        "The return was made after the pupil was taken off the roll.",
        "Send it all the same, and say why it is late: it is due when the ground is met.",
        "SI 2024/208 reg 13(4)",
        fires="of cml & SchoolHistory/School/LeavingDate = 2026-10-05",
        quiet="of cml & SchoolHistory/School/LeavingDate = 2026-10-06",
    ),
    "DATE-005": Rule(
        QUERY,
        "The entry date is after the day on which the return was made.",
        "Check the date, or send the return when the pupil has come.",
        "SI 2024/208 reg 13(1)",
        fires="of cmj & SchoolHistory/School/EntryDate = 2026-10-07",
        quiet="of cmj & SchoolHistory/School/EntryDate = 2026-10-06",
    ),
    "DATE-006": Rule(
        QUERY,
        "The leaving date is far ahead.",
        "Check the date, and that the ground is already met.",
        "law §4.2",
        fires=(
            "of cml & SchoolHistory/School/LeavingDate = 2026-12-06 & SchoolHistory/School[2]/EntryDate = 2026-12-07"
        ),
        quiet=(
            "of cml & SchoolHistory/School/LeavingDate = 2026-10-13 & SchoolHistory/School[2]/EntryDate = 2026-12-07"
        ),
    ),
    "YEAR-001": Rule(
        QUERY,
        "The pupil seems to leave with the most senior class at the end of the year.",
        "No return is owed then. Send it only if your council has asked for it.",
        "SI 2024/208 reg 13; law §4.2",
        fires="of cml & SchoolHistory/School/LeavingDate = 2026-07-21 & also LATE-002",
        quiet="of cml & SchoolHistory/School/LeavingDate = 2026-10-09",
    ),
    "YEAR-002": Rule(
        QUERY,
        "The pupil seems to come with the most junior class at the beginning of the year.",
        "No return is owed then. Send it only if your council has asked for it.",
        "SI 2024/208 reg 13(2), (3); law §4.2",
        fires="of cmj & SchoolHistory/School/EntryDate = 2026-09-02 & BasicDetails/NCyearActual = 7 & also LATE-001",
        quiet="of cmj & BasicDetails/NCyearActual = 7",
    ),
}
