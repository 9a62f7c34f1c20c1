"""Words and letters that multiply a number: `3 Mio.`, `1.2bn`, `5 lakh`."""

from jobs.ai.values.currencies import CODES

_WORDS = {
    2: "hundred",
    3: "k K thousand thousands tsd tsd. tausend mille mila duizend tusen tusind tys tys. "
    "tysiąc tysiące tysięcy tis tis. tisíc tisíce тыс тыс. тысяча тысячи тысяч",
    5: "lakh lakhs lac lacs",
    6: "M mn mln mln. mio mio. million millions millionen millón millones milione milioni miljoen "
    "miljoner miljon milj milj. million millioner milion miliony milionów milionu milionů "
    "milhão milhões млн млн. миллион миллиона миллионов",
    7: "crore crores",
    9: "bn bln mrd mrd. mld mld. billion billions milliard milliards milliarde milliarden "
    "milliarder miliardo miliardi miljard miljarden miljarder miliard miliardy miliardów "
    "bilhão bilhões млрд млрд. миллиард миллиарда миллиардов",
    12: "trillion trillions billionen biljoen billón billones bilion biliony bilionů trilhões",
}
SCALES = {word: (power,) for power, words in _WORDS.items() for word in words.split()} | {
    "Billion": (9, 12),  # English, and German
    "Trillion": (12, 18),
}
"""The powers of ten that each word may mean."""
OF_MONEY = {
    "m": (6,),
    "mil": (3, 6),  # Spanish, and English
    "mil.": (3, 6),
    "b": (9,),
    "B": (9,),
    **dict.fromkeys(("Md", "Mds", "md", "mds", "mia", "mia."), (9,)),
    **dict.fromkeys(("T", "tn", "trn"), (12,)),
    **dict.fromkeys(("Cr", "cr"), (0, 7)),  # a credit, or a crore of India
}
"""What scales money only: 5 m are metres, 5 MD days of work, and 5 B bytes."""
LETTERS = frozenset("kKM")
"""Scales that stand at the digits (`5k`); with a space between, only of money."""
_FUSED = {"M": 6, "m": 6, "k": 3, "K": 3, "T": 3, "t": 3, "bn": 9, "Mio": 6, "Mrd": 9, "Md": 9}
_AFTER_LETTERS = CODES | {"€", "$", "£", "¥", "₹", "₽", "US$", "kr", "zł", "Kč"}


def scale(word: str) -> tuple[int, ...] | None:
    """Return the powers of ten that a word may mean."""
    return SCALES.get(word) or (SCALES.get(word.lower()) if len(word) > 1 else None)


def split_unit(word: str) -> tuple[str, int] | None:
    """Part `M€`, `kUSD` and `TEUR` into a currency and a power of ten."""
    for letters, power in _FUSED.items():
        if word.startswith(letters) and word[len(letters) :] in _AFTER_LETTERS:
            return word[len(letters) :], power
    return None
