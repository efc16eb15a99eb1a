"""The repository is the package ``platelaw``, laid flat; its face is ``src/platelaw``."""
