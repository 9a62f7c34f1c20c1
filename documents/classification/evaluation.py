"""Evaluates a classifier on labelled texts."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.classification.scoring import ClassificationResult

Classifier = Callable[[str], ClassificationResult]

EVALUATION_TEXTS = Path(__file__).with_name("evaluation_texts")
DEFAULT_CATEGORY_TEXTS = EVALUATION_TEXTS / "default_categories"
"""Sets of `<category>/<name>.txt` that the command evaluates by default."""

MIN_SURE_CONFIDENCE = 0.5
"""Confidence from which a result counts as sure."""


@dataclass(frozen=True, kw_only=True)
class LabelledResult:
    """A labelled text and the classifier's result."""

    path: Path
    label: str
    result: ClassificationResult

    @property
    def is_correct(self) -> bool:
        """Whether it agrees with the label."""
        return self.result.category == self.label


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All results of a labelled set."""

    results: tuple[LabelledResult, ...]

    @property
    def accuracy(self) -> float:
        """Share of the texts that were classified correctly."""
        return sum(result.is_correct for result in self.results) / len(self.results)

    @property
    def wrong(self) -> list[LabelledResult]:
        return [result for result in self.results if not result.is_correct]

    @property
    def sure(self) -> list[LabelledResult]:
        """Results with a confidence of `MIN_SURE_CONFIDENCE` or more."""
        return [
            result for result in self.results if result.result.confidence >= MIN_SURE_CONFIDENCE
        ]


def find_parts(folder: Path) -> list[Path]:
    """Return the parts of a set: folders of `<category>/<name>.txt`, or the folder itself.

    Raises `ValueError` if there are no texts.
    """
    found = sorted({path.parent.parent for path in folder.rglob("*/*.txt")})
    if not found:
        raise ValueError(f"{folder} has no texts. Expected <category>/<name>.txt in it.")
    return found


def evaluate(folder: Path, classifier: Classifier) -> Evaluation:
    """Classify every `<category>/<name>.txt` of a part. Raises what the classifier raises."""
    results = tuple(
        LabelledResult(
            path=path, label=path.parent.name, result=classifier(path.read_text("utf-8"))
        )
        for path in sorted(folder.glob("*/*.txt"))
    )
    return Evaluation(results=results)


def render_markdown(evaluation: Evaluation, names: Sequence[str]) -> str:
    """Return the figures, the confusion table of these categories and the errors as Markdown."""
    table = _table(evaluation, names)
    return "\n".join([*_figures(evaluation), "", *table, "", *_mistakes(evaluation)]).strip()


def _figures(evaluation: Evaluation) -> Iterator[str]:
    total, correct = len(evaluation.results), len(evaluation.results) - len(evaluation.wrong)
    sure = evaluation.sure
    sure_right = sum(result.is_correct for result in sure)
    yield f"- {correct} of {total} correct ({evaluation.accuracy:.0%})"
    yield (
        f"- {len(sure)} results with a confidence of {MIN_SURE_CONFIDENCE} or more, "
        f"{sure_right} of them correct"
    )


def _table(evaluation: Evaluation, names: Sequence[str]) -> Iterator[str]:
    counts = Counter((labelled.label, labelled.result.category) for labelled in evaluation.results)
    yield _row(["actual \\ predicted", *names])
    yield _row(["---"] * (len(names) + 1))
    for label in names:
        yield _row([label, *(str(counts[label, name] or "") for name in names)])


def _mistakes(evaluation: Evaluation) -> Iterator[str]:
    for labelled in evaluation.wrong:
        where = f"{labelled.label}/{labelled.path.name}"
        result = labelled.result
        yield f"- `{where}`: {result.category}, {result.confidence:.2f}. {result.reason}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
