"""An example of each class: what is sent, and the answer that people give."""

from collections.abc import Mapping

_PICTURE = "https://example.com/photo.jpg"

EXAMPLES: Mapping[str, Mapping[str, object]] = {
    "choice": {
        "instruction": "Which of these are on the picture?",
        "categories": ["face", "eye", "ear"],
        "data": _PICTURE,
        "multiple": True,
        "allow_empty": True,
        "postback_url": "https://example.com/answers",
        "postback_method": "PUT",
        "custom_id": "photo-17",
    },
    "closed-question": {"data": _PICTURE, "custom_id": "photo-17"},
    "message": {"instruction": "What does the sign say?", "data": _PICTURE},
    "prediction": {"data": _PICTURE, "prediction": "standard", "custom_id": "photo-17"},
    "photo-tag": {"instruction": "Tag every animal.", "data": _PICTURE},
}
"""What is sent, by the name of the class."""

ANSWERS: Mapping[str, object] = {
    "choice": ["face", "eye"],
    "closed-question": "approved",
    "message": "No entry",
    "prediction": "approved",
    "photo-tag": [{"tag": "dog", "x": 40, "y": 25, "w": 120, "h": 80}],
}
"""What the answers look like once the images are processed."""
