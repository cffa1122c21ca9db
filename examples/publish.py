"""Publish a model to the Hugging Face Hub.

`python examples/publish.py mnist-dcgan user/my-digits` checks it and shows what would be sent; `--send` sends
it, logged in by `hf auth login` or HF_TOKEN. HF_ENDPOINT names another Hub than huggingface.co.
"""

import argparse

import ganzoo
from ganzoo import zoo

parser = argparse.ArgumentParser(description="Publish a model to the Hugging Face Hub.")
parser.add_argument("model", nargs="?", default="mnist-dcgan", help="a name, or a folder of `gan.save`")
parser.add_argument("repo", nargs="?", default="your-name/my-digits", help="made if it is not there")
parser.add_argument("--tag", help="name this version for good, such as v1")
parser.add_argument("--send", action="store_true", help="send it, and not only show what would be sent")
options = parser.parse_args()

try:
    result = zoo.publish(options.model, options.repo, tag=options.tag, dry_run=not options.send)
except ganzoo.GanzooError as error:
    raise SystemExit(f"Nothing was sent. {error}") from None

for change in result.plan.changes:
    print(f"{change.name:<26} {change.bytes:>10,} bytes  {change.state}")
if result.plan.missing:
    print(f"The card lacks: {', '.join(result.plan.missing)}")
if result.commit is None:
    print(f"A dry run: {result.plan.bytes:,} bytes would go to {result.plan.url}")
else:
    print(f"Sent as commit {result.commit[:8]}; ganzoo.load({result.address!r}) brings it back.")
