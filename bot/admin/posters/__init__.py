"""Posters and cards: a team's code as a picture, beside what is promised to whoever uses it."""
