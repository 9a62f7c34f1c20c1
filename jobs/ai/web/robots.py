"""Rules of a site's robots.txt (RFC 9309). Protego parses and matches them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from protego import Protego

MAX_ROBOTS_BYTES = 500 * 1024
"""Minimum that section 2.5 asks a crawler to read."""
ANY_AGENT = "*"
OTHER_AGENT = "(other)"
"""Stands for an agent that is not ours. No product token has parentheses."""


@dataclass(frozen=True, kw_only=True)
class Robots:
    """The rules of one site for one user agent. Without rules, every page is allowed."""

    agent: str = ANY_AGENT
    rules: Protego = field(default_factory=Protego)

    @classmethod
    def parse(cls, text: str, agent: str) -> Self:
        """Read a robots.txt for the product token `agent`, without a version."""
        lines = _rule_lines(text, agent.lower())
        return cls(agent=agent, rules=Protego.parse("\n".join(lines)))

    def allows(self, url: str) -> bool:
        """Whether a page may be read. The longest pattern decides; `allow` wins a tie."""
        return self.rules.can_fetch(url, self.agent)


def _rule_lines(text: str, agent: str) -> Iterator[str]:
    """Give the lines that section 2.2 defines.

    Protego takes a group for `con` as one for `conveyor`, and lets a `crawl-delay` between two
    user agents end the first one's group. The RFC compares whole product tokens and ignores other
    lines.
    """
    for line in text.removeprefix("\ufeff").splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        match key.strip().lower():
            case "user-agent":
                token = value.partition("/")[0].strip().lower()
                yield f"user-agent: {token if token in (agent, ANY_AGENT) else OTHER_AGENT}"
            case "allow" | "disallow":
                yield line
