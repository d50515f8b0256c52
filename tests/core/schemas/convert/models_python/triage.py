"""What a nurse's notes say. Root: Triage."""

from typing import Annotated, List, Literal, Optional

from pydantic import BaseModel, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}(\.\d)?$")]


class VitalSigns(BaseModel):
    """Measured on arrival."""

    temperature: Optional[float] = Field(None, ge=30, le=45, description="°C")
    pulse: Optional[int] = Field(None, ge=0, le=300)
    systolic: int | None = Field(default=None, multiple_of=1)
    oxygen: Annotated[int, Field(ge=0, le=100, description="Saturation in percent")] | None = None


class Symptom(BaseModel):
    name: str
    since_hours: float
    severity: Literal[1, 2, 3, 4, 5]


class Triage(BaseModel):
    """How urgent it is, and why."""

    level: Literal["immediate", "very urgent", "urgent", "standard", "non-urgent"] = Field(
        description="Manchester triage level"
    )
    symptoms: List[Symptom]
    vitals: VitalSigns
    icd10: List[Code] = Field(max_length=5, description="Codes that fit")
    red_flags: list[str]
    explanation: str = Field(description="Why this level, in two sentences")
    needs_isolation: bool
