"""What Compose knows, without a widget: the draft, the run, the models of the server, and which one to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playground.core.runs import (
    BlockKind,
    BlockOpened,
    RunEnded,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    TextReplaced,
)
from playground.panels.compose.draft import Draft
from playground.panels.compose.refused import Refusals
from playground.panels.compose.samples import FIRST

SANDBOX_MODELS = ("smollm2-135m", "sandbox-echo")
"""In the order in which a new prompt on the sandbox takes them."""

FORMER_KEPT = 20
"""How many drafts that "New prompt" put away can be brought back."""


class Reply:
    """The answer's text as it grows: what "Continue" and "Copy" take. Reasoning and tool calls are not part of it."""

    def __init__(self) -> None:
        self._parts: dict[str, list[str]] = {}
        self._calls: dict[str, tuple[str, list[str]]] = {}
        self.blocks = 0
        """How many blocks of any kind there are."""
        self.refused = False
        """Whether the model refused, in part or altogether."""

    def apply(self, changes: Sequence[Any]) -> None:
        parts = self._parts
        for change in changes:
            kind = type(change)
            if kind is TextAppended:
                if (texts := parts.get(change.key)) is not None:
                    texts.append(change.text)
                elif (call := self._calls.get(change.key)) is not None:
                    call[1].append(change.text)
            elif kind is TextReplaced:
                if change.key in parts:
                    parts[change.key] = [change.text]
                elif change.key in self._calls:
                    self._calls[change.key][1][:] = [change.text]
            elif kind is BlockOpened:
                self.blocks += 1
                self.refused = self.refused or change.block.kind is BlockKind.REFUSAL
                if change.block.kind in (BlockKind.TEXT, BlockKind.REFUSAL):
                    parts[change.block.key] = [change.block.text]
                elif change.block.kind is BlockKind.TOOL_CALL:
                    self._calls[change.block.key] = (change.block.title, [change.block.text])

    def calls(self) -> list[tuple[str, str, str]]:
        """Of each tool call: its block's key, the tool's name, and the arguments."""
        return [(key, name, "".join(texts)) for key, (name, texts) in self._calls.items()]

    def texts(self) -> list[str]:
        """Each of them: a message's, or a choice's."""
        return [text for parts in self._parts.values() if (text := "".join(parts)).strip()]

    def text(self) -> str:
        return "\n\n".join(text for parts in self._parts.values() if (text := "".join(parts)))


