"""The templates on the upload page: whoever may send finds them, and what comes back from them is read by rows."""

import pytest

from gateway.core.documents.sheets import TEMPLATES, Form, template
from tests.core.documents.sheeted import row, separated
from tests.simulator import World
from tests.web.office import Office


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_on_the_upload_page(office: Office, name: str, form: Form) -> None:
    page = office.get("/upload")
    assert f"/templates/{name}.{form}" in {link.get("href") for link in page.tree.iter("a")}
    got = office.get(f"/templates/{name}.{form}")
    assert got.answer.headers["Content-Disposition"] == f'attachment; filename="{name}.{form}"'
    assert got.answer.data == template(name, form)


def test_a_template_that_there_is_not_is_not_found(office: Office) -> None:
    assert [office.get(f"/templates/{name}").status for name in ("leavers.exe", "nobody.csv")] == [404, 404]


def test_findings_about_a_sheet_say_the_row_on_the_page_and_in_the_list(office: Office) -> None:
    page = office.upload(("leavers.csv", separated(row(1), row(2, dob="soon")).encode()))
    assert page.heading == "1 of 2 pupils is ready, nothing was sent"
    assert "Row 3" in page.text and "Line 3" not in page.text
    assert "“Date of birth” is not a date." in page.text
    address = next(link.get("href") for link in page.tree.iter("a") if str(link.get("href")).endswith("findings.csv"))
    assert office.get(str(address)).answer.data.decode("utf-8-sig").startswith("Pupil,Row,")
