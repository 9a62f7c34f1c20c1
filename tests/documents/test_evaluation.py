"""The classifier is as good as its page says."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.classification.evaluation import evaluate

LABELLED = Path(__file__).with_name("labelled")
PAGE = Path(__file__).parents[2] / "docs" / "classification.md"
MEASURED, MARGIN = 0.96, 0.06


def test_the_labelled_texts_are_classified_as_well_as_measured() -> None:
    evaluation = evaluate(LABELLED)
    assert evaluation.accuracy >= MEASURED - MARGIN, evaluation.wrong
    assert len(evaluation.verdicts) >= 30


def test_sure_answers_are_right() -> None:
    sure = evaluate(LABELLED).sure
    assert sum(verdict.right for verdict in sure) >= 0.95 * len(sure)


def test_the_page_shows_what_the_command_prints() -> None:
    printed = StringIO()
    call_command("evaluate_classification", stdout=printed)
    assert printed.getvalue().strip() in PAGE.read_text("utf-8")


def test_a_folder_without_texts_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no texts"):
        call_command("evaluate_classification", str(tmp_path))
