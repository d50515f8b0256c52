"""What a person sees who opens the program for the first time: pressing Run at once shows something good."""

from __future__ import annotations

from playground.core.runs import Message
from playground.panels.compose.draft import Draft

FIRST = Draft(
    instructions="You are a careful technical writer. Answer in Markdown: one short paragraph, then a small example.",
    messages=(
        Message(
            "user",
            "What is a request ID, and why should a program log it? Show three lines of Python that do.",
        ),
    ),
)
