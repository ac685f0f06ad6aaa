"""Disclosure control: the only road from exact counts to anything a person may see."""
