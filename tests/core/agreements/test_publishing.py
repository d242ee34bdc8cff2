"""What the public reads of agreements: only what is in force and may be seen, as pages that everybody can use."""

import re
from dataclasses import replace
from datetime import date

from lxml import html as parser

from gateway.core.agreements import Agreement, Plain, Status
from gateway.core.agreements.pages import Page, Section, Table, html, markdown
from gateway.core.agreements.publishing import COLUMNS, printed, register
from gateway.core.terms import PartnerId, PurposeCode
from tests.core.law.made import TODAY
from tests.core.law.test_agreements import WHOLE

NAMES = {"council-886": "Kent <County> Council", "council-887": "Medway & Council"}
THEMES = {PurposeCode("P06"): "A council tells another.", PurposeCode("P07"): "A council asks another."}


def name(partner: PartnerId) -> str:
    return NAMES.get(partner, partner)


def public(**changes: object) -> Agreement:
    asked = {"publishable": True, "summary": "They tell each other.", **changes}
    return replace(WHOLE, **asked)  # type: ignore[arg-type]


def rows(page: Page) -> list[tuple[str, ...]]:
    return [row for section in page.sections for table in section.tables for row in table.rows]


def test_the_register_has_the_columns_of_a_councils_public_list() -> None:
    page = register([public(lead=PartnerId("council-887"))], THEMES, name, TODAY)
    assert COLUMNS == ("Number", "Title", "Purpose", "Lead organisation", "Other organisations", "Review date")
    (section,) = page.sections
    assert section.heading == "A council tells another."
    others = "Kent <County> Council, Schools of Kent <County> Council"
    assert section.tables[0].rows == (
        ("0001", "Kent and Medway tell each other", "They tell each other.", "Medway & Council", others, "1 June 2027"),
    )


def test_only_what_is_in_force_and_may_be_seen_is_listed() -> None:
    listed = [
        public(name="secret", publishable=False),
        public(name="over", status=Status.WITHDRAWN),
        public(name="draft", status=Status.DRAFT),
        public(name="forgotten", review=date(2026, 8, 1)),
        public(version=2, title="Older"),
        public(),
        public(name="due", status=Status.REVIEW_DUE, title="Due"),
    ]
    assert {row[1] for row in rows(register(listed, THEMES, name, TODAY))} == {WHOLE.title, "Due"}
    empty = register([], THEMES, name, TODAY)
    assert (empty.sections, "None" in empty.paragraphs[-1]) == ((), True)


def test_agreements_are_numbered_and_stand_under_the_theme_of_their_first_purpose() -> None:
    asks = tuple(reversed(WHOLE.purposes))
    listed = [
        public(name="b"),
        public(name="a"),
        public(name="c", number=12),
        public(name="d", purposes=asks, number=3),
    ]
    page = register(listed, THEMES, name, TODAY)
    assert [section.heading for section in page.sections] == list(THEMES.values())
    assert [row[0] for row in rows(page)] == ["0012", "0013", "0014", "0003"]


def test_a_print_says_when_it_was_made_and_which_text_is_the_right_one() -> None:
    page = printed(replace(WHOLE, plain=Plain("Why", "Good", "Bad")), THEMES, name, TODAY)
    assert "Printed on 20 November 2026: refer to the gateway's register" in page.paragraphs[0]
    assert {section.heading for section in page.sections} >= {"Who shares", "On which basis", "Who approved and signed"}
    text = html(page)
    for said in ("Director of Education", "S1P6", "legal-opinion: LS/2026/014", "Address/*", "31 August 2027", "Why"):
        assert said in text, said


def test_a_print_names_who_has_not_signed() -> None:
    half = replace(WHOLE, status=Status.IN_CONSULTATION, signatories=WHOLE.signatories[:1])
    assert ("Medway & Council", "signatory", "not signed yet", "") in rows(printed(half, THEMES, name, TODAY))


def test_pages_can_be_read_by_everybody() -> None:
    for page in (register([public()], THEMES, name, TODAY), printed(public(), THEMES, name, TODAY)):
        tree = parser.document_fromstring(html(page))
        assert tree.get("lang") == "en-GB"
        assert len(tree.findall(".//h1")) == 1
        assert tree.findtext(".//title") == page.title
        assert not tree.xpath("//script | //@onclick | //link | //img | //iframe")
        tables = tree.findall(".//table")
        assert len(tables) == sum(len(section.tables) for section in page.sections) > 0
        for table in tables:
            assert table.findtext("caption")
            columns = table.findall("thead/tr/th[@scope='col']")
            assert len(columns) == len(table.findall("thead/tr/*"))
            for row in table.findall("tbody/tr"):
                assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(columns) - 1)
                assert row[0].get("scope") == "row"


def test_nothing_that_somebody_wrote_becomes_a_tag_or_a_mark() -> None:
    evil = "<script>alert(1)</script> | *x* _y_ [z](w)\nnext"
    page = Page(evil, (evil,), (Section(evil, (evil,), (Table(evil, (evil, "b"), ((evil, evil),)),)),))
    tree = parser.document_fromstring(html(page))
    assert not tree.findall(".//script")
    assert tree.findtext(".//h1") == evil
    text = markdown(page)
    assert "<script" not in text.replace("\\<", "")
    assert not re.search(r"(?<!\\)[*_\[\]<>](?!\*)", re.sub(r"\*\*|---", "", text))
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == 3


def test_markdown_has_the_same_rows() -> None:
    page = register([public()], THEMES, name, TODAY)
    lines = markdown(page).splitlines()
    assert lines[0] == "# Data-sharing agreements"
    assert "| Number | Title | Purpose | Lead organisation | Other organisations | Review date |" in lines
    assert any(line.startswith("| 0001 | Kent and Medway tell each other |") for line in lines)
