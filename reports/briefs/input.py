"""Input of `brief_generation`."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jobs.ai.llm.prompts import element, group
from reports.inputs import EvidencedInput, Label, Name, Prose, WritingInput, refuse_too_long


class DecisionOption(BaseModel):
    """One option of a decision."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(examples=["Repair the deck"])
    description: Prose = Field("", examples=["Two lanes stay open; 14 weeks of work."])

    @property
    def text(self) -> str:
        """Name and description."""
        return f"{self.name} {self.description}".strip()


class BriefGenerationInput(EvidencedInput, WritingInput):
    """A decision, its options and the evidence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Repair or replace the harbour bridge?",
                    "context": "The bridge is closed to lorries since March.",
                    "options": [{"name": "Repair the deck"}, {"name": "Replace the bridge"}],
                    "evidence": [
                        {
                            "name": "Tender",
                            "text": "The repair of the deck costs 48,000 euro and takes 14 weeks.",
                        }
                    ],
                }
            ]
        },
    )

    title: Name = Field(description="The decision, as a question.")
    context: Prose = Field("", description="What the reader needs to know.")
    options: list[DecisionOption] = Field(default_factory=list, max_length=20)
    audience: Label = Field("", description="Who decides.", examples=["The harbour board"])

    @model_validator(mode="after")
    def _of_bearable_size(self) -> Self:
        options = (option.text for option in self.options)
        refuse_too_long([self.title, self.context, self.audience, *options])
        return self

    @property
    def task(self) -> str:
        """The decision as the model is given it."""
        labels = {"decision": self.title, "context": self.context, "audience": self.audience}
        lines = [element(name, value) for name, value in labels.items() if value.strip()]
        lines += [element("option", one.description, name=one.name) for one in self.options]
        return group("task", lines)
