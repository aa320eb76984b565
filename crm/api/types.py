"""Keys of this app's records, as callers send them."""

from __future__ import annotations

from typing import Annotated

from core.api.types import Id, Ref

ClientId = Annotated[Id, Ref("crm.Client")]
LegalEntityId = Annotated[Id, Ref("crm.LegalEntity")]
PersonId = Annotated[Id, Ref("crm.Person")]
SourceId = Annotated[Id, Ref("crm.Source")]
TaskId = Annotated[Id, Ref("crm.Task")]
