"""The calibration plot: what a model claims against what was right, with how sure that is."""

from collections.abc import Sequence

from humanwire.models.evaluation import Bin

_SIDE = 400
_EDGE = 56
_TEXT = 'font-family="system-ui, sans-serif" font-size="13" fill="#222"'


def calibration_svg(bins: Sequence[Bin], title: str) -> str:
    """Draw a point for each bin, larger where it has more pictures, and its 95 % interval."""
    whole = _SIDE + 2 * _EDGE
    most = max((each.right.of for each in bins), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img">',
        f"<title>{_escaped(title)}</title>",
        f'<rect width="{whole}" height="{whole}" fill="#fff"/>',
        *_grid(),
        (
            f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888"'
            ' stroke-dasharray="5 5"/>'
        ),
        *(part for each in bins for part in _point(each, most)),
        f'<text x="{whole / 2}" y="24" text-anchor="middle" {_TEXT}>{_escaped(title)}</text>',
        (
            f'<text x="{whole / 2}" y="{whole - 10}" text-anchor="middle" {_TEXT}>'
            "confidence claimed</text>"
        ),
        (
            f'<text transform="translate(16 {whole / 2}) rotate(-90)" text-anchor="middle" {_TEXT}>'
            "share that was right</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid() -> list[str]:
    lines: list[str] = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        lines += [
            f'<path d="M{_x(at)} {_y(0)}V{_y(1)}M{_x(0)} {_y(at)}H{_x(1)}" stroke="#ddd"/>',
            f'<text x="{_x(at)}" y="{_y(0) + 18}" text-anchor="middle" {_TEXT}>{at:g}</text>',
            f'<text x="{_x(0) - 8}" y="{_y(at) + 4}" text-anchor="end" {_TEXT}>{at:g}</text>',
        ]
    return lines


def _point(each: Bin, most: int) -> list[str]:
    x, right = _x(each.claimed), each.right
    radius = 3 + 6 * (right.of / most) ** 0.5
    return [
        f'<line x1="{x}" y1="{_y(right.low)}" x2="{x}" y2="{_y(right.high)}" stroke="#1d5fa8"/>',
        (
            f'<circle cx="{x}" cy="{_y(right.share or 0.0)}" r="{radius:.1f}" fill="#1d5fa8">'
            f"<title>{right.of} pictures</title></circle>"
        ),
    ]


def _x(value: float) -> float:
    return round(_EDGE + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_EDGE + (1 - value) * _SIDE, 1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
