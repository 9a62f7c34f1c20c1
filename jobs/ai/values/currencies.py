"""Currencies: codes of ISO 4217, signs and names.

The codes are those of CLDR 48 that are legal tender somewhere; a test compares them.
"""

import unicodedata

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES "
    "KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP "
    "TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CODES = frozenset(_CODES.split())
_WORDS = "ALL BAM BOB COP CUP GEL MAD MOP PEN RON SOS TOP"
WORDS = frozenset(_WORDS.split())
"""Codes that are words in capitals too: they are read behind a number only (`TOP 10` is none)."""
_WHOLE = "CLP IDR ISK JPY KRW PYG RWF UGX VND VUV XAF XOF XPF"
WHOLE = frozenset(_WHOLE.split())
"""Currencies without decimals, so that ¥1,234 has thousands."""

SHARED = {
    "$": "USD AUD CAD NZD HKD SGD TWD MXN ARS CLP COP",
    "¥": "JPY CNY",
    "kr": "SEK NOK DKK ISK",
    "Rs": "INR PKR LKR NPR MUR SCR",
}
"""Signs that several currencies share."""

LONG = 3
"""Letters; a shorter name in capitals is another word."""
_SIGNS = {
    "EUR": "€ euro euros eur",
    "GBP": "£ £GB GB£ pound pounds gbp",
    "USD": "US$ $US U$ usd",
    "AUD": "A$ AU$ $AU",
    "CAD": "C$ CA$ $CA Can$",
    "NZD": "NZ$ $NZ",
    "HKD": "HK$ $HK",
    "SGD": "S$ SG$ $SG",
    "TWD": "NT$",
    "MXN": "MX$ $MX Mex$",
    "BRL": "R$ BR$ reais",
    "CHF": "SFr sFr SFr. sFr. Fr. Fr Franken chf",
    "JPY": "JP¥ yen 円",
    "CNY": "CN¥ RMB yuan 元",
    "INR": "₹",
    "KRW": "₩ 원",
    "ILS": "₪",
    "RUB": "₽ руб руб. рублей рубля рубль рублях",
    "UAH": "₴ грн грн. гривень гривні",
    "TRY": "₺ TL",
    "PLN": "zł zl złoty złotych złote zloty zlotys",
    "CZK": "Kč Kč. korun koruny",
    "HUF": "Ft Ft. forint",
    "BGN": "лв лв. лева",
    "RON": "lei leu",
    "RSD": "дин дин.",
    "DKK": "Dkr DKr",
    "NOK": "Nkr NKr",
    "SEK": "Skr SKr kronor",
    "ISK": "Ikr",
    "PHP": "₱",
    "THB": "฿ baht",
    "VND": "₫ đ",
    "NGN": "₦",
    "GHS": "₵",
    "KZT": "₸",
    "AZN": "₼",
    "GEL": "₾",
    "CRC": "₡",
    "PYG": "₲",
    "XOF": "FCFA",
    "$": "$ dollar dollars dólares",
    "¥": "¥",
    "kr": "kr kr. Kr. kroner",
    "Rs": "Rs Rs. rupee rupees ₨",
    "Fr.": "franc francs",
}

_NAMES = {sign: currency for currency, signs in _SIGNS.items() for sign in signs.split()}
CURRENCIES = {
    **{code: code for code in CODES},
    **{name.title(): currency for name, currency in _NAMES.items() if name.isalpha()},
    **{name.upper(): currency for name, currency in _NAMES.items() if len(name) > LONG},
    **_NAMES,
}
"""The currency of each spelling: its code, or the sign that several share."""


def agree(before: str, after: str) -> str:
    """Return the one currency of `$5 USD`, whose sign stands before and its code behind.

    Nothing where they are two.
    """
    for shared, code in ((before, after), (after, before)):
        if code in SHARED.get(shared, "").split():
            return code
    return before if before == after else ""


def stands_before(currency: str) -> bool:
    """Whether a currency, as written, stands before its number without a space."""
    return any(unicodedata.category(sign) == "Sc" for sign in currency)
