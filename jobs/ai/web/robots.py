"""What a site's robots.txt lets us read (RFC 9309)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read: section 2.5."""
ANYBODY = "*"
LINE = re.compile(r"^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$")
ENCODED = re.compile(r"%[0-9a-fA-F]{2}")
KEPT = "/%?=&*$+,;:@!'()[]~"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line: paths that match may be read, or may not."""

    pattern: str
    """A beginning of paths, in which `*` is anything, and `$` at the end is their end."""
    allows: bool

    def matches(self, path: str) -> bool:
        """Say whether it speaks of a path. Linear in time, whoever wrote the pattern."""
        first, *others = self.pattern.removesuffix("$").split("*")
        last = others.pop() if others and self.pattern.endswith("$") else None
        if not path.startswith(first):
            return False
        at = len(first)
        for piece in others:
            if (found := path.find(piece, at)) < 0:
                return False
            at = found + len(piece)
        if last is not None:
            return path.endswith(last) and len(path) - len(last) >= at
        return at == len(path) or not self.pattern.endswith("$")


@dataclass(frozen=True, kw_only=True)
class Robots:
    """The rules of one site for one reader."""

    rules: Sequence[Rule] = ()

    @classmethod
    def parse(cls, text: str, agent: str) -> Self:
        """Read a robots.txt: the groups that name `agent`, else those for anybody."""
        groups = {agent.lower(): list[Rule](), ANYBODY: list[Rule]()}
        named = set[str]()
        for names, rules in _groups(_lines(text)):
            for name in names & groups.keys():
                groups[name] += rules
                named.add(name)
        return cls(rules=tuple(groups[agent.lower() if agent.lower() in named else ANYBODY]))

    def allows(self, url: str) -> bool:
        """Say whether a page may be read: the longest pattern decides, and of equals the kinder."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        matching = [rule for rule in self.rules if rule.matches(path)]
        best = max(matching, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        if found := LINE.match(line):
            yield found[1].lower(), found[2]


def _groups(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[set[str], list[Rule]]]:
    names, rules, begun = set[str](), list[Rule](), False
    for key, value in lines:
        if key == "user-agent":
            if begun:
                yield names, rules
                names, rules, begun = set(), [], False
            names.add(value.partition("/")[0].strip().lower())
        elif key in ("allow", "disallow"):
            begun = True
            if value:
                rules.append(Rule(pattern=_normal(value), allows=key == "allow"))
    yield names, rules


def _normal(path: str) -> str:
    """Give a path in which what must be encoded is, in capitals."""
    return ENCODED.sub(lambda found: found[0].upper(), quote(path, safe=KEPT))
