"""The disclosure log: a Merkle tree (RFC 9162) in the C2SP formats, which programs nobody here wrote can check.

``tree`` grows and proves, ``tiles`` says what a store keeps, ``note`` signs, ``checkpoint`` is the signed head, and
``proof`` is the file that shows an outsider one line.
"""
