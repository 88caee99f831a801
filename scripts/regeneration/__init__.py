"""The way from a vendor's document to generated code: read, correct, compare, generate, prove, report."""
