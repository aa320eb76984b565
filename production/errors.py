from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BomNotDraft(DomainError):
    code = "bom_not_draft"
    message = _("Version {revision} of the recipe of {sku} is not a draft any more; make a new version.")


class BomCycle(DomainError):
    code = "bom_cycle"
    message = _("{sku} would contain itself: {path}.")


class BomOverlaps(DomainError):
    code = "bom_overlaps"
    message = _("Version {revision} of the recipe of {sku} already covers part of that period.")


class BomEmpty(DomainError):
    code = "bom_empty"
    message = _("The recipe of {sku} has neither components nor operations.")


class NoActiveBom(DomainError):
    code = "no_active_bom"
    message = _("{sku} has no active recipe on {on}.")


class NoFreeTime(DomainError):
    code = "no_free_time"
    message = _("{center} has no free working time for {minutes} minutes.")


class CenterTaken(DomainError):
    code = "center_taken"
    message = _("{center} is blocked already in that time: {reason}.")


class WorkOrderState(DomainError):
    code = "work_order_state"
    message = _("Work order {number} is {status}; this cannot be done now.")


class PredecessorNotDone(DomainError):
    code = "predecessor_not_done"
    message = _("{name}: the operation before it, {previous}, is not done.")


class NotAComponent(DomainError):
    code = "not_a_component"
    message = _("{sku} is not a component of work order {number}.")


class TooMuchOutput(DomainError):
    code = "too_much_output"
    message = _("{sku}: {wanted} {unit} reported, only {left} {unit} of work order {number} are left.")


class NotBackable(DomainError):
    code = "not_backable"
    message = _("Work order {number} has given its cost to its products; material cannot be taken back.")


class EstimateWithoutGoods(DomainError):
    code = "estimate_without_goods"
    message = _("The question names nothing that can be made or bought.")


class NoWarehouse(DomainError):
    code = "no_warehouse"
    message = _("{branch} has no warehouse to plan for.")


class OrderNotConfirmed(DomainError):
    code = "order_not_confirmed"
    message = _("Order {number} is not confirmed; there is nothing to plan yet.")
