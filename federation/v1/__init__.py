"""The messages of the service: generated, `python protos/generate.py --write` renews them."""
