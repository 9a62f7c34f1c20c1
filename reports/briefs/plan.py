"""The sections that every brief has, in their order."""

from reports.briefs.input import BriefOrder
from reports.writing.writer import Outline, Part

QUESTION = Part(heading="Question", brief="The decision as it was asked for.")
CONTEXT = Part(
    heading="Context",
    brief="Why the decision is due now, and what limits it, in at most 120 words.",
)
OPTIONS = Part(
    heading="Options compared",
    brief="Each option of the task: what speaks for it and against it. End with one table: options "
    "in rows; cost, time and risk in columns, each cell as the sources have it, else a dash.",
)
EVIDENCE = Part(
    heading="Evidence",
    brief="What the sources establish that bears on the decision, the strongest first, and where "
    "they disagree or are weak. At most eight points.",
)
RECOMMENDATION = Part(
    heading="Recommendation",
    brief="Which option the evidence favours and why, in at most 120 words, every reason cited. If "
    "the evidence does not favour one, say so and recommend none.",
)
OPEN_POINTS = Part(
    heading="Open points",
    brief="What must be known before deciding and is not in the sources: a list, each item with "
    "who could answer it where the sources tell.",
)
PARTS = [QUESTION, CONTEXT, OPTIONS, EVIDENCE, RECOMMENDATION, OPEN_POINTS]


def outline_of(order: BriefOrder) -> Outline:
    """Give the plan of a brief: no model is needed for it."""
    return Outline(title=order.title, parts=PARTS)
