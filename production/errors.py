from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BomNotDraft(DomainError):
    code = "bom_not_draft"
    message = _("Version {revision} of the recipe of {sku} is not a draft any more; make a new version.")


class BomCycle(DomainError):
    """`through` is the component of the recipe in question by which the circle closes."""

    code = "bom_cycle"
    message = _("{sku} would contain itself: {path}.")

    @property
    def through(self) -> int | None:
        return self.params.get("through")


class BomOverlaps(DomainError):
    code = "bom_overlaps"
    message = _("Version {revision} of the recipe of {sku} already covers part of that period.")


class BomEmpty(DomainError):
    code = "bom_empty"
    message = _("The recipe of {sku} has neither components nor operations.")


class NoActiveBom(DomainError):
    code = "no_active_bom"
    message = _("{sku} has no active recipe on {on}.")


class NotMadeHere(DomainError):
    """`field` is where a form shows it."""

    code = "not_made_here"
    field = "item"
    message = _("{sku} is not made here: it is a service, it is bought, or it is no longer in use.")


class NeededInThePast(DomainError):
    code = "needed_in_the_past"
    field = "due_on"
    message = _("{day} has passed; say a day from today on.")


class WarehouseClosed(DomainError):
    code = "warehouse_closed"
    field = "warehouse"
    message = _("The warehouse does not exist or is closed.")


class NotForStock(DomainError):
    code = "not_for_stock"
    message = _("Work order {number} is made for an order; plan that order.")


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


class AlreadyRunning(DomainError):
    code = "already_running"
    message = _("{name} is worked on by {who} already.")


class BusyElsewhere(DomainError):
    code = "busy_elsewhere"
    message = _("You are at {name} of {number}; pause or finish that first.")


class OperationDone(DomainError):
    code = "operation_done"
    message = _("{name} of {number} is done.")


class JobIsBlocked(DomainError):
    code = "job_is_blocked"
    message = _("{name} of {number} is blocked: {why}.")


class CauseMissing(DomainError):
    code = "cause_missing"
    message = _("Say why the job cannot go on.")


class ChecksOpen(DomainError):
    code = "checks_open"
    message = _("Not checked yet: {checks}.")


class NotACheckOfIt(DomainError):
    code = "not_a_check_of_it"
    message = _("This check does not belong to {name} of {number}. Load the page again.")


class ValueMissing(DomainError):
    code = "value_missing"
    message = _("{check}: write the value in {unit}.")


class TooManyPieces(DomainError):
    code = "too_many_pieces"
    message = _("{wanted} counted, only {left} of {number} are left at {name}.")


class NothingCounted(DomainError):
    code = "nothing_counted"
    message = _("Count at least one piece.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why the pieces went wrong.")


class MaterialNotIssued(DomainError):
    code = "material_not_issued"
    message = _("{sku} was not taken out of stock for {number} yet; take the material first.")


class PinTooWeak(DomainError):
    code = "pin_too_weak"
    message = _("A PIN has 4 to 8 digits, not all alike and not in a row such as 1234.")


class PinUsedBefore(DomainError):
    code = "pin_used_before"
    message = _("This is the PIN you have; choose another one.")


class PinWrong(DomainError):
    code = "pin_wrong"
    message = _("Name and PIN do not belong together.")


class PinLocked(DomainError):
    code = "pin_locked"
    message = _("Too many wrong tries. Try again at {until}, or ask the production lead for a new PIN.")


class BadgeUnknown(DomainError):
    code = "badge_unknown"
    message = _("Nobody has this badge. Scan it again, or come in by name and PIN.")


class BadgeTooWeak(DomainError):
    code = "badge_too_weak"
    message = _("The code of a badge has 8 to 40 letters and digits, not all alike and not in a row.")


class BadgeTaken(DomainError):
    code = "badge_taken"
    message = _("This badge belongs to somebody else.")


class StationClosed(DomainError):
    code = "station_closed"
    message = _("This tablet is no station any more; the production lead opens it again.")


class CannotWorkHere(DomainError):
    code = "cannot_work_here"
    message = _("{who} does not work on this shop floor.")


class WorkRuns(DomainError):
    code = "work_runs"
    message = _("{name} of {number} is being worked on. What runs keeps its time; everything behind it may move.")


class ProposalChanged(DomainError):
    code = "proposal_changed"
    message = _("Stock or prices changed meanwhile; look at the new proposal.")


class LanesInUse(DomainError):
    code = "lanes_in_use"
    message = _("{center} has work planned for {used} jobs at once; plan it elsewhere first.")


class NothingScanned(DomainError):
    code = "nothing_scanned"
    message = _("{center} has no open work with this code.")


class NotHere(DomainError):
    code = "not_here"
    message = _("This is no work of {center} any more. Load the page again.")
