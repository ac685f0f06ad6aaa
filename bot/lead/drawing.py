"""Vega-Lite dictionaries become pictures: SVG for pages and the pack, PNG for the chat, PDF.

- A specification carries its own texts: `usermeta` holds `title`, `description` the summary.
- The same specification gives the same picture; pictures are kept, bounded, by its hash.
- Nothing is fetched: data stand in the specification, and no address is allowed.
- Odd characters are replaced before anything is drawn: a release that is out stays out, and
  the library ends the process on some of them.
- Texts that surely fit are put into an SVG after it was drawn: the library takes half of a
  page's time to measure their letters. The picture is the same, byte for byte.
- An SVG has no style, no script and no colour of its own that the style sheet could not
  change: each colour is an attribute, which a page in the dark or on paper overrides.
"""

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from bot.core.characters import cleaned
from bot.core.errors import StandEasyError

Spec = Mapping[str, Any]

VEGA_LITE: Final = "v6.4"
KEPT_BYTES: Final = 16_000_000
"""Pictures kept in memory, all together; a page's are a few thousand bytes each."""

PIXELS_PER_POINT: Final = 2.0

AT_THE_EDGE: Final = "at-the-edge"
"""The name of a layer of texts that begin at the left edge of a picture of `width`."""

_STAND_IN: Final = "¤"
_PLACE: Final = f">{_STAND_IN}</text>"
_WIDE: Final = {**dict.fromkeys("mwMW@%&—…", 1.2), " ": 0.4}
_ANY_WIDTH: Final = 0.9
_LAST_LETTER: Final = "\u017f"
"""In sizes of its font, what a letter of Latin scripts takes at most, in bold and in any font."""

_ROOT = re.compile(r"<svg [^>]*?(?=width=)")
_TAG = re.compile(r"<[a-z][^>]*>")
# What stands inside an image is presentation: a screen reader hears its title and summary.
_INNER = re.compile(
    r' (?:role|aria-[a-z]+|pointer-events|class|stroke-miterlimit|font-family)="[^"]*"'
)
_UNSEEN = re.compile(r'<path d="[^"]*"(?: display="none")?/>')


class NotDrawn(StandEasyError):
    """A chart could not be drawn: the drawing library gave up."""

    hint = "The tables beside the charts hold the same figures."


class _Kept:
    """The pictures drawn lately."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._pictures: OrderedDict[bytes, bytes] = OrderedDict()
        # The library draws one picture at a time anyhow, and two of the same would be waste.
        self._lock = threading.Lock()

    def get(self, kind: str, spec: Spec, draw: Callable[[dict[str, Any]], bytes]) -> bytes:
        text = json.dumps(cleaned(spec), sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(f"{kind} {text}".encode()).digest()
        with self._lock:
            found = self._pictures.get(key)
            if found is not None:
                self._pictures.move_to_end(key)
                return found
            picture = _drawn(draw, json.loads(text))
            self._pictures[key] = picture
            self._bytes += len(picture)
            while self._bytes > self._most:
                self._bytes -= len(self._pictures.popitem(last=False)[1])
        return picture


def _drawn(draw: Callable[[dict[str, Any]], bytes], spec: dict[str, Any]) -> bytes:
    try:
        return draw(spec)
    except BaseException as failure:
        # A panic of the library is no `Exception`: unlike one it would end whatever asked.
        if type(failure).__name__ == "PanicException":
            raise NotDrawn from None
        raise


_KEPT = _Kept(KEPT_BYTES)


def as_svg(spec: Spec) -> str:
    """Return a picture for a page: an image with a title and a summary, its own title left out."""
    return _KEPT.get("svg", spec, _draw_svg).decode()


def as_png(spec: Spec) -> bytes:
    """Return a picture for the chat, its title above it."""
    return _KEPT.get("png", spec, _draw_png)


def as_pdf(spec: Spec) -> bytes:
    """Return a picture as one page of PDF, its title above it."""
    return _KEPT.get("pdf", spec, _draw_pdf)


def _draw_svg(spec: dict[str, Any]) -> bytes:
    lighter, texts = _with_stand_ins(spec)
    drawn = _svg_of(lighter).split(_PLACE)
    if len(drawn) != len(texts) + 1:  # a sign of somebody else's: measure them all
        drawn, texts = [_svg_of(spec)], []
    return _as_image(_joined(drawn, texts), spec).encode()


def _svg_of(spec: dict[str, Any]) -> str:
    # Loaded when the first picture is drawn: starting the program does not wait for it.
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


def _with_stand_ins(spec: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the chart with one sign for each text that need not be measured, and those texts.

    A text at the left edge that fits whatever its letters are moves nothing else.
    """
    texts: list[str] = []
    layers = []
    for each in spec.get("layer", ()):
        if each.get("name") == AT_THE_EDGE:
            most = spec["width"] / spec["config"]["text"]["fontSize"]
            values = [_lighter(value, most, texts) for value in each["data"]["values"]]
            each = {**each, "data": {"values": values}}
        layers.append(each)
    return ({**spec, "layer": layers}, texts) if texts else (spec, [])


def _lighter(value: dict[str, Any], most: float, texts: list[str]) -> dict[str, Any]:
    text = value["text"]
    # A text that is the sign itself is one as well, or the order would be lost.
    if text != _STAND_IN and not (text and _surely_fits(text, most)):
        return value
    texts.append(text)
    return {**value, "text": _STAND_IN}


def _surely_fits(text: str, most: float) -> bool:
    return all(letter <= _LAST_LETTER or letter in "—…“”’" for letter in text) and most >= sum(
        _WIDE.get(letter, _ANY_WIDTH) for letter in text
    )


def _joined(pieces: list[str], texts: list[str]) -> str:
    """Return the picture with a text in each place between two pieces."""
    words = [f">{escape(text, quote=False)}</text>" for text in texts]
    return "".join(piece + word for piece, word in zip(pieces, [*words, ""], strict=True))


def _draw_png(spec: dict[str, Any]) -> bytes:
    import vl_convert

    picture: bytes = vl_convert.vegalite_to_png(
        with_title(spec), vl_version=VEGA_LITE, scale=PIXELS_PER_POINT, allowed_base_urls=[]
    )
    return picture


def _draw_pdf(spec: dict[str, Any]) -> bytes:
    import vl_convert

    picture: bytes = vl_convert.vegalite_to_pdf(
        with_title(spec), vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    return picture


def _texts(spec: Spec) -> tuple[str, str]:
    return str(spec.get("usermeta", {}).get("title", "")), str(spec.get("description", ""))


def with_title(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification that draws its title above the picture."""
    title, _ = _texts(spec)
    if not title:
        return spec
    return {**spec, "title": {"text": title, "anchor": "start", "offset": 12, "fontSize": 15}}


def _as_image(drawn: str, spec: Spec) -> str:
    title, summary = _texts(spec)
    # Several pictures stand on one page: their ids must differ, and differ alike every time.
    mark = hashlib.sha256(drawn.encode() + summary.encode()).hexdigest()[:12]
    inner = _UNSEEN.sub("", _TAG.sub(lambda tag: _INNER.sub("", tag[0]), drawn))
    root = (
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" font-family="sans-serif" role="img" '
        f'aria-labelledby="title-{mark}" aria-describedby="summary-{mark}" focusable="false" '
    )
    head, body = _ROOT.sub(root, inner, count=1).split(">", 1)
    texts = f'<title id="title-{mark}">{escape(title)}</title>'
    texts += f'<desc id="summary-{mark}">{escape(summary)}</desc>'
    return f"{head}>{texts}{body}"
