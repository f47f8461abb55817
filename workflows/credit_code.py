"""The unified social credit code (GB 32100-2015) and its check character."""

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(_LENGTH - 1))


def is_valid_credit_code(code: str) -> bool:
    """Whether a code has the right length, characters and check character."""
    if len(code) != _LENGTH or any(character not in _CHARACTERS for character in code):
        return False
    return check_character(code[:-1]) == code[-1]


def check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen."""
    if len(body) != _LENGTH - 1:
        raise ValueError("seventeen characters are needed")
    pairs = zip(_WEIGHTS, body, strict=True)
    total = sum(weight * _CHARACTERS.index(character) for weight, character in pairs)
    return _CHARACTERS[-total % 31]
