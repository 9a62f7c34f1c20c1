"""Selects the classifier to evaluate and measures it on each part of a labelled set."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from documents import classification
from documents.classification import language_model, rules
from documents.classification.evaluation import Classifier, evaluate, find_parts, render_markdown
from documents.classification.scoring import OTHER, Category, ClassificationResult
from documents.inputs import CustomCategory
from jobs.ai.llm import models
from jobs.ai.llm.catalogue import BUILTIN
from jobs.ai.llm.models import Completion, LanguageModel
from jobs.errors import InvalidOutput


@dataclass(frozen=True, kw_only=True)
class MeasuredClassifier:
    """A classifier and its categories."""

    classifier: Classifier
    names: Sequence[str]


def choose_classifier(model: str, categories: Path | None) -> MeasuredClassifier:
    """Return the classifier of a model (`builtin`: the rules).

    `categories` is a JSON file of custom categories. Raises `InvalidInput` for an unknown model,
    `OSError` or `ValueError` for the file.
    """
    read = TypeAdapter(list[CustomCategory]).validate_json(
        categories.read_bytes() if categories else "[]"
    )
    own = [Category(name=one.name, description=one.description) for one in read]
    names = [*(one.name for one in own), OTHER] if own else rules.category_names()
    if model == BUILTIN:
        classifier = functools.partial(classification.classify, categories=own)
    else:
        connected = models.connect(model, _ignore_usage)
        classifier = functools.partial(_classify_by_model, connected, own)
    return MeasuredClassifier(classifier=classifier, names=names)


def measure(folder: Path, measured: MeasuredClassifier) -> str:
    """Evaluate on each part of a set and return Markdown.

    There is a heading per part if there are several.
    """
    found = find_parts(folder)
    written = {part.name: evaluate(part, measured.classifier) for part in found}
    return "\n\n".join(
        (f"### {name}\n\n" if len(found) > 1 else "") + render_markdown(one, measured.names)
        for name, one in written.items()
    )


def _classify_by_model(
    model: LanguageModel, own: Sequence[Category], text: str
) -> ClassificationResult:
    try:
        return language_model.classify(model, text, own)
    except InvalidOutput as error:
        return ClassificationResult(category=OTHER, confidence=0.0, reason=error.message)


def _ignore_usage(used: Completion) -> None:
    """Charge no job."""
