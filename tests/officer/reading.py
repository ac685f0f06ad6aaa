"""How hard a text is to read: Flesch-Kincaid grade level (Kincaid and others, 1975).

Reading age is the grade and five years. Syllables are counted as groups of vowels, which is
near enough for a mean over many words.
"""

import re

from bot.sandbox.entities import parse_html

# Numbers, links and commands are looked at, not read.
_NOT_READ = re.compile(r"https?://\S+|/[a-z_]+|[\d ]*\d[\d ]*")


def sentences(text: str) -> list[list[str]]:
    """Return a text's words, sentence by sentence."""
    shown, _ = parse_html(re.sub(r"\{[a-z_]*\}", "Monday", text))
    parts = re.split(r"[.?:;\n]+", _NOT_READ.sub(" ", shown))
    words = [re.findall(r"[A-Za-z][A-Za-z'’-]*", part) for part in parts]
    return [found for found in words if found]


def syllables(word: str) -> int:
    """Return about how many syllables a word has; an e at the end is not spoken."""
    groups = re.findall(r"[aeiouy]+", re.sub(r"(?<![l])e$|es$|ed$", "", word.lower()))
    return max(1, len(groups))


def reading_age(text: str) -> float:
    """Return the age at which most people can read a text."""
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(found) + 11.8 * per_word - 15.59 + 5


def longest_sentence(text: str) -> int:
    """Return the number of words of the longest sentence."""
    return max(map(len, sentences(text)), default=0)
