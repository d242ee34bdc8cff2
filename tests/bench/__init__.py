"""``make bench``: what the gateway costs, beside what others cost for less, on this machine and in this run.

``measuring`` says what a figure is; ``stages``, ``protecting``, ``memory``, ``gateways``, ``receiving``, ``logbook``,
``questions`` and ``pages`` take them, ``peers`` are the others; ``report`` prints them and writes them down.
"""
