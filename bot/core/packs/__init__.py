"""Instrument packs: a structure that ships, and a wording that a force is entitled to use."""
