"""A faithful, stateful, local Flowroute: to try things out on, and to test against."""

from flowroute_async.extras import require_extra

with require_extra("sandbox"):
    from flowroute_async.sandbox.clock import SandboxClock
    from flowroute_async.sandbox.connection import ConnectionDropped
    from flowroute_async.sandbox.control import Control
    from flowroute_async.sandbox.sandbox import Sandbox
    from flowroute_async.sandbox.server import running, serve

__all__ = ["ConnectionDropped", "Control", "Sandbox", "SandboxClock", "running", "serve"]
