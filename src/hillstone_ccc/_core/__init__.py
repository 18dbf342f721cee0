"""The core: values in, values out.

Nothing in this package does I/O, looks at a clock or draws a random number, and nothing in it imports a
module of ours from outside. Data flows one way through it, in the order of these files:

    query → operation → openapi (arguments → Request, Response → payload) → convert → records → page → walk

``flow`` is the thread through them: a call is a generator that yields what it wants done (send this, pause
so long) and receives what came of it. The two drivers outside carry that out and decide nothing.
"""
