"""The outsider: what anybody can work out from everything that was released.

It knows releases and heads, and nothing of the engine that made them: of `bot.core.disclosure`
it may read `release` alone (an import contract holds that).
"""
