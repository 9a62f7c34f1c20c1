"""Which classifier is measured, and on which parts of a labelled set."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from documents import classification
from documents.classification import language_model, rules
from documents.classification.evaluation import Classifier, evaluate, markdown, parts
from documents.classification.scoring import OTHER, Category, Classification
from documents.inputs import OwnCategory
from jobs.ai.llm import models
from jobs.ai.llm.catalogue import BUILTIN
from jobs.ai.llm.models import Completion, LanguageModel
from jobs.errors import InvalidOutput


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A classifier and the categories that it knows."""

    classifier: Classifier
    names: Sequence[str]


def chosen(model: str, categories: Path | None) -> Measured:
    """Give the classifier of a model, `builtin` for the rules, with a file's categories if any.

    Raises `InvalidInput` for an unknown model, `OSError` or `ValueError` for the file.
    """
    read = TypeAdapter(list[OwnCategory]).validate_json(
        categories.read_bytes() if categories else "[]"
    )
    own = [Category(name=one.name, description=one.description) for one in read]
    names = [*(one.name for one in own), OTHER] if own else rules.names()
    if model == BUILTIN:
        classifier = functools.partial(classification.classify, categories=own)
    else:
        connected = models.connect(model, _unmetered)
        classifier = functools.partial(_by_model, connected, own)
    return Measured(classifier=classifier, names=names)


def compared(folder: Path, measured: Measured) -> str:
    """Measure on each part of a set; give Markdown, with a heading a part where there are many."""
    found = parts(folder)
    written = {part.name: evaluate(part, measured.classifier) for part in found}
    return "\n\n".join(
        (f"### {name}\n\n" if len(found) > 1 else "") + markdown(one, measured.names)
        for name, one in written.items()
    )


def _by_model(model: LanguageModel, own: Sequence[Category], text: str) -> Classification:
    try:
        return language_model.classify(model, text, own)
    except InvalidOutput as error:
        return Classification(category=OTHER, confidence=0.0, reason=error.message)


def _unmetered(used: Completion) -> None:
    """Charge no job: there is none."""
