"""`ganzoo publish`: a model to the Hugging Face Hub."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ganzoo.cli._print import console, print_json, print_pairs, print_table
from ganzoo.cli._quiet import import_keras

if TYPE_CHECKING:
    from ganzoo.zoo.publish_plan import Change, Plan
    from ganzoo.zoo.publishing import Publication

__all__ = ["publish", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("publish", epilog="Example: ganzoo publish my-gan user/my-gan --tag v1")(publish)


def publish(
    model: Annotated[str, typer.Argument(help="A preset's folder, or a model of `ganzoo list`.")],
    repo: Annotated[str, typer.Argument(help="Where to on the Hub, as user/name; made if it is not there.")],
    private: Annotated[
        bool, typer.Option("--private", help="Only you and who you let in will see it.")
    ] = False,
    tag: Annotated[str | None, typer.Option(help="Name this version for good, such as v1.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the model and show what would be sent.")
    ] = False,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Publish though the data or its licence is not recorded.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Publish a model to the Hugging Face Hub as one commit, logged in by `hf auth login` or HF_TOKEN."""
    from ganzoo.zoo import files
    from ganzoo.zoo.hub_address import check_repo_id

    # What is cheap to refuse is refused before Keras, which takes seconds.
    check_repo_id(repo)
    files.find(model)
    import_keras()
    from ganzoo import zoo

    _hide_foreign_bars()
    result = zoo.publish(
        model,
        repo,
        private=private,
        tag=tag,
        dry_run=dry_run,
        incomplete=incomplete,
        on_plan=lambda plan: None if as_json else _print_plan(plan),
    )
    if as_json:
        print_json(result.to_json())
    else:
        _print_result(result)


def _hide_foreign_bars() -> None:
    """The Hub's client draws a bar for what it sends, in a file too, where it is but a line of noise."""
    if not sys.stderr.isatty():
        from huggingface_hub.utils import disable_progress_bars

        disable_progress_bars()


def _print_plan(plan: "Plan") -> None:
    kind = "private" if plan.private else "public"
    where = f"{plan.repo}, {kind}, " + (f"at {plan.parent[:8]}" if plan.parent else "not there yet")
    rows = [("model", plan.name), ("to", where)]
    if plan.tag is not None:
        rows.append(("tag", plan.tag + (", there already" if plan.tagged else "")))
    if plan.missing:
        rows.append(("missing", ", ".join(plan.missing)))
    print_pairs(rows)
    print_table(("file", "size", ""), [_row(change) for change in plan.changes])


def _row(change: "Change") -> tuple[str, str, str]:
    return change.name, _size(change.bytes), change.state


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def _print_result(result: "Publication") -> None:
    plan = result.plan
    out = console()
    if result.commit is None:
        what = f"Would send {_size(plan.bytes)}" if plan.pending else "Nothing to send"
        out.print(f"{what}; this was a dry run", markup=False)
        return
    if plan.pending:
        out.print(f"Sent {_size(plan.bytes)} as commit {result.commit[:8]}: {plan.url}", markup=False)
    else:
        out.print(f"Nothing to send: {plan.url} holds these files", markup=False)
    if plan.tag is not None:
        set_ = "is" if plan.tagged else "set"
        out.print(f"Tag {plan.tag} {set_} on commit {result.commit[:8]}", markup=False)
    out.print(f'ganzoo.load("{result.address}")', markup=False)
