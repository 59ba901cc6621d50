"""How fast the queue's clocks tick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds. `tick`: between two looks at what is due. `beat`: between two signs of life of a worker; `silent`: after so
    many without one its jobs are taken from it. `bound`: for which a pass may read and begin writes. `again`: before the
    queue is tried anew after an error; `patience`: for which jobs at hand are waited for when that happens.
    """

    tick: float = 0.5
    beat: float = 5.0
    silent: float = 20.0
    bound: float = 60.0
    again: float = 1.0
    patience: float = 15.0
