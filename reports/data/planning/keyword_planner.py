"""Plans answers by the keywords of the question, without a language model."""

from collections.abc import Sequence
from itertools import pairwise

from reports.data.computation.aggregation import name_aggregate
from reports.data.computation.periods import choose_bucket
from reports.data.computation.results import Result
from reports.data.computation.views import (
    Aggregate,
    Bucket,
    Condition,
    GroupBy,
    Kind,
    Measure,
    Plan,
    Sort,
    View,
)
from reports.data.computation.wording import state_result
from reports.data.planning.ignored_words import ignored_words_note
from reports.data.planning.keywords import Keywords, NamedColumn
from reports.data.planning.planner import AnswerPlan, DataQuery
from reports.data.tables.profile import ColumnProfile, TableProfile
from reports.markup import literal

NOTICE = (
    "No language model was used: the question was interpreted by its keywords. "
    "Check that it was understood as intended."
)
NOT_UNDERSTOOD = (
    "The question could not be matched to the columns of the table without a language model. "
    "This is an overview instead. Name columns in the question, such as {names}."
)
NOT_CHANGED = "The requested change of the chart was not understood, so the chart is unchanged."
MAX_BARS = 20
MAX_SLICES = 6


class KeywordPlanner:
    """Finds columns, functions, periods, filters and charts in a question."""

    def plan(self, query: DataQuery, profile: TableProfile) -> AnswerPlan:
        """Plan by the words of the question, or return an overview."""
        keywords = Keywords(question=query.question, profile=profile)
        number = query.chosen or keywords.chart(len(query.charts))
        found = _view(keywords)
        if number:
            return _change_chart(keywords, query, number, found)
        if found is None:
            names = ", ".join(column.name for column in profile.columns[:4])
            note = NOT_UNDERSTOOD.format(names=names)
            return AnswerPlan(plan=overview(profile), notes=[note], understood=False)
        return AnswerPlan(
            plan=Plan(views=[found]), notes=[NOTICE, *ignored_words_note(keywords, found)]
        )

    def word(
        self, query: DataQuery, profile: TableProfile, planned: AnswerPlan, results: list[Result]
    ) -> str:
        """State the results one by one; cell and column text is escaped."""
        return "\n\n".join(literal(state_result(result)) for result in results)


def overview(profile: TableProfile) -> Plan:
    """Plan an overview of a table: its figures over time and by category."""
    views = []
    seen: set[bool] = set()
    columns = {column.name: column for column in profile.columns}
    for by, measure in profile.relations:
        column = columns[by]
        if column.is_temporal not in seen:
            seen.add(column.is_temporal)
            views.append(
                _build_view(Measure(function="sum", column=measure), [_group_by(column, None)])
            )
    if not views:
        groups = [column for column in profile.columns if column.is_group][:1]
        views = [_build_view(Measure(function="count"), [_group_by(one, None) for one in groups])]
    return Plan(views=views)


def _view(keywords: Keywords) -> View | None:
    """Return the view that a question asks for; `None` if it names nothing in the table."""
    groups, measured = _roles(keywords)
    if not (keywords.named_columns or keywords.counts or keywords.filters or groups):
        return None
    if keywords.against and len(measured) >= 2:
        names = [one.name for one in measured[:2]]
        return View(
            title=f"{names[1]} against {names[0]}",
            kind="point",
            columns=names,
            filters=keywords.filters,
        )
    measure = _measure(keywords, measured, groups)
    if measure is None:
        return None
    made = _build_view(measure, [_group_by(one, keywords.bucket) for one in groups[:2]])
    return _apply_options(made, keywords)


def _roles(keywords: Keywords) -> tuple[list[ColumnProfile], list[ColumnProfile]]:
    """Separate the named columns into groups and measures."""
    filtered = {condition.column for condition in keywords.filters}
    groups, measured = [], []
    for one in keywords.named_columns:
        if one.column.is_measure and not one.column.is_temporal:
            measured.append(one.column)
        elif one.grouping or (one.column.name not in filtered and not keywords.counts):
            groups.append(one.column)
    times = [column for column in keywords.profile.columns if column.is_temporal]
    wanted = keywords.trend or keywords.bucket or keywords.kind in ("line", "area")
    if wanted and times and not any(one.is_temporal for one in groups):
        groups.insert(0, times[0])
    groups.sort(key=lambda column: not column.is_temporal)
    return groups, measured


