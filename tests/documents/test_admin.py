"""The admin shows documents read-only."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.documents.conftest import Upload

pytestmark = pytest.mark.django_db


def test_the_list_and_the_page_show_a_document(upload: Upload, admin_client: Client) -> None:
    document = upload(b"hello", "hello.txt")
    document.texts.create(number=1, text="hello", method="native")
    listed = admin_client.get(reverse("admin:documents_document_changelist"))
    assert "hello.txt" in listed.content.decode()
    page = admin_client.get(reverse("admin:documents_document_change", args=[document.pk]))
    assert "1 native" in page.content.decode()


def test_a_document_cannot_be_added_or_deleted(upload: Upload, admin_client: Client) -> None:
    document = upload(b"hello", "hello.txt")
    assert admin_client.get(reverse("admin:documents_document_add")).status_code == 403
    delete = reverse("admin:documents_document_delete", args=[document.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
