"""Money as a person types it. Pure."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")


def parse_usd(text: str) -> int | None:
    """US cents in ``12,400``, ``$12400.50`` or ``12 400 USD``; empty is nothing. None: it is no amount."""
    plain = re.sub(r"[\s,，$＄]|usd", "", text.casefold())
    if not plain:
        return 0
    return int(Decimal(plain) * 100) if _AMOUNT.fullmatch(plain) else None


def usd_text(minor: int) -> str:
    """Cents as :func:`parse_usd` reads them; empty for nothing."""
    return f"{minor / 100:.2f}".removesuffix(".00") if minor else ""
