"""For the tests of code that uses the SDK: a sandbox in the same process, a client on it, and time under control.

With the extra `sandbox` installed, pytest finds the fixtures by itself:

- `flowroute_sandbox`: a `Sandbox`, new for each test. Its `control` scripts faults, lets messages arrive, approves
  CNAM records, moves time, and tells which requests came and what took effect.
- `flowroute_client`: a `FlowrouteClient` on that sandbox, on asyncio or trio.
- `flowroute_clock`: the time of both; a pause takes none of the test's.
"""

from flowroute_async.testing.clock import InstantClock
from flowroute_async.testing.in_process import client_of

__all__ = ["InstantClock", "client_of"]
