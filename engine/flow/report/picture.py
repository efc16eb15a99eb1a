"""A drawing of vectors as one of points, through the extra ``print``."""

from __future__ import annotations


def png(drawn: str, *, width: int) -> bytes:
    """The points of an SVG drawing.

    Args:
        drawn: The drawing.
        width: How many points it is across.

    Raises:
        ImportError: The extra ``print`` is not installed.
    """
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawn, width=width, background="#ffffff", sans_serif_family="DejaVu Sans"
        )
    )
