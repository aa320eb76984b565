"""Items, supplier terms and opening stock out of files."""

from inventory.services.importing.items import import_items
from inventory.services.importing.openings import import_openings, take_openings_back
from inventory.services.importing.terms import import_supplier_terms

__all__ = ["import_items", "import_openings", "import_supplier_terms", "take_openings_back"]
