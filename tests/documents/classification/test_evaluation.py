"""The classifier is as accurate as docs/classification.md claims."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.classification import rules
from documents.classification.evaluation import (
    DEFAULT_CATEGORY_TEXTS,
    EVALUATION_TEXTS,
    Evaluation,
    evaluate,
)
from tests.jobs.ai.llm.provider import Provider
from tests.programs import PROJECT

OWN = EVALUATION_TEXTS / "own_categories"
CATEGORIES = OWN / "categories.json"
PAGE = PROJECT / "docs" / "classification.md"
MEASURED = {"first": 0.98, "varied": 0.97, "held-out": 0.88, "unseen": 0.93, "short": 0.77}
MARGIN = 0.06


def evaluated(part: str) -> Evaluation:
    return evaluate(DEFAULT_CATEGORY_TEXTS / part, rules.classify)


def printed(*arguments: str) -> str:
    output = StringIO()
    call_command("evaluate_classification", *arguments, stdout=output)
    return output.getvalue().strip()


@pytest.mark.parametrize("part", MEASURED)
def test_the_labelled_texts_are_classified_as_well_as_measured(part: str) -> None:
    evaluation = evaluated(part)
    assert evaluation.accuracy >= MEASURED[part] - MARGIN, evaluation.wrong
    assert len(evaluation.results) >= 30


def test_every_category_has_texts_of_another_author() -> None:
    labels = [result.label for result in evaluated("unseen").results]
    assert {label: labels.count(label) for label in labels} == dict.fromkeys(
        rules.category_names(), 4
    )


def test_confident_answers_are_right() -> None:
    for part in MEASURED:
        sure = evaluated(part).sure
        assert sum(result.is_correct for result in sure) >= 0.95 * len(sure)


def test_the_page_shows_what_the_command_prints() -> None:
    page = PAGE.read_text("utf-8")
    assert printed() in page
    assert printed(str(OWN), "--categories", str(CATEGORIES)) in page


def test_a_model_is_measured_on_the_same_texts(stub: Provider) -> None:
    result = {"category": "praise", "confidence": 1, "reason": "It thanks."}
    stub.behave = lambda call: call.say(json.dumps(result))
    shown = printed(str(OWN), "--categories", str(CATEGORIES), "--model", "stub")
    assert "3 of 12 correct (25%)" in shown
    assert len(stub.calls) == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{empty}"], "has no texts"),
        (["--model", "nope"], "no model"),
        (["--categories", "{empty}/none.json"], "No such file"),
    ],
)
def test_the_error_explains_a_failed_measurement(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        printed(*(one.format(empty=tmp_path) for one in arguments))
