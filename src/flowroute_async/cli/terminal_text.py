"""Texts from elsewhere, made fit for a terminal."""


def one_line(text: str) -> str:
    """Put a space for each sign that a terminal would obey rather than show: escapes, line ends, marks of direction."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
