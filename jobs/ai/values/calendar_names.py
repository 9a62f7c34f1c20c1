"""Names of months, days of the week and quarters.

The months are those of CLDR 48 in Czech, Danish, Dutch, English, Finnish, French, German, Italian,
Norwegian, Polish, Portuguese, Russian, Spanish and Swedish, full and short, as they stand alone and
within a date; a test compares them. The Czech `led` and `pro` are left out: they are English words.
"""

from collections.abc import Mapping

_MONTHS = {
    1: "january januar januari janvier enero gennaio stycznia styczeń janeiro ledna leden "
    "января январь tammikuuta tammikuu tammi jänner jan janv ene gen sty янв",
    2: "february februar februari février fevrier febrero febbraio lutego luty fevereiro "
    "února únor февраля февраль helmikuuta helmikuu helmi feber feb febr févr fev fév lut "
    "úno февр фев",
    3: "march märz maerz mars marzo maart marca marzec março marco marts března březen марта "
    "март maaliskuuta maaliskuu maalis mar mär mrz mrt bře мар",
    4: "april avril abril aprile kwietnia kwiecień dubna duben апреля апрель huhtikuuta "
    "huhtikuu huhti apr avr abr kwi dub апр",
    5: "may mai mayo maggio mei maja maj maio května květen мая май toukokuuta toukokuu "
    "touko mag kvě",
    6: "june juni juin junio giugno czerwca czerwiec junho června červen июня июнь kesäkuuta "
    "kesäkuu kesä jun giu cze čvn июн",
    7: "july juli juillet julio luglio lipca lipiec julho července červenec июля июль "
    "heinäkuuta heinäkuu heinä jul juil lug lip čvc июл",
    8: "august août aout agosto augustus sierpnia sierpień augusti srpna srpen августа "
    "август elokuuta elokuu elo aug ago sie srp авг",
    9: "september septembre septiembre setiembre settembre września wrzesień setembro září "
    "сентября сентябрь syyskuuta syyskuu syys sep sept set wrz zář сент сен",
    10: "october oktober octobre octubre ottobre października październik outubro října říjen "
    "октября октябрь lokakuuta lokakuu loka oct okt ott paź out říj окт",
    11: "november novembre noviembre listopada listopad novembro listopadu ноября ноябрь "
    "marraskuuta marraskuu marras nov lis нояб ноя",
    12: "december dezember décembre decembre diciembre dicembre grudnia grudzień dezembro "
    "desember prosince prosinec декабря декабрь joulukuuta joulukuu joulu dec dez déc dic "
    "gru des дек",
}
_DAYS = {
    1: "monday mon montag mo lundi lun lunes lunedì lunedi maandag ma poniedziałek pon "
    "segunda-feira seg måndag mån mandag man maanantai maanantaina pondělí po понедельник "
    "пн",
    2: "tuesday tue tues dienstag di mardi mar martes martedì martedi dinsdag wtorek wt "
    "terça-feira ter tisdag tis tirsdag tirs tir tiistai tiistaina ti úterý út вторник вт",
    3: "wednesday wed mittwoch mi mercredi mer miércoles mié mercoledì mercoledi woensdag wo "
    "środa śr quarta-feira qua onsdag ons keskiviikko keskiviikkona ke středa st среда ср",
    4: "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì giovedi gio "
    "donderdag czwartek czw quinta-feira qui torsdag tors tor torstai torstaina to "
    "čtvrtek čt четверг чт",
    5: "friday fri freitag fr vendredi ven viernes vie venerdì venerdi vrijdag vr piątek pt "
    "sexta-feira sex fredag fre perjantai perjantaina pe pátek pá пятница пт",
    6: "saturday sat samstag sonnabend sa samedi sam sábado sáb sabato sab zaterdag za "
    "sobota sob lördag lör lørdag lør lauantai lauantaina la сб суббота",
    7: "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo niedziela niedz "
    "söndag sön søndag søn sunnuntai sunnuntaina su neděle ne воскресенье вс",
}
_ROMAN = dict(
    enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1)
)


def _numbered(names: Mapping[int, str]) -> dict[str, int]:
    return {name: number for number, line in names.items() for name in line.split()}


MONTHS = _numbered(_MONTHS)
"""The number of the month of each name, in small letters and without a point."""
ROMAN_MONTHS = _numbered(_ROMAN)
WEEKDAYS = _numbered(_DAYS)
"""The number of the day of each name; Monday is 1."""
QUARTERS = frozenset(
    {"q", "quarter", "quartal", "trimestre", "kwartaal", "kwartał", "kwartal", "kvartal"}
    | {"kvartaali", "neljännes", "čtvrtletí", "квартал", "квартала", "кв"}
)
QUARTER_LETTERS = frozenset("QqTK")
QUARTER_NUMBERS = _numbered({1: "first i", 2: "second ii", 3: "third iii", 4: "fourth iv"})
WEEKS = frozenset(
    {"w", "wk", "week", "kw", "cw", "woche", "kalenderwoche", "semaine", "semana", "settimana"}
    | {"vecka", "uge", "uke", "viikko"}
)
