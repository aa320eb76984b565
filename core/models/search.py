"""What can be searched: one row for each record that people look for, kept by triggers of the searched tables."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """A record as search knows it. Written by the database alone; `rebuild_search` writes all anew.

    `text` holds every folded word that finds the record, framed by blanks, so that `' ann'` finds beginnings of words
    and `' 4711 '` whole ones; `number` is its one number without punctuation; `sort_key` the folded name. `owner_id`,
    `branch_id` and `warehouse_id` repeat whose the record is, so that no foreign one is found. `status`, `amount` and
    `currency_id` are what a line of results says beside the name. `spread` is an order that has nothing to do with
    kind, name or age: whoever looks for a few of very many entries goes through it and finds them at the rate at which
    they occur.
    """

    kind = models.CharField(_("kind"), max_length=40)
    record_id = models.BigIntegerField(_("record"))
    owner_id = models.BigIntegerField(null=True)
    branch_id = models.BigIntegerField(null=True)
    warehouse_id = models.BigIntegerField(null=True)
    title = models.TextField(_("title"))
    detail = models.TextField(_("detail"))
    status = models.CharField(_("status"), max_length=20)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, null=True)
    currency_id = models.CharField(max_length=3)
    number = models.TextField(_("number"), db_collation="C")
    sort_key = models.TextField(_("sort key"), db_collation="C")
    text = models.TextField(_("text"))
    spread = models.IntegerField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="search_entry_once_per_record")]
        indexes = [
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="search_entry_trigrams"),
            models.Index(fields=["number"], condition=~models.Q(number=""), name="search_entry_by_number"),
            models.Index(fields=["sort_key"], name="search_entry_by_name"),
            models.Index(fields=["spread"], name="search_entry_by_spread"),
        ]

    def __str__(self) -> str:
        return self.title