@dataclass
class ComposeModel:
    """One prompt, at most one run."""

    draft: Draft = FIRST
    former: list[Draft] = field(default_factory=list)
    """Drafts that "New prompt" put away, the last one last."""
    chosen: dict[str, str] = field(default_factory=dict)
    """Profile id → the model that was last chosen there by hand."""
    refusals: Refusals = field(default_factory=Refusals)
    """Which model refused which setting."""
    listed: tuple[str, ...] | None = None
    """The server's models; None until it said."""
    running: bool = False
    snapshot: RunSnapshot | None = None
    """How the last run stands; None where nothing was run yet."""
    sent_by: str = ""
    """Name of the profile of the last run."""
    simulated: bool = False
    """Whether the last run went to the sandbox."""
    reply: Reply = field(default_factory=Reply)
    taken: bool = False
    """Whether the answer is among the messages already."""
    source: str = ""
    """Where the run that is shown comes from, in words; empty: from here, and now."""
    recorded: bool = False
    """Whether it is a recording."""
    reopened: Draft | None = None
    """The draft of the run that was opened last, as it was: it needs no keeping, the history or the file has it."""

    # The draft

    def new(self) -> Draft:
        """An empty prompt with the same settings; what was written can be brought back with `restore`."""
        if not self.draft.is_blank:
            self.former = [*self.former, self.draft][-FORMER_KEPT:]
        self.draft = self.draft.emptied()
        return self.draft

    def restore(self) -> Draft | None:
        """The draft that was put away last; the present one, if anything is written, takes its place."""
        if not self.former:
            return None
        draft = self.former.pop()
        if not self.draft.is_blank:
            self.former.append(self.draft)
        self.draft = draft
        return draft

    def unset_all(self, draft: Draft) -> None:
        """The settings of this draft are about to go; `restore` brings them back."""
        self.former = [*self.former, draft][-FORMER_KEPT:]

    def put_by(self, draft: Draft) -> Draft:
        """Take another draft; what somebody wrote meanwhile can be brought back with `restore`."""
        mine = self.draft
        written = not mine.is_blank or mine.settings or mine.other.strip()
        if written and mine not in (draft, self.reopened) and mine not in self.former[-1:]:
            self.former = [*self.former, mine][-FORMER_KEPT:]
        self.draft = self.reopened = draft
        return draft

    def forget(self, drafts: Sequence[Draft]) -> bool:
        """Put away nothing of runs that were deleted for good; True where that changes anything."""
        gone = {(draft.instructions, draft.messages) for draft in drafts}
        kept = [draft for draft in self.former if (draft.instructions, draft.messages) not in gone]
        changed = len(kept) != len(self.former)
        self.former = kept
        return changed

    @property
    def can_continue(self) -> bool:
        """Whether there is an answer to go on from."""
        return not self.running and not self.taken and self.snapshot is not None and bool(self.reply.text().strip())

    def go_on(self) -> Draft:
        """The answer becomes the assistant's message; an empty user message follows."""
        self.draft = self.draft.continued(self.reply.text())
        self.taken = True
        return self.draft

    # The model

    def choose_model(self, profile_id: str, model: str) -> None:
        """A person chose or typed it: remembered for this profile."""
        self.draft = replace(self.draft, model=model)
        if model.strip():
            self.chosen[profile_id] = model.strip()

    def model_for(self, profile_id: str, *, sandbox: bool, default: str | None, preferred: str = "") -> str:
        """The model a profile begins with: the one chosen there last, its default, on the sandbox the local model
        where it is there and else echo, else the one that is in the draft."""
        if chosen := self.chosen.get(profile_id):
            return chosen
        if default:
            return default
        if sandbox:
            listed = self.listed or ()
            wanted = (preferred, *SANDBOX_MODELS) if preferred else SANDBOX_MODELS
            return next((model for model in wanted if model in listed), SANDBOX_MODELS[-1])
        return "" if self.draft.model in SANDBOX_MODELS else self.draft.model

    # The run

    def begin(self, *, sent_by: str, simulated: bool, source: str = "", recorded: bool = False) -> None:
        """A run begins, or is shown once more (`source`)."""
        self.running = True
        self.source, self.recorded = source, recorded
        self.snapshot = RunSnapshot()
        self.reply = Reply()
        self.taken = False
        self.sent_by, self.simulated = sent_by, simulated

    def apply(self, changes: Sequence[Any]) -> bool:
        """Take over what came; True where the snapshot is another."""
        self.reply.apply(changes)
        updated = False
        for change in changes:
            if type(change) in (RunUpdated, RunEnded):
                self.snapshot = change.snapshot
                updated = True
        return updated

    def end(self, *, cancelled: bool) -> RunSnapshot:
        """The operation is over. A run that was cancelled before it could say so is said to be."""
        self.running = False
        snapshot = self.snapshot or RunSnapshot()
        if snapshot.status in ("waiting", "streaming"):
            snapshot = replace(snapshot, status="cancelled" if cancelled else "cut", reason=None)
        self.snapshot = snapshot
        return snapshot

    def status_words(self, words: str) -> str:
        """What stands beside Run: of a run that comes from elsewhere, also where from."""
        return f"{self.source} Nothing is sent." if self.recorded else f"{self.source} {words}".strip()

    # Between starts

    def to_state(self) -> dict[str, Any]:
        return {
            "version": 1,
            "draft": self.draft.to_json(),
            "former": [draft.to_json() for draft in self.former],
            "models": dict(self.chosen),
            "refused": self.refusals.to_json(),
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take over what was saved; on the very first start the sample stays."""
        self.draft = Draft.from_json(state.get("draft")) or self.draft
        former = state.get("former")
        drafts = [Draft.from_json(raw) for raw in former] if isinstance(former, list) else []
        self.former = [draft for draft in drafts if draft is not None]
        self.refusals.load(state.get("refused"))
        models = state.get("models")
        if isinstance(models, Mapping):
            self.chosen = {str(key): value for key, value in models.items() if isinstance(value, str) and value}
