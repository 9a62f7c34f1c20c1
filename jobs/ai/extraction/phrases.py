"""Extracts key phrases from texts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.extraction.words import is_content, stem

TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
MAX_PHRASE_WORDS = 3


def key_phrases(sentences: Iterable[Sentence], limit: int) -> list[str]:
    """Return at most `limit` key phrases, best first.

    RAKE (Rose and others, 2010): candidates are runs of words between stop words. A run scores the
    sum of degree / frequency of its words, here multiplied by the number of its occurrences. Runs
    that occur once are left out.
    """
    runs = [run for sentence in sentences for run in _runs(sentence.text)]
    keys = [tuple(stem(word.lower()) for word in run) for run in runs]
    degree: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for key in keys:
        for word in key:
            degree[word] += len(key)
            count[word] += 1
    occurrences = Counter(keys)
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for run, key in zip(runs, keys, strict=True):
        forms[key][" ".join(run)] += 1
    scores = {
        key: times * sum(degree[word] / count[word] for word in key)
        for key, times in occurrences.items()
        if times > 1
    }
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
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
