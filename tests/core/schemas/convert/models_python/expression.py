"""Arithmetic as a tree whose classes need each other. Root: Program."""

from __future__ import annotations

from typing import Literal, Union

from pydantic import BaseModel


class Number(BaseModel):
    value: float


class Variable(BaseModel):
    name: str


class Binary(BaseModel):
    op: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


class Call(BaseModel):
    function: str
    args: list[Expression]


Expression = Union[Number, Variable, "Binary", "Call"]


class Program(BaseModel):
    steps: list[Expression]
    result: Expression
