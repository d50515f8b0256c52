"""The text of PDF files, page by page: PDFium, which draws their previews, too, in a process that may be killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playground.sandbox.stores.chunks import PAGE
from playground.sandbox.stores.texts import MOST_TEXT, Unreadable

_MOST_PAGES = 5000
_PASSWORD = ("password", "security")
"""In PDFium's words for a file that it may not open."""


def read(path: Path) -> str:
    """The text of a PDF file, with a form feed between its pages. Raises Unreadable."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if any(word in str(error).lower() for word in _PASSWORD):
            raise Unreadable("The PDF is protected with a password: save it without one.") from None
        reason = str(error).partition("(PDFium: ")[2].rstrip(").").lower()
        if reason in ("", "success"):
            reason = "it is broken"
        raise Unreadable(f"The PDF cannot be read: {reason}. It may have been cut off.") from None
    try:
        pages = _pages(document, pypdfium2.PdfiumError)
    finally:
        document.close()
    if not pages:
        raise Unreadable("The PDF has no pages. It may have been cut off.")
    if not any(pages):
        words = "its page is a picture" if len(pages) == 1 else f"its {len(pages)} pages are pictures"
        raise Unreadable(f"There is no text in the PDF: {words}, or empty. Use a text recognition (OCR) first.")
    return PAGE.join(pages)


def _pages(document: Any, failure: type[Exception]) -> list[str]:
    count = len(document)
    if count > _MOST_PAGES:
        raise Unreadable(f"The PDF has {count:,} pages; at most {_MOST_PAGES:,} are read. Split it.")
    pages, size = [], 0
    for number in range(count):
        try:
            page = document[number]
            found = page.get_textpage()
            text = str(found.get_text_range())  # also of what lies beside the page
        except failure:
            raise Unreadable(f"Page {number + 1} of the PDF's {count} cannot be read: it is broken.") from None
        found.close()
        page.close()
        text = text.replace("\r\n", "\n").replace(PAGE, "\n").replace("\0", "").strip()
        size += len(text)
        if size > MOST_TEXT:
            raise Unreadable(f"The PDF is too long: at most {MOST_TEXT:,} characters are taken.")
        pages.append(text)
    return pages
