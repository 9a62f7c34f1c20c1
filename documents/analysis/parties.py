"""Finds the parties of a document by legal forms and by labels such as "Client:"."""

import re
from collections.abc import Iterator, Sequence

from documents.analysis.findings import Fact, NumberedPage
from documents.analysis.labels import LabelRow, find_labelled

LEGAL_FORMS = (
    r"Ltd|Limited|LLC|LLP|Inc|Incorporated|plc|PLC|Corp|Corporation|GmbH|gGmbH|AG|KG|OHG|SE|UG"
    r"|e\.\s?V\.|S\.?A\.?R\.?L|SARL|SAS|S\.A\.|B\.V\.|BV|N\.V\.|AB|ApS|A/S|Oy|S\.L\.|S\.p\.A\."
)
WORD = r"[A-ZÀ-ÖØ-Þ][\w&'’.-]*"
COMPANY = re.compile(
    rf"\b{WORD}(?:[ ](?:{WORD}|&|and|und|of|et|de|der)){{0,6}}[ ](?:{LEGAL_FORMS})\b(?:\.(?=\W|$))?"
)
ROLES = (
    "Client", "Customer", "Supplier", "Vendor", "Seller", "Buyer", "Contractor", "Consultant",
    "Landlord", "Tenant", "Lessor", "Lessee", "Employer", "Employee", "Licensor", "Licensee",
    "Bill to", "Billed to", "Invoice to", "Sold to", "Ship to", "From", "To", "Payee", "Applicant",
    "Kunde", "Lieferant", "Auftraggeber", "Auftragnehmer", "Verkäufer", "Käufer", "Vermieter",
    "Mieter", "Arbeitgeber", "Arbeitnehmer", "Rechnung an", "Empfänger", "Fournisseur", "Vendeur",
)  # fmt: skip
NAME = re.compile(rf"^{WORD}(?:[ ,]+[^\s]+){{0,7}}$")
MAX_PARTIES = 20


def find_parties(pages: Sequence[NumberedPage], rows: Sequence[LabelRow]) -> list[Fact]:
    """Return the distinct parties, those found by a label first."""
    found: dict[str, Fact] = {}
    for fact in [*_by_label(rows), *_by_form(pages)]:
        found.setdefault(fact.value.casefold().rstrip("."), fact)
    return list(found.values())[:MAX_PARTIES]


def _by_label(rows: Sequence[LabelRow]) -> Iterator[Fact]:
    for role in ROLES:
        for one in find_labelled([role], rows):
            if NAME.match(one.value) and not any(sign.isdigit() for sign in one.value):
                yield Fact(value=one.value, about=role, page=one.page, quote=one.quote)


def _by_form(pages: Sequence[NumberedPage]) -> Iterator[Fact]:
    for number, text in pages:
        for line in text.splitlines():
            for match in COMPANY.finditer(line):
                quote = line.strip()
                near = quote if len(quote) <= 300 else match.group()
                yield Fact(value=match.group(), page=number, quote=near)
