"""As much of the AdventureWorks files as an order for bikes needs: who buys, what is made of what, what lies there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from samples.adventureworks.files import FILES
from samples.adventureworks.steps import STEPS
from samples.loading.files import find_folder
from samples.loading.runner import Load, run

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
# The history of documents takes most of the time and nothing of it is looked at.
WITHOUT = {"sales orders", "sales order lines", "quotas", "purchase orders", "work orders", "operations of work orders"}
UNREAD = {"SalesOrderDetail", "SalesPersonQuotaHistory", "PurchaseOrderHeader", "PurchaseOrderDetail"}


def load(say: Callable[[str], None] = lambda _text: None) -> None:
    folder = find_folder(str(DATA), "adventureworks", "SalesOrderHeader")
    files = [source for source in FILES if source.name not in UNREAD]
    run(Load(folder=folder, say=say), files, [step for step in STEPS if step.title not in WITHOUT])
