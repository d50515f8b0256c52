"""Entities and how they hang together. Root: KnowledgeGraph."""

from typing import Dict, FrozenSet, List, Mapping, Sequence

from pydantic import BaseModel, Field


class Node(BaseModel):
    id: int
    label: str
    colour: str = "grey"
    properties: Dict[str, str | int | float | bool] = Field(default_factory=dict)


class Edge(BaseModel):
    source: int
    target: int
    label: str
    weights: Sequence[float] = ()


class KnowledgeGraph(BaseModel):
    """A graph that was read out of a text."""

    nodes: List[Node] = Field(default_factory=list, description="Each once")
    edges: List[Edge] = Field(default_factory=list)
    groups: Mapping[str, FrozenSet[int]]
