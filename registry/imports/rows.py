"""What every reader of files yields, whatever the file was: sheets of rows of texts."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line of a sheet.

    `line` is its number as the person's own program counts it. `cells` are the texts as they were
    typed, by the keys of columns: what has no key in it stays as it is, and "" empties it.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """Rows of one kind.

    `kind` is a type of card, as "programme", or rows of one, as "programme.figures". `columns`
    says of each key where it stands in the file, as a letter or a title: errors name it.
    """

    title: str
    kind: str
    columns: dict[str, str]
    rows: list[Row] = field(default_factory=list)
