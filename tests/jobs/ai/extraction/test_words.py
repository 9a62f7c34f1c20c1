"""Forms of one word have the same stem, and different words have different stems."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs.ai.extraction.words import stem, terms

FORMS = {
    "en": [
        "tax taxes",
        "box boxes",
        "class classes",
        "run running runs",
        "stop stopped stopping",
        "fee fees",
        "city cities",
        "company companies company's company’s",
        "inspect inspected inspection inspections",
        "invoice invoices invoiced invoicing",
        "address addresses",
        "status",
        "news",
        "large largely",
    ],
    "de": ["rechnung rechnungen", "zahlung zahlungen", "haus häuser", "vertrag vertrags"],
    "fr": ["facture factures facturer", "contrat contrats", "national nationaux"],
    "es": ["factura facturas", "pagar pagado pagando", "contrato contratos"],
    "it": ["fattura fatture", "contratto contratti"],
    "pt": ["fatura faturas", "pagamento pagamentos"],
    "nl": ["rekening rekeningen", "contract contracten"],
    "sv": ["faktura fakturor", "avtal avtalet"],
    "da": ["faktura fakturaer", "aftale aftaler aftalen"],
    "no": ["regning regninger", "avtale avtaler avtalen"],
    "fi": ["lasku laskut laskun", "maksu maksut maksun"],
    "pl": ["faktura faktury", "umowa umowy"],
    "ru": ["договор договора договоры", "счет счета"],
}
"""Each string holds forms of one word."""
CASES = [(language, group.split()) for language, groups in FORMS.items() for group in groups]


@pytest.mark.parametrize(("language", "forms"), CASES)
def test_the_forms_of_a_word_have_one_stem(language: str, forms: list[str]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


def test_different_words_have_different_stems() -> None:
    words = "tax taxi box class classic run rung stop fee feed status state new news general"
    stems = {stem(word) for word in [*words.split(), "generate", "university", "universe", "400"]}
    assert len(stems) == 19


@pytest.mark.parametrize("language", ["ja", "", "xx"])
def test_a_language_without_a_stemmer_has_the_english_one(language: str) -> None:
    assert (stem("taxes", language), stem("税金", language)) == ("tax", "税金")


def test_numbers_and_small_words() -> None:
    assert terms("All of the 1,200.50 taxes und der Rest") == ["1,200.50", "tax", "rest"]


def test_threads_do_not_mix_up_their_words() -> None:
    words = [f"{word}{ending}" for word in ("inspect", "invoic") for ending in ("ed", "ing", "es")]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(stem.__wrapped__, words * 300)) == {"inspect", "invoic"}
