"""How well a classifier does on texts whose category is known."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.classification.scoring import Classification

Classifier = Callable[[str], Classification]

EVALUATION_TEXTS = Path(__file__).with_name("evaluation_texts")
DEFAULT_CATEGORY_TEXTS = EVALUATION_TEXTS / "default_categories"
"""Sets of `<category>/<name>.txt` that the command measures by default."""

SURE = 0.5
"""Confidence from which an answer is counted as sure."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One labelled text and what the classifier says of it."""

    path: Path
    label: str
    given: Classification

    @property
    def right(self) -> bool:
        """Whether it agrees with the label."""
        return self.given.category == self.label


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All verdicts of a labelled set."""

    verdicts: tuple[Verdict, ...]

    @property
    def accuracy(self) -> float:
        """Share of the texts that were classified right."""
        return sum(verdict.right for verdict in self.verdicts) / len(self.verdicts)

    @property
    def wrong(self) -> list[Verdict]:
        """Those that were not."""
        return [verdict for verdict in self.verdicts if not verdict.right]

    @property
    def sure(self) -> list[Verdict]:
        """Those of a confidence of `SURE` or more."""
        return [verdict for verdict in self.verdicts if verdict.given.confidence >= SURE]


def parts(folder: Path) -> list[Path]:
    """Give the parts of a set, folders of `<category>/<name>.txt`; the folder itself if it is one.

    Raises `ValueError` where there is no text.
    """
    found = sorted({path.parent.parent for path in folder.rglob("*/*.txt")})
    if not found:
        raise ValueError(f"{folder} has no texts. Expected <category>/<name>.txt in it.")
    return found


def evaluate(folder: Path, classifier: Classifier) -> Evaluation:
    """Classify every `<category>/<name>.txt` of a part. Raises what the classifier raises."""
    verdicts = tuple(
        Verdict(path=path, label=path.parent.name, given=classifier(path.read_text("utf-8")))
        for path in sorted(folder.glob("*/*.txt"))
    )
    return Evaluation(verdicts=verdicts)


def markdown(evaluation: Evaluation, names: Sequence[str]) -> str:
    """Write the figures, the confusion table of these categories and the mistakes as Markdown."""
    table = _table(evaluation, names)
    return "\n".join([*_figures(evaluation), "", *table, "", *_mistakes(evaluation)]).strip()


def _figures(evaluation: Evaluation) -> Iterator[str]:
    total, right = len(evaluation.verdicts), len(evaluation.verdicts) - len(evaluation.wrong)
    sure = evaluation.sure
    sure_right = sum(verdict.right for verdict in sure)
    yield f"- {right} of {total} correct ({evaluation.accuracy:.0%})"
    yield f"- {len(sure)} answers with a confidence of {SURE} or more, {sure_right} of them correct"


def _table(evaluation: Evaluation, names: Sequence[str]) -> Iterator[str]:
    counts = Counter((one.label, one.given.category) for one in evaluation.verdicts)
    yield _row(["actual \\ predicted", *names])
    yield _row(["---"] * (len(names) + 1))
    for label in names:
        yield _row([label, *(str(counts[label, name] or "") for name in names)])


def _mistakes(evaluation: Evaluation) -> Iterator[str]:
    for one in evaluation.wrong:
        where = f"{one.label}/{one.path.name}"
        yield f"- `{where}`: {one.given.category}, {one.given.confidence:.2f}. {one.given.reason}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
