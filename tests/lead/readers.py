"""Reads pages back, as a program would see them."""

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class PageReader(HTMLParser):
    """Every element of a page, and the text and classes of every cell of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.rows: list[list[tuple[str, str]]] = []
        self._cell: list[str] | None = None
        self._classes = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell, self._classes = [], dict(attrs).get("class") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            # Only plain spaces: a no-break space is part of the words.
            text = " ".join("".join(self._cell).replace("\n", " ").split(" ")).strip()
            self.rows[-1].append((text, self._classes))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def all_of(self, tag: str, of_class: str) -> list[Attributes]:
        """The attributes of every element of this name and class."""
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and of_class in (attributes.get("class") or "").split()
        ]
