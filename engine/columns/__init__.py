"""Questions asked of columns: rows become class numbers, and each distinct key is decided once.

No rule is written a second time here. A key is decided by whoever decides single requests, and its
answer is given to all rows that have the key (docs/decisions/0022-columns.md).
"""
