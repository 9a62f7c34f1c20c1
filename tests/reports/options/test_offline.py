"""Without a language model evidence is quoted by criterion, and nothing is scored."""

from jobs import testing
from reports.models import OptionAnalysis
from tests.reports.conftest import OPTION, Submit


def test_evidence_is_quoted_for_each_criterion_without_a_score(submit: Submit) -> None:
    done = testing.run(submit("option_analysis", **OPTION))
    cost, time, noise = done.output["criteria"]
    assert [one["score"] for one in (cost, time, noise)] == [None] * 3
    assert cost["evidence"][0]["quote"] == "The repair of the deck costs 48,000 euro."
    assert cost["evidence"][0]["name"] == "Tender"
    assert "14 weeks" in time["evidence"][0]["quote"]
    assert (noise["evidence"], "no passage" in noise["reason"]) == ([], True)
    assert (done.output["score"], done.output["pros"]) == (None, [])
    assert "Without a language model there are no scores" in done.output["warning"]


def test_an_analysis_is_stored_with_its_decision_and_option(submit: Submit) -> None:
    done = testing.run(submit("option_analysis", **OPTION))
    kept = OptionAnalysis.objects.get()
    assert (kept.job, str(kept.pk)) == (done, done.output["analysis_id"])
    assert (kept.owner, kept.organization) == (done.owner, done.organization)
    assert (kept.decision, kept.option) == ("Repair or replace?", "Repair the deck")
    assert kept.criteria == done.output["criteria"]
    assert kept.sources[0]["name"] == "Tender"


def test_an_option_without_evidence_gives_a_warning(submit: Submit) -> None:
    done = testing.run(submit("option_analysis", **{**OPTION, "evidence": []}))
    assert done.state == "completed"
    assert "There is no evidence" in done.output["warning"]
