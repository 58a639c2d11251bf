"""Trackers of all five shapes, as the protocol's document has them but for its missing commas."""

from typing import Any

FRAMES = [
    {
        "frame_id": f"frame00{number}",
        "src": f"https://dummyimage.com/600x400/000/fff.jpg&text=Dummy+Image+{number}",
    }
    for number in range(1, 6)
]

RECTANGLE = {
    "_id": "0e6d895e-2484-439a-b62b-d8a0afb3d190",
    "label": "",
    "attributes": {"pose": {"value": "standing"}, "breed": {"value": "Persian"}},
    "coordinates": [
        {"x": 0.00398, "y": 0.00558},
        {"x": 0.05404, "y": 0.00558},
        {"x": 0.05404, "y": 0.09096},
        {"x": 0.00398, "y": 0.09096},
    ],
}
POLYGON = {
    "_id": "8f8897ad-e07b-4e55-9dbe-61f6b9df85c5",
    "label": "face_mask",
    "attributes": {"covers_nose": {"value": "Yes"}},
    "points": {
        "p1": {"x": 0.286774, "y": 0.892502},
        "p2": {"x": 0.385849, "y": 0.576888},
        "p3": {"x": 0.426721, "y": 0.469081},
        "p4": {"x": 0.288623, "y": 0.253878},
        "p5": {"x": 0.148623, "y": 0.353878},
    },
    "edges": {
        "e1": ["p1", "p2"],
        "e2": ["p2", "p3"],
        "e3": ["p3", "p4"],
        "e4": ["p4", "p4"],
        "e5": ["p5", "p1"],
    },
}
LINE = {
    "_id": "8f8897ad-e07b-4e55-9dbe-61f6b9df85c5",
    "label": "lane_divider",
    "attributes": {"raised": {"value": "Yes"}},
    "points": {
        "p1": {"x": 0.286774, "y": 0.892502},
        "p2": {"x": 0.285849, "y": 0.876888},
        "p3": {"x": 0.286774, "y": 0.869081},
        "p4": {"x": 0.288623, "y": 0.853878},
    },
}
CUBOID = {
    "_id": "8f8897ad-e07b-4e55-9dbe-61f6b9df85c5",
    "label": "Car",
    "attributes": {"faces_visible": {"value": ["right", "back"]}},
    "points": {
        "p1": {"x": 0.17, "y": 0.58},
        "p2": {"x": 0.26, "y": 0.58},
        "p3": {"x": 0.26, "y": 0.49},
        "p4": {"x": 0.17, "y": 0.49},
        "p5": {"x": 0.24, "y": 0.51},
        "p6": {"x": 0.35, "y": 0.52},
        "p7": {"x": 0.35, "y": 0.36},
        "p8": {"x": 0.25, "y": 0.37},
    },
    "front": {"coordinates": ["p1", "p2", "p3", "p4"]},
    "side": {"coordinates": ["p2", "p3", "p5", "p6"]},
    "back": {"coordinates": ["p7", "p8", "p5", "p6"]},
}
LANDMARK = {
    "_id": "e7e3353f-2ffe-432a-a14f-9cb9a6f4b735",
    "label": "nose",
    "attributes": {"visible": {"value": "Partially"}},
    "points": {
        "p1": {"x": 0.17, "y": 0.58, "label": 1},
        "p2": {"x": 0.26, "y": 0.63, "label": 2},
        "p3": {"x": 0.27, "y": 0.63, "label": 3},
        "p4": {"x": 0.29, "y": 0.59, "label": 4},
        "p5": {"x": 0.25, "y": 0.46, "label": 5},
        "p6": {"x": 0.22, "y": 0.42, "label": 6},
    },
}
SHAPES = {
    "rectangle": RECTANGLE,
    "polygon": POLYGON,
    "line": LINE,
    "cuboid": CUBOID,
    "landmark": LANDMARK,
}


def tracker(kind: str = "rectangle", **besides: Any) -> dict[str, Any]:
    """One object, seen in the first frame."""
    seen = {"frame001": SHAPES[kind]}
    return {"_id": "", "type": kind, "label": "Cat", "frames": seen, **besides}


def labelled(*trackers: object, name: str = "video2d") -> dict[str, Any]:
    """A response with these trackers, as jobs take it and give it."""
    return {name: {"data": {"annotations": list(trackers)}}}


def video(**besides: object) -> dict[str, Any]:
    """A job's data: the document's frames."""
    return {"video_data": {"frames": FRAMES}, **besides}
