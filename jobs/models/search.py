"""Full text search over the message, error and labels of jobs, in any language."""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func

WORDS = "to_tsvector('simple'::regconfig, %(expressions)s)"
LABEL_WORDS = "jsonb_to_tsvector('simple'::regconfig, %(expressions)s, '[\"string\", \"key\"]')"
ERROR_WORDS = (
    "coalesce(jsonb_to_tsvector('simple'::regconfig, %(expressions)s, '[\"string\"]'), "
    "''::tsvector)"
)


def document(**options: Any) -> Func:
    """Return the search vector of a job: exactly the expression of the index `job_ended_words`."""
    return Func(
        Func(F("message"), template=WORDS),
        Func(F("error"), template=ERROR_WORDS),
        Func(F("labels"), template=LABEL_WORDS),
        arg_joiner=" || ",
        template="(%(expressions)s)",
        **options,
    )


def query(text: str) -> SearchQuery:
    """Parse a search: words, "a phrase", `or`, and `-not`. No text is an error."""
    return SearchQuery(text, config="simple", search_type="websearch")


WITH_TYPE = document(output_field=SearchVectorField())
"""For filters. Not for the index: a migration would see a changed `output_field` in every run."""
