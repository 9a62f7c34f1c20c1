"""DOCX and XLSX: every word once, tables included."""

import io
import zipfile

import docx
import pytest

from documents.errors import TooManyDocumentCells, TooManyPages, UnreadableDocument
from documents.extraction import ExtractionLimits, office, workbooks
from tests.documents import made
from tests.documents.extracted import extracted, only

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def docx_with(body: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{SPACE}" xmlns:mc="{COMPATIBLE}"><w:body>{body}</w:body>'
            "</w:document>",
        )
    return target.getvalue()


def test_paragraphs_and_tables_are_read_in_order() -> None:
    page = only(made.word("Before", table=[["Item", "Price"], ["Bolt", "4.50"]]), "a.docx")
    assert page.text == "Before\nItem\tPrice\nBolt\t4.50".replace("\t", " \t")
    assert page.method == "native"


def test_text_in_content_controls_is_read() -> None:
    body = "<w:sdt><w:sdtContent><w:p><w:r><w:t>Name: Ada</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    assert only(docx_with(body), "form.docx").text == "Name: Ada"


def test_headers_precede_the_text_and_footers_follow_it_once() -> None:
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for header in (section.header, section.first_page_header):
        header.paragraphs[0].text = "Northway Ltd"
    section.footer.paragraphs[0].text = "IBAN DE12"
    document.add_paragraph("Dear Ada")
    target = io.BytesIO()
    document.save(target)
    assert only(target.getvalue(), "letter.docx").text == "Northway Ltd\nDear Ada\nIBAN DE12"


def test_footnotes_are_read_below_the_text() -> None:
    note = f'<w:footnotes xmlns:w="{SPACE}"><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnotes>'
    assert only(with_part("footnotes", note), "noted.docx").text == "Text\nA note"


def with_part(name: str, content: str) -> bytes:
    file = io.BytesIO(docx_with("<w:p><w:r><w:t>Text</w:t></w:r></w:p>"))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(f"word/{name}.xml", content)
    return file.getvalue()


@pytest.mark.parametrize("name", ["header8", "footnotes", "footer1"])
@pytest.mark.parametrize(
    "content", ["<w:hdr", "", "<a>&#0;</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_a_damaged_header_or_note_leaves_the_text_readable(name: str, content: str) -> None:
    assert only(with_part(name, content), "a.docx").text == "Text"


def test_a_damaged_text_is_an_error() -> None:
    with pytest.raises(UnreadableDocument):
        extracted(docx_with("<w:p>"), "a.docx")


def test_text_boxes_are_not_read_twice() -> None:
    box = "<w:p><w:r><w:t>boxed</w:t></w:r></w:p>"
    body = (
        "<w:p><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert only(docx_with(body), "box.docx").text == "boxed"


def test_each_sheet_is_a_page() -> None:
    content = made.workbook(Costs=[["Item", "Cost"], ["Bolt", 4.5]], Notes=[["later"]])
    pages = extracted(content, "a.xlsx")
    assert [page.text for page in pages] == ["Costs:\nItem\tCost\nBolt\t4.5", "Notes:\nlater"]


def test_a_sheet_with_endless_cells_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_CELLS", 100)
    far: list[object] = [*([None] * 60), "far"]
    page = only(made.workbook(Wide=[far, far]), "wide.xlsx")
    assert page.truncated
    assert page.text.count("far") == 1


@pytest.mark.parametrize("cells", ["<c/>" * 16_385, "<row><c/></row>" * 50_001])
@pytest.mark.parametrize("name", ["sheet2.xml", "SHEET2.XML"])
def test_a_workbook_of_too_many_cells_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, cells: str, name: str
) -> None:
    monkeypatch.setattr("jobs.ai.text.workbooks.MAX_CELLS", 100_000)
    monkeypatch.setattr("openpyxl.load_workbook", None)
    part = f"<worksheet xmlns='{SHEET}'><sheetData>{cells}</sheetData></worksheet>".encode()
    file = io.BytesIO(made.workbook(A=[["a"]]))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(f"xl/worksheets/{name}", part)
    with pytest.raises(TooManyDocumentCells):
        extracted(file.getvalue(), "wide.xlsx")


def test_a_workbook_of_too_many_sheets_is_refused() -> None:
    content = made.workbook(A=[["a"]], B=[["b"]], C=[["c"]])
    assert len(extracted(content, "a.xlsx", ExtractionLimits(pages=3, pixels=1))) == 3
    with pytest.raises(TooManyPages, match="3 sheets"):
        extracted(content, "a.xlsx", ExtractionLimits(pages=2, pixels=1))


def test_a_docx_of_endless_text_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MAX_PAGE_CHARACTERS", 50)
    page = only(made.word(*["ten words "] * 20), "long.docx")
    assert page.truncated
    assert len(page.text) < 100
