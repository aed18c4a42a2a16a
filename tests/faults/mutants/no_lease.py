"""A worker that trusts itself for ever once it has seen the head."""

from live.lease import Lease

Lease.holds = lambda self: self._ends > 0  # type: ignore[method-assign]
