"""Maps to sign and to hand over: print sheets true to scale, and a hand-out page that opens without a network.

Frames in, bytes out. Nothing here judges, sums up law or asks a clock; what is drawn is what came in.
"""
