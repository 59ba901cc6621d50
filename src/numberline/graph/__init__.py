"""The only code that talks to Microsoft: plain credentials in, Graph's facts out, errors by what to do next."""

from numberline.graph.errors import Concerns, FullRoundNeeded, GiveUp, GraphError, Stop, Wait

__all__ = ["Concerns", "FullRoundNeeded", "GiveUp", "GraphError", "Stop", "Wait"]
