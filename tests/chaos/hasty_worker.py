"""`numberline` whose workers notice sooner than in life that another is gone."""

from numberline.jobs.queue_tempo import Tempo


def main() -> None:
    """Be the command."""
    from numberline.jobs import queue
    from tests.support.quick import main as numberline

    queue.TEMPO = Tempo(tick=0.2, beat=0.4, silent=2.0, bound=20.0, again=0.2, patience=1.0)
    numberline()
