"""A run's output, as blocks that grow while they stream in."""

from __future__ import annotations

from playground.widgets.blocks.output import OutputView


def warm_up() -> None:
    """Pay in an idle moment what the first text costs (40 to 100 ms: Qt's text classes, patterns, fonts).

    Shows nothing. Call it in the GUI thread some time after the first frame.
    """
    from playground.widgets.markdown import MarkdownView

    view = MarkdownView()
    view.fit(600)
    view.set_text("# A\n\n**b** `c` [d](http://e) *f*\n- g\n\n> h\n\n```text\ni\n```\n")
    view.resize(600, view.content_height())
    view.grab()
    view.deleteLater()


__all__ = ["OutputView", "warm_up"]
