"""Full text search over what a job says: message, error and labels, in any language."""

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
    """Give the words of a job, in the very expression that the index holds."""
    return Func(
        Func(F("message"), template=WORDS),
        Func(F("error"), template=ERROR_WORDS),
        Func(F("labels"), template=LABEL_WORDS),
        arg_joiner=" || ",
        template="(%(expressions)s)",
        **options,
    )


def query(text: str) -> SearchQuery:
    """Read what people type: words, "a phrase", or, -not. Nothing that is typed is an error."""
    return SearchQuery(text, config="simple", search_type="websearch")


WITH_TYPE = document(output_field=SearchVectorField())
"""The words, for a filter. Not for the index: no two fields are equal to a migration."""
