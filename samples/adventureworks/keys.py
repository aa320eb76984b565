"""External keys: how a row of the source is named in ours. `aw.<table>:<id>`."""

PREFIX = "aw."
ORGANIZATION = "adventure-works"
SOURCE_OF_PROSPECTS = "aw-prospects"
PRICE_LIST = "aw-list"


def key(table: str, column: str) -> str:
    """An SQL expression of the external key of the row whose id is in `column`."""
    return f"'{PREFIX}{table}:' || {column}"


def joined(model_table: str, alias: str, table: str, column: str, *, left: bool = False) -> str:
    """A JOIN of our table to the row that came from source row `column` of `table`."""
    return f"{'LEFT ' if left else ''}JOIN {model_table} {alias} ON {alias}.external_key = {key(table, column)}"
