"""The operations of the document, one module each, in a package for each tag. Generated; see spec/templates."""
