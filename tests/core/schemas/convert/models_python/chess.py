"""A game of chess. Root: Game."""

from enum import Enum, IntEnum
from typing import Literal, NamedTuple, Optional

from pydantic import BaseModel, Field

File = Literal["a", "b", "c", "d", "e", "f", "g", "h"]


class Piece(str, Enum):
    """What is moved."""

    KING = "K"
    QUEEN = "Q"
    ROOK = "R"
    BISHOP = "B"
    KNIGHT = "N"
    PAWN = "P"


class Outcome(IntEnum):
    BLACK = 0
    DRAW = 1
    WHITE = 2


class Square(NamedTuple):
    file: File
    rank: int


class Move(BaseModel):
    piece: Piece = Piece.PAWN
    origin: Square
    target: Square
    promotes_to: Literal[Piece.QUEEN, Piece.ROOK] | None = None
    check: bool = False
    comment: Optional[str] = None


class Game(BaseModel):
    white: str
    black: str
    elo: tuple[int, int]
    moves: list[tuple[Move, Move | None]]
    outcome: Outcome
    eco: str = Field(pattern="^[A-E][0-9]{2}$")
