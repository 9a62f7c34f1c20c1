"""The planner that has a language model. It plans and words; it never computes."""

import json

from jobs.ai.llm.models import LanguageModel, OnText
from jobs.ai.llm.prompts import element
from reports.data.computation.results import Result
from reports.data.computation.views import Plan
from reports.data.computation.wording import as_text
from reports.data.planning.plan_validation import plan_for
from reports.data.planning.planner import Asked, Planned
from reports.data.tables.profile import ColumnProfile, Profile
from reports.markup import clean
from reports.prompts import prompt
from reports.sources.excerpts import source_budget

MOST_COLUMNS = 60
"""That a model is told of; those of a wider table it cannot ask for."""
CLIPPED = "The model was told of the first {told} of {all} columns, and knows no others."
MOST_CHARTS = 20
MOST_SAID = 10_000
"""Characters of an answer, which is asked for in 120 words, and stays in the job."""
MOST_REMEMBERED = 2_000
"""Characters of each message before a question."""


class LanguagePlanner:
    """Asks a language model for a plan, and later for the words."""

    def __init__(self, model: LanguageModel, on_text: OnText) -> None:
        self._model = model
        self._on_text = on_text
        self._budget = source_budget(model.settings)

    def plan(self, asked: Asked, profile: Profile) -> Planned:
        """Have a plan made that fits the table; raises `InvalidOutput` after one repair."""
        told = _told(profile, self._budget)
        request = [*_material(told), *_dashboard(asked), element("question", asked.question)]
        fitting = plan_for(told, len(asked.charts))
        made = self._model.complete_as(fitting, prompt("analysis_plan.v1", request))
        counts = {"told": len(told.columns), "all": len(profile.columns)}
        return Planned(
            plan=_aimed(Plan.model_validate(made.model_dump()), asked.chosen),
            notes=[CLIPPED.format(**counts)] if counts["told"] < counts["all"] else [],
        )

    def word(self, asked: Asked, profile: Profile, planned: Planned, results: list[Result]) -> str:
        """Have the question answered from the figures, and from nothing else."""
        share = self._budget // max(1, len(results))
        request = [
            *_conversation(asked),
            element("question", asked.question),
            element("notes", "\n".join(profile.notes) or "(none)"),
            *(
                element("result", _cut(as_text(one), share), title=one.view.title)
                for one in results
            ),
        ]
        answer = self._model.write(prompt("analysis_answer.v1", request), self._on_text)
        return _cut(clean(answer.text).strip(), MOST_SAID)


def _aimed(plan: Plan, chosen: int | None) -> Plan:
    """Aim the plan at the chart that was chosen; then it changes that one and no other."""
    if chosen is None:
        return plan
    first, *others = plan.views
    aimed = [first.model_copy(update={"widget": chosen})]
    return Plan(views=aimed + [one.model_copy(update={"widget": None}) for one in others])


def _told(profile: Profile, budget: int) -> Profile:
    """Give as many of the columns as fit into a prompt; one always is."""
    told: list[ColumnProfile] = []
    left = budget
    for place, column in enumerate(profile.columns[:MOST_COLUMNS]):
        left -= len(_line(column)) + sum(len(str(row[place])) for row in profile.sample)
        if told and left < 0:
            break
        told.append(column)
    sample = [row[: len(told)] for row in profile.sample]
    return profile.model_copy(update={"columns": told, "sample": sample})


def _line(column: ColumnProfile) -> str:
    return json.dumps(column.model_dump(exclude_defaults=True), ensure_ascii=False)


def _material(told: Profile) -> list[str]:
    columns = "\n".join(map(_line, told.columns))
    sample = "\n".join(json.dumps(row, ensure_ascii=False) for row in told.sample)
    return [
        element("columns", columns, rows=told.rows, table=told.name),
        element("sample", sample),
    ]


def _dashboard(asked: Asked) -> list[str]:
    charts = [
        element(
            "chart", one.view.model_dump_json(exclude_defaults=True), number=number, title=one.title
        )
        for number, one in enumerate(asked.charts[:MOST_CHARTS], start=1)
    ]
    chosen = [element("chosen_chart", str(asked.chosen))] if asked.chosen else []
    return [*charts, *chosen, *_conversation(asked)]


def _conversation(asked: Asked) -> list[str]:
    return [
        element("said_before", _cut(text, MOST_REMEMBERED), by=role)
        for role, text in asked.conversation
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} …"
