"""``make bench``: what the gateway costs, beside what others cost for less, on this machine and in this run.

``measuring`` says what a figure is; ``stages``, ``peers``, ``memory``, ``gateways`` and ``logbook`` take them;
``report`` prints them and writes them down.
"""
