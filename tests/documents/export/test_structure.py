"""The structure of a document becomes Markdown."""

import io

import docx
import pytest

from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.export.conftest import Export, content_of

HTML = """<html><head><title>Minutes</title></head><body><nav>Home | About</nav><article>
<h1>Minutes of May</h1><p>The board met at the harbour and spoke about the bridge at length.</p>
<h2>Decisions</h2><ul><li>Paint the deck</li><li>Order steel</li></ul>
<table><tr><th>Item</th><th>Cost</th></tr><tr><td>Paint</td><td>48,000</td></tr></table>
<script>alert(1)</script></article></body></html>"""


def word() -> bytes:
    """Make a DOCX with headings, lists, a table and a line of hostile Markdown."""
    document = docx.Document()
    document.add_heading("Contract", level=0)
    document.add_heading("Scope", level=1)
    document.add_paragraph("The works are # not a heading <b>")
    document.add_paragraph("Deck", style="List Bullet")
    document.add_paragraph("Paint", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Item", "Cost", "Paint", "4|8"], strict=True):
        cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_docx_keeps_headings_lists_and_tables(upload: Upload, export: Export) -> None:
    text = content_of(export(document=upload(word(), "contract.docx").pk, format="md")).decode()
    assert "## Contract\n\n## Scope\n\nThe works are \\# not a heading \\<b\\>" in text
    assert "- Deck\n1. Paint" in text
    assert "| Item | Cost |\n| --- | --- |\n| Paint | 4\\|8 |" in text


def test_a_web_page_keeps_headings_lists_and_tables(upload: Upload, export: Export) -> None:
    done = export(document=upload(HTML.encode(), "minutes.html").pk, format="md")
    text = content_of(done).decode()
    assert "# Minutes of May" in text
    assert "- Paint the deck" in text
    assert "| Paint | 48,000 |" in text
    assert "alert" not in text


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"month,gbp\nMay,28\nJune\n", "sales.csv", "| May | 28 |\n| June |  |"),
        (made.workbook(Sales=[["a", "b"], [1, None]]), "s.xlsx", "## Sales\n\n| a | b |"),
        (
            b"Dear *you*\nsecond line\n\n1. no list",
            "x.txt",
            "Dear \\*you\\*\\\nsecond line\n\n1\\. no",
        ),
        (b"# Own\n\n- kept", "x.md", "# Own\n\n- kept"),
        (made.pdf("= Costs\nThe paint costs *48* euro.", "Two"), "x.pdf", "## Page 2\n\nTwo"),
    ],
)
def test_other_formats_keep_their_structure(
    upload: Upload, export: Export, content: bytes, name: str, expected: str
) -> None:
    text = content_of(export(document=upload(content, name).pk, format="md")).decode()
    assert expected in text


def test_a_scan_gives_its_picture_and_its_ocr_text(upload: Upload, export: Export) -> None:
    scan = upload(made.saved(made.picture()), "scan.png")
    done = export(document=scan.pk, format="html")
    text = content_of(done).decode()
    assert "Harbour Bridge refurbishment" in text
    assert '<img src="data:image/' in text
    assert done.output["warnings"] == ["1 page was read by OCR: check names and figures."]


def test_text_outside_the_structure_is_not_lost(upload: Upload, export: Export) -> None:
    boxed = (
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        b"<w:body><w:sdt><w:sdtContent><w:p><w:r><w:t>In a form</w:t></w:r></w:p></w:sdtContent>"
        b"</w:sdt><w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p>"
        b"</w:txbxContent></w:pict></w:r></w:p></w:body></w:document>"
    )
    document = upload(made.replaced(made.word(), "word/document.xml", boxed), "form.docx")
    text = content_of(export(document=document.pk, format="md")).decode()
    assert "In a form" in text
    assert "In a box" in text
