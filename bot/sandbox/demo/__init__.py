"""The demo: the real product with an invented force, and what its page shows and moves."""
