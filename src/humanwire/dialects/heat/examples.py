"""A request of each type with its response, for the API's description."""

from collections.abc import Mapping

from msgspec import Struct

from humanwire.core.json import Json


class Example(Struct, frozen=True):
    """What is asked, and what comes back as `response`."""

    body: Mapping[str, Json]
    response: Json


_CATS: Mapping[str, Json] = {
    "instruction": "Mark all the cats in the image",
    "attachments_type": "image",
    "attachments": ["http://i.imgur.com/2hOoEp1.jpg"],
}

_CORNERS: Json = [
    {"x": 0.00398, "y": 0.00558},
    {"x": 0.05404, "y": 0.00558},
    {"x": 0.05404, "y": 0.09096},
    {"x": 0.00398, "y": 0.09096},
]

EXAMPLES: Mapping[str, Example] = {
    "multiple-choice": Example(
        {
            "instruction": "Does the image contain violent content?",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/qRWH5.jpg"],
            "choices_type": "text",
            "choices": ["no violence", "mild violence", "intense violence"],
        },
        ["no violence"],
    ),
    "free-text": Example(
        {
            "instruction": "Translate from Spanish to English",
            "attachments_type": "text",
            "attachments": ["hola mundo"],
        },
        "hello world",
    ),
    "rating": Example(
        {
            "instruction": "Estimate the age of the person in the image",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/GWxg2wC.jpg"],
            "rating_min": 0,
            "rating_max": 100,
            "rating_step": 5,
        },
        35,
    ),
    "image": Example(
        {"instruction": "A picture of a birthday cake"}, "http://i.imgur.com/x83UxTJ.jpg"
    ),
    "video": Example(
        {"instruction": "A video of a cat walking"}, "https://example.com/cat-walking.mp4"
    ),
    "audio": Example(
        {
            "instruction": "Pronounce the word",
            "attachments_type": "text",
            "attachments": ["encyclopedia"],
        },
        "http://static.sfdict.com/staticrep/dictaudio/E01/E0165900.mp3",
    ),
    "annotations": Example(
        {
            "instruction": "Mark the fashion accessories in the image",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/piKjc.jpg"],
        },
        [{"x": 123, "y": 207}, {"x": 321, "y": 523}, {"x": 73, "y": 298}],
    ),
    "annotations-with-multiple-choice": Example(
        {
            **_CATS,
            "per_annotation": {
                "instruction": "What color is the cat",
                "choices_type": "text",
                "choices": ["gray", "white", "black", "ginger"],
            },
        },
        [{"x": 123, "y": 207, "response": ["gray"]}, {"x": 321, "y": 523, "response": ["ginger"]}],
    ),
    "annotations-with-free-text": Example(
        {
            **_CATS,
            "per_annotation": {"instruction": "What's the facial expression of the cat?"},
        },
        [{"x": 123, "y": 207, "response": "grumpy"}, {"x": 321, "y": 523, "response": "curious"}],
    ),
    "annotations-with-rating": Example(
        {
            **_CATS,
            "per_annotation": {
                "instruction": "How aggressive is the cat?",
                "rating_min": 0,
                "rating_max": 10,
                "label_min": "not aggressive",
                "label_max": "very aggressive",
            },
        },
        [{"x": 123, "y": 207, "response": 6}, {"x": 321, "y": 523, "response": 2}],
    ),
    "photo-tag": Example(
        {
            "instruction": "Draw a box around every animal",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/2hOoEp1.jpg"],
            "tags": ["cat", "dog"],
        },
        [{"tag": "cat", "x": 120, "y": 84, "w": 310, "h": 260}],
    ),
    "closed-question": Example(
        {
            "instruction": "May this picture be shown to everybody?",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/qRWH5.jpg"],
        },
        ["approved"],
    ),
    "prediction": Example(
        {
            "instruction": "May this picture be shown to everybody?",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/qRWH5.jpg"],
            "prediction": "standard",
        },
        ["approved"],
    ),
    "tracking": Example(
        {
            "instruction": "Follow the cat",
            "video_data": {
                "frames": [
                    {"frame_id": "frame001", "src": "http://i.imgur.com/piKjc.jpg"},
                    {"frame_id": "frame002", "src": "http://i.imgur.com/2hOoEp1.jpg"},
                ]
            },
            "labels": ["Cat"],
            "shapes": ["rectangle"],
        },
        {
            "annotations": [
                {
                    "_id": "0e6d895e-2484-439a-b62b-d8a0afb3d190",
                    "type": "rectangle",
                    "label": "Cat",
                    "frames": {"frame001": {"coordinates": _CORNERS}},
                }
            ]
        },
    ),
    "form": Example(
        {
            "instruction": "Input the sales tax",
            "attachments_type": "image",
            "attachments": ["http://i.imgur.com/qRWH5.jpg"],
            "result_structure": {"sales_tax_amount": "STRING", "currency": "ENUM[USD,EUR]"},
        },
        {"sales_tax_amount": "1.49", "currency": "USD"},
    ),
}
