"""What a person sees who opens the program for the first time: pressing Run at once shows something good."""

from __future__ import annotations

from playground.core.runs import Message
from playground.panels.compose.draft import Draft

SAMPLES = (
    ("reasoning", "Reasoning, Markdown and Code"),
    ("tools", "A Tool Call and a Structured Answer"),
    ("failure", "A Stream That Fails Half-way"),
)
"""The recordings that come with the program: the stem of the file's name, and what is in it."""

FIRST = Draft(
    instructions="You are a careful technical writer. Answer in Markdown: one short paragraph, then a small example.",
    messages=(
        Message(
            "user",
            "What is a request ID, and why should a program log it? Show three lines of Python that do.",
        ),
    ),
)
