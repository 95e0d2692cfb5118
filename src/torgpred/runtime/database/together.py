"""A migration's steps on models taken together, which is what keeps a new database cheap."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from typing_extensions import override


class Together(Operation):
    """Migration step: take several steps on models as one.

    Django renders its historical models afresh after each step, with all that hang together with
    them: here nearly all, since each refers to a tenant. It does so once for all steps of this one.
    Each step sees the models as they are after the last one, so that none of them may need what a
    later one takes away.

    What Django puts off to the end of a migration (foreign keys, indexes) is done with the steps.
    With nothing put off it records the migration in the transaction that makes it, and not after:
    a process that is killed leaves both or none.
    """

    reversible = True

    def __init__(self, *steps: Operation) -> None:
        self.steps = steps

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Without rendered models a step has none to render again; the first reader renders them.
        state.__dict__.pop("apps", None)
        for step in self.steps:
            step.state_forwards(app_label, state)

    @override
    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for step in self.steps:
            step.database_forwards(app_label, schema_editor, from_state, to_state)
        while schema_editor.deferred_sql:
            schema_editor.execute(schema_editor.deferred_sql.pop(0), None)

    @override
    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for step in reversed(self.steps):
            step.database_backwards(app_label, schema_editor, from_state, to_state)

    @override
    def describe(self) -> str:
        return "; ".join(step.describe() for step in self.steps)

    @override
    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, list(self.steps), {})
