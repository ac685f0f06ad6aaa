"""The Bot API methods about the bot itself, its chats and its commands."""

import json
import re
from typing import Any

from bot.sandbox.parameters import Parameters
from bot.sandbox.refusals import bad_request
from bot.sandbox.telegram_state import Telegram

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")
_PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """getMe"""
    return telegram.bot.to_api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """getChat"""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return telegram.reachable(given.chat_id()).to_api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


def leave_chat(telegram: Telegram, given: Parameters) -> bool:
    """leaveChat"""
    chat = telegram.reachable(given.chat_id())
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.started = False
    telegram.membership(chat, telegram.bot, "member", "left")
    return True


def send_chat_action(telegram: Telegram, given: Parameters) -> bool:
    """sendChatAction"""
    telegram.reachable(given.chat_id())
    if not given.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def set_my_commands(telegram: Telegram, given: Parameters) -> bool:
    """setMyCommands"""
    raw = given.structure("commands")
    if not isinstance(raw, list) or len(raw) > 100:
        raise bad_request("can't parse commands: expected an Array of at most 100 BotCommand")
    commands = []
    for one in raw:
        command = str(one.get("command", "")).removeprefix("/")
        description = str(one.get("description", ""))
        if not _COMMAND.fullmatch(command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": command, "description": description})
    telegram.commands[_scope(given)] = commands
    _refresh(telegram)
    return True


def get_my_commands(telegram: Telegram, given: Parameters) -> list[dict[str, str]]:
    """getMyCommands"""
    return telegram.commands.get(_scope(given), [])


def delete_my_commands(telegram: Telegram, given: Parameters) -> bool:
    """deleteMyCommands"""
    telegram.commands.pop(_scope(given), None)
    _refresh(telegram)
    return True


def commands_for(telegram: Telegram, chat_id: int, language: str) -> list[dict[str, str]]:
    """What the menu of one private chat shows: the narrowest scope wins, then the language."""
    scopes = ({"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, None)
    for scope in scopes:
        # A phone may say "en-GB"; a bot speaks "en".
        for code in (language[:2], ""):
            if found := telegram.commands.get((_scope_key(scope), code)):
                return found
    return []


def set_menu_button(telegram: Telegram, given: Parameters) -> bool:
    """setChatMenuButton"""
    telegram.menu_button = given.structure("menu_button") or {"type": "default"}
    return True


def set_my(what: str) -> Any:
    """setMyName, setMyDescription or setMyShortDescription"""

    def set_it(telegram: Telegram, given: Parameters) -> bool:
        text = given.text(what)
        if len(text) > _PROFILE_LIMITS[what]:
            raise bad_request(f"bot {what.replace('_', ' ')} is too long")
        telegram.profile[what, _language(given)] = text
        _refresh(telegram)
        return True

    return set_it


def get_my(what: str) -> Any:
    """getMyName, getMyDescription or getMyShortDescription"""

    def get_it(telegram: Telegram, given: Parameters) -> dict[str, str]:
        return {what: profile_text(telegram, what, _language(given))}

    return get_it


def profile_text(telegram: Telegram, what: str, language: str) -> str:
    """A text of the bot's profile in a language, or in the default one."""
    default = telegram.bot.name if what == "name" else ""
    return telegram.profile.get((what, language[:2])) or telegram.profile.get((what, "")) or default


def webhook_info(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """getWebhookInfo"""
    webhook = telegram.updates.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates),
    }
    if telegram.updates.allowed:
        info["allowed_updates"] = telegram.updates.allowed
    if webhook is not None:
        info["max_connections"] = webhook.connections
        if webhook.last_error:
            info["last_error_date"] = webhook.last_error_at
            info["last_error_message"] = webhook.last_error
    return info


def _scope(given: Parameters) -> tuple[str, str]:
    scope = given.structure("scope")
    return _scope_key(scope if isinstance(scope, dict) else None), _language(given)


def _language(given: Parameters) -> str:
    language = given.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope_key(scope: dict[str, Any] | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _refresh(telegram: Telegram) -> None:
    """Phones show the new menu or description at once."""
    for chat in telegram.chats.values():
        chat.touch()
