#!/bin/sh
# Renews the locked requirements: one version and its hashes a package, for every platform, with no index address.
# Without arguments the locked versions stay where they still fit; `--upgrade` moves them on.
set -eu
cd "$(dirname "$0")/.."

compile() {
    uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet --python-version 3.11 "$@"
}

compile --all-extras --group dev pyproject.toml requirements/build.in --output-file requirements/dev.txt "$@"
for tool in uv node; do
    compile "requirements/$tool.in" --output-file "requirements/$tool.txt" "$@"
done
