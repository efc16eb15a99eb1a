"""The flow engine: who can obtain whose data, through which hops, and what closes them."""
