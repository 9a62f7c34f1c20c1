"""File names of clients are stored without folders and control characters, up to a length."""

import pytest

from documents import file_names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\eve\note.txt", "note.txt"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..", "unnamed"),
        ("folder/", "unnamed"),
        ("", "unnamed"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
    ],
)
def test_only_a_safe_base_name_is_kept(sent: str, kept: str) -> None:
    assert file_names.base_name(sent) == kept


def test_a_long_name_keeps_its_extension() -> None:
    kept = file_names.base_name("x" * 400 + ".docx")
    assert len(kept) == file_names.MAX_NAME_CHARACTERS
    assert kept.endswith(".docx")
