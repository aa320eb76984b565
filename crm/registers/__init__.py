from crm.registers.clients import Clients

__all__ = ["Clients"]
