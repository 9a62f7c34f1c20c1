"""EML: headers, text and the names of attachments, from any mail program."""

from email.message import EmailMessage

import pytest

from documents import media_types
from documents.errors import TooManyParts
from documents.extraction import mail
from tests.documents import made
from tests.documents.extracted import only
from tests.documents.test_media_types import detected


def message(subject: str = "Grüße aus Łódź", text: str = "The bridge is open.") -> EmailMessage:
    sent = EmailMessage()
    sent["From"] = "Ada <ada@example.com>"
    sent["To"] = "Bob <bob@example.com>"
    sent["Subject"] = subject
    sent.set_content(text)
    return sent


def test_headers_text_and_attachment_names_are_read() -> None:
    sent = message()
    sent.add_alternative("<p>The <b>bridge</b> is open.</p>", subtype="html")
    sent.add_attachment(made.pdf(), "application", "pdf", filename="Maße.pdf")
    assert only(sent.as_bytes(), "a.eml").text.splitlines() == [
        "From: Ada <ada@example.com>",
        "To: Bob <bob@example.com>",
        "Subject: Grüße aus Łódź",
        "",
        "The bridge is open.",
        "",
        "Attached: Maße.pdf (application/pdf)",
    ]


def test_a_message_with_html_alone_is_read() -> None:
    sent = message()
    sent.set_content("<p>The bridge is <b>open</b>.</p><script>alert(1)</script>", subtype="html")
    text = only(sent.as_bytes(), "a.eml").text
    assert "open" in text
    assert "alert" not in text


@pytest.mark.parametrize("charset", ["nonsense-8", "us-ascii", "utf-8"])
def test_a_wrong_charset_costs_no_text(charset: str) -> None:
    head = f"From: a@b.c\nTo: d@e.f\nContent-Type: text/plain; charset={charset}\n\n"
    body = "Die Brücke über den Fluß ist wieder geöffnet, schöne Grüße. " * 5
    assert "Brücke" in only(head.encode() + body.encode("latin-1"), "a.eml").text


def test_a_forwarded_message_is_read_up_to_a_depth() -> None:
    sent = message("number 0")
    for number in range(1, 6):
        outer = message(f"number {number}", f"text {number}")
        outer.add_attachment(sent)
        sent = outer
    text = only(sent.as_bytes(), "a.eml").text
    assert [f"text {number}" in text for number in (5, 4, 3, 2)] == [True, True, True, False]


def test_a_message_with_countless_parts_is_refused_while_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "MAX_PARTS", 10)
    head = b"From: a@b.c\nSubject: hi\nContent-Type: multipart/mixed; boundary=b\n\n"
    parts = b"--b\nContent-Type: image/png\n\n\n"
    assert only(head + 9 * parts + b"--b--", "a.eml").text.count("Attached") == 9
    with pytest.raises(TooManyParts):
        only(head + 10 * parts + b"--b--", "a.eml")


def test_broken_fields_cost_only_themselves() -> None:
    content = b"From: =?utf-8?q?=ZZ?= <<>\nDate: soon\nSubject: =?x?b?!!?=\nTo: ;,;\n\nhello\n"
    assert only(content, "a.eml").text.endswith("hello")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"Subject: hi\n\nhello", "a.eml", media_types.EML),
        (b"From: a@b.c\nTo: d@e.f\nSubject: hi\n\nhello", "", media_types.EML),
        (b"From: a@b.c\nTo: d@e.f\nSubject: hi\n\nhello", "a.txt", media_types.TEXT),
        (b"Subject: hi\n\nhello", "", media_types.TEXT),
        (b"just a text: with a colon", "a.eml", media_types.TEXT),
    ],
)
def test_a_message_is_recognized_by_its_headers(content: bytes, name: str, expected: str) -> None:
    assert detected(content, name) == expected
