"""``owso telegram``: tells Telegram where to report what people write to the bot."""

from __future__ import annotations

import argparse
import sys

from engine.connectors import DeliveryFailed, Telegram
from web.config import Settings
from web.senders import UPDATES, senders_of


def configure(parser: argparse.ArgumentParser) -> None:
    """``listen``, once after the bot or the public address was set."""
    parser.add_argument("action", choices=["listen"])


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Prints the address that Telegram was given; 1 when there is no bot or it did not take the address."""
    bots = [sender for sender in senders_of(settings).values() if isinstance(sender, Telegram)]
    if not bots:
        print("No bot is configured. Set OWSO_TELEGRAM_TOKEN and OWSO_TELEGRAM_BOT.", file=sys.stderr)
        return 1
    address = settings.base_url + UPDATES
    try:
        bots[0].listen_at(address)
    except DeliveryFailed as failure:
        print(f"Telegram did not take {address}: {failure}. It must be https and reachable.", file=sys.stderr)
        return 1
    print(f"Telegram reports to {address} what people write to @{bots[0].bot}.")
    return 0
