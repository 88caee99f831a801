"""The way from a vendor's document to generated code: read, correct, compare, generate, prove, report."""

import sys

# jsonschema checks IRIs with it where another tool has installed it: 1.3 s of import, and no document has an IRI.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # documented: it then cannot be imported
