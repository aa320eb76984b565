"""The trigger by which a table counts as setup: what changes seldom and is asked on every page."""

from __future__ import annotations

import pgtrigger


def stamps(name: str) -> pgtrigger.Trigger:
    """Each change of the table gives the setup a new stamp, by which processes see that they have to read it anew."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            "INSERT INTO core_setupstamp (id, stamp) VALUES (1, uuidv7())"
            " ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp; RETURN NULL;"
        ),
    )
