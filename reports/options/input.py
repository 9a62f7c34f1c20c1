"""Input of `option_analysis`."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai.llm.prompts import element, group
from reports.inputs import EvidencedInput, Label, Name, Prose, refuse_too_long


class Criterion(BaseModel):
    """A criterion by which the option is measured."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(examples=["Cost"])
    weight: float = Field(1.0, gt=0, le=100, description="Weight in the overall score.")
    description: Prose = Field("", examples=["What building and upkeep cost over 20 years."])

    @property
    def text(self) -> str:
        """Name and description."""
        return f"{self.name} {self.description}".strip()


class OptionAnalysisInput(EvidencedInput):
    """An option to analyze, the criteria, and the evidence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "option": "Repair the deck",
                    "decision": "Repair or replace the harbour bridge?",
                    "criteria": [{"name": "Cost", "weight": 2}, {"name": "Time to build"}],
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

    option: Name = Field(description="Name of the option.")
    description: Prose = Field("", description="Description of the option.")
    decision: Label = Field("", description="The decision that it is an option of.")
    criteria: list[Criterion] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _of_bearable_size(self) -> Self:
        criteria = (criterion.text for criterion in self.criteria)
        refuse_too_long([self.option, self.description, self.decision, *criteria])
        return self

    @model_validator(mode="after")
    def _criteria_differ(self) -> Self:
        names = [criterion.name.casefold() for criterion in self.criteria]
        if len(set(names)) < len(names):
            raise PydanticCustomError("repeated", "Two criteria have the same name.")
        return self

    @property
    def task(self) -> str:
        """The option as the model is given it."""
        decision = [element("decision", self.decision)] if self.decision else []
        option = element("option", self.description, name=self.option)
        return group("task", [*decision, option])
