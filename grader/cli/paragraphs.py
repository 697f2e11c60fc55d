"""Words on lines of 80 cells, for the pages that `doctor`, `explain` and `hint` print."""

from rich.cells import cell_len, chop_cells

PAGE_CELLS = 80


def paragraph(words: str, first: str = "", rest: str | None = None) -> list[str]:
    """Break between words, counted in terminal cells; a piece that is longer than a line is cut where it must be.

    Args:
        words: what is said.
        first: the margin of the first line.
        rest: the margin of the others; as the first where it is left out.
    """
    rest = first if rest is None else rest
    room = PAGE_CELLS - max(cell_len(first), cell_len(rest))
    lines = [""]
    for word in (piece for whole in words.split() for piece in chop_cells(whole, room)):
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) > room:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return [(rest if number else first) + line for number, line in enumerate(lines)]


def indented(line: str, margin: str = "") -> list[str]:
    """A line of code or numbers: kept as it is where it fits, else it goes on further to the right."""
    if cell_len(margin + line) <= PAGE_CELLS:
        return [(margin + line).rstrip()]
    own = margin + " " * (len(line) - len(line.lstrip()))
    return paragraph(line, own, f"{own}      ")
