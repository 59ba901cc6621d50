"""The application itself: what has to happen around every migrate, whoever calls it."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class Numberline(AppConfig):
    """Holds no models; keeps the database's promises in place around migrations."""

    name = "numberline"
    label = "numberline"

    def ready(self) -> None:
        """Listen to migrate, once per run of it: with the first room's signal."""
        pre_migrate.connect(_before_migrate, dispatch_uid="numberline.promises")
        post_migrate.connect(_after_migrate, dispatch_uid="numberline.promises")


def _before_migrate(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    if sender.label == "audit":
        from numberline import promises

        promises.lift(connections[using])


def _after_migrate(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """After a migrate to the end; one that stops half-way lacks tables, and the next start completes it."""
    if sender.label == "audit":
        from django.db.migrations.executor import MigrationExecutor

        from numberline import promises

        executor = MigrationExecutor(connections[using])
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            promises.keep(connections[using])
