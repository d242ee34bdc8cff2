"""Why something may not go, or not yet."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.NO_RECIPIENT: Help(
        "The destination in the file is not an organisation that the gateway knows.",
        "Check the DfE number: an academy may have a new one. To one not here, or MMMMMMM, send it by school2school; "
        "where somebody must not find the child, ask your council's safeguarding officers first.",
    ),
    Code.NO_PURPOSE: Help(
        "No purpose in law covers sending this kind of file from this sender to this recipient.",
        "Ask your information-governance officer which route is right for it.",
    ),
    Code.PURPOSE_OFF: Help(
        "The purpose that would cover this disclosure is switched off.",
        "Your information-governance officer can open it with a named approval and a legal opinion.",
    ),
    Code.NO_AGREEMENT: Help(
        "There is no sharing agreement for this purpose with this recipient.",
        "Ask your information-governance officer to adopt one. Then export the file again and send the new one. "
        "Where one named child may come to harm, do not wait for it: an officer fills in a decision form.",
    ),
    Code.AGREEMENT_NOT_IN_FORCE: Help(
        "The sharing agreement for this purpose with this recipient is not in force today.",
        "Ask your information-governance officer to renew it. Then export the file again and send the new one.",
    ),
    Code.BASIS_NOT_OPEN: Help(
        "The Article 6 basis named for this disclosure is not open to this kind of organisation.",
        "The agreement must name a basis that fits: a public authority relies on its legal duty or public task.",
    ),
    Code.NO_ARTICLE_9: Help(
        "The file holds special-category items and no Article 9 condition with its Schedule 1 paragraph covers them.",
        "The agreement must leave those items out or name the condition, the paragraph and the policy document.",
    ),
    Code.NO_ARTICLE_10: Help(
        "The file holds criminal-offence items and no Article 10 condition covers them.",
        "The agreement must leave those items out or name the condition.",
    ),
    Code.BARRED: Help(
        "The law bars this unless a paper is on record first, and no agreement or form names that paper.",
        "Ask whoever keeps your agreements to name it there, such as the exception that applies or a legal opinion.",
    ),
    Code.EXEMPTION_NOT_OPEN: Help(
        "The exemption named for this disclosure is not open for this purpose.",
        "Leave the exemption out, or ask your information-governance officer which one applies.",
    ),
    Code.TOO_MANY_CHILDREN: Help(
        "The file names more children than one message under the agreement may.",
        "Send fewer children in one file, or ask your information-governance officer whether the limit still fits.",
    ),
    Code.BULK: Help(
        "The file names more children than a class, and the agreement does not allow that.",
        "Send fewer children in one file, or have an officer look at this one and release it.",
    ),
    Code.TOO_OLD: Help(
        "The file was made longer ago than the agreement allows.",
        "Make it anew from today's records and send that.",
    ),
    Code.NOTHING_TO_SHARE: Help(
        "The agreement allows no part of this file to go.",
        "Ask your information-governance officer whether the agreement lists the items it needs.",
    ),
    Code.NO_CERTIFICATE: Help(
        "There is no valid certificate to seal for this recipient.",
        "The operator must import the recipient's current certificate.",
        503,
    ),
    Code.FLAGGED: Help(
        "It is about a child whose whereabouts or name somebody must not learn, so it waits for two people.",
        "Your council's safeguarding officers look at what would go, and two of them release it or do not.",
    ),
    Code.RESTRICTED: Help(
        "What is held about this child is restricted, so nothing of it is passed on.",
        "An information-governance officer may release it: a legal claim, somebody to protect, the public interest.",
    ),
    Code.OBJECTED: Help(
        "Somebody objected to sharing about this child, and the objection has not been answered.",
        "An information-governance officer answers it, or records the compelling ground for this disclosure.",
    ),
    Code.ONWARD: Help(
        "It came from another organisation, whose terms do not let it go further or serve another purpose.",
        "Ask that organisation, or record that the family was asked or which exception holds.",
    ),
    Code.SECOND_PERSON: Help(
        "It goes without an agreement on a recorded decision, and a second person has not approved it yet.",
        "Somebody else than the person who asked for it reads the form and approves it or does not.",
    ),
    Code.APPROVAL: Help(
        "This purpose is never used by a machine alone: a person looks at each disclosure first.",
        "An officer looks at what would go and releases it or does not.",
    ),
    Code.TOO_MANY_MESSAGES: Help(
        "More messages went under this agreement today than it allows.",
        "An officer releases it, or it is sent tomorrow; if it comes again, the agreement needs another limit.",
    ),
    Code.GRADE_CAPPED: Help(
        "The answer tells more than may be told about this child.",
        "Answer only whether the child is known, or let a safeguarding officer decide.",
    ),
    Code.CONSENT_TO_LEAVE: Help(
        "A parent takes this child out for home education, and the council's consent to that is not recorded.",
        "Ask the council's special-needs or social-care team whether consent is needed and was given.",
    ),
    Code.REQUEST_INCOMPLETE: Help(
        "A request has to name its power, its purpose, the items it asks for and the way back.",
        "Add what is missing and send it again. Staff may not say which statute to quote.",
    ),
    Code.POLICE_FORM: Help(
        "A police request needs every field of the form, and the authority of an inspector or above.",
        "Send the form back; for a child in danger tell the police at once under P13 instead.",
    ),
    Code.NEEDED_FOR: Help(
        "A request to an independent school has to say that the answer is needed for the council's public task.",
        "Put the sentence into the request: without it the school has no basis to answer on.",
    ),
    Code.DECISION_FORM: Help(
        "A disclosure without an agreement needs its decision form, and fields of it are missing.",
        "Fill in every field: what is asked, by whom, why it is needed, what goes, and on which power.",
    ),
    Code.DELETION_FORM: Help(
        "The form of the deletion return cannot be sent yet: lines of it are missing or wrong.",
        "Mend each line that is named and send it again. What is not known stays empty.",
    ),
    Code.FORM_USED: Help(
        "This form was used before: something went out on it on an earlier day.",
        "A new decision needs a new form. If it answers a new request, quote that request's own reference.",
    ),
    Code.YES_NO_ONLY: Help(
        "Under this purpose only yes or no may be answered, and no document goes.",
        "Ask or answer with a check, which has a closed question and listed answers.",
    ),
    Code.REFUSED_ITEM: Help(
        "An item is named that may never go under this purpose.",
        "Take it out: the table of items says why it is refused.",
    ),
    Code.NO_CONSENT: Help(
        "Research that is not anonymous needs the person's recorded consent, and there is none.",
        "Send it anonymised, or record the consent first.",
    ),
    Code.ASSURANCE_EXPIRED: Help(
        "The recipient's assurance, which the agreement asks for, is over.",
        "Ask the recipient for its current certificate and record it.",
    ),
    Code.AGREEMENT_UNSIGNED: Help(
        "The agreement is not signed by a senior officer of every party.",
        "Have each party's senior officer sign it, and then make it active.",
    ),
    Code.AGREEMENT_STEP: Help(
        "An agreement cannot go from where it stands to there.",
        "Look at where it stands; what is agreed anew is a new version.",
        409,
    ),
    Code.NO_CONTRACT: Help(
        "No contract (Article 28) is on record today by which this company acts for the school in the file.",
        "Ask the school for its reference and its days, and have the council's operator record them with the company.",
        403,
    ),
}
