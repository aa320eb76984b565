"""What marketing refuses, in words for people."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class CampaignCodeTaken(DomainError):
    code = "campaign_code_taken"
    message = _("There is a campaign {code} of another source.")


class SourceHasCampaign(DomainError):
    code = "source_has_campaign"
    message = _("Source {source} belongs to campaign {code} already.")


class CampaignOver(DomainError):
    code = "campaign_over"
    message = _("Campaign {code} is {status}.")


class CampaignDatesReversed(DomainError):
    code = "campaign_dates_reversed"
    message = _("A campaign cannot end before it begins.")


class NobodyTouched(DomainError):
    code = "nobody_touched"
    message = _("Say who was reached: a lead or a client.")


class NoAmount(DomainError):
    code = "no_amount"
    message = _("A cost must be an amount other than zero, with at most two decimal places, not {amount}.")
