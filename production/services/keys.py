"""How production's rows are called in the stock's books."""


def supply_key(work_order_id: int) -> str:
    """The goods that a work order will bring."""
    return f"production.work_order:{work_order_id}"


def material_key(material_id: int) -> str:
    """What a work order needs of one component."""
    return f"production.material:{material_id}"
