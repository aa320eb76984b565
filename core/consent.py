from core.ports import Port


def _nobody_objected(address: str) -> bool:
    """May marketing mail go to this address? Asked when a message is taken up, not when it is written."""
    return True


may_be_mailed: Port[[str], bool] = Port(_nobody_objected)
