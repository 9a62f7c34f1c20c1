"""How well the rules do on texts whose category is known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.classification import rules
from documents.classification.verdict import Classification

SURE = 0.5
"""Confidence from which an answer is counted as sure."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One labelled text and what the rules say of it."""

    path: Path
    label: str
    given: Classification

    @property
    def right(self) -> bool:
        """Whether the rules agree with the label."""
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


def evaluate(folder: Path) -> Evaluation:
    """Classify every `<category>/<name>.txt` of a folder. Raises `ValueError` if there is none."""
    verdicts = tuple(
        Verdict(path=path, label=path.parent.name, given=rules.classify(path.read_text("utf-8")))
        for path in sorted(folder.glob("*/*.txt"))
    )
    if not verdicts:
        raise ValueError(f"{folder} has no texts. Expected <category>/<name>.txt in it.")
    return Evaluation(verdicts=verdicts)


def markdown(evaluation: Evaluation) -> str:
    """Write the figures, the confusion table and the mistakes as Markdown."""
    return "\n".join([*_figures(evaluation), "", *_table(evaluation), "", *_mistakes(evaluation)])


def _figures(evaluation: Evaluation) -> Iterator[str]:
    total, right = len(evaluation.verdicts), len(evaluation.verdicts) - len(evaluation.wrong)
    sure = evaluation.sure
    sure_right = sum(verdict.right for verdict in sure)
    yield f"- {right} of {total} right ({evaluation.accuracy:.0%})"
    yield f"- {len(sure)} answers of confidence {SURE} or more, {sure_right} of them right"


def _table(evaluation: Evaluation) -> Iterator[str]:
    names = rules.names()
    counts = Counter((one.label, one.given.category) for one in evaluation.verdicts)
    yield _row(["is \\ taken for", *names])
    yield _row(["---"] * (len(names) + 1))
    for label in names:
        yield _row([label, *(str(counts[label, name] or "") for name in names)])


def _mistakes(evaluation: Evaluation) -> Iterator[str]:
    for one in evaluation.wrong:
        where = f"{one.label}/{one.path.name}"
        yield f"- `{where}`: {one.given.category}, {one.given.confidence:.2f}. {one.given.reason}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
