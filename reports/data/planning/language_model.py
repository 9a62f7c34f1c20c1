"""Plans and words answers with a language model. The model never computes."""

import json

from jobs.ai.llm.models import LanguageModel, OnText
from jobs.ai.llm.prompts import element
from reports.data.computation.results import Result
from reports.data.computation.views import Plan
from reports.data.computation.wording import as_text
from reports.data.planning.plan_validation import plan_model
from reports.data.planning.planner import AnswerPlan, DataQuery
from reports.data.tables.profile import ColumnProfile, TableProfile
from reports.markup import clean
from reports.prompts import prompt
from reports.sources.excerpts import source_budget

MAX_PROMPT_COLUMNS = 60
"""The model knows no further columns of a wider table."""
COLUMNS_OMITTED = "The model was given only the first {shown} of {all} columns."
MAX_PROMPT_CHARTS = 20
MAX_ANSWER_CHARACTERS = 10_000
"""The prompt asks for 120 words; the answer is stored in the job."""
MAX_MESSAGE_CHARACTERS = 2_000
"""Of each earlier message."""


class LanguageModelPlanner:
    """Asks a language model for a plan, and later for the wording."""

    def __init__(self, model: LanguageModel, on_text: OnText) -> None:
        self._model = model
        self._on_text = on_text
        self._budget = source_budget(model.settings)

    def plan(self, query: DataQuery, profile: TableProfile) -> AnswerPlan:
        """Ask for a plan that fits the table. Raises `InvalidOutput` after one repair."""
        shown = _clip_profile(profile, self._budget)
        request = [*_material(shown), *_dashboard(query), element("question", query.question)]
        fitting = plan_model(shown, len(query.charts))
        made = self._model.complete_as(fitting, prompt("analysis_plan.v1", request))
        counts = {"shown": len(shown.columns), "all": len(profile.columns)}
        return AnswerPlan(
            plan=_target_chart(Plan.model_validate(made.model_dump()), query.chosen),
            notes=[COLUMNS_OMITTED.format(**counts)] if counts["shown"] < counts["all"] else [],
        )

    def word(
        self, query: DataQuery, profile: TableProfile, planned: AnswerPlan, results: list[Result]
    ) -> str:
        """Have the question answered from the figures only."""
        share = self._budget // max(1, len(results))
        request = [
            *_conversation(query),
            element("question", query.question),
            element("notes", "\n".join(profile.notes) or "(none)"),
            *(
                element("result", _truncate(as_text(one), share), title=one.view.title)
                for one in results
            ),
        ]
        answer = self._model.write(prompt("analysis_answer.v1", request), self._on_text)
        return _truncate(clean(answer.text).strip(), MAX_ANSWER_CHARACTERS)


def _target_chart(plan: Plan, chosen: int | None) -> Plan:
    """Make the plan replace the chosen chart and no other."""
    if chosen is None:
        return plan
    first, *others = plan.views
    aimed = [first.model_copy(update={"widget": chosen})]
    return Plan(views=aimed + [one.model_copy(update={"widget": None}) for one in others])


def _clip_profile(profile: TableProfile, budget: int) -> TableProfile:
    """Return as many columns as fit into a prompt, at least one."""
    shown: list[ColumnProfile] = []
    left = budget
    for place, column in enumerate(profile.columns[:MAX_PROMPT_COLUMNS]):
        left -= len(_line(column)) + sum(len(str(row[place])) for row in profile.sample)
        if shown and left < 0:
            break
        shown.append(column)
    sample = [row[: len(shown)] for row in profile.sample]
    return profile.model_copy(update={"columns": shown, "sample": sample})


def _line(column: ColumnProfile) -> str:
    return json.dumps(column.model_dump(exclude_defaults=True), ensure_ascii=False)


def _material(shown: TableProfile) -> list[str]:
    columns = "\n".join(map(_line, shown.columns))
    sample = "\n".join(json.dumps(row, ensure_ascii=False) for row in shown.sample)
    return [
        element("columns", columns, rows=shown.rows, table=shown.name),
        element("sample", sample),
    ]


def _dashboard(query: DataQuery) -> list[str]:
    charts = [
        element(
            "chart", one.view.model_dump_json(exclude_defaults=True), number=number, title=one.title
        )
        for number, one in enumerate(query.charts[:MAX_PROMPT_CHARTS], start=1)
    ]
    chosen = [element("chosen_chart", str(query.chosen))] if query.chosen else []
    return [*charts, *chosen, *_conversation(query)]


def _conversation(query: DataQuery) -> list[str]:
    return [
        element("said_before", _truncate(text, MAX_MESSAGE_CHARACTERS), by=role)
        for role, text in query.conversation
    ]


def _truncate(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} …"
