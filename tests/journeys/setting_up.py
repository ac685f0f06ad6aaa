"""The story of a force that is set up in a browser, from the invite to the first invitation.

Told once: the test walks it, and the pictures of the documentation are taken on the way.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Final

from playwright.async_api import CDPSession, Page

from bot.core.calendar import instant
from bot.core.contact_times.moments import JITTER
from bot.officer.texts import check_ins
from bot.sandbox.phones import Phone
from tests.journeys.keyboard import Keyboard
from tests.journeys.new_force import FORCE, NewForce
from tests.station import Officer

TUESDAY: Final = date(2026, 11, 24)
ADMIN: Final = "Robin Example"
TEAMS: Final = """\
department,team,headcount,supervisors,high_stress
Response,Harbour Response,42,5,yes
Response,Station Response,38,4,yes
Neighbourhood,Harbour Neighbourhood,31,3,no
Neighbourhood,Market Neighbourhood,27,3,no
Contact Centre,Day Shift,26,4,no
"""
COUNSELLING: Final = {
    "Name": "Employee assistance",
    "helps": "Someone to talk to, such as the employee assistance programme",
    "Phone number (optional)": "01632 960 101",
    "For whom": "Officers, staff, specials and volunteers",
    "Hours": "24 hours, every day",
    "Who learns of it": "Counsellors from outside the force; it is not told who calls",
    "Source": "The contract of 2026",
}
TRIM: Final = {
    "Name": "TRiM contact",
    "helps": "After a tough job: TRiM",
    "Phone number (optional)": "01632 960 102",
    "For whom": "Officers, staff, specials and volunteers",
    "Hours": "08:00 to 18:00, every day",
    "Who learns of it": "Trained peers, who tell nobody",
    "Source": "The TRiM coordinator",
}
HEALTH: Final = {
    "Name": "Occupational health",
    "helps": "Occupational health",
    "Phone number (optional)": "01632 960 103",
    "For whom": "Officers and staff",
    "Hours": "Monday to Friday, 08:30 to 16:30",
    "Who learns of it": "Nurses and doctors, under medical confidentiality",
    "Source": "The force’s own pages",
}

Seen = Callable[[str], Awaitable[None]]
"""Told where the story has come to."""


@dataclass
class Story:
    """Whoever sets the force up, and the officer who joins."""

    force: NewForce
    hands: Keyboard
    folder: Path
    seen: Seen
    poster: bytes = b""
    code: str = ""
    officer: Officer = field(init=False)

    async def told(self) -> None:
        """Tell all of it."""
        await self.signs_in()
        await self.writes_down_teams()
        await self.says_where_help_is()
        await self.looks_at_the_check_in()
        await self.invites_a_team()
        await self.an_officer_joins()
        await self.the_first_round_opens()
        await self.sees_it_open()

    @property
    def page(self) -> Page:
        """Return the page that is open."""
        return self.hands.page

    async def signs_in(self) -> None:
        """Open the link that the command printed, and make a passkey."""
        link = await self.force.invite_link(ADMIN)
        await with_a_passkey_of_its_own(self.page)
        await self.hands.begins_at(link, f"You are invited, {ADMIN}")
        await self.seen("invite")
        await self.hands.writes("What to call this passkey", "work laptop")
        await self.hands.follows("Make a passkey and sign in", FORCE)
        await self.seen("checklist")

    async def writes_down_teams(self) -> None:
        """Import a table."""
        table = self.folder / "teams.csv"
        table.write_text(TEAMS, encoding="utf-8")
        hands = self.hands
        await hands.follows("Write down your teams", "Teams")
        await hands.follows("Import a table of teams", "Import a table of teams")
        await hands.chooses_file("The file", str(table))
        await hands.ticks("This table is all there is")
        await hands.follows("Show what it would change", "What the table would change")
        await self.seen("teams")
        await hands.writes("Why", "our teams")
        await hands.follows("Save this table", "Teams")
        await hands.follows("What is next", FORCE)

    async def says_where_help_is(self) -> None:
        """Add somebody to talk to, TRiM and health."""
        hands = self.hands
        await hands.follows("Say where help is", "Support directory")
        for number, entry in enumerate((COUNSELLING, TRIM, HEALTH)):
            await hands.follows("Add an entry", "Add an entry")
            for name, text in entry.items():
                if name == "helps":
                    await hands.ticks(f"What it helps with: {text}")
                else:
                    await hands.writes(name, text)
            await hands.ticks("I called the number, or opened the link, today, and it is right")
            await hands.writes("Why", "first entries")
            if number == 0:
                await hands.follows("Show what officers will see", "Add an entry")
                await self.seen("support")
            await hands.follows("Save", "Support directory")
        await hands.follows("What is next", FORCE)

    async def looks_at_the_check_in(self) -> None:
        """Ask on Tuesdays instead, and see the year before saving it."""
        hands = self.hands
        await hands.follows("Look at the check-in", "Check-ins")
        await hands.follows("Weekly pulse", "Weekly pulse")
        await hands.picks("How often: Rhythm", "Something else")
        await hands.writes(
            "How often: Something else, in words or as an RRULE", "every week on Tuesday"
        )
        await hands.follows("Show the year with this", "Weekly pulse")
        await self.seen("check-in")
        await hands.writes("Why", "briefings are on Mondays")
        await hands.follows("Save this check-in", "Check-ins")
        await hands.follows("What is next", FORCE)

    async def invites_a_team(self) -> None:
        """Make a code, and its poster."""
        hands, page = self.hands, self.page
        await hands.follows("Invite teams", "Teams")
        await hands.follows("Response", "Response")
        await hands.follows("Harbour Response", "Harbour Response")
        await hands.follows("Make a new code", "A new code for Harbour Response")
        await self.seen("code")
        link = await page.locator("dd code").inner_text()
        self.code = link.partition("?start=")[2]
        async with page.expect_download() as begun:
            await hands.presses("Download its poster and cards (PDF)")
        self.poster = (await (await begun.value).path()).read_bytes()
        await self.force.tick()
        await hands.follows("Back to Harbour Response: does it work yet?", "Harbour Response")

    async def an_officer_joins(self) -> None:
        """Scan the poster's picture."""
        self.officer = Officer(Phone(self.force.telegram), self.code)
        await self.officer.joins()

    async def the_first_round_opens(self) -> None:
        """Let Tuesday come: the round opens in the morning, and the officer is written to."""
        force = self.force
        for wall in (time(9, 0), time(15, 31)):
            force.now = instant(TUESDAY, wall, "Europe/London") + JITTER
            await force.tick()
        await self.officer.sees(check_ins.READY)

    async def sees_it_open(self) -> None:
        """Come back after a week, sign in by the passkey, and find the round under way."""
        hands = self.hands
        await hands.follows("Programme", "Sign in")
        await hands.follows("Sign in with a passkey", FORCE)
        await hands.follows("Rounds", "Rounds")
        await self.seen("round")


async def with_a_passkey_of_its_own(page: Page) -> CDPSession:
    """Give a browser a device that makes and uses passkeys, as one with a finger on it does."""
    device = await page.context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device
