"""Quotations of a model are found in their source, and invented ones are not."""

import pytest

from jobs.ai.sources import Source
from reports.research.findings import ConsultedSource
from reports.research.source_material import QuotedClaim, number_sources

PAGES = ("Contents", "The crane was in-\nspected in  May, and “found fit”.\nIt costs 4.5 million.")
MATERIAL = number_sources(
    [
        (
            ConsultedSource(mark="", kind="document", title="Survey"),
            Source(id="", name="survey.pdf", kind="pdf", text="\n".join(PAGES), pages=PAGES),
        )
    ]
)


@pytest.mark.parametrize(
    ("quotation", "page"),
    [
        ('The crane was inspected in May, and "found fit"', 2),
        ("… it costs 4.5 million", 2),
        ("It costs 45 million.", None),
        ("The crane was rejected in May", None),
        ("The crane", None),
    ],
)
def test_a_claim_gets_the_page_of_its_quotation(quotation: str, page: int | None) -> None:
    claim = QuotedClaim(text="So it is.", source="[S1]", quotation=quotation)
    found = MATERIAL.verify(claim)
    assert (found and found.page) == page
