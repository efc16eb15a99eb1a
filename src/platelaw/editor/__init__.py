"""What an editor shows an author: faults, words and where they stand, mends.

What is known of a library is found out here without a word of the editor's protocol; ``server``
and ``translating`` speak it.
"""
