"""Default categories and their descriptions; the rules that find them are in rules.toml."""

from documents.classification.scoring import OTHER, Category

DESCRIPTIONS = {
    "invoice": "Asks for payment of goods or services: a seller bills a buyer, payment is due.",
    "receipt": "Confirms that a payment was made: a till slip, a ticket, thanks for a donation.",
    "contract": "Binds parties: agreement, lease, deed, terms that they sign.",
    "report": "Gives findings: inspection, survey, incident, research, results of a period.",
    "letter": "One person or body writes to another: letter, or e-mail in the manner of one.",
    "cv": "Presents a person's education and work, to be hired.",
    "form": "Has fields to be filled in, empty or filled: application, registration, claim.",
    "statement": "Lists the movements or balance of an account over a period.",
    "minutes": "Records a meeting: who was there, what was said and decided.",
    "specification": "Says what a thing to be made or bought must be: requirements, tolerances.",
    OTHER: "None of the other categories fits: a recipe, a menu, news, a manual, an order.",
}
DEFAULTS = tuple(Category(name=name, description=said) for name, said in DESCRIPTIONS.items())
