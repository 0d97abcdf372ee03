"""Typed ids and the instant. Every id is opaque text; new ones are uuid7, minted by whoever creates the thing."""

from typing import NewType, TypeAlias

TicketId = NewType("TicketId", str)
MessageId = NewType("MessageId", str)
CustomerId = NewType("CustomerId", str)
AccountId = NewType("AccountId", str)
TransferId = NewType("TransferId", str)
ArticleId = NewType("ArticleId", str)
AgentId = NewType("AgentId", str)
TeamId = NewType("TeamId", str)
MacroId = NewType("MacroId", str)
IncidentId = NewType("IncidentId", str)
ProcedureId = NewType("ProcedureId", str)
GapId = NewType("GapId", str)
CommandId = NewType("CommandId", str)

Instant: TypeAlias = int
"""Milliseconds since 1970-01-01T00:00:00Z. Names end in ``_at``; durations are seconds and end in ``_s``."""

MS_PER_S = 1000
