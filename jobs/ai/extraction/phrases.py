"""Key phrases of texts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.extraction.words import is_content, stem

TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
MAX_PHRASE_WORDS = 3
"""Words of a phrase."""


def key_phrases(sentences: Iterable[Sentence], limit: int) -> list[str]:
    """Give at most `limit` phrases that the texts are about, the weightiest first.

    RAKE (Rose and others, 2010): runs of words between stop words, scored by how much company
    their words keep; here times how often the run occurs, and single words only when repeated.
    """
    runs = [run for one in sentences for run in _runs(one.text)]
    keys = [tuple(stem(word.lower()) for word in run) for run in runs]
    degree: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for key in keys:
        for word in key:
            degree[word] += len(key)
            count[word] += 1
    often = Counter(keys)
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for run, key in zip(runs, keys, strict=True):
        forms[key][" ".join(run)] += 1
    scored = {
        key: times * sum(degree[word] / count[word] for word in key)
        for key, times in often.items()
        if times > 1
    }
    best = sorted(scored, key=lambda key: (-scored[key], key))[:limit]
    return [forms[key].most_common(1)[0][0] for key in best]


def _runs(text: str) -> Iterable[list[str]]:
    run: list[str] = []
    for token in [*TOKEN.findall(text), "."]:
        if token[0].isalpha() and len(token) > 2 and is_content(token.lower()):
            run.append(token)
        else:
            if 0 < len(run) <= MAX_PHRASE_WORDS:
                yield run
            run = []
