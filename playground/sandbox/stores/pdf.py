"""The text of PDF files, page by page."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from playground.sandbox.stores.chunks import PAGE
from playground.sandbox.stores.texts import MOST_TEXT, Unreadable

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 5000


def read(path: Path) -> str:
    """The text of a PDF file, with a form feed between its pages. Raises Unreadable."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as file:  # from a path it reads all of it into memory
            reader = PdfReader(file, strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable("The PDF is protected with a password: save it without one.")
            pages = _pages(reader)
    except (Unreadable, MemoryError):
        raise
    except DependencyError:
        raise Unreadable(
            "The PDF is encrypted in a way that cannot be read here: save it without protection."
        ) from None
    except PyPdfError as error:
        raise Unreadable(f"The PDF cannot be read: {error}. It may have been cut off.") from None
    except Exception as error:  # a library that reads what others wrote: each of its surprises is the file's
        raise Unreadable(f"The PDF cannot be read: it is broken ({type(error).__name__}: {error}).") from None
    if not pages:
        raise Unreadable("The PDF has no pages. It may have been cut off.")
    if not any(pages):
        words = "its page is a picture" if len(pages) == 1 else f"its {len(pages)} pages are pictures"
        raise Unreadable(f"There is no text in the PDF: {words}, or empty. Use a text recognition (OCR) first.")
    return PAGE.join(pages)


def _pages(reader: PdfReader) -> list[str]:
    count = len(reader.pages)
    if count > _MOST_PAGES:
        raise Unreadable(f"The PDF has {count:,} pages; at most {_MOST_PAGES:,} are read. Split it.")
    pages, size = [], 0
    for page in reader.pages:
        text = page.extract_text().replace(PAGE, "\n").replace("\0", "").strip()
        size += len(text)
        if size > MOST_TEXT:
            raise Unreadable(f"The PDF is too long: at most {MOST_TEXT:,} characters are taken.")
        pages.append(text)
    return pages