def _measure(
    keywords: Keywords, measured: Sequence[ColumnProfile], groups: Sequence[ColumnProfile]
) -> Measure | None:
    function = keywords.function or (keywords.extreme if not groups else None)
    if not measured:
        counted = [one for one in keywords.named_columns if one.column not in groups]
        if keywords.counts and counted and not groups:
            return Measure(function="distinct", column=counted[0].column.name)
        if keywords.counts or groups or keywords.filters:
            return Measure(function="count", share=keywords.share and bool(groups))
        return None
    ratio = _ratio(keywords.named_columns)
    if ratio and not keywords.share:
        return ratio
    chosen = function or "sum"
    share = keywords.share and chosen == "sum" and bool(groups)
    return Measure(function=chosen, column=measured[0].name, share=share)


def _ratio(named: Sequence[NamedColumn]) -> Measure | None:
    """Return the ratio that “revenue per unit” asks for."""
    for first, second in pairwise(named):
        if first.column.is_measure and second.column.is_measure and second.grouping:
            per = Aggregate(function="sum", column=second.column.name)
            return Measure(function="sum", column=first.column.name, per=per)
    return None


def _group_by(column: ColumnProfile, bucket: Bucket | None) -> GroupBy:
    if not column.is_temporal:
        return GroupBy(column=column.name)
    return GroupBy(column=column.name, bucket=bucket or choose_bucket(column))


def _build_view(measure: Measure, groups: list[GroupBy]) -> View:
    name = name_aggregate(measure)
    if measure.per:
        name += f" per {name_aggregate(measure.per)}"
    if measure.share:
        name = f"Share of {name[0].lower()}{name[1:]}"
    by = " and ".join(group.bucket or group.column for group in groups)
    kind: Kind = "number" if not groups else "line" if groups[0].bucket else "bar"
    title = f"{name} by {by}" if by else name
    return View(title=title[:120], kind=kind, groups=groups, measures=[measure])


def _apply_options(view: View, keywords: Keywords) -> View:
    """Add the filters, order, limit and kind of chart that the question names."""
    changes: dict[str, object] = {"filters": keywords.filters}
    place = len(view.groups)
    if place and keywords.top:
        limit, largest = keywords.top
        changes |= {"limit": limit, "sort": Sort(by=place, descending=largest)}
    elif place and keywords.extreme:
        changes["sort"] = Sort(by=place, descending=keywords.extreme == "max")
    if changes.keys() & {"sort"} and view.kind == "line":
        changes["kind"] = "bar"
    if keywords.kind and view.groups:
        changes["kind"] = keywords.kind
    # included values first: “without North, tea” would seem to exclude tea as well
    filters = sorted(keywords.filters, key=lambda one: one.test == "ne")
    if about := ", ".join(map(_about, filters)):
        changes["title"] = f"{view.title} ({about})"[:120]
    return view.model_copy(update=changes)


def _about(condition: Condition) -> str:
    named = ", ".join(map(str, condition.values))
    return f"without {named}" if condition.test == "ne" else named


def _change_chart(
    keywords: Keywords, query: DataQuery, number: int, found: View | None
) -> AnswerPlan:
    """Change the chart's period, kind or limit, or replace its view."""
    before = query.charts[number - 1].view
    changes: dict[str, object] = {}
    if keywords.kind:
        changes["kind"] = keywords.kind
    if keywords.bucket and any(group.bucket for group in before.groups):
        groups = [
            group.model_copy(update={"bucket": keywords.bucket}) if group.bucket else group
            for group in before.groups
        ]
        changes["groups"] = groups
        changes["title"] = _build_view(before.measures[0], groups).title
    if keywords.top and before.groups:
        limit, largest = keywords.top
        changes |= {"limit": limit, "sort": Sort(by=len(before.groups), descending=largest)}
    names_more = found is not None and bool(keywords.named_columns)
    view = found if found is not None and names_more else before.model_copy(update=changes)
    note = NOTICE if names_more or changes else NOT_CHANGED
    plan = Plan(views=[view.model_copy(update={"widget": number})])
    return AnswerPlan(
        plan=plan, notes=[note, *ignored_words_note(keywords, view)], understood=note is NOTICE
    )
