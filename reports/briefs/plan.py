"""The sections of every brief, in order."""

from reports.briefs.input import BriefGenerationInput
from reports.writing.writer import Outline, PlannedSection

QUESTION = PlannedSection(heading="Question", brief="The decision as it was asked for.")
CONTEXT = PlannedSection(
    heading="Context",
    brief="Why the decision is due now, and what limits it, in at most 120 words.",
)
OPTIONS = PlannedSection(
    heading="Options compared",
    brief="Each option of the task: what speaks for it and against it. End with one table: options "
    "in rows; cost, time and risk in columns, each cell as the sources have it, else a dash.",
)
EVIDENCE = PlannedSection(
    heading="Evidence",
    brief="What the sources establish that bears on the decision, the strongest first, and where "
    "they disagree or are weak. At most eight points.",
)
RECOMMENDATION = PlannedSection(
    heading="Recommendation",
    brief="Which option the evidence favours and why, in at most 120 words, every reason cited. If "
    "the evidence does not favour one, say so and recommend none.",
)
OPEN_POINTS = PlannedSection(
    heading="Open points",
    brief="What must be known before deciding and is not in the sources: a list, each item with "
    "who could answer it where the sources tell.",
)
PARTS = [QUESTION, CONTEXT, OPTIONS, EVIDENCE, RECOMMENDATION, OPEN_POINTS]


def outline_of(input: BriefGenerationInput) -> Outline:
    """Return the outline of a brief; no model is needed."""
    return Outline(title=input.title, parts=PARTS)
