"""A faithful, stateful, local Flowroute: to try things out on, and to test against."""

try:
    from flowroute_async.sandbox.clock import Clock
    from flowroute_async.sandbox.connection import ConnectionDropped
    from flowroute_async.sandbox.control import Control
    from flowroute_async.sandbox.sandbox import Sandbox
    from flowroute_async.sandbox.server import running, serve
except ModuleNotFoundError as _missing:
    _sentence = "the sandbox needs the extra: pip install 'flowroute-async[sandbox]'"
    raise ModuleNotFoundError(_sentence, name=_missing.name) from _missing

__all__ = ["Clock", "ConnectionDropped", "Control", "Sandbox", "running", "serve"]
