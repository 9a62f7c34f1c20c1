"""A DOCX file has real headings, lists and tables, not only their appearance."""

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from jobs.ai.rendering import word
from tests.jobs.ai.rendering.documents import markdown_document, open_docx, teal_image

TEXT = """## Cost

It costs **48,000** euro, see [the plan](https://good.example/plan) and `x = 1`.

- One
  - Inner

    more of it
- Two

3. Third
4. Fourth

> Quoted.
>
> — notes.txt

| Month | Amount |
| --- | ---: |
| May | 1 |

---

```
two
lines
```
"""


def _number(paragraph: Paragraph, name: str) -> int:
    [found] = paragraph._p.xpath(f"w:pPr/w:numPr/w:{name}")
    return int(found.val)


def test_headings_lists_and_tables_are_word_structures() -> None:
    document = open_docx(markdown_document(TEXT))
    styles = {line.text: str(line.style.name) for line in document.paragraphs if line.style}
    assert (styles["The bridge"], styles["Cost"]) == ("Title", "Heading 1")
    assert (styles["Quoted."], styles["two\nlines"]) == ("Paper Quotation", "Paper Code")
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows][1] == ["May", "1"]
    assert "w:tblHeader" in table.rows[0]._tr.xml


def test_lists_are_numbered_by_word_and_nest() -> None:
    document = open_docx(markdown_document(TEXT))
    items = {
        line.text: (_number(line, "numId"), _number(line, "ilvl"))
        for line in document.paragraphs
        if line._p.xpath("w:pPr/w:numPr")
    }
    assert list(items) == ["One", "Inner", "Two", "Third", "Fourth"]
    assert items["One"] == items["Two"]
    assert [level for _, level in items.values()] == [0, 1, 0, 0, 0]
    numbering = document.part.numbering_part.element
    [number] = [num for num in numbering.num_lst if num.numId == items["Third"][0]]
    assert number.lvlOverride_lst[0].startOverride.val == 3


def test_a_link_keeps_its_target_and_unsafe_links_are_dropped() -> None:
    document = open_docx(
        markdown_document(TEXT + "\n[bad](javascript:alert) [file](file:///etc/passwd)")
    )
    links = [link.address for line in document.paragraphs for link in line.hyperlinks]
    assert links == ["https://good.example/plan"]


def test_the_footer_numbers_pages_by_fields() -> None:
    footer = open_docx(markdown_document("x")).sections[0].footer._element.xml
    assert "The bridge" in footer
    assert 'w:instr=" PAGE "' in footer
    assert 'w:instr=" NUMPAGES "' in footer


def test_an_image_has_its_alternative_text() -> None:
    made = markdown_document("![A teal field](document:1)", images={"document:1": teal_image()})
    [shape] = open_docx(made).inline_shapes
    assert shape._inline.docPr.get("descr") == "A teal field"


def test_the_properties_describe_the_document() -> None:
    made = open_docx(markdown_document("x", title="T" * 400, language="de"))
    properties = made.core_properties
    assert (properties.author, properties.title, properties.language) == ("Acme", "T" * 255, "de")
    assert properties.modified is not None
    assert properties.modified.year == 2025


def test_arabic_text_runs_from_right_to_left() -> None:
    [line] = [one for one in open_docx(markdown_document("نص عربي")).paragraphs if "نص" in one.text]
    assert line._p.pPr is not None
    assert line._p.pPr.find(qn("w:bidi")) is not None
    assert line.runs[0].font.rtl


def test_the_same_document_gives_the_same_bytes() -> None:
    assert word.render(markdown_document(TEXT)) == word.render(markdown_document(TEXT))
