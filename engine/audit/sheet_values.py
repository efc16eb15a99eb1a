"""Places, dates and texts of a workbook (ECMA-376, part 1, chapter 18) as plain text."""

import datetime
import re

MOST_COLUMNS = 16_384  # of a sheet


class SheetError(ValueError):
    """A part that is no sound XML, or says what cannot be."""


def column_of(place: str) -> int:
    """The column of a place such as ``AB12``, from 0."""
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    if not 0 < column <= MOST_COLUMNS:
        raise SheetError(f"no such place: {place[:20]!r}")
    return column - 1


def place_of(column: int, row: int) -> str:
    """A place such as ``AB12``, of a column from 0 and a row from 1."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def date_text(serial: float, letters: str, *, is_1904: bool) -> str:
    """What a number of days stands for: a date, a time of day, or both; rounded to the second."""
    seconds = round(serial * 86_400)
    if 0 <= serial < 1 and "d" not in letters:
        time = datetime.timedelta(seconds=min(seconds, 86_399))
        return str(datetime.datetime.min + time)[11:]
    days, clock = divmod(seconds, 86_400)
    time = datetime.timedelta(seconds=clock)
    first = datetime.datetime(1904, 1, 1) if is_1904 else datetime.datetime(1899, 12, 30)
    if not is_1904 and days < 60:  # that calendar has a 29th of February 1900, which never was
        days += 1
    try:
        moment = first + datetime.timedelta(days=days) + time
    except OverflowError:
        return str(serial)
    only_day = clock == 0 and "h" not in letters
    return moment.date().isoformat() if only_day else moment.isoformat(" ")


def unescaped(text: str) -> str:
    """A text with its control characters, which such files write as ``_x000D_``."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
