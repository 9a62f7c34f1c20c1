"""Input of `generate_report`."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai.llm.prompts import element, group
from reports.inputs import Label, Prose, WritingInput, refuse_too_long
from reports.markup import CLEAN, Text
from reports.models import TITLE_LENGTH


class GenerateReportInput(WritingInput):
    """A report on bullet points or a prompt, with documents as its sources."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Condition of the harbour bridge",
                    "bullet_points": ["Corrosion at the piers", "Cost of the repair"],
                    "location": "Harbour Road",
                }
            ]
        },
    )

    bullet_points: list[Text] = Field(
        default_factory=list,
        max_length=50,
        description="Points to cover, each in its own section.",
    )
    prompt: Prose = Field("", description="What to write about. Required without bullet points.")
    title: Annotated[str, StringConstraints(max_length=TITLE_LENGTH), CLEAN] = Field(
        "", description="Chosen by the writer if empty."
    )
    contract_name: Label = ""
    location: Label = ""
    project: Label = ""

    @model_validator(mode="after")
    def _of_bearable_size(self) -> Self:
        texts = (self.prompt, self.title, self.contract_name, self.location, self.project)
        refuse_too_long([*self.bullet_points, *texts])
        return self

    @model_validator(mode="after")
    def _says_what_to_write(self) -> Self:
        if not self.bullet_points and not self.prompt.strip():
            raise PydanticCustomError("missing", "Set bullet_points or prompt.")
        return self

    @property
    def task(self) -> str:
        """The report as the model is asked for it."""
        labels = {
            "title": self.title,
            "contract": self.contract_name,
            "project": self.project,
            "location": self.location,
            "prompt": self.prompt.strip(),
        }
        lines = [element(name, value) for name, value in labels.items() if value]
        lines += [element("point", point) for point in self.bullet_points]
        return group("task", lines)
