"""A CV, as dataclasses of the standard library. Root: Resume."""

import datetime
from dataclasses import dataclass, field
from typing import Dict, List, Optional


@dataclass
class Job:
    """One position."""

    company: str
    title: str
    start: datetime.date
    end: Optional[datetime.date] = None
    achievements: List[str] = field(default_factory=list)


@dataclass
class Degree:
    school: str
    field_of_study: str
    year: int


@dataclass
class Person:
    full_name: str
    email: str
    phone: Optional[str] = None


@dataclass
class Resume(Person):
    """All of it."""

    jobs: List[Job] = field(default_factory=list)
    degrees: List[Degree] = field(default_factory=list)
    skills: Dict[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
