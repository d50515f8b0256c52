"""A shell's command as words: bash and its like, Windows' cmd, PowerShell. Nothing is run, no variable is read."""

from __future__ import annotations

import re

from playground.core.imports.model import ImportProblem

_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_DEFAULT = re.compile(r"\$\{\w+:[-=]((?:[^{}]|\{[^{}]*\})*)\}")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


def command_words(text: str) -> tuple[list[str], str | None]:
    """The words of a command, and what its here-document holds (None without one). Raises ImportProblem."""
    text = text.replace("\r\n", "\n").strip()
    if re.search(r"\^\s*\n|\^\"|\^%", text):
        return _windows(text), None
    if re.search(r"`\s*\n", text) and not re.search(r"\\\s*\n", text):
        return _powershell(text), None
    text, stdin = _here_document(text)
    return _Posix(_DEFAULT.sub(r"\1", text)).words(), stdin


def _here_document(text: str) -> tuple[str, str | None]:
    match = _HEREDOC.search(text)
    if match is None:
        return text, None
    head, _, rest = text[match.end() :].partition("\n")
    lines = rest.split("\n")
    if match[2] not in lines:
        raise ImportProblem(f"The text after <<{match[2]} has no end: the line {match[2]} is missing.")
    end = lines.index(match[2])
    return f"{text[: match.start()]} {head}", "\n".join(lines[:end]) + ("\n" if end else "")


class _Posix:
    """bash: '…', "…", $'…', \\ and comments. A & in an address that nobody quoted stays: documentation writes it so."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._words: list[str] = []
        self._word: list[str] | None = None

    def words(self) -> list[str]:
        text = self._text
        while self._at < len(text):
            char = text[self._at]
            if char == "\\":
                self._escape()
            elif char == "'":
                self._single()
            elif char == '"':
                self._double()
            elif char == "$" and text[self._at : self._at + 2] == "$'":
                self._ansi()
            elif char.isspace():
                self._end()
                self._at += 1
            elif char == "#" and self._word is None:
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end
            elif char in "<>" and text[self._at + 1 : self._at + 2] == "(":
                self._substitution()
            elif char in "|;" and self._word is None:
                break  # another command: what is done with the answer
            else:
                self._put(char)
                self._at += 1
        self._end()
        return self._words

    def _put(self, piece: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(piece)

    def _end(self) -> None:
        if self._word is not None:
            self._words.append("".join(self._word))
            self._word = None

    def _escape(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        rest = self._text[self._at + 1 :]
        blanks = len(rest) - len(rest.lstrip(" \t"))
        if following == "\n" or rest[blanks : blanks + 1] == "\n":  # spaces behind a \ at a line's end: a slip
            self._at += 2 + (blanks if following != "\n" else 0)
        else:
            self._put(following)
            self._at += 2

    def _substitution(self) -> None:
        """`>(…)`: another command; what it is for is nothing of the request's."""
        depth, start = 0, self._at
        while self._at < len(self._text):
            char = self._text[self._at]
            depth += {"(": 1, ")": -1}.get(char, 0)
            self._at += 1
            if char == ")" and depth == 0:
                self._put(self._text[start : self._at])
                return
        raise ImportProblem("A ( is not closed.")

    def _single(self) -> None:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise ImportProblem("A ' is not closed.")
        self._put(self._text[self._at + 1 : end])
        self._at = end + 1

    def _double(self) -> None:
        at, text = self._at + 1, self._text
        self._put("")
        while at < len(text) and text[at] != '"':
            if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n"):
                self._put("" if text[at + 1] == "\n" else text[at + 1])
                at += 2
            else:
                self._put(text[at])
                at += 1
        if at >= len(text):
            raise ImportProblem('A " is not closed.')
        self._at = at + 1

    def _ansi(self) -> None:
        at, text = self._at + 2, self._text
        self._put("")
        while at < len(text) and text[at] != "'":
            if text[at] != "\\":
                self._put(text[at])
                at += 1
                continue
            match = re.compile(
                r"\\(u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL
            ).match(text, at)
            if match is None:
                break
            code = match[1]
            if code[0] in "uUx":
                self._put(chr(int(code[1:], 16)) if len(code) > 1 else code)
            elif code[0] in "01234567":
                self._put(chr(int(code, 8)))
            else:
                self._put(_ANSI.get(code, code))
            at = match.end()
        if at >= len(text):
            raise ImportProblem("A $' is not closed.")
        self._at = at + 1


def _windows(text: str) -> list[str]:
    """cmd.exe: ^ before a line's end or any character, then "…" with \\" inside (as programs on Windows read them)."""
    text = re.sub(r"\^[ \t]*\n[ \t]*", " ", text)
    text = re.sub(r"\^(.)", r"\1", text, flags=re.DOTALL)
    words: list[str] = []
    word: list[str] | None = None
    quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            end = at
            while text[end : end + 1] == "\\":
                end += 1
            count = end - at
            word = word if word is not None else []
            if text[end : end + 1] == '"':
                word.append("\\" * (count // 2) + ('"' if count % 2 else ""))
                at = end + (1 if count % 2 else 0)
            else:
                word.append("\\" * count)
                at = end
            continue
        if char == '"':
            if quoted and text[at + 1 : at + 2] == '"':
                word = [*(word or []), '"']
                at += 2
                continue
            quoted = not quoted
            word = word if word is not None else []
        elif char.isspace() and not quoted:
            if word is not None:
                words.append("".join(word))
                word = None
        else:
            word = [*(word or []), char]
        at += 1
    if quoted:
        raise ImportProblem('A " is not closed.')
    if word is not None:
        words.append("".join(word))
    return words


def _powershell(text: str) -> list[str]:
    """PowerShell: ` before a line's end or a character, '…' with '' inside, "…" with `" or "" inside."""
    text = re.sub(r"`[ \t]*\n[ \t]*", " ", text)
    words: list[str] = []
    word: list[str] | None = None
    at = 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            word = word if word is not None else []
            at += 1
            while at < len(text):
                if text[at] == char and text[at + 1 : at + 2] == char:
                    word.append(char)
                    at += 2
                elif text[at] == char:
                    break
                elif char == '"' and text[at] == "`" and at + 1 < len(text):
                    word.append({"n": "\n", "t": "\t", "r": "\r"}.get(text[at + 1], text[at + 1]))
                    at += 2
                else:
                    word.append(text[at])
                    at += 1
            if at >= len(text):
                raise ImportProblem(f"A {char} is not closed.")
        elif char == "`" and at + 1 < len(text):
            word = [*(word or []), text[at + 1]]
            at += 1
        elif char.isspace():
            if word is not None:
                words.append("".join(word))
                word = None
        else:
            word = [*(word or []), char]
        at += 1
    if word is not None:
        words.append("".join(word))
    return words
