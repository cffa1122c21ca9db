"""A preset to the Hugging Face Hub: checked, compared with what is there, sent as one commit, tagged."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganzoo._version import __version__
from ganzoo.errors import HubError, InvalidArgumentError
from ganzoo.gan import GAN
from ganzoo.zoo.checking import check_preset, gaps
from ganzoo.zoo.hub_address import check_repo_id
from ganzoo.zoo.hub_errors import endpoint
from ganzoo.zoo.publish_errors import LOG_IN, in_one_line
from ganzoo.zoo.publish_plan import BRANCH, Plan, changes, check_against, look
from ganzoo.zoo.publish_source import check_told, contents_of, folder_of

__all__ = ["Publication", "publish"]


@dataclass(frozen=True)
class Publication:
    """What was published.

    Args:
        plan: what was to be done.
        commit: where the model is now; None after a dry run.
    """

    plan: Plan
    commit: str | None

    @property
    def address(self) -> str:
        """What `ganzoo.load` takes; pinned to the tag, if there is one."""
        return f"hf://{self.plan.repo}" + (f"@{self.plan.tag}" if self.plan.tag else "")

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON types."""
        return {**self.plan.to_json(), "commit": self.commit, "address": self.address}


def publish(
    model: GAN | str | os.PathLike[str],
    repo: str,
    *,
    private: bool = False,
    tag: str | None = None,
    dry_run: bool = False,
    incomplete: bool = False,
    on_plan: Callable[[Plan], None] = lambda plan: None,
) -> Publication:
    """Publish a model to the Hugging Face Hub, as one commit.

    It is checked first: files against their hashes, both networks loaded, golden pictures drawn,
    `config.json` held to `ganzoo.json`. The card is written anew with the address in it; a README.md that
    lacks the line `<!-- Written by ganzoo … -->` is kept. Files that are there already are not sent, files of
    a preset that it no longer has go, and nothing else in the folder or in the repository is touched.

    The token is the Hub client's own: of `hf auth login`, or of HF_TOKEN.

    Args:
        model: a `GAN`, one of `list_models()`, or a preset's folder. A GAN that was loaded from a folder and
            not changed since is published with the scores and the audit that are in it.
        repo: `user/name`; made if it is not there.
        private: make it private.
        tag: to set on the commit, such as "v1".
        dry_run: check and compare only; for a public repository no login is needed.
        incomplete: publish a folder though it does not say what it was trained on, or under which licence
            that is. A `GAN` is published without, and a warning says so.
        on_plan: called with the `Plan` before anything is sent.

    Returns:
        The `Publication`.

    Raises:
        InvalidArgumentError: a name or tag that the Hub does not take, a tag that is at another commit, a
            public repository that was to be private, or a folder without data or licence.
        WeightsError: the folder is not fit for others.
        HubError: no login, or the Hub refuses, does not answer, or has changed meanwhile.

    Example:
        >>> publish("my-gan", "user/my-gan", tag="v1").address
        'hf://user/my-gan@v1'
    """
    check_repo_id(repo)
    _check_tag(tag)
    if not dry_run:
        _check_login(repo)
    with folder_of(model, repo) as folder:
        preset = check_preset(folder)
        missing = gaps(preset)
        check_told(model, preset, missing, incomplete=incomplete)
        contents = contents_of(preset, repo)
        api = _client()
        with in_one_line(repo):
            remote = look(api, repo)
        plan = Plan(
            name=preset.name,
            repo=repo,
            private=remote.private if remote else private,
            parent=remote.commit if remote else None,
            changes=changes(contents, remote),
            tag=tag,
            tagged=remote is not None and tag in remote.tags,
            missing=missing,
        )
        check_against(plan, remote, private=private)
        on_plan(plan)
        if dry_run:
            return Publication(plan, None)
        with in_one_line(repo):
            return Publication(plan, _send(api, plan))


def _send(api: Any, plan: Plan) -> str:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    parent = plan.parent
    if parent is None:
        # Not exist_ok: one that was made since the comparison is another's.
        api.create_repo(plan.repo, private=True if plan.private else None)
        parent = api.model_info(plan.repo, revision=BRANCH).sha
    commit = parent
    if plan.pending:
        operations = [
            CommitOperationDelete(change.name)
            if change.content is None
            else CommitOperationAdd(change.name, change.content)
            for change in plan.pending
        ]
        commit = api.create_commit(
            plan.repo,
            operations,
            commit_message=f"{plan.name}, by ganzoo {__version__}",
            revision=BRANCH,
            parent_commit=parent,
        ).oid
    if plan.tag is not None and not plan.tagged:
        api.create_tag(plan.repo, tag=plan.tag, revision=commit)
    return str(commit)


def _client() -> Any:
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint(), library_name="ganzoo", library_version=__version__)


def _check_login(repo: str) -> None:
    from huggingface_hub import get_token

    # It may ask the Hub for one, where a machine logs in by who runs it.
    with in_one_line(repo):
        logged_in = bool(get_token())
    if not logged_in:
        raise HubError(f"Publishing needs a login on the Hub, and there is none. Log in: {LOG_IN}")


def _check_tag(tag: str | None) -> None:
    if tag is not None and (not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}", tag) or ".." in tag):
        raise InvalidArgumentError(
            f"A tag is of letters, digits and . _ + - characters, such as v1. Received: {tag!r}"
        )
