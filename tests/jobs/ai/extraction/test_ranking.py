"""Sentences are ranked by their relevance to a question."""

from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import sentences
from jobs.ai.sources import Source

TEXT = """Minutes
The meeting was held in the harbour office on a Tuesday.
1. Safety
One near miss was recorded: a hand tool fell from the scaffold.
2. Cost
The invoice of May is certified for payment by the engineer.
| Action | Who |
|---|---|
| Pay the invoice | Ann |
"""


def relevant(question: str, text: str = TEXT) -> list[str]:
    found = sentences([Source(id="1", name="minutes", kind="html", text=text)])
    return [sentence.text for sentence in Corpus(sentences=found).relevant(question, 5)]


def test_a_sentence_is_found_by_the_heading_above_it() -> None:
    [first, *_] = relevant("Safety incidents")
    assert first.startswith("One near miss")


def test_table_rows_are_found_and_table_headers_are_not() -> None:
    found = relevant("Action on the invoice: who is to pay?")
    assert "Pay the invoice · Ann" in found
    assert "Action · Who" not in found


def test_headings_are_no_evidence() -> None:
    assert "Safety" not in relevant("Safety")
    assert "Cost" not in relevant("Cost")


def test_an_unrelated_question_finds_no_sentence() -> None:
    assert relevant("Noise complaints from neighbours") == []
    assert relevant("the of and") == []
    assert relevant("Safety", text="") == []
