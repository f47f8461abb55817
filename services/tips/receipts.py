"""The code by which an informant comes back: 16 digits that nobody can guess, and 4 that check.

The check digits come of a key outside the database. A code that was guessed or mistyped is
recognised by them before the slow hash is counted and the database asked, so that a flood of
guesses costs next to nothing and keeps nobody from an answer.
"""

import hashlib
import hmac
import re
import unicodedata

from services.keys import InstallationKeys

SECRET_DIGITS, CHECK_DIGITS = 16, 4
_CODE = re.compile(r"\d{20}")
# 16 MiB and some 40 ms: for each code that passes its check, and for whoever holds a stolen copy.
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def receipt_for(keys: InstallationKeys, typed: str) -> str:
    """The code of a form's secret number with what was typed: sent twice, it shows the same one."""
    secret = _digits(keys, "guapai tip receipt", typed, SECRET_DIGITS)
    return secret + _check_digits(keys, secret)


def grouped(receipt: str) -> str:
    """As it is written down: five groups of four."""
    return " ".join(receipt[place : place + 4] for place in range(0, len(receipt), 4))


def read_receipt(keys: InstallationKeys, typed: str) -> str | None:
    """The code that was typed, with or without blanks; None when its check digits are wrong."""
    text = unicodedata.normalize("NFKC", typed)
    code = "".join(letter for letter in text if not letter.isspace() and letter != "-")
    if not _CODE.fullmatch(code) or not code.isascii():
        return None
    secret, check = code[:SECRET_DIGITS], code[SECRET_DIGITS:]
    return code if hmac.compare_digest(_check_digits(keys, secret), check) else None


def receipt_hash(keys: InstallationKeys, receipt: str) -> str:
    """What is stored of a receipt. Slow, and salted by a key outside the database."""
    salt = keys.derived("guapai tip receipt hash")
    return hashlib.scrypt(receipt.encode(), salt=salt, dklen=32, **_COST).hex()


def payment_code_for(keys: InstallationKeys, receipt: str) -> str:
    """The code for the reward: shown to whoever holds the receipt, after it was approved."""
    return _digits(keys, "guapai tip payment", receipt, 12)


def payment_hash(keys: InstallationKeys, payment_code: str) -> str:
    """What is stored of a payment code."""
    return _keyed(keys, "guapai tip payment hash", payment_code).hex()


def form_hash(keys: InstallationKeys, form_number: str) -> str:
    """By which a second sending of one form is recognised."""
    return _keyed(keys, "guapai tip form", form_number).hex()


def _check_digits(keys: InstallationKeys, secret: str) -> str:
    return _digits(keys, "guapai tip receipt check", secret, CHECK_DIGITS)


def _digits(keys: InstallationKeys, label: str, text: str, count: int) -> str:
    number = int.from_bytes(_keyed(keys, label, text)) % 10**count
    return f"{number:0{count}d}"


def _keyed(keys: InstallationKeys, label: str, text: str) -> bytes:
    return hmac.new(keys.derived(label), text.encode(), hashlib.sha256).digest()
