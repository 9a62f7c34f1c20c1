"""Checks that the figures in an answer are computed ones."""

import re
from collections.abc import Iterable, Iterator

from reports.data.computation.results import Result
from reports.data.tables.profile import TableProfile

FIGURE = re.compile(
    r"(?<![\w.,])[-−]?(?P<number>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<scale>\s?(?:%|percent|thousand|million|billion|bn|[kKmM])(?!\w))?"
)
MARKS = re.compile(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}(?!\d))")
SCALES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("m", "million"), 1e6),
    **dict.fromkeys(("bn", "billion"), 1e9),
    **dict.fromkeys(("%", "percent"), 0.01),
}
DIGITS = re.compile(r"\d+")
MAX_REPORTED_FIGURES = 20


def find_unfounded(
    answer: str, question: str, profile: TableProfile, results: list[Result]
) -> list[str]:
    """Return the figures of an answer that are in neither the results nor the question.

    A figure is found if it is a value rounded to the digits shown, or part of a date or a name.
    This detects figures that a model has worked out itself.
    """
    known = set(_values(profile, results))
    words = set(DIGITS.findall(" ".join([question, *_texts(results)])))
    found = [
        match.group().strip()
        for match in FIGURE.finditer(answer)
        if match["number"] not in words and not _occurs(match, known)
    ]
    return list(dict.fromkeys(found))[:MAX_REPORTED_FIGURES]


def _values(profile: TableProfile, results: Iterable[Result]) -> Iterator[float]:
    yield profile.rows
    for result in results:
        yield from (result.total, result.used, len(result.rows))
        for row in result.rows:
            yield from (abs(value) for value in row if isinstance(value, int | float))


def _texts(results: Iterable[Result]) -> Iterator[str]:
    for result in results:
        yield result.view.model_dump_json()
        for row in result.rows:
            for column, value in zip(result.columns, row, strict=True):
                if isinstance(value, str):
                    yield f"{value} {column.format(value)}"


def _occurs(match: "re.Match[str]", known: set[float]) -> bool:
    text = MARKS.sub("", match["number"]).replace(",", ".")
    scale = SCALES.get((match["scale"] or "").strip().casefold(), 1.0)
    decimals = len(text.partition(".")[2])
    # A percentage may stand for a share (0.25) or be in the table itself (25).
    for factor in {scale, 1.0} if scale < 1 else {scale}:
        slack = 0.5 * 10**-decimals * factor * (1 + 1e-9) + 1e-12
        if any(abs(float(text) * factor - value) <= slack for value in known):
            return True
    return False
