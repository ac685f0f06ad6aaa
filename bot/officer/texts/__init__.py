"""Every sentence an officer reads, one file to a topic.

Voice: warm, short, plain, second person. No exclamation marks, no praise for answering, no
blame. At most five short lines before the buttons. Telegram's HTML: only b and i. Written in
English; config/translations has the other languages. `_` marks a text for the translators.
"""
