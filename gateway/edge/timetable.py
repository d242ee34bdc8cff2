"""What happens by itself: due parcels go out, and a log that has grown gets a signed checkpoint."""

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

Job = Callable[[], object]


class Timetable:
    """Ticks jobs in threads of their own; a job that still runs is not started again, and a failing one goes on.

    ``on_fault`` is told the job's name and the exception.
    """

    def __init__(self, on_fault: Callable[[str, BaseException], None]) -> None:
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._jobs = 0
        self._on_fault = on_fault

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run ``job`` every so many seconds, from the start on."""

        def run() -> None:
            try:
                job()
            except Exception as error:  # noqa: BLE001  (this is a door: the next tick must come)
                self._on_fault(name, error)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, max_instances=1, coalesce=True, misfire_grace_time=None
        )
        self._jobs += 1

    def start(self) -> None:
        # a thread for each: one that waits for somebody keeps no other waiting
        self._scheduler.add_executor("threadpool", max_workers=max(1, self._jobs))
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)
