"""Arguments of the command line are parsed by the schema of the job type."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel

from jobs.errors import InvalidSubmission
from jobs.management.arguments import read_input


class Part(BaseModel):
    """A value that is an object."""

    name: str


class Query(BaseModel):
    """A key of each kind."""

    text: str = ""
    count: int = 0
    share: float | None = None
    loud: bool = False
    names: list[str] = []
    sizes: list[int] = []
    part: Part | None = None
    parts: list[Part] = []
    style: Literal["short", "long"] = "short"


SCHEMA = Query.model_json_schema()


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["text=a=b"], {"text": "a=b"}),
        (["text=3"], {"text": "3"}),
        (["count=3", "share=0.5", "loud=yes"], {"count": 3, "share": 0.5, "loud": True}),
        (["share=null"], {"share": None}),
        (["names=a"], {"names": ["a"]}),
        (["sizes=1", "sizes=2"], {"sizes": [1, 2]}),
        (["sizes=[1, 2]"], {"sizes": [1, 2]}),
        (['part={"name": "a"}'], {"part": {"name": "a"}}),
        (['parts={"name": "a"}', 'parts={"name": "b"}'], {"parts": [{"name": "a"}, {"name": "b"}]}),
        (["style=long"], {"style": "long"}),
        (["surprise=1"], {"surprise": "1"}),
    ],
)
def test_a_value_has_the_type_of_its_schema(words: list[str], read: dict[str, Any]) -> None:
    assert read_input(words, SCHEMA, {}) == read


def test_arguments_override_the_input_file() -> None:
    assert read_input(["count=3"], SCHEMA, {"count": 1, "text": "a"}) == {"count": 3, "text": "a"}


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        (["count=many"], "/input/count"),
        (["loud=perhaps"], "/input/loud"),
        (["sizes=1", "sizes=x"], "/input/sizes"),
        (["text=a", "text=b"], "/input/text"),
        (["part={"], "/input/part"),
        (["text"], "/input"),
    ],
)
def test_the_error_names_an_unreadable_argument(words: list[str], pointer: str) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        read_input(words, SCHEMA, {})
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
