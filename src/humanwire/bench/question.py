"""The question that a bench asks: about 400 bytes, as programs send them."""

import msgspec

KIND = "multiple-choice"
RESPONSE = ["no violence"]
METADATA = b'{"campaign":"autumn-2026","row":48213}'


def body_of(kind: str | None = None, **fields: object) -> bytes:
    """The body of a request; `kind` is its type where the path does not name it."""
    wanted = {
        "instruction": "Does the image contain violent content? Look at the whole picture.",
        "attachments_type": "image",
        "attachments": ["https://pictures.example.com/2026/11/22/qRWH5-large.jpg"],
        "choices_type": "text",
        "choices": [*RESPONSE, "mild violence", "intense violence"],
        "metadata": msgspec.Raw(METADATA),
    }
    named = {} if kind is None else {"type": kind}
    return msgspec.json.encode(named | wanted | fields)
