"""Every command with its arguments, by what it is about; `command_line` puts them together."""
