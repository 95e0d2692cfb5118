"""Reasons that areas write as English text into their errors and findings, told by the screens.

Areas fill them before they travel: whole ones are found by themselves, others by their shape.
`tests/docs/test_words.py` walks the areas' sources and finds here each one that a screen can show.
"""

from typing import Final

REASONS: Final = (
    # What people enter about members and tenants.
    "name", "code", "country", "mail address", "language", "currency", "address", "contact",
    "note", "registration", "scopes", "number of days", "registration number",
    "name of a view", "filter", "list", "time zone", "role", "hour",
    "it holds control characters", "it is too long", "choose at least one", "give three letters",
    "give up to 16 letters A-Z, digits and dashes", "give two letters, such as RU",
    "give name@example.org", "choose one of the list", "give 0 to 23",
    # Facts that people state (listings.core.stating).
    "there is no such kind", "it is not one weight and one package",
    "Write them so: '0.3 kg, 20x15x5 cm'.", "it is not one number",
    "it is zero, negative or absurd", "it is next to nothing", "its unit is not said",
    "Write it in kilograms, or with its unit: 0.3 or 300 g.",
    "Write three sides in centimetres: 20x15x5, or with a unit: 200x150x50 mm.",
    "it is no whole number of days of 1 or more", "Write a whole number of days, such as 3.",
    "it may mean thousands or a decimal comma", "it is not one amount",
    "it has parts of a hundredth",
    "Write one amount, with its currency where it is not the offer's: 1290 or 99.50 CNY.",
    "it is empty", "Write what it is.", "Shorten it.",
    "it is longer than one line of 255 characters", "no country is known by this name",
    "Write its name in Russian, English or Chinese, or its two letters: Россия, RU.",
    "goods are not sold by it", "Say piece, pair, pack, set or square_metre.",
    "a TN VED code has ten digits", "Look it up and write all ten digits.",
    "no currency is known by this name", "Write its three letters: RUB, CNY.",
    "it is not the address of a picture",
    "Write addresses that begin with https:// and hold no spaces, apart by commas.",
    "it is every offer's own, not a group's", "Name the offers by --keys.",
    "Name an attribute's id.", "Write one number.",
    # What is in a file (catalogue.core).
    "a picture", "a PDF document", "an archive of a kind that is not read",
    "an archive inside an archive", "text without columns", "not a number", "not one number",
    "less than a cent", "zero, negative or absurd", "a wholesale price",
    "the only price in the table, but named wholesale", "the only code in the table",
    "the only price in the table, but named a sale price", "a kind of goods",
    "the only thing in the table that sorts the goods", "group", "sale_price",
    "the only name in the table", "the only description in the table", "there is no other code",
    "it has no header like a price list's", "it is hidden",
    "it is damaged", "packed in an unusual way", "File is not a zip file",
    "it is locked by a password", "the ZIP unpacks to too much",
    "key", "vendor_code", "param", "name_ru", "name_en", "name_zh", "description_ru",
    "description_en", "description_zh", "wholesale", "price", "stock", "category",
    # The fix file.
    "it holds no sheets", "Save it as XLSX and give that file.", "its hidden sheet is missing",
    "Delete what stands beside and below the tables.",
    # What a marketplace answered to a shop that is tried.
    "The token works.",
    ("The token works, but the shop has no delivery template. Make one in the seller cabinet:"
     " without it no product can be created."),
    "The shop has no token. Make one in the seller cabinet and give it to the shop.",
)  # fmt: skip
"""Whole texts."""

SHAPES: Final = (
    " Near to it: {words}.",
    "it lacks {words}",
    "row {row}", "{sheet}, row {row}", "line {row}", 'offer "{key}"', "offer {number}",
    "give up to {n} letters", "give up to {n} printable letters", "give 1 to {n} letters",
    "give 1 to {n}", "choose of {words}", "Say one of {words}.",
    "the unit {word} does not fit", "the currency {word} is not known",
    "it has {n} where length, width and height are needed",
    "it is longer than {n} characters", "Write it in {words}.",
    "'{column}' is read as {field} already", "many rows share one '{column}', and none a barcode",
    "it holds more than {n} cells",
    "the ZIP holds more than {n} files", "it is larger than {n} MB",
    "Make one anew: torgpred fix {seller}",
    (
        "{call}: what is to be sent as {name} holds letters or line breaks that no such header"
        " can have. Enter the secret again."
    ),
    "{host} gave no good answer: {code}.",
)  # fmt: skip
"""Texts with something filled in."""
