"""`humanwire models`: which there are, a process that serves them, and how good they are."""

from humanwire.cli.groups import LazyGroup

models = LazyGroup(
    name="models",
    help="List, serve and evaluate models, which answer where they can.",
    commands_at={
        "list": ("humanwire.cli.models_list:list_models", "Show which models there are."),
        "serve": ("humanwire.cli.models_serve:serve_models", "Serve models to other processes."),
        "show": ("humanwire.cli.models_show:show", "Show what people say of their answers."),
        "evaluate": (
            "humanwire.cli.models_evaluate:evaluate_model",
            "Measure one on your own pictures.",
        ),
    },
)
